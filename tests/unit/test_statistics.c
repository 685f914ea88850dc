/*
 * What a run has done: added up, by name within bounds, and as bytes that nobody trusts.
 */
#include "random.h"
#include "runner/statistics.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const quern_stage stage = {.name = "stage", .version = "1", .writes = "entity"};
static const struct plugin plugin = {.stage = &stage};
static struct step steps[] = {{.label = "first", .plugin = &plugin},
                              {.label = "second", .plugin = &plugin}};
static const struct pipeline pipeline = {.name = "test", .steps = steps, .step_count = 2};

static quern_string string(const char *text)
{
    return (quern_string){text, strlen(text)};
}

static void add(struct statistics *statistics, const struct tally *tallies, size_t count)
{
    struct buffer list = {0};
    const struct step_counts counts[2] = {{.in = 1, .out = 1, .text = 10, .text_out = 9},
                                          {.in = 1, .dropped = 1, .text = 9, .clock = 5}};
    const struct record record = {.bytes = QUERN_STRING("a record"), .input = "-"};
    for (size_t i = 0; i < count; i++)
        tally_add(&list, &pipeline, &tallies[i]);
    const struct outcome outcome = {
        .record = &record, .steps = counts, .tallies = {list.data, list.size}};
    statistics_add(statistics, &outcome);
    buffer_free(&list);
}

static void add_name(struct statistics *statistics, enum tally_kind kind, const char *name,
                     const char *more, uint64_t count)
{
    const struct tally tally = {.kind = kind,
                                .step = kind <= TALLY_RULE ? &steps[1] : NULL,
                                .name = string(name),
                                .more = string(more),
                                .count = count};
    add(statistics, &tally, 1);
}

static void open_statistics(struct statistics *statistics)
{
    struct problems problems = {0};
    assert_true(statistics_open(statistics, &pipeline, &problems));
}

static char *describe(const struct statistics *statistics)
{
    json_t *json = statistics_describe(statistics, 0);
    assert_non_null(json);
    static const char *const times[] = {"begin", "end", "seconds"};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        assert_int_equal(json_object_del(json, times[i]), 0);
    char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
    json_decref(json);
    return text;
}

static void assert_holds(const struct statistics *statistics, const char *part)
{
    char *text = describe(statistics);
    if (!strstr(text, part))
        fail_msg("%s is not in %s", part, text);
    free(text);
}

static void outcomes_add_up(void **state)
{
    (void)state;
    struct statistics statistics;
    open_statistics(&statistics);
    add_name(&statistics, TALLY_REASON, "too short", "", 1);
    add_name(&statistics, TALLY_RULE, "dash", "", 7);
    add_name(&statistics, TALLY_RULE, "blank", "", 9);
    add_name(&statistics, TALLY_RULE, "dash", "", 3);
    add_name(&statistics, TALLY_SPANS, "entity", "LOC", 2);
    add_name(&statistics, TALLY_SPANS, "theirs", "X", 1);
    add_name(&statistics, TALLY_NAME, "LOC", "Lamu", 1);
    assert_int_equal(statistics.read, 7);
    assert_int_equal(statistics.bytes_read, 56);
    assert_int_equal(statistics.dropped, 7);
    assert_int_equal(statistics.steps[0].text_out, 63);
    assert_int_equal(statistics.steps[1].clock, 35);
    assert_holds(&statistics, "\"reasons\":[{\"count\":1,\"reason\":\"too short\"}]");
    assert_holds(&statistics,
                 "\"rules\":[{\"count\":10,\"rule\":\"dash\"},{\"count\":9,\"rule\":\"blank\"}]");
    assert_holds(&statistics,
                 "{\"count\":2,\"label\":\"LOC\",\"layer\":\"entity\",\"step\":\"second\"},"
                 "{\"count\":1,\"label\":\"X\",\"layer\":\"theirs\",\"step\":null}");
    assert_holds(&statistics,
                 "\"names\":[{\"count\":1,\"error\":0,\"label\":\"LOC\",\"text\":\"Lamu\"}]");
    assert_holds(&statistics, "\"incomplete\":false");
    statistics_close(&statistics);
}

static void names_are_bounded(void **state)
{
    (void)state;
    struct statistics statistics;
    char name[300];
    open_statistics(&statistics);
    for (int i = 0; i < 1500; i++) {
        snprintf(name, sizeof name, "rule %d", i);
        add_name(&statistics, TALLY_RULE, name, "", 2);
    }
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    add_name(&statistics, TALLY_RULE, "rule 7", "", 1);
    add_name(&statistics, TALLY_REASON, name, "", 1);
    assert_int_equal(statistics.name_count, 1000);
    assert_int_equal(statistics.left_out[TALLY_RULE], 1000);
    assert_int_equal(statistics.left_out[TALLY_REASON], 1);
    assert_holds(&statistics, "\"rules\":[{\"count\":3,\"rule\":\"rule 7\"}");
    for (int i = 0; i < 1010; i++) {
        json_t *report = json_pack("{s:i, s:[]}", "number", i, "messages");
        statistics_add_failure(&statistics, report);
        json_decref(report);
    }
    assert_int_equal(json_array_size(statistics.failures), 1000);
    assert_int_equal(statistics.failures_left_out, 10);
    statistics_close(&statistics);
}

static void tallies_that_make_no_sense_are_told(void **state)
{
    (void)state;
    struct statistics statistics;
    const struct tally fine = {.kind = TALLY_SPANS, .name = string("a"), .more = string("b")};
    struct buffer list = {0};
    static const struct step_counts counts[2];
    open_statistics(&statistics);
    tally_add(&list, &pipeline, &fine);
    tally_add(&list, &pipeline, &(struct tally){.kind = TALLY_RULE, .name = string("no step")});
    const struct outcome outcome = {.steps = counts, .tallies = {list.data, list.size}};
    statistics_add(&statistics, &outcome);
    assert_int_equal(statistics.name_count, 1);
    assert_int_equal(statistics.read, 0);
    assert_true(statistics.incomplete);
    buffer_free(&list);
    statistics_close(&statistics);
}

/* ---- The most frequent names ---- */

static const struct frequent_name *find(const struct frequent *frequent, const char *text)
{
    for (size_t i = 0; i < frequent->count; i++)
        if (bytes_compare(frequent->heap[i]->text, string(text)) == 0)
            return frequent->heap[i];
    return NULL;
}

/* A stream in which name N occurs about 1/(N+1) as often as the first, with many that occur once. */
static void counts_lie_within_their_error(void **state)
{
    (void)state;
    enum { NAMES = 60000, STREAM = 200000 };
    struct frequent frequent = {0};
    uint32_t *truth = calloc(NAMES, sizeof *truth);
    char text[32];
    random_start();
    assert_non_null(truth);
    for (size_t i = 0; i < STREAM; i++) {
        size_t name = random_below(1 + random_below(NAMES));
        truth[name]++;
        snprintf(text, sizeof text, "name %zu", name);
        assert_true(frequent_add(&frequent, string("L"), string(text), 1));
    }
    assert_int_equal(frequent.count, FREQUENT_PLACES);
    for (size_t i = 0; i < NAMES; i++) {
        snprintf(text, sizeof text, "name %zu", i);
        const struct frequent_name *name = i < 200 || i % 100 == 0 ? find(&frequent, text) : NULL;
        if (name)
            assert_in_range(truth[i], name->count - name->error, name->count);
        else if (i < 200)
            assert_true(truth[i] <= STREAM / FREQUENT_PLACES);
    }
    free(truth);
    frequent_free(&frequent);
}

static void few_names_are_exact(void **state)
{
    (void)state;
    struct frequent frequent = {0};
    for (int i = 0; i < 1000; i++)
        assert_true(frequent_add(&frequent, string(i % 2 ? "LOC" : "ORG"),
                                 string(i % 3 ? "Lamu" : "Malindi"), 1));
    const struct frequent_name **sorted = frequent_sort(&frequent);
    assert_int_equal(frequent.count, 4);
    assert_int_equal(sorted[0]->count, 333);
    assert_memory_equal(sorted[0]->label.data, "LOC", 3);
    assert_memory_equal(sorted[0]->text.data, "Lamu", 4);
    assert_int_equal(sorted[3]->count, 167);
    assert_int_equal(sorted[3]->error, 0);
    free(sorted);
    frequent_free(&frequent);
}

/* ---- As bytes ---- */

/* Much of each kind; `turn` numbers what comes. */
static void add_much(struct statistics *statistics, int from, int to)
{
    char name[32];
    for (int i = from; i < to; i++) {
        snprintf(name, sizeof name, "%d", i * 7919 % 20000);
        add_name(statistics, TALLY_NAME, "PERSON", name, 1);
        snprintf(name, sizeof name, "%d", i * 31 % 1200);
        add_name(statistics, (enum tally_kind)(i % 3), name, "", 1);
        json_t *report = json_pack("{s:s, s:i}", "reason", name, "number", i);
        statistics_add_failure(statistics, report);
        json_decref(report);
    }
}

/* A run that was interrupted and resumed has the figures of one that was not. */
static void resumed_statistics_are_the_same(void **state)
{
    (void)state;
    struct statistics whole, first, second;
    struct buffer packed = {0};
    open_statistics(&whole);
    open_statistics(&first);
    open_statistics(&second);
    add_much(&whole, 0, 30000);
    add_much(&first, 0, 17000);
    statistics_pack(&first, &packed);
    assert_false(packed.failed);
    assert_true(statistics_unpack(&second, (quern_string){packed.data, packed.size}));
    assert_int_equal(second.begun, first.begun);
    assert_true(statistics_time(&second) >= second.spent);
    add_much(&second, 17000, 30000);
    char *one = describe(&whole), *other = describe(&second);
    assert_string_equal(one, other);
    free(one);
    free(other);
    buffer_free(&packed);
    statistics_close(&whole);
    statistics_close(&first);
    statistics_close(&second);
}

static bool unpacks(const char *data, size_t size)
{
    struct statistics statistics;
    open_statistics(&statistics);
    bool fine = statistics_unpack(&statistics, (quern_string){data, size});
    if (fine)
        free(describe(&statistics));
    statistics_close(&statistics);
    return fine;
}

static void hostile_bytes_are_refused(void **state)
{
    (void)state;
    struct statistics statistics;
    struct buffer packed = {0};
    open_statistics(&statistics);
    add_much(&statistics, 0, 40);
    statistics_pack(&statistics, &packed);
    assert_true(unpacks(packed.data, packed.size));
    for (size_t size = 0; size < packed.size; size += 1 + size / 50)
        assert_false(unpacks(packed.data, size));
    random_start();
    for (int i = 0; i < 3000; i++) {
        char *copy = memory_copy(packed.data, packed.size);
        for (size_t n = random_below(4) + 1; n; n--)
            copy[random_below(packed.size)] = (char)random_below(256);
        (void)unpacks(copy, packed.size);
        free(copy);
    }
    packed.data[0]++; /* the version */
    assert_false(unpacks(packed.data, packed.size));
    buffer_free(&packed);
    statistics_close(&statistics);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outcomes_add_up),
        cmocka_unit_test(names_are_bounded),
        cmocka_unit_test(tallies_that_make_no_sense_are_told),
        cmocka_unit_test(counts_lie_within_their_error),
        cmocka_unit_test(few_names_are_exact),
        cmocka_unit_test(resumed_statistics_are_the_same),
        cmocka_unit_test(hostile_bytes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The model of the stage entities: the same numbers by every way of adding them up, the best tags
 * and their shares as counted out by hand, and files that are refused.
 */
#include "../../plugins/entities/kernels.c"
#include "../../plugins/entities/keys.c"
#include "../../plugins/entities/model.c"
#include "../../plugins/entities/sequence.c"

#include "random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* ---- Kernels ---- */

static int16_t random_points(void)
{
    static const int ranges[] = {10, 300, 40000};
    int range = ranges[random_below(3)];
    return add_points(0, (int)random_below(2 * (size_t)range + 1) - range);
}

static struct score random_score(void)
{
    struct score score;
    for (unsigned tag = 0; tag < TAGS; tag++)
        score.of[tag] = random_points();
    return score;
}

/* A model of random rows, with few buckets or many. */
enum { ROWS = 64, BUCKETS = 64 };
static struct row rows[ROWS];
static uint64_t row_keys[ROWS];

static int compare_buckets(const void *a, const void *b)
{
    uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;
    uint32_t one = dictionary_bucket(first, BUCKETS), other = dictionary_bucket(second, BUCKETS);
    return (one > other) - (one < other);
}

static const struct model *random_rows(bool crowded)
{
    static uint32_t starts[BUCKETS + 1];
    static uint16_t checks[ROWS + DICTIONARY_SLACK];
    static struct model model;
    for (size_t i = 0; i < ROWS; i++) {
        row_keys[i] =
            (uint64_t)random_below(1 << 30) << 34 | random_below(crowded ? 1 << 28 : 1 << 30) << 2;
        for (unsigned tag = 0; tag < TAGS; tag++)
            rows[i].of[tag] = (int8_t)((int)random_below(255) - 127);
    }
    qsort(row_keys, ROWS, sizeof *row_keys, compare_buckets);
    memset(starts, 0, sizeof starts);
    for (size_t i = 0; i < ROWS; i++) {
        starts[dictionary_bucket(row_keys[i], BUCKETS) + 1] = (uint32_t)i + 1;
        checks[i] = dictionary_check(row_keys[i]);
    }
    for (size_t i = 0; i < BUCKETS; i++)
        if (starts[i + 1] < starts[i])
            starts[i + 1] = starts[i];
    model = (struct model){.features = {starts, checks, BUCKETS, ROWS}, .rows = rows};
    return &model;
}

static void rows_add_up_alike(void **state)
{
    (void)state;
    enum { ADDED = 300 };
    static uint64_t keys[ADDED];
    for (int round = 0; round < 500; round++) {
        const struct model *model = random_rows(round % 2);
        for (size_t i = 0; i < ADDED; i++)
            keys[i] = row_keys[random_below(round % 3 ? ROWS : 2)] ^
                      (uint64_t)(random_below(4) == 0) << 50;
        struct score first = random_score(), more = random_score(), plain = first;
        kernels_plain.add_rows(model, keys, ADDED, &plain);
        kernels_plain.add(&more, &plain);
        for (const struct kernels *const *all = kernels_all(); *all; all++) {
            struct score sum = first;
            (*all)->add_rows(model, keys, ADDED, &sum);
            (*all)->add(&more, &sum);
            assert_memory_equal(&sum, &plain, sizeof sum);
        }
    }
}

static void steps_lead_alike(void **state)
{
    (void)state;
    for (int round = 0; round < 5000; round++) {
        struct step_points steps;
        for (unsigned from = 0; from < STATES; from++) {
            steps.into[from] = random_score();
            steps.outside[from] = random_points();
        }
        struct way before = {random_score(), random_points()}, plain, after;
        struct score score = random_score();
        kernels_plain.step_on(&steps, &before, &score, &plain);
        for (const struct kernels *const *all = kernels_all(); *all; all++) {
            (*all)->step_on(&steps, &before, &score, &after);
            assert_memory_equal(&after.to, &plain.to, sizeof after.to);
            assert_int_equal(after.outside, plain.outside);
        }
    }
}

/* ---- Chains ---- */

static bool may_follow(unsigned from, unsigned to)
{
    bool ended = from == TAG_OUTSIDE || TAG_PLACE(from) == TAG_L || TAG_PLACE(from) == TAG_U;
    bool begins = to == TAG_OUTSIDE || TAG_PLACE(to) == TAG_B || TAG_PLACE(to) == TAG_U;
    return ended ? begins : !begins && TAG_KIND(from) == TAG_KIND(to);
}

static struct model_header header;

static struct sequence *random_sequence(const struct kernels *kernels)
{
    static struct sequence sequence;
    static struct model model;
    model.header = &header;
    for (unsigned from = 0; from < STATES; from++)
        for (unsigned to = 0; to < STATES; to++)
            header.steps[from][to] =
                (int16_t)(may_follow(from, to) ? (int)random_below(61) - 30 : MODEL_NEVER);
    sequence_open(&sequence, &model, kernels);
    return &sequence;
}

/* Points of a way to tag three words, or INT_MIN for one that cannot be. */
enum { WORDS = 3 };
static int points_of(const struct score scores[WORDS], const uint8_t tags[WORDS])
{
    int points = 0;
    unsigned before = TAG_OUTSIDE;
    for (int i = 0; i <= WORDS; i++) {
        unsigned tag = i < WORDS ? tags[i] : TAG_OUTSIDE;
        if (!may_follow(before, tag))
            return INT_MIN;
        points += header.steps[before][tag] + (tag < TAGS ? scores[i].of[tag] : 0);
        before = tag;
    }
    return points;
}

static void set_tags(uint8_t tags[WORDS], unsigned number)
{
    for (int i = 0; i < WORDS; i++, number /= STATES)
        tags[i] = (uint8_t)(number % STATES);
}

static void sequences_are_as_counted_out(void **state)
{
    (void)state;
    const unsigned ways = STATES * STATES * STATES;
    for (int round = 0; round < 50; round++) {
        struct score scores[WORDS];
        uint8_t found[WORDS], tags[WORDS];
        for (int i = 0; i < WORDS; i++)
            for (unsigned tag = 0; tag < TAGS; tag++)
                scores[i].of[tag] = (int16_t)((int)random_below(101) - 50);
        struct sequence *sequence = random_sequence(kernels_choose());
        sequence_find(sequence, scores, WORDS, found);
        sequence_weigh(sequence, scores, WORDS);
        double all = 0, share = 0, kinds[5] = {0};
        int most = INT_MIN;
        for (unsigned number = 0; number < ways; number++) {
            set_tags(tags, number);
            int points = points_of(scores, tags);
            if (points == INT_MIN)
                continue;
            double weight = exp2(points / 16.0);
            most = points > most ? points : most;
            all += weight;
            share += memcmp(tags, found, WORDS) == 0 ? weight : 0;
            kinds[TAG_KIND(tags[1])] += weight;
        }
        assert_int_equal(points_of(scores, found), most);
        assert_true(fabs(share / all - (double)sequence_share(sequence, 0, WORDS, found)) < 1e-4);
        float told[5];
        sequence_kinds(sequence, 1, told);
        for (int kind = 0; kind < 5; kind++)
            assert_true(fabs(kinds[kind] / all - (double)told[kind]) < 1e-4);
    }
}

/* Whatever the numbers are, the tags are tags. */
static void sequences_take_any_numbers(void **state)
{
    (void)state;
    static struct score scores[SEQUENCE_WORDS];
    static uint8_t tags[SEQUENCE_WORDS];
    for (int round = 0; round < 200; round++) {
        struct sequence *sequence = random_sequence(kernels_choose());
        size_t count = 1 + random_below(SEQUENCE_WORDS);
        for (size_t i = 0; i < count; i++)
            scores[i] = random_score();
        sequence_find(sequence, scores, count, tags);
        sequence_weigh(sequence, scores, count);
        for (size_t i = 0; i < count; i++)
            assert_true(tags[i] < STATES);
        assert_true(sequence_share(sequence, 0, count, tags) <= 1);
    }
}

/* ---- Files ---- */

static char *image;
static size_t image_size;

static int read_image(void **state)
{
    (void)state;
    random_start();
    char path[4096];
    const char *source = getenv("QUERN_SOURCE");
    snprintf(path, sizeof path, "%s/plugins/entities/models/news-en.bin", source ? source : ".");
    FILE *file = fopen(path, "rb");
    struct stat status;
    if (!file || stat(path, &status) != 0)
        return -1;
    image_size = (size_t)status.st_size;
    image = malloc(image_size);
    bool read = image && fread(image, 1, image_size, file) == image_size;
    fclose(file);
    return read ? 0 : -1;
}

static int free_image(void **state)
{
    (void)state;
    free(image);
    return 0;
}

/* What is said of the model with one of its bytes changed, when it is opened and when it is verified;
 * `sealed` with its checksums mended. */
static const char *changed(size_t at, char by, bool sealed)
{
    struct model model = {0};
    struct model_header kept;
    memcpy(&kept, image, sizeof kept);
    image[at] ^= by;
    if (sealed)
        model_seal(image);
    const char *problem = model_use(&model, image, image_size);
    if (!problem)
        problem = model_verify(&model);
    image[at] ^= by;
    memcpy(image, &kept, sizeof kept);
    return problem ? problem : "";
}

static void refuses_what_is_no_model(void **state)
{
    (void)state;
    struct model model = {0};
    const size_t header_size = sizeof(struct model_header);
    assert_null(model_use(&model, image, image_size));
    assert_null(model_verify(&model));
    assert_string_equal(model_use(&model, image, 10), "is no model");
    assert_string_equal(model_use(&model, image, image_size - 64),
                        "is cut short, or has more than a model");
    assert_string_equal(changed(0, 1, false), "is no model");
    assert_string_equal(changed(offsetof(struct model_header, version), 1, false),
                        "is a model of another version");
    for (int i = 0; i < 20; i++) {
        size_t at = offsetof(struct model_header, checksum);
        assert_string_equal(changed(at + random_below(header_size - at), 4, false),
                            "is damaged: the checksum of its header is another");
        assert_string_equal(changed(header_size + random_below(image_size - header_size), 4, false),
                            "is damaged: its checksum is another");
    }
}

/* Whatever the parts hold, every look-up stays within them; the sanitizers watch. */
static void looks_up_within_any_parts(void **state)
{
    (void)state;
    struct model_header few = {.magic = MODEL_MAGIC,
                               .version = MODEL_VERSION,
                               .rows = 40,
                               .row_buckets = 9,
                               .words = 30,
                               .word_buckets = 7,
                               .clusters = 5};
    uint64_t offsets[PARTS];
    model_lay_out(&few, offsets);
    few.size = offsets[PART_END];
    char *parts = aligned_alloc(64, few.size);
    assert_non_null(parts);
    for (int round = 0; round < 2000; round++) {
        struct model model = {0};
        for (size_t i = 0; i < few.size; i++)
            parts[i] = (char)(random_below(4) ? 0 : random_below(256));
        memcpy(parts, &few, sizeof few);
        model_seal(parts);
        assert_null(model_use(&model, parts, few.size));
        for (int i = 0; i < 50; i++) {
            uint64_t key = (uint64_t)random_below(1 << 30) << 34 | random_below(1 << 30) << 2;
            struct score sum = {0}, plain = {0};
            kernels_plain.add_rows(&model, &key, 1, &plain);
            kernels_choose()->add_rows(&model, &key, 1, &sum);
            assert_memory_equal(&sum, &plain, sizeof sum);
            uint16_t cluster = model_cluster(&model, key);
            assert_true(cluster == NO_CLUSTER || cluster < few.clusters);
        }
    }
    free(parts);
}

static void says_why_a_file_cannot_be_mapped(void **state)
{
    (void)state;
    struct model model;
    assert_string_equal(model_open(&model, "/nowhere"), "No such file or directory");
    assert_string_equal(model_open(&model, "/"), "is no model");
    assert_string_equal(model_open(&model, "/dev/null"), "is no model");
}

/* ---- Keys ---- */

static void keys_are_numbered_as_they_come(void **state)
{
    (void)state;
    struct keys first, second;
    keys_open(&first);
    keys_open(&second);
    assert_int_equal(keys_find(&first, 1), KEYS_NONE);
    for (uint32_t round = 0; round < 2; round++)
        for (uint32_t i = 0; i < 50000; i++) {
            uint64_t key = (uint64_t)i << 40;
            assert_int_equal(keys_add(&first, key), i);
            assert_int_equal(keys_add(&second, key), i);
            assert_int_equal(keys_find(&second, key), i);
        }
    assert_int_equal(keys_find(&first, 3), KEYS_NONE);
    keys_clear(&first);
    assert_int_equal(keys_add(&first, 7), 0);
    keys_close(&first);
    keys_close(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_add_up_alike),
        cmocka_unit_test(steps_lead_alike),
        cmocka_unit_test(sequences_are_as_counted_out),
        cmocka_unit_test(sequences_take_any_numbers),
        cmocka_unit_test(refuses_what_is_no_model),
        cmocka_unit_test(looks_up_within_any_parts),
        cmocka_unit_test(says_why_a_file_cannot_be_mapped),
        cmocka_unit_test(keys_are_numbered_as_they_come),
    };
    return cmocka_run_group_tests(tests, read_image, free_image);
}

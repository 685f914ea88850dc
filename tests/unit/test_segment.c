/*
 * Documents through opened pipelines: verdicts, contracts, limits, on_error, and stages that hold
 * documents. The stages are made here; what the runner tells is written down as a log.
 */
#include "pipeline/yaml.h"
#include "runner/runner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- Stages ---- */

struct state {
    quern_document *held[8];
    size_t count;
};

#define DEFINE_STAGE(name_, mode_, ...)                                                            \
    static const quern_stage name_ = {.abi = QUERN_ABI,                                            \
                                      .size = sizeof(quern_stage),                                 \
                                      .option_size = sizeof(quern_option),                         \
                                      .mode = mode_,                                               \
                                      .name = #name_,                                              \
                                      .summary = "a stage of a test",                              \
                                      .version = "1.0",                                            \
                                      .state_size = sizeof(struct state),                          \
                                      __VA_ARGS__};
#define STAGE(name_, mode_)                                                                        \
    static quern_verdict process_##name_(void *state, quern_document *doc, quern_call *call);      \
    DEFINE_STAGE(name_, mode_, .process = process_##name_)                                         \
    static quern_verdict process_##name_(void *state, quern_document *doc, quern_call *call)

#define UNUSED (void)state, (void)doc, (void)call

STAGE(exclaim, QUERN_EACH)
{
    (void)state;
    size_t end = quern_text(doc).size;
    return quern_splice(doc, call, end, end, QUERN_STRING("!"), "exclaim");
}

STAGE(drop, QUERN_EACH)
{
    UNUSED;
    return quern_drop(call, "not %s", "wanted");
}

STAGE(fail, QUERN_EACH)
{
    UNUSED;
    return quern_fail(call, "cannot do %d", 7);
}

STAGE(change_and_fail, QUERN_EACH)
{
    (void)state;
    quern_report(call, QUERN_WARNING, 0, 1, "about to fail");
    quern_splice(doc, call, 0, 0, QUERN_STRING("half done "), "half");
    return quern_fail(call, "changed my mind");
}

STAGE(forget_editor, QUERN_EACH)
{
    UNUSED;
    quern_cut(quern_edit(doc, call), 0, 1, "cut");
    return QUERN_PASS;
}

STAGE(bad_edit, QUERN_EACH)
{
    (void)state;
    quern_editor *edit = quern_edit(doc, call);
    quern_cut(edit, 5000, 6000, "cut");
    return quern_commit(edit);
}

STAGE(bad_span, QUERN_EACH)
{
    UNUSED;
    quern_add_span(quern_layer_of(doc, "word"), 7000, 7001, quern_label(doc, "x"));
    return QUERN_PASS;
}

STAGE(hold_wrongly, QUERN_EACH)
{
    UNUSED;
    return QUERN_HOLD;
}

STAGE(strange, QUERN_EACH)
{
    UNUSED;
    return (quern_verdict)99;
}

STAGE(silent_fail, QUERN_EACH)
{
    UNUSED;
    return QUERN_FAIL;
}

STAGE(emit_from_each, QUERN_EACH)
{
    UNUSED;
    quern_document *made = quern_document_new();
    quern_emit(call, &made);
    return made ? QUERN_FAIL : QUERN_PASS;
}

STAGE(emit_borrowed, QUERN_STREAM)
{
    UNUSED;
    quern_emit(call, &doc);
    return QUERN_PASS;
}

STAGE(spin, QUERN_EACH)
{
    UNUSED;
    for (volatile unsigned i = 0; i < 50000000; i++)
        ;
    return QUERN_PASS;
}

STAGE(eat, QUERN_EACH)
{
    UNUSED;
    quern_alloc(doc, 1 << 20, 1);
    return QUERN_PASS;
}

STAGE(warn, QUERN_EACH)
{
    (void)state;
    size_t place = quern_text(doc).size - 2;
    quern_report(call, QUERN_WARNING, place, place + 1, "mind this");
    return QUERN_PASS;
}

/* Holds everything, and hands it out in reverse at the end; "go" ends it early. */
static quern_verdict process_reverse(void *state, quern_document *doc, quern_call *call)
{
    struct state *reverse = state;
    (void)call;
    if (quern_string_equal(quern_text(doc), QUERN_STRING("go")))
        return QUERN_PASS;
    reverse->held[reverse->count++] = doc;
    return QUERN_HOLD;
}

static bool flush_reverse(void *state, quern_call *call)
{
    struct state *reverse = state;
    while (reverse->count)
        quern_emit(call, &reverse->held[--reverse->count]);
    return true;
}

/* Lets go of the first, and then fails. */
static bool flush_badly(void *state, quern_call *call)
{
    struct state *bad = state;
    quern_document_free(bad->held[0]);
    bad->held[0] = NULL;
    quern_fail(call, "the flush went wrong");
    return false;
}

static void free_all(void *state)
{
    struct state *holder = state;
    for (size_t i = 0; i < sizeof holder->held / sizeof *holder->held; i++)
        quern_document_free(holder->held[i]);
}

/* Frees all but the first. */
static bool flush_first(void *state, quern_call *call)
{
    struct state *holder = state;
    if (holder->count)
        quern_emit(call, &holder->held[0]);
    free_all(state);
    memset(holder, 0, sizeof *holder);
    return true;
}

DEFINE_STAGE(reverse, QUERN_STREAM, .process = process_reverse, .flush = flush_reverse)
DEFINE_STAGE(bad_flush, QUERN_STREAM, .process = process_reverse, .flush = flush_badly,
             .close = free_all)
DEFINE_STAGE(first, QUERN_STREAM, .process = process_reverse, .flush = flush_first)
DEFINE_STAGE(hoard, QUERN_STREAM, .process = process_reverse, .close = free_all)

/* Emits what it makes: the text twice. */
STAGE(twice, QUERN_STREAM)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        quern_document *made = quern_document_new();
        quern_set_text(made, quern_text(doc));
        quern_emit(call, &made);
    }
    return quern_drop(call, "copied");
}

static bool open_badly(void *state, quern_call *call)
{
    (void)state;
    quern_fail(call, "no such model");
    return false;
}

static bool open_emitting(void *state, quern_call *call)
{
    (void)state;
    quern_document *made = quern_document_new();
    quern_emit(call, &made);
    return true;
}

/* What it agrees to does not count once it has refused something. */
static bool open_refusing(void *state, quern_call *call)
{
    (void)state;
    quern_refuse(call, "keep", 0, 0, "%d is odd", 3);
    quern_refuse(call, "drop", 1, 4, "no such word");
    return true;
}

DEFINE_STAGE(refusing, QUERN_EACH, .open = open_refusing, .process = process_exclaim)
DEFINE_STAGE(unopened, QUERN_EACH, .open = open_badly, .process = process_exclaim)
DEFINE_STAGE(hasty, QUERN_STREAM, .open = open_emitting, .process = process_exclaim)

/* ---- Pipelines ---- */

enum { MOST_STEPS = 4 };

struct bench {
    struct pipeline pipeline;
    struct step steps[MOST_STEPS];
    struct plugin plugins[MOST_STEPS];
    struct chain *chain;
    struct problems problems;
    struct buffer log;
};

static struct step *add_step(struct bench *bench, const quern_stage *stage)
{
    size_t number = bench->pipeline.step_count++;
    bench->plugins[number] = (struct plugin){.stage = stage, .path = "(linked in)"};
    struct step *step = &bench->steps[number];
    *step = (struct step){.label = stage->name, .plugin = &bench->plugins[number]};
    step->place = (struct place){"test.yaml", number + 1, 3};
    assert_true(options_open(&step->options, stage));
    bench->pipeline.steps = bench->steps;
    return step;
}

static void deliver(void *user, const struct record *record, quern_document *doc)
{
    struct bench *bench = user;
    quern_string text = quern_text(doc), failed = quern_metadata(doc, "quern_failed");
    buffer_print(&bench->log, "[%s:%.*s]", record->input, (int)text.size, text.data);
    if (failed.data)
        buffer_add_string(&bench->log, failed);
}

static void lose(void *user, const struct loss *loss)
{
    static const char *const kinds[] = {"dropped", "failed", "passed on"};
    struct bench *bench = user;
    quern_string bytes = loss->record->bytes;
    buffer_print(&bench->log, "(%.*s %s %s: %s)", (int)bytes.size, bytes.data, kinds[loss->kind],
                 loss->step ? loss->step->label : "unread", loss->reason);
}

static void take_remark(void *user, const struct remark *remark)
{
    struct bench *bench = user;
    buffer_print(&bench->log, "{%s %d:%d %s}", remark->step->label, (int)remark->line,
                 (int)remark->column, remark->text);
}

static bool open_bench(struct bench *bench)
{
    struct chain_events events = {
        .user = bench, .deliver = deliver, .lose = lose, .remark = take_remark};
    bench->chain = chain_open(&bench->pipeline, events, MEASURE_ALL, &bench->problems);
    return bench->chain != NULL;
}

static void push_as(struct bench *bench, const char *input, const char *text,
                    enum record_format format)
{
    char *copy = memory_copy(text, strlen(text));
    assert_non_null(copy);
    struct record record = {
        .bytes = {copy, strlen(text)}, .format = format, .input = input, .line = 1};
    chain_process(bench->chain, &record);
    memset(copy, '#', strlen(text)); /* whoever still looks at it shows */
    free(copy);
}

static void push(struct bench *bench, const char *input, const char *text)
{
    push_as(bench, input, text, RECORD_TEXT);
}

static void close_bench(struct bench *bench, const char *log)
{
    chain_close(bench->chain);
    assert_string_equal(buffer_text(&bench->log), log);
    for (size_t i = 0; i < bench->pipeline.step_count; i++) {
        options_close(&bench->steps[i].options);
        condition_free(bench->steps[i].when);
    }
    buffer_free(&bench->log);
    problems_free(&bench->problems);
}

/* One document, "in" with the text "text", through one stage and what comes after it. */
static void expect_log(const quern_stage *stage, const char *log)
{
    struct bench bench = {0};
    add_step(&bench, stage);
    add_step(&bench, &exclaim);
    assert_true(open_bench(&bench));
    push(&bench, "in", "text");
    assert_true(chain_flush(bench.chain));
    close_bench(&bench, log);
}

/* ---- Tests ---- */

static void verdicts_are_followed(void **state)
{
    (void)state;
    expect_log(&exclaim, "[in:text!!]");
    expect_log(&drop, "(text dropped drop: not wanted)");
    expect_log(&fail, "(text failed fail: cannot do 7)");
    expect_log(&silent_fail, "(text failed silent_fail: the stage gave no reason)");
    expect_log(&strange,
               "(text failed strange: the stage answered with a verdict that does not exist)");
}

static void contracts_are_kept(void **state)
{
    (void)state;
    expect_log(&forget_editor, "(text failed forget_editor: the stage left an editor open)");
    expect_log(&bad_edit, "(text failed bad_edit: a range does not lie within the text, or is "
                          "empty where it may not be)");
    expect_log(&bad_span, "(text failed bad_span: a range does not lie within the text, or is "
                          "empty where it may not be)");
    expect_log(&hold_wrongly, "(text failed hold_wrongly: the stage holds a document, but its "
                              "mode is not stream)");
    expect_log(&emit_from_each, "(text failed emit_from_each: the stage emits a document, but its "
                                "mode is not stream)");
    expect_log(&emit_borrowed, "(text failed emit_borrowed: the stage emits a document that it "
                               "has only borrowed)");
}

static void limits_are_kept(void **state)
{
    (void)state;
    struct bench bench = {0};
    add_step(&bench, &spin)->limit_time = 0.0001;
    assert_true(open_bench(&bench));
    push(&bench, "in", "text");
    assert_non_null(strstr(buffer_text(&bench.log), "(text failed spin: took "));
    assert_non_null(
        strstr(buffer_text(&bench.log), "took more than its limit of 0.0001 s of processor time)"));
    buffer_clear(&bench.log);
    close_bench(&bench, "");

    struct bench memory = {0};
    add_step(&memory, &eat)->limit_memory = 100000;
    assert_true(open_bench(&memory));
    push(&memory, "in", "text");
    close_bench(&memory, "(text failed eat: out of memory, or over the memory limit)");

    struct bench enough = {0};
    struct step *step = add_step(&enough, &eat);
    step->limit_memory = 10000000;
    step->limit_time = 60;
    assert_true(open_bench(&enough));
    push(&enough, "in", "text");
    close_bench(&enough, "[in:text]");
}

static void conditions_skip_steps(void **state)
{
    (void)state;
    struct bench bench = {0};
    add_step(&bench, &exclaim);
    struct step *step = add_step(&bench, &exclaim);
    const struct yaml_node when = {.text = QUERN_STRING("metadata.loud == true")};
    step->when = condition_parse(&when, &bench.problems);
    assert_non_null(step->when);
    assert_true(open_bench(&bench));
    push_as(&bench, "a", "{\"text\":\"x\",\"metadata\":{\"loud\":true}}", RECORD_JSONL);
    push_as(&bench, "b", "{\"text\":\"x\",\"metadata\":{\"loud\":false}}", RECORD_JSONL);
    const struct step_counts *counts = chain_counts(bench.chain);
    assert_int_equal(counts[1].in, 1);
    assert_int_equal(counts[1].skipped, 1);
    assert_int_equal(counts[0].text, 2);
    assert_int_equal(counts[0].copied, 4);
    close_bench(&bench, "[a:x!!][b:x!]");
}

static void unreadable_records_fail(void **state)
{
    (void)state;
    struct bench bench = {0};
    add_step(&bench, &exclaim);
    assert_true(open_bench(&bench));
    push_as(&bench, "a", "{\"text\":", RECORD_JSONL);
    push(&bench, "b", "fine");
    assert_non_null(strstr(buffer_text(&bench.log), "({\"text\": failed unread: "));
    assert_non_null(strstr(buffer_text(&bench.log), "[b:fine!]"));
    buffer_clear(&bench.log);
    close_bench(&bench, "");
}

static void remarks_have_places(void **state)
{
    (void)state;
    struct bench bench = {0};
    add_step(&bench, &warn);
    assert_true(open_bench(&bench));
    push(&bench, "a", "one\r\ntwo\r\xC3\xA4\xC3\xB6x.");
    push_as(&bench, "b", "{\"text\":\"one\\ntwo\"}", RECORD_JSONL);
    close_bench(&bench, "{warn 3:3 mind this}[a:one\r\ntwo\r\xC3\xA4\xC3\xB6x.]"
                        "{warn 2:2 mind this}[b:one\ntwo]");
}

static void failed_steps_are_passed_over(void **state)
{
    (void)state;
    struct bench bench = {0};
    add_step(&bench, &warn);
    add_step(&bench, &change_and_fail)->on_error = ON_ERROR_PASS;
    add_step(&bench, &exclaim);
    add_step(&bench, &fail)->on_error = ON_ERROR_PASS;
    assert_true(open_bench(&bench));
    push(&bench, "in", "text");
    const struct step_counts *counts = chain_counts(bench.chain);
    assert_int_equal(counts[0].in, 1);
    assert_int_equal(counts[0].out, 1);
    assert_int_equal(counts[1].failed, 1);
    assert_int_equal(counts[2].in, 1);
    assert_int_equal(counts[3].failed, 1);
    close_bench(&bench, "{warn 1:3 mind this}{change_and_fail 1:1 about to fail}"
                        "(text passed on change_and_fail: changed my mind)"
                        "(text passed on fail: cannot do 7)"
                        "[in:text!][{\"stage\":\"change_and_fail\",\"reason\":\"changed my mind\"},"
                        "{\"stage\":\"fail\",\"reason\":\"cannot do 7\"}]");
}

static void marks_of_earlier_runs_stay(void **state)
{
    (void)state;
    struct bench bench = {0};
    add_step(&bench, &fail)->on_error = ON_ERROR_PASS;
    assert_true(open_bench(&bench));
    push_as(&bench, "in", "{\"text\":\"x\",\"metadata\":{\"quern_failed\":[{\"stage\":\"a\"}]}}",
            RECORD_JSONL);
    push_as(&bench, "in", "{\"text\":\"x\",\"metadata\":{\"quern_failed\":[ ]}}", RECORD_JSONL);
    chain_close(bench.chain);
    bench.chain = NULL;
    assert_non_null(
        strstr(buffer_text(&bench.log), "[in:x][{\"stage\":\"a\"},{\"stage\":\"fail\""));
    assert_non_null(strstr(buffer_text(&bench.log), "[in:x][{\"stage\":\"fail\""));
    buffer_clear(&bench.log);
    close_bench(&bench, "");
}

static void held_documents_outlive_their_records(void **state)
{
    (void)state;
    struct bench bench = {0};
    add_step(&bench, &exclaim);
    add_step(&bench, &reverse);
    add_step(&bench, &exclaim);
    assert_true(open_bench(&bench));
    push(&bench, "a", "one");
    push(&bench, "b", "two");
    push_as(&bench, "c", "{\"text\":\"three\"}", RECORD_JSONL);
    assert_true(chain_flush(bench.chain));
    const struct step_counts *counts = chain_counts(bench.chain);
    assert_int_equal(counts[1].in, 3);
    assert_int_equal(counts[1].out, 3);
    close_bench(&bench, "[c:three!!][b:two!!][a:one!!]");
}

static void held_documents_fail_as_they_came(void **state)
{
    (void)state;
    struct bench bench = {0};
    add_step(&bench, &exclaim);
    add_step(&bench, &reverse);
    add_step(&bench, &fail);
    assert_true(open_bench(&bench));
    push(&bench, "a", "one");
    push_as(&bench, "b", "{\"text\":\"go\"}", RECORD_JSONL);
    assert_true(chain_flush(bench.chain));
    close_bench(&bench, "({\"text\":\"go\"} failed fail: cannot do 7)(one failed fail: cannot do "
                        "7)");
}

static void held_documents_are_passed_as_they_came_in(void **state)
{
    (void)state;
    struct bench bench = {0};
    add_step(&bench, &exclaim);
    add_step(&bench, &reverse);
    add_step(&bench, &change_and_fail)->on_error = ON_ERROR_PASS;
    add_step(&bench, &exclaim);
    assert_true(open_bench(&bench));
    push(&bench, "a", "one");
    assert_true(chain_flush(bench.chain));
    close_bench(&bench,
                "{change_and_fail 1:1 about to fail}"
                "(one passed on change_and_fail: changed my mind)"
                "[a:one!!][{\"stage\":\"change_and_fail\",\"reason\":\"changed my mind\"}]");
}

static void made_documents_have_records(void **state)
{
    (void)state;
    struct bench bench = {0};
    add_step(&bench, &twice);
    add_step(&bench, &fail);
    assert_true(open_bench(&bench));
    push(&bench, "in", "x");
    assert_true(chain_flush(bench.chain));
    close_bench(&bench, "({\"text\":\"x\"}\n failed fail: cannot do 7)"
                        "({\"text\":\"x\"}\n failed fail: cannot do 7)"
                        "(x dropped twice: copied)");
}

static void documents_let_go_of_are_counted(void **state)
{
    (void)state;
    struct bench bench = {0};
    add_step(&bench, &first);
    assert_true(open_bench(&bench));
    push(&bench, "a", "one");
    push(&bench, "b", "two");
    push(&bench, "c", "three");
    assert_true(chain_flush(bench.chain));
    const struct step_counts *counts = chain_counts(bench.chain);
    assert_int_equal(counts->in, 3);
    assert_int_equal(counts->out, 1);
    assert_int_equal(counts->dropped, 2);
    close_bench(&bench, "[a:one]");
}

static void hoarded_documents_fail(void **state)
{
    (void)state;
    struct bench bench = {0};
    add_step(&bench, &hoard);
    assert_true(open_bench(&bench));
    push(&bench, "a", "one");
    assert_true(chain_flush(bench.chain));
    close_bench(&bench, "(one failed hoard: the stage still held the document at the end)");
}

static void a_flush_that_fails_loses_nothing(void **state)
{
    (void)state;
    struct bench bench = {0};
    add_step(&bench, &bad_flush);
    assert_true(open_bench(&bench));
    push(&bench, "a", "one");
    push(&bench, "b", "two");
    assert_false(chain_flush(bench.chain));
    const struct step_counts *counts = chain_counts(bench.chain);
    assert_int_equal(counts->failed, 2);
    close_bench(&bench, "{bad_flush 0:0 the flush went wrong}"
                        "(one failed bad_flush: the flush went wrong)"
                        "(two failed bad_flush: the flush went wrong)");
}

static void a_stopped_chain_lets_go(void **state)
{
    (void)state;
    struct bench bench = {0};
    add_step(&bench, &reverse);
    assert_true(open_bench(&bench));
    push(&bench, "a", "one");
    chain_stop(bench.chain);
    assert_true(chain_flush(bench.chain));
    close_bench(&bench, "");
}

static void stages_that_cannot_open_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *reason;
        size_t line;
    } wanted[] = {
        {"[unopened] cannot be opened: no such model", 2},
        {"[hasty] cannot be opened: the stage emits a document before there is any", 3},
        {"keep: 3 is odd", 4},
        {"drop: at byte 4: no such word", 4},
    };
    struct bench bench = {0};
    add_step(&bench, &exclaim);
    add_step(&bench, &unopened);
    add_step(&bench, &hasty);
    add_step(&bench, &refusing);
    assert_false(open_bench(&bench));
    assert_int_equal(bench.problems.count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(bench.problems.items[i].message, wanted[i].reason);
        assert_int_equal(bench.problems.items[i].line, wanted[i].line);
    }
    close_bench(&bench, "");
}

static void a_pipeline_opens_more_than_once(void **state)
{
    (void)state;
    struct bench bench = {0};
    add_step(&bench, &reverse);
    for (int i = 0; i < 2; i++) {
        assert_true(open_bench(&bench));
        push(&bench, "a", "one");
        assert_true(chain_flush(bench.chain));
        if (!i)
            chain_close(bench.chain);
    }
    close_bench(&bench, "[a:one][a:one]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_are_followed),
        cmocka_unit_test(contracts_are_kept),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(conditions_skip_steps),
        cmocka_unit_test(unreadable_records_fail),
        cmocka_unit_test(remarks_have_places),
        cmocka_unit_test(failed_steps_are_passed_over),
        cmocka_unit_test(marks_of_earlier_runs_stay),
        cmocka_unit_test(held_documents_outlive_their_records),
        cmocka_unit_test(held_documents_fail_as_they_came),
        cmocka_unit_test(held_documents_are_passed_as_they_came_in),
        cmocka_unit_test(made_documents_have_records),
        cmocka_unit_test(documents_let_go_of_are_counted),
        cmocka_unit_test(hoarded_documents_fail),
        cmocka_unit_test(a_flush_that_fails_loses_nothing),
        cmocka_unit_test(a_stopped_chain_lets_go),
        cmocka_unit_test(stages_that_cannot_open_are_told),
        cmocka_unit_test(a_pipeline_opens_more_than_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

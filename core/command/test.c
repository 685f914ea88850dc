/*
 * quern test: the tests inside pipeline files.
 */
#include "command/command.h"
#include "command/expect.h"

#include <string.h>

static const struct flag flags[] = {PLUGIN_FLAG, PARANOID_FLAG, QUIET_FLAG, COMMON_FLAGS, {0}};

struct tally {
    size_t passed, failed;
    bool quiet, paranoid;
    int status;
};

/* What came of the document of a test. */
struct trial {
    const struct pipeline_test *test;
    size_t delivered, dropped, failed;
    struct buffer complaints;
};

static void deliver(void *user, const struct record *record, quern_document *doc)
{
    struct trial *trial = user;
    (void)record;
    if (!trial->delivered++ && !trial->test->expect_dropped && !trial->test->expect_failed)
        expect_document(trial->test, doc, &trial->complaints);
}

static void lose(void *user, const struct loss *loss)
{
    struct trial *trial = user;
    const char *step = loss->step ? loss->step->label : "read";
    if (loss->kind == LOSS_PASSED_ON)
        return;
    bool dropped = loss->kind == LOSS_DROPPED;
    const char *expected = dropped ? trial->test->expect_dropped : trial->test->expect_failed;
    trial->dropped += dropped;
    trial->failed += !dropped;
    if (!expected)
        buffer_print(&trial->complaints, "  the document %s: [%s] %s\n",
                     dropped ? "was dropped" : "failed", step, loss->reason);
    else if (!strstr(loss->reason, expected))
        buffer_print(&trial->complaints, "  the reason is not as expected: [%s] %s\n", step,
                     loss->reason);
}

static void take_remark(void *user, const struct remark *remark)
{
    (void)user;
    (void)remark;
}

static void check_outcome(struct trial *trial)
{
    const struct pipeline_test *test = trial->test;
    if (test->expect_dropped && !trial->dropped)
        buffer_add_text(&trial->complaints, "  the document was not dropped\n");
    if (test->expect_failed && !trial->failed)
        buffer_add_text(&trial->complaints, "  the document did not fail\n");
    bool gone = trial->dropped || trial->failed || test->expect_dropped || test->expect_failed;
    if (!gone && trial->delivered != 1)
        buffer_print(&trial->complaints, "  %zu documents came out, not one\n", trial->delivered);
}

/* Each test has stages of its own, so that none sees what another has left. */
static bool run_test(const struct pipeline *pipeline, struct trial *trial, bool paranoid,
                     struct problems *problems)
{
    struct chain_events events = {
        .user = trial, .deliver = deliver, .lose = lose, .remark = take_remark};
    struct chain *chain = chain_open(pipeline, events, false, problems);
    if (!chain)
        return false;
    if (paranoid)
        chain_be_paranoid(chain);
    const struct record record = {.bytes = trial->test->input,
                                  .format =
                                      trial->test->input_is_record ? RECORD_JSONL : RECORD_TEXT,
                                  .input = "test",
                                  .line = 1};
    chain_process(chain, &record);
    if (!chain_flush(chain))
        buffer_add_text(&trial->complaints, "  a stage failed at the end\n");
    chain_close(chain);
    check_outcome(trial);
    return true;
}

static void report(const struct pipeline *pipeline, struct trial *trial, struct tally *tally)
{
    const struct pipeline_test *test = trial->test;
    bool fine = !trial->complaints.size && !trial->complaints.failed;
    tally->passed += fine;
    tally->failed += !fine;
    if (fine && tally->quiet)
        return;
    printf("%s %s:%zu: %s\n", fine ? "ok  " : "FAIL", pipeline->path, test->place.line, test->name);
    fputs(buffer_text(&trial->complaints), stdout);
}

static void run_tests(const struct pipeline *pipeline, quern_string source, struct tally *tally)
{
    struct problems problems = {0};
    for (size_t i = 0; i < pipeline->test_count; i++) {
        struct trial trial = {.test = &pipeline->tests[i]};
        bool ran = run_test(pipeline, &trial, tally->paranoid, &problems);
        if (ran)
            report(pipeline, &trial, tally);
        buffer_free(&trial.complaints);
        if (!ran) {
            tally->status = STATUS_CONFIG;
            break;
        }
    }
    problems_print(&problems, source, stderr);
    problems_free(&problems);
}

static void test_file(const char *path, struct loader *loader, struct tally *tally)
{
    struct problems problems = {0};
    struct buffer source = {0};
    struct pipeline *pipeline = pipeline_load(path, loader, &source, &problems);
    const quern_string text = {source.data, source.size};
    problems_print(&problems, text, stderr);
    if (pipeline)
        run_tests(pipeline, text, tally);
    else
        tally->status = STATUS_CONFIG;
    pipeline_free(pipeline);
    problems_free(&problems);
    buffer_free(&source);
}

static int run(struct arguments *arguments)
{
    struct tally tally = {.quiet = arguments->quiet, .paranoid = arguments->paranoid};
    struct loader *loader = open_plugins(arguments);
    if (!loader)
        tally.status = STATUS_CONFIG;
    for (size_t i = 0; loader && i < arguments->operands.count; i++)
        test_file(arguments->operands.items[i], loader, &tally);
    printf("%zu passed, %zu failed\n", tally.passed, tally.failed);
    loader_close(loader);
    return tally.status || !tally.failed ? tally.status : STATUS_DATA;
}

const struct command command_test = {
    .name = "test",
    .operands = "PIPELINE...",
    .summary = "run the tests inside pipeline files",
    .text = "Takes the input of each test through the pipeline and compares what comes out with "
            "what the test expects. The last line counts the tests. The status is 65 when one "
            "failed, 78 when a pipeline is wrong.",
    .examples = "quern test pipelines/*.yaml",
    .least = 1,
    .most = SIZE_MAX,
    .flags = flags,
    .run = run};

/*
 * harness.c - see harness.h.
 */
#include "harness.h"

#include <stdlib.h>
#include <string.h>

static const char *const severities[] = {"note", "warning", "error"};

static void collect_report(void *user, const struct message *message)
{
    struct harness *harness = user;
    buffer_print(&harness->reports, "%s %zu-%zu: %s\n", severities[message->severity],
                 message->begin, message->end, message->text);
}

static void collect_refusal(void *user, const struct refusal *refusal)
{
    struct harness *harness = user;
    buffer_print(&harness->reports, "refused %s[%zu] at %zu: %s\n", refusal->option, refusal->entry,
                 refusal->offset, refusal->why);
}

static void collect_document(void *user, quern_document *doc)
{
    struct harness *harness = user;
    assert_int_equal(harness->stage->mode, QUERN_STREAM);
    assert_true(harness->emitted_count < sizeof harness->emitted / sizeof *harness->emitted);
    harness->emitted[harness->emitted_count++] = doc;
}

static void set_option(struct harness *harness, const char *name, const char *value)
{
    struct problems problems = {0};
    const quern_option *option = options_find(harness->stage->options, name);
    if (!option)
        fail_msg("%s has no option %s", harness->stage->name, name);
    options_set(&harness->options, option, value, (struct place){0}, &problems);
    if (problems.errors)
        fail_msg("%s", problems.items[0].message);
}

struct harness *harness_open(const quern_stage *stage, ...)
{
    struct harness *harness = calloc(1, sizeof *harness);
    assert_non_null(harness);
    harness->stage = stage;
    assert_true(options_open(&harness->options, stage));
    va_list list;
    va_start(list, stage);
    for (const char *name; (name = va_arg(list, const char *));)
        set_option(harness, name, va_arg(list, const char *));
    va_end(list);
    struct call_sink sink = {harness, collect_report, collect_document, collect_refusal};
    harness->call = call_open(stage->name, sink);
    assert_non_null(harness->call);
    harness->opened = !stage->open || stage->open(harness->options.state, harness->call);
    assert_false(harness->opened && call_refused(harness->call));
    return harness;
}

static void check_document(struct harness *harness, uint64_t copied)
{
    assert_false(document_has_open_editor(harness->doc));
    if (harness->stage->keeps_text)
        assert_int_equal(document_copied(harness->doc), copied);
    quern_string text = quern_text(harness->doc);
    assert_int_equal(utf8_valid_prefix(text.data, text.size), text.size);
}

quern_verdict harness_push_document(struct harness *harness, quern_document *doc)
{
    assert_true(harness->opened);
    quern_document_free(harness->doc);
    harness->doc = doc;
    buffer_clear(&harness->reports);
    call_reset(harness->call);
    uint64_t copied = document_copied(doc);
    quern_verdict verdict = harness->stage->process(harness->options.state, doc, harness->call);
    if (verdict == QUERN_HOLD) {
        assert_int_equal(harness->stage->mode, QUERN_STREAM);
        harness->doc = NULL;
        return verdict;
    }
    check_document(harness, copied);
    if (verdict != QUERN_FAIL)
        assert_int_equal(quern_document_status(doc), QUERN_OK);
    return verdict;
}

quern_verdict harness_push(struct harness *harness, quern_string text)
{
    quern_document *doc = quern_document_new();
    assert_non_null(doc);
    assert_int_equal(quern_set_text(doc, text), QUERN_OK);
    return harness_push_document(harness, doc);
}

bool harness_flush(struct harness *harness)
{
    call_reset(harness->call);
    return !harness->stage->flush || harness->stage->flush(harness->options.state, harness->call);
}

void harness_close(struct harness *harness)
{
    if (harness->opened && harness->stage->close)
        harness->stage->close(harness->options.state);
    for (size_t i = 0; i < harness->emitted_count; i++)
        quern_document_free(harness->emitted[i]);
    quern_document_free(harness->doc);
    call_close(harness->call);
    options_close(&harness->options);
    buffer_free(&harness->reports);
    free(harness);
}

const char *harness_reason(struct harness *harness)
{
    return call_reason(harness->call);
}

void harness_expect(struct harness *harness, quern_string text)
{
    quern_string have = quern_text(harness->doc);
    if (!quern_string_equal(have, text))
        fail_msg("expected \"%.*s\", got \"%.*s\"", (int)text.size, text.data, (int)have.size,
                 have.data);
}

void harness_expect_text(struct harness *harness, const char *text)
{
    harness_expect(harness, (quern_string){text, strlen(text)});
}

bool harness_leads_back(const struct harness *harness)
{
    quern_changes changes = quern_find_changes(harness->doc);
    quern_string text = quern_text(harness->doc), source = quern_source(harness->doc);
    size_t from = 0;
    uint64_t source_from = 0;
    for (size_t i = 0; i <= changes.count; i++) {
        bool last = i == changes.count;
        size_t size = (last ? text.size : changes.items[i].begin) - from;
        uint64_t source_end = last ? source.size : changes.items[i].source_begin;
        if (source_end - source_from < size ||
            (size && memcmp(text.data + from, source.data + source_from, size) != 0))
            return false;
        from = last ? from : changes.items[i].end;
        source_from = last ? source_from : changes.items[i].source_end;
    }
    return true;
}

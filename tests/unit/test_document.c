/*
 * Documents: text and source, edits that are refused, spans, metadata, limits, calls.
 */
#include "document/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define assert_text(string, expected)                                                              \
    do {                                                                                           \
        quern_string actual_ = (string);                                                           \
        assert_non_null(actual_.data);                                                             \
        assert_int_equal(actual_.size, strlen(expected));                                          \
        assert_memory_equal(actual_.data, expected, actual_.size);                                 \
    } while (0)

static int open_document(void **state)
{
    *state = quern_document_new();
    return *state ? 0 : -1;
}

static int close_document(void **state)
{
    quern_document_free(*state);
    return 0;
}

/* ---- Text ---- */

static void test_valid_text_is_borrowed(void **state)
{
    quern_document *doc = *state;
    quern_string text = QUERN_STRING("caf\xC3\xA9\0x");
    assert_int_equal(document_load(doc, text), QUERN_OK);
    assert_ptr_equal(quern_text(doc).data, text.data);
    assert_ptr_equal(quern_source(doc).data, text.data);
    assert_int_equal(document_own(doc), QUERN_OK);
    assert_ptr_not_equal(quern_text(doc).data, text.data);
    assert_ptr_equal(quern_text(doc).data, quern_source(doc).data);
    assert_true(quern_string_equal(quern_text(doc), text));
}

static void test_empty_document(void **state)
{
    quern_document *doc = *state;
    assert_text(quern_text(doc), "");
    assert_int_equal(document_load(doc, (quern_string){NULL, 0}), QUERN_OK);
    assert_text(quern_text(doc), "");
    quern_origin origin = quern_find_origin(doc, 0, 0);
    assert_int_equal(origin.begin, 0);
    assert_int_equal(origin.end, 0);
    assert_int_equal(quern_commit(quern_edit(doc, NULL)), QUERN_PASS);
}

static void test_ill_formed_text_is_replaced(void **state)
{
    quern_document *doc = *state;
    quern_string source = QUERN_STRING("a\x93z\xE2\x82"
                                       "b\xC3\xA9\xFF");
    assert_int_equal(document_load(doc, source), QUERN_OK);
    assert_text(quern_text(doc), "a\xEF\xBF\xBDz\xEF\xBF\xBD"
                                 "b\xC3\xA9\xEF\xBF\xBD");
    quern_changes changes = quern_find_changes(doc);
    assert_int_equal(changes.count, 3);
    assert_int_equal(changes.items[1].source_begin, 3);
    assert_int_equal(changes.items[1].source_end, 5);
    assert_string_equal(quern_change_stage(doc, &changes.items[1]), "read");
    assert_string_equal(quern_change_rule(doc, &changes.items[1]), "invalid-utf8");
    quern_origin origin = quern_find_origin(doc, 8, 11);
    assert_int_equal(origin.begin, 5);
    assert_int_equal(origin.end, 8);
    assert_true(origin.copied);
    assert_int_equal(document_own(doc), QUERN_OK);
    assert_text(quern_text(doc), "a\xEF\xBF\xBDz\xEF\xBF\xBD"
                                 "b\xC3\xA9\xEF\xBF\xBD");
}

static void test_set_text_may_take_a_part_of_itself(void **state)
{
    quern_document *doc = *state;
    assert_int_equal(quern_set_text(doc, QUERN_STRING("one two")), QUERN_OK);
    quern_string text = quern_text(doc);
    assert_int_equal(quern_set_text(doc, (quern_string){text.data + 4, 3}), QUERN_OK);
    assert_text(quern_text(doc), "two");
    quern_editor *edit = quern_edit(doc, NULL);
    assert_int_equal(quern_set_text(doc, QUERN_STRING("x")), QUERN_EDITOR_OPEN);
    quern_abandon(edit);
    assert_text(quern_text(doc), "two");
}

static void test_lines(void **state)
{
    (void)state;
    quern_string text = QUERN_STRING("a line that is longer than a vector\r\n \xC2\xA0\t\n\rend");
    const struct {
        size_t begin, end, next;
        bool blank;
    } expected[] = {
        {0, 35, 37, false}, {37, 41, 42, true}, {42, 42, 43, true}, {43, 46, 46, false}};
    quern_line line = {0};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_true(quern_next_line(text, &line));
        assert_int_equal(line.begin, expected[i].begin);
        assert_int_equal(line.end, expected[i].end);
        assert_int_equal(line.next, expected[i].next);
        assert_int_equal(line.blank, expected[i].blank);
    }
    assert_false(quern_next_line(text, &line));
    assert_int_equal(line.begin, 43);
    line = (quern_line){0};
    assert_false(quern_next_line(QUERN_STRING(""), &line));
}

static void test_characters(void **state)
{
    (void)state;
    quern_string text = QUERN_STRING("a\xC3\xA9\xE2\x82\xAC\xF0\x9D\x84\x9E");
    const uint32_t expected[] = {'a', 0xE9, 0x20AC, 0x1D11E};
    size_t at = 0;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(quern_next_char(text, &at), expected[i]);
    assert_int_equal(at, text.size);
}

/* ---- Edits ---- */

static void test_edits_in_one_pass(void **state)
{
    quern_document *doc = *state;
    document_load(doc, QUERN_STRING("one two three"));
    quern_editor *edit = quern_edit(doc, NULL);
    quern_insert(edit, 0, QUERN_STRING("("), "open");
    quern_replace(edit, 4, 7, QUERN_STRING("2"), "number");
    quern_cut(edit, 7, 13, "tail");
    quern_cut(edit, 13, 13, "nothing");
    assert_true(document_has_open_editor(doc));
    assert_text(quern_text(doc), "one two three");
    assert_int_equal(quern_commit(edit), QUERN_PASS);
    assert_false(document_has_open_editor(doc));
    assert_text(quern_text(doc), "(one 2");
    assert_int_equal(document_copied(doc), 6);
    assert_int_equal(quern_find_changes(doc).count, 3);
    assert_int_equal(quern_splice(doc, NULL, 0, 1, QUERN_STRING(""), "close"), QUERN_PASS);
    assert_text(quern_text(doc), "one 2");
    assert_int_equal(quern_find_changes(doc).count, 2);
}

static void check_refused(quern_document *doc, quern_editor *edit, quern_status expected)
{
    assert_int_equal(quern_commit(edit), QUERN_FAIL);
    assert_int_equal(quern_document_status(doc), expected);
    assert_text(quern_text(doc), "caf\xC3\xA9 noir");
    assert_int_equal(quern_find_changes(doc).count, 0);
    document_clear(doc);
    document_load(doc, QUERN_STRING("caf\xC3\xA9 noir"));
}

static void test_edits_that_are_refused(void **state)
{
    quern_document *doc = *state;
    document_load(doc, QUERN_STRING("caf\xC3\xA9 noir"));

    quern_editor *edit = quern_edit(doc, NULL);
    quern_cut(edit, 9, 11, "behind the end");
    check_refused(doc, edit, QUERN_BAD_RANGE);

    edit = quern_edit(doc, NULL);
    quern_cut(edit, 2, 1, "reversed");
    check_refused(doc, edit, QUERN_BAD_RANGE);

    edit = quern_edit(doc, NULL);
    quern_cut(edit, 3, 5, "first");
    quern_cut(edit, 2, 3, "before it");
    check_refused(doc, edit, QUERN_NOT_ASCENDING);

    edit = quern_edit(doc, NULL);
    quern_cut(edit, 3, 4, "half a character");
    check_refused(doc, edit, QUERN_NOT_UTF8);

    edit = quern_edit(doc, NULL);
    quern_insert(edit, 0, QUERN_STRING("\xFF"), "not UTF-8");
    quern_cut(edit, 0, 1, "after an error");
    check_refused(doc, edit, QUERN_NOT_UTF8);

    edit = quern_edit(doc, NULL);
    assert_ptr_equal(quern_edit(doc, NULL), edit);
    check_refused(doc, edit, QUERN_EDITOR_OPEN);
}

static void test_restored_changes(void **state)
{
    quern_document *doc = *state;
    const quern_string stage = QUERN_STRING("cleanup"), rule = QUERN_STRING("bom");
    assert_int_equal(document_restore(doc, QUERN_STRING("text")), QUERN_OK);
    assert_null(quern_source(doc).data);
    quern_change change = {0, 0, 0, 3, 0};
    assert_int_equal(document_restore_change(doc, change, stage, rule), QUERN_OK);
    assert_int_equal(quern_find_origin(doc, 1, 2).begin, 4);
    change = (quern_change){2, 3, 2, 9, 0};
    assert_int_equal(document_restore_change(doc, change, stage, rule), QUERN_BAD_RANGE);
    document_clear(doc);
    assert_int_equal(document_restore(doc, QUERN_STRING("\xFF")), QUERN_NOT_UTF8);
}

/* ---- Spans ---- */

static void test_spans_are_sorted_when_read(void **state)
{
    quern_document *doc = *state;
    document_load(doc, QUERN_STRING("0123456789"));
    quern_layer *layer = quern_layer_of(doc, "token");
    uint32_t label = quern_label(doc, "word");
    assert_int_equal(quern_label(doc, "word"), label);
    quern_add_span(layer, 4, 6, label);
    quern_add_span(layer, 0, 2, label);
    quern_add_span(layer, 0, 9, label);
    quern_add_span(layer, 7, 8, quern_label(doc, "number"));
    quern_spans spans = quern_find_spans(doc, "token");
    assert_int_equal(spans.count, 4);
    assert_int_equal(spans.items[0].end, 9);
    assert_int_equal(spans.items[1].end, 2);
    assert_int_equal(spans.items[2].begin, 4);
    assert_string_equal(quern_label_name(doc, spans.items[3].label), "number");
    quern_remove_span(layer, 1);
    quern_remove_span(layer, 99);
    spans = quern_spans_of(layer);
    assert_int_equal(spans.count, 3);
    assert_int_equal(spans.items[1].begin, 4);
    quern_clear_layer(layer);
    assert_int_equal(quern_spans_of(layer).count, 0);
}

static void test_spans_that_are_refused(void **state)
{
    quern_document *doc = *state;
    document_load(doc, QUERN_STRING("caf\xC3\xA9"));
    quern_layer *layer = quern_layer_of(doc, "token");
    const size_t ranges[][2] = {{0, 6}, {2, 2}, {3, 2}, {0, 4}, {4, 5}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        assert_true(quern_add_span(layer, ranges[i][0], ranges[i][1], 0) == SIZE_MAX);
    assert_int_equal(quern_document_status(doc), QUERN_BAD_RANGE);
    assert_true(quern_add_span(NULL, 0, 1, 0) == SIZE_MAX);
    assert_int_equal(quern_find_spans(doc, "none").count, 0);
}

static void test_layers_are_listed_and_counted(void **state)
{
    quern_document *doc = *state;
    char name[32];
    for (int i = 0; i < 1024; i++) {
        snprintf(name, sizeof name, "layer-%d", i);
        assert_non_null(quern_layer_of(doc, name));
    }
    assert_null(quern_layer_of(doc, "one too many"));
    assert_int_equal(quern_document_status(doc), QUERN_TOO_LARGE);
    int count = 0;
    for (quern_layer *layer = NULL; (layer = quern_next_layer(doc, layer)); count++) {
        snprintf(name, sizeof name, "layer-%d", count);
        assert_string_equal(quern_layer_name(layer), name);
    }
    assert_int_equal(count, 1024);
    document_clear(doc);
    assert_null(quern_next_layer(doc, NULL));
    assert_string_equal(quern_layer_name(NULL), "");
}

static void test_scores_and_attributes(void **state)
{
    quern_document *doc = *state;
    document_load(doc, QUERN_STRING("25 million"));
    quern_layer *layer = quern_layer_of(doc, "entity");
    size_t index = quern_add_span(layer, 0, 10, quern_label(doc, "MONEY"));
    double score = -1;
    assert_false(quern_get_score(layer, index, &score));
    quern_set_attribute(layer, index, "currency", QUERN_STRING("\"USD\""));
    assert_false(quern_get_score(layer, index, &score));
    quern_set_score(layer, index, 0.5);
    assert_true(quern_get_score(layer, index, &score) && score == 0.5);
    quern_set_attribute(layer, index, "amount", QUERN_STRING("1"));
    quern_set_attribute(layer, index, "amount", QUERN_STRING("25e6"));
    assert_text(quern_get_attribute(layer, index, "amount"), "25e6");
    assert_null(quern_get_attribute(layer, index, "none").data);
    quern_member member;
    assert_true(quern_attribute_at(layer, index, 1, &member));
    assert_string_equal(member.key, "amount");
    assert_false(quern_attribute_at(layer, index, 2, &member));
    assert_int_equal(quern_document_status(doc), QUERN_OK);
    quern_set_attribute(layer, index, "bad", QUERN_STRING("25e"));
    assert_int_equal(quern_document_status(doc), QUERN_NOT_JSON);
}

static void test_attributes_are_bounded(void **state)
{
    quern_document *doc = *state;
    document_load(doc, QUERN_STRING("x"));
    quern_layer *layer = quern_layer_of(doc, "entity");
    size_t index = quern_add_span(layer, 0, 1, quern_label(doc, "X"));
    char key[16];
    for (int i = 0; i < 256; i++) {
        snprintf(key, sizeof key, "%d", i);
        quern_set_attribute(layer, index, key, QUERN_STRING("0"));
    }
    assert_int_equal(quern_document_status(doc), QUERN_OK);
    quern_set_attribute(layer, index, "more", QUERN_STRING("0"));
    assert_int_equal(quern_document_status(doc), QUERN_TOO_LARGE);
}

/* ---- Metadata ---- */

static void test_metadata(void **state)
{
    quern_document *doc = *state;
    assert_int_equal(quern_set_metadata(doc, "a", QUERN_STRING(" [1, {}] ")), QUERN_OK);
    assert_int_equal(quern_set_metadata(doc, "b", QUERN_STRING("\"x\\u00e9\"")), QUERN_OK);
    assert_int_equal(quern_set_field(doc, "source", QUERN_STRING("\"file\"")), QUERN_OK);
    assert_text(quern_metadata(doc, "a"), " [1, {}] ");
    assert_null(quern_metadata(doc, "source").data);
    assert_text(quern_field(doc, "source"), "\"file\"");
    quern_string text;
    assert_true(quern_json_text(doc, quern_metadata(doc, "b"), &text));
    assert_text(text, "x\xC3\xA9");
    assert_false(quern_json_text(doc, quern_metadata(doc, "a"), &text));
    assert_false(quern_json_text(doc, QUERN_STRING("\"\\ud800\""), &text));
    assert_false(quern_json_text(doc, quern_metadata(doc, "none"), &text));
    quern_member member;
    assert_int_equal(quern_set_metadata(doc, "a", (quern_string){NULL, 0}), QUERN_OK);
    assert_true(quern_metadata_at(doc, 0, &member));
    assert_string_equal(member.key, "b");
    assert_false(quern_metadata_at(doc, 1, &member));
    assert_true(quern_field_at(doc, 0, &member));
    assert_int_equal(quern_set_metadata(doc, "a", QUERN_STRING("2")), QUERN_OK);
    assert_true(quern_metadata_at(doc, 0, &member));
    assert_string_equal(member.key, "a");
    assert_int_equal(quern_set_metadata(doc, "none", (quern_string){NULL, 0}), QUERN_OK);
    assert_int_equal(quern_document_status(doc), QUERN_OK);
    assert_int_equal(quern_set_field(doc, "text", QUERN_STRING("1")), QUERN_RESERVED_KEY);
    assert_int_equal(quern_set_metadata(doc, "c", QUERN_STRING("{")), QUERN_NOT_JSON);
    assert_int_equal(quern_document_status(doc), QUERN_RESERVED_KEY);
}

static void test_json_values(void **state)
{
    quern_document *doc = *state;
    double number = 0;
    bool truth = false;
    assert_true(quern_json_number(QUERN_STRING(" -2.5e1 "), &number) && number == -25);
    assert_false(quern_json_number(QUERN_STRING("\"1\""), &number));
    assert_false(quern_json_number((quern_string){NULL, 0}, &number));
    assert_true(quern_json_bool(QUERN_STRING("true"), &truth) && truth);
    assert_true(quern_json_bool(QUERN_STRING("false"), &truth) && !truth);
    assert_false(quern_json_bool(QUERN_STRING("null"), &truth));
    assert_text(quern_to_json(doc, QUERN_STRING("a\"\n")), "\"a\\\"\\n\"");
}

/* ---- Limits and reuse ---- */

static void test_memory_limit(void **state)
{
    quern_document *doc = *state;
    document_load(doc, QUERN_STRING("text"));
    document_limit_memory(doc, 100000);
    quern_layer *layer = quern_layer_of(doc, "token");
    while (quern_add_span(layer, 0, 1, 0) != SIZE_MAX)
        assert_true(document_memory(doc) <= 100000);
    assert_int_equal(quern_document_status(doc), QUERN_NO_MEMORY);
    document_clear(doc);
    assert_int_equal(quern_document_status(doc), QUERN_OK);
    assert_null(quern_alloc(doc, SIZE_MAX / 2, 4));
    assert_int_equal(quern_document_status(doc), QUERN_NO_MEMORY);
}

static void test_a_cleared_document_is_as_new(void **state)
{
    quern_document *doc = *state;
    for (int round = 0; round < 3; round++) {
        assert_int_equal(document_load(doc, QUERN_STRING("one two")), QUERN_OK);
        assert_int_equal(document_set_id(doc, QUERN_STRING("id"), false), QUERN_OK);
        quern_set_metadata(doc, "a", QUERN_STRING("1"));
        quern_add_span(quern_layer_of(doc, "token"), 0, 3, quern_label(doc, "word"));
        quern_splice(doc, NULL, 0, 3, QUERN_STRING("1"), "number");
        quern_render(doc, QUERN_STRING(""));
        assert_non_null(document_rendition(doc).data);
        document_clear(doc);
        assert_text(quern_text(doc), "");
        assert_text(quern_id(doc), "");
        assert_null(quern_metadata(doc, "a").data);
        assert_null(quern_next_layer(doc, NULL));
        assert_int_equal(quern_find_changes(doc).count, 0);
        assert_null(document_rendition(doc).data);
        assert_int_equal(document_copied(doc), 0);
    }
}

/* ---- Calls ---- */

struct heard {
    char text[64];
    size_t begin;
    quern_document *emitted;
};

static void hear_report(void *user, const struct message *message)
{
    struct heard *heard = user;
    snprintf(heard->text, sizeof heard->text, "%d %s", message->severity, message->text);
    heard->begin = message->begin;
}

static void hear_emit(void *user, quern_document *doc)
{
    struct heard *heard = user;
    heard->emitted = doc;
}

static void test_calls(void **state)
{
    (void)state;
    struct heard heard = {0};
    quern_call *call = call_open("step", (struct call_sink){&heard, hear_report, hear_emit, NULL});
    assert_non_null(call);
    quern_report(call, QUERN_WARNING, 3, 4, "%d words", 7);
    assert_string_equal(heard.text, "1 7 words");
    assert_int_equal(heard.begin, 3);
    assert_int_equal(quern_drop(call, "shorter than %d", 5), QUERN_DROP);
    assert_string_equal(call_reason(call), "shorter than 5");
    assert_int_equal(quern_fail(call, "no"), QUERN_FAIL);
    assert_string_equal(call_reason(call), "no");
    quern_report(call, QUERN_WARNING, 0, 0, "%ls",
                 L"\u4e00"); /* cannot be printed in this locale */
    assert_string_equal(heard.text, "1 (the message was lost: out of memory)");
    quern_fail(call, "%ls", L"\u4e00");
    assert_string_equal(call_reason(call), "(the message was lost: out of memory)");
    char *scratch = quern_scratch(call, 10, 10);
    assert_non_null(scratch);
    assert_int_equal(scratch[99], 0);
    call_reset(call);
    assert_string_equal(call_reason(call), "");
    quern_document *doc = quern_document_new(), *sent = doc;
    quern_emit(call, &doc);
    assert_null(doc);
    assert_ptr_equal(heard.emitted, sent);
    quern_document_free(sent);
    quern_set_frame(call, (quern_frame){"[", ",", "]"});
    assert_string_equal(call_frame(call).between, ",");
    call_close(call);
    call_close(NULL);
}

static void test_status_texts(void **state)
{
    (void)state;
    assert_string_equal(quern_status_text(QUERN_OK), "no error");
    assert_string_equal(quern_status_text((quern_status)99), "unknown status");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_document, close_document)
    const struct CMUnitTest tests[] = {
        TEST(test_valid_text_is_borrowed),
        TEST(test_empty_document),
        TEST(test_ill_formed_text_is_replaced),
        TEST(test_set_text_may_take_a_part_of_itself),
        TEST(test_lines),
        TEST(test_characters),
        TEST(test_edits_in_one_pass),
        TEST(test_edits_that_are_refused),
        TEST(test_restored_changes),
        TEST(test_spans_are_sorted_when_read),
        TEST(test_spans_that_are_refused),
        TEST(test_layers_are_listed_and_counted),
        TEST(test_scores_and_attributes),
        TEST(test_attributes_are_bounded),
        TEST(test_metadata),
        TEST(test_json_values),
        TEST(test_memory_limit),
        TEST(test_a_cleared_document_is_as_new),
        TEST(test_calls),
        TEST(test_status_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

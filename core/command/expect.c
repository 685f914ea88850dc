/*
 * What tests in pipeline files expect of documents.
 */
#include "command/expect.h"

#include <jansson.h>
#include <string.h>

enum { CONTEXT = 2 }; /* lines shown around a difference */

/* ---- Texts ---- */

static quern_string next_line(quern_string *text)
{
    const char *end = memchr(text->data, '\n', text->size);
    size_t size = end ? (size_t)(end - text->data) + 1 : text->size;
    quern_string line = {text->data, size};
    text->data += size;
    text->size -= size;
    return line;
}

static void add_line(struct buffer *out, char mark, quern_string line)
{
    bool ended = line.size && line.data[line.size - 1] == '\n';
    buffer_print(out, "    %c ", mark);
    buffer_append(out, line.data, line.size - ended);
    buffer_add_text(out, ended ? "\n" : "\n    \\ no line end at the end\n");
}

static void add_lines(struct buffer *out, char mark, quern_string text)
{
    while (text.size)
        add_line(out, mark, next_line(&text));
}

/* The length of the lines that both begin with. */
static size_t common_start(quern_string a, quern_string b)
{
    size_t same = 0;
    while (a.size && b.size) {
        quern_string line = next_line(&a);
        if (!quern_string_equal(line, next_line(&b)))
            break;
        same += line.size;
    }
    return same;
}

/* The length of the lines that both end with. */
static size_t common_end(quern_string a, quern_string b)
{
    size_t same = 0, whole = 0;
    while (same < a.size && same < b.size &&
           a.data[a.size - same - 1] == b.data[b.size - same - 1]) {
        if (a.data[a.size - same - 1] == '\n')
            whole = same;
        same++;
    }
    return same == a.size && same == b.size ? same : whole;
}

/* The last lines of a text, or the first. */
static quern_string last_lines(quern_string text, size_t count)
{
    size_t begin = text.size;
    while (begin && count--)
        do
            begin--;
        while (begin && text.data[begin - 1] != '\n');
    return (quern_string){text.data + begin, text.size - begin};
}

static quern_string first_lines(quern_string text, size_t count)
{
    quern_string rest = text;
    while (rest.size && count--)
        next_line(&rest);
    return (quern_string){text.data, text.size - rest.size};
}

void expect_difference(quern_string expected, quern_string actual, struct buffer *out)
{
    size_t start = common_start(expected, actual);
    quern_string before = last_lines((quern_string){expected.data, start}, CONTEXT);
    expected = (quern_string){expected.data + start, expected.size - start};
    actual = (quern_string){actual.data + start, actual.size - start};
    size_t end = common_end(expected, actual);
    quern_string after = {expected.data + expected.size - end, end};
    add_lines(out, ' ', before);
    add_lines(out, '-', (quern_string){expected.data, expected.size - end});
    add_lines(out, '+', (quern_string){actual.data, actual.size - end});
    add_lines(out, ' ', first_lines(after, CONTEXT));
}

static void check_text(const char *what, quern_string expected, quern_string actual,
                       struct buffer *out)
{
    if (!expected.data || quern_string_equal(expected, actual))
        return;
    buffer_print(out, "  %s is not as expected:\n", what);
    expect_difference(expected, actual, out);
}

/* ---- Spans ---- */

static bool fits(const struct span_pattern *pattern, quern_document *doc, const quern_span *span)
{
    quern_string text = quern_text(doc);
    quern_string own = {text.data + span->begin, span->end - span->begin};
    return (!pattern->label || strcmp(pattern->label, quern_label_name(doc, span->label)) == 0) &&
           (!pattern->text ||
            quern_string_equal((quern_string){pattern->text, strlen(pattern->text)}, own));
}

static bool has_span(const struct span_pattern *pattern, quern_document *doc)
{
    for (quern_layer *layer = NULL; (layer = quern_next_layer(doc, layer));) {
        if (pattern->layer && strcmp(pattern->layer, quern_layer_name(layer)) != 0)
            continue;
        quern_spans spans = quern_spans_of(layer);
        for (size_t i = 0; i < spans.count; i++)
            if (fits(pattern, doc, &spans.items[i]))
                return true;
    }
    return false;
}

static void check_span(const struct span_pattern *pattern, bool wanted, quern_document *doc,
                       struct buffer *out)
{
    if (has_span(pattern, doc) == wanted)
        return;
    buffer_print(out, "  there is %s span", wanted ? "no" : "a");
    if (pattern->layer)
        buffer_print(out, " in layer %s", pattern->layer);
    if (pattern->label)
        buffer_print(out, " with label %s", pattern->label);
    if (pattern->text)
        buffer_print(out, " with text \"%s\"", pattern->text);
    buffer_add_text(out, "\n");
}

/* ---- Metadata ---- */

/* 1 and 1.0 are the same number. */
static json_t *parse(quern_string json)
{
    const size_t how = JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL;
    return json.data ? json_loadb(json.data, json.size, how, NULL) : NULL;
}

static void check_metadata(const quern_member *expected, quern_document *doc, struct buffer *out)
{
    quern_string actual = quern_metadata(doc, expected->key);
    json_t *a = parse(expected->json), *b = parse(actual);
    if (!a || !b || !json_equal(a, b))
        buffer_print(out, "  metadata.%s is %.*s, not %.*s\n", expected->key,
                     actual.data ? (int)actual.size : 7, actual.data ? actual.data : "not set",
                     (int)expected->json.size, expected->json.data);
    json_decref(a);
    json_decref(b);
}

void expect_document(const struct pipeline_test *test, quern_document *doc, struct buffer *out)
{
    quern_string rendition = document_rendition(doc);
    if (test->expect_output.data && !rendition.data)
        buffer_add_text(out, "  output was expected, but no stage has rendered any\n");
    else
        check_text("the output", test->expect_output, rendition, out);
    check_text("the text", test->expect_text, quern_text(doc), out);
    for (size_t i = 0; i < test->expect_span_count; i++)
        check_span(&test->expect_spans[i], true, doc, out);
    for (size_t i = 0; i < test->expect_no_span_count; i++)
        check_span(&test->expect_no_spans[i], false, doc, out);
    for (size_t i = 0; i < test->expect_metadata.count; i++)
        check_metadata(&test->expect_metadata.items[i], doc, out);
}

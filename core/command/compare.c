/*
 * Two documents compared; see compare.h.
 */
#include "command/compare.h"

#include "command/expect.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- Metadata and what else stands in the record ---- */

static void add_member(struct buffer *out, char mark, const char *where, const quern_member *member)
{
    buffer_print(out, "    %c %s%s: ", mark, where, member->key);
    buffer_add_string(out, member->json);
    buffer_add_char(out, '\n');
}

typedef bool member_at(const quern_document *doc, size_t n, quern_member *member);
typedef quern_string member_of(const quern_document *doc, const char *key);

/* What `doc` has that the other lacks, or has another value for. */
static void add_members(const quern_document *doc, const quern_document *other, member_at *at,
                        member_of *of, char mark, const char *where, struct buffer *out)
{
    quern_member member;
    for (size_t n = 0; at(doc, n, &member); n++) {
        quern_string value = of(other, member.key);
        if (!value.data || !quern_string_equal(value, member.json))
            add_member(out, mark, where, &member);
    }
}

/* ---- Spans ---- */

/* A span as far as two runs have it in common: where it came from, not where it stands. */
struct mark {
    quern_origin origin;
    const char *label;
    const quern_span *span;
};

struct marks {
    quern_document *doc;
    struct mark *items;
    size_t count;
};

static int compare_marks(const void *a, const void *b)
{
    const struct mark *left = a, *right = b;
    if (left->origin.begin != right->origin.begin)
        return left->origin.begin < right->origin.begin ? -1 : 1;
    if (left->origin.end != right->origin.end)
        return left->origin.end < right->origin.end ? -1 : 1;
    return strcmp(left->label, right->label);
}

static bool make_marks(struct marks *marks, quern_document *doc, const char *layer)
{
    const quern_spans spans = quern_find_spans(doc, layer);
    *marks = (struct marks){doc, memory_new(spans.count + 1, sizeof *marks->items), spans.count};
    if (!marks->items)
        return false;
    for (size_t i = 0; i < spans.count; i++) {
        const quern_span *span = &spans.items[i];
        marks->items[i] = (struct mark){quern_find_origin(doc, span->begin, span->end),
                                        quern_label_name(doc, span->label), span};
    }
    qsort(marks->items, marks->count, sizeof *marks->items, compare_marks);
    return true;
}

static void add_mark(struct buffer *out, char sign, const char *layer, const struct marks *marks,
                     const struct mark *mark)
{
    enum { SHOWN = 80 };
    const char *text = quern_text(marks->doc).data + mark->span->begin;
    size_t size = mark->span->end - mark->span->begin;
    bool cut = size > SHOWN;
    for (size = cut ? SHOWN : size; cut && !utf8_is_start(text[size]);)
        size--;
    buffer_print(out, "    %c %s %s [%" PRIu64 ",%" PRIu64 ") ", sign, layer, mark->label,
                 mark->origin.begin, mark->origin.end);
    json_encode_string(out, (quern_string){text, size});
    buffer_add_text(out, cut ? "...\n" : "\n");
}

static void add_layer(quern_document *a, quern_document *b, const char *layer, struct buffer *out)
{
    struct marks left, right = {0};
    size_t i = 0, j = 0;
    bool fine = make_marks(&left, a, layer) && make_marks(&right, b, layer);
    while (fine && (i < left.count || j < right.count)) {
        int order = i == left.count    ? 1
                    : j == right.count ? -1
                                       : compare_marks(&left.items[i], &right.items[j]);
        if (order < 0)
            add_mark(out, '-', layer, &left, &left.items[i]);
        else if (order > 0)
            add_mark(out, '+', layer, &right, &right.items[j]);
        i += order <= 0;
        j += order >= 0;
    }
    out->failed |= !fine;
    free(left.items);
    free(right.items);
}

/* Layers in which the first has spans, and then those in which the second alone has some. */
static void add_layers(quern_document *a, quern_document *b, struct buffer *out)
{
    for (quern_layer *layer = NULL; (layer = quern_next_layer(a, layer));)
        if (quern_spans_of(layer).count)
            add_layer(a, b, quern_layer_name(layer), out);
    for (quern_layer *layer = NULL; (layer = quern_next_layer(b, layer));)
        if (!quern_find_spans(a, quern_layer_name(layer)).count)
            add_layer(a, b, quern_layer_name(layer), out);
}

/* ---- Documents ---- */

void compare_documents(quern_document *a, quern_document *b, struct buffer *out)
{
    if (!quern_string_equal(quern_text(a), quern_text(b)))
        expect_difference(quern_text(a), quern_text(b), out);
    add_members(a, b, quern_field_at, quern_field, '-', "", out);
    add_members(b, a, quern_field_at, quern_field, '+', "", out);
    add_members(a, b, quern_metadata_at, quern_metadata, '-', "metadata.", out);
    add_members(b, a, quern_metadata_at, quern_metadata, '+', "metadata.", out);
    add_layers(a, b, out);
}

void compare_print(const struct buffer *lines, const struct terminal *terminal)
{
    const quern_string text = {lines->data, lines->size};
    for (quern_line line = {0}; quern_next_line(text, &line);) {
        const char *begin = text.data + line.begin;
        char mark = line.end - line.begin > 4 ? begin[4] : ' ';
        terminal_style(terminal, mark == '-' ? "31" : mark == '+' ? "32" : "0");
        terminal_text(terminal, (quern_string){begin, line.end - line.begin});
        terminal_style(terminal, "0");
        fputc('\n', terminal->stream);
    }
}

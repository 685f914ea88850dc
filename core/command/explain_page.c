/*
 * quern explain --html: the data of the page, as JSON between the pieces of HTML, CSS and
 * JavaScript in page/. Offsets are in UTF-16 units, as JavaScript counts, and those of the source in
 * bytes as well.
 *
 *   {"pipeline": name, "id": id,
 *    "stages": [{"label": …, "end": …, "text": …, "changes": changes, "layers": {name: spans}}]}
 *
 * changes are rows of [begin, end, begin and end in the source's text, begin and end in its bytes,
 * stage, rule]; spans are rows of [begin, end, label]. The first stage is the document as it was
 * read, whose changes lead to the bytes of the source. What is as it was at the stage before is left
 * out: the text together with its changes, and the spans of a layer, which are null then.
 */
#include "command/explain.h"
#include "command/page.h"

#include <stdlib.h>
#include <string.h>

/* ---- Places ---- */

/* UTF-16 units before every so many bytes of a text. */
struct units {
    quern_string text;
    uint32_t *marks;
};

enum { MARK_EVERY = 256 };

static bool units_open(struct units *units, quern_string text)
{
    size_t count = text.size / MARK_EVERY + 1, before = 0;
    *units = (struct units){text, memory_new(count, sizeof *units->marks)};
    for (size_t i = 1; units->marks && i < count; i++) {
        before += utf8_count_utf16(text.data + (i - 1) * MARK_EVERY, MARK_EVERY);
        units->marks[i] = (uint32_t)before;
    }
    return units->marks != NULL;
}

static size_t unit_of(const struct units *units, size_t byte)
{
    size_t mark = byte / MARK_EVERY;
    return units->marks[mark] +
           utf8_count_utf16(units->text.data + mark * MARK_EVERY, byte % MARK_EVERY);
}

/* The place in the text that was read for a byte of the source; inside of what was changed there,
 * the begin or the end of it. */
static size_t place_in_read(const quern_changes *read, uint64_t byte, bool end)
{
    size_t low = 0, high = read->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (read->items[middle].source_end <= byte)
            low = middle + 1;
        else
            high = middle;
    }
    const quern_change *before = low ? &read->items[low - 1] : NULL;
    const quern_change *at = low < read->count ? &read->items[low] : NULL;
    if (at && at->source_begin < byte)
        return end ? at->end : at->begin;
    return before ? before->end + (size_t)(byte - before->source_end) : (size_t)byte;
}

/* ---- JSON ---- */

static void add_name(struct buffer *out, const char *name)
{
    json_encode_string(out, (quern_string){name, strlen(name)});
}

static void add_pair(struct buffer *out, uint64_t begin, uint64_t end)
{
    buffer_add_number(out, begin);
    buffer_add_char(out, ',');
    buffer_add_number(out, end);
    buffer_add_char(out, ',');
}

/* `read` and `source` are those of the document as it was read. */
static void add_changes(struct buffer *out, quern_document *doc, const struct units *units,
                        const quern_changes *read, const struct units *source)
{
    quern_changes changes = quern_find_changes(doc);
    buffer_add_char(out, '[');
    for (size_t i = 0; i < changes.count; i++) {
        const quern_change *change = &changes.items[i];
        buffer_add_text(out, i ? ",\n[" : "[");
        add_pair(out, unit_of(units, change->begin), unit_of(units, change->end));
        add_pair(out, unit_of(source, place_in_read(read, change->source_begin, false)),
                 unit_of(source, place_in_read(read, change->source_end, true)));
        add_pair(out, change->source_begin, change->source_end);
        add_name(out, quern_change_stage(doc, change));
        buffer_add_char(out, ',');
        add_name(out, quern_change_rule(doc, change));
        buffer_add_char(out, ']');
    }
    buffer_add_char(out, ']');
}

static bool is_same_layer(quern_document *doc, quern_spans spans, quern_document *before,
                          quern_spans old)
{
    bool same = spans.count == old.count;
    for (size_t i = 0; same && i < spans.count; i++)
        same = spans.items[i].begin == old.items[i].begin &&
               spans.items[i].end == old.items[i].end &&
               strcmp(quern_label_name(doc, spans.items[i].label),
                      quern_label_name(before, old.items[i].label)) == 0;
    return same;
}

static void add_spans(struct buffer *out, quern_document *doc, quern_spans spans,
                      const struct units *units)
{
    buffer_add_char(out, '[');
    for (size_t i = 0; i < spans.count; i++) {
        buffer_add_text(out, i ? ",[" : "[");
        add_pair(out, unit_of(units, spans.items[i].begin), unit_of(units, spans.items[i].end));
        add_name(out, quern_label_name(doc, spans.items[i].label));
        buffer_add_char(out, ']');
    }
    buffer_add_char(out, ']');
}

/* `before` is the document at the stage before, if it has the same text; else NULL. */
static void add_layers(struct buffer *out, quern_document *doc, quern_document *before,
                       const struct units *units)
{
    bool any = false;
    buffer_add_text(out, ",\"layers\":{");
    for (quern_layer *layer = NULL; (layer = quern_next_layer(doc, layer)); any = true) {
        const char *name = quern_layer_name(layer);
        const quern_spans spans = quern_spans_of(layer);
        buffer_add_text(out, any ? ",\n" : "\n");
        add_name(out, name);
        buffer_add_char(out, ':');
        if (before && is_same_layer(doc, spans, before, quern_find_spans(before, name)))
            buffer_add_text(out, "null");
        else
            add_spans(out, doc, spans, units);
    }
    buffer_add_char(out, '}');
}

static void add_document(struct buffer *out, const struct stop *stop, const struct stop *before,
                         const quern_changes *read, const struct units *source)
{
    struct units units;
    bool same = before && stop->alone && !quern_find_changes(stop->alone).count;
    if (!units_open(&units, quern_text(stop->doc))) {
        out->failed = true;
        return;
    }
    if (!same) {
        buffer_add_text(out, ",\"text\":");
        json_encode_string(out, quern_text(stop->doc));
        buffer_add_text(out, ",\"changes\":");
        add_changes(out, stop->doc, &units, read, source);
    }
    add_layers(out, stop->doc, same ? before->doc : NULL, &units);
    free(units.marks);
}

static void add_stop(struct buffer *out, const struct stop *stop, const struct stop *before,
                     const quern_changes *read, const struct units *source)
{
    buffer_add_text(out, before ? ",\n{\"label\":" : "\n{\"label\":");
    add_name(out, stop->step ? stop->step->label : "source");
    if (stop->end) {
        buffer_add_text(out, ",\"end\":");
        add_name(out, stop->end);
    }
    if (stop->doc)
        add_document(out, stop, before, read, source);
    buffer_add_char(out, '}');
}

static void add_data(struct buffer *out, const struct trace *trace, const struct pipeline *pipeline)
{
    quern_document *doc = trace->stops[0].doc;
    const quern_changes read = quern_find_changes(doc);
    struct units source;
    if (!units_open(&source, quern_text(doc))) {
        out->failed = true;
        return;
    }
    buffer_add_text(out, "{\"pipeline\":");
    add_name(out, pipeline->name ? pipeline->name : "");
    buffer_add_text(out, ",\"id\":");
    json_encode_string(out, quern_id(doc));
    buffer_add_text(out, ",\"stages\":[");
    for (size_t i = 0; i < trace->count; i++)
        add_stop(out, &trace->stops[i], i ? &trace->stops[i - 1] : NULL, &read, &source);
    buffer_add_text(out, "]}");
    free(source.marks);
}

/* ---- The page ---- */

void explain_to_page(const struct trace *trace, const struct pipeline *pipeline,
                     struct buffer *page)
{
    struct buffer json = {0};
    add_data(&json, trace, pipeline);
    page_write(page, "explain", &json);
    buffer_free(&json);
}

/*
 * record_write.c - makes documents into records.
 *
 * Tokens are many: what spans of a layer and a label begin with is made once, and their numbers are
 * put down in room that was made for all of them.
 */
#include "codec.h"
#include "ruler.h"
#include <string.h>

struct writer {
    quern_document *doc;
    struct buffer *out;
    struct ruler ruler;
    struct buffer opening; /* of a span, as far as its first number */
    size_t layer_size;     /* of the opening, up to the label */
    uint32_t label;        /* in the opening */
};

#define ADD(writer, literal) buffer_append((writer)->out, literal, sizeof(literal) - 1)

static quern_string of_text(const char *text)
{
    return (quern_string){text, strlen(text)};
}

/* ---- What is not about places ---- */

/* In a value, line ends are white space: within strings they have to be escaped. */
static void join_lines(struct buffer *out, size_t begin, char end)
{
    while (begin < out->size) {
        char *found = memchr(out->data + begin, end, out->size - begin);
        if (!found)
            break;
        *found = ' ';
        begin = (size_t)(found - out->data) + 1;
    }
}

static void add_member(struct writer *writer, const char *key, quern_string json)
{
    json_encode_string(writer->out, of_text(key));
    buffer_add_char(writer->out, ':');
    size_t begin = writer->out->size;
    buffer_add_string(writer->out, json);
    join_lines(writer->out, begin, '\n');
    join_lines(writer->out, begin, '\r');
}

/* A text that nobody changed goes out as it came. */
static void add_text(struct writer *writer)
{
    quern_string raw = document_raw_text(writer->doc);
    if (raw.data)
        buffer_add_string(writer->out, raw);
    else
        json_encode_string(writer->out, quern_text(writer->doc));
}

/* What records of Dolma begin with comes first, the rest as it came. */
static void add_fields(struct writer *writer)
{
    static const char *const leading[] = {"source", "created"};
    for (size_t i = 0; i < 2; i++) {
        quern_string json = quern_field(writer->doc, leading[i]);
        if (json.data) {
            buffer_add_char(writer->out, ',');
            add_member(writer, leading[i], json);
        }
    }
    quern_member field;
    for (size_t n = 0; quern_field_at(writer->doc, n, &field); n++) {
        if (!strcmp(field.key, leading[0]) || !strcmp(field.key, leading[1]))
            continue;
        buffer_add_char(writer->out, ',');
        add_member(writer, field.key, field.json);
    }
}

static void add_metadata(struct writer *writer)
{
    quern_member member;
    if (!quern_metadata_at(writer->doc, 0, &member))
        return;
    ADD(writer, ",\"metadata\":{");
    for (size_t n = 0; quern_metadata_at(writer->doc, n, &member); n++) {
        if (n)
            buffer_add_char(writer->out, ',');
        add_member(writer, member.key, member.json);
    }
    buffer_add_char(writer->out, '}');
}

/* ---- Places ---- */

enum { NUMBER = 20, PLACES = 80 }; /* bytes that a number, and two with their keys, can take */

#define PUT(at, literal) mempcpy(at, literal, sizeof(literal) - 1)

static char *put_number(char *at, uint64_t number)
{
    char digits[NUMBER];
    size_t first = NUMBER;
    do
        digits[--first] = (char)('0' + number % 10);
    while (number /= 10);
    return mempcpy(at, digits + first, NUMBER - first);
}

static char *room(struct writer *writer, size_t size)
{
    return buffer_reserve(writer->out, size) ? writer->out->data + writer->out->size : NULL;
}

static void used(struct writer *writer, const char *end)
{
    writer->out->size = (size_t)(end - writer->out->data);
}

static char *put_places(const struct writer *writer, char *at, size_t begin, size_t end)
{
    at = put_number(at, ruler_place(&writer->ruler, begin));
    at = PUT(at, ",\"end\":");
    return put_number(at, ruler_place(&writer->ruler, end));
}

static char *put_origin(char *at, uint64_t begin, uint64_t end)
{
    at = PUT(at, ",\"origin\":[");
    at = put_number(at, begin);
    at = PUT(at, ",");
    at = put_number(at, end);
    return PUT(at, "]");
}

/* ---- Spans ---- */

/* A span repeats its text up to this many bytes, for people; so a record stays as long as its text
 * and its spans together, however they overlap. */
enum { REPEATED_MAX = 4096 };

static void open_label(struct writer *writer, uint32_t label)
{
    writer->opening.size = writer->layer_size;
    json_encode_string(&writer->opening, of_text(quern_label_name(writer->doc, label)));
    buffer_add_text(&writer->opening, ",\"start\":");
    writer->label = label;
}

static void open_layer(struct writer *writer, const quern_layer *layer)
{
    buffer_clear(&writer->opening);
    buffer_add_text(&writer->opening, ",{\"layer\":");
    json_encode_string(&writer->opening, of_text(quern_layer_name(layer)));
    buffer_add_text(&writer->opening, ",\"label\":");
    writer->layer_size = writer->opening.size;
}

/* Four decimals, less those that are zero at the end: in any locale the same. */
static void add_score(struct writer *writer, double score)
{
    enum { ONE = 10000 };
    uint64_t parts = score > 0 ? (uint64_t)((score < 1 ? score : 1) * ONE + 0.5) : 0;
    ADD(writer, ",\"score\":");
    buffer_add_number(writer->out, parts / ONE);
    uint64_t rest = parts % ONE;
    if (!rest)
        return;
    buffer_add_char(writer->out, '.');
    for (uint64_t unit = ONE / 10; rest; rest %= unit, unit /= 10)
        buffer_add_char(writer->out, (char)('0' + rest / unit));
}

static void add_attributes(struct writer *writer, quern_layer *layer, size_t index)
{
    quern_member attribute;
    if (!quern_attribute_at(layer, index, 0, &attribute))
        return;
    ADD(writer, ",\"attributes\":{");
    for (size_t n = 0; quern_attribute_at(layer, index, n, &attribute); n++) {
        if (n)
            buffer_add_char(writer->out, ',');
        add_member(writer, attribute.key, attribute.json);
    }
    buffer_add_char(writer->out, '}');
}

static void add_span(struct writer *writer, quern_layer *layer, size_t index,
                     const quern_span *span)
{
    const char *text = quern_text(writer->doc).data + span->begin;
    double score;
    char *at = room(writer, writer->opening.size + PLACES);
    if (!at)
        return;
    at = mempcpy(at, writer->opening.data, writer->opening.size);
    used(writer, put_places(writer, at, span->begin, span->end));
    if (span->end - span->begin <= REPEATED_MAX) {
        ADD(writer, ",\"text\":");
        json_encode_string(writer->out, (quern_string){text, span->end - span->begin});
    }
    if (span->aside) {
        if (quern_get_score(layer, index, &score))
            add_score(writer, score);
        add_attributes(writer, layer, index);
    }
    quern_origin origin = quern_find_origin(writer->doc, span->begin, span->end);
    if ((at = room(writer, PLACES)))
        used(writer, PUT(put_origin(at, origin.begin, origin.end), "}"));
}

static void add_layer(struct writer *writer, quern_layer *layer)
{
    quern_spans spans = quern_spans_of(layer);
    open_layer(writer, layer);
    for (size_t i = 0; i < spans.count; i++) {
        if (!i || spans.items[i].label != writer->label)
            open_label(writer, spans.items[i].label);
        if (writer->opening.failed)
            break;
        add_span(writer, layer, i, &spans.items[i]);
    }
    writer->out->failed |= writer->opening.failed;
}

/* Every element was written with a comma before it; the first one becomes the bracket. */
static void close_array(struct writer *writer, size_t begin)
{
    if (writer->out->failed)
        return;
    writer->out->data[begin] = '[';
    ADD(writer, "]");
}

static void add_spans(struct writer *writer)
{
    ADD(writer, ",\"spans\":");
    size_t begin = writer->out->size;
    for (quern_layer *layer = NULL; (layer = quern_next_layer(writer->doc, layer));)
        add_layer(writer, layer);
    close_array(writer, begin);
    buffer_free(&writer->opening);
}

/* ---- Edits ---- */

static void add_edit(struct writer *writer, const quern_change *change)
{
    char *at = room(writer, 2 * PLACES);
    if (!at)
        return;
    at = PUT(at, ",{\"start\":");
    at = put_places(writer, at, change->begin, change->end);
    at = put_origin(at, change->source_begin, change->source_end);
    used(writer, PUT(at, ",\"stage\":"));
    json_encode_string(writer->out, of_text(quern_change_stage(writer->doc, change)));
    ADD(writer, ",\"rule\":");
    json_encode_string(writer->out, of_text(quern_change_rule(writer->doc, change)));
    ADD(writer, "}");
}

static void add_edits(struct writer *writer)
{
    quern_changes changes = quern_find_changes(writer->doc);
    ADD(writer, ",\"edits\":");
    size_t begin = writer->out->size;
    for (size_t i = 0; i < changes.count; i++)
        add_edit(writer, &changes.items[i]);
    close_array(writer, begin);
}

/* ---- Records ---- */

static bool has_spans(quern_document *doc)
{
    for (quern_layer *layer = NULL; (layer = quern_next_layer(doc, layer));)
        if (quern_spans_of(layer).count)
            return true;
    return false;
}

static void add_what_has_places(struct writer *writer, quern_unit unit)
{
    bool spans = has_spans(writer->doc), edits = quern_find_changes(writer->doc).count > 0;
    if ((spans || edits) && !ruler_make(&writer->ruler, writer->doc, unit)) {
        writer->out->failed = true;
        return;
    }
    if (spans)
        add_spans(writer);
    if (edits)
        add_edits(writer);
}

static void add_record(struct writer *writer, quern_unit unit)
{
    quern_string id = quern_id(writer->doc);
    ADD(writer, "{");
    if (id.size) {
        ADD(writer, "\"id\":");
        if (document_id_is_number(writer->doc))
            buffer_add_string(writer->out, id);
        else
            json_encode_string(writer->out, id);
        ADD(writer, ",");
    }
    ADD(writer, "\"text\":");
    add_text(writer);
    add_fields(writer);
    add_metadata(writer);
    if (unit != QUERN_CODE_POINTS)
        buffer_add_text(writer->out,
                        unit == QUERN_BYTES ? ",\"offsets\":\"byte\"" : ",\"offsets\":\"utf16\"");
    add_what_has_places(writer, unit);
    ADD(writer, "}");
    /* Spans that could not be sorted for want of memory are missing. */
    writer->out->failed |= quern_document_status(writer->doc) == QUERN_NO_MEMORY;
}

void record_write_text(quern_document *doc, struct buffer *out)
{
    buffer_add_string(out, quern_text(doc));
}

void record_write_jsonl(quern_document *doc, quern_unit offsets, struct buffer *out)
{
    struct writer writer = {.doc = doc, .out = out};
    add_record(&writer, offsets);
    buffer_add_char(out, '\n');
}

void quern_render_record(quern_document *doc, quern_unit unit)
{
    struct writer writer = {.doc = doc, .out = document_rendition_buffer(doc)};
    add_record(&writer, unit);
    if (writer.out->failed)
        document_fail(doc, QUERN_NO_MEMORY);
}

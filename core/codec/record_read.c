/*
 * record_read.c - makes records into documents.
 *
 * A record of JSON Lines is read in one pass from left to right, but for the edits, and for spans
 * that come before the text that they are about.
 */
#include "codec.h"
#include "message.h"
#include "record.h"
#include <inttypes.h>
#include <string.h>

static const char twice[] = "a key occurs twice";

/* ---- The members of a record ---- */

static bool read_id(struct record_reader *record)
{
    struct cursor *json = &record->json;
    const char *where = json->at = json_skip_space(json->at, json->end);
    quern_string id;
    if (cursor_take_null(json))
        return true;
    bool is_number = !cursor_sees(json, '"');
    if (!is_number) {
        if (!cursor_string(json, &id))
            return false;
        if (utf8_valid_prefix(id.data, id.size) < id.size)
            return cursor_refuse(json, where, "the id is not valid Unicode");
    } else if (!cursor_value(json, &id)) {
        return false;
    } else if (!memchr("-0123456789", *id.data, 11)) {
        return cursor_refuse(json, where, "the id has to be a string or a number");
    }
    return cursor_expect(json, where, document_set_id(json->doc, id, is_number));
}

/* A text wants a NUL behind it. Where it was decoded, the room of its escapes holds one; where not,
 * a quotation mark stands there. */
static bool end_text(struct cursor *json, quern_string *text)
{
    if (text->data[text->size] == '\0')
        return true;
    char *copy = quern_alloc(json->doc, text->size + 1, 1);
    if (!copy)
        return cursor_expect(json, json->at, QUERN_NO_MEMORY);
    memcpy(copy, text->data, text->size);
    text->data = copy;
    return true;
}

static bool read_text(struct record_reader *record)
{
    struct cursor *json = &record->json;
    quern_string text;
    if (!cursor_sees(json, '"'))
        return cursor_refuse(json, json->at, "the text has to be a string");
    const char *where = json->at;
    if (!cursor_string(json, &text) || !end_text(json, &text) ||
        !cursor_expect(json, where, document_load(json->doc, text)))
        return false;
    record->has_text = true;
    record->repaired = quern_find_changes(json->doc).count > 0;
    if (!record->repaired)
        document_set_raw_text(json->doc, (quern_string){where, (size_t)(json->at - where)});
    return true;
}

static bool read_metadata(struct record_reader *record)
{
    struct cursor *json = &record->json;
    if (cursor_take_null(json))
        return true;
    if (!cursor_take(json, '{', "the metadata have to be an object"))
        return false;
    for (bool first = true; cursor_has_more(json, '}', &first);) {
        quern_string key, value;
        const char *where = json->at;
        const char *name = cursor_key(json, &key) ? cursor_name(json, where, key) : NULL;
        if (!name || !cursor_value(json, &value))
            return false;
        if (quern_metadata(json->doc, name).data)
            return cursor_refuse(json, where, twice);
        if (!cursor_expect(json, where, quern_set_metadata(json->doc, name, value)))
            return false;
    }
    return !json->why;
}

static bool read_offsets(struct record_reader *record)
{
    static const char *const units[] = {"code-point", "byte", "utf16"};
    struct cursor *json = &record->json;
    const char *where = json->at;
    quern_string name;
    if (cursor_take_null(json))
        return true;
    if (!cursor_string(json, &name))
        return false;
    for (size_t unit = 0; unit < sizeof units / sizeof *units; unit++)
        if (name.size == strlen(units[unit]) && !memcmp(name.data, units[unit], name.size)) {
            record->unit = (quern_unit)unit;
            record->ruled = record->spans_done = false;
            return true;
        }
    return cursor_refuse(json, where, "the offsets have to be code-point, byte or utf16");
}

static bool skip(struct record_reader *record)
{
    quern_string json;
    return cursor_value(&record->json, &json);
}

/* Most records have text and unit before their spans. Where not, or where an error may come of the
 * wrong unit, the spans are gone back to at the end. */
static bool meet_spans(struct record_reader *record)
{
    struct cursor *json = &record->json;
    record->spans = json->at;
    record->spans_done = record->has_text && record_read_spans(record);
    if (record->spans_done)
        return true;
    json->at = record->spans;
    json->why = NULL;
    return skip(record);
}

static bool meet_edits(struct record_reader *record)
{
    record->edits = record->json.at;
    return skip(record);
}

static bool read_other(struct record_reader *record)
{
    struct cursor *json = &record->json;
    const char *where = json->key, *name = cursor_name(json, where, record->other);
    quern_string value;
    if (!name || !cursor_value(json, &value))
        return false;
    if (quern_field(json->doc, name).data)
        return cursor_refuse(json, where, twice);
    return cursor_expect(json, where, quern_set_field(json->doc, name, value));
}

/* ---- The record ---- */

bool record_members(struct record_reader *record, const quern_string *keys, size_t count,
                    unsigned *seen,
                    bool (*read)(struct record_reader *record, void *parts, size_t key),
                    void *parts)
{
    struct cursor *json = &record->json;
    size_t expected = 0;
    for (bool first = true; cursor_has_more(json, '}', &first);) {
        size_t key = cursor_known_key(json, keys, count, &expected, seen, &record->other);
        if (key == SIZE_MAX || !read(record, parts, key))
            return false;
    }
    return !json->why;
}

bool record_place(struct record_reader *record, size_t *byte)
{
    struct cursor *json = &record->json;
    const char *where = json->at;
    uint64_t place;
    if (!cursor_whole(json, &place))
        return false;
    if (!record->ruled && !ruler_make(&record->ruler, json->doc, record->unit))
        return cursor_expect(json, where, QUERN_NO_MEMORY);
    record->ruled = true;
    *byte = ruler_byte(&record->ruler, place);
    return *byte != SIZE_MAX ||
           cursor_refuse(json, where, "a place lies outside of the text, or within a character");
}

static bool read_member(struct record_reader *record, void *nothing, size_t key)
{
    static bool (*const read[])(struct record_reader *) = {
        read_id, read_text, read_metadata, read_offsets, meet_spans, meet_edits, read_other};
    (void)nothing;
    return read[key](record);
}

static bool read_rest(struct record_reader *record)
{
    if (record->edits) {
        record->json.at = record->edits;
        if (!record_read_edits(record))
            return false;
    }
    if (!record->spans || record->spans_done)
        return true;
    record->json.at = record->spans;
    return record_read_spans(record);
}

static bool read_object(struct record_reader *record)
{
    struct cursor *json = &record->json;
    static const quern_string keys[] = {CURSOR_KEY("id"),       CURSOR_KEY("text"),
                                        CURSOR_KEY("metadata"), CURSOR_KEY("offsets"),
                                        CURSOR_KEY("spans"),    CURSOR_KEY("edits")};
    const char *begin = json->at;
    unsigned seen = 0;
    if (!cursor_take(json, '{', "a record has to be an object") ||
        !record_members(record, keys, sizeof keys / sizeof *keys, &seen, read_member, NULL))
        return false;
    json->at = json_skip_space(json->at, json->end);
    if (json->at < json->end)
        return cursor_refuse(json, json->at, "something follows the record on its line");
    if (!record->has_text)
        return cursor_refuse(json, begin, "the record has no text");
    return read_rest(record);
}

/* ---- Records of either format ---- */

/* The name of a file may be anything; what is not UTF-8 in it is replaced. */
static quern_status name_after_input(quern_document *doc, const struct record *record)
{
    struct buffer name = {0}, json = {0};
    buffer_add_repaired(&name, (quern_string){record->input, strlen(record->input)});
    json_encode_string(&json, (quern_string){name.data, name.size});
    if (record->format != RECORD_TEXT)
        buffer_print(&name, "@%" PRIu64, record->offset);
    quern_status status = QUERN_NO_MEMORY;
    if (!name.failed && !json.failed)
        status = document_set_id(doc, (quern_string){name.data, name.size}, false);
    if (status == QUERN_OK)
        status = quern_set_field(doc, "source", (quern_string){json.data, json.size});
    buffer_free(&name);
    buffer_free(&json);
    return status;
}

static bool read_text_record(const struct record *record, quern_document *doc, const char **why)
{
    quern_status status = document_load(doc, record->bytes);
    if (status == QUERN_OK)
        status = name_after_input(doc, record);
    if (status == QUERN_OK && record->format == RECORD_MESSAGE)
        status = message_read_header(doc);
    *why = quern_status_text(status);
    return status == QUERN_OK;
}

bool record_read(const struct record *record, quern_document *doc, const char **why, size_t *where)
{
    const char *begin = record->bytes.data;
    *where = 0;
    if (record->format != RECORD_JSONL)
        return read_text_record(record, doc, why);
    struct record_reader reader = {
        .json = {.at = begin, .end = begin + record->bytes.size, .doc = doc}};
    if (read_object(&reader) && quern_document_status(doc) == QUERN_OK)
        return true;
    *why = reader.json.why ? reader.json.why : quern_status_text(quern_document_status(doc));
    *where = reader.json.why ? (size_t)(reader.json.where - begin) : 0;
    return false;
}

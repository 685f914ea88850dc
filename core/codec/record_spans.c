/* record_spans.c - the spans and the edits of a record. */
#include "record.h"

/* ---- Spans ---- */

enum { LAYER, LABEL, START, END, TEXT, SCORE, ATTRIBUTES, ORIGIN };

struct span_parts {
    size_t begin, end;
    double score;
    const char *attributes;
};

/* Reads the name of a layer or a label; `*fresh` is NULL when it is the one that was seen last. */
static bool read_name(struct cursor *json, struct seen_name *seen, const char **fresh)
{
    const char *where = json->at;
    quern_string raw, text;
    bool escaped;
    *fresh = NULL;
    if (!cursor_raw_string(json, &raw, &escaped))
        return false;
    if (seen->raw.data && quern_string_equal(raw, seen->raw))
        return true;
    json->at = where;
    if (!cursor_string(json, &text))
        return false;
    *fresh = cursor_name(json, where, text);
    if (*fresh)
        seen->raw = raw;
    return *fresh != NULL;
}

static bool read_layer(struct record_reader *record)
{
    const char *name, *where = record->json.at;
    if (!read_name(&record->json, &record->layer, &name))
        return false;
    if (name)
        record->layer.layer = quern_layer_of(record->json.doc, name);
    return cursor_expect(&record->json, where, quern_document_status(record->json.doc));
}

static bool read_label(struct record_reader *record)
{
    const char *name;
    if (!read_name(&record->json, &record->label, &name))
        return false;
    if (name)
        record->label.label = quern_label(record->json.doc, name);
    return true;
}

static bool read_score(struct record_reader *record, struct span_parts *span)
{
    struct cursor *json = &record->json;
    const char *where = json->at;
    quern_string value;
    if (!cursor_value(json, &value))
        return false;
    if (!quern_json_number(value, &span->score) || !(span->score >= 0 && span->score <= 1))
        return cursor_refuse(json, where, "a score has to be a number from 0 to 1");
    return true;
}

static bool read_pair(struct cursor *json, uint64_t *begin, uint64_t *end)
{
    static const char why[] = "an origin has to be an array of two numbers";
    return cursor_take(json, '[', why) && cursor_whole(json, begin) &&
           cursor_take(json, ',', why) && cursor_whole(json, end) && cursor_take(json, ']', why);
}

/* Text and origin follow from the rest. They are checked and not kept. */
static bool read_part(struct record_reader *record, void *parts, size_t key)
{
    struct cursor *json = &record->json;
    struct span_parts *span = parts;
    quern_string value;
    bool escaped;
    uint64_t begin, end;
    switch (key) {
    case LAYER:
        return read_layer(record);
    case LABEL:
        return read_label(record);
    case START:
        return record_place(record, &span->begin);
    case END:
        return record_place(record, &span->end);
    case TEXT:
        return cursor_raw_string(json, &value, &escaped);
    case SCORE:
        return read_score(record, span);
    case ATTRIBUTES:
        span->attributes = json->at;
        return cursor_value(json, &value);
    case ORIGIN:
        return read_pair(json, &begin, &end);
    default:
        return cursor_refuse(json, json->key, "a span has no member of that name");
    }
}

static bool add_attributes(struct record_reader *record, const char *at, size_t index)
{
    struct cursor *json = &record->json;
    quern_layer *layer = record->layer.layer;
    const char *after = json->at;
    json->at = at;
    if (!cursor_take(json, '{', "attributes have to be an object"))
        return false;
    for (bool first = true; cursor_has_more(json, '}', &first);) {
        quern_string key, value;
        const char *where = json->at;
        const char *name = cursor_key(json, &key) ? cursor_name(json, where, key) : NULL;
        if (!name || !cursor_value(json, &value))
            return false;
        if (quern_get_attribute(layer, index, name).data)
            return cursor_refuse(json, where, "a key occurs twice");
        quern_set_attribute(layer, index, name, value);
        if (!cursor_expect(json, where, quern_document_status(json->doc)))
            return false;
    }
    json->at = after;
    return !json->why;
}

static bool read_span(struct record_reader *record)
{
    enum { NEEDED = 1 << LAYER | 1 << LABEL | 1 << START | 1 << END };
    static const quern_string keys[] = {
        CURSOR_KEY("layer"), CURSOR_KEY("label"), CURSOR_KEY("start"),      CURSOR_KEY("end"),
        CURSOR_KEY("text"),  CURSOR_KEY("score"), CURSOR_KEY("attributes"), CURSOR_KEY("origin")};
    struct cursor *json = &record->json;
    struct span_parts span = {0};
    unsigned seen = 0;
    const char *where = json->at;
    if (!cursor_take(json, '{', "a span has to be an object") ||
        !record_members(record, keys, sizeof keys / sizeof *keys, &seen, read_part, &span))
        return false;
    if ((seen & NEEDED) != NEEDED)
        return cursor_refuse(json, where, "a span needs a layer, a label, a start and an end");
    if (span.begin >= span.end)
        return cursor_refuse(json, where, "a span has to start before it ends");
    size_t index = quern_add_span(record->layer.layer, span.begin, span.end, record->label.label);
    if (index == SIZE_MAX)
        return cursor_expect(json, where, quern_document_status(json->doc));
    if (seen & 1 << SCORE)
        quern_set_score(record->layer.layer, index, span.score);
    return !span.attributes || add_attributes(record, span.attributes, index);
}

bool record_read_spans(struct record_reader *record)
{
    struct cursor *json = &record->json;
    for (quern_layer *layer = NULL; (layer = quern_next_layer(json->doc, layer));)
        quern_clear_layer(layer);
    if (cursor_take_null(json))
        return true;
    if (!cursor_take(json, '[', "the spans have to be an array"))
        return false;
    for (bool first = true; cursor_has_more(json, ']', &first);)
        if (!read_span(record))
            return false;
    return !json->why;
}

/* ---- Edits ---- */

enum { EDIT_START, EDIT_END, EDIT_ORIGIN, EDIT_STAGE, EDIT_RULE };

struct edit_parts {
    size_t begin, end;
    uint64_t source_begin, source_end;
    quern_string stage, rule;
};

static bool read_edit_name(struct cursor *json, quern_string *name)
{
    const char *where = json->at;
    return cursor_string(json, name) && cursor_check_name(json, where, *name);
}

static bool read_edit_part(struct record_reader *record, void *parts, size_t key)
{
    struct cursor *json = &record->json;
    struct edit_parts *edit = parts;
    switch (key) {
    case EDIT_START:
        return record_place(record, &edit->begin);
    case EDIT_END:
        return record_place(record, &edit->end);
    case EDIT_ORIGIN:
        return read_pair(json, &edit->source_begin, &edit->source_end);
    case EDIT_STAGE:
        return read_edit_name(json, &edit->stage);
    case EDIT_RULE:
        return read_edit_name(json, &edit->rule);
    default:
        return cursor_refuse(json, json->key, "an edit has no member of that name");
    }
}

static bool read_edit(struct record_reader *record)
{
    static const quern_string keys[] = {CURSOR_KEY("start"), CURSOR_KEY("end"),
                                        CURSOR_KEY("origin"), CURSOR_KEY("stage"),
                                        CURSOR_KEY("rule")};
    enum { COUNT = sizeof keys / sizeof *keys, ALL = (1 << COUNT) - 1 };
    struct cursor *json = &record->json;
    struct edit_parts edit = {0};
    unsigned seen = 0;
    const char *where = json->at;
    if (!cursor_take(json, '{', "an edit has to be an object") ||
        !record_members(record, keys, COUNT, &seen, read_edit_part, &edit))
        return false;
    if (seen != ALL)
        return cursor_refuse(json, where, "an edit needs start, end, origin, stage and rule");
    quern_change change = {(uint32_t)edit.begin, (uint32_t)edit.end, edit.source_begin,
                           edit.source_end, 0};
    quern_status status = document_restore_change(json->doc, change, edit.stage, edit.rule);
    if (status == QUERN_BAD_RANGE)
        return cursor_refuse(json, where, "edits have to ascend, in the text and in the source");
    return cursor_expect(json, where, status);
}

/* With edits, the text is no longer its own source. */
bool record_read_edits(struct record_reader *record)
{
    struct cursor *json = &record->json;
    const char *where = json->at;
    if (cursor_take_null(json))
        return true;
    if (!cursor_take(json, '[', "the edits have to be an array"))
        return false;
    for (bool first = true, begun = false; cursor_has_more(json, ']', &first); begun = true) {
        if (record->repaired)
            return cursor_refuse(json, where, "a text with edits has to be valid Unicode");
        if (!begun &&
            !cursor_expect(json, where, document_restore(json->doc, quern_text(json->doc))))
            return false;
        if (!read_edit(record))
            return false;
    }
    return !json->why;
}

/*
 * Edits: collected in ascending order, applied in one pass by the commit.
 */
#include "document/internal.h"

#include <string.h>

/* ---- Collecting ---- */

quern_editor *quern_edit(quern_document *doc, quern_call *call)
{
    quern_editor *edit = &doc->editor;
    if (edit->open) {
        if (edit->error == QUERN_OK)
            edit->error = QUERN_EDITOR_OPEN;
        return edit;
    }
    edit->open = true;
    edit->error = QUERN_OK;
    edit->stage = call ? call_step(call) : "";
    edit->count = 0;
    edit->known_rule_count = 0;
    buffer_clear(&edit->inserted);
    return edit;
}

static bool is_boundary(quern_string text, size_t place)
{
    return place == text.size || utf8_is_start(text.data[place]);
}

static quern_status check_edit(const quern_editor *edit, size_t begin, size_t end,
                               quern_string with)
{
    quern_string text = edit->doc->text;
    if (begin > end || end > text.size)
        return QUERN_BAD_RANGE;
    if (edit->count && begin < edit->edits[edit->count - 1].end)
        return QUERN_NOT_ASCENDING;
    if (!is_boundary(text, begin) || !is_boundary(text, end) ||
        utf8_valid_prefix(with.data, with.size) < with.size)
        return QUERN_NOT_UTF8;
    if (with.size > QUERN_TEXT_MAX - edit->inserted.size)
        return QUERN_TOO_LARGE;
    return QUERN_OK;
}

static uint32_t number_rule(quern_editor *edit, const char *rule)
{
    enum { KNOWN_MAX = sizeof edit->known_rules / sizeof *edit->known_rules };
    size_t known = edit->known_rule_count < KNOWN_MAX ? edit->known_rule_count : KNOWN_MAX;
    for (size_t i = 0; i < known; i++)
        if (edit->known_rules[i].name == rule)
            return edit->known_rules[i].number;
    uint32_t number = document_rule(edit->doc, (quern_string){edit->stage, strlen(edit->stage)},
                                    (quern_string){rule, strlen(rule)});
    edit->known_rules[edit->known_rule_count++ % KNOWN_MAX] = (struct known_rule){rule, number};
    return number;
}

void quern_replace(quern_editor *edit, size_t begin, size_t end, quern_string with,
                   const char *rule)
{
    if (edit->error != QUERN_OK || (begin == end && !with.size))
        return;
    quern_document *doc = edit->doc;
    edit->error = check_edit(edit, begin, end, with);
    if (edit->error != QUERN_OK)
        return;
    uint32_t number = number_rule(edit, rule);
    if (number == UINT32_MAX || !document_reserve(doc, &edit->inserted, with.size) ||
        !document_grow(doc, &edit->edits, &edit->capacity, edit->count + 1, sizeof *edit->edits)) {
        edit->error = QUERN_NO_MEMORY;
        return;
    }
    edit->edits[edit->count++] = (struct edit){
        .begin = (uint32_t)begin,
        .end = (uint32_t)end,
        .with = (uint32_t)edit->inserted.size,
        .with_size = (uint32_t)with.size,
        .rule = number,
    };
    buffer_add_string(&edit->inserted, with);
}

void quern_cut(quern_editor *edit, size_t begin, size_t end, const char *rule)
{
    quern_replace(edit, begin, end, QUERN_STRING(""), rule);
}

void quern_insert(quern_editor *edit, size_t place, quern_string with, const char *rule)
{
    quern_replace(edit, place, place, with, rule);
}

void quern_abandon(quern_editor *edit)
{
    edit->open = false;
    edit->count = 0;
}

bool document_has_open_editor(const quern_document *doc)
{
    return doc->editor.open;
}

/* ---- The new text ---- */

/* Gives each edit its place in the new text. False when that would be too long. */
static bool place_edits(quern_editor *edit, size_t *size)
{
    uint64_t at = 0, done = 0;
    for (size_t i = 0; i < edit->count; i++) {
        struct edit *one = &edit->edits[i];
        at += one->begin - done;
        if (at > QUERN_TEXT_MAX)
            return false;
        one->at = (uint32_t)at;
        at += one->with_size;
        done = one->end;
    }
    at += edit->doc->text.size - done;
    *size = (size_t)at;
    return at <= QUERN_TEXT_MAX;
}

static void build_text(quern_editor *edit)
{
    quern_document *doc = edit->doc;
    struct buffer *out = &doc->spare_text;
    size_t done = 0;
    for (size_t i = 0; i < edit->count; i++) {
        const struct edit *one = &edit->edits[i];
        buffer_append(out, doc->text.data + done, one->begin - done);
        if (one->with_size)
            buffer_append(out, edit->inserted.data + one->with, one->with_size);
        doc->rules[one->rule].edits++;
        done = one->end;
    }
    buffer_append(out, doc->text.data + done, doc->text.size - done);
    doc->copied += out->size;
}

/* ---- The new way back ---- */

/* A pass over the old changes, ahead of which the edits go. */
struct composer {
    quern_document *doc;
    size_t next;                /* the change that is due */
    uint32_t from;              /* where what is left of it begins */
    const quern_change *before; /* the change passed last */
    const quern_change *solid;  /* the one passed last that is not a cut */
    int64_t shift;              /* from the old text to the new */
    size_t count;               /* new changes so far */
    bool failed;
};

static const quern_change *due(const struct composer *composer)
{
    const quern_document *doc = composer->doc;
    return composer->next < doc->change_count ? &doc->changes[composer->next] : NULL;
}

static void pass(struct composer *composer)
{
    const quern_change *change = due(composer);
    composer->before = change;
    if (change->begin < change->end)
        composer->solid = change;
    composer->next++;
    change = due(composer);
    if (change)
        composer->from = change->begin;
}

static void emit(struct composer *composer, quern_change change)
{
    quern_document *doc = composer->doc;
    if (!changes_append(doc, &doc->spare_changes, &composer->count, &doc->spare_change_capacity,
                        change))
        composer->failed = true;
}

/* Takes over what is left of the change that is due, up to `end`. */
static void keep(struct composer *composer, uint32_t end)
{
    quern_change change = *due(composer);
    change.begin = (uint32_t)(composer->from + composer->shift);
    change.end = (uint32_t)(end + composer->shift);
    emit(composer, change);
}

static void keep_until(struct composer *composer, uint32_t place)
{
    const quern_change *change;
    while ((change = due(composer)) && change->end <= place) {
        keep(composer, change->end);
        pass(composer);
    }
    if (change && composer->from < place) {
        keep(composer, place);
        composer->from = place;
    }
}

/* Where the origin of the byte at `place` begins; everything before it has been passed. */
static uint64_t origin_begin(const struct composer *composer, uint32_t place)
{
    const quern_change *change = due(composer);
    if (change && change->begin <= place)
        return change->source_begin;
    return change_resume(composer->before, place);
}

/* Where the origin of the byte before `place` ends, when it is not copied; else 0. */
static uint64_t origin_end_before(const struct composer *composer, uint32_t place)
{
    const quern_change *change = due(composer);
    if (change && change->begin < place)
        return change->source_end;
    return composer->solid && composer->solid->end == place ? composer->solid->source_end : 0;
}

/* Passes the changes inside [begin, end) and returns where the origin of its last byte ends. */
static uint64_t consume(struct composer *composer, uint32_t end)
{
    const quern_change *change;
    while ((change = due(composer)) && change->end <= end &&
           !(change->begin == change->end && change->begin == end))
        pass(composer);
    if (change && change->begin < end) {
        composer->from = end;
        return change->source_end;
    }
    return change_resume(composer->before, end);
}

static void compose_edit(struct composer *composer, const struct edit *one)
{
    keep_until(composer, one->begin);
    quern_change change = {.begin = one->at,
                           .end = one->at + one->with_size,
                           .source_begin = origin_begin(composer, one->begin),
                           .rule = one->rule};
    change.source_end = one->begin == one->end ? origin_end_before(composer, one->begin)
                                               : consume(composer, one->end);
    if (change.source_end < change.source_begin)
        change.source_end = change.source_begin;
    emit(composer, change);
    composer->shift = (int64_t)one->at + one->with_size - one->end;
}

static bool compose_changes(quern_editor *edit, size_t *count)
{
    struct composer composer = {.doc = edit->doc};
    if (due(&composer))
        composer.from = due(&composer)->begin;
    for (size_t i = 0; i < edit->count && !composer.failed; i++)
        compose_edit(&composer, &edit->edits[i]);
    while (due(&composer) && !composer.failed) {
        keep(&composer, due(&composer)->end);
        pass(&composer);
    }
    *count = composer.count;
    return !composer.failed;
}

/* ---- Commit ---- */

static void swap_text(quern_document *doc)
{
    struct buffer old = doc->owned_text;
    doc->owned_text = doc->spare_text;
    doc->spare_text = old;
    doc->text = doc->owned_text.size ? (quern_string){doc->owned_text.data, doc->owned_text.size}
                                     : QUERN_STRING("");
}

static void swap_changes(quern_document *doc, size_t count)
{
    quern_change *old = doc->changes;
    size_t capacity = doc->change_capacity;
    doc->changes = doc->spare_changes;
    doc->change_capacity = doc->spare_change_capacity;
    doc->change_count = count;
    doc->spare_changes = old;
    doc->spare_change_capacity = capacity;
}

static quern_status apply(quern_editor *edit)
{
    quern_document *doc = edit->doc;
    size_t size, changes;
    if (!place_edits(edit, &size))
        return QUERN_TOO_LARGE;
    buffer_clear(&doc->spare_text);
    if (!document_reserve(doc, &doc->spare_text, size + 1) || !compose_changes(edit, &changes))
        return QUERN_NO_MEMORY;
    build_text(edit);
    document_end_text(doc, &doc->spare_text);
    layers_move(doc, edit->edits, edit->count);
    swap_text(doc);
    swap_changes(doc, changes);
    return QUERN_OK;
}

quern_verdict quern_commit(quern_editor *edit)
{
    if (edit->error == QUERN_OK && edit->open && edit->count)
        edit->error = apply(edit);
    if (edit->error != QUERN_OK)
        document_fail(edit->doc, edit->error);
    quern_abandon(edit);
    return edit->error == QUERN_OK ? QUERN_PASS : QUERN_FAIL;
}

quern_verdict quern_splice(quern_document *doc, quern_call *call, size_t begin, size_t end,
                           quern_string with, const char *rule)
{
    quern_editor *edit = quern_edit(doc, call);
    quern_replace(edit, begin, end, with, rule);
    return quern_commit(edit);
}

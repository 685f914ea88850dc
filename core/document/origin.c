/*
 * The way back to the source: the list of changes, and what can be read off it.
 *
 * Changes are disjoint in the text and ascending. What lies between two of them is copied, so the
 * source of any byte follows from the change before it. Along the text, neither where origins
 * begin nor where they end ever falls; that is why the ends of a stretch give its whole origin.
 */
#include "document/internal.h"

#include <string.h>

uint64_t change_resume(const quern_change *change, uint64_t place)
{
    return change ? change->source_end + (place - change->end) : place;
}

bool changes_append(quern_document *doc, quern_change **changes, size_t *count, size_t *capacity,
                    quern_change change)
{
    bool cut = change.begin == change.end;
    if (cut && change.source_begin == change.source_end)
        return true;
    quern_change *last = *count ? &(*changes)[*count - 1] : NULL;
    if (cut && last && last->begin == change.begin && last->end == change.end &&
        last->rule == change.rule && last->source_end == change.source_begin) {
        last->source_end = change.source_end;
        return true;
    }
    if (!document_grow(doc, changes, capacity, *count + 1, sizeof **changes))
        return false;
    (*changes)[(*count)++] = change;
    return true;
}

/* The number of the first change that ends behind `place`. */
static size_t find_change(const quern_document *doc, size_t place)
{
    size_t low = 0, high = doc->change_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (doc->changes[middle].end > place)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static const quern_change *change_before(const quern_document *doc, size_t number)
{
    return number ? &doc->changes[number - 1] : NULL;
}

/* The origin of the byte at `place`, or of the end of the text. */
static quern_origin byte_origin(const quern_document *doc, size_t place)
{
    size_t number = find_change(doc, place);
    if (number < doc->change_count && doc->changes[number].begin <= place)
        return (quern_origin){doc->changes[number].source_begin, doc->changes[number].source_end,
                              false};
    uint64_t source = change_resume(change_before(doc, number), place);
    return (quern_origin){source, source + 1, true};
}

static quern_origin place_origin(const quern_document *doc, size_t place)
{
    uint64_t begin = byte_origin(doc, place).begin;
    uint64_t end = place ? byte_origin(doc, place - 1).end : begin;
    return (quern_origin){begin, end > begin ? end : begin, false};
}

quern_origin quern_find_origin(const quern_document *doc, size_t begin, size_t end)
{
    if (begin >= end)
        return place_origin(doc, begin);
    size_t number = find_change(doc, begin);
    bool copied = number == doc->change_count || doc->changes[number].begin >= end;
    return (quern_origin){byte_origin(doc, begin).begin, byte_origin(doc, end - 1).end, copied};
}

quern_changes quern_find_changes(const quern_document *doc)
{
    return (quern_changes){doc->changes, doc->change_count};
}

/* ---- Rules ---- */

const char *quern_change_stage(const quern_document *doc, const quern_change *change)
{
    return doc->rules[change->rule].stage;
}

const char *quern_change_rule(const quern_document *doc, const quern_change *change)
{
    return doc->rules[change->rule].name;
}

static uint32_t add_rule(quern_document *doc, quern_string key, size_t stage_size)
{
    size_t known = doc->rule_names.count;
    size_t number = SIZE_MAX;
    if (document_grow(doc, &doc->rules, &doc->rule_capacity, known + 1, sizeof *doc->rules))
        number = names_add(&doc->rule_names, &doc->arena, key);
    if (number == SIZE_MAX) {
        document_fail(doc, QUERN_NO_MEMORY);
        return UINT32_MAX;
    }
    const char *text = doc->rule_names.items[number].text;
    if (number == known)
        doc->rules[number] = (struct rule){.stage = text, .name = text + stage_size + 1};
    return (uint32_t)number;
}

void document_take_edits(quern_document *doc, void *user,
                         void (*take)(void *user, const char *stage, const char *rule,
                                      uint64_t count))
{
    for (size_t i = 0; i < doc->rule_names.count; i++) {
        struct rule *rule = &doc->rules[i];
        if (rule->edits)
            take(user, rule->stage, rule->name, rule->edits);
        rule->edits = 0;
    }
}

uint32_t document_rule(quern_document *doc, quern_string stage, quern_string rule)
{
    struct buffer key = {0};
    buffer_add_string(&key, stage);
    buffer_add_char(&key, '\0');
    buffer_add_string(&key, rule);
    uint32_t number = UINT32_MAX;
    if (key.failed)
        document_fail(doc, QUERN_NO_MEMORY);
    else
        number = add_rule(doc, (quern_string){key.data, key.size}, stage.size);
    buffer_free(&key);
    return number;
}

/* ---- Changes that come in with a record ---- */

/* Whether `change` can follow `last`, or the start of the text: disjoint in the text, and along it
 * neither begins nor ends of origins fall. What lies between the two is copied, so the origin of
 * `change` cannot begin before the end of that. */
static bool may_follow(const quern_change *last, const quern_change *change)
{
    if (change->begin > change->end || change->source_begin > change->source_end ||
        change->source_end > INT64_MAX)
        return false;
    if (last && change->begin < last->end)
        return false;
    if (last && change->begin == last->end)
        return change->source_begin >= last->source_begin && change->source_end >= last->source_end;
    return change->source_begin >= change_resume(last, change->begin);
}

quern_status document_restore_change(quern_document *doc, quern_change change, quern_string stage,
                                     quern_string rule)
{
    if (change.end > doc->text.size ||
        !may_follow(change_before(doc, doc->change_count), &change)) {
        document_fail(doc, QUERN_BAD_RANGE);
        return QUERN_BAD_RANGE;
    }
    change.rule = document_rule(doc, stage, rule);
    if (change.rule != UINT32_MAX)
        changes_append(doc, &doc->changes, &doc->change_count, &doc->change_capacity, change);
    return doc->status;
}

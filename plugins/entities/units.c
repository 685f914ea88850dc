/* units.c - see units.h. */
#include "units.h"

#include <stdlib.h>

/* Room for as many words is kept from one document to the next. */
#define WORDS_KEPT 16384

/* The innermost block that has begun at `place`. */
static const quern_span *find_block(struct units *units, uint32_t place)
{
    if (units->blocks.count == 0)
        return NULL;
    while (units->block + 1 < units->blocks.count &&
           units->blocks.items[units->block + 1].begin <= place)
        units->block++;
    const quern_span *block = &units->blocks.items[units->block];
    return block->begin <= place && place < block->end ? block : NULL;
}

/* Where the text that is no sentence ends: with its block, or where another block or a sentence
 * begins. */
static uint32_t loose_end(const struct units *units, uint32_t begin, const quern_span *block)
{
    uint32_t end = block ? block->end : UINT32_MAX;
    size_t next = units->block;
    if (next < units->blocks.count && units->blocks.items[next].begin <= begin)
        next++;
    if (next < units->blocks.count && units->blocks.items[next].begin < end)
        end = units->blocks.items[next].begin;
    if (units->sentence < units->sentences.count &&
        units->sentences.items[units->sentence].begin < end)
        end = units->sentences.items[units->sentence].begin;
    return end;
}

/* Where the unit ends that begins at a token. */
static uint32_t unit_end(struct units *units, uint32_t begin, const quern_span *block)
{
    const quern_spans *sentences = &units->sentences;
    while (units->sentence < sentences->count && sentences->items[units->sentence].end <= begin)
        units->sentence++;
    if (units->sentence < sentences->count && sentences->items[units->sentence].begin <= begin)
        return sentences->items[units->sentence].end;
    return loose_end(units, begin, block);
}

static bool make_room(struct units *units, size_t count)
{
    if (count <= units->word_capacity)
        return true;
    size_t capacity = count < 256 ? 256 : count + count / 2;
    struct word *words = NULL;
    if (capacity <= SIZE_MAX / sizeof *words)
        words = realloc(units->unit.words, capacity * sizeof *words);
    if (!words)
        return false;
    units->unit.words = words;
    units->word_capacity = capacity;
    return true;
}

void units_begin(struct units *units, quern_document *doc)
{
    struct word *words = units->unit.words;
    units->unit = (struct unit){
        .lexicon = units->lexicon,
        .text = quern_text(doc),
        .words = words,
        .opaque = {quern_label(doc, "url"), quern_label(doc, "email"), quern_label(doc, "hashtag"),
                   quern_label(doc, "mention"), quern_label(doc, "emoticon")},
        .plain = UINT32_MAX,
    };
    units->tokens = quern_find_spans(doc, "token");
    units->sentences = quern_find_spans(doc, "sentence");
    units->blocks = quern_find_spans(doc, "block");
    units->heading = quern_label(doc, "heading");
    units->title = quern_label(doc, "title");
    units->dateline = quern_label(doc, "dateline");
    units->byline = quern_label(doc, "byline");
    units->token = units->sentence = units->block = 0;
    units->failed = false;
}

const struct unit *units_next(struct units *units)
{
    if (units->token >= units->tokens.count)
        return NULL;
    const quern_span *first = units->tokens.items + units->token;
    const quern_span *block = find_block(units, first->begin);
    uint32_t end = unit_end(units, first->begin, block);
    uint32_t label = block ? block->label : UINT32_MAX;
    size_t count = 1;
    while (units->token + count < units->tokens.count && first[count].begin < end)
        count++;
    units->failed = !make_room(units, count);
    if (units->failed)
        return NULL;
    struct unit *unit = &units->unit;
    unit_read(unit, first, count);
    unit->titled = unit->titled && (label == units->heading || label == units->title);
    unit->sentence = units->sentence < units->sentences.count &&
                     units->sentences.items[units->sentence].begin <= first->begin;
    unit->place_line = label == units->dateline;
    unit->person_line = label == units->byline;
    units->token += count;
    return unit;
}

void units_release(struct units *units)
{
    if (units->word_capacity > WORDS_KEPT)
        units_free(units);
}

void units_free(struct units *units)
{
    free(units->unit.words);
    units->unit.words = NULL;
    units->word_capacity = 0;
}

/*
 * entities.c - the stage that tags names, amounts and times: reads the layers block, sentence and
 * token, and writes the layer entity.
 *
 * It goes through the document sentence by sentence and collects what may be an entity: amounts.c
 * and dates.c find numbers, names.c finds names, which evidence.c weighs. When all has been read,
 * decide.c says what each name is, and the spans are written.
 */
#include "findings.h"

#include <stdlib.h>
#include <string.h>

/* Room for as many words and findings is kept from one document to the next. */
#define BUFFER_KEPT 65536

struct entities {
    quern_list labels;
    bool numbers;
    bool wanted[LABEL_COUNT];
    struct findings findings;
    struct word *words;
    size_t word_capacity;
};

static const char *const label_names[] = {
#define NAME(name) #name,
    LABELS(NAME)
#undef NAME
};

static const quern_option options[] = {
    QUERN_LIST(struct entities, labels,
               "PERSON ORG LOC MISC DATE TIME MONEY PERCENT QUANTITY ORDINAL CARDINAL",
               "labels to write; all when none is given"),
    QUERN_BOOL(struct entities, numbers, true, "write bare numbers, as CARDINAL and ORDINAL"),
    QUERN_END,
};

/* ---- Units ---- */

/* The layers of a document, each with the span that has been reached. */
struct reader {
    quern_spans tokens, sentences, blocks;
    size_t token, sentence, block;
    uint32_t heading, title, dateline, byline;
};

/* The innermost block that has begun at `place`. */
static const quern_span *find_block(struct reader *reader, uint32_t place)
{
    if (reader->blocks.count == 0)
        return NULL;
    while (reader->block + 1 < reader->blocks.count &&
           reader->blocks.items[reader->block + 1].begin <= place)
        reader->block++;
    const quern_span *block = &reader->blocks.items[reader->block];
    return block->begin <= place && place < block->end ? block : NULL;
}

/* Where the text that is no sentence ends: with its block, or where another block or a sentence
 * begins. */
static uint32_t loose_end(const struct reader *reader, uint32_t begin, const quern_span *block)
{
    uint32_t end = block ? block->end : UINT32_MAX;
    size_t next = reader->block;
    if (next < reader->blocks.count && reader->blocks.items[next].begin <= begin)
        next++;
    if (next < reader->blocks.count && reader->blocks.items[next].begin < end)
        end = reader->blocks.items[next].begin;
    if (reader->sentence < reader->sentences.count &&
        reader->sentences.items[reader->sentence].begin < end)
        end = reader->sentences.items[reader->sentence].begin;
    return end;
}

/* Where the unit ends that begins at a token. */
static uint32_t unit_end(struct reader *reader, uint32_t begin, const quern_span *block)
{
    const quern_spans *sentences = &reader->sentences;
    while (reader->sentence < sentences->count && sentences->items[reader->sentence].end <= begin)
        reader->sentence++;
    if (reader->sentence < sentences->count && sentences->items[reader->sentence].begin <= begin)
        return sentences->items[reader->sentence].end;
    return loose_end(reader, begin, block);
}

static bool make_room(struct entities *state, size_t count)
{
    if (count <= state->word_capacity)
        return true;
    size_t capacity = count < 256 ? 256 : count + count / 2;
    struct word *words = NULL;
    if (capacity <= SIZE_MAX / sizeof *words)
        words = realloc(state->words, capacity * sizeof *words);
    if (!words)
        return false;
    state->words = words;
    state->word_capacity = capacity;
    return true;
}

/* Reads the next unit. False, with the reader where it was, when memory is short. */
static bool next_unit(struct entities *state, struct reader *reader, struct unit *unit)
{
    const quern_span *first = reader->tokens.items + reader->token;
    const quern_span *block = find_block(reader, first->begin);
    uint32_t end = unit_end(reader, first->begin, block);
    uint32_t label = block ? block->label : UINT32_MAX;
    size_t count = 1;
    while (reader->token + count < reader->tokens.count && first[count].begin < end)
        count++;
    if (!make_room(state, count))
        return false;
    unit->words = state->words;
    unit_read(unit, first, count);
    unit->titled = unit->titled && (label == reader->heading || label == reader->title);
    unit->place_line = label == reader->dateline;
    unit->person_line = label == reader->byline;
    reader->token += count;
    return true;
}

/* ---- The stage ---- */

/* Nothing is tagged where all is capitals, for they say nothing; a dateline is known for what it
 * is. */
static bool read_unit(const struct unit *unit, struct findings *findings)
{
    if (unit->capitals && !unit->place_line && !unit->person_line)
        return true;
    for (size_t i = 0; i < unit->count;) {
        enum label label;
        size_t size = amount_read(unit, i, &label);
        if (size > 0) {
            struct finding finding = {.begin = unit->words[i].begin,
                                      .end = unit->words[i + size - 1].end,
                                      .label = (uint8_t)label};
            if (!findings_add(findings, finding))
                return false;
            i += size;
        } else if ((i = names_read(unit, i, findings)) == 0)
            return false;
    }
    return true;
}

static bool read_document(struct entities *state, quern_document *doc)
{
    struct unit unit = {
        .text = quern_text(doc),
        .opaque = {quern_label(doc, "url"), quern_label(doc, "email"), quern_label(doc, "hashtag"),
                   quern_label(doc, "mention"), quern_label(doc, "emoticon")},
    };
    struct reader reader = {
        .tokens = quern_find_spans(doc, "token"),
        .sentences = quern_find_spans(doc, "sentence"),
        .blocks = quern_find_spans(doc, "block"),
        .heading = quern_label(doc, "heading"),
        .title = quern_label(doc, "title"),
        .dateline = quern_label(doc, "dateline"),
        .byline = quern_label(doc, "byline"),
    };
    state->findings.count = 0;
    while (reader.token < reader.tokens.count)
        if (!next_unit(state, &reader, &unit) || !read_unit(&unit, &state->findings))
            return false;
    return true;
}

static void write_spans(const struct entities *state, quern_document *doc)
{
    quern_layer *layer = quern_layer_of(doc, "entity");
    uint32_t labels[LABEL_COUNT];
    for (int i = 0; i < LABEL_COUNT; i++)
        labels[i] = quern_label(doc, label_names[i]);
    for (size_t i = 0; i < state->findings.count; i++) {
        const struct finding *finding = &state->findings.items[i];
        if (finding->label != LABEL_NONE && state->wanted[finding->label])
            quern_add_span(layer, finding->begin, finding->end, labels[finding->label]);
    }
}

/* Buffers stay for the next document, unless this one was large. */
static void release_large(struct entities *state)
{
    if (state->findings.capacity > BUFFER_KEPT)
        findings_free(&state->findings);
    if (state->word_capacity > BUFFER_KEPT) {
        free(state->words);
        state->words = NULL;
        state->word_capacity = 0;
    }
}

static quern_verdict process(void *data, quern_document *doc, quern_call *call)
{
    struct entities *state = data;
    if (!read_document(state, doc) || !findings_decide(&state->findings, quern_text(doc), call))
        return quern_fail(call, "out of memory");
    write_spans(state, doc);
    release_large(state);
    return QUERN_PASS;
}

static bool open(void *data, quern_call *call)
{
    (void)call;
    struct entities *state = data;
    for (int i = 0; i < LABEL_COUNT; i++) {
        state->wanted[i] = state->labels.count == 0;
        for (size_t k = 0; k < state->labels.count; k++)
            state->wanted[i] |= strcmp(state->labels.items[k], label_names[i]) == 0;
    }
    state->wanted[LABEL_ORDINAL] &= state->numbers;
    state->wanted[LABEL_CARDINAL] &= state->numbers;
    return true;
}

static void close(void *data)
{
    struct entities *state = data;
    findings_free(&state->findings);
    free(state->words);
}

QUERN_PLUGIN(entities) = {
    QUERN_HEAD("entities"),
    .summary = "Tags persons, organisations, places, amounts and times",
    .version = QUERN_VERSION,
    .mode = QUERN_EACH,
    .state_size = sizeof(struct entities),
    .options = options,
    .reads = "block sentence token",
    .writes = "entity",
    .preserves = "block sentence token",
    .keeps_text = true,
    .open = open,
    .process = process,
    .close = close,
};

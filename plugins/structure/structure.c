/*
 * structure.c - the stage structure: blocks, sentences and tokens, each a layer of its own.
 *
 * Tokens are read from the text alone, so that they are the same whatever layers are asked for.
 * Sentences are looked for inside blocks, and so the blocks are found for them, written or not.
 */
#include "block.h"
#include "sentence.h"
#include "token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "character.h"

enum { HYPHENS_KEEP, HYPHENS_SPLIT };
enum { WORDS_ENGLISH, WORDS_UNICODE };
enum { MARKERS_INSIDE, MARKERS_APART };

struct structure {
    quern_list layers, abbreviations;
    int hyphens, words, markers;
    bool across_blocks;

    struct vocabulary known;
    struct abbreviations *learned;
    bool writes_blocks, writes_sentences, writes_tokens;
};

static const quern_option options[] = {
    QUERN_LIST(struct structure, layers, "block sentence token", "layers to write; all by default"),
    QUERN_CHOICE(struct structure, words, "english", "english unicode",
                 "tokens as English has them, or Unicode's words as they are"),
    QUERN_CHOICE(struct structure, hyphens, "keep", "keep split",
                 "whether a hyphenated word is one token"),
    QUERN_CHOICE(struct structure, markers, "inside", "inside apart",
                 "whether a list item's span holds its bullet or number"),
    QUERN_BOOL(struct structure, across_blocks, true,
               "let a sentence go on in the next block where the text does"),
    QUERN_LIST(struct structure, abbreviations, NULL,
               "more words whose full stop does not end a sentence"),
    QUERN_END,
};

/* ---- Blocks -------------------------------------------------------------------------------- */

static const char *const block_labels[] = {
#define BLOCK_KIND(enumerator, label, sentences) label,
    BLOCK_KINDS(BLOCK_KIND)
#undef BLOCK_KIND
};

/* Finds the blocks of a text, in scratch memory. False when that is short. */
static bool find_blocks(struct structure *structure, quern_string text, quern_call *call,
                        struct lines *lines, struct blocks *blocks)
{
    size_t count = lines_count(text);
    *lines =
        (struct lines){.text = text, .items = quern_scratch(call, count + 1, sizeof *lines->items)};
    *blocks =
        (struct blocks){.lines = lines,
                        .known = &structure->known,
                        .items = quern_scratch(call, count + BLOCKS_MORE, sizeof *blocks->items)};
    if (!lines->items || !blocks->items)
        return false;
    lines_read(lines);
    blocks_group(blocks);
    blocks_name(blocks);
    return true;
}

static void set_number(quern_layer *layer, size_t index, const char *key, uint32_t number)
{
    char json[16];
    int size = snprintf(json, sizeof json, "%u", (unsigned)number);
    quern_set_attribute(layer, index, key, (quern_string){json, (size_t)size});
}

static void add_block(const struct structure *structure, quern_document *doc, quern_layer *layer,
                      const struct block *block, const uint32_t *labels)
{
    size_t begin = structure->markers == MARKERS_INSIDE ? block->marker : block->begin;
    if (block->summary_end > 0)
        quern_add_span(layer, begin, block->summary_end, labels[BLOCK_SUMMARY]);
    size_t index = quern_add_span(layer, begin, block->end, labels[block->kind]);
    if (block->level > 0)
        set_number(layer, index, "level", block->level);
    if (block->number > 0)
        set_number(layer, index, "number", block->number);
    if (block->marker == block->begin)
        return;
    const char *marker = quern_text(doc).data + block->marker;
    size_t size = block->begin - block->marker;
    while (is_one_of((unsigned char)marker[size - 1], " \t"))
        size--;
    quern_set_attribute(layer, index, "marker", quern_to_json(doc, (quern_string){marker, size}));
}

static void write_blocks(const struct structure *structure, quern_document *doc,
                         const struct blocks *blocks)
{
    quern_layer *layer = quern_layer_of(doc, "block");
    uint32_t labels[BLOCK_KIND_COUNT];
    for (size_t i = 0; i < BLOCK_KIND_COUNT; i++)
        labels[i] = quern_label(doc, block_labels[i]);
    quern_clear_layer(layer);
    for (size_t i = 0; i < blocks->count; i++)
        add_block(structure, doc, layer, &blocks->items[i], labels);
}

/* ---- Sentences ----------------------------------------------------------------------------- */

static bool is_quote_mark(uint32_t code)
{
    return code == '"' || code == '\'' || (code >= 0x2018 && code <= 0x201F);
}

/* Whether the last sentence of a block goes on in the next, as one does around a quotation that
 * stands on lines of its own. */
static bool goes_on(quern_string text, const struct blocks *blocks, size_t index)
{
    const struct block *block = &blocks->items[index], *next = block + 1;
    if (index + 1 == blocks->count || !block_holds_sentences(next) ||
        block->kind == BLOCK_LIST_ITEM || next->kind == BLOCK_LIST_ITEM ||
        block_ends_sentence(blocks, block))
        return false;
    struct character first = character_at(text, next->begin);
    if (is_one_of(first.code, ",.;:)"))
        return true;
    return is_quote_mark(first.code) ||
           (first.kind == KIND_LOWER && is_quote_mark(character_before(text, block->end).code));
}

static void write_sentences(const struct structure *structure, quern_document *doc,
                            quern_string text, const struct blocks *blocks)
{
    quern_layer *layer = quern_layer_of(doc, "sentence");
    uint32_t label = quern_label(doc, "sentence");
    struct care care = care_judge(blocks);
    size_t unfinished = SIZE_MAX; /* where a sentence began that the next block goes on with */
    quern_clear_layer(layer);
    for (size_t i = 0; i < blocks->count; i++) {
        const struct block *block = &blocks->items[i];
        if (!block_holds_sentences(block))
            continue;
        struct sentences sentences = {.text = text,
                                      .abbreviations = structure->learned,
                                      .block = block->begin,
                                      .at = block->begin,
                                      .end = block->end,
                                      .care = care,
                                      .careless =
                                          care.lower_i || block_starts_in_lower_case(text, block)};
        for (size_t begin, end; sentence_next(&sentences, &begin, &end);) {
            begin = unfinished < begin ? unfinished : begin;
            unfinished = SIZE_MAX;
            if (structure->across_blocks && end == block->end && goes_on(text, blocks, i))
                unfinished = begin;
            else
                quern_add_span(layer, begin, end, label);
        }
    }
}

/* ---- Tokens -------------------------------------------------------------------------------- */

static const char *const token_labels[] = {
#define TOKEN_KIND(enumerator, label) label,
    TOKEN_KINDS(TOKEN_KIND)
#undef TOKEN_KIND
};

static void write_tokens(const struct structure *structure, quern_document *doc, quern_string text)
{
    quern_layer *layer = quern_layer_of(doc, "token");
    uint32_t labels[TOKEN_KIND_COUNT];
    for (size_t i = 0; i < TOKEN_KIND_COUNT; i++)
        labels[i] = quern_label(doc, token_labels[i]);
    quern_clear_layer(layer);
    struct tokenizer tokenizer = {.text = text,
                                  .abbreviations = structure->learned,
                                  .split_hyphens = structure->hyphens == HYPHENS_SPLIT,
                                  .unicode_only = structure->words == WORDS_UNICODE};
    for (struct token token; token_next(&tokenizer, &token);)
        quern_add_span(layer, token.begin, token.end, labels[token.kind]);
}

/* ---- The stage ----------------------------------------------------------------------------- */

static bool is_wanted(quern_list layers, const char *name)
{
    for (size_t i = 0; i < layers.count; i++)
        if (strcmp(layers.items[i], name) == 0)
            return true;
    return layers.count == 0;
}

static void close_structure(void *state)
{
    struct structure *structure = state;
    vocabulary_close(&structure->known);
    free(structure->learned);
}

static bool open_structure(void *state, quern_call *call)
{
    struct structure *structure = state;
    structure->writes_blocks = is_wanted(structure->layers, "block");
    structure->writes_sentences = is_wanted(structure->layers, "sentence");
    structure->writes_tokens = is_wanted(structure->layers, "token");
    structure->learned = calloc(1, sizeof *structure->learned);
    if (!structure->learned || !vocabulary_open(&structure->known, structure->abbreviations)) {
        free(structure->learned);
        quern_fail(call, "%s", quern_status_text(QUERN_NO_MEMORY));
        return false;
    }
    structure->learned->known = &structure->known;
    return true;
}

static bool write_layers(struct structure *structure, quern_document *doc, quern_call *call)
{
    quern_string text = quern_text(doc);
    struct lines lines;
    struct blocks blocks;
    bool needs_blocks = structure->writes_blocks || structure->writes_sentences;
    if (needs_blocks && !find_blocks(structure, text, call, &lines, &blocks))
        return false;
    if (structure->writes_sentences || structure->writes_tokens)
        abbreviations_learn(structure->learned, text);
    if (structure->writes_blocks)
        write_blocks(structure, doc, &blocks);
    if (structure->writes_sentences)
        write_sentences(structure, doc, text, &blocks);
    if (structure->writes_tokens)
        write_tokens(structure, doc, text);
    return true;
}

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    struct structure *structure = state;
    if (!write_layers(structure, doc, call))
        return quern_fail(call, "%s", quern_status_text(QUERN_NO_MEMORY));
    return QUERN_PASS;
}

QUERN_PLUGIN(structure) = {
    QUERN_HEAD("structure"),
    .summary = "Finds blocks, sentences and tokens",
    .version = QUERN_VERSION,
    .mode = QUERN_EACH,
    .state_size = sizeof(struct structure),
    .options = options,
    .writes = "block sentence token",
    .preserves = "entity",
    .keeps_text = true,
    .open = open_structure,
    .process = process,
    .close = close_structure,
};

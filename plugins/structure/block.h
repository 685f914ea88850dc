/* block.h - the blocks that a document is made of. */
#ifndef STRUCTURE_BLOCK_H
#define STRUCTURE_BLOCK_H

#include "lines.h"
#include "vocabulary.h"

/* X(enumerator, label, whether it holds sentences) */
#define BLOCK_KINDS(X)                                                                             \
    X(BLOCK_PARAGRAPH, "paragraph", true)                                                          \
    X(BLOCK_TITLE, "title", false)                                                                 \
    X(BLOCK_HEADING, "heading", false)                                                             \
    X(BLOCK_LIST_ITEM, "list-item", true)                                                          \
    X(BLOCK_SUMMARY, "summary", false)                                                             \
    X(BLOCK_DATELINE, "dateline", false)                                                           \
    X(BLOCK_BYLINE, "byline", false)                                                               \
    X(BLOCK_QUOTE, "quote", true)                                                                  \
    X(BLOCK_VERSE, "verse", true)                                                                  \
    X(BLOCK_TABLE, "table", false)                                                                 \
    X(BLOCK_SEPARATOR, "separator", false)                                                         \
    X(BLOCK_CAPTION, "caption", true)                                                              \
    X(BLOCK_CODE, "code", false)                                                                   \
    X(BLOCK_FOOTNOTE, "footnote", true)

enum block_kind {
#define BLOCK_KIND(enumerator, label, sentences) enumerator,
    BLOCK_KINDS(BLOCK_KIND)
#undef BLOCK_KIND
        BLOCK_KIND_COUNT
};

struct block {
    uint32_t begin, end; /* without the marker of a list item, a heading or a footnote */
    uint32_t marker;     /* where that begins; `begin` when there is none */
    uint32_t line, lines;
    uint32_t width;       /* characters of all its lines */
    uint32_t summary_end; /* of the summary that a heading opens; else 0 */
    enum block_kind kind;
    uint8_t level;   /* of a heading below the title, or of a list item, from 1; else 0 */
    uint32_t number; /* of a list item; 0 without one */
};

struct blocks {
    const struct lines *lines;
    const struct vocabulary *known;
    uint32_t wrap_width;
    struct block *items;
    size_t count;
};

/* Cuts the lines into blocks and names those that show what they are by their lines alone: group.c.
 * `items` has room for a block a line, and BLOCKS_MORE. */
#define BLOCKS_MORE 1
void blocks_group(struct blocks *blocks);

/* Names the others: block.c, which has list.c and heading.c do their part. */
void blocks_name(struct blocks *blocks);
void blocks_name_items(struct blocks *blocks);
void blocks_name_summaries(struct blocks *blocks);
void blocks_name_headings(struct blocks *blocks);

/* Shared by these two. */
static inline quern_string blocks_text(const struct blocks *blocks)
{
    return blocks->lines->text;
}

static inline const struct line *block_first_line(const struct blocks *blocks,
                                                  const struct block *block)
{
    return &blocks->lines->items[block->line];
}

static inline char block_last_byte(const struct blocks *blocks, const struct block *block)
{
    return blocks_text(blocks).data[block->end - 1];
}

/* Whether sentences are looked for in a block. */
bool block_holds_sentences(const struct block *block);

bool block_starts_in_lower_case(quern_string text, const struct block *block);
bool block_ends_sentence(const struct blocks *blocks, const struct block *block);

/* The next word from `*at`, parted by ASCII white space; false at `end`. */
bool block_next_word(quern_string text, size_t *at, size_t end, quern_string *word);

/* Leaves a marker of that size, with text behind it, out of a block. */
void block_skip_marker(const struct blocks *blocks, struct block *block, size_t size);

/* A paragraph of some length. */
#define SHORTEST_BODY 80
bool block_is_long(const struct block *block);

#endif

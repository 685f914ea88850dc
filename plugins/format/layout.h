/*
 * layout.h - a document as a reader sees it: blocks, one after the other, and in each of them runs
 * of text that are part of an entity or not. What the formats for people stand on.
 *
 * Blocks come from the layer "block". All text that is not blank is in one of them: what the layer
 * leaves out, and all of it when there is no such layer, comes as paragraphs, which blank lines
 * part. Where spans overlap, in either layer, the one that begins first, and of these the longest,
 * wins, and the others are passed over.
 */
#ifndef FORMAT_LAYOUT_H
#define FORMAT_LAYOUT_H

#include <quern.h>

enum block_kind {
    BLOCK_PARAGRAPH,
    BLOCK_TITLE,
    BLOCK_HEADING,
    BLOCK_ITEM,
    BLOCK_BYLINE,
    BLOCK_DATELINE,
    BLOCK_VERSE,
    BLOCK_PREFORMATTED,
    BLOCK_SEPARATOR
};

/* What a block stands in: a span that holds blocks. */
enum enclosure { IN_NOTHING, IN_SUMMARY, IN_QUOTE };

struct block {
    size_t begin, end; /* without white space around it, nor the mark of an item */
    enum block_kind kind;
    enum enclosure enclosure;
    int level;       /* of a title or heading, from 1: headings stand below the title, if any */
    uint32_t number; /* of an item that is numbered; 0 for a bullet */
};

struct run {
    size_t begin, end;
    const char *label; /* NULL when it is not part of an entity */
};

/* Made by layout_open(); the members are for layout.c. */
struct layout {
    quern_document *doc;
    quern_string text;
    quern_layer *layer;
    quern_spans blocks, entities;
    size_t at, next_block, next_entity, covered, enclosure_end;
    size_t begin; /* of the next block, if it has been found */
    bool found;
    enum enclosure enclosure;
    bool titled;
};

struct layout layout_open(quern_document *doc);

/* Steps to the next block; false when there is none. */
bool layout_next_block(struct layout *layout, struct block *block);

/* Steps to the next run of the block; start with a run of zeros. False when there is none. */
bool layout_next_run(struct layout *layout, const struct block *block, struct run *run);

/* One of LABEL_COLOURS colours, always the same for a label. */
enum { LABEL_COLOURS = 12 };
unsigned colour_of_label(const char *label);

#endif

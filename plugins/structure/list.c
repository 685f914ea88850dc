/*
 * list.c - finds the items of lists, and the summaries that are a list under a heading.
 *
 * A marker makes an item if a neighbour has one that goes with it, or if nothing but a bullet can be
 * meant: a dash or a number at the start of a paragraph may be its own.
 */
#include "block.h"

#include <string.h>

#include "character.h"

static struct marker marker_of(const struct blocks *blocks, const struct block *block)
{
    return line_marker(blocks_text(blocks), block->begin, block_first_line(blocks, block)->end);
}

/* Whether one marker may stand in a list with another: the same bullet, the next number, or the
 * first of a list inside the list. */
static bool are_siblings(struct marker marker, struct marker next)
{
    if (marker.kind == MARKER_NONE || next.kind == MARKER_NONE)
        return false;
    if (marker.kind != next.kind)
        return next.kind == MARKER_BULLET || marker.kind == MARKER_BULLET || next.number == 1;
    return marker.kind == MARKER_BULLET || next.number == marker.number + 1 || next.number == 1;
}

static bool is_sure_bullet(const struct blocks *blocks, const struct block *block)
{
    uint32_t code = character_at(blocks_text(blocks), block->begin).code;
    return code == '*' || (code >= 0x80 && code != 0x2013 && code != 0xB7);
}

/* A colon or a heading before a single item introduces it. */
static bool is_introduced(const struct blocks *blocks, size_t index)
{
    return index > 0 && block_last_byte(blocks, &blocks->items[index - 1]) == ':';
}

static bool is_item(const struct blocks *blocks, size_t index, struct marker before,
                    struct marker marker, struct marker after)
{
    const struct block *block = &blocks->items[index];
    if (marker.kind == MARKER_NONE || block->kind != BLOCK_PARAGRAPH)
        return false;
    if (are_siblings(before, marker) || are_siblings(marker, after))
        return true;
    if (marker.kind == MARKER_BULLET)
        return is_sure_bullet(blocks, block) || is_introduced(blocks, index);
    return marker.number == 1 && is_introduced(blocks, index);
}

static struct marker marker_at(const struct blocks *blocks, size_t index)
{
    struct marker none = {0};
    if (index >= blocks->count || blocks->items[index].kind != BLOCK_PARAGRAPH)
        return none;
    return marker_of(blocks, &blocks->items[index]);
}

/* Levels of list items by how far they are indented, or by a marker of another kind. */
#define DEEPEST_LIST 8

struct nesting {
    uint32_t indents[DEEPEST_LIST];
    uint8_t depth;
};

static uint8_t item_level(struct nesting *nesting, uint32_t indent)
{
    while (nesting->depth > 1 && indent < nesting->indents[nesting->depth - 1])
        nesting->depth--;
    bool deeper = nesting->depth == 0 || indent > nesting->indents[nesting->depth - 1] + 1;
    if (deeper && nesting->depth < DEEPEST_LIST)
        nesting->indents[nesting->depth++] = indent;
    return nesting->depth;
}

static void set_levels(struct blocks *blocks)
{
    struct nesting nesting = {0};
    for (size_t i = 0; i < blocks->count; i++) {
        struct block *block = &blocks->items[i];
        if (block->kind == BLOCK_LIST_ITEM)
            block->level = item_level(&nesting, block_first_line(blocks, block)->indent);
        else
            nesting.depth = 0;
    }
}

void blocks_name_items(struct blocks *blocks)
{
    struct marker before = {0}, marker = marker_at(blocks, 0);
    for (size_t i = 0; i < blocks->count; i++) {
        struct marker after = marker_at(blocks, i + 1);
        if (is_item(blocks, i, before, marker, after)) {
            blocks->items[i].kind = BLOCK_LIST_ITEM;
            blocks->items[i].begin = (uint32_t)marker.begin;
            blocks->items[i].number = marker.number;
        }
        before = marker;
        marker = after;
    }
    set_levels(blocks);
}

/* ---- Summaries ----------------------------------------------------------------------------- */

static bool is_summary_heading(const struct blocks *blocks, const struct block *block)
{
    size_t end = block->end;
    end -= block_last_byte(blocks, block) == ':';
    quern_string phrase = {blocks_text(blocks).data + block->begin, end - block->begin};
    return (block->kind == BLOCK_PARAGRAPH || block->kind == BLOCK_HEADING) &&
           wordset_find(&blocks->known->summaries, phrase) != 0;
}

void blocks_name_summaries(struct blocks *blocks)
{
    for (size_t i = 0; i < blocks->count; i++) {
        if (!is_summary_heading(blocks, &blocks->items[i]))
            continue;
        size_t end = i + 1;
        while (end < blocks->count && blocks->items[end].kind == BLOCK_LIST_ITEM)
            end++;
        if (end == i + 1)
            continue;
        blocks->items[i].kind = BLOCK_HEADING;
        blocks->items[i].summary_end = blocks->items[end - 1].end;
    }
}

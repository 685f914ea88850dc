/*
 * block.c - names the blocks of a document, headings apart.
 *
 * A block of prose is a paragraph unless it looks like something else and stands where such a thing
 * stands: a list item has a marker and a neighbour with another, a dateline opens the first
 * paragraph, a quotation is set in from the text around it.
 */
#include "block.h"

#include <string.h>
#include <strings.h>

#include "character.h"

bool block_holds_sentences(const struct block *block)
{
    static const bool holds[] = {
#define BLOCK_KIND(enumerator, label, sentences) sentences,
        BLOCK_KINDS(BLOCK_KIND)
#undef BLOCK_KIND
    };
    return holds[block->kind];
}

bool block_starts_in_lower_case(quern_string text, const struct block *block)
{
    return character_at(text, block->begin).kind == KIND_LOWER;
}

bool block_ends_sentence(const struct blocks *blocks, const struct block *block)
{
    return text_ends_sentence(blocks_text(blocks), block->begin, block->end);
}

bool block_next_word(quern_string text, size_t *at, size_t end, quern_string *word)
{
    while (*at < end && (unsigned char)text.data[*at] <= ' ')
        ++*at;
    size_t begin = *at;
    while (*at < end && (unsigned char)text.data[*at] > ' ')
        ++*at;
    *word = (quern_string){text.data + begin, *at - begin};
    return word->size > 0;
}

void block_skip_marker(const struct blocks *blocks, struct block *block, size_t size)
{
    block->begin += (uint32_t)size;
    block->begin += (uint32_t)count_run(blocks_text(blocks), block->begin, " \t");
}

bool block_is_long(const struct block *block)
{
    return block->kind == BLOCK_PARAGRAPH && block->width >= SHORTEST_BODY;
}

/* ---- Captions and footnotes ----------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Figure 2. The valley, or a short block with "Image: Jane Doe" in it. */
static bool is_caption(const struct blocks *blocks, const struct block *block)
{
    static const char *const names[] = {"figure", "fig.", "table", "chart", "map", "plate"};
    static const char *const credits[] = {"Image: ", "Image; ", "Photo: ", "Picture: ", "Credit: "};
    quern_string text = blocks_text(blocks), word;
    size_t at = block->begin;
    block_next_word(text, &at, block->end, &word);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (word.size == strlen(names[i]) && strncasecmp(word.data, names[i], word.size) == 0)
            return at + 1 < block->end && is_digit(text.data[at + 1]);
    for (size_t i = 0; i < sizeof credits / sizeof *credits && block->width <= 300; i++)
        if (memmem(text.data + block->begin, block->end - block->begin, credits[i],
                   strlen(credits[i])))
            return true;
    return false;
}

/* [4] and text: the size of the mark; 0 when there is none. */
static size_t footnote_mark(const struct blocks *blocks, const struct block *block)
{
    quern_string text = blocks_text(blocks);
    size_t digits = count_run(text, block->begin + 1, "0123456789");
    size_t end = block->begin + 1 + digits;
    bool closed = text.data[block->begin] == '[' && digits > 0 && digits < 4 &&
                  end + 1 < block->end && text.data[end] == ']' && text.data[end + 1] == ' ';
    return closed ? digits + 2 : 0;
}

static void name_captions(struct blocks *blocks)
{
    for (size_t i = 0; i < blocks->count; i++) {
        struct block *block = &blocks->items[i];
        if (block->kind != BLOCK_PARAGRAPH)
            continue;
        size_t mark = footnote_mark(blocks, block);
        if (mark > 0) {
            block->kind = BLOCK_FOOTNOTE;
            block_skip_marker(blocks, block, mark);
        } else if (is_caption(blocks, block)) {
            block->kind = BLOCK_CAPTION;
        }
    }
}

/* ---- Bylines and datelines ----------------------------------------------------------------- */

static bool starts_upper(quern_string word)
{
    return word.size > 0 && character_at(word, 0).kind == KIND_UPPER;
}

static bool word_is(quern_string word, const char *what)
{
    return word.size == strlen(what) && strncasecmp(word.data, what, word.size) == 0;
}

/* By Jane Doe; From our own correspondent; Reporting by Jane Doe. */
static bool is_byline(const struct blocks *blocks, const struct block *block)
{
    quern_string text = blocks_text(blocks), first, second = {0}, third = {0};
    size_t at = block->begin;
    if (block->kind != BLOCK_PARAGRAPH || block->lines > 1 || block->width > 100)
        return false;
    block_next_word(text, &at, block->end, &first);
    block_next_word(text, &at, block->end, &second);
    block_next_word(text, &at, block->end, &third);
    if (word_is(first, "by"))
        return starts_upper(second) && starts_upper(third) && !block_ends_sentence(blocks, block);
    if (word_is(first, "from"))
        return word_is(second, "our") || word_is(second, "a");
    return word_is(second, "by") && (word_is(first, "reporting") || word_is(first, "(reporting") ||
                                     word_is(first, "written"));
}

/* In, of, at, near or from that place: what makes a place of a name. */
static bool is_place_in_text(quern_string text, quern_string name, size_t from)
{
    static const char *const before[] = {" in ", " of ", " at ", " near ", " from "};
    const char *at = text.data + from, *end = text.data + text.size;
    while ((at = memmem(at, (size_t)(end - at), name.data, name.size))) {
        for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
            size_t size = strlen(before[i]);
            if ((size_t)(at - text.data) >= size && memcmp(at - size, before[i], size) == 0)
                return true;
        }
        at += name.size;
    }
    return false;
}

/* Words that all begin with a capital or a digit, but for "de" and the like, or stand in brackets. */
static bool are_names(quern_string text, size_t begin, size_t end)
{
    for (quern_string word; block_next_word(text, &begin, end, &word);)
        if (word.size > 3 && character_at(word, 0).kind == KIND_LOWER)
            return false;
    return true;
}

/* Mombasa, or VIENNA - on a line of its own. */
static bool is_lone_dateline(const struct blocks *blocks, const struct block *block, bool first)
{
    quern_string text = blocks_text(blocks);
    uint32_t last = character_before(text, block->end).code;
    bool dash = last == '-' || last == 0x2013 || last == 0x2014;
    if (block->lines > 1 || block->width > 60 || (last != ',' && !dash) ||
        character_at(text, block->begin).kind != KIND_UPPER ||
        !are_names(text, block->begin, block->end))
        return false;
    size_t end = block->begin;
    while (end < block->end && text.data[end] != ',' && text.data[end] != ' ')
        end++;
    quern_string name = {text.data + block->begin, end - block->begin};
    return !first || is_place_in_text(text, name, block->end);
}

/* The end of "VIENNA, March 3 -" or "Vienna (Agency) -" at the start of a paragraph; 0 for none. */
static size_t run_in_dateline_end(quern_string text, const struct block *block)
{
    size_t limit = block->end - block->begin > 80 ? block->begin + 80 : block->end;
    for (size_t at = block->begin, next; at < limit; at = next) {
        next = at;
        uint32_t code = character_next(text, &next).code;
        if (code != '-' && code != 0x2013 && code != 0x2014)
            continue;
        if (at == block->begin || next == block->end || text.data[next] != ' ' ||
            text.data[at - 1] != ' ')
            return 0;
        size_t word = block->begin;
        while (word < at && text.data[word] != ' ' && text.data[word] != ',')
            word++;
        bool capitals = word - block->begin > 2 && text_is_capitals(text, block->begin, word);
        bool agency = at >= 2 && text.data[at - 2] == ')';
        return (capitals || agency) && are_names(text, block->begin, at) ? next : 0;
    }
    return 0;
}

/* Parts the dateline at the start of a paragraph from the rest. */
static void split_dateline(struct blocks *blocks, size_t index, size_t end)
{
    struct block *block = &blocks->items[index];
    memmove(block + 1, block, (blocks->count - index) * sizeof *block);
    blocks->count++;
    block->kind = BLOCK_DATELINE;
    block->end = (uint32_t)end;
    block[1].begin = block[1].marker =
        (uint32_t)(end + count_run(blocks_text(blocks), end, " \t\r\n"));
}

/* A dateline opens the first long paragraph: in it, or just before it. */
static void name_dateline(struct blocks *blocks)
{
    size_t body = 0;
    while (body < blocks->count && !block_is_long(&blocks->items[body]))
        body++;
    if (body == blocks->count)
        return;
    struct block *before = &blocks->items[body - (body > 0)];
    size_t end = run_in_dateline_end(blocks_text(blocks), &blocks->items[body]);
    if (end > 0)
        split_dateline(blocks, body, end);
    else if (before->kind == BLOCK_PARAGRAPH && is_lone_dateline(blocks, before, body == 1))
        before->kind = BLOCK_DATELINE;
}

/* Bylines stand above the first long paragraph, or at the very end. */
static void name_bylines(struct blocks *blocks)
{
    for (size_t i = 0; i < blocks->count; i++) {
        struct block *block = &blocks->items[i];
        if (is_byline(blocks, block))
            block->kind = BLOCK_BYLINE;
        else if (block_is_long(block))
            i = i + 2 < blocks->count ? blocks->count - 2 : i;
    }
}

/* ---- Quotations ---------------------------------------------------------------------------- */

#define WIDEST_INDENT 64

/* How far most lines of prose are set in. */
static uint32_t common_indent(const struct blocks *blocks)
{
    size_t counts[WIDEST_INDENT + 1] = {0};
    for (size_t i = 0; i < blocks->count; i++) {
        const struct block *block = &blocks->items[i];
        uint32_t indent = block_first_line(blocks, block)[block->lines > 1].indent;
        if (block->kind == BLOCK_PARAGRAPH)
            counts[indent < WIDEST_INDENT ? indent : WIDEST_INDENT] += block->width;
    }
    uint32_t best = 0;
    for (uint32_t i = 1; i <= WIDEST_INDENT; i++)
        best = counts[i] > counts[best] ? i : best;
    return best;
}

/* Every line further in than the text around, and too much of it for a heading. */
static bool is_set_in(const struct blocks *blocks, const struct block *block, uint32_t indent)
{
    const struct line *line = block_first_line(blocks, block);
    if (block->kind != BLOCK_PARAGRAPH || block->width < SHORTEST_BODY / 2)
        return false;
    for (size_t i = 0; i < block->lines; i++)
        if (line[i].indent < indent + 2)
            return false;
    return block->lines > 1 || line->indent >= indent + 4;
}

static void name_quotes(struct blocks *blocks)
{
    uint32_t indent = common_indent(blocks);
    for (size_t i = 0; i < blocks->count; i++)
        if (is_set_in(blocks, &blocks->items[i], indent))
            blocks->items[i].kind = BLOCK_QUOTE;
}

void blocks_name(struct blocks *blocks)
{
    blocks_name_items(blocks);
    name_captions(blocks);
    name_quotes(blocks);
    name_bylines(blocks);
    blocks_name_summaries(blocks);
    name_dateline(blocks);
    blocks_name_headings(blocks);
}

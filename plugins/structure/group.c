/*
 * group.c - cuts the lines of a document into blocks.
 *
 * Blank lines part blocks. Without one, what parts them depends on how the document is written: in
 * wrapped text a line that had room for the next word ends something, in unwrapped text every line
 * does. Tables, verse, quoted and fenced lines are known by several lines together.
 */
#include <string.h>

#include "block.h"
#include "character.h"

/* Lines of a run (no blank line among them) from `first`; `end` is behind the last. */
struct run {
    size_t first, end;
};

static struct run find_run(const struct lines *lines, size_t first)
{
    size_t end = first + 1;
    while (end < lines->count && lines->items[end].blanks == 0)
        end++;
    return (struct run){first, end};
}

static void add_block(struct blocks *blocks, size_t first, size_t end, enum block_kind kind)
{
    const struct line *lines = blocks->lines->items;
    struct block block = {.begin = lines[first].begin,
                          .end = lines[end - 1].end,
                          .marker = lines[first].begin,
                          .line = (uint32_t)first,
                          .lines = (uint32_t)(end - first),
                          .kind = kind};
    for (size_t i = first; i < end; i++)
        block.width += lines[i].width;
    blocks->items[blocks->count++] = block;
}

/* ---- Lines that belong together by their looks ---------------------------------------------- */

static bool starts_with(const struct lines *lines, size_t index, const char *what)
{
    const struct line *line = &lines->items[index];
    size_t size = strlen(what);
    return line->end - line->begin >= size &&
           memcmp(lines->text.data + line->begin, what, size) == 0;
}

/* ``` or ~~~ and all up to the line that closes it, over blank lines too; `first` itself if none
 * does. */
static size_t fence_end(const struct lines *lines, size_t first)
{
    const char *fence = starts_with(lines, first, "```")   ? "```"
                        : starts_with(lines, first, "~~~") ? "~~~"
                                                           : NULL;
    for (size_t i = first + 1; fence && i < lines->count; i++)
        if (starts_with(lines, i, fence))
            return i + 1;
    return first;
}

static size_t mail_quote_end(const struct lines *lines, struct run run, size_t first)
{
    size_t end = first;
    while (end < run.end && starts_with(lines, end, ">"))
        end++;
    return end;
}

static size_t count_bars(const struct lines *lines, size_t index)
{
    size_t bars = 0;
    for (size_t i = lines->items[index].begin; i < lines->items[index].end; i++)
        bars += lines->text.data[i] == '|';
    return bars;
}

static size_t bar_table_end(const struct lines *lines, struct run run, size_t first)
{
    size_t end = first, rows = 0;
    for (bool rule = false; end < run.end; end++) {
        bool row = count_bars(lines, end) >= 2;
        if (!row && (rule || !(starts_with(lines, end, "+-") || starts_with(lines, end, "+="))))
            break;
        rows += row;
        rule = !row;
    }
    return rows >= 2 ? end : first;
}

/* The column of what follows the first gap, a tab or two spaces, in the first WIDEST_COLUMN bytes of
 * a line; 0 without a gap. What stands behind a tab is aligned by it. */
#define WIDEST_COLUMN 120

static size_t second_column(const struct lines *lines, size_t index)
{
    const struct line *line = &lines->items[index];
    const char *data = lines->text.data;
    size_t limit =
        line->end - line->begin > WIDEST_COLUMN ? line->begin + WIDEST_COLUMN : line->end;
    for (size_t at = line->begin; at < limit; at++) {
        if (data[at] == '\t')
            return 1;
        size_t spaces = count_run(lines->text, at, " ");
        if (spaces > 1)
            return line->indent + (at - line->begin) + spaces;
    }
    return 0;
}

/* What stands in columns only twice may do so by chance. */
#define FEWEST_ROWS 3

/* Lines with a gap, of which two thirds have it in the same place as the line before. */
static size_t column_table_end(const struct lines *lines, struct run run, size_t first)
{
    size_t end = first, aligned = 0, last = 0;
    for (size_t column; end < run.end && (column = second_column(lines, end)) > 0; end++) {
        aligned += column == last;
        last = column;
    }
    size_t rows = end - first;
    return rows >= FEWEST_ROWS && aligned * 3 >= (rows - 1) * 2 ? end : first;
}

/* Verse: a run of short lines that begin with capitals, as prose would not, most of them ended by
 * punctuation of some kind or by none, few by that of a sentence. */
static bool is_verse(const struct blocks *blocks, struct run run)
{
    const struct lines *lines = blocks->lines;
    size_t capitals = 0, short_lines = 0, stops = 0, pauses = 0;
    for (size_t i = run.first; i < run.end; i++) {
        const struct line *line = &lines->items[i];
        if (line_marker(lines->text, line->begin, line->end).size > 0)
            return false;
        char last = lines->text.data[line->end - 1];
        capitals += character_at(lines->text, line->begin).kind == KIND_UPPER;
        short_lines += line->width >= 12 && line->width <= 60;
        stops += text_ends_sentence(lines->text, line->begin, line->end);
        pauses += last == ',' || last == ';' || last == ':';
    }
    size_t count = run.end - run.first;
    return count >= 4 && short_lines * 10 >= count * 9 && capitals * 10 >= count * 8 &&
           stops * 2 <= count && (stops + pauses) * 3 >= count;
}

/* The end of a block that one line or the first few show to be one, and its kind; `first` itself
 * when there is none. */
static size_t shown_end(const struct blocks *blocks, struct run run, size_t first,
                        enum block_kind *kind)
{
    const struct lines *lines = blocks->lines;
    size_t end = first + 1;
    *kind = BLOCK_SEPARATOR;
    if (line_is_separator(lines->text, &lines->items[first]))
        return end;
    *kind = BLOCK_CODE;
    if ((end = fence_end(lines, first)) > first)
        return end;
    *kind = BLOCK_QUOTE;
    if ((end = mail_quote_end(lines, run, first)) > first)
        return end;
    *kind = BLOCK_TABLE;
    return bar_table_end(lines, run, first);
}

/* ---- Lines of prose ------------------------------------------------------------------------ */

static bool starts_upper(const struct lines *lines, size_t index)
{
    struct character c = character_at(lines->text, lines->items[index].begin);
    return c.kind != KIND_LOWER;
}

static bool has_marker(const struct lines *lines, size_t index)
{
    const struct line *line = &lines->items[index];
    return line_marker(lines->text, line->begin, line->end).size > 0;
}

static bool ends_sentence(const struct lines *lines, size_t index)
{
    const struct line *line = &lines->items[index];
    return text_ends_sentence(lines->text, line->begin, line->end);
}

static bool is_capitals(const struct lines *lines, size_t index)
{
    const struct line *line = &lines->items[index];
    return text_is_capitals(lines->text, line->begin, line->end);
}

/* # A heading of Markdown */
static bool is_marked_heading(const struct lines *lines, size_t index)
{
    size_t begin = lines->items[index].begin;
    size_t signs = count_run(lines->text, begin, "#");
    return signs > 0 && signs <= 6 && byte_at(lines->text, begin + signs) == ' ';
}

/* A date alone on the last line before a blank one, or with a block to itself: not the end of a
 * sentence that was wrapped. */
static bool is_date_line(const struct lines *lines, size_t index)
{
    const struct line *line = &lines->items[index];
    bool apart = line->blanks > 0 || index + 1 == lines->count || line[1].blanks > 0;
    return apart && !ends_sentence(lines, index) &&
           text_is_date(lines->text, line->begin, line->end);
}

/* A marker begins an item, in an item always, and else unless it is a dash or a number that wrapping brought to the front. */
static bool is_item_start(const struct blocks *blocks, bool item, size_t index)
{
    const struct lines *lines = blocks->lines;
    return has_marker(lines, index) &&
           (item || !line_is_full(lines, index - 1, blocks->wrap_width) ||
            lines->items[index].indent > lines->items[index - 1].indent);
}

/* In wrapped text: the line before had room, and what it says is complete or far from the edge. */
static bool ends_before_edge(const struct blocks *blocks, size_t last)
{
    const struct lines *lines = blocks->lines;
    if (line_is_full(lines, last, blocks->wrap_width) || !starts_upper(lines, last + 1))
        return false;
    return ends_sentence(lines, last) || is_capitals(lines, last) ||
           lines->items[last].width * 4 < blocks->wrap_width * 3;
}

/* In unwrapped text a line goes on with the next only when both say so. */
static bool is_cut(const struct lines *lines, size_t last)
{
    return ends_sentence(lines, last) || starts_upper(lines, last + 1);
}

/* Whether a line begins a block, with none but `first` to the line before it in the last one, which
 * is that of an item or not. */
static bool starts_block(const struct blocks *blocks, size_t first, bool item, size_t index)
{
    const struct lines *lines = blocks->lines;
    const struct line *line = &lines->items[index];
    if (is_item_start(blocks, item, index))
        return true;
    if (line_is_separator(lines->text, line) || starts_with(lines, index, ">") ||
        starts_with(lines, index, "```"))
        return true;
    if (is_marked_heading(lines, index) || is_marked_heading(lines, index - 1))
        return true;
    if (is_date_line(lines, index) || (first + 1 == index && is_date_line(lines, first)))
        return true;
    if (item && line->indent > lines->items[first].indent)
        return false;
    bool first_line_indent = !item && line->indent > line[-1].indent + 1 && line->indent < 12 &&
                             index + 1 < lines->count && line[1].blanks == 0 &&
                             line[1].indent < line->indent;
    if (first_line_indent)
        return true;
    return blocks->wrap_width > 0 ? ends_before_edge(blocks, index - 1) : is_cut(lines, index - 1);
}

static size_t prose_end(const struct blocks *blocks, struct run run, size_t first)
{
    size_t end = first + 1;
    bool item = has_marker(blocks->lines, first);
    while (end < run.end && !starts_block(blocks, first, item, end))
        end++;
    return end;
}

/* ---- All ----------------------------------------------------------------------------------- */

/* Where a table of columns is worth looking for again, after lines with gaps that were none. */
static size_t skip_gaps(const struct lines *lines, struct run run, size_t at)
{
    while (at < run.end && second_column(lines, at) > 0)
        at++;
    return at;
}

/* Cuts a run into blocks; returns where the next begins, since a fence may reach beyond this one. */
static size_t group_run(struct blocks *blocks, struct run run)
{
    size_t tables_from = run.first, first = run.first;
    while (first < run.end) {
        enum block_kind kind;
        size_t end = shown_end(blocks, run, first, &kind);
        if (end == first && first >= tables_from && run.end - first >= FEWEST_ROWS) {
            end = column_table_end(blocks->lines, run, first);
            kind = BLOCK_TABLE;
            tables_from = skip_gaps(blocks->lines, run, first);
        }
        if (end == first) {
            end = prose_end(blocks, run, first);
            kind = BLOCK_PARAGRAPH;
        }
        add_block(blocks, first, end, kind);
        first = end;
    }
    return first;
}

void blocks_group(struct blocks *blocks)
{
    blocks->count = 0;
    blocks->wrap_width = lines_wrap_width(blocks->lines);
    for (size_t first = 0; first < blocks->lines->count;) {
        struct run run = find_run(blocks->lines, first);
        first = run.end;
        if (is_verse(blocks, run))
            add_block(blocks, run.first, run.end, BLOCK_VERSE);
        else
            first = group_run(blocks, run);
    }
}

/*
 * markdown: blocks as Markdown (CommonMark 0.31), entities in bold.
 *
 * What would be markup in the text is escaped with a backslash: everywhere the characters that mean
 * something within a line, and at the start of a line those that would begin a block (CommonMark,
 * sections 2.4 and 4 to 6, and tables of GitHub's flavour). Spaces around line ends, which would be
 * hard breaks, and blank lines, which would end the block, are left out.
 */
#include "character.h"
#include "format.h"
#include "layout.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What becomes of a line end inside of a block. */
enum line_end { LINE_END_SPACE, LINE_END_KEPT, LINE_END_HARD };

struct writer {
    struct output *out;
    const char *prefix; /* of every line */
    enum line_end line_end;
    bool line_start;     /* nothing but markup stands in the line so far */
    bool line_of_digits; /* nothing but digits after that */
    size_t spaces;       /* that are not written yet: they may be at the end of a line */
    bool line_ended;     /* likewise */
    bool after_bold;     /* the last thing written closes bold text */
};

static void put_char(struct writer *writer, uint32_t code)
{
    char bytes[4];
    output_bytes(writer->out, bytes, encode_char(code, bytes));
}

static void end_line(struct writer *writer)
{
    if (writer->line_end == LINE_END_SPACE) {
        output_text(writer->out, " ");
        return;
    }
    output_text(writer->out, writer->line_end == LINE_END_HARD ? "\\\n" : "\n");
    output_text(writer->out, writer->prefix);
    writer->line_start = true;
}

/* White space goes out before something that can be seen, so that it never ends a line. */
static void flush_space(struct writer *writer)
{
    if (writer->line_ended)
        end_line(writer);
    else
        for (size_t i = 0; i < writer->spaces && !writer->line_start; i++)
            output_text(writer->out, " ");
    if (writer->line_ended || writer->spaces)
        writer->after_bold = false;
    writer->spaces = 0;
    writer->line_ended = false;
}

static bool is_ascii_letter(uint32_t code)
{
    return (code | 0x20) >= 'a' && (code | 0x20) <= 'z';
}

static bool is_digit(uint32_t code)
{
    return code >= '0' && code <= '9';
}

static bool is_reference_char(char byte)
{
    return byte == '#' || is_ascii_letter((unsigned char)byte) || is_digit((unsigned char)byte);
}

/* Whether what follows '&' makes a character reference of it: at most 32 letters and digits of
 * ASCII, or '#' and such, and a semicolon. */
static bool is_reference(quern_string text, size_t at)
{
    enum { REFERENCE_MAX = 33 };
    const size_t begin = at;
    while (at < text.size && at - begin < REFERENCE_MAX && is_reference_char(text.data[at]))
        at++;
    return at > begin && at < text.size && text.data[at] == ';';
}

/* `next` is where the text goes on. */
static bool needs_escape(const struct writer *writer, uint32_t code, quern_string text, size_t next)
{
    if (code >= 0x80 || !code)
        return false;
    if (strchr("\\`*_[]<>|~", (int)code))
        return true;
    if (code == '&')
        return is_reference(text, next);
    if (code == '.' || code == ')')
        return writer->line_of_digits;
    if (code == '#' &&
        writer->line_end == LINE_END_SPACE) /* some at the end would close a heading */
        return true;
    return writer->line_start && strchr("#+-=", (int)code);
}

static void put_escaped(struct writer *writer, uint32_t code, quern_string text, size_t next)
{
    if (needs_escape(writer, code, text, next))
        output_text(writer->out, "\\");
    put_char(writer, code);
    writer->line_of_digits = is_digit(code) && (writer->line_start || writer->line_of_digits);
    writer->line_start = false;
    writer->after_bold = false;
}

static size_t word_length(quern_string text, size_t at, size_t end)
{
    size_t begin = at;
    while (at < end && is_ascii_letter((unsigned char)text.data[at]))
        at++;
    return at - begin;
}

/* Letters of ASCII have no meaning anywhere. */
static void put_word(struct writer *writer, quern_string word)
{
    flush_space(writer);
    output_string(writer->out, word);
    writer->line_start = writer->line_of_digits = writer->after_bold = false;
}

/* Puts [begin, end) of the text. */
static void put_text(struct writer *writer, quern_string text, size_t begin, size_t end)
{
    for (size_t at = begin; at < end;) {
        size_t length = word_length(text, at, end);
        if (length) {
            put_word(writer, part_of(text, at, at + length));
            at += length;
            continue;
        }
        uint32_t code = next_safe_char(text, &at);
        if (code == '\n') {
            writer->line_ended = true;
        } else if (is_space(code)) {
            writer->spaces++;
        } else {
            flush_space(writer);
            put_escaped(writer, code, text, at);
        }
    }
}

/* ---- Entities ---- */

/*
 * Bold text has to begin after a space or punctuation, or else with a letter, and to end likewise
 * (section 6.2, left- and right-flanking). What counts as punctuation changed from one version to
 * the next, so that the tests below only hold for what is beyond doubt: digits and the letters of
 * most scripts, and the punctuation of ASCII and of running text in Latin script. In doubt, text is
 * not bold.
 */
static bool is_surely_letter(uint32_t code)
{
    return is_ascii_letter(code) || is_digit(code) ||
           (code >= 0xC0 && code < 0x2000 && code != 0xD7 && code != 0xF7) ||
           (code >= 0x3040 && code < 0xD800);
}

static bool is_surely_no_letter(uint32_t code)
{
    if (code < 0x80)
        return is_white_space(code) ||
               (code > ' ' && code < 0x7F && !is_ascii_letter(code) && !is_digit(code));
    return is_white_space(code) || code == 0xAB || code == 0xBB ||
           (code >= 0x2010 && code <= 0x2027);
}

/* The characters on both sides of a place; a space beyond the text. */
static uint32_t char_at(quern_string text, size_t at)
{
    return at < text.size ? quern_next_char(text, &at) : ' ';
}

static uint32_t char_before(quern_string text, size_t at)
{
    if (!at)
        return ' ';
    for (at--; ((unsigned char)text.data[at] & 0xC0) == 0x80;)
        at--;
    return quern_next_char(text, &at);
}

/* Whether '**' around the run would be taken for what it is; next to another '**', it would not. */
static bool can_be_bold(const struct writer *writer, quern_string text, const struct run *run)
{
    uint32_t first = char_at(text, run->begin), last = char_before(text, run->end);
    bool opens = is_surely_letter(first) || is_surely_no_letter(char_before(text, run->begin));
    bool closes = is_surely_letter(last) || is_surely_no_letter(char_at(text, run->end));
    return !writer->after_bold && opens && closes && !is_white_space(first) &&
           !is_white_space(last);
}

static void put_run(struct writer *writer, quern_string text, const struct run *run)
{
    if (run->label)
        flush_space(writer);
    if (!run->label || !can_be_bold(writer, text, run)) {
        put_text(writer, text, run->begin, run->end);
        return;
    }
    output_text(writer->out, "**");
    writer->line_start = writer->line_of_digits = false;
    put_text(writer, text, run->begin, run->end);
    output_text(writer->out, "**");
    writer->after_bold = true;
}

/* ---- Blocks ---- */

static void put_runs(struct writer *writer, struct layout *layout, const struct block *block)
{
    for (struct run run = {0}; layout_next_run(layout, block, &run);)
        put_run(writer, layout->text, &run);
}

/* The longest run of backticks in a text. */
static size_t longest_fence(quern_string text)
{
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < text.size; i++) {
        run = text.data[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

/* A table, or code, as it was set: in a fence that its text cannot close. */
static void put_preformatted(struct writer *writer, quern_string text)
{
    size_t fence = longest_fence(text) + 1;
    for (size_t i = 0; i < fence || i < 3; i++)
        output_text(writer->out, "`");
    output_text(writer->out, "\n");
    output_text(writer->out, writer->prefix);
    for (size_t at = 0; at < text.size;) {
        uint32_t code = next_safe_char(text, &at);
        put_char(writer, code);
        if (code == '\n')
            output_text(writer->out, writer->prefix);
    }
    output_text(writer->out, "\n");
    output_text(writer->out, writer->prefix);
    for (size_t i = 0; i < fence || i < 3; i++)
        output_text(writer->out, "`");
}

static void put_item_mark(struct writer *writer, uint32_t number)
{
    char mark[16];
    if (number)
        snprintf(mark, sizeof mark, "%" PRIu32 ". ", number);
    output_text(writer->out, number ? mark : "- ");
}

static void put_block(struct writer *writer, struct layout *layout, const struct block *block)
{
    writer->line_start = true;
    writer->line_end = LINE_END_KEPT;
    switch (block->kind) {
    case BLOCK_TITLE:
    case BLOCK_HEADING:
        output_text(writer->out, &"###### "[6 - block->level]);
        writer->line_end = LINE_END_SPACE;
        break;
    case BLOCK_ITEM:
        put_item_mark(writer, block->number);
        writer->line_end = LINE_END_SPACE;
        break;
    case BLOCK_VERSE:
        writer->line_end = LINE_END_HARD;
        break;
    case BLOCK_PREFORMATTED:
        put_preformatted(writer, part_of(layout->text, block->begin, block->end));
        return;
    case BLOCK_SEPARATOR:
        output_text(writer->out, "***");
        return;
    default:
        break;
    }
    put_runs(writer, layout, block);
}

/* Blank lines stand between blocks, but not between the items of a list. */
static void part_blocks(struct writer *writer, const struct block *before,
                        const struct block *block)
{
    bool same_list = before->kind == BLOCK_ITEM && block->kind == BLOCK_ITEM &&
                     !before->number == !block->number;
    bool same_quote = before->enclosure == block->enclosure && block->enclosure == IN_QUOTE;
    if (!same_list || before->enclosure != block->enclosure)
        output_text(writer->out, same_quote ? ">\n" : "\n");
}

static quern_verdict render(const struct job *job)
{
    struct layout layout = layout_open(job->doc);
    struct block block, before = {0};
    for (bool first = true; layout_next_block(&layout, &block); first = false, before = block) {
        struct writer writer = {.out = job->out, .prefix = block.enclosure == IN_QUOTE ? "> " : ""};
        if (!first)
            part_blocks(&writer, &before, &block);
        output_text(job->out, writer.prefix);
        put_block(&writer, &layout, &block);
        output_text(job->out, "\n");
    }
    return QUERN_PASS;
}

const struct format format_markdown = {
    .suffix = ".md", .frame = {"", "\n***\n\n", ""}, .render = render};

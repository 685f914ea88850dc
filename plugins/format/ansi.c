/*
 * ansi: blocks for a terminal, entities in colour with their label (ECMA-48, section 8.3.117).
 *
 * Whoever asks for this format by name wants the colours, so that they are there whether or not the
 * output is a terminal, and whatever NO_COLOR says. No character of the document reaches the
 * terminal as a control: see character.h.
 */
#include "character.h"
#include "format.h"
#include "layout.h"

#include <inttypes.h>
#include <stdio.h>

#define RESET "\033[0m"
#define BOLD "\033[1m"
#define FAINT "\033[2m"
#define ITALIC "\033[3m"
#define UNDERLINED "\033[4m"

struct writer {
    struct output *out;
    const struct escaper *escaper;
    const char *prefix; /* of every line */
    const char *style;  /* of the block */
};

/* The colours of all terminals that come nearest to the hues. */
static const char *const colours[LABEL_COLOURS] = {"\033[31m", "\033[91m", "\033[33m", "\033[93m",
                                                   "\033[32m", "\033[92m", "\033[36m", "\033[94m",
                                                   "\033[34m", "\033[35m", "\033[95m", "\033[96m"};

static const char *keep(uint32_t code)
{
    (void)code;
    return NULL;
}

/* A text whose lines all begin with the prefix. */
static void put_lines(const struct writer *writer, quern_string text)
{
    for (quern_line line = {0}; quern_next_line(text, &line);) {
        output_escaped(writer->out, part_of(text, line.begin, line.end), writer->escaper);
        if (line.next > line.end) {
            output_text(writer->out, RESET "\n");
            output_text(writer->out, writer->prefix);
            output_text(writer->out, writer->style);
        }
    }
}

static void put_run(const struct writer *writer, quern_string text, const struct run *run)
{
    struct writer inner = *writer;
    if (run->label)
        inner.style = colours[colour_of_label(run->label)];
    if (run->label)
        output_text(writer->out, inner.style);
    put_lines(&inner, part_of(text, run->begin, run->end));
    if (!run->label)
        return;
    output_text(writer->out, FAINT "[");
    output_name(writer->out, run->label, writer->escaper);
    output_text(writer->out, "]" RESET);
    output_text(writer->out, writer->style);
}

static const char *style_of(enum block_kind kind)
{
    switch (kind) {
    case BLOCK_TITLE:
        return BOLD UNDERLINED;
    case BLOCK_HEADING:
        return BOLD;
    case BLOCK_BYLINE:
    case BLOCK_DATELINE:
    case BLOCK_SEPARATOR:
        return FAINT;
    case BLOCK_VERSE:
        return ITALIC;
    default:
        return "";
    }
}

static const char *prefix_of(enum enclosure enclosure)
{
    return enclosure == IN_NOTHING ? "" : FAINT "\u2502" RESET " ";
}

static void put_item_mark(struct output *out, uint32_t number)
{
    char mark[16];
    if (number)
        snprintf(mark, sizeof mark, "%" PRIu32 ". ", number);
    output_text(out, number ? mark : "\u2022 ");
}

static void put_block(const struct writer *writer, struct layout *layout, const struct block *block)
{
    output_text(writer->out, writer->prefix);
    if (block->kind == BLOCK_ITEM)
        put_item_mark(writer->out, block->number);
    output_text(writer->out, writer->style);
    for (struct run run = {0}; layout_next_run(layout, block, &run);)
        put_run(writer, layout->text, &run);
    output_text(writer->out, RESET "\n");
}

static quern_verdict render(const struct job *job)
{
    const struct escaper escaper = escaper_make(keep);
    struct layout layout = layout_open(job->doc);
    struct block block, before = {0};
    for (bool first = true; layout_next_block(&layout, &block); first = false, before = block) {
        const struct writer writer = {job->out, &escaper, prefix_of(block.enclosure),
                                      style_of(block.kind)};
        bool enclosed = !first && before.enclosure == block.enclosure;
        if (!first && (before.kind != BLOCK_ITEM || block.kind != BLOCK_ITEM || !enclosed)) {
            output_text(job->out, enclosed ? writer.prefix : "");
            output_text(job->out, "\n");
        }
        put_block(&writer, &layout, &block);
    }
    return QUERN_PASS;
}

const struct format format_ansi = {
    .suffix = ".ansi",
    .frame = {"", "\n" FAINT "\u2500\u2500\u2500\u2500\u2500\u2500\u2500\u2500" RESET "\n\n", ""},
    .render = render};

/*
 * tei: documents as TEI P5 (tei-c.org/guidelines/P5), each a `TEI` element in one `teiCorpus`. Of the
 * elements that the Guidelines have, these are used (chapters 2, 3.2 to 3.8, 4 and 15.1):
 *
 *   a division `div` for each title or heading, with it as the `head`; `p` for all other blocks, with
 *   `rend` for what a block is; `list` and `item`; `quote`; `note` for a summary; `milestone` for a
 *   separator; `persName`, `orgName`, `placeName`, `date`, `time`, `measure` and `num` for entities of
 *   the labels that this project's stages write, and `rs` with its `type` for all others.
 *
 * A division does not hold another: the level of its heading is its attribute `n`.
 */
#include "character.h"
#include "format.h"
#include "layout.h"
#include "markup.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- The corpus ---- */

static const char corpus_begin[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                   "<teiCorpus xmlns=\"http://www.tei-c.org/ns/1.0\">\n";

static void put_header(struct output *out, quern_string title)
{
    output_text(out, "<teiHeader><fileDesc><titleStmt><title>");
    output_xml(out, title);
    output_text(out, "</title></titleStmt><publicationStmt><p>Not published.</p>"
                     "</publicationStmt><sourceDesc><p>Made by Quern.</p></sourceDesc>"
                     "</fileDesc></teiHeader>\n");
}

static char *make_begin(const struct settings *settings)
{
    const char *title = settings->title ? settings->title : "";
    struct output out = {0};
    output_text(&out, corpus_begin);
    put_header(&out, (quern_string){title, strlen(title)});
    output_byte(&out, '\0');
    if (output_end(&out))
        return out.data;
    output_free(&out);
    return NULL;
}

/* ---- Entities ---- */

static const struct name {
    const char *label, *element, *type;
} names[] = {
    {"PERSON", "persName", NULL},
    {"ORG", "orgName", NULL},
    {"LOC", "placeName", NULL},
    {"DATE", "date", NULL},
    {"TIME", "time", NULL},
    {"MONEY", "measure", "currency"},
    {"PERCENT", "measure", "percent"},
    {"QUANTITY", "measure", "quantity"},
    {"CARDINAL", "num", "cardinal"},
    {"ORDINAL", "num", "ordinal"},
};

static struct name name_of(const char *label)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].label, label) == 0)
            return names[i];
    return (struct name){label, "rs", label};
}

/* A type is a word: letters, digits and marks; of ours, those of ASCII. */
static void put_type(struct output *out, const char *type)
{
    output_text(out, " type=\"");
    for (; *type; type++) {
        char byte = *type;
        bool fine = ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') ||
                    (byte >= '0' && byte <= '9') || byte == '-' || byte == '.';
        output_byte(out, fine ? byte : '_');
    }
    output_byte(out, '"');
}

static void put_run(struct output *out, quern_string text, const struct run *run)
{
    const struct name name = name_of(run->label ? run->label : "");
    if (run->label) {
        output_byte(out, '<');
        output_text(out, name.element);
        if (name.type && *name.type)
            put_type(out, name.type);
        output_byte(out, '>');
    }
    output_xml(out, part_of(text, run->begin, run->end));
    if (run->label) {
        output_text(out, "</");
        output_text(out, name.element);
        output_byte(out, '>');
    }
}

/* ---- Blocks ---- */

struct writer {
    struct output *out;
    struct layout *layout;
    enum enclosure enclosure;
    bool in_list, any;
};

/* An element is its tag with attributes; its name is as far as the first space. */
static void put_element(const struct writer *writer, const struct block *block, const char *tag)
{
    output_byte(writer->out, '<');
    output_text(writer->out, tag);
    output_byte(writer->out, '>');
    for (struct run run = {0}; layout_next_run(writer->layout, block, &run);)
        put_run(writer->out, writer->layout->text, &run);
    output_text(writer->out, "</");
    output_bytes(writer->out, tag, strcspn(tag, " "));
    output_text(writer->out, ">\n");
}

/* Opens and closes lists and what encloses blocks, as the next block needs it. */
static void change_context(struct writer *writer, enum enclosure enclosure, bool list)
{
    static const char *const begins[] = {"", "<note type=\"summary\">\n", "<quote>\n"};
    static const char *const ends[] = {"", "</note>\n", "</quote>\n"};
    bool moves = writer->enclosure != enclosure;
    if (writer->in_list && (!list || moves))
        output_text(writer->out, "</list>\n");
    if (moves)
        output_text(writer->out, ends[writer->enclosure]);
    if (moves)
        output_text(writer->out, begins[enclosure]);
    if (list && (!writer->in_list || moves))
        output_text(writer->out, "<list>\n");
    writer->enclosure = enclosure;
    writer->in_list = list;
}

/* A heading begins a division; in what encloses blocks none can stand. */
static void put_heading(struct writer *writer, const struct block *block)
{
    char begin[32];
    if (block->enclosure) {
        put_element(writer, block, "p rend=\"heading\"");
        return;
    }
    snprintf(begin, sizeof begin, "<div n=\"%d\">\n", block->level);
    output_text(writer->out, writer->any ? "</div>\n" : "");
    output_text(writer->out, begin);
    put_element(writer, block, "head");
}

static void put_block(struct writer *writer, const struct block *block)
{
    static const char *const tags[] = {
        [BLOCK_PARAGRAPH] = "p",
        [BLOCK_ITEM] = "item",
        [BLOCK_BYLINE] = "p rend=\"byline\"",
        [BLOCK_DATELINE] = "p rend=\"dateline\"",
        [BLOCK_VERSE] = "p rend=\"verse\"",
        [BLOCK_PREFORMATTED] = "p rend=\"preformatted\" xml:space=\"preserve\"",
    };
    bool heads = block->kind == BLOCK_TITLE || block->kind == BLOCK_HEADING;
    if (!writer->any && (!heads || block->enclosure))
        output_text(writer->out, "<div>\n");
    change_context(writer, block->enclosure, block->kind == BLOCK_ITEM);
    if (heads)
        put_heading(writer, block);
    else if (block->kind == BLOCK_SEPARATOR)
        output_text(writer->out, "<milestone unit=\"section\"/>\n");
    else
        put_element(writer, block, tags[block->kind]);
    writer->any = true;
}

static quern_verdict render(const struct job *job)
{
    struct layout layout = layout_open(job->doc);
    struct writer writer = {.out = job->out, .layout = &layout};
    output_text(job->out, "<TEI>\n");
    put_header(job->out, quern_id(job->doc));
    output_text(job->out, "<text><body>\n");
    for (struct block block; layout_next_block(&layout, &block);)
        put_block(&writer, &block);
    change_context(&writer, IN_NOTHING, false);
    output_text(job->out, writer.any ? "</div>\n" : "<p/>\n");
    output_text(job->out, "</body></text>\n</TEI>\n");
    return QUERN_PASS;
}

const struct format format_tei = {.suffix = ".xml",
                                  .frame = {.end = "</teiCorpus>\n"},
                                  .make_begin = make_begin,
                                  .render = render};

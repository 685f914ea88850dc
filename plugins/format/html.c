/*
 * html: one page that needs nothing else: no script, no file, no network. The page's own policy
 * forbids them too, for what might slip through.
 *
 * Entities are `mark` elements with their label in the text, so that nobody depends on colours;
 * the text is dark on light or light on dark, as the reader prefers, with a contrast above 6:1.
 * Each article tells its language when the document's metadata do, says "unknown" otherwise, and
 * its blocks find their direction by themselves.
 */
#include "character.h"
#include "format.h"
#include "layout.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- The page ---- */

static const char page_head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" "
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<title>";

static const char page_style[] =
    "</title>\n"
    "<style>\n"
    ":root { color-scheme: light dark; --paper: #fff; --ink: #1b1b1b; --faint: #595959;\n"
    "  --mark: 70% 88%; --mark-ink: #111; }\n"
    "@media (prefers-color-scheme: dark) {\n"
    "  :root { --paper: #16181b; --ink: #e6e6e6; --faint: #a8a8a8;\n"
    "    --mark: 45% 25%; --mark-ink: #f4f4f4; }\n"
    "}\n"
    "body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; background: var(--paper);\n"
    "  color: var(--ink); font: 1.05rem/1.6 Georgia, serif; overflow-wrap: break-word; }\n"
    "article { border-top: 1px solid var(--faint); margin-top: 2rem; }\n"
    "blockquote { border-inline-start: 3px solid var(--faint); margin-inline: 0;\n"
    "  padding-inline-start: 1rem; }\n"
    ".summary { border: 1px solid var(--faint); padding: 0 1rem; }\n"
    ".id, .byline, .dateline { color: var(--faint); font-family: sans-serif; font-size: .9rem; }\n"
    ".verse { white-space: pre-line; }\n"
    ".preformatted { white-space: pre-wrap; }\n"
    ".legend { list-style: none; padding: 0; font: .85rem sans-serif; }\n"
    ".legend li { display: inline-block; margin-inline-end: 1rem; }\n"
    "mark { background: hsl(var(--hue) var(--mark)); color: var(--mark-ink);\n"
    "  padding: 0 .2em; border-radius: .2em; }\n"
    "mark small { font: .65em sans-serif; letter-spacing: .05em; }\n"
    ".h0 { --hue: 0; } .h1 { --hue: 30; } .h2 { --hue: 60; } .h3 { --hue: 90; }\n"
    ".h4 { --hue: 120; } .h5 { --hue: 150; } .h6 { --hue: 180; } .h7 { --hue: 210; }\n"
    ".h8 { --hue: 240; } .h9 { --hue: 270; } .h10 { --hue: 300; } .h11 { --hue: 330; }\n"
    "</style>\n"
    "</head>\n"
    "<body>\n"
    "<header><h1>";

static const char page_body[] = "</h1></header>\n<main>\n";
static const char page_end[] = "</main>\n</body>\n</html>\n";

static char *make_begin(const struct settings *settings)
{
    const struct escaper escaper = escaper_make(escape_html);
    const char *title = settings->title ? settings->title : "";
    struct output out = {0};
    output_text(&out, page_head);
    output_name(&out, title, &escaper);
    output_text(&out, page_style);
    output_name(&out, title, &escaper);
    output_text(&out, page_body);
    output_byte(&out, '\0');
    if (output_end(&out))
        return out.data;
    output_free(&out);
    return NULL;
}

/* ---- Articles ---- */

struct writer {
    struct output *out;
    struct escaper escaper;
    enum enclosure enclosure; /* what is open */
    const char *list;         /* "ul", "ol", or NULL when none is open */
};

/* printf() for markup alone: what is put in is ours, and short. */
static void put_markup(struct output *out, const char *format, ...) QUERN_PRINTF(2, 3);

static void put_markup(struct output *out, const char *format, ...)
{
    char markup[128];
    va_list list;
    va_start(list, format);
    vsnprintf(markup, sizeof markup, format, list);
    va_end(list);
    output_text(out, markup);
}

static void put_mark_begin(struct writer *writer, const char *label)
{
    put_markup(writer->out, "<mark class=\"h%u\" title=\"", colour_of_label(label));
    output_name(writer->out, label, &writer->escaper);
    output_text(writer->out, "\">");
}

static void put_run(struct writer *writer, quern_string text, const struct run *run)
{
    if (run->label)
        put_mark_begin(writer, run->label);
    output_escaped(writer->out, part_of(text, run->begin, run->end), &writer->escaper);
    if (!run->label)
        return;
    output_text(writer->out, " <small>");
    output_name(writer->out, run->label, &writer->escaper);
    output_text(writer->out, "</small></mark>");
}

static void put_element(struct writer *writer, struct layout *layout, const struct block *block,
                        const char *tag, const char *attributes)
{
    put_markup(writer->out, "<%s dir=\"auto\"%s>", tag, attributes);
    for (struct run run = {0}; layout_next_run(layout, block, &run);)
        put_run(writer, layout->text, &run);
    put_markup(writer->out, "</%s>\n", tag);
}

static void close_list(struct writer *writer)
{
    if (writer->list)
        put_markup(writer->out, "</%s>\n", writer->list);
    writer->list = NULL;
}

/* Opens and closes lists and what encloses blocks, as the next block needs it. */
static void change_context(struct writer *writer, enum enclosure enclosure, const char *list)
{
    static const struct {
        const char *begin, *end;
    } elements[] = {
        [IN_NOTHING] = {"", ""},
        [IN_SUMMARY] = {"<section class=\"summary\" aria-label=\"Summary\">\n", "</section>\n"},
        [IN_QUOTE] = {"<blockquote>\n", "</blockquote>\n"},
    };
    if (writer->list != list || writer->enclosure != enclosure)
        close_list(writer);
    if (writer->enclosure != enclosure) {
        output_text(writer->out, elements[writer->enclosure].end);
        output_text(writer->out, elements[enclosure].begin);
        writer->enclosure = enclosure;
    }
    if (list && !writer->list)
        put_markup(writer->out, "<%s>\n", list);
    writer->list = list;
}

static void put_item(struct writer *writer, struct layout *layout, const struct block *block)
{
    char value[32] = "";
    if (block->number)
        snprintf(value, sizeof value, " value=\"%" PRIu32 "\"", block->number);
    put_element(writer, layout, block, "li", value);
}

/* The page's own heading is the first level. */
static void put_heading(struct writer *writer, struct layout *layout, const struct block *block)
{
    char tag[] = "h0";
    tag[1] = (char)('0' + (block->level < 6 ? block->level + 1 : 6));
    put_element(writer, layout, block, tag, "");
}

static void put_block(struct writer *writer, struct layout *layout, const struct block *block)
{
    static const char ordered[] = "ol", unordered[] = "ul";
    bool item = block->kind == BLOCK_ITEM;
    change_context(writer, block->enclosure, !item ? NULL : block->number ? ordered : unordered);
    switch (block->kind) {
    case BLOCK_TITLE:
    case BLOCK_HEADING:
        put_heading(writer, layout, block);
        break;
    case BLOCK_ITEM:
        put_item(writer, layout, block);
        break;
    case BLOCK_BYLINE:
        put_element(writer, layout, block, "p", " class=\"byline\"");
        break;
    case BLOCK_DATELINE:
        put_element(writer, layout, block, "p", " class=\"dateline\"");
        break;
    case BLOCK_VERSE:
        put_element(writer, layout, block, "p", " class=\"verse\"");
        break;
    case BLOCK_PREFORMATTED:
        put_element(writer, layout, block, "pre", " class=\"preformatted\"");
        break;
    case BLOCK_SEPARATOR:
        output_text(writer->out, "<hr>\n");
        break;
    case BLOCK_PARAGRAPH:
        put_element(writer, layout, block, "p", "");
        break;
    }
}

/* ---- What stands above the text ---- */

/* Whether a text has the shape of a language tag: anything else must not be called a language. */
static bool is_language_tag(quern_string text)
{
    enum { TAG_MAX = 35 };
    bool good = text.size > 0 && text.size <= TAG_MAX;
    for (size_t i = 0; good && i < text.size; i++)
        good = (text.data[i] | 0x20) >= 'a'
                   ? (text.data[i] | 0x20) <= 'z'
                   : text.data[i] == '-' || (text.data[i] >= '0' && text.data[i] <= '9');
    return good;
}

static void put_article_begin(struct writer *writer, quern_document *doc)
{
    quern_string language = {"", 0};
    quern_string id = quern_id(doc);
    bool known = quern_json_text(doc, quern_metadata(doc, "language"), &language) &&
                 is_language_tag(language);
    output_text(writer->out, "<article lang=\"");
    if (known)
        output_string(writer->out, language);
    output_text(writer->out, "\">\n");
    if (id.size) {
        output_text(writer->out, "<p class=\"id\" lang=\"en\">");
        output_escaped(writer->out, id, &writer->escaper);
        output_text(writer->out, "</p>\n");
    }
}

static uint32_t greatest_label(quern_spans spans)
{
    uint32_t greatest = 0;
    for (size_t i = 0; i < spans.count; i++)
        greatest = spans.items[i].label > greatest ? spans.items[i].label : greatest;
    return greatest;
}

/* In the order in which the text has them, which is the same wherever the spans came from. Labels are
 * few, and their numbers small: they count from 0 in each document. */
static bool put_legend(struct writer *writer, quern_document *doc, quern_call *call)
{
    const quern_spans entities = quern_find_spans(doc, "entity");
    if (!entities.count)
        return true;
    uint32_t greatest = greatest_label(entities);
    size_t *counts = quern_scratch(call, (size_t)greatest + 1, sizeof *counts);
    if (!counts)
        return false;
    for (size_t i = 0; i < entities.count; i++)
        counts[entities.items[i].label]++;
    output_text(writer->out, "<ul class=\"legend\" lang=\"en\" aria-label=\"Entities\">\n");
    for (size_t i = 0; i < entities.count; i++) {
        uint32_t label = entities.items[i].label;
        if (!counts[label])
            continue;
        output_text(writer->out, "<li>");
        put_mark_begin(writer, quern_label_name(doc, label));
        output_name(writer->out, quern_label_name(doc, label), &writer->escaper);
        put_markup(writer->out, "</mark> %zu</li>\n", counts[label]);
        counts[label] = 0;
    }
    output_text(writer->out, "</ul>\n");
    return true;
}

static quern_verdict render(const struct job *job)
{
    struct writer writer = {.out = job->out, .escaper = escaper_make(escape_html)};
    struct layout layout = layout_open(job->doc);
    put_article_begin(&writer, job->doc);
    if (!put_legend(&writer, job->doc, job->call))
        return quern_fail(job->call, "out of memory");
    for (struct block block; layout_next_block(&layout, &block);)
        put_block(&writer, &layout, &block);
    change_context(&writer, IN_NOTHING, NULL);
    output_text(job->out, "</article>\n");
    return QUERN_PASS;
}

const struct format format_html = {
    .suffix = ".html", .frame = {.end = page_end}, .make_begin = make_begin, .render = render};

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
#include <stdlib.h>
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

static const char *escape(uint32_t code)
{
    switch (code) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* The longest that a byte can become. */
enum { ESCAPED_MAX = 6 };

/* Escapes a text, ended by a NUL; `out` has room for ESCAPED_MAX times its size, and one more. */
static void escape_to(quern_string text, char *out)
{
    for (size_t at = 0; at < text.size;) {
        uint32_t code = next_safe_char(text, &at);
        const char *instead = escape(code);
        size_t size = instead ? strlen(instead) : encode_char(code, out);
        if (instead)
            memcpy(out, instead, size);
        out += size;
    }
    *out = '\0';
}

static char *make_begin(const char *title)
{
    const quern_string text = {title ? title : "", title ? strlen(title) : 0};
    if (text.size >
        (SIZE_MAX / 4 - sizeof page_head - sizeof page_style - sizeof page_body) / ESCAPED_MAX)
        return NULL;
    size_t escaped_size = text.size * ESCAPED_MAX + 1;
    size_t size = sizeof page_head + sizeof page_style + sizeof page_body + 2 * escaped_size;
    char *escaped = malloc(escaped_size), *begin = malloc(size);
    if (escaped && begin) {
        escape_to(text, escaped);
        snprintf(begin, size, "%s%s%s%s%s", page_head, escaped, page_style, escaped, page_body);
    } else {
        free(begin);
        begin = NULL;
    }
    free(escaped);
    return begin;
}

/* ---- Articles ---- */

struct writer {
    quern_document *doc;
    quern_call *call;
    enum enclosure enclosure; /* what is open */
    const char *list;         /* "ul", "ol", or NULL when none is open */
};

static void put_escaped(quern_document *doc, const char *text)
{
    render_safe(doc, (quern_string){text, strlen(text)}, escape);
}

/* printf() for markup alone: what is put in is ours, and short. */
static void put_markup(quern_document *doc, const char *format, ...) QUERN_PRINTF(2, 3);

static void put_markup(quern_document *doc, const char *format, ...)
{
    char markup[128];
    va_list list;
    va_start(list, format);
    vsnprintf(markup, sizeof markup, format, list);
    va_end(list);
    render_text(doc, markup);
}

static void put_mark_begin(quern_document *doc, const char *label)
{
    put_markup(doc, "<mark class=\"h%u\" title=\"", colour_of_label(label));
    put_escaped(doc, label);
    render_text(doc, "\">");
}

static void put_run(quern_document *doc, quern_string text, const struct run *run)
{
    if (run->label)
        put_mark_begin(doc, run->label);
    render_safe(doc, part_of(text, run->begin, run->end), escape);
    if (!run->label)
        return;
    render_text(doc, " <small>");
    put_escaped(doc, run->label);
    render_text(doc, "</small></mark>");
}

static void put_element(quern_document *doc, struct layout *layout, const struct block *block,
                        const char *tag, const char *attributes)
{
    put_markup(doc, "<%s dir=\"auto\"%s>", tag, attributes);
    for (struct run run = {0}; layout_next_run(layout, block, &run);)
        put_run(doc, layout->text, &run);
    put_markup(doc, "</%s>\n", tag);
}

static void close_list(struct writer *writer)
{
    if (writer->list)
        put_markup(writer->doc, "</%s>\n", writer->list);
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
        render_text(writer->doc, elements[writer->enclosure].end);
        render_text(writer->doc, elements[enclosure].begin);
        writer->enclosure = enclosure;
    }
    if (list && !writer->list)
        put_markup(writer->doc, "<%s>\n", list);
    writer->list = list;
}

static void put_item(quern_document *doc, struct layout *layout, const struct block *block)
{
    char value[32] = "";
    if (block->number)
        snprintf(value, sizeof value, " value=\"%" PRIu32 "\"", block->number);
    put_element(doc, layout, block, "li", value);
}

/* The page's own heading is the first level. */
static void put_heading(quern_document *doc, struct layout *layout, const struct block *block)
{
    char tag[] = "h0";
    tag[1] = (char)('0' + (block->level < 6 ? block->level + 1 : 6));
    put_element(doc, layout, block, tag, "");
}

static void put_block(struct writer *writer, struct layout *layout, const struct block *block)
{
    static const char ordered[] = "ol", unordered[] = "ul";
    quern_document *doc = writer->doc;
    bool item = block->kind == BLOCK_ITEM;
    change_context(writer, block->enclosure, !item ? NULL : block->number ? ordered : unordered);
    switch (block->kind) {
    case BLOCK_TITLE:
    case BLOCK_HEADING:
        put_heading(doc, layout, block);
        break;
    case BLOCK_ITEM:
        put_item(doc, layout, block);
        break;
    case BLOCK_BYLINE:
        put_element(doc, layout, block, "p", " class=\"byline\"");
        break;
    case BLOCK_DATELINE:
        put_element(doc, layout, block, "p", " class=\"dateline\"");
        break;
    case BLOCK_VERSE:
        put_element(doc, layout, block, "p", " class=\"verse\"");
        break;
    case BLOCK_PREFORMATTED:
        put_element(doc, layout, block, "pre", " class=\"preformatted\"");
        break;
    case BLOCK_SEPARATOR:
        render_text(doc, "<hr>\n");
        break;
    case BLOCK_PARAGRAPH:
        put_element(doc, layout, block, "p", "");
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

static void put_article_begin(quern_document *doc)
{
    quern_string language = {"", 0};
    quern_string id = quern_id(doc);
    bool known = quern_json_text(doc, quern_metadata(doc, "language"), &language) &&
                 is_language_tag(language);
    render_text(doc, "<article lang=\"");
    if (known)
        quern_render(doc, language);
    render_text(doc, "\">\n");
    if (id.size) {
        render_text(doc, "<p class=\"id\" lang=\"en\">");
        render_safe(doc, id, escape);
        render_text(doc, "</p>\n");
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
static bool put_legend(quern_document *doc, quern_call *call)
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
    render_text(doc, "<ul class=\"legend\" lang=\"en\" aria-label=\"Entities\">\n");
    for (size_t i = 0; i < entities.count; i++) {
        uint32_t label = entities.items[i].label;
        if (!counts[label])
            continue;
        render_text(doc, "<li>");
        put_mark_begin(doc, quern_label_name(doc, label));
        put_escaped(doc, quern_label_name(doc, label));
        put_markup(doc, "</mark> %zu</li>\n", counts[label]);
        counts[label] = 0;
    }
    render_text(doc, "</ul>\n");
    return true;
}

static quern_verdict render(quern_document *doc, quern_call *call, quern_unit offsets)
{
    (void)offsets;
    struct writer writer = {.doc = doc};
    struct layout layout = layout_open(doc);
    put_article_begin(doc);
    if (!put_legend(doc, call))
        return quern_fail(call, "out of memory");
    for (struct block block; layout_next_block(&layout, &block);)
        put_block(&writer, &layout, &block);
    change_context(&writer, IN_NOTHING, NULL);
    render_text(doc, "</article>\n");
    return QUERN_PASS;
}

const struct format format_html = {
    .frame = {.end = page_end}, .make_begin = make_begin, .render = render};

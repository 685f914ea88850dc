/*
 * What is left of HTML in a text: character references, and tags if they are to go.
 *
 * A tag is read as the HTML standard tokenises it (13.2.5.6 and what follows), but for a `<` inside
 * it, which ends the attempt: so each byte is looked at a fixed number of times. Tags of elements
 * that HTML has or had go; what they did to lines is done by line ends, and what stands in `script`
 * and `style` goes with them. In tags that stay, references are read as in attributes, and those
 * that would change the tag stay as well.
 */
#include "reference.h"

#include "cleanup.h"

#include <string.h>
#include <strings.h>

/* ---- Elements ---- */

enum effect { EFFECT_NONE, EFFECT_TAB, EFFECT_LINE, EFFECT_PARAGRAPH, EFFECT_CONTENT, EFFECTS };

/* Those of the standard's chapter 4 and section 16.2, by what they do to lines. */
static const char *const elements[EFFECTS] = {

    " a abbr acronym applet area audio b base basefont bdi bdo bgsound big blink button "
    "canvas cite code col colgroup data datalist del dfn em embed font frame frameset i "
    "iframe img input ins kbd label link map mark marquee meta meter nobr noembed "
    "noframes noscript object output param picture progress q rb rp rt rtc ruby s samp "
    "select slot small source span strike strong sub sup svg template time track tt u "
    "var video wbr ",
    " td th ",
    " br caption center dd details dialog div dt fieldset figcaption form legend li "
    "optgroup option search summary tbody textarea tfoot thead tr ",

    " address article aside blockquote body dir dl figure footer h1 h2 h3 h4 h5 h6 head "
    "header hgroup hr html main menu nav ol p plaintext pre section table title ul xmp ",
    " script style ",
};

/* EFFECTS when there is no element of that name. */
static enum effect effect_of(quern_string name)
{
    char key[16] = " ";
    if (name.size > sizeof key - 2)
        return EFFECTS;
    for (size_t i = 0; i < name.size; i++)
        key[i + 1] = (char)(name.data[i] | ' ');
    key[name.size + 1] = ' ';
    int effect = 0;
    while (effect < EFFECTS && !strstr(elements[effect], key))
        effect++;
    return (enum effect)effect;
}

/* ---- Tags ---- */

struct tag {
    quern_string name;
    size_t end;
    bool closing;
};

static bool is_name_letter(char byte)
{
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
}

/* The end of the tag whose attributes begin at `place`; 0 when it has none. */
static size_t end_of_tag(quern_string text, size_t place)
{
    char quote = 0, last = 0;
    for (; place < text.size && text.data[place] != '<'; place++) {
        char byte = text.data[place];
        if (quote)
            quote = byte == quote ? 0 : quote;
        else if (byte == '>')
            return place + 1;
        else if (last == '=' && (byte == '"' || byte == '\''))
            quote = byte;
        last = is_blank(byte) ? last : byte;
    }
    return 0;
}

/* Reads the tag that begins with the `<` at `place`. */
static bool read_tag(quern_string text, size_t place, struct tag *tag)
{
    size_t begin = place + 1;
    tag->closing = begin < text.size && text.data[begin] == '/';
    begin += tag->closing;
    size_t end = begin;
    while (end < text.size &&
           (is_name_letter(text.data[end]) || (text.data[end] >= '0' && text.data[end] <= '9')))
        end++;
    tag->name = (quern_string){text.data + begin, end - begin};
    if (end == begin || !is_name_letter(text.data[begin]) ||
        (end < text.size && !is_blank(text.data[end]) && text.data[end] != '>' &&
         text.data[end] != '/'))
        return false;
    tag->end = end_of_tag(text, end);
    return tag->end != 0;
}

/* ---- The pass ---- */

struct html {
    const struct cleanup *options;
    quern_string text;
    quern_editor *edit;
    size_t place, tag_end; /* of the tag that stays, in which `place` is */
    size_t newlines;       /* at the end of what has come so far; counted up to two */
    bool changed;
    bool no_comment, no_script, no_style; /* none ends behind `place` */
};

static void replace_markup(struct html *html, size_t end, quern_string with, const char *rule)
{
    quern_replace(html->edit, html->place, end, with, rule);
    html->place = end;
    html->changed = true;
}

/* ---- Removing tags ---- */

/* The end of a comment, or of a declaration, at `place`; 0 when it is neither. */
static size_t end_of_comment(struct html *html)
{
    quern_string rest = {html->text.data + html->place, html->text.size - html->place};
    if (rest.size > 9 && !strncasecmp(rest.data, "<!doctype", 9))
        return end_of_tag(html->text, html->place + 9);
    if (html->no_comment || rest.size < 7 || memcmp(rest.data, "<!--", 4) != 0)
        return 0;
    const char *end = memmem(rest.data + 4, rest.size - 4, "-->", 3);
    html->no_comment = !end;
    return end ? (size_t)(end + 3 - html->text.data) : 0;
}

/* The end of what is not text behind the tag of an element: its closing tag, which stays. */
static size_t end_of_content(struct html *html, const struct tag *tag)
{
    bool *none = tag->name.size == 6 ? &html->no_script : &html->no_style;
    quern_string text = html->text;
    size_t place = tag->end;
    while (!*none) {
        const char *end = memmem(text.data + place, text.size - place, "</", 2);
        place = end ? (size_t)(end - text.data) : text.size;
        *none = !end;
        if (text.size - place > tag->name.size + 2 &&
            !strncasecmp(text.data + place + 2, tag->name.data, tag->name.size))
            return place;
        place += !*none;
    }
    return tag->end;
}

static size_t newlines_behind(quern_string text, size_t place)
{
    size_t count = 0;
    for (; place < text.size && count < 2 && is_blank(text.data[place]); place++)
        count += text.data[place] == '\n';
    return place == text.size ? 2 : count;
}

/* Line ends are added up to what the element asks for. */
static void cut_tag(struct html *html, const struct tag *tag, enum effect effect)
{
    size_t end = effect == EFFECT_CONTENT && !tag->closing ? end_of_content(html, tag) : tag->end;
    size_t wanted = effect == EFFECT_PARAGRAPH ? 2 : effect == EFFECT_LINE;
    size_t behind = newlines_behind(html->text, end);
    size_t have = html->newlines > behind ? html->newlines : behind;
    quern_string with = {"\n\n", wanted > have ? wanted - have : 0};
    if (effect == EFFECT_TAB && !tag->closing && !html->newlines)
        with = QUERN_STRING("\t");
    replace_markup(html, end, with, "html-tag");
    html->newlines = effect == EFFECT_TAB && with.size ? 0 : html->newlines + with.size;
}

static bool strip_markup(struct html *html, const struct tag *tag, bool found)
{
    enum effect effect = found ? effect_of(tag->name) : EFFECTS;
    size_t comment = found ? 0 : end_of_comment(html);
    if (effect < EFFECTS)
        cut_tag(html, tag, effect);
    else if (comment)
        replace_markup(html, comment, QUERN_STRING(""), "html-comment");
    return effect < EFFECTS || comment;
}

static void read_markup(struct html *html)
{
    struct tag tag;
    bool found = read_tag(html->text, html->place, &tag);
    if (html->options->html == HTML_STRIP && strip_markup(html, &tag, found))
        return;
    if (found)
        html->tag_end = tag.end;
    html->place++;
    html->newlines = 0;
}

/* ---- Decoding references ---- */

/* What was decoded may be the ampersand of another: text that was escaped twice. */
static void read_on(quern_string text, size_t place, struct reference *reference)
{
    struct reference next;
    while (reference->codes[0] == '&' && reference_read(text, place + reference->size - 1, &next)) {
        reference->size += next.size - 1;
        memcpy(reference->codes, next.codes, sizeof next.codes);
    }
}

/* Whether a reference in a tag stays: it would end the tag or a value in it, or is the name of a
 * parameter in an address (13.2.5.73). */
static bool stays_in_tag(quern_string text, size_t end, uint32_t code)
{
    char next = end < text.size ? text.data[end] : ' ';
    bool named = text.data[end - 1] != ';' &&
                 (next == '=' || is_name_letter(next) || (next >= '0' && next <= '9'));
    return named || code <= ' ' || (code < 0x80 && memchr("\"&'<>", (int)code, 5));
}

static void read_ampersand(struct html *html)
{
    struct reference reference;
    bool found = reference_read(html->text, html->place, &reference);
    html->newlines = 0;
    if (found && html->place < html->tag_end)
        found = !stays_in_tag(html->text, html->place + reference.size, reference.codes[0]);
    else if (found)
        read_on(html->text, html->place, &reference);
    if (!found) {
        html->place++;
        return;
    }
    char bytes[8];
    size_t size = encode_character(reference.codes[0], bytes);
    if (reference.codes[1])
        size += encode_character(reference.codes[1], bytes + size);
    replace_markup(html, html->place + reference.size, (quern_string){bytes, size},
                   "html-reference");
}

/* ---- The pass ---- */

/* Steps to the next `&` or `<`, and minds the line ends before it. */
static bool find_markup(struct html *html)
{
    quern_string text = html->text;
    size_t begin = html->place;
    html->place = scan_markup(text.data, begin, text.size);
    if (html->place == text.size)
        return false;
    size_t from = html->place;
    while (from > begin && is_blank(text.data[from - 1]))
        from--;
    if (from > begin)
        html->newlines = 0;
    for (; from < html->place; from++)
        html->newlines += text.data[from] == '\n';
    return true;
}

quern_verdict html_decode(const struct cleanup *options, quern_document *doc, quern_call *call,
                          bool *changed)
{
    struct html html = {.options = options, .text = quern_text(doc), .newlines = 2};
    if (scan_markup(html.text.data, 0, html.text.size) == html.text.size)
        return QUERN_PASS;
    html.edit = quern_edit(doc, call);
    while (find_markup(&html)) {
        if (html.text.data[html.place] == '&')
            read_ampersand(&html);
        else
            read_markup(&html);
    }
    *changed |= html.changed;
    return quern_commit(html.edit);
}

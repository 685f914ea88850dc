/*
 * unwrap.c - hard-wrapped paragraphs into one line each.
 *
 * Whether a paragraph ends between two lines that no blank line parts is seen from how the upper
 * one ends, how the lower one starts, and whether the first word of the lower one would have found
 * room on the upper one. Room is measured with the widths that letters have in a book face, since
 * most hard-wrapped text was set in one.
 */
#include "depaginate.h"

#include <math.h>
#include <string.h>

enum { CODE_SIGNS = 2 };

struct wrapped {
    const struct lines *lines;
    const struct hyphens *hyphens;
    double width;        /* of a full line, in ems */
    double room, spread; /* left on lines that go on: the mean, and the standard deviation */
    bool spaced;         /* paragraphs are parted by blank lines */
};

/* Room on lines that go on varies by so much at least; and lines further off the full width than
 * this were not wrapped like the others. */
static const double least_spread = 0.03, far_off = 0.15;

/* A line that leaves so much room was ended on purpose. */
static const double too_much_room = 0.3;

/* ---- Widths ---- */

static unsigned char_width(char c)
{
    if (strchr("ijlt.,;:'!|()[]If", c) && c)
        return 300;
    if (c == ' ')
        return 250;
    if (strchr("mwMW", c) && c)
        return 800;
    if (is_capital(c))
        return 680;
    return (unsigned char)c >= 0x80 && (unsigned char)c < 0xc0 ? 0 : 470;
}

static double text_width(quern_string text)
{
    double width = 0;
    for (size_t i = 0; i < text.size; i++)
        width += char_width(text.data[i]);
    return width / 1000;
}

static double line_width(const struct lines *lines, size_t line)
{
    return text_width(line_text(lines, line)) + lines->items[line].indent * 0.25;
}

static quern_string first_word_of(quern_string text)
{
    const char *space = memchr(text.data, ' ', text.size);
    return (quern_string){text.data, space ? (size_t)(space - text.data) : text.size};
}

/* The median of the widths of full lines, with the word that found no room on them. */
static double find_width(const struct lines *lines)
{
    enum { WIDTHS = 512 };
    size_t counts[WIDTHS] = {0}, total = 0, below = 0, width = 0;
    for (size_t i = 0; i + 1 < lines->count; i++) {
        if (!line_is_full(lines, i))
            continue;
        double em = line_width(lines, i) + text_width(first_word_of(line_text(lines, i + 1)));
        size_t at = (size_t)(em * 4);
        counts[at < WIDTHS ? at : WIDTHS - 1]++;
        total++;
    }
    while (width < WIDTHS && below * 2 < total)
        below += counts[width++];
    return (double)width / 4;
}

/* ---- Ends and starts ---- */

static bool starts_with(quern_string text, const char *start)
{
    size_t size = strlen(start);
    return text.size >= size && !memcmp(text.data, start, size);
}

static bool closes_quote(quern_string text)
{
    return ends_with(text, "\"") || ends_with(text, "\xe2\x80\x9d") ||
           ends_with(text, "\xe2\x80\x99");
}

static bool opens_quote(quern_string text)
{
    return starts_with(text, "\"") || starts_with(text, "\xe2\x80\x9c") ||
           starts_with(text, "\xe2\x80\x98") || starts_with(text, "'");
}

static bool ends_sentence(quern_string text)
{
    while (text.size && (closes_quote(text) || ends_with(text, ")") || ends_with(text, "]")))
        text.size -= ends_with(text, "\"") || ends_with(text, ")") || ends_with(text, "]") ? 1 : 3;
    return ends_with(text, ".") || ends_with(text, "!") || ends_with(text, "?") ||
           ends_with(text, ":") || ends_with(text, "\xe2\x80\xa6");
}

static bool is_bullet(quern_string text)
{
    if (text.size < 2)
        return false;
    if (strchr("*-+o", text.data[0]) && is_space(text.data[1]))
        return true;
    if (starts_with(text, "\xe2\x80\xa2") || starts_with(text, "\xe2\x80\x93 "))
        return true;
    size_t digits = 0;
    while (digits < text.size && is_digit(text.data[digits]))
        digits++;
    return digits && digits <= 3 && digits + 1 < text.size &&
           (text.data[digits] == '.' || text.data[digits] == ')') &&
           is_space(text.data[digits + 1]);
}

/* How much room is left on `above` once the first word of `below` stands there, as a share of a
 * full line; below zero when there is none. */
static double room_left(const struct wrapped *wrapped, size_t above, size_t below)
{
    quern_string word = first_word_of(line_text(wrapped->lines, below));
    double used = line_width(wrapped->lines, above) + 0.25 + text_width(word);
    return (wrapped->width - used) / wrapped->width;
}

/* Learns how much room is left where the next line starts in the middle of a sentence. */
static void measure_room(struct wrapped *wrapped)
{
    const struct lines *lines = wrapped->lines;
    double sum = 0, squares = 0, count = 0;
    for (size_t i = 0; i + 1 < lines->count; i++) {
        if (!line_is_full(lines, i))
            continue;
        double room = room_left(wrapped, i, i + 1);
        if (fabs(room) > far_off)
            continue;
        sum += room;
        squares += room * room;
        count++;
    }
    wrapped->room = count > 0 ? sum / count : 0;
    double variance = count > 1 ? squares / count - wrapped->room * wrapped->room : 0;
    wrapped->spread = fmax(sqrt(fmax(variance, 0)), least_spread);
}

/* Whether a quotation that is begun in a line is still open at its end. */
static bool leaves_quote_open(quern_string text)
{
    int open = 0;
    for (size_t i = 0; i + 2 < text.size; i++) {
        open += !memcmp(text.data + i, "\xe2\x80\x9c", 3);
        open -= !memcmp(text.data + i, "\xe2\x80\x9d", 3);
    }
    return open > 0;
}

/* ---- One pair of lines ---- */

/* Running text, and not part of a table, a drawing, or a program. */
static bool is_text(const struct lines *lines, size_t line)
{
    const struct line *item = &lines->items[line];
    size_t signs = 0;
    if (strchr("#/;%:@<>{}|\\=.", lines->text.data[item->text]))
        return false;
    for (uint32_t i = item->text; i < item->end; i++)
        signs += strchr("={}$_<>|\\&", lines->text.data[i]) != NULL;
    return signs < CODE_SIGNS && !(item->flags & (LINE_GAP | LINE_LONG | LINE_BLANK)) &&
           item->letters * 2u >= (unsigned)item->width - item->indent;
}

/* Whether the upper line can go on in the lower one, which is not indented for a new paragraph. */
static bool may_join(const struct wrapped *wrapped, size_t above, size_t below)
{
    const struct line *a = &wrapped->lines->items[above], *b = &wrapped->lines->items[below];
    return a->flags & LINE_PROSE && room_left(wrapped, above, below) < too_much_room &&
           (b->indent <= a->indent + 1 || is_bullet(line_text(wrapped->lines, above)));
}

/* Against the room on lines that surely go on, as a normal distribution has it; at the end of a
 * paragraph any room is as likely as another. */
static double weigh_room(const struct wrapped *wrapped, size_t above, size_t below)
{
    const double most = 6, root_two_pi = 2.5066;
    double over = (room_left(wrapped, above, below) - wrapped->room) / wrapped->spread;
    double weight = (over > 0 ? over * over / 2 : 0) + log(wrapped->spread * root_two_pi);
    return weight < most ? weight : most;
}

/* The logarithm of the odds that a paragraph ends between two lines. */
static double weigh_end(const struct wrapped *wrapped, size_t above, size_t below)
{
    quern_string upper = line_text(wrapped->lines, above), lower = line_text(wrapped->lines, below);
    double weight = (wrapped->spaced ? -5 : -1) + weigh_room(wrapped, above, below);
    if (ends_hyphened(upper) || wrapped->lines->items[below].flags & LINE_LOWER)
        weight -= 5;
    if (ends_sentence(upper))
        weight += 1.5;
    else
        weight -= 3;
    if (opens_quote(lower) && (ends_sentence(upper) || closes_quote(upper)))
        weight += closes_quote(upper) ? 3.5 : 1.5;
    else if (closes_quote(upper))
        weight += 1;
    if (leaves_quote_open(upper))
        weight -= 1.5;
    return weight;
}

/* Most lines of the text around are filled: verse and addresses are not. */
static bool is_filled(const struct wrapped *wrapped, size_t line)
{
    const struct lines *lines = wrapped->lines;
    size_t filled = 0, count = 0, from = line, to = line;
    enum { AROUND = 3 };
    while (from > 0 && line - from < AROUND && !line_is_blank(lines, from - 1))
        from--;
    while (to + 1 < lines->count && to - line < AROUND && !line_is_blank(lines, to + 1))
        to++;
    for (size_t i = from; i < to; i++) {
        count++;
        filled += room_left(wrapped, i, i + 1) < 0.12;
    }
    return filled * 2 >= count;
}

/* Whether blank lines part the paragraphs: then few lines inside a block look like the end of one. */
static bool is_spaced(const struct wrapped *wrapped)
{
    size_t inside = 0, between = 0;
    for (size_t i = 0; i + 1 < wrapped->lines->count; i++) {
        if (!line_is_prose(wrapped->lines, i))
            continue;
        size_t below = lines_after(wrapped->lines, i);
        if (below >= wrapped->lines->count || !ends_sentence(line_text(wrapped->lines, i)) ||
            room_left(wrapped, i, below) < 0.15)
            continue;
        inside += below == i + 1;
        between += below > i + 1;
    }
    return between > inside * 3;
}

static void join_pair(quern_editor *edit, const struct wrapped *wrapped, size_t above, size_t below)
{
    const struct line *a = &wrapped->lines->items[above], *b = &wrapped->lines->items[below];
    bool hyphened = ends_hyphened(line_text(wrapped->lines, above));
    size_t cut = hyphened && wrapped->hyphens ? hyphen_to_cut(wrapped->hyphens, above, below) : 0;
    if (cut)
        quern_replace(edit, a->end - cut, b->text, QUERN_STRING(""), "hyphen-join");
    else if (hyphened)
        quern_replace(edit, a->end, b->text, QUERN_STRING(""), "hyphen-join");
    else
        quern_replace(edit, a->end, b->text, QUERN_STRING(" "), "line-join");
}

enum seam { SEAM_KEEP, SEAM_JOIN, SEAM_BREAK };

static enum seam decide_seam(const struct wrapped *wrapped, size_t above, size_t below)
{
    const struct lines *lines = wrapped->lines;
    if (line_is_blank(lines, above) || line_is_blank(lines, below) || !is_text(lines, above) ||
        !is_text(lines, below) || is_bullet(line_text(lines, below)))
        return SEAM_KEEP;
    double end = weigh_end(wrapped, above, below);
    bool filled = is_filled(wrapped, above);
    if (end < 0) {
        bool hyphened = ends_hyphened(line_text(lines, above));
        return may_join(wrapped, above, below) && (filled || hyphened) ? SEAM_JOIN : SEAM_KEEP;
    }
    bool heading = above == 0 || line_is_blank(lines, above - 1);
    bool plain = heading || ends_sentence(line_text(lines, above));
    return !wrapped->spaced && (filled || plain) ? SEAM_BREAK : SEAM_KEEP;
}

void lines_unwrap(quern_editor *edit, const struct lines *lines, const struct hyphens *hyphens)
{
    struct wrapped wrapped = {.lines = lines, .hyphens = hyphens, .width = find_width(lines)};
    if (wrapped.width <= 0)
        return;
    measure_room(&wrapped);
    wrapped.spaced = is_spaced(&wrapped);
    for (size_t above = 0; above + 1 < lines->count; above++) {
        enum seam seam = decide_seam(&wrapped, above, above + 1);
        if (seam == SEAM_JOIN)
            join_pair(edit, &wrapped, above, above + 1);
        else if (seam == SEAM_BREAK)
            quern_insert(edit, lines->items[above + 1].begin, QUERN_STRING("\n"),
                         "paragraph-break");
    }
}

/*
 * join.c - whether the text goes on from one line to another: whether they belong to one paragraph.
 *
 * The text itself is asked. Between any two lines inside a page it can be seen whether a blank line
 * stands there, and so the document says how often one does after a full stop, before a capital,
 * where the indent changes, where a line is not filled. A naive Bayes estimate over these counts,
 * begun from what holds for most texts, answers for the two lines at a break.
 */
#include "depaginate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum end {
    END_OPEN,
    END_COMMA,
    END_HYPHEN,
    END_CAPITAL,
    END_DIGIT,
    END_STOP,
    END_COLON,
    END_SEMICOLON,
    END_CLOSING,
    END_QUOTE,
    END_OTHER
};
enum start {
    START_SMALL,
    START_CAPITAL,
    START_DIGIT,
    START_BULLET,
    START_QUOTE,
    START_OPENING,
    START_OTHER
};
enum indent { INDENT_SAME, INDENT_DEEPER, INDENT_LESS };
enum fill { FILL_FULL, FILL_SPARE, FILL_SHORT };

/* How many lines the general expectation weighs as much as. */
static const double strength = 4;

/* The expectation, as logarithms of the odds for a blank line. */
static const double end_odds[JOINT_ENDS] = {-1.5, -3, -3, -0.5, -0.5, 0.7, 0.8, -0.3, 0, 0.5, 0};
static const double start_odds[JOINT_STARTS] = {-2.5, 0, 0, 1, 0.3, -0.3, 0};
static const double indent_odds[JOINT_INDENTS] = {-0.5, 0.3, 0.6};
static const double fill_odds[JOINT_FILLS] = {-1, 0.3, 1};

static enum end classify_end(quern_string text)
{
    static const struct {
        const char *bytes;
        enum end end;
    } wide[] = {{"\xe2\x80\x90", END_HYPHEN},
                {"\xe2\x80\x9d", END_QUOTE},
                {"\xe2\x80\x99", END_QUOTE},
                {"\xe2\x80\xa6", END_STOP}};
    char last = text.data[text.size - 1];
    if (text.size >= 3)
        for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
            if (!memcmp(text.data + text.size - 3, wide[i].bytes, 3))
                return wide[i].end;
    if (last >= '0' && last <= '9')
        return END_DIGIT;
    if (last >= 'A' && last <= 'Z')
        return END_CAPITAL;
    if ((last >= 'a' && last <= 'z') || (unsigned char)last >= 0x80)
        return END_OPEN;
    switch (last) {
    case ',':
        return END_COMMA;
    case '-':
        return END_HYPHEN;
    case '.':
    case '!':
    case '?':
        return END_STOP;
    case ':':
        return END_COLON;
    case ';':
        return END_SEMICOLON;
    case ')':
    case ']':
    case '}':
    case '>':
        return END_CLOSING;
    case '"':
    case '\'':
        return END_QUOTE;
    default:
        return END_OTHER;
    }
}

static enum start classify_start(quern_string text)
{
    char first = text.data[0];
    if (text.size >= 3 && !memcmp(text.data, "\xe2\x80", 2)) {
        unsigned char third = (unsigned char)text.data[2];
        return third == 0x9c || third == 0x98 ? START_QUOTE : START_BULLET;
    }
    if (first >= 'a' && first <= 'z')
        return START_SMALL;
    if (first >= 'A' && first <= 'Z')
        return START_CAPITAL;
    if (first >= '0' && first <= '9')
        return START_DIGIT;
    if (strchr("*-+o#=|", first) && first)
        return START_BULLET;
    if (first == '"' || first == '\'')
        return START_QUOTE;
    return strchr("([{<", first) && first ? START_OPENING : START_OTHER;
}

/* Whether the first word of `below` would have found room at the end of `above`. */
static enum fill classify_fill(unsigned full, const struct lines *lines, size_t above, size_t below)
{
    quern_string text = line_text(lines, below);
    const char *space = memchr(text.data, ' ', text.size);
    size_t word = space ? (size_t)(space - text.data) : text.size;
    size_t width = lines->items[above].width + 1 + word;
    if (lines->items[above].width > WRAPPED_MAX)
        return FILL_SHORT;
    if (width > full)
        return FILL_FULL;
    return width + 15 > full ? FILL_SPARE : FILL_SHORT;
}

static enum indent classify_indent(const struct lines *lines, size_t above, size_t below)
{
    unsigned a = lines->items[above].indent, b = lines->items[below].indent;
    return a == b ? INDENT_SAME : b > a ? INDENT_DEEPER : INDENT_LESS;
}

struct pair pair_classify(const struct lines *lines, unsigned width, size_t above, size_t below)
{
    return (struct pair){
        classify_end(line_text(lines, above)), classify_start(line_text(lines, below)),
        classify_indent(lines, above, below), classify_fill(width, lines, above, below)};
}

/* A usual width where there are few lines. */
unsigned lines_full_width(const struct lines *lines)
{
    enum { WIDTHS = 256, FEW_LINES = 20, USUAL = 60 };
    size_t counts[WIDTHS] = {0}, total = 0, wider = 0;
    for (size_t i = 0; i < lines->count; i++) {
        const struct line *line = &lines->items[i];
        if (line->flags & (LINE_BLANK | LINE_LONG) || line->width >= WIDTHS)
            continue;
        counts[line->width]++;
        total++;
    }
    unsigned width = WIDTHS;
    while (width > 0 && wider * 20 <= total)
        wider += counts[--width];
    return total < FEW_LINES && width < USUAL ? USUAL : width;
}

bool lines_any(const uint8_t *taken, size_t from, size_t to)
{
    for (size_t i = from; i <= to; i++)
        if (taken[i])
            return true;
    return false;
}

void joints_learn(struct joints *joints, const struct lines *lines, const uint8_t *taken)
{
    size_t above = lines_after(lines, SIZE_MAX);
    *joints = (struct joints){.width = lines_full_width(lines)};
    while (above < lines->count) {
        size_t below = lines_after(lines, above);
        if (below >= lines->count)
            break;
        if (!lines_any(taken, above, below)) {
            struct pair pair = pair_classify(lines, joints->width, above, below);
            bool blank = below > above + 1;
            joints->total[blank]++;
            joints->ends[pair.end][blank]++;
            joints->starts[pair.start][blank]++;
            joints->words[pair.end][pair.start][blank]++;
            joints->shape[pair.indent][pair.fill][blank]++;
        }
        above = below;
    }
}

static double base_odds(const struct joints *joints)
{
    return log(((double)joints->total[1] + strength * 0.25) /
               ((double)joints->total[0] + strength * 0.75));
}

/* What a cell adds to the odds for a blank line. */
static double cell_odds(const struct joints *joints, const uint32_t cell[2], double expected)
{
    double share = 1 / (1 + exp(-expected));
    double odds = log((cell[1] + strength * share) / (cell[0] + strength * (1 - share)));
    return odds - base_odds(joints);
}

/* From how the lines end and start, first each for itself, and then both together. */
static double words_odds(const struct joints *joints, const struct pair *pair)
{
    double end = cell_odds(joints, joints->ends[pair->end], end_odds[pair->end] - 1);
    double start = cell_odds(joints, joints->starts[pair->start], start_odds[pair->start] - 1);
    return cell_odds(joints, joints->words[pair->end][pair->start],
                     end + start + base_odds(joints));
}

double joints_evidence(const struct joints *joints, const struct lines *lines, size_t above,
                       size_t below)
{
    if (above >= lines->count || below >= lines->count)
        return 0;
    struct pair pair = pair_classify(lines, joints->width, above, below);
    return words_odds(joints, &pair) +
           cell_odds(joints, joints->shape[pair.indent][pair.fill],
                     indent_odds[pair.indent] + fill_odds[pair.fill] - 1);
}

double joints_odds(const struct joints *joints, const struct lines *lines, size_t above,
                   size_t below)
{
    return base_odds(joints) + joints_evidence(joints, lines, above, below);
}

double joints_blank_share(const struct joints *joints)
{
    return ((double)joints->total[1] + 1) / ((double)(joints->total[0] + joints->total[1]) + 3);
}

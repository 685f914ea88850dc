/* lines.h - the lines of a text, and what one sees of a line without reading it. */
#ifndef STRUCTURE_LINES_H
#define STRUCTURE_LINES_H

#include <quern.h>

/* A line that is not blank, without the white space around it. */
struct line {
    uint32_t begin, end;
    uint32_t width;  /* characters */
    uint16_t indent; /* columns before it; a tab goes to the next multiple of eight */
    uint8_t blanks;  /* blank lines before it, as far as UINT8_MAX */
};

struct lines {
    quern_string text;
    struct line *items;
    size_t count;
};

/* What a line begins with. A bullet, a number, a letter and a Roman number make a list item. */
enum marker_kind { MARKER_NONE, MARKER_BULLET, MARKER_NUMBER, MARKER_LETTER, MARKER_ROMAN };

struct marker {
    enum marker_kind kind;
    uint32_t number; /* of an enumeration */
    size_t size;     /* of the marker without the space behind it; 0 for MARKER_NONE */
    size_t begin;    /* where the text behind it begins */
};

/* How many lines are not blank. */
size_t lines_count(quern_string text);

/* Fills in `lines`, with room for all lines that are not blank. */
void lines_read(struct lines *lines);

/* The width at which the text was wrapped by hand or machine; 0 when it was not. */
uint32_t lines_wrap_width(const struct lines *lines);

/* Whether the next line's first word would not have fitted behind this one. */
bool line_is_full(const struct lines *lines, size_t index, uint32_t wrap_width);

struct marker line_marker(quern_string text, size_t begin, size_t end);

/* Nothing but signs such as *** or ---: three at least, all of a kind. */
bool line_is_separator(quern_string text, const struct line *line);

/* Nothing but names of days and months, and numbers. */
bool text_is_date(quern_string text, size_t begin, size_t end);

/* Letters, and all of them capitals. */
bool text_is_capitals(quern_string text, size_t begin, size_t end);

/* Whether a stretch ends as a sentence does, with closing quotes and brackets behind the stop. */
bool text_ends_sentence(quern_string text, size_t begin, size_t end);

#endif

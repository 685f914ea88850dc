/*
 * terminal.h - texts for a terminal, and a pager to read them in. For the files of this folder
 * alone.
 */
#ifndef QUERN_TERMINAL_H
#define QUERN_TERMINAL_H

#include "base/base.h"

struct terminal {
    FILE *stream; /* standard output, or the pager */
    bool paged;
    bool colour;
};

/* Through the program that PAGER names, or less, when standard output is a terminal. */
struct terminal terminal_open(void);
void terminal_close(struct terminal *terminal);

/* A change of style, when there are colours: numbers of ECMA-48's "select graphic rendition". */
void terminal_style(const struct terminal *terminal, const char *numbers);

/* A text in which what would drive the terminal, cannot be seen, or turns around the order of what
 * follows is written as <U+202E>, and a byte that is no part of valid UTF-8 as <E9>. Line ends stay. */
void terminal_text(const struct terminal *terminal, quern_string text);

#endif

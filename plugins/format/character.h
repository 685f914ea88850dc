/*
 * character.h - characters that a document must not bring into output that is looked at.
 */
#ifndef FORMAT_CHARACTER_H
#define FORMAT_CHARACTER_H

#include "output.h"

enum { REPLACEMENT = 0xFFFD };

/*
 * Decodes the character at `*at` and steps over it. Every end of a line (LF, CR, CR LF, U+2028,
 * U+2029) comes out as LF. U+FFFD stands for what would drive a terminal, is no character, or would
 * turn around the order of what is written after it: the controls C0 (but not the tab) and C1, DEL,
 * noncharacters, and the embeddings, overrides and isolates of the bidirectional algorithm
 * (Unicode Standard Annex 9, sections 2.1 to 2.4). The marks of section 2.6 are kept: they turn
 * nothing around but themselves.
 */
uint32_t next_safe_char(quern_string text, size_t *at);

/* The same without any change: true when the character would have come out as it is. */
bool next_char_is_safe(quern_string text, size_t *at, uint32_t *code);

bool is_space(uint32_t code);       /* space, tab, LF */
bool is_white_space(uint32_t code); /* Unicode's White_Space */

/* Writes a code point, returns its length. */
size_t encode_char(uint32_t code, char out[4]);

/*
 * How a format writes text: with safe characters, but instead of those for which `replace` gives a
 * text, that text. Made once for a document, so that most bytes are told by a look into a table.
 */
struct escaper {
    const char *(*replace)(uint32_t code);
    bool plain[256]; /* this byte is no part of a character that comes out as another text */
};
struct escaper escaper_make(const char *(*replace)(uint32_t code));

void output_escaped(struct output *output, quern_string text, const struct escaper *escaper);

/* The same for a text that ends with a NUL. */
void output_name(struct output *output, const char *name, const struct escaper *escaper);

/* For an escaper: what has a meaning in HTML, as references. */
const char *escape_html(uint32_t code);

/* The part of `text` from `begin` to `end`. */
quern_string part_of(quern_string text, size_t begin, size_t end);

#endif

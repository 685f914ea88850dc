/*
 * character.h - characters that a document must not bring into output that is looked at.
 */
#ifndef FORMAT_CHARACTER_H
#define FORMAT_CHARACTER_H

#include <quern.h>

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

bool is_space(uint32_t code);       /* space, tab, LF */
bool is_white_space(uint32_t code); /* Unicode's White_Space */

/* Writes a code point, returns its length. */
size_t encode_char(uint32_t code, char out[4]);

/* Renders text with safe characters, and instead of those for which `replace` gives a text, that
 * text. */
void render_safe(quern_document *doc, quern_string text, const char *(*replace)(uint32_t code));

/* A constant. */
void render_text(quern_document *doc, const char *text);

/* The part of `text` from `begin` to `end`. */
quern_string part_of(quern_string text, size_t begin, size_t end);

#endif

/* wordbreak.h - word boundaries by the rules of Unicode alone. */
#ifndef STRUCTURE_WORDBREAK_H
#define STRUCTURE_WORDBREAK_H

#include <quern.h>

/* The end of the segment that begins at `begin`, a word boundary before the end of the text. */
size_t wordbreak_end(quern_string text, size_t begin);

#endif

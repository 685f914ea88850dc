/* apostrophe.h - apostrophes in English words. */
#ifndef STRUCTURE_APOSTROPHE_H
#define STRUCTURE_APOSTROPHE_H

#include <quern.h>

/* Length of an apostrophe, straight or curly; 0 when there is none. */
size_t apostrophe_size(quern_string text, size_t at);

/* The end of "'s", "'re" or another enclitic whose apostrophe stands at `at`; 0 for none. */
size_t apostrophe_enclitic_end(quern_string text, size_t at);

/* Whether the apostrophe at `at` is that of "n't", with a word from `begin` on in front of the n. */
bool apostrophe_is_not(quern_string text, size_t begin, size_t at);

#endif

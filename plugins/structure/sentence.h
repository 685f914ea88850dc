/* sentence.h - cuts a block into sentences. */
#ifndef STRUCTURE_SENTENCE_H
#define STRUCTURE_SENTENCE_H

#include "abbreviation.h"

struct sentences {
    quern_string text;
    const struct abbreviations *abbreviations;
    size_t at, end; /* what is left of the block */
    bool careless;  /* its writer may begin sentences in lower case */
};

/* Whether the writer of a text puts "i" for "I". */
bool sentences_are_careless(quern_string text);

/* The next sentence of a text that is ended by a NUL, without white space around it; false at the end of the block. */
bool sentence_next(struct sentences *sentences, size_t *begin, size_t *end);

#endif

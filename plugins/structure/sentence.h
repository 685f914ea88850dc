/* sentence.h - cuts a block into sentences. */
#ifndef STRUCTURE_SENTENCE_H
#define STRUCTURE_SENTENCE_H

#include "abbreviation.h"
#include "gap.h"

struct sentences {
    quern_string text; /* ended by a NUL */
    const struct abbreviations *abbreviations;
    size_t block, at, end; /* where the block begins, and what is left of it */
    struct care care;      /* with which the document is written */
    bool careless;         /* its writer may begin sentences in lower case */
    struct gaps gaps;      /* of what stands between two full stops */
};

/* Whether the writer of a text puts "i" for "I". */
bool sentences_have_lower_i(quern_string text);

/* The next stretch between full stops, without white space around it; false at the end of the block. */
bool sentence_next_stopped(struct sentences *sentences, size_t *begin, size_t *end);

/* The gaps in such a stretch. */
struct gaps sentence_gaps(const struct sentences *sentences, size_t begin, size_t end);

/* The next sentence: such a stretch, or, where care is wanting, a part of one. */
bool sentence_next(struct sentences *sentences, size_t *begin, size_t *end);

#endif

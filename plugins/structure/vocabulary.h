/* vocabulary.h - the words that structure knows: the lists of data/, as sets. */
#ifndef STRUCTURE_VOCABULARY_H
#define STRUCTURE_VOCABULARY_H

#include "wordset.h"

/* What a full stop behind a word is, as data/abbreviations.txt has it. */
enum abbreviation {
    ABBREVIATION_NONE,
    ABBREVIATION_TITLE,
    ABBREVIATION_NUMBER,
    ABBREVIATION_INNER,
    ABBREVIATION_FINAL
};

enum internet_name { INTERNET_NONE, INTERNET_DOMAIN, INTERNET_FILE };

struct vocabulary {
    struct wordset abbreviations; /* enum abbreviation */
    struct wordset splits;        /* where a word parts; its size if it does not */
    struct wordset starters;
    struct wordset internet; /* enum internet_name */
    struct wordset summaries;
    struct wordset salutations;
    struct wordset units;
};

/* Builds the sets, with `own`, the user's abbreviations, which may end in a stop. False when
 * memory is short. */
bool vocabulary_open(struct vocabulary *vocabulary, quern_list own);

void vocabulary_close(struct vocabulary *vocabulary);

#endif

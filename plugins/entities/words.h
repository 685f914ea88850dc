/*
 * words.h - the tokens of one sentence, with what the gazetteer and their letters say of each.
 */
#ifndef ENTITIES_WORDS_H
#define ENTITIES_WORDS_H

#include "gazetteer.h"

#include <quern.h>

#include <string.h>

/* What is the name of something. */
#define NAMES                                                                                      \
    (CLASS(PERSON) | CLASS(MAJOR_PLACE) | CLASS(PLACE) | CLASS(PEOPLE) | CLASS(ORGANISATION) |     \
     CLASS(TERM))

enum shape {
    SHAPE_OTHER,   /* punctuation, symbols */
    SHAPE_DIGIT,   /* begins with a digit */
    SHAPE_SMALL,   /* begins with a small letter, or one of a script without capitals */
    SHAPE_CAPITAL, /* begins with a capital: "Paris", "McCain", "eBay", "al-Qaida" */
    SHAPE_CAPITALS /* two letters or more, all capitals, and perhaps full stops: "TASS", "U.S." */
};

struct word {
    uint64_t key;   /* of the word as it stands */
    uint64_t lower; /* of the word in small letters, with one digit for all */
    classes is;     /* what the lists say of it as it stands */
    classes small;  /* of a capitalised word, what they say of it when it is written small: COMMON,
                        FUNCTION, CARDINAL, ORDINAL, RELATIVE */
    uint32_t begin, end;
    uint32_t entry, stamp; /* by which the lexicon finds it again; stamp 0: not there */
    uint32_t form;         /* of its letters: "Xx", "X.X.", "0-x" */
    uint16_t cluster;      /* of the model's vectors; NO_CLUSTER for none */
    uint8_t shape;         /* enum shape */
    bool glued;            /* nothing stands between it and the word before */
    bool initial;          /* one capital, perhaps with a full stop: "J." */
    bool clitic;           /* "'s", or an apostrophe alone: "Farmers' Union" */
    bool hyphen;           /* a hyphen that joins words */
    bool syllables;        /* "Ki-moon", "Jong-il" */
};

/* Labels of tokens that hold no words: addresses and the like. */
#define OPAQUE_LABELS 5

/* A sentence, or a block without one such as a heading. */
struct lexicon;
struct unit {
    struct lexicon *lexicon;
    quern_string text; /* of the whole document, which the offsets refer to */
    struct word *words;
    size_t count;
    uint32_t opaque[OPAQUE_LABELS];
    uint32_t plain;               /* the label of the last token that is none of these */
    uint32_t covered;             /* where the last token ended, in this unit or one before */
    bool capitals;                /* written all in capitals, so that they say nothing */
    bool titled;                  /* Most Words Begin With One, so that they say little */
    bool place_line, person_line; /* a dateline, a byline */
    bool sentence;                /* rather than a block that has none */
};

/* Fills in the words of a unit, one for each token; `words` has room for them. A token that begins
 * inside of one before it is passed over. */
void unit_read(struct unit *unit, const quern_span *tokens, size_t count);

/* The word at a place, or one that is nothing at all when there is none. */
static inline const struct word *unit_word(const struct unit *unit, size_t i)
{
    static const struct word nothing;
    return i < unit->count ? &unit->words[i] : &nothing;
}

/* Do the lists put the word in one of these classes? */
static inline bool is_class(const struct unit *unit, size_t i, classes wanted)
{
    return (unit_word(unit, i)->is & wanted) != 0;
}

static inline bool is_capital(const struct unit *unit, size_t i)
{
    return unit_word(unit, i)->shape >= SHAPE_CAPITAL;
}

static inline bool is_small(const struct unit *unit, size_t i)
{
    return unit_word(unit, i)->shape == SHAPE_SMALL;
}

static inline bool is_digits(const struct unit *unit, size_t i)
{
    return unit_word(unit, i)->shape == SHAPE_DIGIT;
}

static inline bool is_glued(const struct unit *unit, size_t i)
{
    return unit_word(unit, i)->glued;
}

static inline bool is_hyphen(const struct unit *unit, size_t i)
{
    return unit_word(unit, i)->hyphen;
}

/* Is the word this text, in small letters of ASCII? Capitals in the word are taken for small. */
bool word_spells(const struct unit *unit, const struct word *word, const char *text);
static inline bool word_is(const struct unit *unit, size_t i, const char *text)
{
    const struct word *word = unit_word(unit, i);
    return word->end - word->begin == strlen(text) && word_spells(unit, word, text);
}

/* Is it one of these texts, which a NULL ends? */
bool word_is_any(const struct unit *unit, size_t i, const char *const texts[]);

/* The longest phrase from word `i` on that is in a list of one of the `wanted` classes: the number
 * of its words, 0 for none, and all its classes. At most PHRASE_WORDS words are looked at. */
#define PHRASE_WORDS 12
size_t unit_find_phrase(const struct unit *unit, size_t i, classes wanted, classes *found);

/* The key of the words [begin, end), letters as they stand. */
uint64_t unit_key(const struct unit *unit, size_t begin, size_t end);

#endif

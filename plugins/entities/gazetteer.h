/*
 * gazetteer.h - what the lists in data/ say about a phrase.
 *
 * The lists are compiled, when the project is built, into one table that is part of the plugin:
 * nothing is read or parsed at run time, and all processes share its pages.
 */
#ifndef ENTITIES_GAZETTEER_H
#define ENTITIES_GAZETTEER_H

#include "phrase.h"

/* The lists, a file of data/ each, and the class of what is in them. */
#define GAZETTEER_LISTS(X)                                                                         \
    X("common-words", COMMON)                                                                      \
    X("function-words", FUNCTION)                                                                  \
    X("not-names", NOT_NAME)                                                                       \
    X("given-names", GIVEN)                                                                        \
    X("surnames", SURNAME)                                                                         \
    X("people", PERSON)                                                                            \
    X("major-places", MAJOR_PLACE)                                                                 \
    X("written-places", MAJOR_PLACE)                                                               \
    X("places", PLACE)                                                                             \
    X("regions", PLACE)                                                                            \
    X("peoples", PEOPLE)                                                                           \
    X("written-peoples", PEOPLE)                                                                   \
    X("organisations", ORGANISATION)                                                               \
    X("written-organisations", ORGANISATION)                                                       \
    X("terms", TERM)                                                                               \
    X("written-terms", TERM)                                                                       \
    X("honorifics", HONORIFIC)                                                                     \
    X("titles", TITLE)                                                                             \
    X("particles", PARTICLE)                                                                       \
    X("name-suffixes", NAME_SUFFIX)                                                                \
    X("company-suffixes", COMPANY_SUFFIX)                                                          \
    X("organisation-words", ORGANISATION_WORD)                                                     \
    X("place-words", PLACE_WORD)                                                                   \
    X("place-nouns", PLACE_NOUN)                                                                   \
    X("term-words", TERM_WORD)                                                                     \
    X("directions", DIRECTION)                                                                     \
    X("locatives", LOCATIVE)                                                                       \
    X("speech-verbs", SPEECH_VERB)                                                                 \
    X("relatives", RELATIVE)                                                                       \
    X("months", MONTH)                                                                             \
    X("days", DAY)                                                                                 \
    X("periods", PERIOD)                                                                           \
    X("clock-periods", CLOCK_PERIOD)                                                               \
    X("dayparts", DAYPART)                                                                         \
    X("timezones", TIMEZONE)                                                                       \
    X("cardinals", CARDINAL)                                                                       \
    X("multipliers", MULTIPLIER)                                                                   \
    X("ordinals", ORDINAL)                                                                         \
    X("units", UNIT)                                                                               \
    X("currencies", CURRENCY)

/* A set of classes: what the lists say about one phrase. */
typedef uint64_t classes;

enum {
    BIT_PREFIX,
    BIT_COMMON,
    BIT_FUNCTION,
    BIT_NOT_NAME,
    BIT_GIVEN,
    BIT_SURNAME,
    BIT_PERSON,
    BIT_MAJOR_PLACE,
    BIT_PLACE,
    BIT_PEOPLE,
    BIT_ORGANISATION,
    BIT_TERM,
    BIT_HONORIFIC,
    BIT_TITLE,
    BIT_PARTICLE,
    BIT_NAME_SUFFIX,
    BIT_COMPANY_SUFFIX,
    BIT_ORGANISATION_WORD,
    BIT_PLACE_WORD,
    BIT_PLACE_NOUN,
    BIT_TERM_WORD,
    BIT_DIRECTION,
    BIT_LOCATIVE,
    BIT_SPEECH_VERB,
    BIT_RELATIVE,
    BIT_MONTH,
    BIT_DAY,
    BIT_PERIOD,
    BIT_CLOCK_PERIOD,
    BIT_DAYPART,
    BIT_TIMEZONE,
    BIT_CARDINAL,
    BIT_MULTIPLIER,
    BIT_ORDINAL,
    BIT_UNIT,
    BIT_CURRENCY
};

#define CLASS(name) ((classes)1 << BIT_##name)

/* What stands in front of the slots in the compiled table, which are followed by the sets. */
struct gazetteer_header {
    uint64_t slots;
    uint64_t sets;
};

/* A slot holds the upper 48 bits of a phrase's key and the number of its set of classes; set 0 is
 * the empty one, and marks a free slot. Two of n phrases collide with a chance of n^2 / 2^49 that
 * the compiler of the table rules out; a phrase that is in no list is taken for one that is with a
 * chance of about one in 10^14. */
#define GAZETTEER_CHECK(key) ((key) & ~UINT64_C(0xFFFF))
#define GAZETTEER_SET(slot) ((slot)&UINT64_C(0xFFFF))

/* The slot where the search for a key begins. */
static inline uint64_t gazetteer_home(uint64_t key, uint64_t slots)
{
    return ((key & 0xFFFFFFFF) * slots) >> 32;
}

/* The classes of a phrase, with PREFIX when it begins a longer one; 0 when it is in no list. */
classes gazetteer_find(const struct phrase *phrase);
classes gazetteer_find_key(uint64_t key);

#endif

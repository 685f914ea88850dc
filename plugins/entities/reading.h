/*
 * reading.h - what is to be said about each word of a document before the model sees it.
 *
 * The document is gone through twice. The first time the rules find amounts and candidates for
 * names, and it is noted where each capitalised word stands and beside what. Then it is decided what
 * the candidates are; and the second time each unit comes with the signs of its words.
 */
#ifndef ENTITIES_READING_H
#define ENTITIES_READING_H

#include "findings.h"
#include "units.h"

/* What stands beside a word in some of its places in the document. */
enum {
    BESIDE_TITLE = 1,        /* a title before it */
    BESIDE_LOCATIVE = 2,     /* "in", "near" before it */
    BESIDE_THE = 4,          /* "the" before it */
    BESIDE_SPEECH = 8,       /* a verb of speech behind it */
    BESIDE_COMPANY = 16,     /* a word of organisations behind it */
    BESIDE_GIVEN = 32,       /* a given name before it */
    BESIDE_SURNAME = 64,     /* a surname behind it */
    BESIDE_PLACE = 128,      /* a word of places behind it */
    BESIDE_CAPITAL = 256,    /* a capital on either side */
    BESIDE_POSSESSIVE = 512, /* "'s" behind it */
    BESIDE_BITS = 10
};

/* A word that is capitalised somewhere, over all its places. */
struct mention {
    uint16_t beside;
    uint16_t count;
    uint16_t
        votes[NAME_KINDS + 1]; /* what the rules take it for, or a part of; the last is nothing */
};

/* A place of a mention in the text. */
struct sighting {
    uint32_t begin;
    uint32_t mention;
};

struct mentions {
    struct keys keys;
    struct mention *items;
    size_t capacity;
    struct sighting *sightings;
    size_t sighting_count, sighting_capacity;
};

/* How much speaks for what the rules found, from 0, which amounts have. */
#define STRENGTHS 6

/* What is said of one word. */
struct sign {
    classes lists;        /* what they say of the phrase that it is in, or of itself */
    uint32_t mention;     /* KEYS_NONE when it is not capitalised */
    uint8_t phrase_place; /* in that phrase, as TAG_B, …; TAG_U for a word alone */
    uint8_t rule;         /* the label that the rules give it; LABEL_NONE for none */
    uint8_t rule_place;   /* in that finding, as TAG_B, … */
    uint8_t strength;     /* how much speaks for the rule's label, below STRENGTHS */
    bool open;            /* whether it may be part of a name */
};

struct reading {
    struct units units;
    struct findings findings;
    struct memories memories;
    struct mentions mentions;
    struct sign *signs;
    size_t sign_capacity;
    size_t next_finding, next_sighting;
};

void reading_open(struct reading *reading, struct lexicon *lexicon);
void reading_close(struct reading *reading);

/* Reads a document for the first time. False when memory is short. */
bool reading_begin(struct reading *reading, quern_document *doc);

/* The next unit of the second time, with `signs` for its words; NULL at the end, or when memory is
 * short, which `units.failed` says. */
const struct unit *reading_next(struct reading *reading);

/* Gives back memory that only a large document needs. */
void reading_end(struct reading *reading);

#endif

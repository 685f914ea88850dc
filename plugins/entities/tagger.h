/*
 * tagger.h - what the model says of the names in a document.
 */
#ifndef ENTITIES_TAGGER_H
#define ENTITIES_TAGGER_H

#include "feature.h"
#include "sequence.h"

/* A word that may be part of a name. */
struct node {
    uint32_t begin, end;
    uint32_t mention;
    bool first; /* begins a row */
};

/* How likely the places of a mention are to be of each kind, or none, summed up. */
struct ballot {
    float kinds[KINDS + 1];
    struct score more; /* what that adds to the scores of each of them */
};

/* What a part of the features of some place summed up to. */
struct memo {
    uint64_t sign[SIGN_SIZE]; /* the part, and all that it depends on; zeros for none */
    struct score sum;
};

struct tagger {
    const struct model *model;
    struct lexicon *lexicon;
    struct sequence sequence;
    struct memo *memos;
    struct node *nodes;
    struct score *scores;
    size_t count, capacity;
    struct ballot *ballots; /* of each mention */
    size_t ballot_capacity;
    float vote; /* how much the rest of the document counts */
};

/* A name that was found, and how likely it is. */
struct name {
    uint32_t begin, end;
    uint8_t kind;
    float share;
};

struct names {
    struct name *items;
    size_t count, capacity;
};

/* False when memory is short. */
bool tagger_open(struct tagger *tagger, const struct model *model, struct lexicon *lexicon);
void tagger_close(struct tagger *tagger);

/* Finds the names of a document that has been read for the first time. False when memory is
 * short. */
bool tagger_find(struct tagger *tagger, struct reading *reading, struct names *names);

#endif

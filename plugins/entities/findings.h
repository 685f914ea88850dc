/*
 * findings.h - what was found in a document, before and after it is decided what it is.
 */
#ifndef ENTITIES_FINDINGS_H
#define ENTITIES_FINDINGS_H

#include "keys.h"
#include "when.h"

#define LABELS(X)                                                                                  \
    X(PERSON)                                                                                      \
    X(ORG)                                                                                         \
    X(LOC)                                                                                         \
    X(MISC)                                                                                        \
    X(DATE)                                                                                        \
    X(TIME)                                                                                        \
    X(MONEY)                                                                                       \
    X(PERCENT)                                                                                     \
    X(QUANTITY)                                                                                    \
    X(ORDINAL)                                                                                     \
    X(CARDINAL)

enum label {
#define LABEL(name) LABEL_##name,
    LABELS(LABEL)
#undef LABEL
        LABEL_COUNT,
    NAME_KINDS = LABEL_MISC + 1, /* the first four are names, and need a decision */
    LABEL_NONE = LABEL_COUNT
};

/* A stretch of text that may be an entity. For a name, `score` says how much speaks for each kind,
 * and `label` is decided once the whole document has been read. */
struct finding {
    uint64_t key;
    uint32_t begin, end;
    int8_t score[NAME_KINDS];
    int16_t points; /* how much speaks for the label that was decided */
    uint8_t label;
    bool name;
    bool weak;        /* its capital may be owed to its place */
    bool alone;       /* one word */
    struct when when; /* of a date */
};

struct findings {
    struct finding *items;
    size_t count, capacity;
};

/* Adds a finding. False when memory is short. */
bool findings_add(struct findings *findings, struct finding finding);

/* Forgets all, and gives memory back when it was much; gives all of it back. */
void findings_clear(struct findings *findings);
void findings_free(struct findings *findings);

/* ---- What finds ---- */

/* Reads a number, an amount, a date or a time that begins at word `i`: the number of its words, 0
 * for none, and its label. */
size_t amount_read(const struct unit *unit, size_t i, enum label *label);

/* Reads the names of a run of capitalised words that begins at word `i`. Returns where to go on,
 * always behind `i`; 0 when memory is short. */
size_t names_read(const struct unit *unit, size_t i, struct findings *findings);

/* How a candidate stands in its sentence, as far as names_read() has seen it. */
struct standing {
    bool titled, honoured; /* a title, an honorific stands before it */
};

/* Weighs what speaks for each kind of name, for the words [begin, end). */
void evidence_weigh(const struct unit *unit, size_t begin, size_t end, struct standing standing,
                    int8_t score[NAME_KINDS]);

/* ---- What decides ---- */

/* What a document says about its names, each under its key. */
struct memories {
    struct keys keys;
    struct memory *items;
    size_t capacity;
};

void memories_open(struct memories *memories);
void memories_close(struct memories *memories);

/* Forgets all, and gives memory back when it was much. */
void memories_clear(struct memories *memories);

/* Sets the label of every name, so that one name is one thing all over the document. The memories
 * are empty before. False when memory is short. */
bool findings_decide(struct findings *findings, struct memories *memories, quern_string text);

#endif

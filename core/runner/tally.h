/*
 * tally.h - what is counted of a document by name: edits by rule, why it was dropped, the spans that
 * it went out with. It goes as bytes from a worker to the run, which adds it up in the order of the
 * documents. For the files of this folder alone.
 */
#ifndef QUERN_TALLY_H
#define QUERN_TALLY_H

#include "runner/bytes.h"
#include "runner/runner.h"

enum tally_kind {
    TALLY_REASON, /* a document dropped: step, reason */
    TALLY_RULE,   /* edits: step, rule */
    TALLY_SPANS,  /* spans: layer, label */
    TALLY_NAME    /* a span of the layer entity: label, text */
};
enum { TALLY_KINDS = TALLY_NAME + 1 };

struct tally {
    enum tally_kind kind;
    const struct step *step; /* NULL for spans */
    quern_string name, more;
    uint64_t count;
};

/* Appends one. */
void tally_add(struct buffer *list, const struct pipeline *pipeline, const struct tally *tally);

/* Appends those of the spans of a document. `counts` is zeros, and is left so, one for each label. */
struct label_counts {
    uint64_t *items;
    size_t capacity;
};
void tally_spans(struct buffer *list, const struct pipeline *pipeline, quern_document *doc,
                 struct label_counts *counts);

/* Steps to the next one of a list, whose names stay where they are. False at the end, and when the
 * rest, which then has `failed` set, is none. */
bool tally_next(struct bytes *list, const struct pipeline *pipeline, struct tally *tally);

#endif

/*
 * parcel.h - what came of a record, as bytes that go from a worker to the run. For the files of
 * this folder alone.
 */
#ifndef QUERN_PARCEL_H
#define QUERN_PARCEL_H

#include "runner/worker.h"

/* Appends an outcome to a list of them. */
void parcel_add(struct buffer *list, const struct outcome *outcome,
                const struct pipeline *pipeline);

/* The same, but for the output, which is to be put behind the list; for one that is large. */
void parcel_add_all_but_output(struct buffer *list, const struct outcome *outcome,
                               const struct pipeline *pipeline);

/* Steps to the next one of a list; `list` is what is left of it. False when there is none. */
bool parcel_next(quern_string *list, quern_string *parcel);

/* An outcome unpacked: all of it but the output and the tallies is a copy. Zeros are an empty one, to be used again
 * and again, and freed by parcel_free(). */
struct parcel {
    struct outcome outcome;
    struct step_counts *steps;
    size_t *ends;
    struct remark *remarks;
    struct hold *holds;
    struct loss failure;
    struct record record; /* of a document that a stage made, and that failed */
    struct arena arena;
    size_t end_capacity, remark_capacity, hold_capacity;
};

/* The worker may have gone mad, so that nothing that it says is trusted. False when the bytes are
 * not an outcome of this pipeline, or memory is short. `record` is the one that it came of; NULL
 * when it came of what was held back. */
bool parcel_unpack(quern_string bytes, const struct pipeline *pipeline, const struct record *record,
                   struct parcel *parcel);
void parcel_free(struct parcel *parcel);

#endif

/*
 * worker.h - a record in, bytes out: the piece of a run that does the work, and that can stand in
 * another process. For the files of this folder alone.
 */
#ifndef QUERN_WORKER_H
#define QUERN_WORKER_H

#include "runner/runner.h"

/* What came of a record, or of a part of what was held back. */
struct outcome {
    struct buffer output; /* documents, encoded, one after the other */
    size_t *ends;         /* where each of them ends */
    size_t count, capacity;
    struct remark *remarks;
    size_t remark_count, remark_capacity;
    struct arena arena;         /* texts of the remarks */
    const struct loss *failure; /* a document that is to be kept aside; NULL for none */
    struct step_counts *steps;  /* one for each step */
    uint64_t spans_left_out;    /* of documents written as text */
};

struct worker_settings {
    enum format to;
    bool measure;       /* time */
    bool tell_of_drops; /* by a remark */
    void *user;
    bool (*take)(void *user, const struct outcome *outcome); /* false: the run is to stop */
};

struct worker;

/* Opens the stages. NULL, with a problem, when that does not work. Remarks of stages that come with
 * it are taken at once. */
struct worker *worker_open(const struct pipeline *pipeline, const struct worker_settings *settings,
                           struct problems *problems);

/* Works on a record. What came of it is taken before this returns; in several parts when it is
 * much. */
void worker_process(struct worker *worker, const struct record *record);

/* There are no more records. False when a stage failed in handing out what it held. */
bool worker_flush(struct worker *worker);

/* The frame around the output; all NULL when it has none. */
quern_frame worker_frame(const struct worker *worker);
void worker_close(struct worker *worker);

#endif

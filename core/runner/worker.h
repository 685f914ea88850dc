/*
 * worker.h - a record in, bytes out: the piece of a run that does the work, and that can stand in
 * another process. For the files of this folder alone.
 */
#ifndef QUERN_WORKER_H
#define QUERN_WORKER_H

#include "runner/runner.h"

/* What came of a record, or of what was held back; good until the taker returns. */
struct outcome {
    const struct record *record; /* with which this is done; NULL for what was held back */
    quern_string output;         /* documents, encoded, one after the other */
    const size_t *ends;          /* where each of them ends */
    size_t count;
    const struct remark *remarks;
    size_t remark_count;
    const struct loss *failure;      /* a document that is to be kept aside; NULL for none */
    const struct step_counts *steps; /* one for each step */
    const struct hold *holds; /* documents that are held back now, or no more, in that order */
    size_t hold_count;
    quern_string tallies;    /* what is counted by name, as in tally.h */
    bool uncounted;          /* some of it could not be counted: memory was short */
    uint64_t spans_left_out; /* of documents written as text */
    bool flush_failed;       /* a stage failed in handing out what it held */
    bool more;               /* this is but a part, others follow */
};

struct worker_settings {
    enum format to;
    enum measure measure;
    bool tell_of_drops; /* by a remark */
    bool tally;         /* count by name */
    bool paranoid;      /* stages are held to what they declare */
    void *user;
    bool (*take)(void *user, const struct outcome *outcome); /* false: the run is to stop */
};

struct worker;

/* Opens the stages. NULL, with a problem, when that does not work. Remarks of stages that come with
 * it are taken at once. */
struct worker *worker_open(const struct pipeline *pipeline, const struct worker_settings *settings,
                           struct problems *problems);

/* Has outcomes taken elsewhere from now on: in a process of its own. */
void worker_redirect(struct worker *worker, void *user,
                     bool (*take)(void *user, const struct outcome *outcome));

/* Has it count in memory where the run finds what the steps did of a record whose worker dies. */
void worker_count_in(struct worker *worker, struct step_counts *counts);

/* Has it told at once what goes on: which step it is in, and what stages say. */
struct watcher {
    void *user;
    step_watch *step;
    void (*remark)(void *user, const struct remark *remark);
};
void worker_watch(struct worker *worker, const struct watcher *watcher);

/* Whether a stage sees all documents, so that there can be no second worker. */
bool worker_has_stream(const struct worker *worker);

/* As chain_pass_over() and chain_pass_over_none(). */
bool worker_pass_over(struct worker *worker, const struct step *step, const char *reason);
void worker_pass_over_none(struct worker *worker);

/* Works on a record. What came of it is taken before this returns, in one part unless a stage hands
 * out documents that it held. */
void worker_process(struct worker *worker, const struct record *record);

/* There are no more records: has the stages hand out what they hold. */
void worker_flush(struct worker *worker);

/* The frame around the output; all NULL when it has none. */
quern_frame worker_frame(const struct worker *worker);
void worker_close(struct worker *worker);

#endif

/*
 * statistics.h - what a run has done so far: added up in the run's own process, from what came of each
 * record, in the order of the records. So the figures are the same for any number of workers, a record
 * counts once whatever became of its worker, and at any time they are those of the records that are
 * done with. For the files of this folder alone.
 *
 * What is counted by name is bounded: what comes when there are too many names of a kind is counted as
 * left out, and the names of entities are those that frequent.h keeps.
 */
#ifndef QUERN_STATISTICS_H
#define QUERN_STATISTICS_H

#include "runner/frequent.h"
#include "runner/tally.h"
#include "runner/worker.h"

struct json_t;

struct statistics {
    const struct pipeline *pipeline;
    bool incomplete; /* memory was short: not all was counted */
    uint64_t begun;  /* seconds since 1970 */
    uint64_t started,
        spent; /* nanoseconds: by a clock of this process; by runs that this one resumes */
    uint64_t read, written, dropped, failed; /* documents */
    uint64_t bytes_read, bytes_written;
    struct step_counts *steps;
    struct tally **names; /* in the order in which they came first */
    size_t name_count, name_capacity;
    size_t kind_counts[TALLY_KINDS];
    uint64_t left_out[TALLY_KINDS]; /* occurrences, not names */
    void *name_tree;
    struct frequent frequent;
    struct json_t *failures; /* reports of the quarantine; some are left out when there are many */
    uint64_t failures_left_out;
};

/* The clock begins to run. False, with a problem, when memory is short; to be closed in any case. */
bool statistics_open(struct statistics *statistics, const struct pipeline *pipeline,
                     struct problems *problems);
void statistics_close(struct statistics *statistics);

/* Takes in what came of a record, but for a document that failed, and for what was written of it. */
void statistics_add(struct statistics *statistics, const struct outcome *outcome);

/* A document that went to the quarantine, with the report that it has there. */
void statistics_add_failure(struct statistics *statistics, struct json_t *report);

/* Nanoseconds that the run has taken, with those of runs that it resumes. */
uint64_t statistics_time(const struct statistics *statistics);

/* As bytes for a run that resumes this one, and back into statistics that were just opened, for the
 * same pipeline. The bytes are not trusted: false when they make no sense, or memory is short. */
void statistics_pack(const struct statistics *statistics, struct buffer *out);
bool statistics_unpack(struct statistics *statistics, quern_string bytes);

/* As JSON, of a run that ends with that status (statistics_json.c). NULL when memory is short. */
struct json_t *statistics_describe(const struct statistics *statistics, int status);

/* Writes these to a file. False, with a problem, when that does not work; NULL is short memory. */
bool statistics_write(const struct json_t *json, const char *path, struct problems *problems);

#endif

/*
 * report.h - what a run shows on standard error: messages, progress, a table at the end. For the
 * files of this folder alone.
 */
#ifndef QUERN_REPORT_H
#define QUERN_REPORT_H

#include "runner/statistics.h"

/* ---- Progress ---- */

/* A line that is drawn over and over, on a terminal only. */
struct progress {
    bool wanted, visible;
    uint64_t started, drawn; /* nanoseconds */
    uint64_t bytes;          /* that had been read when it started */
};

void progress_start(struct progress *progress, const struct source *source, bool wanted);
void progress_show(struct progress *progress, const struct source *source,
                   const struct statistics *statistics);
void progress_hide(struct progress *progress);

/* ---- Messages ---- */

void report_remark(const struct remark *remark);

/* A document that failed, and what becomes of it. */
void report_failure(const struct loss *failure, const char *consequence);

/* ---- JSON ---- */

/* Names of files and reasons need not be UTF-8; JSON has to be. */
struct json_t *json_of_string(quern_string text);
struct json_t *json_of_text(const char *text); /* null for NULL */

#endif

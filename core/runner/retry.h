/*
 * retry.h - what a quarantine folder keeps, as the records of a run. For the files of this folder
 * alone.
 */
#ifndef QUERN_RETRY_H
#define QUERN_RETRY_H

#include "runner/runner.h"

struct retry;

/* Finds what is kept there now. NULL, with a problem, when the folder cannot be read, or another run
 * is retrying it. */
struct retry *retry_open(const char *folder, struct problems *problems);

/* Steps to the next record, by the numbers of the entries: as it was when it failed, with the place
 * that it came from. As source_next(). */
enum source_result retry_next(struct retry *retry, struct record *record,
                              struct problems *problems);

/* The record failed again, and stays. Returns the number of its entry; 0 when it is none of the
 * folder's but one that a stage made. */
uint64_t retry_keep(struct retry *retry, const struct record *record);

/* Removes all entries that were given and did not fail again. False, with a problem, when one
 * cannot be removed. */
bool retry_remove(const struct retry *retry, struct problems *problems);
void retry_close(struct retry *retry); /* NULL is allowed */

#endif

/*
 * checkpoints.h - where a run can be gone on with, from the inside of that run. For the files of this
 * folder alone.
 */
#ifndef QUERN_CHECKPOINTS_H
#define QUERN_CHECKPOINTS_H

#include "runner/journal.h"

/* What tells this run from others. */
const char *checkpoints_mark(const struct checkpoints *checkpoints);

/* The one to go on from: zeros, and no statistics, at the start of the inputs; there too, its
 * `quarantine_first` is not 0 when an earlier run may have kept documents from there on. */
const struct checkpoint *checkpoints_last(const struct checkpoints *checkpoints,
                                          quern_string *statistics);

/* Begins the file with the one noted last. */
bool checkpoints_begin(struct checkpoints *checkpoints, struct problems *problems);

/* Whether it is time for another one. */
bool checkpoints_are_due(const struct checkpoints *checkpoints);

/* Takes note of one; whether there is one that was not written yet; writes that, when all that it
 * tells of is on the disk. False, with a problem, when it cannot be written. */
void checkpoints_note(struct checkpoints *checkpoints, const struct checkpoint *checkpoint,
                      quern_string statistics);
bool checkpoints_are_noted(const struct checkpoints *checkpoints);
bool checkpoints_write(struct checkpoints *checkpoints, struct problems *problems);

/* The run has come to its end. */
bool checkpoints_end(struct checkpoints *checkpoints, int status, struct problems *problems);

#endif

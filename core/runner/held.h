/*
 * held.h - the records whose documents a worker's stages hold back, kept by the run in case that the
 * worker dies. For the files of this folder alone.
 */
#ifndef QUERN_HELD_H
#define QUERN_HELD_H

#include "runner/runner.h"

/* Zeros are none. */
struct held {
    void *tree; /* by number */
};

/* Takes in what changed with an outcome: copies `record`, the one that the outcome came of, if it is
 * held now. Documents that a stage made have no record, and are not kept. */
void held_change(struct held *held, const struct hold *holds, size_t count,
                 const struct record *record);

/* Hands all over, in the order in which they came, and forgets them. */
void held_give_up(struct held *held, void *user,
                  void (*take)(void *user, const struct record *record, const struct step *step));
void held_free(struct held *held);

#endif

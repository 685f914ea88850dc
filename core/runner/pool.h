/*
 * pool.h - the workers of a run and the records that they have. Records go in, what came of each
 * comes out: in the order of the records, or as it comes. Whatever a worker does, each record comes
 * out once. For the files of this folder alone.
 */
#ifndef QUERN_POOL_H
#define QUERN_POOL_H

#include "runner/worker.h"

#include <signal.h>

struct pool_settings {
    size_t jobs;      /* workers, at least 1 */
    size_t documents; /* in flight, at least 1 */
    size_t bytes;     /* of records in flight; and of parcels, for each worker */
    bool unordered;
    bool sandboxed;
    void *user;
    bool (*take)(void *user, const struct outcome *outcome);
    void (*done)(void *user); /* all that came of a record was taken, and of those before it */
};

struct pool;

/* Workers are forked from this process as they are needed, and find the stages open. NULL, with a
 * problem, when there is no memory. The chain is the worker's, which has to stay. */
struct pool *pool_open(struct worker *worker, const struct pipeline *pipeline,
                       const struct pool_settings *settings, struct problems *problems);

/* Copies a record into the pool; NULL to have what was held back handed out. False when there is no
 * room before something is taken out. */
bool pool_add(struct pool *pool, const struct record *record);

/* No more will be added. */
void pool_end(struct pool *pool);

/* Hands over what is done. False when nothing is in flight any more. */
bool pool_collect(struct pool *pool);

/* Sleeps until there is something to hand over, `descriptor` can be read (-1: none), or one of the
 * signals came that `awake` lets through. */
void pool_wait(struct pool *pool, int descriptor, const sigset_t *awake);

/* How many workers in a row ended without having finished a document, and whether none can be
 * started any more. */
size_t pool_crashes(const struct pool *pool);
bool pool_is_dead(const struct pool *pool);

/* Tells what is in flight, and what each worker is at. */
void pool_print(const struct pool *pool, FILE *stream);

/* The walls around the first worker; all others have the same. */
unsigned pool_walls(const struct pool *pool);

/* Ends the workers, at once when records are still in flight. */
void pool_close(struct pool *pool);

#endif

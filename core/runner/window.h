/*
 * window.h - the records in flight, in shared memory: the run puts them in, in order; workers take
 * them, each the first that is free; the run takes out what came of them. A slot goes
 *
 *     FREE -> READY -> TAKEN by a worker -> DONE -> FREE
 *                          \-> FREE when the worker died: the run sees to the record
 *
 * Each change is one store or one exchange of a word that holds state, worker, and the number of the
 * record, so that a worker can die between any two without leaving a slot that belongs to nobody.
 * For the files of this folder alone.
 */
#ifndef QUERN_WINDOW_H
#define QUERN_WINDOW_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum slot_state { SLOT_FREE, SLOT_READY, SLOT_TAKEN, SLOT_DONE };

struct slot {
    _Atomic uint64_t word;
    const struct record *record; /* the run's, in memory that workers can read */
    const char *parcel;          /* the worker's, in its ring */
    size_t parcel_size;
};

struct window {
    size_t count;             /* of slots */
    _Atomic uint64_t ready;   /* records before this one were put in; the run's */
    _Atomic uint64_t next;    /* records before this one were taken; a hint that may lag behind */
    _Atomic bool ended;       /* no more will come */
    _Atomic uint64_t awaited; /* the record for which the run sleeps; AWAITS_ANY, or AWAITS_NONE */
    struct slot slots[];
};

#define AWAITS_NONE UINT64_MAX
#define AWAITS_ANY (UINT64_MAX - 1)

size_t window_size(size_t count);
void window_init(struct window *window, size_t count);

/* What a slot says of a record; of the worker only when it is taken or done. */
enum slot_state window_state(const struct window *window, uint64_t number, unsigned *worker);
struct slot *window_slot(struct window *window, uint64_t number);

/* How many of the last of them nobody has yet; it may be fewer for a moment. */
uint64_t window_waiting(const struct window *window);

/* The run's. */
void window_put(struct window *window, uint64_t number, const struct record *record);
void window_free(struct window *window, uint64_t number);

/* The worker's: the first record that nobody has; false when there is none yet. */
bool window_take(struct window *window, unsigned worker, uint64_t *number);

/* The worker's: its slot's parcel is complete. True when the run waits for that. */
bool window_finish(struct window *window, unsigned worker, uint64_t number);

#endif

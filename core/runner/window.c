/*
 * window.c - the records in flight and who has them.
 */
#include "runner/window.h"

enum { STATE_BITS = 2, WORKER_BITS = 14 };

static uint64_t make_word(enum slot_state state, unsigned worker, uint64_t number)
{
    return number << (STATE_BITS + WORKER_BITS) | (uint64_t)worker << STATE_BITS | (uint64_t)state;
}

size_t window_size(size_t count)
{
    return sizeof(struct window) + count * sizeof(struct slot);
}

void window_init(struct window *window, size_t count)
{
    window->count = count;
    atomic_store(&window->awaited, AWAITS_NONE);
}

struct slot *window_slot(struct window *window, uint64_t number)
{
    return &window->slots[number % window->count];
}

enum slot_state window_state(const struct window *window, uint64_t number, unsigned *worker)
{
    uint64_t word = atomic_load(&window->slots[number % window->count].word);
    *worker = word >> STATE_BITS & ((1u << WORKER_BITS) - 1);
    enum slot_state state = word & ((1u << STATE_BITS) - 1);
    return word == make_word(state, *worker, number) ? state : SLOT_FREE;
}

uint64_t window_waiting(const struct window *window)
{
    uint64_t next = atomic_load(&window->next), ready = atomic_load(&window->ready);
    return next < ready ? ready - next : 0;
}

void window_put(struct window *window, uint64_t number, const struct record *record)
{
    struct slot *slot = window_slot(window, number);
    slot->record = record;
    atomic_store_explicit(&slot->word, make_word(SLOT_READY, 0, number), memory_order_release);
    atomic_store(&window->ready, number + 1);
}

void window_free(struct window *window, uint64_t number)
{
    atomic_store_explicit(&window_slot(window, number)->word, make_word(SLOT_FREE, 0, number),
                          memory_order_relaxed);
}

/* Who finds a slot taken moves the hint on, for the one who took it may be gone. */
bool window_take(struct window *window, unsigned worker, uint64_t *number)
{
    uint64_t at = atomic_load(&window->next);
    while (at < atomic_load(&window->ready)) {
        uint64_t word = make_word(SLOT_READY, 0, at);
        bool mine = atomic_compare_exchange_strong(&window_slot(window, at)->word, &word,
                                                   make_word(SLOT_TAKEN, worker, at));
        *number = at;
        if (atomic_compare_exchange_strong(&window->next, &at, at + 1))
            at++;
        if (mine)
            return true;
    }
    return false;
}

bool window_finish(struct window *window, unsigned worker, uint64_t number)
{
    atomic_store(&window_slot(window, number)->word, make_word(SLOT_DONE, worker, number));
    uint64_t awaited = atomic_load(&window->awaited);
    return (awaited == number || awaited == AWAITS_ANY) &&
           atomic_compare_exchange_strong(&window->awaited, &awaited, AWAITS_NONE);
}

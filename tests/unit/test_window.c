/*
 * Records in flight: workers that are threads here take them, so that the thread sanitizer (preset
 * tsan) sees every access; and every order in which two workers and the run can take their steps,
 * at a small size.
 */
#include "runner/window.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SLOTS = 8, WORKERS = 3, RECORDS = 30000 };

struct shared {
    struct window *window;
    unsigned worker;
    uint64_t last;
};

static struct window *make_window(size_t count)
{
    struct window *window = calloc(1, window_size(count));
    assert_non_null(window);
    window_init(window, count);
    return window;
}

/* A record here is nothing but an address. */
static const struct record *record_of(uint64_t number)
{
    return (const struct record *)(uintptr_t)(number * 16 + 16);
}

static void *work(void *argument)
{
    struct shared *mine = argument;
    uint64_t number;
    for (;;) {
        if (window_take(mine->window, mine->worker, &number)) {
            struct slot *slot = window_slot(mine->window, number);
            if (slot->record != record_of(number) || (mine->last && number <= mine->last))
                abort();
            mine->last = number;
            slot->parcel_size = (size_t)number * 3;
            window_finish(mine->window, mine->worker, number);
        } else if (atomic_load(&mine->window->ended)) {
            return NULL;
        } else {
            sched_yield();
        }
    }
}

static void each_record_is_taken_once_and_in_order(void **state)
{
    (void)state;
    struct window *window = make_window(SLOTS);
    struct shared shared[WORKERS];
    pthread_t threads[WORKERS];
    for (unsigned i = 0; i < WORKERS; i++) {
        shared[i] = (struct shared){.window = window, .worker = i};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &shared[i]), 0);
    }
    uint64_t head = 0, tail = 0;
    while (head < RECORDS) {
        unsigned worker;
        if (tail < RECORDS && tail - head < SLOTS) {
            window_put(window, tail, record_of(tail));
            tail++;
        } else if (window_state(window, head, &worker) == SLOT_DONE) {
            assert_true(worker < WORKERS);
            assert_int_equal(window_slot(window, head)->parcel_size, head * 3);
            window_free(window, head++);
        } else {
            sched_yield();
        }
    }
    atomic_store(&window->ended, true);
    for (unsigned i = 0; i < WORKERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(window_waiting(window), 0);
    free(window);
}

/* ---- Every order ---- */

/* Two workers, two slots, four records. Each digit of the order says who takes a step: the run, or
 * one of the workers, who takes a record or finishes the one it has. A worker that holds one may die
 * instead: the run finds it in the slot. */
enum { STEPS = 10, MODEL_SLOTS = 2, MODEL_RECORDS = 4, ACTORS = 4 };

struct scene {
    struct window *window;
    uint64_t head, tail;
    uint64_t held[2];
    bool holds[2];
    unsigned seen[MODEL_RECORDS];
};

static void step_run(struct scene *scene)
{
    unsigned worker;
    if (scene->head < scene->tail &&
        window_state(scene->window, scene->head, &worker) == SLOT_DONE) {
        scene->seen[scene->head]++;
        window_free(scene->window, scene->head++);
    } else if (scene->tail < MODEL_RECORDS && scene->tail - scene->head < MODEL_SLOTS) {
        window_put(scene->window, scene->tail, record_of(scene->tail));
        scene->tail++;
    }
}

static void step_worker(struct scene *scene, unsigned worker)
{
    if (scene->holds[worker])
        window_finish(scene->window, worker, scene->held[worker]);
    scene->holds[worker] =
        !scene->holds[worker] && window_take(scene->window, worker, &scene->held[worker]);
}

/* Another takes its place; the record that it had is seen to at once. */
static void kill_worker(struct scene *scene, unsigned worker)
{
    for (uint64_t at = scene->head; at < scene->tail; at++) {
        unsigned owner;
        if (window_state(scene->window, at, &owner) == SLOT_TAKEN && owner == worker) {
            assert_true(scene->holds[worker] && scene->held[worker] == at);
            window_finish(scene->window, worker, at);
            scene->holds[worker] = false;
        }
    }
    assert_false(scene->holds[worker]);
}

static void play(const unsigned char *order)
{
    _Alignas(struct window) static char
        memory[sizeof(struct window) + MODEL_SLOTS * sizeof(struct slot)];
    struct scene scene = {.window = (struct window *)(void *)memory};
    memset(memory, 0, sizeof memory);
    window_init(scene.window, MODEL_SLOTS);
    for (size_t i = 0; i < STEPS; i++) {
        if (order[i] == 0)
            step_run(&scene);
        else if (order[i] == 3)
            kill_worker(&scene, 0);
        else
            step_worker(&scene, order[i] - 1u);
    }
    while (scene.head < MODEL_RECORDS) {
        step_run(&scene);
        step_worker(&scene, 0);
        step_worker(&scene, 1);
    }
    for (size_t i = 0; i < MODEL_RECORDS; i++)
        assert_int_equal(scene.seen[i], 1);
}

static void every_order_of_steps_ends_well(void **state)
{
    (void)state;
    unsigned char order[STEPS] = {0};
    for (;;) {
        size_t at = 0;
        play(order);
        while (at < STEPS && ++order[at] == ACTORS)
            order[at++] = 0;
        if (at == STEPS)
            return;
    }
}

static void who_waits_is_told_once(void **state)
{
    (void)state;
    struct window *window = make_window(SLOTS);
    uint64_t number;
    for (uint64_t i = 0; i < 3; i++)
        window_put(window, i, record_of(i));
    atomic_store(&window->awaited, 1);
    assert_true(window_take(window, 0, &number));
    assert_false(window_finish(window, 0, number));
    assert_true(window_take(window, 0, &number));
    assert_int_equal(number, 1);
    assert_true(window_finish(window, 0, number));
    assert_int_equal(atomic_load(&window->awaited), AWAITS_NONE);
    atomic_store(&window->awaited, AWAITS_ANY);
    assert_true(window_take(window, 0, &number));
    assert_true(window_finish(window, 0, number));
    assert_false(window_take(window, 0, &number));
    free(window);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_record_is_taken_once_and_in_order),
        cmocka_unit_test(every_order_of_steps_ends_well),
        cmocka_unit_test(who_waits_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Runs of bytes between a writer and a reader: against a plain list of what is in use, and between
 * two threads, which the thread sanitizer watches (preset tsan).
 */
#include "runner/ring.h"

#include "random.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { RUNS = 4096 };

struct run {
    char *bytes;
    size_t size;
    char mark;
};

/* The ring, and what should be in it, in order. */
struct model {
    struct ring ring;
    struct ring_ends ends;
    struct run runs[RUNS];
    size_t first, count, used;
};

static struct run *run_at(struct model *model, size_t index)
{
    return &model->runs[(model->first + index) % RUNS];
}

static void check_apart(struct model *model, const struct run *one)
{
    for (size_t i = 0; i < model->count; i++) {
        const struct run *other = run_at(model, i);
        assert_true(one->bytes + one->size <= other->bytes ||
                    other->bytes + other->size <= one->bytes);
    }
}

static bool take(struct model *model, size_t size, char mark)
{
    struct run run = {ring_take(&model->ring, size), size, mark};
    if (!run.bytes || model->count == RUNS)
        return false;
    assert_int_equal((uintptr_t)run.bytes % _Alignof(max_align_t), 0);
    assert_true(run.bytes >= model->ring.bytes);
    assert_true(run.bytes + size <= model->ring.bytes + model->ring.size);
    check_apart(model, &run);
    run.bytes[0] = run.bytes[size - 1] = mark;
    *run_at(model, model->count++) = run;
    model->used += size;
    return true;
}

static void give_back(struct model *model)
{
    struct run *run = run_at(model, 0);
    assert_int_equal(run->bytes[0], run->mark);
    assert_int_equal(run->bytes[run->size - 1], run->mark);
    assert_true(ring_may_own(&model->ring, run->bytes, run->size));
    ring_free(&model->ring, run->bytes, run->size);
    model->used -= run->size;
    model->first++;
    model->count--;
}

static size_t pick_size(void)
{
    static const size_t most[] = {100, 5000, 300000, 3000000};
    return 1 + random_below(most[random_below(4)]);
}

/* The writer dies at times, having taken more than it finished. */
static void cut(struct model *model)
{
    size_t kept = random_below(model->count + 1);
    for (; model->count > kept; model->count--)
        model->used -= run_at(model, model->count - 1)->size;
    const struct run *last = kept ? run_at(model, kept - 1) : NULL;
    ring_cut(&model->ring, last ? last->bytes : NULL, last ? last->size : 0);
}

static void a_ring_is_what_a_list_of_runs_is(void **state)
{
    (void)state;
    random_start();
    struct model *model = calloc(1, sizeof *model);
    enum { LIMIT = 8 << 20 };
    assert_non_null(model);
    assert_true(ring_open(&model->ring, &model->ends, LIMIT));
    for (int step = 0; step < 20000; step++) {
        size_t choice = random_below(100);
        size_t size = pick_size();
        if (choice < 50 && !take(model, size, (char)step))
            assert_true(model->count > 0); /* an empty ring always has room */
        else if (choice < 98 && model->count)
            give_back(model);
        else if (choice >= 98)
            cut(model);
        assert_true(model->used <= LIMIT || model->count == 1);
    }
    ring_close(&model->ring);
    free(model);
}

static void a_run_larger_than_the_limit_goes_alone(void **state)
{
    (void)state;
    struct ring ring;
    struct ring_ends ends = {0};
    assert_true(ring_open(&ring, &ends, 1000));
    char *large = ring_take(&ring, 1 << 20);
    assert_non_null(large);
    assert_null(ring_take(&ring, 1));
    ring_free(&ring, large, 1 << 20);
    char *small = ring_take(&ring, 100);
    assert_non_null(small);
    assert_null(ring_take(&ring, 1 << 20));
    ring_free(&ring, small, 100);
    assert_false(ring_fits(&ring, ring.size));
    assert_null(ring_take(&ring, ring.size));
    ring_close(&ring);
}

static void a_run_that_nobody_took_is_not_owned(void **state)
{
    (void)state;
    struct ring ring;
    struct ring_ends ends = {0};
    assert_true(ring_open(&ring, &ends, 1 << 20));
    char *run = ring_take(&ring, 100);
    assert_true(ring_may_own(&ring, run, 100));
    assert_false(ring_may_own(&ring, run + 1, 100));
    assert_false(ring_may_own(&ring, run, SIZE_MAX));
    assert_false(ring_may_own(&ring, ring.bytes - 64, 100));
    assert_false(ring_may_own(&ring, NULL, 100));
    ring_close(&ring);
}

/* ---- Two threads ---- */

enum { PASSED = 20000 };

struct passing {
    struct ring ring;
    struct ring_ends ends;
    char *_Atomic runs[PASSED];
};

static size_t size_of(size_t number)
{
    return 1 + number * 7919 % 3001;
}

static void *write_runs(void *argument)
{
    struct passing *passing = argument;
    for (size_t i = 0; i < PASSED; i++) {
        char *run;
        while (!(run = ring_take(&passing->ring, size_of(i))))
            sched_yield();
        memset(run, (char)i, size_of(i));
        atomic_store(&passing->runs[i], run);
    }
    return NULL;
}

static void bytes_pass_between_threads(void **state)
{
    (void)state;
    struct passing *passing = calloc(1, sizeof *passing);
    pthread_t writer;
    assert_non_null(passing);
    assert_true(ring_open(&passing->ring, &passing->ends, 1 << 16));
    assert_int_equal(pthread_create(&writer, NULL, write_runs, passing), 0);
    for (size_t i = 0; i < PASSED; i++) {
        char *run;
        while (!(run = atomic_load(&passing->runs[i])))
            sched_yield();
        for (size_t at = 0; at < size_of(i); at++)
            assert_int_equal(run[at], (char)i);
        ring_free(&passing->ring, run, size_of(i));
    }
    pthread_join(writer, NULL);
    ring_close(&passing->ring);
    free(passing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_is_what_a_list_of_runs_is),
        cmocka_unit_test(a_run_larger_than_the_limit_goes_alone),
        cmocka_unit_test(a_run_that_nobody_took_is_not_owned),
        cmocka_unit_test(bytes_pass_between_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Records of documents that are held back: which are kept, and in which order they are given up.
 */
#include "runner/held.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct given {
    uint64_t numbers[1000];
    const struct step *steps[1000];
    size_t count;
};

static const struct step *step_of(size_t number)
{
    static struct step steps[2];
    return &steps[number % 2];
}

static void take(void *user, const struct record *record, const struct step *step)
{
    struct given *given = user;
    assert_int_equal(record->bytes.size, record->number % 5);
    assert_memory_equal(record->bytes.data, "bytes", record->bytes.size);
    assert_string_equal(record->input, "input");
    given->steps[given->count] = step;
    given->numbers[given->count++] = record->number;
}

static struct record make_record(uint64_t number)
{
    return (struct record){.bytes = {"bytes", number % 5}, .input = "input", .number = number};
}

static void hold(struct held *held, uint64_t number, const struct step *step)
{
    const struct hold change = {number, step};
    const struct record record = make_record(number);
    held_change(held, &change, 1, &record);
}

static void those_that_are_held_are_given_up_in_order(void **state)
{
    (void)state;
    struct held held = {0};
    struct given given = {.count = 0};
    for (uint64_t i = 0; i < 1000; i++)
        hold(&held, i * 7 % 1000, step_of(i));
    for (uint64_t i = 0; i < 1000; i += 2)
        hold(&held, i, NULL);
    held_give_up(&held, &given, take);
    assert_int_equal(given.count, 500);
    for (size_t i = 0; i < 500; i++)
        assert_int_equal(given.numbers[i], 2 * i + 1);
    given.count = 0;
    held_give_up(&held, &given, take);
    assert_int_equal(given.count, 0);
}

static void a_later_stage_may_hold_what_an_earlier_one_let_go(void **state)
{
    (void)state;
    struct held held = {0};
    struct given given = {.count = 0};
    const struct hold changes[] = {{1, NULL}, {1, step_of(1)}, {2, step_of(0)}, {9, step_of(0)}};
    const struct record record = make_record(2);
    hold(&held, 1, step_of(0));
    held_change(&held, changes, sizeof changes / sizeof *changes, &record);
    held_give_up(&held, &given, take);
    assert_int_equal(given.count, 2); /* there is no record for 9 */
    assert_int_equal(given.numbers[0], 1);
    assert_ptr_equal(given.steps[0], step_of(1));
    assert_int_equal(given.numbers[1], 2);
    assert_ptr_equal(given.steps[1], step_of(0));
}

static void what_was_held_and_let_go_at_once_is_not_kept(void **state)
{
    (void)state;
    struct held held = {0};
    struct given given = {.count = 0};
    const struct hold changes[] = {{5, step_of(0)}, {5, NULL}, {7, NULL}};
    const struct record record = make_record(5);
    held_change(&held, changes, sizeof changes / sizeof *changes, &record);
    held_change(&held, NULL, 0, NULL);
    held_give_up(&held, &given, take);
    assert_int_equal(given.count, 0);
    hold(&held, 3, step_of(0));
    held_free(&held);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(those_that_are_held_are_given_up_in_order),
        cmocka_unit_test(a_later_stage_may_hold_what_an_earlier_one_let_go),
        cmocka_unit_test(what_was_held_and_let_go_at_once_is_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

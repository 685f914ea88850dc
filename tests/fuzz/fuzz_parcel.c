/* Any bytes as what a worker says of a record: they are refused, or they are an outcome whose parts
 * lie within them, and which comes out the same when it is packed and unpacked again. */
#include "runner/parcel.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool truth)
{
    if (!truth)
        abort();
}

static void check(const struct outcome *outcome)
{
    size_t before = 0;
    for (size_t i = 0; i < outcome->count; before = outcome->ends[i++])
        expect(outcome->ends[i] >= before && outcome->ends[i] <= outcome->output.size);
    for (size_t i = 0; i < outcome->remark_count; i++)
        expect(outcome->remarks[i].text && (outcome->remarks[i].input || outcome->remarks[i].step));
    expect(!outcome->failure || (outcome->failure->record && outcome->failure->reason));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct step steps[2];
    const struct pipeline pipeline = {.steps = steps, .step_count = 2};
    const struct record record = {.input = "-"};
    struct parcel parcel = {0}, again = {0};
    quern_string list = {(const char *)data, size}, one;
    while (parcel_next(&list, &one)) {
        if (!parcel_unpack(one, &pipeline, &record, &parcel))
            continue;
        struct buffer packed = {0};
        check(&parcel.outcome);
        parcel_add(&packed, &parcel.outcome, &pipeline);
        quern_string rest = {packed.data, packed.size}, copy = {NULL, 0};
        expect(!packed.failed && parcel_next(&rest, &copy) && rest.size == 0);
        expect(parcel_unpack(copy, &pipeline, &record, &again));
        check(&again.outcome);
        expect(again.outcome.output.size == parcel.outcome.output.size);
        expect(again.outcome.remark_count == parcel.outcome.remark_count);
        expect(again.outcome.tallies.size == parcel.outcome.tallies.size);
        buffer_free(&packed);
    }
    parcel_free(&parcel);
    parcel_free(&again);
    return 0;
}

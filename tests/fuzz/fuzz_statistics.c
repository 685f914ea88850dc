/* Any bytes as the statistics of a run that is resumed: they are refused, or they are statistics that
 * can be described, and that come out the same when they are packed and unpacked again. */
#include "runner/statistics.h"

#include <jansson.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool truth)
{
    if (!truth)
        abort();
}

static void check(const struct statistics *statistics, const struct pipeline *pipeline)
{
    struct problems problems = {0};
    struct statistics again;
    struct buffer packed = {0};
    json_t *json = statistics_describe(statistics, 0);
    expect(json != NULL);
    json_decref(json);
    statistics_pack(statistics, &packed);
    expect(!packed.failed && statistics_open(&again, pipeline, &problems));
    expect(statistics_unpack(&again, (quern_string){packed.data, packed.size}));
    expect(again.name_count == statistics->name_count);
    expect(again.frequent.count == statistics->frequent.count);
    buffer_free(&packed);
    statistics_close(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const quern_stage stage = {.name = "stage", .version = "1"};
    static const struct plugin plugin = {.stage = &stage};
    static struct step steps[] = {{.label = "one", .plugin = &plugin},
                                  {.label = "two", .plugin = &plugin}};
    const struct pipeline pipeline = {.name = "fuzz", .steps = steps, .step_count = 2};
    struct problems problems = {0};
    struct statistics statistics;
    expect(statistics_open(&statistics, &pipeline, &problems));
    if (statistics_unpack(&statistics, (quern_string){(const char *)data, size}))
        check(&statistics, &pipeline);
    statistics_close(&statistics);
    return 0;
}

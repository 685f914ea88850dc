/* It needs what no version of the interface has a word for. */
#include <quern.h>

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    (void)state, (void)doc, (void)call;
    return QUERN_PASS;
}

QUERN_PLUGIN(unknown_need) = {
    QUERN_HEAD("unknown-need"), .summary = "Does nothing", .version = "1.0",
    .process = process,         .needs = 1u << 31,
};

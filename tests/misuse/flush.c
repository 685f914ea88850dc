/* It wants to hold documents back, and does not say so. */
#include <quern.h>

static bool flush(void *state, quern_call *call)
{
    (void)state, (void)call;
    return true;
}

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    (void)state, (void)doc, (void)call;
    return QUERN_PASS;
}

QUERN_PLUGIN(flush) = {
    QUERN_HEAD("flush"), .summary = "Does nothing", .version = "1.0",
    .flush = flush,      .process = process,
};

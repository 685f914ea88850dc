/* It does not say what it is for. */
#include <quern.h>

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    (void)state, (void)doc, (void)call;
    return QUERN_PASS;
}

QUERN_PLUGIN(summary) = {
    QUERN_HEAD("summary"),
    .version = "1.0",
    .process = process,
};

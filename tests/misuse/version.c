/* It does not say which version it is. */
#include <quern.h>

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    (void)state, (void)doc, (void)call;
    return QUERN_PASS;
}

QUERN_PLUGIN(version) = {
    QUERN_HEAD("version"),
    .summary = "Does nothing",
    .process = process,
};

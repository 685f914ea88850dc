/* It says of a layer that it writes it, and that it leaves it alone. */
#include <quern.h>

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    (void)state, (void)doc, (void)call;
    return QUERN_PASS;
}

QUERN_PLUGIN(contradiction) = {
    QUERN_HEAD("contradiction"), .summary = "Does nothing",   .version = "1.0",
    .writes = "block token",     .preserves = "token entity", .process = process,
};

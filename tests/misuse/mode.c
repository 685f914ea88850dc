/* Its mode is neither of the two. */
#include <quern.h>

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    (void)state, (void)doc, (void)call;
    return QUERN_PASS;
}

QUERN_PLUGIN(mode) = {
    QUERN_HEAD("mode"),    .summary = "Does nothing", .version = "1.0",
    .mode = (quern_mode)7, .process = process,
};

/* nothing: passes every document on as it is. */
#include <quern.h>

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    (void)state, (void)doc, (void)call;
    return QUERN_PASS;
}

QUERN_PLUGIN(nothing) = {
    QUERN_HEAD("nothing"),        .summary = "Does nothing", .version = "1.0",   .mode = QUERN_EACH,
    .preserves = QUERN_ALL_SPANS, .keeps_text = true,        .process = process,
};

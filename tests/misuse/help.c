/* An option does not say what it is for. */
#include <quern.h>

struct state {
    bool first;
};

static const quern_option options[] = {
    QUERN_BOOL(struct state, first, true, NULL),
    QUERN_END,
};

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    (void)state, (void)doc, (void)call;
    return QUERN_PASS;
}

QUERN_PLUGIN(help) = {
    QUERN_HEAD("help"), .summary = "Does nothing",
    .version = "1.0",   .state_size = sizeof(struct state),
    .options = options, .process = process,
};

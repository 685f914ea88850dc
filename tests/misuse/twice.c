/* Two options have the same name. */
#include <quern.h>

struct state {
    int64_t keep;
};

static const quern_option options[] = {
    QUERN_INT(struct state, keep, 1, 0, 5, "what to keep"),
    QUERN_INT(struct state, keep, 2, 0, 5, "what to keep"),
    QUERN_END,
};

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    (void)state, (void)doc, (void)call;
    return QUERN_PASS;
}

QUERN_PLUGIN(twice) = {
    QUERN_HEAD("twice"), .summary = "Does nothing",
    .version = "1.0",    .state_size = sizeof(struct state),
    .options = options,  .process = process,
};

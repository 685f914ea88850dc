/* No number is in the range of an option. */
#include <quern.h>

struct state {
    double share;
};

static const quern_option options[] = {
    QUERN_REAL(struct state, share, 0.5, 1, 0, "how much"),
    QUERN_END,
};

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    (void)state, (void)doc, (void)call;
    return QUERN_PASS;
}

QUERN_PLUGIN(range) = {
    QUERN_HEAD("range"), .summary = "Does nothing",
    .version = "1.0",    .state_size = sizeof(struct state),
    .options = options,  .process = process,
};

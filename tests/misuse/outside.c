/* An option writes beyond the state. */
#include <quern.h>

struct state {
    bool first;
    int64_t keep;
};

static const quern_option options[] = {
    QUERN_BOOL(struct state, first, true, "whether"),
    QUERN_INT(struct state, keep, 1, 0, 5, "what to keep"),
    QUERN_END,
};

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    (void)state, (void)doc, (void)call;
    return QUERN_PASS;
}

QUERN_PLUGIN(outside) = {
    QUERN_HEAD("outside"),      .summary = "Does nothing", .version = "1.0",
    .state_size = sizeof(bool), .options = options,        .process = process,
};

/* An option is of a type that does not exist. */
#include <quern.h>

struct state {
    bool first;
};

static const quern_option options[] = {
    QUERN_BOOL(struct state, first, true, "whether"),
    {.name = "second", .help = "whether", .type = (quern_type)99},
    QUERN_END,
};

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    (void)state, (void)doc, (void)call;
    return QUERN_PASS;
}

QUERN_PLUGIN(type) = {
    QUERN_HEAD("type"), .summary = "Does nothing",
    .version = "1.0",   .state_size = sizeof(struct state),
    .options = options, .process = process,
};

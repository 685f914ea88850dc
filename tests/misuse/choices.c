/* An option names a choice twice. */
#include <quern.h>

struct state {
    int form;
};

static const quern_option options[] = {
    QUERN_CHOICE(struct state, form, "flat", "flat round flat", "which form"),
    QUERN_END,
};

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    (void)state, (void)doc, (void)call;
    return QUERN_PASS;
}

QUERN_PLUGIN(choices) = {
    QUERN_HEAD("choices"), .summary = "Does nothing",
    .version = "1.0",      .state_size = sizeof(struct state),
    .options = options,    .process = process,
};

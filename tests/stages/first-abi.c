/* first-abi: built with the header of the first version of the plugin interface, whose descriptor
 * ended with `close`. What stands behind it is no part of it. */
#include <quern.h>

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    (void)state, (void)doc, (void)call;
    return QUERN_PASS;
}

QUERN_PLUGIN(first_abi) = {
    .abi = 1,
    .size = offsetof(quern_stage, needs),
    .option_size = sizeof(quern_option),
    .name = "first-abi",
    .summary = "Does nothing",
    .version = "1.0",
    .process = process,
    .needs = 1u << 31,
};

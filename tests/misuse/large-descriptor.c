/* Its descriptor has more fields than its version allows. */
#include <quern.h>

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    (void)state, (void)doc, (void)call;
    return QUERN_PASS;
}

QUERN_API extern const quern_stage quern_plugin;
const quern_stage quern_plugin = {.abi = QUERN_ABI,
                                  .size = sizeof(quern_stage) + 8,
                                  .option_size = sizeof(quern_option),
                                  .name = "large-descriptor",
                                  .summary = "Does nothing",
                                  .version = "1.0",
                                  .process = process};

/* The name is none that a pipeline can use. */
#include <quern.h>

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    (void)state, (void)doc, (void)call;
    return QUERN_PASS;
}

QUERN_API extern const quern_stage quern_plugin;
const quern_stage quern_plugin = {.abi = QUERN_ABI,
                                  .size = sizeof(quern_stage),
                                  .option_size = sizeof(quern_option),
                                  .name = "Unspeakable_Name",
                                  .summary = "Does nothing",
                                  .version = "1.0",
                                  .process = process};

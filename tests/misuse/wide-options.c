/* Its option rows have another size. */
#include <quern.h>

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    (void)state, (void)doc, (void)call;
    return QUERN_PASS;
}

QUERN_API extern const quern_stage quern_plugin;
const quern_stage quern_plugin = {.abi = QUERN_ABI,
                                  .size = sizeof(quern_stage),
                                  .option_size = sizeof(quern_option) + 8,
                                  .name = "wide-options",
                                  .summary = "Does nothing",
                                  .version = "1.0",
                                  .process = process};

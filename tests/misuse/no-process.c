/* It has no function that works on documents. */
#include <quern.h>

QUERN_API extern const quern_stage quern_plugin;
const quern_stage quern_plugin = {.abi = QUERN_ABI,
                                  .size = sizeof(quern_stage),
                                  .option_size = sizeof(quern_option),
                                  .name = "no-process",
                                  .summary = "Does nothing",
                                  .version = "1.0"};

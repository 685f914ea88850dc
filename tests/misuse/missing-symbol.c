/* It needs something that no library has. */
#include <quern.h>

extern const char *const symbol_that_nobody_has;

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    (void)state, (void)doc;
    return quern_fail(call, "%s", symbol_that_nobody_has);
}

QUERN_PLUGIN(missing_symbol) = {
    QUERN_HEAD("missing-symbol"),
    .summary = "Does nothing",
    .version = "1.0",
    .process = process,
};

/*
 * import: makes the text of a file in the format of another program into documents with spans. One
 * file may hold many; the one that came in is dropped in their favour.
 */
#include "import.h"

struct state {
    int as;
    struct builder builder;
};

/* In the order of the choices of `as`. */
static import_function *const formats[] = {import_columns, import_conllu, import_brat};

static const quern_option options[] = {
    QUERN_CHOICE(struct state, as, "conll2003", "conll2003 conllu brat", "format of the input"),
    QUERN_END,
};

static quern_verdict process(void *data, quern_document *doc, quern_call *call)
{
    struct state *state = data;
    state->builder = (struct builder){0};
    bool fine = formats[state->as](quern_text(doc), &state->builder, call);
    builder_free(&state->builder);
    return fine ? quern_drop(call, "read as other documents") : QUERN_FAIL;
}

QUERN_PLUGIN(import) = {
    QUERN_HEAD("import"),
    .summary = "Reads documents and spans from CoNLL, CoNLL-U and brat",
    .version = QUERN_VERSION,
    .mode = QUERN_STREAM,
    .state_size = sizeof(struct state),
    .options = options,
    .writes = "sentence token entity",
    .process = process,
};

/* break-contract: does what its descriptor says that it does not. It declares that it keeps the text,
 * writes the layer "mine", and preserves the layer "theirs". */
#include <quern.h>

#include <stdio.h>

struct break_contract {
    int how;
    int64_t documents;
};

static const quern_option options[] = {
    QUERN_CHOICE(struct break_contract, how, "nothing",
                 "nothing edit set-text write-text add remove clear score foreign own editor count "
                 "drop-some fail-some render-some",
                 "what it does"),
    QUERN_END,
};

enum {
    NOTHING,
    EDIT,
    SET_TEXT,
    WRITE_TEXT,
    ADD,
    REMOVE,
    CLEAR,
    SCORE,
    FOREIGN,
    OWN,
    EDITOR,
    COUNT,
    DROP_SOME,
    FAIL_SOME,
    RENDER_SOME
};

static void add(quern_document *doc, const char *layer)
{
    quern_add_span(quern_layer_of(doc, layer), 1, 2, quern_label(doc, "x"));
}

static quern_verdict change(const struct break_contract *broken, quern_document *doc,
                            quern_call *call)
{
    quern_layer *theirs = quern_layer_of(doc, "theirs");
    switch (broken->how) {
    case EDIT:
        return quern_splice(doc, call, 2, 3, QUERN_STRING("X"), "edit");
    case SET_TEXT:
        quern_set_text(doc, QUERN_STRING("a new text"));
        break;
    case WRITE_TEXT:
        *(char *)(uintptr_t)(quern_text(doc).data + 2) = 'X';
        break;
    case ADD:
        add(doc, "theirs");
        break;
    case REMOVE:
        quern_remove_span(theirs, 0);
        break;
    case CLEAR:
        quern_clear_layer(theirs);
        break;
    case SCORE:
        quern_set_score(theirs, 0, 0.5);
        break;
    case FOREIGN:
        add(doc, "foreign");
        break;
    case OWN:
        add(doc, "mine");
        break;
    case EDITOR:
        quern_edit(doc, call);
        break;
    default:
        break;
    }
    return QUERN_PASS;
}

/* What comes of a document depends on how many there were before it. */
static quern_verdict waver(const struct break_contract *broken, quern_document *doc,
                           quern_call *call)
{
    char number[24];
    int size = snprintf(number, sizeof number, "%lld", (long long)broken->documents);
    quern_string json = {number, (size_t)size};
    if (broken->how == COUNT)
        quern_set_metadata(doc, "number", json);
    if (broken->how == RENDER_SOME)
        quern_render(doc, json);
    if (broken->how == DROP_SOME && broken->documents % 2 == 0)
        return quern_drop(call, "every second one");
    if (broken->how == FAIL_SOME && broken->documents % 2 == 0)
        return quern_fail(call, "every second one");
    return QUERN_PASS;
}

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    struct break_contract *broken = state;
    broken->documents++;
    return broken->how < COUNT ? change(broken, doc, call) : waver(broken, doc, call);
}

QUERN_PLUGIN(break_contract) = {
    QUERN_HEAD("break-contract"),
    .summary = "Breaks what it declares",
    .version = "1.0",
    .mode = QUERN_EACH,
    .state_size = sizeof(struct break_contract),
    .options = options,
    .writes = "mine",
    .preserves = "theirs",
    .keeps_text = true,
    .process = process,
};

/* hold-on: uses documents that it has handed on. It holds each until the next one comes. */
#include <quern.h>

struct hold_on {
    int how;
    quern_document *held, *gone;
};

static const quern_option options[] = {
    QUERN_CHOICE(struct hold_on, how, "nothing", "nothing read write free again later",
                 "what it does with a document that is gone"),
    QUERN_END,
};

enum { NOTHING, READ, WRITE, FREE, AGAIN, LATER };

static void use(struct hold_on *holder, quern_call *call, quern_document *gone)
{
    switch (holder->how) {
    case READ:
        quern_text(gone);
        break;
    case WRITE:
        quern_set_metadata(gone, "late", QUERN_STRING("true"));
        break;
    case FREE:
        quern_document_free(gone);
        break;
    case AGAIN:
        quern_emit(call, &gone);
        break;
    case LATER:
        if (holder->gone)
            quern_id(holder->gone);
        holder->gone = gone;
        break;
    default:
        break;
    }
}

static void hand_on(struct hold_on *holder, quern_call *call)
{
    quern_document *doc = holder->held, *gone = doc;
    holder->held = NULL;
    if (!doc)
        return;
    quern_emit(call, &doc);
    use(holder, call, gone);
}

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    struct hold_on *holder = state;
    hand_on(holder, call);
    if (quern_string_equal(quern_text(doc), QUERN_STRING("pass\n")))
        return QUERN_PASS;
    holder->held = doc;
    return QUERN_HOLD;
}

static bool flush(void *state, quern_call *call)
{
    hand_on(state, call);
    return true;
}

QUERN_PLUGIN(hold_on) = {
    QUERN_HEAD("hold-on"),
    .summary = "Uses documents that it has handed on",
    .version = "1.0",
    .mode = QUERN_STREAM,
    .state_size = sizeof(struct hold_on),
    .options = options,
    .preserves = QUERN_ALL_SPANS,
    .keeps_text = true,
    .process = process,
    .flush = flush,
};

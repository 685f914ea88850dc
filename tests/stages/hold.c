/* hold: keeps all documents back until there are no more, then hands them on in their order. */
#include <quern.h>

#include <stdlib.h>

struct hold {
    quern_document **held;
    size_t count, capacity;
};

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    struct hold *hold = state;
    if (hold->count == hold->capacity) {
        size_t capacity = hold->capacity ? hold->capacity * 2 : 8;
        quern_document **held = realloc(hold->held, capacity * sizeof(*held));
        if (!held)
            return quern_fail(call, "out of memory");
        hold->held = held;
        hold->capacity = capacity;
    }
    hold->held[hold->count++] = doc;
    return QUERN_HOLD;
}

static bool flush(void *state, quern_call *call)
{
    struct hold *hold = state;
    for (size_t i = 0; i < hold->count; i++)
        quern_emit(call, &hold->held[i]);
    hold->count = 0;
    return true;
}

static void close_hold(void *state)
{
    struct hold *hold = state;
    for (size_t i = 0; i < hold->count; i++)
        quern_document_free(hold->held[i]);
    free(hold->held);
}

QUERN_PLUGIN(hold) = {
    QUERN_HEAD("hold"),
    .summary = "Holds documents until the end",
    .version = "1.0",
    .mode = QUERN_STREAM,
    .preserves = QUERN_ALL_SPANS,
    .keeps_text = true,
    .state_size = sizeof(struct hold),
    .process = process,
    .flush = flush,
    .close = close_hold,
};

/*
 * Calls: what a stage can reach while one of its functions runs.
 */
#include "document/internal.h"

#include <stdlib.h>

struct quern_call {
    const char *step;
    struct call_sink sink;
    struct arena scratch;
    struct buffer reason;
    quern_frame frame;
    bool refused;
};

quern_call *call_open(const char *step, struct call_sink sink)
{
    quern_call *call = memory_new(1, sizeof *call);
    if (!call)
        return NULL;
    call->step = step;
    call->sink = sink;
    return call;
}

void call_close(quern_call *call)
{
    if (!call)
        return;
    arena_free(&call->scratch);
    buffer_free(&call->reason);
    free(call);
}

void call_reset(quern_call *call)
{
    arena_reset(&call->scratch);
    buffer_clear(&call->reason);
}

const char *call_step(const quern_call *call)
{
    return call->step;
}

/* What was printed. What was lost is not passed off as a message without a text. */
static const char *text_or_loss(struct buffer *text)
{
    return text->failed ? "(the message was lost: out of memory)" : buffer_text(text);
}

const char *call_reason(quern_call *call)
{
    return text_or_loss(&call->reason);
}

bool call_refused(const quern_call *call)
{
    return call->refused;
}

quern_frame call_frame(const quern_call *call)
{
    return call->frame;
}

void *quern_scratch(quern_call *call, size_t count, size_t size)
{
    return arena_alloc(&call->scratch, count, size);
}

static void set_reason(quern_call *call, const char *format, va_list list)
{
    buffer_clear(&call->reason);
    buffer_print_list(&call->reason, format, list);
}

quern_verdict quern_drop(quern_call *call, const char *reason, ...)
{
    va_list list;
    va_start(list, reason);
    set_reason(call, reason, list);
    va_end(list);
    return QUERN_DROP;
}

quern_verdict quern_fail(quern_call *call, const char *reason, ...)
{
    va_list list;
    va_start(list, reason);
    set_reason(call, reason, list);
    va_end(list);
    return QUERN_FAIL;
}

void quern_refuse(quern_call *call, const char *option, size_t entry, size_t offset,
                  const char *why, ...)
{
    struct buffer text = {0};
    va_list list;
    va_start(list, why);
    buffer_print_list(&text, why, list);
    va_end(list);
    const struct refusal refusal = {option, entry, offset, text_or_loss(&text)};
    call->refused = true;
    if (call->sink.refuse)
        call->sink.refuse(call->sink.user, &refusal);
    buffer_free(&text);
}

void quern_report(quern_call *call, quern_severity severity, size_t begin, size_t end,
                  const char *format, ...)
{
    struct buffer text = {0};
    va_list list;
    va_start(list, format);
    buffer_print_list(&text, format, list);
    va_end(list);
    const struct message message = {severity, begin, end, text_or_loss(&text)};
    if (call->sink.report)
        call->sink.report(call->sink.user, &message);
    buffer_free(&text);
}

void quern_emit(quern_call *call, quern_document **doc)
{
    if (call->sink.emit)
        call->sink.emit(call->sink.user, *doc);
    else
        quern_document_free(*doc);
    *doc = NULL;
}

void quern_set_frame(quern_call *call, quern_frame frame)
{
    call->frame = frame;
}

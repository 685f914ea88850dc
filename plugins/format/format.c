/*
 * format: turns documents into output, in one of the formats that stand in files beside this one.
 * Whatever a document holds, the output is well-formed: see README.md for what becomes of
 * characters that would have a meaning of their own.
 */
#include "format.h"

#include <stdlib.h>

struct state {
    int as, offsets;
    const char *title;
    char *begin; /* of the frame, if the format makes one */
};

/* In the order of the choices of `as`. */
static const struct format *const formats[] = {
    &format_jsonl, &format_json, &format_text,  &format_markdown,
    &format_html,  &format_ansi, &format_conll,
};

/* In the order of quern_unit for `offsets`. */
static const quern_option options[] = {
    QUERN_CHOICE(struct state, as, "jsonl", "jsonl json text markdown html ansi conll",
                 "format of the output"),
    QUERN_CHOICE(struct state, offsets, "code-points", "code-points bytes utf16",
                 "what offsets in jsonl and json count"),
    QUERN_TEXT(struct state, title, "Documents", "title of an HTML page"),
    QUERN_END,
};

static bool open_format(void *data, quern_call *call)
{
    struct state *state = data;
    const struct format *format = formats[state->as];
    quern_frame frame = format->frame;
    if (format->make_begin) {
        frame.begin = state->begin = format->make_begin(state->title);
        if (!state->begin) {
            quern_fail(call, "out of memory");
            return false;
        }
    }
    quern_set_frame(call, frame);
    return true;
}

static quern_verdict process(void *data, quern_document *doc, quern_call *call)
{
    const struct state *state = data;
    return formats[state->as]->render(doc, call, (quern_unit)state->offsets);
}

static void close_format(void *data)
{
    struct state *state = data;
    free(state->begin);
}

QUERN_PLUGIN(format) = {
    QUERN_HEAD("format"),
    .summary = "Writes documents as JSON, text, Markdown, HTML or CoNLL",
    .version = QUERN_VERSION,
    .mode = QUERN_EACH,
    .state_size = sizeof(struct state),
    .options = options,
    .preserves = QUERN_ALL_SPANS,
    .keeps_text = true,
    .renders = true,
    .open = open_format,
    .process = process,
    .close = close_format,
};

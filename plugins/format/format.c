/*
 * format: turns documents into output, in one of the formats that stand in files beside this one.
 * Whatever a document holds, the output is well-formed: see README.md for what becomes of
 * characters that would have a meaning of their own.
 */
#include "format.h"

#include "archive.h"

#include <stdlib.h>

struct state {
    struct settings settings; /* first: the option table writes into it */
    const struct format *format;
    char *begin; /* of the frame, if the format makes one */
    void *prepared;
    struct output out, file;
};

/* In the order of the choices of `as`. */
static const struct format *const formats[] = {
    &format_jsonl,   &format_json,  &format_text,        &format_markdown,  &format_html,
    &format_ansi,    &format_iob2,  &format_iob2,        &format_conll2003, &format_conllu,
    &format_webanno, &format_spacy, &format_brat,        &format_tei,       &format_xml,
    &format_csv,     &format_tsv,   &format_annotations, &format_dolma,     &format_template,
};

/* In the order of quern_unit for `offsets`. */
static const quern_option options[] = {
    QUERN_CHOICE(
        struct settings, as, "jsonl",
        "jsonl json text markdown html ansi conll iob2 conll2003 conllu webanno spacy brat "
        "tei xml csv tsv annotations dolma template",

        "format of the output"),
    QUERN_CHOICE(struct settings, offsets, "code-points", "code-points bytes utf16",
                 "what offsets in jsonl, json, csv, tsv and xml count"),
    QUERN_LIST(struct settings, layers, NULL,
               "layers that formats of spans write; each has a default of its own"),
    QUERN_TEXT(struct settings, title, "Documents", "title of an HTML page or a TEI corpus"),
    QUERN_TEXT(struct settings, template, NULL, "file with the template, for the format template"),
    QUERN_BOOL(struct settings, archive, false,
               "write a tar archive with a file of its own for each document"),
    QUERN_END,
};

static bool refuse(quern_call *call, const char *reason)
{
    quern_fail(call, "%s", reason);
    return false;
}

/* What stands around all documents goes into each file of an archive. */
static bool set_frame(struct state *state, quern_call *call)
{
    quern_frame frame = state->format->frame;
    if (state->format->make_begin) {
        frame.begin = state->begin = state->format->make_begin(&state->settings);
        if (!state->begin)
            return refuse(call, "out of memory");
    }
    quern_set_frame(call, state->settings.archive ? (quern_frame){0} : frame);
    return true;
}

static void close_format(void *data)
{
    struct state *state = data;
    if (state->format->discard)
        state->format->discard(state->prepared);
    free(state->begin);
    output_free(&state->out);
    output_free(&state->file);
}

static bool open_format(void *data, quern_call *call)
{
    struct state *state = data;
    const struct format *format = state->format = formats[state->settings.as];
    state->settings.archive |= format->with != NULL;
    if (state->settings.archive && !format->suffix)
        return refuse(call, "records stand together in one file: no archive can hold them");
    if (format->prepare && !(state->prepared = format->prepare(&state->settings, call)))
        return false;
    if (set_frame(state, call))
        return true;
    close_format(state);
    return false;
}

static quern_verdict render_file(struct state *state, const struct format *format, struct job job)
{
    output_begin(&state->file, NULL);
    job.out = &state->file;
    output_text(job.out, state->begin          ? state->begin
                         : format->frame.begin ? format->frame.begin
                                               : "");
    quern_verdict verdict = format->render(&job);
    output_text(job.out, format->frame.end ? format->frame.end : "");
    if (!output_end(job.out))
        return quern_fail(job.call, "out of memory");
    if (verdict == QUERN_PASS && !archive_add(&state->out, job.doc, format->suffix, job.out))
        return quern_fail(job.call, "too large for a file in an archive");
    return verdict;
}

static quern_verdict process(void *data, quern_document *doc, quern_call *call)
{
    struct state *state = data;
    const struct format *format = state->format;
    const struct job job = {.doc = doc,
                            .call = call,
                            .out = &state->out,
                            .settings = &state->settings,
                            .prepared = state->prepared};
    output_begin(&state->out, doc);
    quern_verdict verdict =
        state->settings.archive ? render_file(state, format, job) : format->render(&job);
    if (verdict == QUERN_PASS && format->with)
        verdict = render_file(state, format->with, job);
    return output_end(&state->out) ? verdict : quern_fail(call, "out of memory");
}

QUERN_PLUGIN(format) = {
    QUERN_HEAD("format"),
    .summary = "Writes documents as JSON, text, HTML, CoNLL, brat, TEI, CSV and more",
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

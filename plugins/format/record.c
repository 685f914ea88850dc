/*
 * jsonl and json: documents as the records that docs/documents.md describes, a line each, or all in
 * one array. They are rendered by the library, straight into the document's rendition.
 */
#include "format.h"

static quern_verdict render_json(const struct job *job)
{
    quern_render_record(job->doc, (quern_unit)job->settings->offsets);
    return QUERN_PASS;
}

static quern_verdict render_jsonl(const struct job *job)
{
    render_json(job);
    output_byte(job->out, '\n');
    return QUERN_PASS;
}

const struct format format_json = {.frame = {"[", ",\n", "]\n"}, .render = render_json};
const struct format format_jsonl = {.render = render_jsonl};

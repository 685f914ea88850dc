/*
 * jsonl and json: documents as the records that docs/documents.md describes, a line each, or all in
 * one array.
 */
#include "format.h"

static quern_verdict render_json(quern_document *doc, quern_call *call, quern_unit offsets)
{
    (void)call;
    quern_render_record(doc, offsets);
    return QUERN_PASS;
}

static quern_verdict render_jsonl(quern_document *doc, quern_call *call, quern_unit offsets)
{
    (void)call;
    quern_render_record(doc, offsets);
    quern_render(doc, QUERN_STRING("\n"));
    return QUERN_PASS;
}

const struct format format_json = {.frame = {"[", ",\n", "]\n"}, .render = render_json};
const struct format format_jsonl = {.render = render_jsonl};

/*
 * text: the text as it stands, one document after the other.
 */
#include "format.h"

static quern_verdict render(quern_document *doc, quern_call *call, quern_unit offsets)
{
    (void)call, (void)offsets;
    quern_render(doc, quern_text(doc));
    return QUERN_PASS;
}

const struct format format_text = {.render = render};

/*
 * text: the text as it stands, one document after the other.
 */
#include "format.h"

static quern_verdict render(const struct job *job)
{
    output_string(job->out, quern_text(job->doc));
    return QUERN_PASS;
}

const struct format format_text = {.suffix = ".txt", .render = render};

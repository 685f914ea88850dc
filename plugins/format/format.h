/*
 * format.h - what a format is. Each stands in a file of its own, named after it, and in the table
 * of format.c.
 */
#ifndef FORMAT_H
#define FORMAT_H

#include <quern.h>

/* A way to write documents: what stands around them, and a function that renders one. */
struct format {
    quern_frame frame;

    /* Makes the frame's `begin`, to be freed, where it is not a constant; else NULL. `title` is the
     * option. Returns NULL when memory is short. */
    char *(*make_begin)(const char *title);

    quern_verdict (*render)(quern_document *doc, quern_call *call, quern_unit offsets);
};

extern const struct format format_jsonl, format_json, format_text, format_markdown, format_html,
    format_ansi, format_conll;

#endif

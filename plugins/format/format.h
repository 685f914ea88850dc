/*
 * format.h - what a format is. Each stands in a file of its own, named after it, and in the table
 * of format.c.
 */
#ifndef FORMAT_H
#define FORMAT_H

#include "output.h"

/* The options of the stage. */
struct settings {
    int as, offsets;
    bool archive;
    const char *title, *template;
    quern_list layers;
};

/* A document that is to be rendered, and where to. */
struct job {
    quern_document *doc;
    quern_call *call;
    struct output *out;
    const struct settings *settings;
    const void *prepared; /* by the format; NULL when it prepares nothing */
};

/* A way to write documents: what stands around them, and a function that renders one. */
struct format {
    const char *suffix; /* of a file in an archive; NULL for a format that none can hold */
    quern_frame frame;

    /* Makes the frame's `begin`, to be freed, where it is not a constant; else NULL. Returns NULL
     * when memory is short. */
    char *(*make_begin)(const struct settings *settings);

    /* What the format has to read once, before any document; NULL for nothing. NULL, after
     * quern_fail(), when it cannot. */
    void *(*prepare)(const struct settings *settings, quern_call *call);
    void (*discard)(void *prepared);

    quern_verdict (*render)(const struct job *job);

    /* A format of the file that goes with each of this one's; both are always in an archive. */
    const struct format *with;
};

extern const struct format format_jsonl, format_json, format_text, format_markdown, format_html,
    format_ansi, format_iob2, format_conll2003, format_conllu, format_webanno, format_spacy,
    format_brat, format_tei, format_xml, format_csv, format_tsv, format_annotations, format_dolma,
    format_template;

#endif

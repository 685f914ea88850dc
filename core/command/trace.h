/*
 * trace.h - one document on its way through a pipeline, kept as it was after each step. For the
 * files of this folder alone.
 */
#ifndef QUERN_TRACE_H
#define QUERN_TRACE_H

#include "runner/runner.h"

/* What came of the document at a step. */
struct stop {
    const struct step *step; /* NULL: it was read */
    quern_document *doc;     /* with all changes since the source; NULL when it ended here */
    quern_document *alone; /* with the changes of this step alone: its source is the text before */
    char *end;             /* why it ended, or a step was left out; NULL when neither */
};

struct trace {
    struct stop *stops; /* from the source on */
    size_t count;
    quern_string source; /* the bytes of the document, or the text of a record */
    struct buffer bytes; /* of the input */
};

/* Takes the first document of a file through the steps that do not render. The stages are opened
 * anew for each step. STATUS_FINE, or another status after a message. */
int trace_open(struct trace *trace, const struct pipeline *pipeline, const char *path);
void trace_close(struct trace *trace);

#endif

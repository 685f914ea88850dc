/*
 * explain.h - two ways to show what a pipeline did to a document. For the files of this folder
 * alone.
 */
#ifndef QUERN_EXPLAIN_H
#define QUERN_EXPLAIN_H

#include "command/terminal.h"
#include "command/trace.h"

/* A difference for each step, with the rules, and the layers that came and went. */
void explain_to_terminal(const struct trace *trace, const struct terminal *terminal);

/* One page in HTML that needs nothing else. */
void explain_to_page(const struct trace *trace, const struct pipeline *pipeline,
                     struct buffer *page);

#endif

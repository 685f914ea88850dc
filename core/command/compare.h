/*
 * compare.h - in what two documents differ. For the files of this folder alone.
 */
#ifndef QUERN_COMPARE_H
#define QUERN_COMPARE_H

#include "command/terminal.h"
#include "document/document.h"

/* Appends a line for each difference, that begins with a space, '-' for what the first has, or '+' for
 * what the second has; nothing when they are the same. */
void compare_documents(quern_document *a, quern_document *b, struct buffer *out);

/* Prints such lines, coloured. */
void compare_print(const struct buffer *lines, const struct terminal *terminal);

#endif

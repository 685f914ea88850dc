/*
 * archive.h - files in an archive, as tar unpacks them: for formats of which each document is a
 * file of its own, or two.
 */
#ifndef FORMAT_ARCHIVE_H
#define FORMAT_ARCHIVE_H

#include "output.h"

/* Adds a file that is called as the document is, with another suffix. False when it is too large. */
bool archive_add(struct output *archive, quern_document *doc, const char *suffix,
                 const struct output *file);

#endif

/*
 * filter.h - which of the files in a folder or an archive are taken.
 */
#ifndef QUERN_CODEC_FILTER_H
#define QUERN_CODEC_FILTER_H

#include "codec.h"

/* Whether the file with this path, from the folder or archive on that it is in, is taken. */
bool filter_accepts(const struct source_settings *settings, const char *path);

/* Whether a file, or a folder on the way to it, has a name that begins with a dot. */
bool path_is_hidden(const char *path);

#endif

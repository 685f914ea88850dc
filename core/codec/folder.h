/*
 * folder.h - the files of a folder and of those in it, sorted by path.
 */
#ifndef QUERN_CODEC_FOLDER_H
#define QUERN_CODEC_FOLDER_H

#include "base/base.h"

/* Folders that are being walked through, the innermost first. Each holds the names that are in
 * it; those of folders end in a slash, so that sorting names sorts paths. */
struct folder;

/* Enters the folder at `path`, which ends in a slash. False, with a problem, when it cannot be
 * read; `*folders` then is as it was. */
bool folder_enter(struct folder **folders, const char *path, struct problems *problems);

/* Puts the path of the next file into `path` and returns 1; 0 at the end; -1, with a problem, when a
 * folder within cannot be read, after which there may be more. */
int folder_next(struct folder **folders, struct buffer *path, struct problems *problems);

void folder_leave_all(struct folder **folders);

#endif

/*
 * records.h - the documents of a file of records, one after the other. For the files of this folder
 * alone.
 */
#ifndef QUERN_RECORDS_H
#define QUERN_RECORDS_H

#include "runner/runner.h"

struct records {
    const char *path;
    struct source *source;
    quern_document *doc; /* read last */
    int status;          /* STATUS_FINE until something was wrong, which was said */
};

/* False after a message. */
bool records_open(struct records *records, const char *path);

/* Reads the next document; false at the end, and when one is wrong. */
bool records_next(struct records *records);
void records_close(struct records *records);

#endif

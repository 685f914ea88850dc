/*
 * quarantine.h - the folder where documents that failed are kept. For the files of this folder
 * alone.
 */
#ifndef QUERN_QUARANTINE_H
#define QUERN_QUARANTINE_H

#include "runner/worker.h"

struct quarantine {
    const char *folder;
    const char *reproduce; /* the command line, without inputs, that runs the same pipeline */
    uint64_t next;         /* the number of the next document; 0 while the folder is not open */
};

/* Keeps the document that failed: NUMBER.record holds its record as it came, NUMBER.json says what
 * happened. The path of the first is put into `path`. False, with a problem, when it cannot be
 * kept. */
bool quarantine_keep(struct quarantine *quarantine, const struct outcome *outcome,
                     struct buffer *path, struct problems *problems);

#endif

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
    const char *mark;      /* what a run with checkpoints is known by; else NULL */
    uint64_t next;         /* the number of the next document; 0 while it is not known */
    bool made;             /* the folder is there */
};

/* Keeps the document that failed: NUMBER.record holds its record as it came, NUMBER.json, which is
 * returned, says what happened. `number` is that of its entry when it came from the folder itself, of
 * which only the report is written anew; else 0. The path of the record is put into `path`. NULL, with
 * a problem, when it cannot be kept. */
struct json_t *quarantine_keep(struct quarantine *quarantine, const struct outcome *outcome,
                               uint64_t number, struct buffer *path, struct problems *problems);

/* FOLDER/PREFIX NUMBER SUFFIX, as what is kept is called. */
const char *quarantine_path(const char *folder, const char *prefix, uint64_t number,
                            const char *suffix, struct buffer *path);

/* The number of a name NUMBER.record; 0 for any other. */
uint64_t quarantine_number(const char *name);

/* Has all that was kept on the disk; in a run with checkpoints. */
bool quarantine_sync(const struct quarantine *quarantine, struct problems *problems);

/* Removes the documents from that number on that were kept by this run before it was interrupted, and
 * what is left of one that it was about to keep; 0 when there are none. The next one gets that
 * number, or the one behind all. */
bool quarantine_go_back(struct quarantine *quarantine, uint64_t number, struct problems *problems);

/* What a report calls the formats of records. */
extern const char *const quarantine_formats[RECORD_JSONL + 1];

#endif

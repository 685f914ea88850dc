/*
 * journal.h - a file that an interrupted run goes on from. For the files of this folder alone.
 *
 * It begins with the identity of the run, items of what decides on its output: what it is, and its
 * value, each ended by a NUL. Checkpoints follow, in order, each a place up to which all is on the
 * disk; then, when the run has come to its end, its status. Each of these stands behind its size and
 * its hash, so that what a crash has left of one is seen to be none.
 */
#ifndef QUERN_JOURNAL_H
#define QUERN_JOURNAL_H

#include "runner/runner.h"

struct checkpoint {
    struct source_place source;
    struct sink_place sink;
    uint64_t done;                         /* records */
    uint64_t quarantine, quarantine_first; /* number of the next entry, and when the run began */
    uint64_t spans_left_out;
    uint64_t input_failed;
};

/* ---- Reading ---- */

/* What is in one; the strings lie in `bytes`. */
struct journal_content {
    struct buffer bytes;
    quern_string identity; /* no bytes when the file is not there, or broken off in it */
    bool broken;           /* the latter, or before its first checkpoint: no crash leaves it so */
    quern_string *checkpoints;
    size_t count, capacity;
    bool ended;
    int status; /* when the run has ended */
};

/* False, with a problem, when the file cannot be read or is something else. */
bool journal_read(const char *path, struct journal_content *content, struct problems *problems);

/* Takes the bytes that are in `content` apart. False when they are something else, or memory is
 * short. */
bool journal_parse(struct journal_content *content);

/* A checkpoint and the statistics that were written with it. False when it is none. */
bool journal_unpack(quern_string bytes, struct checkpoint *checkpoint, quern_string *statistics);
void journal_free(struct journal_content *content);

/* ---- Writing ---- */

struct journal_writer {
    const char *path;
    quern_string identity;
    int file; /* -1 when it is not open */
    uint64_t size;
};

/* Begins the file anew, with a first checkpoint: at once, so that it is never half there. The path
 * and the identity have to stay. False, with a problem, when it cannot be written. */
bool journal_begin(struct journal_writer *writer, const struct checkpoint *checkpoint,
                   quern_string statistics, struct problems *problems);

/* Adds a checkpoint, and has it on the disk. A file that has become large is begun anew. */
bool journal_add(struct journal_writer *writer, const struct checkpoint *checkpoint,
                 quern_string statistics, struct problems *problems);

/* The run has come to its end. */
bool journal_end(struct journal_writer *writer, int status, struct problems *problems);

#endif

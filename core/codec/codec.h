/*
 * codec.h - what stands at both ends of a run: inputs cut into records, records made into
 * documents, documents made into bytes, bytes written out.
 */
#ifndef QUERN_CODEC_H
#define QUERN_CODEC_H

#include "document/document.h"

enum record_format { RECORD_TEXT, RECORD_JSONL };

/* A piece of an input that holds one document, as it came. */
struct record {
    quern_string bytes; /* good until the next one is read; a NUL follows those of a text */
    enum record_format format;
    const char *input; /* name of the file, as long as the bytes; "-" for standard input */
    uint64_t offset;   /* in bytes, of the record in its input */
    uint64_t line;     /* from 1 */
    uint64_t number;   /* of the record in the run, from 0 */
};

/* ---- Inputs ---- */

/* How inputs are to be read; SOURCE_AUTO looks at name and first bytes of each. */
enum source_format { SOURCE_AUTO, SOURCE_TEXT, SOURCE_JSONL };

struct source;

/* Inputs in the order given: files, folders (their files, sorted by path, those that begin with a
 * dot left out), "-" for standard input. None are opened yet. The paths have to stay. NULL when
 * memory is short. */
struct source *source_open(const char *const *paths, size_t count, enum source_format format);

/* SOURCE_RECORD, SOURCE_END, or SOURCE_FAILED with a problem that names the input: further
 * records may follow after that from other inputs. */
enum source_result { SOURCE_RECORD, SOURCE_END, SOURCE_FAILED };
enum source_result source_next(struct source *source, struct record *record,
                               struct problems *problems);

/* Has it ask before it reads from what may have nothing to give yet, as a pipe or a terminal.
 * `wait` returns when there is something, or the end; false gives up, and is told as a failure. */
void source_on_wait(struct source *source, void *user, bool (*wait)(void *user, int descriptor));

/* Bytes read so far and bytes in all inputs that are known, for progress. */
uint64_t source_bytes_read(const struct source *source);
uint64_t source_bytes_total(const struct source *source); /* 0 when not known */
void source_close(struct source *source);

/* ---- Records and documents ---- */

/* Makes a record into a document, which borrows its bytes. A text record gets the input's name as
 * id and source. False, with the reason in `why` and the byte of the record where, when a record is
 * not what it should be. */
bool record_read(const struct record *record, quern_document *doc, const char **why, size_t *where);

/* Appends a document as bytes: its text as it stands, or a line of JSON with its LF. */
void record_write_text(quern_document *doc, struct buffer *out);
void record_write_jsonl(quern_document *doc, quern_unit offsets, struct buffer *out);

/* ---- Output ---- */

struct sink;

/* Standard output for NULL or "-"; else a file that gets its name only when it is complete.
 * NULL, with a problem, when it cannot be opened. */
struct sink *sink_open(const char *path, struct problems *problems);

/* False, with a problem, when it cannot be written. `closed` is set when a reader downstream went
 * away (EPIPE), which is no error of ours. */
bool sink_write(struct sink *sink, quern_string bytes, bool *closed, struct problems *problems);

/* Writes out what is buffered, for a reader that waits; a file has none. */
bool sink_flush(struct sink *sink, bool *closed, struct problems *problems);

/* Flushes, and gives a file its name when `keep`; else removes it. Frees the sink in any case. */
bool sink_close(struct sink *sink, bool keep, bool *closed, struct problems *problems);

#endif

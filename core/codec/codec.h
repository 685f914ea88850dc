/*
 * codec.h - what stands at both ends of a run: inputs cut into records, records made into
 * documents, documents made into bytes, bytes written out.
 */
#ifndef QUERN_CODEC_H
#define QUERN_CODEC_H

#include "document/document.h"

/* What the bytes of a record are: a text that is all of its input, one that is a part of it, a
 * message of a mailbox, or JSON. */
enum record_format { RECORD_TEXT, RECORD_PART, RECORD_MESSAGE, RECORD_JSONL };

/* A piece of an input that holds one document, as it came. */
struct record {
    quern_string bytes; /* good until the next one is read; a NUL follows them */
    enum record_format format;
    const char *input; /* name of the file, as long as the bytes; "-" for standard input */
    uint64_t offset;   /* in bytes, of the record in its input */
    uint64_t line;     /* from 1 */
    uint64_t number;   /* of the record in the run, from 0 */
    /* What parts the records of this run, and has to stand behind it again where documents are
     * written as text. As long as the source, and the same for all. */
    quern_string separator;
};

/* ---- Inputs ---- */

/* How inputs are to be read; SOURCE_AUTO takes one of the two that follow it, by name and first
 * line of each. */
enum source_format {
    SOURCE_AUTO,
    SOURCE_TEXT,
    SOURCE_JSONL,
    SOURCE_LINES,
    SOURCE_FORMFEED,
    SOURCE_MBOX,
    SOURCE_FILE, /* each file is a text, packed or not */
    SOURCE_SEPARATED
};

/* Patterns of fnmatch(3) for files in folders and archives: those with a slash for the path within,
 * those without for the name alone. */
struct source_patterns {
    const char *const *items;
    size_t count;
};

struct source_settings {
    enum source_format format;
    quern_string separator; /* for SOURCE_SEPARATED: at least a byte */
    uint64_t record_max;    /* bytes that a record may have; 0: as many as a text */
    struct source_patterns include, exclude;
    bool traced; /* places tell what was read up to them */
};

struct source;

/* Inputs in the order given: files, folders (their files, sorted by path, those that begin with a
 * dot left out), "-" for standard input. What is compressed is unpacked; an archive stands for the
 * files in it, in its order, each an input called "ARCHIVE!PATH". None are opened yet. Paths, and
 * what the settings point to, have to stay. NULL when memory is short. */
struct source *source_open(const char *const *paths, size_t count,
                           const struct source_settings *settings);

/* SOURCE_RECORD, SOURCE_END, or SOURCE_FAILED with a problem that names the input, after which more
 * records may follow: from other inputs, or from behind one that was too large. Memory holds one
 * record, and what one read brings along. A record that the end of a damaged input cuts off is not
 * given; the ones before it have been. */
enum source_result { SOURCE_RECORD, SOURCE_END, SOURCE_FAILED };
enum source_result source_next(struct source *source, struct record *record,
                               struct problems *problems);

/* Has it ask before it reads from what may have nothing to give yet, as a pipe or a terminal.
 * `wait` returns when there is something, or the end; false gives up, and is told as a failure. */
void source_on_wait(struct source *source, void *user, bool (*wait)(void *user, int descriptor));

/* A place between two records. It means the same in a later run over the same inputs with the same
 * settings. A traced one knows these inputs again: files by their paths, sizes and times of change;
 * what comes from a pipe, by its bytes. */
struct source_place {
    uint64_t file;   /* how many were done with before */
    uint64_t member; /* likewise, in an archive */
    uint64_t offset; /* in what it holds, unpacked */
    uint64_t line;
    uint64_t records; /* given before */
    uint64_t files;   /* hash of all files up to this one, 0 when it is not traced, */
    uint64_t newest;  /* and when the last of them was changed, in nanoseconds */
    uint64_t bytes;   /* hash of what stands before `offset`, when that is no file */
};

/* Where source_next() goes on. */
struct source_place source_place(const struct source *source);

/* Has a source that was just opened go on from there. False, with a problem, when there is no such
 * place, or other inputs before it. */
bool source_skip(struct source *source, struct source_place place, struct problems *problems);

/* Bytes read so far and bytes in all inputs that are known, as they are stored, for progress. */
uint64_t source_bytes_read(const struct source *source);
uint64_t source_bytes_total(const struct source *source); /* 0 when not known */
void source_close(struct source *source);

/* ---- Records and documents ---- */

/* Makes a record into a document, which borrows its bytes. A text gets the input's name as id and
 * source; a part of one has "@" and its offset behind the name in its id. False, with the reason in `why` and the byte of the record where, when a record is
 * not what it should be. */
bool record_read(const struct record *record, quern_document *doc, const char **why, size_t *where);

/* Appends a document as bytes: its text as it stands, or a line of JSON with its LF. */
void record_write_text(quern_document *doc, struct buffer *out);
void record_write_jsonl(quern_document *doc, quern_unit offsets, struct buffer *out);

/* ---- Output ---- */

struct sink;

struct sink_settings {
    uint64_t split_documents; /* how many documents a file may have; 0: any number */
    uint64_t split_size;      /* bytes, before they are compressed, unless it has one document */
    bool resumable; /* a file that is not kept stays, for sink_resume(); has to be a file */
    bool spares;    /* a file that is there already is not written over */
};

/* Whether a path has the number of a file in it, as "%d" or "%05d". One that is split has to. */
bool sink_path_is_numbered(const char *path);

/* Standard output for NULL or "-"; else a file that gets its name only when it is complete and on
 * the disk, until when it is called ".NAME.quern"; or files with their numbers, from 0, in their
 * names. A name that ends in .gz, .xz, .zst or .bz2 has it compressed. NULL, with a problem, when it
 * cannot be opened. */
struct sink *sink_open(const char *path, const struct sink_settings *settings,
                       struct problems *problems);

/* What stands around and between the documents of each file, said before the first is written. The
 * texts have to stay until the sink is closed. */
void sink_set_frame(struct sink *sink, quern_frame frame);

/* Writes a document. False, with a problem, when it cannot be written. `closed` is set when a reader
 * downstream went away (EPIPE), which is no error of ours. */
bool sink_write(struct sink *sink, quern_string document, bool *closed, struct problems *problems);

/* Lets a reader of standard output, or of what is no file, have all that was written so far. */
bool sink_flush(struct sink *sink, bool *closed, struct problems *problems);

/* A place behind a document, in what stands on the disk. */
struct sink_place {
    uint64_t file;           /* its number */
    uint64_t bytes;          /* of it, as they are stored */
    uint64_t documents;      /* in all files */
    uint64_t file_documents; /* in this one */
    uint64_t file_size;      /* before it was compressed */
};

/* Whether another run can go on right behind the document written last, and then write just what
 * this one would have. Compressed output has such places every 4 MiB of documents, by no other
 * measure than these; other output has them everywhere. */
bool sink_can_resume(const struct sink *sink);

/* Such a place, behind the document written last. Holds once that is on the disk. */
struct sink_place sink_place(const struct sink *sink);

/* Has all that was written so far on the disk, where it is one. False as in sink_write(). */
bool sink_sync(struct sink *sink, bool *closed, struct problems *problems);

/* Whether the output of a run with the same path and settings has got that far. */
bool sink_reaches(const char *path, const struct sink_settings *settings, struct sink_place place);

/* Opens the output of a run that got that far, and lets go of all that it wrote behind that place.
 * NULL, with a problem, when it is not there. */
struct sink *sink_resume(const char *path, const struct sink_settings *settings,
                         struct sink_place place, struct problems *problems);

/* Writes a file as a whole, which gets its name when it is complete: all of the above in one. */
bool sink_write_file(const char *path, quern_string bytes, struct problems *problems);

/* Ends the last file, and gives it its name, when `keep`; else removes it. Files that were complete
 * before stay. Frees the sink in any case. */
bool sink_close(struct sink *sink, bool keep, bool *closed, struct problems *problems);

#endif

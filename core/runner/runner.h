/*
 * runner.h - documents through a pipeline: one at a time, or a whole run from inputs to output.
 */
#ifndef QUERN_RUNNER_H
#define QUERN_RUNNER_H

#include "codec/codec.h"
#include "pipeline/pipeline.h"

/* ---- Exit statuses, after sysexits.h ---- */

enum exit_status {
    STATUS_FINE = 0,
    STATUS_USAGE = 64,    /* the command line is wrong */
    STATUS_DATA = 65,     /* finished, but some documents failed; or a test did */
    STATUS_INTERNAL = 70, /* our fault, or memory is short */
    STATUS_IO = 74,       /* something cannot be read or written */
    STATUS_CONFIG = 78,   /* a pipeline or a plugin is wrong */
    STATUS_SIGNAL = 128   /* and the number of the signal that ended the run */
};

/* ---- One document at a time ---- */

/* A pipeline with its stages opened. It keeps one state of its own for each step, so that a
 * pipeline can be opened more than once. */
struct chain;

/* What happened at a step. */
struct step_counts {
    uint64_t in, out, dropped, failed, skipped, held; /* documents */
    uint64_t processor, clock;                        /* nanoseconds; 0 unless they are measured */
    uint64_t text, text_out;                          /* bytes of text that came in, and went on */
    uint64_t copied;                                  /* bytes of text that edits copied */
};

/* Which times of steps are measured. That of the processor costs a system call. */
enum measure { MEASURE_NOTHING, MEASURE_CLOCK, MEASURE_ALL };

/* What a stage says. Lines and columns count from 1 and are in the file, except that those of a
 * JSON record (`inner`) are in the source of the document; 0 when not known. */
struct remark {
    quern_severity severity;
    bool trifle; /* shown only to who wants to know more */
    bool inner;
    const struct step *step;
    const char *input; /* NULL when it is about no document */
    uint64_t number;   /* of the record */
    uint64_t record_line;
    uint64_t line, column;
    const char *text;
};

/* The end of a document before the end of the chain, or at a step that it went on without. */
enum loss_kind { LOSS_DROPPED, LOSS_FAILED, LOSS_PASSED_ON };
struct loss {
    enum loss_kind kind;
    const struct record *record; /* the bytes as they came */
    quern_string id;             /* of the document; may be empty */
    const struct step *step; /* NULL when it is not in a step: it could not be read, or written */
    size_t where;            /* then: the byte of the record */
    const char *reason;
};

/* From now on a stage holds a document back, or none does any more. */
struct hold {
    uint64_t number;         /* of its record */
    const struct step *step; /* the stage's; NULL for none */
};

/* Who is told. All that is handed over is good until the function returns. */
struct chain_events {
    void *user;
    void (*deliver)(void *user, const struct record *record, quern_document *doc);
    void (*lose)(void *user, const struct loss *loss);
    void (*remark)(void *user, const struct remark *remark);
    void (*hold)(void *user, const struct hold *hold); /* may be NULL */
    /* How many edits a step made by a rule, once its document goes out of its hands; may be NULL. */
    void (*edits)(void *user, const struct step *step, const char *rule, uint64_t count);
};

/* Opens the stages, in order. NULL, with all problems, when one of them cannot be opened. */
struct chain *chain_open(const struct pipeline *pipeline, struct chain_events events,
                         enum measure measure, struct problems *problems);

/* Holds stages to what they declare, and those that see documents one by one to giving the same
 * result when they are run twice. At least twice as slow. Before the first record. */
void chain_be_paranoid(struct chain *chain);

/* Has the next document go on without a step, on which it has failed before, for that reason; or all
 * documents with all steps again. Not where a stage sees all documents. False when memory is short. */
bool chain_pass_over(struct chain *chain, const struct step *step, const char *reason);
void chain_pass_over_none(struct chain *chain);

/* Reads the document of a record and takes it through the steps. */
void chain_process(struct chain *chain, const struct record *record);

/* Has the stages hand out what they hold, in order. False when one of them failed. */
bool chain_flush(struct chain *chain);

/* From now on documents are let go of as they come; for a run whose output is closed. */
void chain_stop(struct chain *chain);

/* What happened at each step since that was forgotten last. */
const struct step_counts *chain_counts(const struct chain *chain);
void chain_forget_counts(struct chain *chain);

/* Has it counted there, where somebody else may look on; zeros, one for each step. */
void chain_count_in(struct chain *chain, struct step_counts *counts);

/* Has it told whenever a stage begins to work on a document, or to hand out what it holds (`doc` is
 * NULL), and with NULL for the step when it has done so. */
typedef void step_watch(void *user, const struct step *step, const quern_document *doc);
void chain_watch(struct chain *chain, void *user, step_watch *watch);

/* Whether a stage sees all documents. */
bool chain_has_stream(const struct chain *chain);

/* Whether a stage renders, and how its output is framed. */
bool chain_renders(const struct chain *chain);
quern_frame chain_frame(const struct chain *chain);
void chain_close(struct chain *chain);

/* ---- Checkpoints ---- */

/* Those of a run, in a file: where another run can go on that reads the same inputs, and then write
 * what this one would have. */
struct checkpoints;

struct checkpoints_settings {
    const char *path;
    bool resume;         /* go on from the last one, if there is any */
    int64_t interval;    /* seconds from one to the next, at least */
    const char *command; /* all of the command line that decides on the output */
};

/* Looks for what an earlier run has left. NULL, with a problem, when it cannot be read, or something
 * else would come out if the run went on. */
struct checkpoints *checkpoints_open(const struct pipeline *pipeline,
                                     const struct checkpoints_settings *settings,
                                     struct problems *problems);

/* Whether that run has come to its end, and with which status. */
bool checkpoints_have_ended(const struct checkpoints *checkpoints, int *status);

/* Opens the output as the last checkpoint has it that it reaches, or anew. As sink_open(). */
struct sink *checkpoints_open_sink(struct checkpoints *checkpoints, const char *path,
                                   const struct sink_settings *settings, struct problems *problems);
void checkpoints_close(struct checkpoints *checkpoints); /* NULL is allowed */

/* ---- A run ---- */

/* Appends a word as a shell would have to be given it. */
void shell_quote(struct buffer *out, const char *word);

#define JOBS_AUTO (-1)
enum { JOBS_MAX = 1024, WINDOW_MAX = 1 << 20 };

struct run_settings {
    enum format to;         /* FORMAT_AUTO: as the pipeline says, or as records come */
    const char *quarantine; /* the folder, made when a document fails */
    const char *retry;      /* a folder of that kind, whose records are run again; NULL for none */
    const char *reproduce;  /* the command line, without inputs, that runs the same pipeline */
    const char *stats;      /* a file for statistics; NULL for none */
    const char *metrics;    /* a file for them as OpenMetrics, written anew */
    unsigned metrics_interval;       /* whenever so many seconds have passed */
    struct checkpoints *checkpoints; /* NULL for none */
    size_t jobs;                     /* worker processes; 0: this one does all */
    size_t window;                   /* documents in flight, at least 1 */
    size_t window_bytes;             /* of input in flight, and for each worker of output */
    size_t max_crashes; /* documents in a row that end their worker before the run stops */
    bool unordered;     /* documents are written as they are done */
    bool quiet, verbose;
    bool progress;   /* draw it */
    bool no_sandbox; /* workers keep their rights */
    bool paranoid;   /* stages are held to what they declare */
};

/* Runs everything that comes from the source, or is to be retried, in order, and closes the sink,
 * which gets its name if the run came to its end. Messages go to standard error. Returns the exit
 * status. */
int run_pipeline(const struct pipeline *pipeline, struct source *source, struct sink *sink,
                 const struct run_settings *settings);

/* Prints statistics as --stats writes them: a line for each step and lists; and, apart, what was kept
 * aside. Nothing in them can drive a terminal. */
struct json_t;
void statistics_print(const struct json_t *statistics, FILE *stream);
void statistics_print_quarantine(const struct json_t *statistics, FILE *stream);

#endif

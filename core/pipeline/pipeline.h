/*
 * pipeline.h - a pipeline file, read and checked: its steps with their options, its conditions,
 * its tests.
 */
#ifndef QUERN_PIPELINE_H
#define QUERN_PIPELINE_H

#include "plugin/plugin.h"

/* A small condition on a document: `when: metadata.language == "en" and has(entity.PERSON)`.
 * The grammar stands in docs/pipelines.md and condition.c. */
struct condition;

/* Reads one from a scalar whose text holds no NUL. NULL when there is a problem, which has its place
 * within the text. */
struct yaml_node;
struct condition *condition_parse(const struct yaml_node *written, struct problems *problems);
/* Where memory runs short, false, and the document remembers it. */
bool condition_holds(const struct condition *condition, quern_document *doc);
void condition_free(struct condition *condition); /* NULL is allowed */

/* What happens to a document that a step fails on. */
enum on_error { ON_ERROR_QUARANTINE, ON_ERROR_STOP, ON_ERROR_PASS };

struct step {
    struct place place;
    const char *label; /* the stage's name unless the file gives another; unique in a pipeline */
    const struct plugin *plugin;
    struct options options;
    const struct yaml_node *with; /* what they were set from; NULL for none */
    struct condition *when;       /* NULL: always */
    enum on_error on_error;
    double limit_time;   /* seconds of processor time for a document; 0: none */
    size_t limit_memory; /* bytes that a document may hold; 0: none */
};

/* An expectation about a span: every member that is not NULL has to fit. */
struct span_pattern {
    const char *layer, *label, *text;
};

/* A test that stands in the file: its input, a text or else a record, and what has to come out.
 * What is not given is not looked at. */
struct pipeline_test {
    struct place place;
    const char *name;
    quern_string input;
    bool input_is_record;
    quern_string expect_text;   /* `data` is NULL where not given, here and below */
    quern_string expect_output; /* the rendition */
    const char *expect_dropped; /* a part of the reason; "" for any */
    const char *expect_failed;  /* likewise */
    const struct span_pattern *expect_spans;
    size_t expect_span_count;
    const struct span_pattern *expect_no_spans;
    size_t expect_no_span_count;
    quern_map expect_metadata;
};

/* The first three are what documents can be written in as well. */
enum format { FORMAT_AUTO, FORMAT_TEXT, FORMAT_JSONL, FORMAT_LINES, FORMAT_FORMFEED, FORMAT_MBOX };

enum { SEPARATOR_MAX = 255 };

struct pipeline {
    const char *path; /* NULL when it comes from no file */
    const char *name, *summary;
    enum format from, to;
    quern_string separator; /* between documents of an input; no bytes when it is not given */
    quern_unit offsets;
    bool has_env; /* variables of the environment may stand in options */
    struct step *steps;
    size_t step_count;
    const struct pipeline_test *tests;
    size_t test_count;
    quern_string source;          /* the file */
    const struct yaml_node *root; /* the same, parsed */
    struct arena arena;           /* what the above point to */
};

/* Reads and checks a pipeline file, "-" for standard input. All its problems are added in the order
 * of their places, whatever their number. NULL when there is an error among them. The text of the
 * file is left in `source` in any case, for problems_print. */
struct pipeline *pipeline_load(const char *path, struct loader *loader, struct buffer *source,
                               struct problems *problems);

/* The same from text in memory; `path` is for messages, and copied. */
struct pipeline *pipeline_parse(const char *path, quern_string text, struct loader *loader,
                                struct problems *problems);

/* Appends what a pipeline file says of a run: the same for two that differ in layout, comments, tests,
 * or their names alone. Variables of the environment count by their values. */
void pipeline_describe(const struct pipeline *pipeline, struct buffer *out);

/* A pipeline of one step of the stage, with the defaults of its options. Its options may be set
 * before it is run. */
struct pipeline *pipeline_of_stage(const char *name, struct loader *loader,
                                   struct problems *problems);

/* Whether the steps can stand in that order: layers that a step reads, by itself or in its
 * condition, are written before it (or come in with records, when the input is JSONL by name);
 * nothing stands behind a stage that renders. Part of pipeline_load. */
bool pipeline_check_order(const struct pipeline *pipeline, struct problems *problems);

/* Adds what a stage, when it was opened, had against the value of an option: at its place in the file,
 * or naming the option where there is no such place. */
void pipeline_refuse(const struct pipeline *pipeline, const struct step *step,
                     const struct refusal *refusal, struct problems *problems);

void pipeline_free(struct pipeline *pipeline); /* NULL is allowed */

/* ---- The keys of a pipeline file ---- */

enum pipeline_kind {
    KIND_TEXT,      /* any scalar */
    KIND_NAME,      /* the same, but not empty */
    KIND_CHOICE,    /* one of `choices` */
    KIND_VARIABLES, /* a list of names of variables, or one */
    KIND_TIME,      /* 5, "5s", "500ms" */
    KIND_SIZE,      /* 1048576, "64MiB" */
    KIND_TRUE,      /* true, or a text */
    KIND_MEMBERS,   /* a map of keys of any name and values of any type */
    KIND_RECORD,    /* the same, or JSON in a text */
    KIND_STAGE,     /* the name of a stage */
    KIND_OPTIONS,   /* its options */
    KIND_KEYS,      /* a map with `keys` */
    KIND_KEYS_LIST, /* a list of such maps */
    KIND_STEPS      /* the same, of 1 to PIPELINE_STEPS_MAX */
};
enum { PIPELINE_STEPS_MAX = 1000 };

/* Which keys have to be there, and beside which others. */
enum pipeline_presence {
    KEY_OPTIONAL,
    KEY_REQUIRED,
    KEY_SOME, /* optional, but the map may not be empty; one of its rows says so */
    KEY_ONE,  /* exactly one of those that are marked so */
    KEY_ALONE /* nothing else stands beside it */
};

struct reader;

/* A key that may stand in the file: what reads the file, and what describes it to people. */
struct pipeline_key {
    const char *name;
    const char *help; /* one line, in lower case, without a full stop */
    enum pipeline_kind kind;
    enum pipeline_presence presence;
    bool expands;                    /* ${NAME} stands for a variable in the values */
    const char *choices;             /* with a space between two */
    const struct pipeline_key *keys; /* ended by a row without a name */
    /* Takes the value, which is of the right kind, into what the map describes. */
    void (*read)(struct reader *reader, const struct yaml_node *value, void *into);
};

/* Those at the top of the file, ended by a row without a name. */
extern const struct pipeline_key pipeline_keys[];

/* Reads "64MiB", "1 GB", or a number of bytes. */
bool value_to_bytes(const char *text, size_t *bytes);

/* What may stand behind the number in a time or a size; ended by a row without a name. The number
 * times the factor is seconds, or bytes. */
struct pipeline_unit {
    const char *name;
    double factor;
};
extern const struct pipeline_unit pipeline_time_units[], pipeline_size_units[];
enum { PIPELINE_TIME_MAX = 7 * 24 * 3600 };

#endif

/*
 * reader.h - how a pipeline file is taken apart: maps by their tables of keys, texts with the
 * variables of the environment put in. Every mistake becomes a problem, and reading goes on.
 */
#ifndef QUERN_READER_H
#define QUERN_READER_H

#include "pipeline/pipeline.h"
#include "pipeline/yaml.h"

struct variable {
    struct variable *next;
    const char *name;
    const char *value; /* NULL: not set, which was reported */
};

struct reader {
    const char *file;
    struct pipeline *pipeline;
    struct loader *loader;
    struct arena *arena;
    struct problems *problems;
    struct variable *variables; /* those of `env` */
    bool expands;               /* whether they count in what is being read */
};

/* Reads a map by its keys, in the order of the table, into what their functions expect. `what`
 * names the thing for messages: "a step". */
void reader_take_keys(struct reader *reader, const struct yaml_node *map,
                      const struct pipeline_key *keys, const char *what, void *into);

/* Whether a node is of that kind; null is of none. */
bool reader_fits(const struct yaml_node *node, enum yaml_kind kind);

/* The same, and if it is not, a problem says what `name` takes. */
bool reader_expect(struct reader *reader, const struct yaml_node *node, enum yaml_kind kind,
                   const char *name, const char *takes);

/* The number of the choice in "one two three", from 0; -1 with a problem. */
int reader_take_choice(struct reader *reader, const struct yaml_node *node, const char *name,
                       const char *choices);

/* Whether a scalar holds a variable, if it may. */
bool reader_has_variable(const struct yaml_node *scalar);

/* The text of a scalar. `data` is NULL, with a problem, when it cannot be had. */
quern_string reader_take_string(struct reader *reader, const struct yaml_node *node);
/* The same as a C string, which holds no NUL; NULL with a problem. */
const char *reader_take_text(struct reader *reader, const struct yaml_node *node);

/* A value as JSON. `data` is NULL, with a problem, when it cannot be had. */
quern_string reader_take_json(struct reader *reader, const struct yaml_node *node);

/* `data` of that size in the pipeline's arena, zeroed; NULL with a problem. */
void *reader_alloc(struct reader *reader, size_t count, size_t size);

/* What takes the value of `env`. */
void reader_take_env(struct reader *reader, const struct yaml_node *node, void *into);

/* A problem that is an error. */
void reader_refuse(struct reader *reader, struct place place, const char *hint, const char *format,
                   ...) QUERN_PRINTF(4, 5);
void reader_refuse_for_memory(struct reader *reader);

/* A hint for a word that is not one of `words`: the one that it may have been meant to be, or else
 * all of them, called `kind` ("its options"). To be freed; NULL when memory is short or there are
 * no words. */
char *reader_hint(const char *word, const char *const *words, size_t count, const char *kind);

size_t reader_count(const struct yaml_node *node); /* entries */

#endif

/*
 * plugin.h - finding plugins, and filling in their options.
 */
#ifndef QUERN_PLUGIN_H
#define QUERN_PLUGIN_H

#include "document/document.h"

/* ---- Finding ---- */

/* Where plugins are looked for, in this order: the folders of --plugin-dir, those of
 * QUERN_PLUGIN_PATH (':' between two), "plugins" beside the program when it runs from a build, the
 * installed folder. Before all of them, stages that are linked in: the modules of a list that the
 * program gave to lt_dlpreload_default() before it opened the loader. */
struct loader;

/* Takes the folders of --plugin-dir; `folders` may be NULL when count is 0. NULL, with a problem,
 * when one of them is no folder, QUERN_PLUGIN_PATH has an empty entry, memory is short, or libltdl
 * does not start. */
struct loader *loader_open(const char *const *folders, size_t count, struct problems *problems);

/* Unloads the plugins: no stage may be in use any more. NULL is allowed. */
void loader_close(struct loader *loader);

/* A plugin that was loaded. Belongs to the loader. */
struct plugin {
    const quern_stage *stage;
    const char *path; /* "(linked in)" for a stage that is part of the program */
    void *handle;
};

/* The plugin of that name: the first that is found counts, and one that is found and refused is
 * an error, never passed over. NULL, with the reason added to `problems` at `place`, and "did you
 * mean" when no such plugin exists. */
const struct plugin *loader_find(struct loader *loader, const char *name, struct place place,
                                 struct problems *problems);

/* A plugin file, by its path, under the same checks. */
const struct plugin *loader_load_file(struct loader *loader, const char *path, struct place place,
                                      struct problems *problems);

/* All plugins that can be found, sorted by name, those that a folder before hides left out. Every
 * refused one is a problem. NULL-terminated, to be freed by the caller; NULL when memory is
 * short. */
const struct plugin **loader_list(struct loader *loader, struct problems *problems);

/* What the stage declares that it needs, whatever its version of the interface; and the same in
 * words with a space between two, or nothing. */
unsigned stage_needs(const quern_stage *stage);
void stage_describe_needs(const quern_stage *stage, struct buffer *out);

/* ---- Options ---- */

/* Whether the table is sound: names, types, defaults in their range, no name twice. */
bool options_check_table(const quern_stage *stage, struct place place, struct problems *problems);

const quern_option *options_find(const quern_option *options, const char *name);

/* The values of a stage's state. */
struct options {
    const quern_stage *stage;
    void *state;
    struct arena arena; /* holds texts, lists and maps */
};

/* Allocates the state and fills in the defaults. False when memory is short. */
bool options_open(struct options *options, const quern_stage *stage);
void options_close(struct options *options);

/* Sets one from text, as a flag or a YAML scalar gives it. For a list or a map, adds one entry
 * (a map's is KEY=VALUE; the value is taken as JSON when it is valid JSON, else as a string).
 * False, with a problem at `place`, when the text does not fit. */
bool options_set(struct options *options, const quern_option *option, const char *text,
                 struct place place, struct problems *problems);

/* Adds an entry to a map option. `json` is valid JSON. */
bool options_set_member(struct options *options, const quern_option *option, const char *key,
                        quern_string json, struct place place, struct problems *problems);

/* "integer, 0 to 100", "one of nfc, none", …: what an option takes, for help and messages. */
void options_describe(const quern_option *option, struct buffer *out);
/* The default as it would be written in YAML; nothing when there is none. */
void options_describe_default(const quern_option *option, struct buffer *out);

#endif

/*
 * finding.h - the parts of the loader: where to look, whom to trust, what a descriptor has to be.
 * Only for core/plugin.
 */
#ifndef QUERN_PLUGIN_FINDING_H
#define QUERN_PLUGIN_FINDING_H

#include "plugin/plugin.h"
#include <sys/stat.h>

/* ---- Names (search.c) ---- */

/* Texts that are owned. Zeros are none. */
struct strings {
    char **items;
    size_t count, capacity;
};

/* Adds a copy. False when memory is short. */
bool strings_add(struct strings *names, const char *name, size_t size);

/* Sorts them and leaves each in once. */
void strings_sort(struct strings *names);
void strings_free(struct strings *names);

/* Whether `name` can be that of a stage: a-z, 0-9 and '-', a letter or digit first, at most
 * PLUGIN_NAME_MAX bytes. What passes is safe in a path. */
#define PLUGIN_NAME_MAX 64
bool plugin_name_is_valid(const char *name);

/* ---- Folders (search.c) ---- */

/* Finds the folders to look in: absolute paths without symbolic links, each once, first come
 * first. False, with a problem, as loader_open() says. */
bool search_open(struct strings *search, const char *const *folders, size_t count,
                 struct problems *problems);

/* Adds the names of all plugin files in the folders. A folder that cannot be read is a warning.
 * False when memory is short. */
bool search_names(const struct strings *search, struct strings *names, struct problems *problems);

/* ---- Trust (trust.c) ---- */

/* Whether nobody but root, ourselves and the owner of the program can change the file, or put
 * another in its place. What was seen is left in `seen`. False, with a problem at `place` that says
 * what to do about it. */
bool trust_file(const char *path, struct stat *seen, struct place place, struct problems *problems);

/* Whether the file is still the one that was seen. */
bool trust_unchanged(const char *path, const struct stat *seen, struct place place,
                     struct problems *problems);

/* ---- Descriptors (descriptor.c) ---- */

/* Whether what a plugin exports is a stage of that name which this library can run. `path` is for
 * the messages. */
bool descriptor_check(const quern_stage *stage, const char *name, const char *path,
                      struct place place, struct problems *problems);

#endif

/*
 * yaml.h - a YAML file as a tree of nodes that know their place.
 *
 * What pipelines need of YAML, and nothing that surprises: one document in UTF-8; maps whose keys
 * are texts, none twice; anchors and aliases, within bounds; no tags, no merge keys.
 */
#ifndef QUERN_YAML_H
#define QUERN_YAML_H

#include "base/base.h"

enum {
    YAML_FILE_MAX = 1 << 20, /* bytes */
    YAML_DEPTH_MAX = 64,     /* aliases counted as what they stand for */
    YAML_NODES_MAX = 100000,
    YAML_ALIASES_MAX = 1000,
    YAML_EXPANDED_MAX = 4 << 20 /* bytes and nodes, each alias counted as what it stands for */
};

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
    struct place place;
    enum yaml_kind kind;
    bool plain;         /* a scalar without quotes: may be a number, a truth value, null */
    size_t text_column; /* where the text of a scalar begins, when it stands in the file just as it
                         * is; else 0 */
    quern_string text;  /* of a scalar; ended by a NUL, and may hold some */
    const struct yaml_entry *entries; /* of a list or a map, in their order */
    size_t weight;                    /* nodes and bytes of text, its own and those below */
    size_t height;                    /* of the tree below; 0 for a scalar */
};

struct yaml_entry {
    const struct yaml_entry *next;
    const struct yaml_node *key; /* a scalar; NULL in a list */
    const struct yaml_node *value;
};

/* Parses `text`; `file`, for the places, has to live as long as the nodes, which are in `arena`.
 * NULL when it is no YAML that could be looked at further. */
const struct yaml_node *yaml_parse(const char *file, quern_string text, struct arena *arena,
                                   struct problems *problems);

/* How much of a text to show in a message, as the precision of "%.*s": up to a NUL, and not too
 * much, between characters. */
int yaml_clip(quern_string text);

#endif

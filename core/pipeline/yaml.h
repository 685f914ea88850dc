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
    bool plain;           /* a scalar without quotes: may be a number, a truth value, null */
    quern_string text;    /* of a scalar; ended by a NUL, and may hold some */
    quern_string written; /* the file from there on; empty when that is an anchor or an alias */
    struct yaml_cursor *cursor;       /* of the file, for yaml_place; may be NULL */
    const struct yaml_entry *entries; /* of a list or a map, in their order */
    size_t weight;                    /* nodes and bytes of text, its own and those below */
    size_t height;                    /* of the tree below; 0 for a scalar */
};

/* Where the last look-up of a place came to, so that many in one scalar take one walk. */
struct yaml_cursor {
    const struct yaml_node *scalar;
    size_t offset;  /* in its text */
    const char *at; /* in the file */
    struct place place;
};

struct yaml_entry {
    const struct yaml_entry *next;
    const struct yaml_node *key; /* a scalar; NULL in a list */
    const struct yaml_node *value;
};

/* Parses `text`. That and `file` have to live as long as the nodes, which are in `arena`. NULL when it is no YAML that could be looked at further. */
const struct yaml_node *yaml_parse(const char *file, quern_string text, struct arena *arena,
                                   struct problems *problems);

/* The place of a byte of a scalar's text, or of its end: the character itself, on whatever line it
 * is written. Where that is not known, the place of the scalar. */
struct place yaml_place(const struct yaml_node *scalar, size_t offset);

/* How much of a text to show in a message, as the precision of "%.*s": up to a NUL, and not too
 * much, between characters. */
int yaml_clip(quern_string text);

#endif

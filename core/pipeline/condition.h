/*
 * condition.h - what a condition is made of, once it is parsed.
 */
#ifndef QUERN_CONDITION_H
#define QUERN_CONDITION_H

#include "pipeline/pipeline.h"

/* Types of values. Metadata may be of any; what it is shows when a document comes. */
enum type { TYPE_NULL, TYPE_BOOL, TYPE_NUMBER, TYPE_TEXT, TYPE_OTHER, TYPE_ANY };

struct value {
    enum type type;
    bool truth;
    double number;
    quern_string text;
};

enum operand_kind {
    OPERAND_LITERAL,
    OPERAND_ID,
    OPERAND_LENGTH,
    OPERAND_METADATA,
    OPERAND_HAS,
    OPERAND_COUNT
};

struct operand {
    enum operand_kind kind;
    enum type type;
    size_t offset; /* in the condition's text */
    struct value literal;
    const char *name;     /* key of metadata, or layer */
    const char *label;    /* NULL: any */
    struct operand *next; /* in a list of literals */
};

enum comparison {
    COMPARE_NONE, /* the operand is a truth value */
    COMPARE_EQUAL,
    COMPARE_UNEQUAL,
    COMPARE_LESS,
    COMPARE_LESS_EQUAL,
    COMPARE_GREATER,
    COMPARE_GREATER_EQUAL,
    COMPARE_IN
};

enum term_kind { TERM_OR, TERM_AND, TERM_COMPARISON };

struct term {
    enum term_kind kind;
    bool negated;
    struct term *first; /* of those that an "or" or an "and" joins */
    struct term *next;
    enum comparison comparison;
    struct operand *left, *right; /* `right` is the first of a list for COMPARE_IN */
};

/* A layer that a condition looks at, and where it says so. */
struct condition_layer {
    struct condition_layer *next;
    const char *name;
    struct place place;
};

struct condition {
    struct arena arena;
    struct term *root;
    struct condition_layer *layers; /* those that it looks at */
};

#endif

/* reference.h - character references of HTML, as `&eacute;`, `&#233;` and `&#xE9;`. */
#ifndef REFERENCE_H
#define REFERENCE_H

#include <quern.h>

enum { REFERENCE_NAMES = 2231, REFERENCE_NAME_MAX = 32 };

struct reference_name {
    char name[REFERENCE_NAME_MAX + 1]; /* with its semicolon; some stand without one as well */
    uint32_t codes[2];                 /* the second is 0 where there is one alone */
};

/* reference_table.c: all names, in the order of their bytes. */
extern const struct reference_name reference_names[REFERENCE_NAMES];

struct reference {
    size_t size; /* in the text, with the ampersand */
    uint32_t codes[2];
};

/* Reads the reference whose ampersand is at `place`; false when none is there. */
bool reference_read(quern_string text, size_t place, struct reference *reference);

#endif

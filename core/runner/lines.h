/*
 * lines.h - lines and columns of places in a text, in time that does not depend on its length.
 */
#ifndef QUERN_LINES_H
#define QUERN_LINES_H

#include "base/base.h"

/* Line and column at the start of every so many bytes. Zeros are an index that is still to be
 * made. */
struct line_index {
    struct line_mark *marks;
    size_t count, capacity;
};

/* Line and column, from 1, of the byte at `place`; columns are counted in characters. The index is
 * made when it is first asked. False when memory is short. */
bool lines_find(struct line_index *index, quern_string text, uint64_t place, uint64_t *line,
                uint64_t *column);
void lines_free(struct line_index *index);

#endif

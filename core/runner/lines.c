/*
 * Lines and columns of places in a text. LF, CR LF and CR end a line, as in quern_next_line().
 */
#include "runner/lines.h"

#include <stdlib.h>

enum { STRIDE = 4096 };

struct line_mark {
    uint64_t line, column;
};

/* Steps over the byte at `at`. Bytes within a character do not count as a column. */
static void step_over(quern_string text, size_t at, struct line_mark *mark)
{
    char byte = text.data[at];
    bool crlf = byte == '\r' && at + 1 < text.size && text.data[at + 1] == '\n';
    if (byte == '\n' || (byte == '\r' && !crlf)) {
        mark->line++;
        mark->column = 1;
    } else if (utf8_is_start(byte)) {
        mark->column++;
    }
}

static bool make_index(struct line_index *index, quern_string text)
{
    if (!memory_grow(&index->marks, &index->capacity, text.size / STRIDE + 1, sizeof *index->marks))
        return false;
    struct line_mark mark = {1, 1};
    for (size_t at = 0; at < text.size; at++) {
        if (at % STRIDE == 0)
            index->marks[index->count++] = mark;
        step_over(text, at, &mark);
    }
    if (index->count * STRIDE <= text.size)
        index->marks[index->count++] = mark;
    return true;
}

bool lines_find(struct line_index *index, quern_string text, uint64_t place, uint64_t *line,
                uint64_t *column)
{
    if (!index->count && !make_index(index, text))
        return false;
    size_t end = place < text.size ? (size_t)place : text.size;
    struct line_mark mark = index->marks[end / STRIDE];
    for (size_t at = end / STRIDE * STRIDE; at < end; at++)
        step_over(text, at, &mark);
    *line = mark.line;
    *column = mark.column;
    return true;
}

void lines_free(struct line_index *index)
{
    free(index->marks);
    *index = (struct line_index){0};
}

/*
 * inline.c - page marks in the running text: "end,[Pg 10] smartness", "[[Page S701]]", "[10]".
 *
 * A mark that says "page" counts when it is one of a run that grows, or stands on a line of its own
 * in double brackets. A bare number in brackets is a note's far more often than a page's, so there
 * have to be several, each once, growing by one, about a page apart, and not mostly at the starts of
 * lines, as notes are.
 */
#include "depaginate.h"

#include <string.h>

enum {
    MARK_MAX = 24,
    MARKS_PER_ROW = 2,
    BARE_MIN = 5,
    HOLE_MAX = 3,
    APART_MIN = 2,
    APART_MEAN = 8,
    APART_MAX = 250
};

struct mark_list {
    const struct lines *lines;
    struct list list;
};

static struct mark *mark_at(const struct mark_list *marks, size_t i)
{
    return list_at(&marks->list, i);
}

/* ---- Reading one ---- */

/* The text between the brackets that begin at `at`; `*end` is behind the closing ones. */
static bool read_brackets(quern_string text, size_t at, quern_string *inner, size_t *end,
                          bool *twice)
{
    size_t limit = at + MARK_MAX < text.size ? at + MARK_MAX : text.size;
    size_t from = at + 1;
    *twice = from < limit && text.data[from] == '[';
    from += *twice;
    const char *close = memchr(text.data + from, ']', limit - from);
    if (!close)
        return false;
    *inner = (quern_string){text.data + from, (size_t)(close - text.data) - from};
    *end = (size_t)(close - text.data) + 1;
    if (!*twice)
        return true;
    return *end < text.size && text.data[(*end)++] == ']';
}

/* Words of a mark are few and short, so that its parts are read as those of a line. */
static bool read_mark(quern_string text, quern_string inner, struct mark *mark)
{
    struct number number;
    if (!number_in_mark(inner, &number))
        return false;
    mark->value = number.value;
    mark->kind = number.kind;
    mark->prefix = number.prefix;
    mark->named = number.slot == SLOT_PAGE;
    mark->number_begin = (uint32_t)(inner.data - text.data) + number.begin;
    mark->number_end = (uint32_t)(inner.data - text.data) + number.end;
    return true;
}

static bool collect_line(struct mark_list *marks, size_t line)
{
    quern_string text = marks->lines->text;
    const struct line *item = &marks->lines->items[line];
    size_t at = item->text, end = item->end;
    size_t room = MARKS_PER_ROW * (size_t)(1 + item[1].row - item->row);
    while (at < end && room > 0) {
        const char *open = memchr(text.data + at, '[', end - at);
        if (!open)
            return true;
        quern_string inner;
        struct mark mark = {.line = (uint32_t)line, .begin = (uint32_t)(open - text.data)};
        size_t behind;
        at = mark.begin + 1;
        if (!read_brackets(text, mark.begin, &inner, &behind, &mark.twice) || behind > end ||
            !read_mark(text, inner, &mark))
            continue;
        mark.end = (uint32_t)behind;
        mark.alone = mark.begin == item->text && behind == end;
        struct mark *added = list_add(&marks->list);
        if (!added)
            return false;
        *added = mark;
        at = behind;
        room--;
    }
    return true;
}

/* ---- Runs ---- */

static uint32_t rows_apart(const struct lines *lines, const struct mark *a, const struct mark *b)
{
    return lines->items[b->line].row - lines->items[a->line].row;
}

static bool same_series(const struct mark *a, const struct mark *b)
{
    return a->named == b->named && a->twice == b->twice && a->kind == b->kind &&
           a->prefix == b->prefix;
}

/* Marks of the series of `first` from there on that grow; all that are not do not count. */
static size_t follow_run(struct mark_list *marks, size_t first, uint32_t hole)
{
    size_t last = first, count = 1;
    for (size_t i = first + 1; i < marks->list.count; i++) {
        const struct mark *from = mark_at(marks, last), *to = mark_at(marks, i);
        if (to->run || !same_series(from, to) || to->value <= from->value ||
            to->value - from->value > hole)
            continue;
        last = i;
        mark_at(marks, i)->run = (uint32_t)first + 1;
        count++;
    }
    mark_at(marks, first)->run = (uint32_t)first + 1;
    return count;
}

static bool starts_its_line(const struct lines *lines, const struct mark *mark)
{
    return !mark->alone && mark->begin == lines->items[mark->line].text;
}

/* Between two words of a sentence, where a page may end and a note seldom stands. */
static bool is_within_sentence(const struct lines *lines, const struct mark *mark)
{
    const char *text = lines->text.data;
    size_t at = mark->begin, begin = lines->items[mark->line].text;
    if (mark->alone)
        return false;
    while (at > begin && is_space(text[at - 1]))
        at--;
    return at == begin || is_small(text[at - 1]) || is_capital(text[at - 1]) || text[at - 1] == ',';
}

/* Whether bare numbers may be pages: there are no others like them, and they lie pages apart. */
static bool is_paged(const struct mark_list *marks, size_t first, size_t count)
{
    size_t others = 0, starts = 0, apart = 0, sum = 0, within = 0, alone = 0;
    const struct mark *last = NULL;
    for (size_t i = 0; i < marks->list.count; i++) {
        const struct mark *mark = mark_at(marks, i);
        if (mark->run != first + 1) {
            others += same_series(mark, mark_at(marks, first));
            continue;
        }
        starts += starts_its_line(marks->lines, mark);
        within += is_within_sentence(marks->lines, mark);
        alone += mark->alone;
        if (last) {
            uint32_t rows = rows_apart(marks->lines, last, mark);
            apart += rows >= APART_MIN && rows <= APART_MAX;
            sum += rows;
        }
        last = mark;
    }
    return count >= BARE_MIN && within >= 2 && within * 2 >= count - alone &&
           others * 10 <= count && starts * 3 <= count && apart * 10 >= (count - 1) * 8 &&
           sum >= (count - 1) * APART_MEAN;
}

static bool is_run(const struct mark_list *marks, size_t first, size_t count)
{
    const struct mark *mark = mark_at(marks, first);
    if (mark->named)
        return count >= 2 || (mark->twice && mark->alone);
    return is_paged(marks, first, count);
}

/* At most so many runs are followed, so that the time stays linear. */
enum { RUNS_MAX = 32 };

static void choose_runs(struct mark_list *marks)
{
    size_t runs = 0;
    for (size_t i = 0; i < marks->list.count && runs < RUNS_MAX; i++) {
        if (mark_at(marks, i)->run)
            continue;
        runs++;
        size_t count = follow_run(marks, i, mark_at(marks, i)->named ? HOLE_MAX : 1);
        if (!is_run(marks, i, count))
            continue;
        for (size_t n = i; n < marks->list.count; n++)
            mark_at(marks, n)->page |= mark_at(marks, n)->run == i + 1;
    }
}

static bool copy_pages(struct mark **found, size_t *count, const struct mark_list *marks)
{
    size_t pages = 0;
    for (size_t i = 0; i < marks->list.count; i++)
        pages += mark_at(marks, i)->page;
    *found = quern_scratch(marks->list.call, pages + 1, sizeof **found);
    *count = 0;
    for (size_t i = 0; *found && i < marks->list.count; i++)
        if (mark_at(marks, i)->page)
            (*found)[(*count)++] = *mark_at(marks, i);
    return *found;
}

bool marks_find(struct mark **found, size_t *count, const struct lines *lines, quern_call *call)
{
    struct mark_list marks = {.lines = lines,
                              .list = {.call = call, .item_size = sizeof(struct mark)}};
    for (size_t i = 0; i < lines->count; i++)
        if (!(lines->items[i].flags & (LINE_BLANK | LINE_GAP)) && !collect_line(&marks, i))
            return false;
    choose_runs(&marks);
    return copy_pages(found, count, &marks);
}

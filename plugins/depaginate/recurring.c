/*
 * recurring.c - lines that recur, by their masks: at even distances, and apart from the text.
 */
#include "sequences.h"

#include <string.h>

/* Sorts by the masks, the upper halves of the entries; equal ones stay in the order of lines. */
static uint64_t *sort_entries(uint64_t *entries, uint64_t *other, size_t count)
{
    enum { DIGIT_BITS = 8, DIGITS = 1 << DIGIT_BITS };
    for (unsigned shift = 32; shift < 64; shift += DIGIT_BITS) {
        size_t starts[DIGITS] = {0}, sum = 0;
        for (size_t i = 0; i < count; i++)
            starts[entries[i] >> shift & (DIGITS - 1)]++;
        for (size_t digit = 0; digit < DIGITS; digit++) {
            size_t size = starts[digit];
            starts[digit] = sum;
            sum += size;
        }
        for (size_t i = 0; i < count; i++)
            other[starts[entries[i] >> shift & (DIGITS - 1)]++] = entries[i];
        uint64_t *sorted = other;
        other = entries;
        entries = sorted;
    }
    return entries;
}

static bool recurs(const struct lines *lines, const struct seen *seen, size_t line)
{
    const struct line *item = &lines->items[line];
    return !(item->flags & (LINE_BLANK | LINE_LONG)) && item->letters >= 3 &&
           times_seen(seen, lines, line) >= RECUR_MIN &&
           times_seen(seen, lines, line) <= lines->count / PAGE_ROWS_MIN + RECUR_MIN;
}

/* Apart from the text on one side at least. */
static bool is_isolated(const struct lines *lines, size_t line)
{
    return line == 0 || line_is_blank(lines, line - 1) || line_is_blank(lines, line + 1) ||
           (lines->items[line].flags | lines->items[line + 1].flags) & LINE_FEED;
}

/* Far from where the lines around it begin. */
static bool is_centred(const struct lines *lines, size_t line)
{
    const size_t far = 10;
    size_t above = lines_before(lines, line), below = lines_after(lines, line);
    size_t indent = lines->items[line].indent;
    return indent >= far && (above == SIZE_MAX || lines->items[above].indent + far <= indent) &&
           (below == lines->count || lines->items[below].indent + far <= indent);
}

/* Members of a class that lie a page apart from the one before; the others are left out. */
static size_t choose_members(const struct lines *lines, const uint64_t *entries, size_t count,
                             struct member *members)
{
    size_t kept = 0;
    for (size_t i = 0; i < count && (i - kept) * 3 <= count; i++) {
        uint32_t line = (uint32_t)entries[i];
        if (kept) {
            uint32_t last = members[kept - 1].line;
            if (lines->items[line].row - lines->items[last].row < PAGE_ROWS_MIN ||
                lines_compare(lines, last, line, 1) == UNLIKE)
                continue;
        }
        members[kept++] = (struct member){.line = line};
    }
    return kept < RECUR_MIN || kept * 3 < count * 2 ? 0 : kept;
}

/* A first look, which spares most classes the closer one: not even nearly regular. */
static bool is_irregular(const struct lines *lines, const struct member *members, size_t count)
{
    size_t near = 0;
    double mean =
        (double)(lines->items[members[count - 1].line].row - lines->items[members[0].line].row) /
        (double)(count - 1);
    for (size_t i = 1; i < count; i++) {
        double rows = lines->items[members[i].line].row - lines->items[members[i - 1].line].row;
        near += rows >= mean * 0.5 && rows <= mean * 1.6;
    }
    return near * 2 < count - 1;
}

static bool add_class(struct list *found, const struct lines *lines, const uint64_t *entries,
                      size_t count, struct member *buffer, quern_call *call)
{
    size_t kept = choose_members(lines, entries, count, buffer), isolated = 0, centred = 0;
    if (!kept || is_irregular(lines, buffer, kept))
        return true;
    for (size_t i = 0; i < kept; i++) {
        isolated += is_isolated(lines, buffer[i].line);
        centred += is_centred(lines, buffer[i].line);
    }
    if (isolated * 5 < kept * 4)
        return true;
    struct member *members = quern_scratch(call, kept, sizeof *members);
    struct sequence *sequence = list_add(found);
    if (!members || !sequence)
        return false;
    memcpy(members, buffer, kept * sizeof *members);
    *sequence = (struct sequence){.members = members,
                                  .count = kept,
                                  .kind = SEQUENCE_RECURRING,
                                  .prior = centred * 5 >= kept * 4 ? 1.5 : 0};
    return true;
}

static bool add_classes(struct list *found, const struct lines *lines, const uint64_t *entries,
                        size_t count, quern_call *call)
{
    size_t from = 0;
    struct member *buffer = quern_scratch(call, count, sizeof *buffer);
    if (!buffer)
        return false;
    for (size_t i = 1; i <= count; i++)
        if (i == count || entries[i] >> 32 != entries[from] >> 32) {
            if (i - from >= RECUR_MIN &&
                !add_class(found, lines, entries + from, i - from, buffer, call))
                return false;
            from = i;
        }
    return true;
}

bool recurring_add(struct list *found, const struct lines *lines, const struct seen *seen,
                   quern_call *call)
{
    size_t count = 0;
    for (size_t i = 0; i < lines->count; i++)
        count += recurs(lines, seen, i);
    if (!count)
        return true;
    uint64_t *entries = quern_scratch(call, count, sizeof *entries);
    uint64_t *other = quern_scratch(call, count, sizeof *other);
    if (!entries || !other)
        return false;
    count = 0;
    for (size_t i = 0; i < lines->count; i++)
        if (recurs(lines, seen, i))
            entries[count++] = (uint64_t)lines->items[i].mask << 32 | i;
    return add_classes(found, lines, sort_entries(entries, other, count), count, call);
}

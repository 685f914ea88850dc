/*
 * nodes.c - the numbers of a text that may be those of pages: set off, marked as such, or in lines
 * that recur; not the rows of a table, nor the lines of a listing.
 */
#include "sequences.h"

#include <string.h>

enum { LISTING_MIN = 3 };

/* The line without the number: spaces count as one, and none at the ends. */
static uint32_t hash_rest(const struct lines *lines, size_t line, const struct number *number)
{
    const struct line *item = &lines->items[line];
    uint32_t hash = 2166136261u;
    bool space = false;
    for (uint32_t i = item->text; i < item->end; i++) {
        if (i == number->begin) {
            i = number->end - 1;
            space = true;
            continue;
        }
        char c = lines->text.data[i];
        if (is_space(c)) {
            space = true;
            continue;
        }
        hash = space ? (hash ^ ' ') * 16777619u : hash;
        hash = (hash ^ (unsigned char)c) * 16777619u;
        space = false;
    }
    return hash;
}

static uint32_t key_of(const struct number *number)
{
    return number->prefix ^ ((uint32_t)number->kind * 0x9e3779b9u);
}

/* Whether a line has a number where this one has its own. */
static bool same_column(const struct lines *lines, size_t line, size_t other, enum slot slot)
{
    const struct line *a = &lines->items[line], *b = &lines->items[other];
    if (b->flags & (LINE_BLANK | LINE_LONG))
        return false;
    if (a->mask == b->mask)
        return true;
    if (slot == SLOT_ALONE)
        return !b->letters;
    return is_digit(lines->text.data[slot == SLOT_LEFT ? b->text : b->end - 1]);
}

/* A row of a table, or of a list: it stands among lines like it, without a gap. */
static bool is_row(const struct lines *lines, size_t line, enum slot slot)
{
    size_t first = line, last = line;
    while (first > 0 && line - first < 2 && same_column(lines, line, first - 1, slot))
        first--;
    while (last + 1 < lines->count && last - line < 2 && same_column(lines, line, last + 1, slot))
        last++;
    return last - first >= 2;
}

static bool may_be_furniture(const struct nodes *nodes, const struct seen *seen, size_t line,
                             const struct number *number)
{
    if (number->value == 0 || number->kind == NUMBER_NONE)
        return false;
    if (number->listed && number->slot != SLOT_ALONE)
        return false;
    return number->wide || number->marked || times_seen(seen, nodes->lines, line) >= RECUR_MIN;
}

/* Lines that number themselves, three or more one after the other, are the lines of a listing. */
static void mark_listing(struct nodes *nodes, size_t node)
{
    struct node *last = node_at(nodes, node);
    for (size_t i = node; i-- > 0 && node_at(nodes, i)->line + 2 >= last->line;) {
        struct node *before = node_at(nodes, i);
        if (before->line == last->line || before->slot != last->slot ||
            before->kind != last->kind || before->value + 1 != last->value)
            continue;
        last->run = (uint8_t)(before->run < UINT8_MAX ? before->run + 1 : UINT8_MAX);
        if (last->run < LISTING_MIN)
            return;
        last->used = true;
        for (size_t n = i + 1; n-- > 0 && node_at(nodes, n)->line + 4 >= last->line;) {
            struct node *row = node_at(nodes, n);
            row->used |= row->slot == last->slot && row->value < last->value &&
                         row->value + LISTING_MIN > last->value;
        }
        return;
    }
}

static bool add_number(struct nodes *nodes, const struct seen *seen, size_t line,
                       const struct number *number)
{
    if (!may_be_furniture(nodes, seen, line, number))
        return true;
    struct node *node = list_add(&nodes->list);
    if (!node)
        return false;
    *node = (struct node){.line = (uint32_t)line,
                          .value = number->value,
                          .key = key_of(number),
                          .begin = number->begin,
                          .end = number->end,
                          .rest = hash_rest(nodes->lines, line, number),
                          .before = NO_NODE,
                          .length = 1,
                          .letters = nodes->lines->items[line].letters,
                          .of = (uint16_t)(number->of <= UINT16_MAX ? number->of : 0),
                          .slot = (uint8_t)number->slot,
                          .kind = (uint8_t)number->kind,
                          .wide = number->wide,
                          .marked = number->marked,
                          .run = 1};
    mark_listing(nodes, nodes->list.count - 1);
    return true;
}

bool nodes_collect(struct nodes *nodes, const struct seen *seen)
{
    const struct lines *lines = nodes->lines;
    struct number numbers[NUMBERS_PER_LINE];
    for (size_t i = 0; i < lines->count; i++) {
        if (lines->items[i].flags & (LINE_BLANK | LINE_LONG))
            continue;
        size_t count = numbers_find(lines, i, numbers);
        for (size_t n = 0; n < count; n++)
            if (!is_row(lines, i, numbers[n].slot) && !add_number(nodes, seen, i, &numbers[n]))
                return false;
    }
    return true;
}

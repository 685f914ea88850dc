/*
 * sequences.c - what could be the furniture of a run of pages, one line a page: numbers that grow by
 * one, lines that recur, form feeds. Which of them are pages is decided later.
 */
#include "sequences.h"

#include <math.h>
#include <string.h>

static bool count_masks(struct seen *seen, const struct lines *lines, quern_call *call)
{
    size_t size = 1024;
    while (size < lines->count)
        size *= 2;
    seen->counts = quern_scratch(call, size, sizeof *seen->counts);
    if (!seen->counts)
        return false;
    seen->mask = (uint32_t)(size - 1);
    for (size_t i = 0; i < lines->count; i++)
        if (!(lines->items[i].flags & (LINE_BLANK | LINE_LONG)))
            seen->counts[lines->items[i].mask & seen->mask]++;
    return true;
}

static bool add_feeds(struct list *found, const struct lines *lines, quern_call *call)
{
    size_t count = 0;
    for (size_t i = 0; i < lines->count; i++)
        count += (lines->items[i].flags & LINE_FEED) != 0;
    if (!count)
        return true;
    struct member *members = quern_scratch(call, count, sizeof *members);
    struct sequence *sequence = list_add(found);
    if (!members || !sequence)
        return false;
    count = 0;
    for (size_t i = 0; i < lines->count; i++)
        if (lines->items[i].flags & LINE_FEED)
            members[count++] = (struct member){.line = (uint32_t)i};
    *sequence = (struct sequence){.members = members, .count = count, .kind = SEQUENCE_FEEDS};
    return true;
}

/* The more there is to choose from, the likelier something looks regular by chance. */
static void discount_choice(struct list *found)
{
    size_t classes = 0, chains = 0;
    for (size_t i = 0; i < found->count; i++) {
        classes += sequence_at(found, i)->kind == SEQUENCE_RECURRING;
        chains += sequence_at(found, i)->kind == SEQUENCE_NUMBERS;
    }
    for (size_t i = 0; i < found->count; i++) {
        struct sequence *sequence = sequence_at(found, i);
        if (sequence->kind == SEQUENCE_RECURRING)
            sequence->prior -= log((double)classes);
        else if (sequence->kind == SEQUENCE_NUMBERS)
            sequence->prior -= 0.5 * log((double)chains);
    }
}

bool sequences_find(struct list *found, const struct lines *lines, quern_call *call)
{
    struct seen seen;
    *found = (struct list){.call = call, .item_size = sizeof(struct sequence)};
    struct nodes nodes = {.lines = lines, .list = {.call = call, .item_size = sizeof(struct node)}};
    if (!add_feeds(found, lines, call) || !count_masks(&seen, lines, call) ||
        !nodes_collect(&nodes, &seen) || !chains_add(found, &nodes) ||
        !recurring_add(found, lines, &seen, call))
        return false;
    discount_choice(found);
    return true;
}

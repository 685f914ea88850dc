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

struct sequence *sequence_add(struct sequences *found, quern_call *call)
{
    if (found->count == found->room) {
        size_t room = found->room ? found->room * 2 : 64;
        struct sequence *items = quern_scratch(call, room, sizeof *items);
        if (!items)
            return NULL;
        if (found->count)
            memcpy(items, found->items, found->count * sizeof *items);
        found->items = items;
        found->room = room;
    }
    return &found->items[found->count++];
}

static bool add_feeds(struct sequences *found, const struct lines *lines, quern_call *call)
{
    size_t count = 0;
    for (size_t i = 0; i < lines->count; i++)
        count += (lines->items[i].flags & LINE_FEED) != 0;
    if (!count)
        return true;
    struct member *members = quern_scratch(call, count, sizeof *members);
    struct sequence *sequence = sequence_add(found, call);
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
static void discount_choice(struct sequences *found)
{
    size_t classes = 0, chains = 0;
    for (size_t i = 0; i < found->count; i++) {
        classes += found->items[i].kind == SEQUENCE_RECURRING;
        chains += found->items[i].kind == SEQUENCE_NUMBERS;
    }
    for (size_t i = 0; i < found->count; i++)
        if (found->items[i].kind == SEQUENCE_RECURRING)
            found->items[i].prior -= log((double)classes);
        else if (found->items[i].kind == SEQUENCE_NUMBERS)
            found->items[i].prior -= 0.5 * log((double)chains);
}

bool sequences_find(struct sequences *found, const struct lines *lines, quern_call *call)
{
    struct seen seen;
    struct nodes nodes = {.lines = lines, .call = call};
    if (!add_feeds(found, lines, call) || !count_masks(&seen, lines, call) ||
        !nodes_collect(&nodes, &seen) || !chains_add(found, &nodes) ||
        !recurring_add(found, lines, &seen, call))
        return false;
    discount_choice(found);
    return true;
}

/*
 * list.c - lists that grow.
 *
 * Scratch memory is not given back before the text is done with, so an array that doubles leaves
 * behind as much as it holds, and may hold twice what is needed. A list is made of blocks instead.
 */
#include "depaginate.h"

#include <string.h>

static bool add_block(struct list *list)
{
    size_t count = list->count / LIST_BLOCK;
    if (count == list->room) {
        size_t room = count ? count * 2 : 16;
        char **blocks = quern_scratch(list->call, room, sizeof *blocks);
        if (!blocks)
            return false;
        if (count)
            memcpy(blocks, list->blocks, count * sizeof *blocks);
        list->blocks = blocks;
        list->room = room;
    }
    list->blocks[count] = quern_scratch(list->call, LIST_BLOCK, list->item_size);
    return list->blocks[count];
}

void *list_add(struct list *list)
{
    if (list->count % LIST_BLOCK == 0 && !add_block(list))
        return NULL;
    return list_at(list, list->count++);
}

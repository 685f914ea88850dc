/* care.c - how carefully a document is written. */
#include "care.h"

#include <string.h>

/* How much of a text is looked at to judge its writer. */
#define TEXT_LIMIT ((size_t)64 << 10)

/* How often a letter stands alone, or before an apostrophe, as "I" does. */
static size_t count_lone(quern_string text, char letter)
{
    size_t count = 0;
    const char *end = text.data + text.size;
    for (const char *at = text.data; (at = memchr(at, letter, (size_t)(end - at))); at++)
        count += at > text.data && at + 1 < end && (at[-1] == ' ' || at[-1] == '\n') &&
                 (at[1] == ' ' || at[1] == '\'');
    return count;
}

static bool has_lower_i(quern_string text)
{
    if (text.size > TEXT_LIMIT)
        text.size = TEXT_LIMIT;
    return count_lone(text, 'i') > count_lone(text, 'I');
}

/* Few blocks of a careful writer end without a full stop, or a colon. */
struct care care_judge(const struct blocks *blocks)
{
    quern_string text = blocks_text(blocks);
    size_t count = 0, unfinished = 0;
    for (size_t i = 0; i < blocks->count; i++) {
        const struct block *block = &blocks->items[i];
        if (!block_holds_sentences(block))
            continue;
        count++;
        unfinished += !block_ends_sentence(blocks, block) && block_last_byte(blocks, block) != ':';
    }
    bool many = unfinished * 20 >= count * 3, most = unfinished * 5 >= count * 2;
    return (struct care){.unfinished = (uint8_t)(many + most), .lower_i = has_lower_i(text)};
}

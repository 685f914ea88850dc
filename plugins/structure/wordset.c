/* wordset.c - sets of short words. */
#include "wordset.h"

#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* FNV-1a, without a seed: the sets hold a stage's own lists and never a document's words, so that
 * no text can bring about a run of occupied places that is longer than the lists make it. */
static size_t hash(const char *text, size_t size)
{
    uint64_t value = 0xcbf29ce484222325U;
    for (size_t i = 0; i < size; i++)
        value = (value ^ (unsigned char)text[i]) * 0x100000001b3U;
    return (size_t)(value ^ value >> 29);
}

/* The place of a word that is in lower case, or the empty place where it belongs. */
static struct word *find_place(const struct wordset *set, const char *text, size_t size)
{
    size_t place = hash(text, size) & set->mask;
    while (set->words[place].size != 0) {
        struct word *word = &set->words[place];
        if (word->size == size && memcmp(word->text, text, size) == 0)
            return word;
        place = (place + 1) & set->mask;
    }
    return &set->words[place];
}

size_t wordset_places(size_t count)
{
    size_t places = 8;
    while (places < 2 * count)
        places *= 2;
    return places;
}

void wordset_open(struct wordset *set, struct word *words, size_t places)
{
    set->words = words;
    set->mask = places - 1;
}

bool wordset_add(struct wordset *set, quern_string text, uint8_t value)
{
    if (text.size == 0 || text.size > WORDSET_LONGEST || 2 * set->count > set->mask)
        return false;
    struct word word = {.size = (uint8_t)text.size, .value = value};
    for (size_t i = 0; i < text.size; i++)
        word.text[i] = lower(text.data[i]);
    struct word *place = find_place(set, word.text, word.size);
    set->count += place->size == 0;
    *place = word;
    set->sizes[text.data[0] & 31][text.data[text.size - 1] & 31] |= UINT32_C(1) << text.size;
    return true;
}

uint8_t wordset_find(const struct wordset *set, quern_string text)
{
    if (text.size == 0 || !wordset_may_hold(set, text.data, text.size))
        return 0;
    char word[WORDSET_LONGEST];
    for (size_t i = 0; i < text.size; i++)
        word[i] = lower(text.data[i]);
    return find_place(set, word, text.size)->value;
}

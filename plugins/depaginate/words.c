/*
 * words.c - the words of a text, to decide whether a hyphen at a line's end belongs to the word.
 */
#include "depaginate.h"

#include <string.h>

enum { BYTES_PER_SLOT = 4 };

static bool is_word_letter(char c)
{
    return is_small(c) || is_capital(c) || (unsigned char)c >= 0x80;
}

static uint32_t hash_letters(uint32_t hash, quern_string text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        hash = (hash ^ (unsigned char)(is_capital(c) ? c | 0x20 : c)) * 16777619u;
    }
    return hash;
}

static uint32_t hash_word(quern_string text)
{
    uint32_t hash = hash_letters(2166136261u, text);
    return hash ? hash : 1;
}

static bool has_hash(const struct words *words, uint32_t hash)
{
    for (uint32_t at = hash & words->mask; words->slots[at]; at = (at + 1) & words->mask)
        if (words->slots[at] == hash)
            return true;
    return false;
}

static void add_word(struct words *words, quern_string word)
{
    uint32_t hash = hash_word(word), at = hash & words->mask;
    while (words->slots[at] && words->slots[at] != hash)
        at = (at + 1) & words->mask;
    words->count += !words->slots[at];
    words->slots[at] = hash;
}

/* Words with their inner hyphens. What a hyphen at a line's end has parted is what is asked about,
 * and no witness. */
static void add_words(struct words *words, quern_string text, bool continued)
{
    for (size_t at = 0; at < text.size;) {
        size_t from = at;
        while (at < text.size &&
               (is_word_letter(text.data[at]) || (at > from && text.data[at] == '-')))
            at++;
        if (at > from && !continued && text.data[at - 1] != '-')
            add_word(words, (quern_string){text.data + from, at - from});
        continued = continued && at == from;
        at += at == from;
    }
}

static bool ends_parted(quern_string text)
{
    return text.data[text.size - 1] == '-' || (unsigned char)text.data[text.size - 1] >= 0x80;
}

bool words_read(struct words *words, const struct lines *lines, quern_call *call)
{
    size_t size = 64;
    while (size < lines->text.size / BYTES_PER_SLOT)
        size *= 2;
    words->slots = quern_scratch(call, size * 2, sizeof *words->slots);
    words->mask = (uint32_t)(size * 2 - 1);
    if (!words->slots)
        return false;
    bool continued = false;
    for (size_t i = 0; i < lines->count; i++) {
        if (line_is_blank(lines, i))
            continue;
        add_words(words, line_text(lines, i), continued);
        continued = ends_parted(line_text(lines, i));
    }
    return true;
}

bool words_have(const struct words *words, quern_string front, quern_string between,
                quern_string back)
{
    uint32_t hash = hash_letters(hash_letters(hash_letters(2166136261u, front), between), back);
    return has_hash(words, hash ? hash : 1);
}

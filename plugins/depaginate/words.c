/*
 * words.c - the words of a text, to decide whether a hyphen at a line's end belongs to the word.
 */
#include "depaginate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* So many slots are looked at for a word: more than hashes share by chance. */
enum { PROBES_MAX = 64 };

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

/* The slot of a hash, or the free one where it belongs; NULL when too many others stand there. */
static uint32_t *find_slot(const struct words *words, uint32_t hash)
{
    for (uint32_t probe = 0; probe < PROBES_MAX; probe++) {
        uint32_t *slot = &words->slots[(hash + probe) & words->mask];
        if (!*slot || *slot == hash)
            return slot;
    }
    return NULL;
}

void words_free(struct words *words)
{
    if (!words->call)
        free(words->slots);
}

/* Twice the slots, when half of them are taken. */
static bool grow(struct words *words)
{
    struct words larger = {.call = words->call, .mask = words->slots ? words->mask * 2 + 1 : 1023};
    size_t size = (size_t)larger.mask + 1;
    larger.slots = words->call ? quern_scratch(words->call, size, sizeof *larger.slots)
                               : calloc(size, sizeof *larger.slots);
    if (!larger.slots)
        return false;
    for (size_t i = 0; words->slots && i <= words->mask; i++) {
        uint32_t *slot = words->slots[i] ? find_slot(&larger, words->slots[i]) : NULL;
        if (slot)
            *slot = words->slots[i];
    }
    larger.count = words->count;
    words_free(words);
    *words = larger;
    return true;
}

static bool add_word(struct words *words, quern_string word)
{
    uint32_t hash = hash_word(word);
    if (words->count * 2 >= words->mask && !grow(words))
        return false;
    uint32_t *slot = find_slot(words, hash);
    if (slot && !*slot) {
        *slot = hash;
        words->count++;
    }
    return true;
}

/* Words with their inner hyphens. What a hyphen at a line's end has parted is what is asked about,
 * and no witness. */
static bool add_words(struct words *words, quern_string text, bool continued)
{
    for (size_t at = 0; at < text.size;) {
        size_t from = at;
        while (at < text.size &&
               (is_word_letter(text.data[at]) || (at > from && text.data[at] == '-')))
            at++;
        if (at > from && !continued && text.data[at - 1] != '-' &&
            !add_word(words, (quern_string){text.data + from, at - from}))
            return false;
        continued = continued && at == from;
        at += at == from;
    }
    return true;
}

static bool ends_parted(quern_string text)
{
    return text.data[text.size - 1] == '-' || (unsigned char)text.data[text.size - 1] >= 0x80;
}

bool words_read(struct words *words, const struct lines *lines, quern_call *call)
{
    *words = (struct words){.call = call};
    if (!grow(words))
        return false;
    bool continued = false;
    for (size_t i = 0; i < lines->count; i++) {
        if (line_is_blank(lines, i))
            continue;
        if (!add_words(words, line_text(lines, i), continued))
            return false;
        continued = ends_parted(line_text(lines, i));
    }
    return true;
}

bool words_have(const struct words *words, quern_string front, quern_string between,
                quern_string back)
{
    uint32_t hash = hash_letters(hash_letters(hash_letters(2166136261u, front), between), back);
    if (!words->slots)
        return false;
    const uint32_t *slot = find_slot(words, hash ? hash : 1);
    return slot && *slot;
}

bool words_load(struct words *words, const char *path)
{
    char line[256];
    FILE *file = fopen(path, "r");
    if (!file)
        return false;
    *words = (struct words){0};
    bool good = grow(words);
    while (good && fgets(line, sizeof line, file))
        good = add_words(words, (quern_string){line, strcspn(line, "\r\n")}, false);
    good = good && !ferror(file);
    fclose(file);
    return good;
}

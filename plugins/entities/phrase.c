/* phrase.c - see phrase.h. The hash is a multiply and xor a byte, finished as in splitmix64. */
#include "phrase.h"

#include <utf8proc.h>

static uint64_t mix(uint64_t hash, unsigned char byte)
{
    hash = (hash ^ byte) * 0x9E3779B97F4A7C15U;
    return hash ^ hash >> 29;
}

static void add_byte(struct phrase *phrase, unsigned char byte)
{
    phrase->hash = mix(phrase->hash, byte);
    phrase->spaced = false;
}

/* Adds the letters of ASCII with which the text begins, and returns how many there are. */
static size_t add_letters(struct phrase *phrase, const char *text, size_t size, bool small)
{
    uint64_t hash = phrase->hash;
    size_t i = 0;
    for (; i < size; i++) {
        unsigned char byte = (unsigned char)text[i], lower = byte | 0x20;
        if (lower < 'a' || lower > 'z')
            break;
        hash = mix(hash, small ? lower : byte);
    }
    phrase->hash = hash;
    phrase->spaced &= i == 0;
    return i;
}

void phrase_space(struct phrase *phrase)
{
    if (phrase->spaced)
        return;
    add_byte(phrase, ' ');
    phrase->spaced = true;
}

/* Adds the character beyond ASCII that stands at `text`, and returns its size. */
static size_t add_wide(struct phrase *phrase, const char *text, size_t size, bool small)
{
    utf8proc_int32_t code;
    utf8proc_ssize_t length =
        utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, &code);
    if (length < 1)
        return 1;
    if (code == 0x2019)
        add_byte(phrase, '\'');
    else if (code == 0x2010 || code == 0x2011)
        phrase_space(phrase);
    else {
        utf8proc_uint8_t bytes[4];
        utf8proc_ssize_t count = utf8proc_encode_char(small ? utf8proc_tolower(code) : code, bytes);
        for (utf8proc_ssize_t i = 0; i < count; i++)
            add_byte(phrase, bytes[i]);
    }
    return (size_t)length;
}

static void add_ascii(struct phrase *phrase, char byte, bool small)
{
    if (byte == '-' || byte == ' ' || (byte >= '\t' && byte <= '\r'))
        phrase_space(phrase);
    else if (small && byte >= 'A' && byte <= 'Z')
        add_byte(phrase, (unsigned char)(byte + ('a' - 'A')));
    else
        add_byte(phrase, (unsigned char)byte);
}

void phrase_add(struct phrase *phrase, const char *text, size_t size, enum folding folding)
{
    for (size_t i = 0; i < size;) {
        bool small = folding == FOLD_ALL || (folding == FOLD_TAIL && i > 0);
        size_t alike = folding == FOLD_TAIL && i == 0 ? 1 : size - i;
        size_t letters = add_letters(phrase, text + i, alike, small);
        if (letters > 0)
            i += letters;
        else if ((unsigned char)text[i] < 0x80)
            add_ascii(phrase, text[i++], small);
        else
            i += add_wide(phrase, text + i, size - i, small);
    }
}

uint64_t phrase_key(const struct phrase *phrase)
{
    uint64_t key = phrase->hash;
    key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9U;
    key = (key ^ (key >> 27)) * 0x94D049BB133111EBU;
    key ^= key >> 31;
    return key == 0 ? 1 : key;
}

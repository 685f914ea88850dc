/* byte_class.h - what each byte is to a tokenizer, and small questions about the bytes of a text. */
#ifndef STRUCTURE_BYTE_CLASS_H
#define STRUCTURE_BYTE_CLASS_H

#include "character.h"

/* What a byte can be. The first three are sets of bits, so that a word remembers what it met. */
enum {
    C_LETTER = 1,
    C_DIGIT = 2,
    C_UNDERSCORE = 4,
    C_WORD = C_LETTER | C_DIGIT | C_UNDERSCORE,
    C_JOINER = 8, /* may stand between the halves of one token */
    C_HIGH = 16,  /* part of a character beyond ASCII */
    C_SPACE = 32, /* or a control character */
    C_MARK = 64,
    C_LONE = 128 /* a mark that is always a token by itself */
};

extern const uint8_t byte_classes[256];

static inline uint8_t class_at(quern_string text, size_t at)
{
    return byte_classes[(unsigned char)byte_at(text, at)]; /* the end of the text is a space */
}

static inline bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static inline bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static inline bool starts_with(quern_string text, size_t at, const char *what, size_t size)
{
    return text.size - at >= size && memcmp(text.data + at, what, size) == 0;
}

static inline bool is_word_byte_before(quern_string text, size_t at)
{
    return at > 0 && (class_at(text, at - 1) & (C_WORD | C_HIGH));
}

#endif

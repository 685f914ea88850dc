/* character.h - what structure has to know about a character. */
#ifndef STRUCTURE_CHARACTER_H
#define STRUCTURE_CHARACTER_H

#include <quern.h>

#include <string.h>

/* Classes of UAX #29's property Word_Break, in the order of tools/characters.py. An extended
 * pictograph is a class of its own here, and so is one that is a letter besides. */
enum word_break {
    BREAK_OTHER,
    BREAK_CR,
    BREAK_LF,
    BREAK_NEWLINE,
    BREAK_EXTEND,
    BREAK_ZWJ,
    BREAK_FORMAT,
    BREAK_REGIONAL,
    BREAK_KATAKANA,
    BREAK_HEBREW,
    BREAK_LETTER,
    BREAK_SINGLE_QUOTE,
    BREAK_DOUBLE_QUOTE,
    BREAK_MID_NUM_LET,
    BREAK_MID_LETTER,
    BREAK_MID_NUM,
    BREAK_NUMERIC,
    BREAK_EXTEND_NUM_LET,
    BREAK_SPACE,
    BREAK_PICTOGRAPH,
    BREAK_PICTOGRAPH_LETTER,
    BREAK_END /* no character: the end of the text */
};

enum character_kind {
    KIND_OTHER, /* controls, combining marks, unassigned */
    KIND_LOWER,
    KIND_UPPER,
    KIND_LETTER, /* without case */
    KIND_NUMBER,
    KIND_PUNCTUATION,
    KIND_SYMBOL,
    KIND_SPACE
};

struct character {
    uint32_t code;
    enum word_break word_break;
    enum character_kind kind;
};

/* For each block of 128 characters the row of character_blocks, where a byte holds a character's
 * word_break in the low five bits and its kind in the others. */
extern const uint16_t character_index[0x110000 / 128];
extern const uint8_t character_blocks[][128];

/* The character at `*position`, which is stepped over. At the end of the text: BREAK_END, and
 * nothing is stepped over. */
static inline struct character character_next(quern_string text, size_t *position)
{
    if (*position >= text.size)
        return (struct character){.word_break = BREAK_END, .kind = KIND_SPACE};
    uint32_t code = (unsigned char)text.data[*position];
    if (code < 0x80)
        ++*position;
    else
        code = quern_next_char(text, position);
    uint8_t entry = character_blocks[character_index[code / 128]][code % 128];
    return (struct character){code, (enum word_break)(entry & 31),
                              (enum character_kind)(entry >> 5)};
}

/* The same, without stepping. */
static inline struct character character_at(quern_string text, size_t position)
{
    return character_next(text, &position);
}

/* The character that ends at `position`; BREAK_END at the start of the text. */
static inline struct character character_before(quern_string text, size_t position)
{
    if (position == 0)
        return character_at(text, text.size);
    do
        position--;
    while (position > 0 && ((unsigned char)text.data[position] & 0xC0) == 0x80);
    return character_at(text, position);
}

/* Whether a character is one of a string of ASCII. A NUL, and the end of the text, are in none. */
static inline bool is_one_of(uint32_t code, const char *set)
{
    return code > 0 && code < 0x80 && strchr(set, (int)code);
}

/* The byte at a place, which may lie beyond the text: a NUL is there. */
static inline char byte_at(quern_string text, size_t at)
{
    return at < text.size ? text.data[at] : '\0';
}

/* How many bytes from `at` on are in a string of ASCII. */
static inline size_t count_run(quern_string text, size_t at, const char *set)
{
    size_t end = at;
    while (is_one_of((unsigned char)byte_at(text, end), set))
        end++;
    return end - at;
}

static inline bool kind_is_letter(enum character_kind kind)
{
    return kind >= KIND_LOWER && kind <= KIND_LETTER;
}

#endif

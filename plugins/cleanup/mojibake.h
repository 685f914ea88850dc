/*
 * mojibake.h - what the files about mojibake share: characters, encodings, and a line of text.
 *
 *   mojibake.c          finds the lines that may hold some, and makes the edits
 *   mojibake_line.c     decides what in a line was misread, and in which encoding
 *   mojibake_unit.c     reads the bytes of a character of UTF-8 out of letters
 *   mojibake_control.c  sees to C1 control characters that remain
 *   mojibake_table.c    what is known of characters; made by tools/mojibake.py
 */
#ifndef MOJIBAKE_H
#define MOJIBAKE_H

#include "cleanup.h"

/* The encodings that UTF-8 may have been read in, with how much has to speak for each, in quarters
 * of a bit: the rarer the mistake, the more. In the order of tools/mojibake.py. */
#define MOJIBAKE_ENCODINGS(X)                                                                      \
    X("mojibake-windows-1252", 32)                                                                 \
    X("mojibake-windows-1250", 44)                                                                 \
    X("mojibake-windows-1251", 44)                                                                 \
    X("mojibake-windows-1253", 44)                                                                 \
    X("mojibake-windows-1254", 44)                                                                 \
    X("mojibake-windows-1257", 44)                                                                 \
    X("mojibake-iso-8859-2", 52)                                                                   \
    X("mojibake-macroman", 44)                                                                     \
    X("mojibake-ibm-437", 44)                                                                      \
    X("mojibake-ibm-850", 64)                                                                      \
    X("mojibake-ibm-866", 64)                                                                      \
    X("mojibake-koi8-r", 64)                                                                       \
    X("mojibake-windows-1255", 64)                                                                 \
    X("mojibake-windows-1256", 64)                                                                 \
    X("mojibake-windows-1258", 64)                                                                 \
    X("mojibake-iso-8859-5", 64)

enum { ENCODINGS = 16, RULE_CONTROLS = ENCODINGS + 1 };

/* Types of characters that have to be told apart here; the others are in the table alone. */
enum {
    TYPE_ASCII_SMALL = 4,
    TYPE_ASCII_CAPITAL = 5,
    TYPE_LATIN_SMALL = 6,
    TYPE_LATIN_CAPITAL = 7,
    TYPE_LETTER = 12,
    TYPE_HAN = 15,
    TYPE_HANGUL = 17,
    TYPE_C1 = 40,
    TYPES = 44
};

/* What is known of a character: in which encodings it stands for a byte that begins a character of
 * UTF-8, in which for one that goes on with it, in which for the same byte as in the first of them, and
 * for what byte; and how unusual it is among the characters of its type, in quarters of a bit. */
struct character {
    uint16_t lead, tail, like_first; /* a bit for each encoding */
    uint8_t type, cost;
    uint8_t bytes[ENCODINGS];
};

/* mojibake_table.c */
extern const struct character mojibake_characters[];
extern const uint16_t mojibake_blocks[][128];
extern const uint8_t mojibake_index[0x110000 >> 7];
/* How unusual a character of the second type is behind one of the first, in quarters of a bit. */
extern const uint8_t mojibake_pairs[TYPES][TYPES];
/* What the bytes 0x80 to 0x9F are in Windows-1252 and in MacRoman. */
extern const uint16_t mojibake_controls[2][32];

enum {
    COST_ODD = 76,   /* the most for a character that stays: anything may stand in a text */
    COST_SCRIPT = 48 /* a letter behind one of another script, both of scripts without case */
};

static inline const struct character *character_of(uint32_t code)
{
    return &mojibake_characters[mojibake_blocks[mojibake_index[code >> 7]][code & 127]];
}

/* A character, and what is known of it. */
struct known {
    uint32_t code;
    const struct character *is;
};

static inline struct known know(uint32_t code)
{
    return (struct known){code, character_of(code)};
}

static inline uint32_t character_cost(struct known before, struct known next)
{
    uint8_t first = before.is->type, second = next.is->type;
    uint32_t cost = mojibake_pairs[first][second] + next.is->cost;
    bool foreign =
        first == TYPE_LETTER && second == TYPE_LETTER && before.code >> 8 != next.code >> 8;
    return cost + (foreign ? COST_SCRIPT : 0);
}

/* A character of a line, and where in the text it comes from. */
struct letter {
    uint32_t code, begin, end;
    uint8_t rule; /* why it is not as it was: 1 and the encoding, or RULE_CONTROLS; 0 if it is */
    uint8_t made_size;
    uint32_t made; /* what this and the letters behind it, `made_size` in all, would be read as */
    const struct character *is;
};

/* The best way to a place in a line: what it costs, and its last step. */
struct way {
    struct known last;
    uint32_t cost;
    uint8_t size;   /* letters of the last step; more than one where they were read anew */
    bool from_made; /* the step before read letters anew */
};

enum { LINE_LETTERS = 4096, UNIT_LETTERS = 6 };

/* Most letters of most lines are ASCII, and all that is looked for is not: so `high` has the places of
 * those that are not ASCII. */
struct line {
    struct letter *letters, *spare; /* one of the rooms each */
    size_t count;
    struct letter rooms[2][LINE_LETTERS];
    uint16_t high[LINE_LETTERS];
    size_t high_count;
    struct way kept[LINE_LETTERS + 1], made[LINE_LETTERS + 1];
};

static inline struct known line_known(const struct line *line, size_t place)
{
    return place < line->count ? (struct known){line->letters[place].code, line->letters[place].is}
                               : know('\n');
}

static inline struct known line_before(const struct line *line, size_t place)
{
    return place ? line_known(line, place - 1) : know('\n');
}

static inline uint32_t line_code(const struct line *line, size_t place)
{
    return place < line->count ? line->letters[place].code : '\n';
}

/* Letters that would be one character. */
struct unit {
    uint32_t code, cost; /* what speaks against it beside its neighbours */
    unsigned size;
};

/* Reads the unit that begins with the first of `count` letters; false when there is none. */
bool unit_read(const struct letter *letters, size_t count, int encoding, struct unit *unit);
/* What speaks against a unit at `begin`, its place considered. */
uint32_t unit_cost(const struct line *line, size_t begin, const struct unit *unit);
/* Whether a character goes with its neighbours as letters and digits do. */
bool unit_company(uint32_t code);

/* Whether reading the unit that `letters` begin with anew might make the better text, in any of the
 * encodings, given as bits. `before` is the letter in front of them. */
bool unit_may_pay(const struct letter *letters, size_t count, struct known before,
                  uint32_t encodings);
/* Finds the letters of a line that are not ASCII. */
void line_find_high(struct line *line);
/* Undoes what came of reading UTF-8 in another encoding. Whether anything has changed. */
bool line_repair(struct line *line);
/* The same, of reading Windows-1252 or MacRoman as Latin-1. */
bool line_decode_controls(struct line *line);

#endif

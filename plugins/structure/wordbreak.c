/*
 * wordbreak.c - word boundaries by UAX #29 (Unicode 15.0), rules WB3 to WB999.
 *
 * Every segment is found in one pass from its first character, with a look past one mid-word
 * character such as an apostrophe: no character is read more than a few times.
 */
#include "wordbreak.h"

#include "character.h"

#define BIT(class) (1U << (class))

enum {
    LETTERS = BIT(BREAK_LETTER) | BIT(BREAK_HEBREW) | BIT(BREAK_PICTOGRAPH_LETTER),
    LINE_ENDS = BIT(BREAK_CR) | BIT(BREAK_LF) | BIT(BREAK_NEWLINE),
    IGNORED = BIT(BREAK_EXTEND) | BIT(BREAK_ZWJ) | BIT(BREAK_FORMAT),
    PICTOGRAPHS = BIT(BREAK_PICTOGRAPH) | BIT(BREAK_PICTOGRAPH_LETTER),
    JOINED_BY_UNDERSCORE =
        LETTERS | BIT(BREAK_NUMERIC) | BIT(BREAK_KATAKANA) | BIT(BREAK_EXTEND_NUM_LET),
    MID_WORD = BIT(BREAK_MID_LETTER) | BIT(BREAK_MID_NUM_LET) | BIT(BREAK_SINGLE_QUOTE),
    MID_NUMBER = BIT(BREAK_MID_NUM) | BIT(BREAK_MID_NUM_LET) | BIT(BREAK_SINGLE_QUOTE)
};

static bool in(enum word_break class, unsigned set)
{
    return (BIT(class) & set) != 0;
}

/* WB5, WB8 to WB10, WB13 to WB13b: no boundary between two neighbours. */
static bool are_joined(enum word_break left, enum word_break right)
{
    if (in(left, LETTERS | BIT(BREAK_NUMERIC)) && in(right, LETTERS | BIT(BREAK_NUMERIC)))
        return true;
    if (left == BREAK_KATAKANA && right == BREAK_KATAKANA)
        return true;
    if (right == BREAK_EXTEND_NUM_LET)
        return in(left, JOINED_BY_UNDERSCORE);
    return left == BREAK_EXTEND_NUM_LET && in(right, JOINED_BY_UNDERSCORE);
}

/* WB6, WB7, WB7b, WB7c, WB11, WB12: no boundary on either side of what stands in the middle. */
static bool are_joined_across(enum word_break left, enum word_break middle, enum word_break right)
{
    if (in(left, LETTERS) && in(right, LETTERS) && in(middle, MID_WORD))
        return true;
    if (left == BREAK_HEBREW && middle == BREAK_DOUBLE_QUOTE && right == BREAK_HEBREW)
        return true;
    return left == BREAK_NUMERIC && right == BREAK_NUMERIC && in(middle, MID_NUMBER);
}

/* A segment as far as it has been read. */
struct segment {
    quern_string text;
    size_t end;
    enum word_break last; /* of its last character but for those that WB4 ignores */
    bool ends_in_joiner;
    bool is_half_flag;
};

/* WB4: takes in what is ignored with the character before it. */
static void take_ignored(struct segment *segment)
{
    for (size_t next = segment->end;;) {
        enum word_break class = character_next(segment->text, &next).word_break;
        if (!in(class, IGNORED))
            return;
        segment->end = next;
        segment->ends_in_joiner = class == BREAK_ZWJ;
    }
}

/* The class of the first character from `at` that is not ignored; `at` moves behind it. */
static enum word_break next_not_ignored(quern_string text, size_t *at)
{
    enum word_break class;
    do
        class = character_next(text, at).word_break;
    while (in(class, IGNORED));
    return class;
}

/* Takes in the next character, or the next two; false when there is a boundary before it. */
static bool take_joined(struct segment *segment)
{
    size_t next = segment->end;
    enum word_break left = segment->last;
    enum word_break right = character_next(segment->text, &next).word_break;
    bool flag = segment->is_half_flag && right == BREAK_REGIONAL;      /* WB15, WB16 */
    bool sequence = segment->ends_in_joiner && in(right, PICTOGRAPHS); /* WB3c */
    bool hebrew = left == BREAK_HEBREW && right == BREAK_SINGLE_QUOTE; /* WB7a */
    if (!are_joined(left, right) && !flag && !sequence) {
        size_t beyond = next;
        enum word_break far = next_not_ignored(segment->text, &beyond);
        if (are_joined_across(left, right, far)) {
            right = far;
            next = beyond;
        } else if (!hebrew) {
            return false;
        }
    }
    segment->last = right;
    segment->end = next;
    segment->ends_in_joiner = false;
    segment->is_half_flag = false;
    return true;
}

/* WB3, WB3a, WB3d: a line end, or the spaces that follow the one at the start. */
static size_t space_end(quern_string text, size_t at, enum word_break first)
{
    if (first == BREAK_CR && character_at(text, at).word_break == BREAK_LF)
        return at + 1;
    size_t next = at;
    while (first == BREAK_SPACE && character_next(text, &next).word_break == BREAK_SPACE)
        at = next;
    return at;
}

size_t wordbreak_end(quern_string text, size_t begin)
{
    struct segment segment = {.text = text, .end = begin};
    enum word_break first = character_next(text, &segment.end).word_break;
    segment.end = space_end(text, segment.end, first);
    if (in(first, LINE_ENDS))
        return segment.end;
    segment.last = first;
    segment.ends_in_joiner = first == BREAK_ZWJ;
    segment.is_half_flag = first == BREAK_REGIONAL;
    do
        take_ignored(&segment);
    while (take_joined(&segment));
    return segment.end;
}

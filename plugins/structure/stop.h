/* stop.h - the word before a full stop, and what follows it. */
#ifndef STRUCTURE_STOP_H
#define STRUCTURE_STOP_H

#include "byte_class.h"
#include "wordset.h"

/* Letters of any script, by the byte. */
static inline bool is_letter_byte(char c)
{
    return byte_classes[(unsigned char)c] & (C_LETTER | C_HIGH);
}

/* The word that ends at `end`: letters, and stops and apostrophes between them. Empty when there is
 * none, or when it is longer than any abbreviation. */
static inline quern_string stop_word(quern_string text, size_t end)
{
    size_t begin = end;
    size_t least = end > WORDSET_LONGEST ? end - WORDSET_LONGEST - 1 : 0;
    while (begin > least && (is_letter_byte(text.data[begin - 1]) || text.data[begin - 1] == '.' ||
                             text.data[begin - 1] == '\''))
        begin--;
    while (begin < end && !is_letter_byte(text.data[begin]))
        begin++;
    if (end - begin > WORDSET_LONGEST || (begin > 0 && class_at(text, begin - 1) == C_DIGIT))
        begin = end;
    return (quern_string){text.data + begin, end - begin};
}

/* The first character behind `at` that is no space. Two line ends are the end of all. */
static inline size_t stop_next(quern_string text, size_t at)
{
    bool line_end = false;
    for (; at < text.size; at++) {
        char c = text.data[at];
        if (c != ' ' && c != '\t' && c != '\r' && (c != '\n' || line_end))
            return c == '\n' ? text.size : at;
        line_end |= c == '\n';
    }
    return at;
}

#endif

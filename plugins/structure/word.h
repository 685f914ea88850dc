/* word.h - reads the words of a tokenizer. */
#ifndef STRUCTURE_WORD_H
#define STRUCTURE_WORD_H

#include "byte_class.h"
#include "token.h"

/* Whether a character may begin a word, by UAX #29's classes. */
static inline bool is_word_start(struct character c)
{
    return c.word_break == BREAK_LETTER || c.word_break == BREAK_HEBREW ||
           c.word_break == BREAK_NUMERIC;
}

static inline bool word_starts_at(quern_string text, size_t at)
{
    uint8_t class = class_at(text, at);
    return (class & (C_LETTER | C_DIGIT)) ||
           (class == C_HIGH && is_word_start(character_at(text, at)));
}

/* Reads the word that begins where the tokenizer stands. */
void word_read(struct tokenizer *tokenizer, struct token *token);

#endif

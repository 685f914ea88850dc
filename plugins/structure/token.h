/* token.h - cuts a text into tokens. */
#ifndef STRUCTURE_TOKEN_H
#define STRUCTURE_TOKEN_H

#include "abbreviation.h"

/* X(enumerator, label) */
#define TOKEN_KINDS(X)                                                                             \
    X(TOKEN_WORD, "word")                                                                          \
    X(TOKEN_NUMBER, "number")                                                                      \
    X(TOKEN_PUNCTUATION, "punctuation")                                                            \
    X(TOKEN_SYMBOL, "symbol")                                                                      \
    X(TOKEN_URL, "url")                                                                            \
    X(TOKEN_EMAIL, "email")                                                                        \
    X(TOKEN_HASHTAG, "hashtag")                                                                    \
    X(TOKEN_MENTION, "mention")                                                                    \
    X(TOKEN_EMOTICON, "emoticon")

enum token_kind {
#define TOKEN_KIND(enumerator, label) enumerator,
    TOKEN_KINDS(TOKEN_KIND)
#undef TOKEN_KIND
        TOKEN_KIND_COUNT
};

struct token {
    size_t begin, end;
    enum token_kind kind;
};

struct tokenizer {
    size_t at;         /* where the next token is looked for */
    quern_string text; /* ended by a NUL */
    const struct abbreviations *abbreviations;
    bool split_hyphens;
    bool unicode_only; /* the segments of UAX #29, without more */
    size_t rest;       /* end of a token that begins at `at`, cut off from the last; or 0 */
};

/* The end of the emoticon, such as :-), that begins at `begin`; 0 when there is none. */
size_t token_emoticon_end(quern_string text, size_t begin);

/* The next token; false at the end of the text. */
bool token_next(struct tokenizer *tokenizer, struct token *token);

#endif

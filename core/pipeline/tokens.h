/*
 * tokens.h - the words and signs of a condition.
 */
#ifndef QUERN_TOKENS_H
#define QUERN_TOKENS_H

#include "pipeline/yaml.h"

enum token { TOKEN_END, TOKEN_NAME, TOKEN_STRING, TOKEN_NUMBER, TOKEN_SIGN, TOKEN_WRONG };

/* A text, and the token in it that comes next. */
struct tokens {
    const char *text, *end;
    const struct yaml_node *written; /* where it comes from */
    struct problems *problems;
    bool failed; /* a problem was reported */
    enum token token;
    const char *at;
    size_t size;
};

/* Steps to the token behind the present one; to the first one when that is a token of zeros. */
void tokens_next(struct tokens *tokens);

bool tokens_is(const struct tokens *tokens, enum token token, const char *word);

/* Steps over a name or a sign if it comes next. */
bool tokens_take(struct tokens *tokens, enum token token, const char *word);

/* Steps over a sign, which is one character; it is a problem when it does not come next. */
void tokens_expect(struct tokens *tokens, const char *sign);

/* Appends the text of the string that comes next. */
void tokens_decode_string(const struct tokens *tokens, struct buffer *out);

/* Where the next token is in the text, and in the file. */
size_t tokens_offset(const struct tokens *tokens);
struct place tokens_place(const struct tokens *tokens, size_t offset);

/* A problem at that place in the text. Only the first one is reported: what comes after it would be
 * guessing. */
void tokens_fail(struct tokens *tokens, size_t offset, const char *hint, const char *format, ...)
    QUERN_PRINTF(4, 5);
/* Something else was wanted than what comes next. */
void tokens_fail_to_find(struct tokens *tokens, const char *wanted);

#endif

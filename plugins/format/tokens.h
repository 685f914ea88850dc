/*
 * tokens.h - the tokens of a document, with their sentences and entities: what the formats stand on
 * that have a token a line.
 *
 * Tokens come from the layer "token", sentences from "sentence", entities from "entity". Where
 * spans of a layer overlap, the one that begins first, and of these the longest, wins.
 */
#ifndef FORMAT_TOKENS_H
#define FORMAT_TOKENS_H

#include "format.h"

struct token {
    size_t begin, end;
    size_t index; /* in its layer */
    const quern_span *sentence, *entity;
    bool first;   /* of its sentence, or between two */
    bool inside;  /* the entity goes on from the token before, in the same sentence */
    bool goes_on; /* likewise into the next one */
};

/* Steps through a layer along with the tokens. */
struct follower {
    quern_spans spans;
    size_t next, covered;
};

/* Made by tokens_open(); the members are for tokens.c. A copy steps on by itself. */
struct tokens {
    quern_document *doc;
    quern_spans spans;
    struct follower sentences, entities;
    size_t next, done;
    struct token ahead;
    bool more;
};

/* QUERN_FAIL, with the reason, when there is text but no token in it. */
quern_verdict tokens_open(struct tokens *tokens, const struct job *job);

/* Steps to the next token; false when there is none. */
bool tokens_next(struct tokens *tokens, struct token *token);

/* Where the text up to the next token ends. */
size_t tokens_next_begin(const struct tokens *tokens);

/* The label of the token's entity; NULL when it has none. */
const char *token_label(const struct job *job, const struct token *token);

/* B-LABEL, I-LABEL or O, the label without white space. */
struct escaper;
void output_tag(const struct job *job, const struct token *token, const struct escaper *escaper);

/* For an escaper: white space, at which readers cut lines, as "_". */
const char *join_white_space(uint32_t code);

#endif

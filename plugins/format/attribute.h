/*
 * attribute.h - what stages have said of a token, as a column.
 */
#ifndef FORMAT_ATTRIBUTE_H
#define FORMAT_ATTRIBUTE_H

#include "character.h"
#include "tokens.h"

/* Writes the value of an attribute of the token: a text as it is, a number as JSON has it, "_" when
 * there is none, or nothing in it. */
void output_token_attribute(const struct job *job, const struct token *token, const char *key,
                            const struct escaper *escaper);

/* The same value; `data` is NULL when there is none. */
quern_string token_attribute(const struct job *job, const struct token *token, const char *key);

#endif

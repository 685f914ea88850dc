/*
 * tokens.c - the words and signs of a condition. Strings and numbers are those of JSON (RFC 8259);
 * a string may also stand in single quotes, without escapes.
 */
#include "pipeline/tokens.h"

#include <string.h>

struct place tokens_place(const struct tokens *tokens, size_t offset)
{
    return yaml_place(tokens->written, offset);
}

void tokens_fail(struct tokens *tokens, size_t offset, const char *hint, const char *format, ...)
{
    struct buffer message = {0};
    va_list list;
    if (tokens->failed)
        return;
    tokens->failed = true;
    va_start(list, format);
    buffer_print_list(&message, format, list);
    va_end(list);
    problems_add(tokens->problems, QUERN_ERROR, tokens_place(tokens, offset), hint, "condition: %s",
                 buffer_text(&message));
    buffer_free(&message);
}

size_t tokens_offset(const struct tokens *tokens)
{
    return (size_t)(tokens->at - tokens->text);
}

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static size_t measure_name(const char *at)
{
    size_t size = 0;
    while (is_letter(at[size]) || is_digit(at[size]) || at[size] == '-')
        size++;
    return size;
}

static void read_json_token(struct tokens *tokens, enum token token)
{
    const char *error = NULL, *why = NULL;
    const char *after = json_skip_value(tokens->at, tokens->end, &error, &why);
    tokens->token = after ? token : TOKEN_WRONG;
    if (after)
        tokens->size = (size_t)(after - tokens->at);
    else
        tokens_fail(tokens, (size_t)(error - tokens->text), NULL, "%s", why);
}

static void read_single_quoted(struct tokens *tokens)
{
    const char *end = memchr(tokens->at + 1, '\'', (size_t)(tokens->end - tokens->at - 1));
    tokens->token = end ? TOKEN_STRING : TOKEN_WRONG;
    if (end)
        tokens->size = (size_t)(end + 1 - tokens->at);
    else
        tokens_fail(tokens, tokens_offset(tokens), NULL, "the text has no closing quote");
}

static void read_sign(struct tokens *tokens)
{
    static const char *const signs[] = {"==", "!=", "<=", ">=", "<", ">", "(",
                                        ")",  "[",  "]",  ".",  ",", NULL};
    static const char *const others[][2] = {{"&&", "write \"and\""},
                                            {"||", "write \"or\""},
                                            {"!", "write \"not\""},
                                            {"=", "write \"==\""},
                                            {NULL, NULL}};
    const char *hint = NULL;
    for (const char *const *sign = signs; *sign; sign++)
        if (strncmp(tokens->at, *sign, strlen(*sign)) == 0) {
            tokens->token = TOKEN_SIGN;
            tokens->size = strlen(*sign);
            return;
        }
    for (size_t i = 0; others[i][0] && !hint; i++)
        if (strncmp(tokens->at, others[i][0], strlen(others[i][0])) == 0)
            hint = others[i][1];
    tokens->token = TOKEN_WRONG;
    tokens->size = 1;
    while (!utf8_is_start(tokens->at[tokens->size]))
        tokens->size++;
    tokens_fail(tokens, tokens_offset(tokens), hint, "\"%.*s\" means nothing here",
                (int)tokens->size, tokens->at);
}

void tokens_next(struct tokens *tokens)
{
    tokens->at += tokens->size;
    tokens->at += strspn(tokens->at, " \t\r\n");
    tokens->size = 0;
    if (tokens->at == tokens->end)
        tokens->token = TOKEN_END;
    else if (is_letter(*tokens->at)) {
        tokens->token = TOKEN_NAME;
        tokens->size = measure_name(tokens->at);
    } else if (is_digit(*tokens->at) || *tokens->at == '-')
        read_json_token(tokens, TOKEN_NUMBER);
    else if (*tokens->at == '"')
        read_json_token(tokens, TOKEN_STRING);
    else if (*tokens->at == '\'')
        read_single_quoted(tokens);
    else
        read_sign(tokens);
}

bool tokens_is(const struct tokens *tokens, enum token token, const char *word)
{
    return tokens->token == token && tokens->size == strlen(word) &&
           memcmp(tokens->at, word, tokens->size) == 0;
}

bool tokens_take(struct tokens *tokens, enum token token, const char *word)
{
    if (tokens->failed || !tokens_is(tokens, token, word))
        return false;
    tokens_next(tokens);
    return true;
}

void tokens_fail_to_find(struct tokens *tokens, const char *wanted)
{
    quern_string rest = {tokens->at, tokens->size};
    if (tokens->token == TOKEN_END)
        tokens_fail(tokens, tokens_offset(tokens), NULL, "%s is missing at the end", wanted);
    else
        tokens_fail(tokens, tokens_offset(tokens), NULL, "%s should stand here, not %.*s", wanted,
                    (int)(rest.size < 60 ? rest.size : 60), rest.data);
}

void tokens_expect(struct tokens *tokens, const char *sign)
{
    char wanted[] = "\"?\"";
    wanted[1] = *sign;
    if (!tokens_take(tokens, TOKEN_SIGN, sign))
        tokens_fail_to_find(tokens, wanted);
}

void tokens_decode_string(const struct tokens *tokens, struct buffer *out)
{
    const char *inside = tokens->at + 1, *end = tokens->at + tokens->size - 1;
    if (*tokens->at == '"')
        json_decode_string(out, inside, end);
    else
        buffer_append(out, inside, (size_t)(end - inside));
}

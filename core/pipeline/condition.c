/*
 * condition.c - conditions on a document: read, and checked for types as far as these are known.
 *
 *     condition  = both { "or" both }
 *     both       = negation { "and" negation }
 *     negation   = { "not" } ( "(" condition ")" | comparison )
 *     comparison = operand [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) operand
 *                          | "in" "[" literal { "," literal } "]" ]
 *     operand    = literal | "id" | "length" | "metadata" ( "." name | "[" string "]" )
 *                | ( "has" | "count" ) "(" word [ "." word ] ")"
 *     literal    = string | number | "true" | "false" | "null"
 *     word       = name | string
 *
 * Parentheses nest so deep at most, which bounds the recursion here and in evaluate.c.
 */
#include "pipeline/condition.h"
#include "pipeline/tokens.h"

#include <stdlib.h>
#include <string.h>

enum { NESTING_MAX = 32 };

/* Of those that are known at load. */
static const char *const type_names[] = {
    [TYPE_NULL] = "null",
    [TYPE_BOOL] = "a truth value",
    [TYPE_NUMBER] = "a number",
    [TYPE_TEXT] = "a text",
};

struct parser {
    struct tokens tokens;
    struct condition *condition;
    size_t nesting;
};

static void fail_for_memory(struct tokens *tokens)
{
    tokens_fail(tokens, 0, NULL, "out of memory");
}

static void *new_part(struct parser *parser, size_t size)
{
    void *part = arena_alloc(&parser->condition->arena, 1, size);
    if (!part)
        fail_for_memory(&parser->tokens);
    return part;
}

/* ---- Operands ---- */

static quern_string copy_text(struct parser *parser, const char *data, size_t size)
{
    const char *copy = arena_copy(&parser->condition->arena, (quern_string){data, size});
    if (!copy)
        fail_for_memory(&parser->tokens);
    return (quern_string){copy, size};
}

static quern_string decode_string(struct parser *parser)
{
    struct buffer out = {0};
    tokens_decode_string(&parser->tokens, &out);
    quern_string text = {0};
    if (out.failed)
        fail_for_memory(&parser->tokens);
    else
        text = copy_text(parser, out.data, out.size);
    buffer_free(&out);
    return text;
}

static struct operand *new_operand(struct parser *parser, enum operand_kind kind, enum type type)
{
    struct operand *operand = parser->tokens.failed ? NULL : new_part(parser, sizeof *operand);
    if (operand)
        *operand =
            (struct operand){.kind = kind, .type = type, .offset = tokens_offset(&parser->tokens)};
    return operand;
}

static bool is_literal(const struct parser *parser)
{
    return parser->tokens.token == TOKEN_STRING || parser->tokens.token == TOKEN_NUMBER ||
           tokens_is(&parser->tokens, TOKEN_NAME, "true") ||
           tokens_is(&parser->tokens, TOKEN_NAME, "false") ||
           tokens_is(&parser->tokens, TOKEN_NAME, "null");
}

static struct operand *parse_literal(struct parser *parser)
{
    enum type type = parser->tokens.token == TOKEN_STRING             ? TYPE_TEXT
                     : parser->tokens.token == TOKEN_NUMBER           ? TYPE_NUMBER
                     : tokens_is(&parser->tokens, TOKEN_NAME, "null") ? TYPE_NULL
                                                                      : TYPE_BOOL;
    struct operand *operand = new_operand(parser, OPERAND_LITERAL, type);
    if (!operand)
        return NULL;
    operand->literal = (struct value){.type = type, .truth = *parser->tokens.at == 't'};
    if (type == TYPE_TEXT)
        operand->literal.text = decode_string(parser);
    else if (type == TYPE_NUMBER)
        quern_json_number((quern_string){parser->tokens.at, parser->tokens.size},
                          &operand->literal.number);
    tokens_next(&parser->tokens);
    return operand;
}

/* A name or a string, as a C string. */
static const char *parse_word(struct parser *parser, const char *wanted)
{
    quern_string text = {0};
    if (parser->tokens.token == TOKEN_NAME)
        text = copy_text(parser, parser->tokens.at, parser->tokens.size);
    else if (parser->tokens.token == TOKEN_STRING)
        text = decode_string(parser);
    else
        tokens_fail_to_find(&parser->tokens, wanted);
    if (text.data && memchr(text.data, '\0', text.size))
        tokens_fail(&parser->tokens, tokens_offset(&parser->tokens), NULL,
                    "a name cannot hold a NUL character");
    if (!parser->tokens.failed)
        tokens_next(&parser->tokens);
    return text.data;
}

static void parse_key(struct parser *parser, struct operand *operand)
{
    if (tokens_take(&parser->tokens, TOKEN_SIGN, "[")) {
        if (parser->tokens.token == TOKEN_STRING)
            operand->name = parse_word(parser, NULL);
        else
            tokens_fail_to_find(&parser->tokens, "a key in quotes");
        tokens_expect(&parser->tokens, "]");
        return;
    }
    tokens_expect(&parser->tokens, ".");
    if (parser->tokens.token == TOKEN_NAME)
        operand->name = parse_word(parser, NULL);
    else
        tokens_fail_to_find(&parser->tokens, "a key");
    if (!parser->tokens.failed && tokens_is(&parser->tokens, TOKEN_SIGN, "."))
        tokens_fail(&parser->tokens, tokens_offset(&parser->tokens),
                    "a key with a point in it: metadata[\"a.b\"]",
                    "what is inside a value of metadata cannot be asked for");
}

static void keep_layer(struct parser *parser, const char *name, size_t offset)
{
    struct condition_layer *layer = parser->tokens.failed ? NULL : new_part(parser, sizeof *layer);
    if (!layer)
        return;
    *layer = (struct condition_layer){parser->condition->layers, name,
                                      tokens_place(&parser->tokens, offset)};
    parser->condition->layers = layer;
}

static void parse_label(struct parser *parser, struct operand *operand)
{
    tokens_expect(&parser->tokens, "(");
    size_t offset = tokens_offset(&parser->tokens);
    operand->name = parse_word(parser, "a layer");
    if (tokens_take(&parser->tokens, TOKEN_SIGN, "."))
        operand->label = parse_word(parser, "a label");
    keep_layer(parser, operand->name, offset);
    tokens_expect(&parser->tokens, ")");
}

static const struct named_operand {
    const char *name;
    enum operand_kind kind;
    enum type type;
    void (*parse)(struct parser *parser, struct operand *operand); /* what follows the name */
} named_operands[] = {
    {"metadata", OPERAND_METADATA, TYPE_ANY, parse_key},
    {"id", OPERAND_ID, TYPE_TEXT, NULL},
    {"length", OPERAND_LENGTH, TYPE_NUMBER, NULL},
    {"has", OPERAND_HAS, TYPE_BOOL, parse_label},
    {"count", OPERAND_COUNT, TYPE_NUMBER, parse_label},
};

static void fail_to_find_operand(struct parser *parser)
{
    static const char *const names[] = {"metadata", "id",    "length", "has", "count",
                                        "true",     "false", "null",   "not"};
    struct buffer word = {0}, hint = {0};
    const struct tokens *tokens = &parser->tokens;
    bool is_reserved = tokens_is(tokens, TOKEN_NAME, "and") ||
                       tokens_is(tokens, TOKEN_NAME, "or") || tokens_is(tokens, TOKEN_NAME, "in");
    if (tokens->token == TOKEN_NAME && !is_reserved) {
        buffer_append(&word, parser->tokens.at, parser->tokens.size);
        const char *nearest =
            words_nearest(buffer_text(&word), names, sizeof names / sizeof *names);
        if (nearest)
            buffer_print(&hint, "did you mean \"%s\"?", nearest);
        tokens_fail(&parser->tokens, tokens_offset(&parser->tokens),
                    nearest ? buffer_text(&hint) : "a text has to stand in quotes",
                    "\"%.60s\" is not known", buffer_text(&word));
    } else {
        tokens_fail_to_find(&parser->tokens, "a value");
    }
    buffer_free(&word);
    buffer_free(&hint);
}

static struct operand *parse_operand(struct parser *parser)
{
    if (parser->tokens.failed || is_literal(parser))
        return parser->tokens.failed ? NULL : parse_literal(parser);
    for (size_t i = 0; i < sizeof named_operands / sizeof *named_operands; i++) {
        const struct named_operand *named = &named_operands[i];
        if (!tokens_is(&parser->tokens, TOKEN_NAME, named->name))
            continue;
        struct operand *operand = new_operand(parser, named->kind, named->type);
        tokens_next(&parser->tokens);
        if (operand && named->parse)
            named->parse(parser, operand);
        return operand;
    }
    fail_to_find_operand(parser);
    return NULL;
}

/* ---- Types ---- */

/* Reports what can never be equal; at the operand that comes second. */
static void check_equality(struct parser *parser, const struct operand *left,
                           const struct operand *right)
{
    enum type a = left->type, b = right->type;
    if (a == TYPE_ANY || b == TYPE_ANY || a == b)
        return;
    if (a == TYPE_NULL || b == TYPE_NULL)
        tokens_fail(&parser->tokens, right->offset, NULL, "%s is never null",
                    type_names[a == TYPE_NULL ? b : a]);
    else
        tokens_fail(&parser->tokens, right->offset, NULL, "%s and %s are never equal",
                    type_names[a], type_names[b]);
}

static void check_order(struct parser *parser, const struct operand *left,
                        const struct operand *right)
{
    const struct operand *operands[] = {left, right};
    for (size_t i = 0; i < 2; i++)
        if (operands[i]->type == TYPE_NULL || operands[i]->type == TYPE_BOOL)
            tokens_fail(&parser->tokens, operands[i]->offset, "numbers and texts have an order",
                        "%s is neither less nor greater than anything",
                        type_names[operands[i]->type]);
    if (left->type != right->type && left->type != TYPE_ANY && right->type != TYPE_ANY)
        tokens_fail(&parser->tokens, right->offset, NULL, "%s and %s have no order",
                    type_names[left->type], type_names[right->type]);
}

static void check_truth(struct parser *parser, const struct operand *operand)
{
    if (operand->type != TYPE_ANY && operand->type != TYPE_BOOL)
        tokens_fail(&parser->tokens, operand->offset, "compare it with something",
                    "%s is neither true nor false", type_names[operand->type]);
}

/* ---- Terms ---- */

static enum comparison parse_comparison_sign(struct parser *parser)
{
    static const struct {
        const char *sign;
        enum token token;
        enum comparison comparison;
    } signs[] = {
        {"==", TOKEN_SIGN, COMPARE_EQUAL},  {"!=", TOKEN_SIGN, COMPARE_UNEQUAL},
        {"<", TOKEN_SIGN, COMPARE_LESS},    {"<=", TOKEN_SIGN, COMPARE_LESS_EQUAL},
        {">", TOKEN_SIGN, COMPARE_GREATER}, {">=", TOKEN_SIGN, COMPARE_GREATER_EQUAL},
        {"in", TOKEN_NAME, COMPARE_IN},
    };
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (tokens_take(&parser->tokens, signs[i].token, signs[i].sign))
            return signs[i].comparison;
    return COMPARE_NONE;
}

static void parse_list(struct parser *parser, struct term *term)
{
    struct operand **end = &term->right;
    tokens_expect(&parser->tokens, "[");
    do {
        if (!parser->tokens.failed && !is_literal(parser))
            tokens_fail_to_find(&parser->tokens, "a text, a number, true, false or null");
        struct operand *literal = parser->tokens.failed ? NULL : parse_literal(parser);
        if (parser->tokens.failed)
            return;
        check_equality(parser, term->left, literal);
        *end = literal;
        end = &literal->next;
    } while (tokens_take(&parser->tokens, TOKEN_SIGN, ","));
    tokens_expect(&parser->tokens, "]");
}

static struct term *parse_comparison(struct parser *parser)
{
    struct term *term = new_part(parser, sizeof *term);
    if (!term)
        return NULL;
    term->kind = TERM_COMPARISON;
    term->left = parse_operand(parser);
    term->comparison = parse_comparison_sign(parser);
    if (term->comparison == COMPARE_IN)
        parse_list(parser, term);
    else if (term->comparison != COMPARE_NONE)
        term->right = parse_operand(parser);
    if (parser->tokens.failed)
        return NULL;
    if (term->comparison == COMPARE_NONE)
        check_truth(parser, term->left);
    else if (term->comparison == COMPARE_EQUAL || term->comparison == COMPARE_UNEQUAL)
        check_equality(parser, term->left, term->right);
    else if (term->comparison != COMPARE_IN)
        check_order(parser, term->left, term->right);
    return term;
}

static struct term *parse_condition(struct parser *parser);

static struct term *parse_group(struct parser *parser)
{
    if (++parser->nesting > NESTING_MAX) {
        tokens_fail(&parser->tokens, tokens_offset(&parser->tokens), NULL,
                    "parentheses are nested more than 32 deep");
        return NULL;
    }
    tokens_next(&parser->tokens);
    struct term *term = parse_condition(parser);
    parser->nesting--;
    tokens_expect(&parser->tokens, ")");
    return term;
}

static struct term *parse_negation(struct parser *parser)
{
    bool negated = false;
    while (tokens_take(&parser->tokens, TOKEN_NAME, "not"))
        negated = !negated;
    if (parser->tokens.failed)
        return NULL;
    struct term *term = tokens_is(&parser->tokens, TOKEN_SIGN, "(") ? parse_group(parser)
                                                                    : parse_comparison(parser);
    if (term && negated)
        term->negated = !term->negated;
    return term;
}

/* Terms that `word` joins: one alone stands for itself. */
static struct term *parse_joined(struct parser *parser, enum term_kind kind, const char *word,
                                 struct term *(*parse)(struct parser *parser))
{
    struct term *first = parse(parser), *last = first;
    if (parser->tokens.failed || !tokens_is(&parser->tokens, TOKEN_NAME, word))
        return first;
    while (!parser->tokens.failed && tokens_take(&parser->tokens, TOKEN_NAME, word)) {
        struct term *term = parse(parser);
        if (!term)
            return NULL;
        last->next = term;
        last = term;
    }
    struct term *joined = parser->tokens.failed ? NULL : new_part(parser, sizeof *joined);
    if (joined)
        *joined = (struct term){.kind = kind, .first = first};
    return joined;
}

static struct term *parse_both(struct parser *parser)
{
    return parse_joined(parser, TERM_AND, "and", parse_negation);
}

static struct term *parse_condition(struct parser *parser)
{
    return parse_joined(parser, TERM_OR, "or", parse_both);
}

struct condition *condition_parse(const struct yaml_node *written, struct problems *problems)
{
    const char *text = written->text.data;
    struct condition *condition = memory_new(1, sizeof *condition);
    struct parser parser = {.tokens = {.text = text,
                                       .end = text + strlen(text),
                                       .written = written,
                                       .problems = problems,
                                       .at = text},
                            .condition = condition};
    if (!condition) {
        fail_for_memory(&parser.tokens);
        return NULL;
    }
    tokens_next(&parser.tokens);
    condition->root = parse_condition(&parser);
    if (!parser.tokens.failed && parser.tokens.token != TOKEN_END)
        tokens_fail_to_find(&parser.tokens, "\"and\", \"or\" or the end");
    if (!parser.tokens.failed)
        return condition;
    condition_free(condition);
    return NULL;
}

void condition_free(struct condition *condition)
{
    if (condition)
        arena_free(&condition->arena);
    free(condition);
}

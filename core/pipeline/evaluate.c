/*
 * evaluate.c - whether a condition holds for a document.
 */
#include "pipeline/condition.h"

#include <string.h>

static struct value value_of_json(quern_document *doc, quern_string json)
{
    struct value value = {.type = TYPE_NULL};
    if (!json.data)
        return value;
    switch (*json_skip_space(json.data, json.data + json.size)) {
    case 'n':
        break;
    case '[':
    case '{':
        value.type = TYPE_OTHER;
        break;
    case '"':
        if (quern_json_text(doc, json, &value.text))
            value.type = TYPE_TEXT;
        break;
    case 't':
    case 'f':
        if (quern_json_bool(json, &value.truth))
            value.type = TYPE_BOOL;
        break;
    default:
        if (quern_json_number(json, &value.number))
            value.type = TYPE_NUMBER;
    }
    return value;
}

static size_t count_spans(const struct operand *operand, quern_document *doc)
{
    quern_spans spans = quern_find_spans(doc, operand->name);
    size_t count = 0;
    if (!operand->label || spans.count == 0)
        return spans.count;
    uint32_t label = quern_label(doc, operand->label);
    for (size_t i = 0; i < spans.count; i++)
        count += spans.items[i].label == label;
    return count;
}

static struct value evaluate(const struct operand *operand, quern_document *doc)
{
    struct value value = {.type = operand->type};
    quern_string text;
    switch (operand->kind) {
    case OPERAND_LITERAL:
        return operand->literal;
    case OPERAND_ID:
        value.text = quern_id(doc);
        break;
    case OPERAND_LENGTH:
        text = quern_text(doc);
        value.number = (double)utf8_count(text.data, text.size);
        break;
    case OPERAND_METADATA:
        return value_of_json(doc, quern_metadata(doc, operand->name));
    case OPERAND_HAS:
        value.truth = count_spans(operand, doc) > 0;
        break;
    case OPERAND_COUNT:
        value.number = (double)count_spans(operand, doc);
        break;
    }
    return value;
}

/* Negative, zero, positive; of two numbers or two texts, these by their code points. */
static int order_of(const struct value *left, const struct value *right)
{
    if (left->type == TYPE_NUMBER)
        return (left->number > right->number) - (left->number < right->number);
    quern_string a = left->text, b = right->text;
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common ? memcmp(a.data, b.data, common) : 0;
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

static bool are_equal(const struct value *left, const struct value *right)
{
    if (left->type != right->type || left->type == TYPE_OTHER)
        return false;
    if (left->type == TYPE_NULL)
        return true;
    if (left->type == TYPE_BOOL)
        return left->truth == right->truth;
    return order_of(left, right) == 0;
}

static bool compare(enum comparison comparison, const struct value *left, const struct value *right)
{
    if (comparison == COMPARE_EQUAL)
        return are_equal(left, right);
    if (comparison == COMPARE_UNEQUAL)
        return !are_equal(left, right);
    if (left->type != right->type || (left->type != TYPE_NUMBER && left->type != TYPE_TEXT))
        return false;
    int order = order_of(left, right);
    switch (comparison) {
    case COMPARE_LESS:
        return order < 0;
    case COMPARE_LESS_EQUAL:
        return order <= 0;
    case COMPARE_GREATER:
        return order > 0;
    default:
        return order >= 0;
    }
}

static bool is_null_literal(const struct operand *operand)
{
    return operand->kind == OPERAND_LITERAL && operand->type == TYPE_NULL;
}

/* What is null compares as such only with a null that stands in the condition. */
static bool compare_operands(const struct term *term, const struct value *left,
                             const struct operand *right_operand, enum comparison comparison,
                             quern_document *doc)
{
    struct value right = evaluate(right_operand, doc);
    if ((left->type == TYPE_NULL || right.type == TYPE_NULL) && !is_null_literal(term->left) &&
        !is_null_literal(right_operand))
        return false;
    return compare(comparison, left, &right);
}

static bool holds_comparison(const struct term *term, quern_document *doc)
{
    struct value left = evaluate(term->left, doc);
    if (term->comparison == COMPARE_NONE)
        return left.type == TYPE_BOOL && left.truth;
    if (term->comparison != COMPARE_IN)
        return compare_operands(term, &left, term->right, term->comparison, doc);
    for (const struct operand *literal = term->right; literal; literal = literal->next)
        if (compare_operands(term, &left, literal, COMPARE_EQUAL, doc))
            return true;
    return false;
}

static bool holds(const struct term *term, quern_document *doc)
{
    if (term->kind == TERM_COMPARISON)
        return holds_comparison(term, doc) != term->negated;
    bool ends_it = term->kind == TERM_OR; /* the truth of one that settles the whole */
    for (const struct term *part = term->first; part; part = part->next)
        if (holds(part, doc) == ends_it)
            return ends_it != term->negated;
    return !ends_it != term->negated;
}

bool condition_holds(const struct condition *condition, quern_document *doc)
{
    return holds(condition->root, doc);
}

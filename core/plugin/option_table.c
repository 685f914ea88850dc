/*
 * Option tables: whether one is sound, and what it says in words.
 */
#include "plugin/table.h"

#include <float.h>
#include <inttypes.h>
#include <string.h>

/* ---- Choices ---- */

int option_choice(const quern_option *option, const char *text)
{
    return words_find(option->choices, (quern_string){text, strlen(text)});
}

/* ---- Soundness ---- */

static const struct type_layout {
    size_t size, alignment;
} type_layouts[] = {
    [QUERN_TYPE_BOOL] = {sizeof(bool), _Alignof(bool)},
    [QUERN_TYPE_INT] = {sizeof(int64_t), _Alignof(int64_t)},
    [QUERN_TYPE_REAL] = {sizeof(double), _Alignof(double)},
    [QUERN_TYPE_TEXT] = {sizeof(char *), _Alignof(char *)},
    [QUERN_TYPE_CHOICE] = {sizeof(int), _Alignof(int)},
    [QUERN_TYPE_LIST] = {sizeof(quern_list), _Alignof(quern_list)},
    [QUERN_TYPE_MAP] = {sizeof(quern_map), _Alignof(quern_map)},
};

/* a-z, 0-9 and '_', a letter first: a C identifier that reads well as a flag. */
static bool is_option_name(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    return name && name[0] >= 'a' && name[0] <= 'z' && !name[strspn(name, letters)];
}

static bool has_repeated_choice(const quern_option *option)
{
    const char *at = option->choices;
    int number = 0;
    for (quern_string word; (word = words_next(&at)).data; number++)
        if (words_find(option->choices, word) < number)
            return true;
    return false;
}

/* Why the choices are wrong; NULL when they are not. */
static const char *fault_in_choices(const quern_option *option)
{
    if (!option->choices && option->type == QUERN_TYPE_LIST)
        return NULL;
    if (!option->choices || !option->choices[strspn(option->choices, " ")])
        return "has no choices";
    return has_repeated_choice(option) ? "names a choice twice" : NULL;
}

static const char *fault_in_default(const quern_option *option)
{
    switch (option->type) {
    case QUERN_TYPE_BOOL:
        return option->integer == 0 || option->integer == 1 ? NULL : "has a default out of range";
    case QUERN_TYPE_INT:
        if (option->minimum > option->maximum)
            return "has an empty range";
        return option->integer >= option->minimum && option->integer <= option->maximum
                   ? NULL
                   : "has a default out of range";
    case QUERN_TYPE_REAL:
        if (!(option->least <= option->most))
            return "has an empty range";
        return option->real >= option->least && option->real <= option->most
                   ? NULL
                   : "has a default out of range";
    case QUERN_TYPE_CHOICE:
        return option->text && option_choice(option, option->text) >= 0
                   ? NULL
                   : "has a default that is not one of its choices";
    default:
        return NULL;
    }
}

static const char *fault_in_place(const quern_option *option, const quern_stage *stage)
{
    const struct type_layout *layout = &type_layouts[option->type];
    if (option->offset > stage->state_size || layout->size > stage->state_size - option->offset)
        return "lies outside the state: is state_size right?";
    return option->offset % layout->alignment ? "does not lie where its type may" : NULL;
}

static bool is_name_taken(const quern_option *options, const quern_option *option)
{
    for (const quern_option *earlier = options; earlier < option; earlier++)
        if (strcmp(earlier->name, option->name) == 0)
            return true;
    return false;
}

static const char *fault_in_option(const quern_option *option, const quern_stage *stage)
{
    const char *fault = NULL;
    if (is_name_taken(stage->options, option))
        return "stands in the table twice";
    if (!option->help || !*option->help)
        return "has no help";
    if (option->type == QUERN_TYPE_CHOICE || option->type == QUERN_TYPE_LIST)
        fault = fault_in_choices(option);
    if (!fault)
        fault = fault_in_default(option);
    return fault ? fault : fault_in_place(option, stage);
}

/* Beyond this many rows, the row that ends the table is taken to be missing. */
enum { MOST_OPTIONS = 1000 };

bool options_check_table(const quern_stage *stage, struct place place, struct problems *problems)
{
    bool good = true;
    const quern_option *options = stage->options;
    for (size_t i = 0; options && options[i].type != QUERN_TYPE_END; i++) {
        const quern_option *option = &options[i];
        /* The rest of a table with one such row cannot be believed. */
        if (i == MOST_OPTIONS || option->type < QUERN_TYPE_BOOL || option->type > QUERN_TYPE_MAP ||
            !is_option_name(option->name)) {
            problems_add(problems, QUERN_ERROR, place, "does QUERN_END stand at the end?",
                         "stage \"%s\": row %zu of its options has no valid name and type",
                         stage->name, i + 1);
            return false;
        }
        const char *fault = fault_in_option(option, stage);
        if (fault)
            problems_add(problems, QUERN_ERROR, place, NULL, "stage \"%s\": its option \"%s\" %s",
                         stage->name, option->name, fault);
        good = good && !fault;
    }
    return good;
}

const quern_option *options_find(const quern_option *options, const char *name)
{
    for (const quern_option *option = options; option && option->type != QUERN_TYPE_END; option++)
        if (strcmp(option->name, name) == 0)
            return option;
    return NULL;
}

/* ---- In words ---- */

static void describe_integers(const quern_option *option, struct buffer *out)
{
    if (option->minimum > INT64_MIN && option->maximum < INT64_MAX)
        buffer_print(out, "%" PRId64 " to %" PRId64, option->minimum, option->maximum);
    else if (option->minimum > INT64_MIN)
        buffer_print(out, "at least %" PRId64, option->minimum);
    else if (option->maximum < INT64_MAX)
        buffer_print(out, "at most %" PRId64, option->maximum);
}

/* A bound that a double can hardly go beyond stands for none. */
static void describe_reals(const quern_option *option, struct buffer *out)
{
    bool bounded_below = option->least > -DBL_MAX, bounded_above = option->most < DBL_MAX;
    if (bounded_below && bounded_above)
        buffer_print(out, "%.15g to %.15g", option->least, option->most);
    else if (bounded_below)
        buffer_print(out, "at least %.15g", option->least);
    else if (bounded_above)
        buffer_print(out, "at most %.15g", option->most);
}

void option_describe_range(const quern_option *option, struct buffer *out)
{
    if (option->type == QUERN_TYPE_INT)
        describe_integers(option, out);
    else if (option->type == QUERN_TYPE_REAL)
        describe_reals(option, out);
}

static void describe_number(const quern_option *option, const char *kind, struct buffer *out)
{
    struct buffer range = {0};
    option_describe_range(option, &range);
    buffer_print(out, "%s%s%s", kind, range.size ? ", " : "", buffer_text(&range));
    buffer_free(&range);
}

void options_describe(const quern_option *option, struct buffer *out)
{
    switch (option->type) {
    case QUERN_TYPE_BOOL:
        buffer_add_text(out, "true or false");
        break;
    case QUERN_TYPE_INT:
        describe_number(option, "integer", out);
        break;
    case QUERN_TYPE_REAL:
        describe_number(option, "number", out);
        break;
    case QUERN_TYPE_TEXT:
        buffer_add_text(out, "text");
        break;
    case QUERN_TYPE_CHOICE:
        buffer_add_text(out, "one of ");
        words_join(option->choices, out);
        break;
    case QUERN_TYPE_LIST:
        buffer_add_text(out, option->choices ? "list of " : "list of texts");
        if (option->choices)
            words_join(option->choices, out);
        break;
    case QUERN_TYPE_MAP:
        buffer_add_text(out, "map of JSON values");
        break;
    case QUERN_TYPE_END:
        break;
    }
}

void options_describe_default(const quern_option *option, struct buffer *out)
{
    switch (option->type) {
    case QUERN_TYPE_BOOL:
        buffer_add_text(out, option->integer ? "true" : "false");
        break;
    case QUERN_TYPE_INT:
        buffer_print(out, "%" PRId64, option->integer);
        break;
    case QUERN_TYPE_REAL:
        buffer_print(out, "%.15g", option->real);
        break;
    case QUERN_TYPE_TEXT: /* a JSON string is one in YAML as well */
        if (option->text)
            json_encode_string(out, (quern_string){option->text, strlen(option->text)});
        break;
    case QUERN_TYPE_CHOICE:
        buffer_add_text(out, option->text);
        break;
    default:
        break;
    }
}

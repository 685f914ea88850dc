/*
 * Option values: from text into the fields of a stage's state.
 *
 * Numbers are written as in YAML's core schema, in decimal. strtod() goes by the locale of the
 * process, and no part of Quern ever calls setlocale(), so that the point is always '.'. In a
 * process where somebody else does, a number with a point is refused and never misread.
 */
#include "plugin/plugin.h"
#include "plugin/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What is being set, for the messages. */
struct setting {
    const struct options *options;
    const quern_option *option;
    struct place place;
    struct problems *problems;
};

static bool refuse(const struct setting *setting, const char *hint, const char *format, ...)
    QUERN_PRINTF(3, 4);

static bool refuse(const struct setting *setting, const char *hint, const char *format, ...)
{
    struct buffer why = {0};
    va_list list;
    va_start(list, format);
    buffer_print_list(&why, format, list);
    va_end(list);
    problems_add(setting->problems, QUERN_ERROR, setting->place, hint, "%s: %s",
                 setting->option->name, buffer_text(&why));
    buffer_free(&why);
    return false;
}

/* keep: 200 is out of range (0 to 100) */
static bool refuse_range(const struct setting *setting, const char *text)
{
    struct buffer range = {0};
    option_describe_range(setting->option, &range);
    refuse(setting, NULL, "%s is out of range%s%s%s", text, range.size ? " (" : "",
           buffer_text(&range), range.size ? ")" : "");
    buffer_free(&range);
    return false;
}

/* form: "nfcc" is none of nfc, nfkc, none (did you mean "nfc"?) */
static bool refuse_choice(const struct setting *setting, const char *text)
{
    struct buffer choices = {0}, hint = {0};
    quern_string nearest = words_nearest_of(text, setting->option->choices);
    words_join(setting->option->choices, &choices);
    if (nearest.data)
        buffer_print(&hint, "did you mean \"%.*s\"?", (int)nearest.size, nearest.data);
    refuse(setting, nearest.data ? buffer_text(&hint) : NULL, "\"%s\" is none of %s", text,
           buffer_text(&choices));
    buffer_free(&choices);
    buffer_free(&hint);
    return false;
}

static bool refuse_memory(const struct setting *setting)
{
    return refuse(setting, NULL, "out of memory");
}

static void *field_of(const struct setting *setting)
{
    return (char *)setting->options->state + setting->option->offset;
}

static bool is_utf8(const char *text)
{
    return utf8_valid_prefix(text, strlen(text)) == strlen(text);
}

/* As YAML's core schema has them. */
static bool set_bool(const struct setting *setting, const char *text)
{
    static const char *const words[][3] = {{"false", "False", "FALSE"}, {"true", "True", "TRUE"}};
    for (int i = 0; i < 6; i++)
        if (strcmp(text, words[i / 3][i % 3]) == 0) {
            *(bool *)field_of(setting) = i / 3;
            return true;
        }
    return refuse(setting, NULL, "\"%s\" is neither true nor false", text);
}

/* The end of the digits at `at`. */
static const char *skip_digits(const char *at)
{
    return at + strspn(at, "0123456789");
}

static const char *skip_sign(const char *at)
{
    return at + (*at == '-' || *at == '+');
}

static bool is_integer(const char *text)
{
    const char *digits = skip_sign(text), *end = skip_digits(digits);
    return end > digits && !*end;
}

static bool set_integer(const struct setting *setting, const char *text)
{
    const quern_option *option = setting->option;
    if (!is_integer(text))
        return refuse(setting, NULL, "\"%s\" is not an integer", text);
    errno = 0;
    long long number = strtoll(text, NULL, 10);
    if (errno == ERANGE || number < option->minimum || number > option->maximum)
        return refuse_range(setting, text);
    *(int64_t *)field_of(setting) = number;
    return true;
}

/* -0.5, .5, 5., 1e-3: no hexadecimal, no infinity, and always something that is a number. */
static bool is_real(const char *text)
{
    const char *whole = skip_sign(text), *end = skip_digits(whole);
    size_t digits = (size_t)(end - whole);
    if (*end == '.') {
        const char *part = end + 1;
        end = skip_digits(part);
        digits += (size_t)(end - part);
    }
    if (*end == 'e' || *end == 'E') {
        const char *exponent = skip_sign(end + 1);
        end = skip_digits(exponent);
        if (end == exponent)
            return false;
    }
    return digits > 0 && !*end;
}

static bool set_real(const struct setting *setting, const char *text)
{
    const quern_option *option = setting->option;
    char *end = NULL;
    double number = is_real(text) ? strtod(text, &end) : 0;
    if (!end || *end)
        return refuse(setting, NULL, "\"%s\" is not a number", text);
    if (!(number >= option->least && number <= option->most))
        return refuse_range(setting, text);
    *(double *)field_of(setting) = number;
    return true;
}

/* A copy that lives as long as the values; NULL, with a problem, when it cannot be. */
static const char *keep_text(const struct setting *setting, struct arena *arena, const char *text)
{
    if (!is_utf8(text)) {
        refuse(setting, NULL, "the text is not valid UTF-8");
        return NULL;
    }
    const char *copy = arena_copy(arena, (quern_string){text, strlen(text)});
    if (!copy)
        refuse_memory(setting);
    return copy;
}

static bool set_text(const struct setting *setting, struct arena *arena, const char *text)
{
    const char *copy = keep_text(setting, arena, text);
    if (copy)
        *(const char **)field_of(setting) = copy;
    return copy;
}

static bool set_choice(const struct setting *setting, const char *text)
{
    int number = option_choice(setting->option, text);
    if (number < 0)
        return refuse_choice(setting, text);
    *(int *)field_of(setting) = number;
    return true;
}

/* An array in the arena with room for one more than `count` things. It is a new one whenever the
 * count is a power of two, so that the copies stay in proportion. NULL when memory is short. */
static void *room_for_one(struct arena *arena, const void *items, size_t count, size_t size)
{
    if (count & (count - 1))
        return (void *)(uintptr_t)items; /* it is ours: the state only reads it */
    void *grown = arena_alloc(arena, count ? count * 2 : 1, size);
    if (grown && count)
        memcpy(grown, items, count * size);
    return grown;
}

static bool add_entry(const struct setting *setting, struct arena *arena, const char *text)
{
    quern_list *list = field_of(setting);
    if (setting->option->choices && option_choice(setting->option, text) < 0)
        return refuse_choice(setting, text);
    const char *copy = keep_text(setting, arena, text);
    if (!copy)
        return false;
    const char **items = room_for_one(arena, list->items, list->count, sizeof *items);
    if (!items)
        return refuse_memory(setting);
    items[list->count] = copy;
    *list = (quern_list){items, list->count + 1};
    return true;
}

/* The member of that key, or a new one; NULL when memory is short. */
static quern_member *member_of(quern_map *map, struct arena *arena, const char *key)
{
    quern_member *items = NULL;
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->items[i].key, key) == 0)
            return (quern_member *)(uintptr_t)&map->items[i];
    items = room_for_one(arena, map->items, map->count, sizeof *items);
    if (!items)
        return NULL;
    items[map->count] = (quern_member){.key = key};
    *map = (quern_map){items, map->count + 1};
    return &items[map->count - 1];
}

static bool set_member(const struct setting *setting, struct arena *arena, const char *key,
                       quern_string json)
{
    const char *key_copy = keep_text(setting, arena, key);
    if (!key_copy)
        return false;
    const char *copy = arena_copy(arena, json);
    quern_member *member = copy ? member_of(field_of(setting), arena, key_copy) : NULL;
    if (!member)
        return refuse_memory(setting);
    member->json = (quern_string){copy, json.size};
    return true;
}

/* KEY=VALUE, where the value is JSON or, when it is not, a string. */
static bool add_pair(const struct setting *setting, struct arena *arena, const char *text)
{
    const char *equals = strchr(text, '=');
    if (!equals || equals == text)
        return refuse(setting, NULL, "\"%s\" is not of the form KEY=VALUE", text);
    if (!is_utf8(text))
        return refuse(setting, NULL, "the text is not valid UTF-8");
    char *key = arena_copy(arena, (quern_string){text, (size_t)(equals - text)});
    quern_string value = {equals + 1, strlen(equals + 1)};
    struct buffer json = {0};
    if (!json_is_valid(value)) {
        json_encode_string(&json, value);
        value = (quern_string){json.data, json.size};
    }
    bool good =
        key && !json.failed ? set_member(setting, arena, key, value) : refuse_memory(setting);
    buffer_free(&json);
    return good;
}

bool options_set(struct options *options, const quern_option *option, const char *text,
                 struct place place, struct problems *problems)
{
    const struct setting setting = {options, option, place, problems};
    switch (option->type) {
    case QUERN_TYPE_BOOL:
        return set_bool(&setting, text);
    case QUERN_TYPE_INT:
        return set_integer(&setting, text);
    case QUERN_TYPE_REAL:
        return set_real(&setting, text);
    case QUERN_TYPE_TEXT:
        return set_text(&setting, &options->arena, text);
    case QUERN_TYPE_CHOICE:
        return set_choice(&setting, text);
    case QUERN_TYPE_LIST:
        return add_entry(&setting, &options->arena, text);
    case QUERN_TYPE_MAP:
        return add_pair(&setting, &options->arena, text);
    case QUERN_TYPE_END:
        break;
    }
    return false;
}

bool options_set_member(struct options *options, const quern_option *option, const char *key,
                        quern_string json, struct place place, struct problems *problems)
{
    const struct setting setting = {options, option, place, problems};
    return set_member(&setting, &options->arena, key, json);
}

/* ---- Defaults ---- */

static void set_default(struct options *options, const quern_option *option)
{
    void *field = (char *)options->state + option->offset;
    switch (option->type) {
    case QUERN_TYPE_BOOL:
        *(bool *)field = option->integer != 0;
        break;
    case QUERN_TYPE_INT:
        *(int64_t *)field = option->integer;
        break;
    case QUERN_TYPE_REAL:
        *(double *)field = option->real;
        break;
    case QUERN_TYPE_TEXT:
        *(const char **)field = option->text;
        break;
    case QUERN_TYPE_CHOICE:
        *(int *)field = option_choice(option, option->text);
        break;
    default: /* an empty list or map is zeros */
        break;
    }
}

bool options_open(struct options *options, const quern_stage *stage)
{
    *options = (struct options){.stage = stage, .state = memory_new(1, stage->state_size)};
    if (!options->state)
        return false;
    for (const quern_option *option = stage->options; option && option->type != QUERN_TYPE_END;
         option++)
        set_default(options, option);
    return true;
}

void options_close(struct options *options)
{
    free(options->state);
    arena_free(&options->arena);
    *options = (struct options){0};
}

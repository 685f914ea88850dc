/*
 * Flags made from the options of a stage, and how flags are written.
 */
#include "command/command.h"

#include <stdlib.h>
#include <string.h>

static const char *name_argument(const quern_option *option)
{
    switch (option->type) {
    case QUERN_TYPE_INT:
    case QUERN_TYPE_REAL:
        return "NUMBER";
    case QUERN_TYPE_CHOICE:
        return "WORD";
    case QUERN_TYPE_MAP:
        return "KEY=VALUE";
    case QUERN_TYPE_BOOL:
        return NULL;
    default:
        return option->choices ? "WORD" : "TEXT";
    }
}

static bool is_taken(const struct flag *flags, const char *name)
{
    for (; flags->name; flags++)
        if (strcmp(flags->name, name) == 0)
            return true;
    return false;
}

/* An underscore is a hyphen; an option that is called as one of our own flags gets a name in front
 * that tells it apart. */
static char *make_name(const struct flag *flags, const char *prefix, const char *name)
{
    struct buffer made = {0};
    buffer_print(&made, "%s%s", prefix, name);
    bool taken = is_taken(flags, buffer_text(&made));
    buffer_clear(&made);
    buffer_print(&made, "%s%s%s", taken ? "stage-" : "", prefix, name);
    char *copy = made.failed ? NULL : memory_copy(made.data, made.size);
    buffer_free(&made);
    for (char *at = copy; at && (at = strchr(at, '_'));)
        *at = '-';
    return copy;
}

static bool add(struct flag *out, size_t *count, const struct flag *flags, const char *prefix,
                const quern_option *option)
{
    char *name = make_name(flags, prefix, option->name);
    if (!name)
        return false;
    out[(*count)++] = (struct flag){.name = name,
                                    .kind = *prefix ? FLAG_NO : FLAG_OPTION,
                                    .argument = name_argument(option),
                                    .choices = option->choices,
                                    .help = option->help,
                                    .option = option};
    return true;
}

static size_t count_options(const quern_option *options)
{
    size_t count = 0;
    while (options && options[count].type != QUERN_TYPE_END)
        count++;
    return count;
}

struct flag *flags_of_stage(const struct flag *flags, const quern_stage *stage)
{
    size_t count = 0, options = count_options(stage->options);
    while (flags[count].name)
        count++;
    struct flag *all = memory_new(count + 2 * options + 1, sizeof *all);
    if (!all)
        return NULL;
    memcpy(all, flags, count * sizeof *all);
    for (size_t i = 0; i < options; i++) {
        const quern_option *option = &stage->options[i];
        if (!add(all, &count, flags, "", option) ||
            (option->type == QUERN_TYPE_BOOL && !add(all, &count, flags, "no-", option))) {
            flags_free(all);
            return NULL;
        }
    }
    return all;
}

void flags_free(struct flag *flags)
{
    for (struct flag *flag = flags; flag && flag->name; flag++)
        if (flag->option)
            free((char *)flag->name);
    free(flags);
}

void flag_describe(const struct flag *flag, bool align, struct buffer *out)
{
    bool both = flag->option && flag->option->type == QUERN_TYPE_BOOL;
    if (flag->letter)
        buffer_print(out, "-%c, ", flag->letter);
    else if (align)
        buffer_add_text(out, "    ");
    buffer_print(out, "--%s%s", both ? "[no-]" : "", flag->name);
    if (flag->argument)
        buffer_print(out, "=%s", flag->argument);
}

void flag_explain(const struct flag *flag, struct buffer *out)
{
    struct buffer preset = {0};
    buffer_add_text(out, flag->help);
    if (flag->option) {
        buffer_add_text(out, " (");
        options_describe(flag->option, out);
        options_describe_default(flag->option, &preset);
        if (preset.size)
            buffer_print(out, "; default: %s", buffer_text(&preset));
        buffer_add_text(out, ")");
    } else if (flag->choices) {
        buffer_print(out, " (one of: %s)", flag->choices);
    }
    buffer_free(&preset);
}

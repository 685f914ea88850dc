/*
 * Command lines, read by getopt_long from the tables of flags.
 */
#include "command/command.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_VALUE = 256 }; /* what getopt_long answers for the flag numbered 0 */

bool words_add(struct words *words, const char *word)
{
    if (!memory_grow(&words->items, &words->capacity, words->count + 1, sizeof *words->items))
        return false;
    words->items[words->count++] = word;
    return true;
}

const struct arguments no_arguments = {.jobs = JOBS_AUTO, .checkpoint_interval = 5};

void arguments_free(struct arguments *arguments)
{
    free(arguments->plugin_dirs.items);
    free(arguments->include.items);
    free(arguments->exclude.items);
    free(arguments->operands.items);
    buffer_free(&arguments->reproduce);
}

int out_of_memory(void)
{
    fputs("quern: out of memory\n", stderr);
    return STATUS_INTERNAL;
}

static void print_name(const struct command *command)
{
    fputs(command == &command_quern ? "quern" : "quern ", stderr);
    if (command != &command_quern)
        fputs(command->name, stderr);
}

int usage_error(const struct command *command, const char *format, ...)
{
    struct buffer text = {0};
    va_list list;
    va_start(list, format);
    buffer_print_list(&text, format, list);
    va_end(list);
    print_name(command);
    fprintf(stderr, ": %s", buffer_text(&text));
    buffer_free(&text);
    fputs("\nTry '", stderr);
    print_name(command);
    fputs(" --help'.\n", stderr);
    return STATUS_USAGE;
}

static size_t count_flags(const struct flag *flags)
{
    size_t count = 0;
    while (flags[count].name)
        count++;
    return count;
}

/* ---- What getopt_long wants ---- */

struct tables {
    struct option *longs;
    char letters[64]; /* "-:o:q" */
};

static bool make_tables(struct tables *tables, const struct flag_reader *reader)
{
    size_t count = count_flags(reader->flags), size = 0;
    tables->longs = memory_new(count + 1, sizeof *tables->longs);
    if (!tables->longs)
        return false;
    if (reader->stop || reader->lenient)
        tables->letters[size++] = reader->stop ? '+' : '-';
    tables->letters[size++] = ':';
    for (size_t i = 0; i < count; i++) {
        const struct flag *flag = &reader->flags[i];
        tables->longs[i] =
            (struct option){.name = flag->name,
                            .has_arg = flag->argument ? required_argument : no_argument,
                            .val = FIRST_VALUE + (int)i};
        if (!flag->letter || size + 3 > sizeof tables->letters)
            continue;
        tables->letters[size++] = flag->letter;
        if (flag->argument)
            tables->letters[size++] = ':';
    }
    tables->letters[size] = '\0';
    return true;
}

/* The flag behind what getopt_long answered, or keeps in optopt; NULL when there is none. */
static const struct flag *find_flag(const struct flag *flags, int value)
{
    for (size_t i = 0; flags[i].name; i++)
        if (value == FIRST_VALUE + (int)i || (value && value == flags[i].letter))
            return &flags[i];
    return NULL;
}

/* ---- Mistakes ---- */

/* The word of the command line as it was given, "--colour=red", up to the value. */
static int refuse_unknown(const struct flag_reader *reader, const char *word)
{
    const char *name = word + strspn(word, "-");
    char *given = memory_copy(name, strcspn(name, "="));
    size_t count = count_flags(reader->flags);
    const char **names = memory_new(count, sizeof *names);
    for (size_t i = 0; names && i < count; i++)
        names[i] = reader->flags[i].name;
    const char *nearest = given && names ? words_nearest(given, names, count) : NULL;
    if (nearest)
        usage_error(reader->command, "there is no option --%s; did you mean --%s?", given, nearest);
    else
        usage_error(reader->command, "there is no option --%s", given ? given : name);
    free(given);
    free(names);
    return STATUS_USAGE;
}

/* An abbreviation that more than one flag begins with. */
static bool is_ambiguous(const struct flag *flags, const char *word)
{
    const char *name = word + strspn(word, "-");
    size_t size = strcspn(name, "="), fitting = 0;
    for (; flags->name; flags++)
        fitting += strncmp(flags->name, name, size) == 0;
    return size > 0 && fitting > 1;
}

static int refuse(const struct flag_reader *reader, char **argv)
{
    const struct flag *flag = find_flag(reader->flags, optopt);
    const char *word = argv[optind - 1];
    if (flag)
        return usage_error(reader->command, "--%s takes no value", flag->name);
    if (optopt)
        return usage_error(reader->command, "there is no option -%c", optopt);
    if (is_ambiguous(reader->flags, word))
        return usage_error(reader->command, "%s may mean more than one option", word);
    return refuse_unknown(reader, word);
}

/* ---- Values ---- */

static bool set_choice(const struct flag_reader *reader, const struct flag *flag, int *field)
{
    *field = 1 + words_find(flag->choices, (quern_string){optarg, strlen(optarg)});
    if (!*field)
        usage_error(reader->command, "--%s is one of: %s; not '%s'", flag->name, flag->choices,
                    optarg);
    return *field != 0;
}

static bool refuse_number(const struct flag_reader *reader, const struct flag *flag)
{
    if (flag->kind == FLAG_SIZE)
        usage_error(reader->command, "--%s is a number of bytes, as in 64MiB; not '%s'", flag->name,
                    optarg);
    else if (flag->most == INT64_MAX)
        usage_error(reader->command, "--%s is a number from %" PRId64 "; not '%s'", flag->name,
                    flag->least, optarg);
    else
        usage_error(reader->command, "--%s is a number from %" PRId64 " to %" PRId64 "; not '%s'",
                    flag->name, flag->least, flag->most, optarg);
    return false;
}

static bool set_number(const struct flag_reader *reader, const struct flag *flag, int64_t *field)
{
    char *end = optarg;
    size_t bytes = 0;
    bool fine;
    errno = 0;
    if (flag->kind == FLAG_SIZE) {
        fine = value_to_bytes(optarg, &bytes);
        *field = (int64_t)bytes;
    } else {
        *field = strtoll(optarg, &end, 10);
        fine = end != optarg && !*end && errno == 0;
    }
    if (!fine || *field < flag->least || *field > flag->most)
        return refuse_number(reader, flag);
    return true;
}

static bool set_option(const struct flag_reader *reader, const struct flag *flag)
{
    if (!reader->options)
        return true;
    struct problems problems = {0};
    const char *value = flag->argument ? optarg : flag->kind == FLAG_NO ? "false" : "true";
    bool fine = options_set(reader->options, flag->option, value, (struct place){0}, &problems);
    problems_print(&problems, (quern_string){0}, stderr);
    problems_free(&problems);
    return fine;
}

/* What says which stages there are and what they do has to be given again. */
static void remember(struct arguments *arguments, const struct flag *flag)
{
    if (!flag->option && !flag->again)
        return;
    buffer_print(&arguments->reproduce, " --%s", flag->name);
    if (!flag->argument)
        return;
    buffer_add_char(&arguments->reproduce, '=');
    shell_quote(&arguments->reproduce, optarg);
}

static bool set(const struct flag_reader *reader, const struct flag *flag)
{
    void *field = (char *)reader->arguments + flag->offset;
    switch (flag->kind) {
    case FLAG_SWITCH:
        *(bool *)field = true;
        return true;
    case FLAG_TEXT:
        *(const char **)field = optarg;
        return true;
    case FLAG_CHOICE:
        return set_choice(reader, flag, field);
    case FLAG_NUMBER:
    case FLAG_SIZE:
        return set_number(reader, flag, field);
    case FLAG_TEXTS:
        return words_add(field, optarg);
    case FLAG_OPTION:
    case FLAG_NO:
        return set_option(reader, flag);
    }
    return false;
}

/* ---- Reading ---- */

/* Takes what getopt_long answered. False after a message. */
static bool take(const struct flag_reader *reader, int value, char **argv)
{
    if (value == 1 || (reader->lenient && (value == '?' || value == ':')))
        return true;
    if (value == ':') {
        const struct flag *flag = find_flag(reader->flags, optopt);
        usage_error(reader->command, "--%s needs a value: %s", flag->name, flag->argument);
        return false;
    }
    if (value == '?') {
        refuse(reader, argv);
        return false;
    }
    const struct flag *flag = find_flag(reader->flags, value);
    if (!reader->lenient)
        remember(reader->arguments, flag);
    return set(reader, flag);
}

bool flags_read(const struct flag_reader *reader, int argc, char **argv, int *index)
{
    struct tables tables;
    if (!make_tables(&tables, reader)) {
        out_of_memory();
        return false;
    }
    bool fine = true;
    int value;
    optind = 0; /* glibc's getopt begins anew */
    opterr = 0;
    while (fine && (value = getopt_long(argc, argv, tables.letters, tables.longs, NULL)) != -1)
        fine = take(reader, value, argv);
    *index = optind;
    free(tables.longs);
    return fine;
}

static bool read_operands(const struct command *command, int argc, char **argv, int index,
                          struct arguments *arguments, int *status)
{
    size_t count = (size_t)(argc - index);
    for (int i = index; i < argc; i++) {
        if (!words_add(&arguments->operands, argv[i])) {
            *status = out_of_memory();
            return false;
        }
    }
    if (count >= command->least && count <= command->most)
        return true;
    *status = count < command->least
                  ? usage_error(command, "something is missing: quern %s %s", command->name,
                                command->operands)
                  : usage_error(command, "'%s' is one argument too many", argv[argc - 1]);
    return false;
}

bool arguments_answer(const struct arguments *arguments, const struct command *command,
                      const struct flag *flags, const quern_stage *stage)
{
    if (arguments->help)
        help_print(command, flags, stage, stdout);
    else if (arguments->version)
        puts("quern " QUERN_VERSION);
    return arguments->help || arguments->version;
}

bool arguments_read(const struct command *command, int argc, char **argv,
                    struct arguments *arguments, int *status)
{
    const struct flag_reader reader = {
        .command = command, .flags = command->flags, .arguments = arguments};
    int index = 0;
    *arguments = no_arguments;
    arguments->command = command;
    *status = STATUS_USAGE;
    if (flags_read(&reader, argc, argv, &index)) {
        if (arguments_answer(arguments, command, command->flags, NULL)) {
            *status = STATUS_FINE;
        } else if (read_operands(command, argc, argv, index, arguments, status)) {
            return true;
        }
    }
    arguments_free(arguments);
    return false;
}

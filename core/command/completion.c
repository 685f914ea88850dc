/*
 * quern completion: what makes a shell complete command lines of quern.
 *
 * The shell hands the words over and is told what may stand in place of the last one, a candidate
 * a line, a tab and what it means behind it; ":files" and ":folders" stand for those of the shell.
 * Flags and operands come from the tables, the stages and their options are those of the day.
 */
#include "command/command.h"

#include <stdlib.h>
#include <string.h>

static const struct flag flags[] = {
    SWITCH(0, "candidates", candidates,
           "print what may stand in place of the last WORD of a command line; shells ask this"),
    COMMON_FLAGS,
    {0}};

/* ---- What the shells are given ---- */

static const char bash[] =
    "_quern()\n"
    "{\n"
    "    local current=${COMP_WORDS[COMP_CWORD]} words=() word line given\n"
    "    [[ $current == = ]] && current=\n"
    "    # What bash has cut at '=' is put together again.\n"
    "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD}\"; do\n"
    "        if [[ ${#words[@]} -gt 0 && ($word == = || ${words[-1]} == --*=) ]]; then\n"
    "            words[-1]+=$word\n"
    "        else\n"
    "            words+=(\"$word\")\n"
    "        fi\n"
    "    done\n"
    "    given=${words[-1]%\"$current\"}\n"
    "    COMPREPLY=()\n"
    "    while IFS= read -r line; do\n"
    "        case $line in\n"
    "        :files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$current\") ;;\n"
    "        :folders) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"$current\") ;;\n"
    "        *) line=${line%%$'\\t'*}; COMPREPLY+=(\"${line#\"$given\"}\") ;;\n"
    "        esac\n"
    "    done < <(\"${COMP_WORDS[0]}\" completion --candidates -- \"${words[@]}\" 2>/dev/null)\n"
    "}\n"
    "complete -F _quern quern\n";

static const char zsh[] =
    "#compdef quern\n"
    "_quern()\n"
    "{\n"
    "    local line\n"
    "    local -a described\n"
    "    for line in \"${(@f)$($words[1] completion --candidates -- \"${(@)words[2,CURRENT]}\" "
    "2>/dev/null)}\"; do\n"
    "        case $line in\n"
    "        :files) compset -P '--*='; _files ;;\n"
    "        :folders) compset -P '--*='; _files -/ ;;\n"
    "        ?*) described+=(\"${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}\") ;;\n"
    "        esac\n"
    "    done\n"
    "    (( $#described )) && _describe candidate described\n"
    "}\n"
    "if [[ $funcstack[1] == _quern ]]; then _quern \"$@\"; else compdef _quern quern; fi\n";

static const char fish[] =
    "function __quern_candidates\n"
    "    set -l words (commandline -opc)\n"
    "    set -l current (commandline -ct)\n"
    "    set -l flag (string match -r -- '^--[^=]*=' $current)\n"
    "    set -l path (string replace -r -- '^--[^=]*=' '' $current)\n"
    "    for line in ($words[1] completion --candidates -- $words[2..] $current 2>/dev/null)\n"
    "        switch $line\n"
    "            case :files\n"
    "                string replace -r -- '^' \"$flag\" (__fish_complete_path $path)\n"
    "            case :folders\n"
    "                string replace -r -- '^' \"$flag\" (__fish_complete_directories $path)\n"
    "            case '*'\n"
    "                echo $line\n"
    "        end\n"
    "    end\n"
    "end\n"
    "complete -c quern -f -a '(__quern_candidates)'\n";

/* ---- Candidates ---- */

/* A command line that is being written: a command, the words behind it, and the last one. */
struct line {
    const struct command *command;
    const struct flag *flags;
    struct loader *loader;
    const char *const *words;
    size_t count; /* without the last one */
    const char *current;
    size_t given;               /* how much of the last one stays: "--tabs=" */
    const struct flag *pending; /* the flag whose value the rest of it is; NULL for none */
    size_t operands;            /* before it */
    const char *first_operand;
};

static void offer(const struct line *line, const char *word, size_t size, const char *help)
{
    const char *typed = line->current + line->given;
    size_t length = strlen(typed);
    if (length <= size && memcmp(typed, word, length) == 0)
        printf("%.*s%.*s\t%s\n", (int)line->given, line->current, (int)size, word, help);
}

static void offer_words(const struct line *line, const char *words, char between, const char *help)
{
    const char separators[] = {between, '\0'};
    for (; *words; words += words[0] == between) {
        size_t size = strcspn(words, separators);
        offer(line, words, size, help);
        words += size;
    }
}

static void offer_commands(const struct line *line)
{
    for (const struct command *const *command = commands; *command; command++)
        offer(line, (*command)->name, strlen((*command)->name), (*command)->summary);
}

static void offer_stages(const struct line *line)
{
    struct problems problems = {0};
    const struct plugin **plugins = loader_list(line->loader, &problems);
    for (size_t i = 0; plugins && plugins[i]; i++)
        offer(line, plugins[i]->stage->name, strlen(plugins[i]->stage->name),
              plugins[i]->stage->summary);
    free(plugins);
    problems_free(&problems);
}

/* What a placeholder such as FILE stands for; nothing when that is up to the user. */
static void offer_placeholder(const struct line *line, const char *name, size_t size)
{
    static const struct {
        const char *name, *means;
        void (*offer)(const struct line *line);
    } placeholders[] = {
        {"FILE", ":files", NULL},          {"PIPELINE", ":files", NULL},
        {"FOLDER", ":folders", NULL},      {"STAGE", NULL, offer_stages},
        {"COMMAND", NULL, offer_commands},
    };
    for (size_t i = 0; i < sizeof placeholders / sizeof *placeholders; i++) {
        if (strlen(placeholders[i].name) != size || memcmp(placeholders[i].name, name, size) != 0)
            continue;
        if (placeholders[i].offer)
            placeholders[i].offer(line);
        else
            puts(placeholders[i].means);
    }
}

/* The operands as the line of usage has them, "stage|pipeline NAME [FOLDER]"; the last one may be
 * repeated. Words in lower case stand for themselves, and flags are none. */
static void offer_operand(const struct line *line)
{
    const char *at = line->command->operands, *operand = NULL;
    size_t size = 0;
    for (size_t number = 0; number <= line->operands; at += strcspn(at, " ")) {
        at += strspn(at, " [");
        if (!*at)
            break;
        if (*at == '-')
            continue;
        operand = at;
        size = strcspn(at, " .]");
        number++;
    }
    if (!operand)
        return;
    if (*operand >= 'a') {
        char *words = memory_copy(operand, size);
        if (words)
            offer_words(line, words, '|', "");
        free(words);
    } else {
        offer_placeholder(line, operand, size);
    }
}

static bool may_repeat(const struct flag *flag)
{
    return flag->kind == FLAG_TEXTS || (flag->option && (flag->option->type == QUERN_TYPE_LIST ||
                                                         flag->option->type == QUERN_TYPE_MAP));
}

/* Whether a word is that flag, alone or with its value: "--tabs", "--tabs=spaces", "-o". */
static bool is_flag(const struct flag *flag, const char *word)
{
    size_t size = strlen(flag->name);
    if (word[0] != '-')
        return false;
    if (word[1] != '-')
        return flag->letter && word[1] == flag->letter && !word[2];
    return strncmp(word + 2, flag->name, size) == 0 && (!word[2 + size] || word[2 + size] == '=');
}

static const struct flag *find_flag(const struct line *line, const char *word)
{
    for (const struct flag *flag = line->flags; flag->name; flag++)
        if (is_flag(flag, word))
            return flag;
    return NULL;
}

static void offer_flags(const struct line *line)
{
    for (const struct flag *flag = line->flags; flag->name; flag++) {
        bool stands = false;
        for (size_t i = 0; i < line->count; i++)
            stands |= is_flag(flag, line->words[i]);
        struct buffer word = {0};
        buffer_print(&word, "--%s", flag->name);
        if (!stands || may_repeat(flag))
            offer(line, buffer_text(&word), word.size, flag->help);
        buffer_free(&word);
    }
}

static void offer_value(const struct line *line)
{
    const struct flag *flag = line->pending;
    if (flag->choices)
        offer_words(line, flag->choices, ' ', "");
    else
        offer_placeholder(line, flag->argument, strlen(flag->argument));
}

/* Tells flags, their values, and operands apart. */
static void scan(struct line *line)
{
    line->pending = NULL;
    line->operands = 0;
    for (size_t i = 0; i < line->count; i++) {
        const char *word = line->words[i];
        if (line->pending)
            line->pending = NULL;
        else if (word[0] == '-' && word[1]) {
            const struct flag *flag = find_flag(line, word);
            line->pending = flag && flag->argument && !strchr(word, '=') ? flag : NULL;
        } else if (!line->operands++) {
            line->first_operand = word;
        }
    }
    const char *equals = line->current[0] == '-' ? strchr(line->current, '=') : NULL;
    if (!equals || line->pending)
        return;
    line->pending = find_flag(line, line->current);
    line->given = (size_t)(equals + 1 - line->current);
}

static void offer_candidates(const struct line *line)
{
    if (line->pending)
        offer_value(line);
    else if (line->given == 0 && line->current[0] == '-')
        offer_flags(line);
    else if (line->given == 0)
        offer_operand(line);
}

/* Behind the name of a stage its options are flags as well. */
static void complete_stage(struct line *line)
{
    struct problems problems = {0};
    const struct plugin *plugin =
        loader_find(line->loader, line->first_operand, (struct place){0}, &problems);
    struct flag *all = plugin ? flags_of_stage(line->flags, plugin->stage) : NULL;
    problems_free(&problems);
    if (all) {
        line->flags = all;
        scan(line);
        offer_candidates(line);
    }
    flags_free(all);
}

/* Where stages are looked for may be said anywhere in the line. */
static struct loader *find_plugins(const struct line *line)
{
    struct arguments arguments = {0};
    for (size_t i = 0; i + 1 < line->count; i++)
        if (strcmp(line->words[i], "--plugin-dir") == 0)
            words_add(&arguments.plugin_dirs, line->words[i + 1]);
    struct loader *loader = open_plugins(&arguments);
    arguments_free(&arguments);
    return loader;
}

static void complete(const struct words *words)
{
    struct line line = {.command =
                            words->count > 1 ? command_find(words->items[0]) : &command_quern,
                        .current = words->items[words->count - 1]};
    if (!line.command)
        return;
    if (words->count > 1) {
        line.words = words->items + 1;
        line.count = words->count - 2;
    }
    line.flags = line.command->flags;
    line.loader = find_plugins(&line);
    scan(&line);
    if (line.loader && line.command == &command_stage && line.operands)
        complete_stage(&line);
    else if (line.loader)
        offer_candidates(&line);
    loader_close(line.loader);
}

static int run(struct arguments *arguments)
{
    static const struct {
        const char *name, *script;
    } shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
    int status = STATUS_FINE;
    const char *wanted = arguments->operands.items[0], *script = NULL;
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (strcmp(shells[i].name, wanted) == 0)
            script = shells[i].script;
    if (arguments->candidates)
        complete(&arguments->operands);
    else if (!script)
        status = usage_error(arguments->command, "the shell is one of: bash, zsh, fish; not '%s'",
                             wanted);
    else if (arguments->operands.count > 1)
        status = usage_error(arguments->command, "'%s' is one argument too many",
                             arguments->operands.items[1]);
    else
        fputs(script, stdout);
    return status;
}

const struct command command_completion = {
    .name = "completion",
    .operands = "bash|zsh|fish",
    .summary = "print completion for bash, zsh or fish",
    .examples = "source <(quern completion bash)\n"
                "quern completion zsh > ~/.zfunc/_quern\n"
                "quern completion fish > ~/.config/fish/completions/quern.fish",
    .least = 1,
    .most = SIZE_MAX,
    .flags = flags,
    .run = run};

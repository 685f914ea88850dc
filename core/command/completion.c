/*
 * quern completion: what makes a shell complete command lines of quern. Commands and flags come
 * from the tables; the names of stages, and the flags of a stage, are asked of quern itself when
 * they are wanted, so that they are those of the day.
 */
#include "command/command.h"

#include <string.h>

static const struct flag flags[] = {HELP_FLAG, {0}};

/* ---- bash ---- */

static void print_words(const struct command *command)
{
    for (const struct flag *flag = command->flags; flag->name; flag++)
        printf(" --%s", flag->name);
}

static void print_bash_choices(void)
{
    puts("    case $previous in");
    for (const struct flag *flag = command_run.flags; flag->name; flag++)
        if (flag->choices)
            printf("    --%s) COMPREPLY=($(compgen -W '%s' -- \"$current\")); return ;;\n",
                   flag->name, flag->choices);
    puts("    --plugin-dir|--quarantine) COMPREPLY=($(compgen -d -- \"$current\")); return ;;\n"
         "    esac");
}

static void print_bash(void)
{
    puts("_quern()\n{\n"
         "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} words=\n"
         "    COMPREPLY=()");
    print_bash_choices();
    puts("    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        words='--help --version");
    for (const struct command *const *command = commands; *command; command++)
        printf("            %s\n", (*command)->name);
    puts("        '\n    else\n        case ${COMP_WORDS[1]} in");
    for (const struct command *const *command = commands; *command; command++) {
        printf("        %s) words='", (*command)->name);
        print_words(*command);
        puts("' ;;");
    }
    puts(
        "        esac\n"
        "        case ${COMP_WORDS[1]}:$COMP_CWORD in\n"
        "        stage:2|inspect:2) words=\"$words $(quern list -q 2>/dev/null | cut -d' ' -f1)\" ;;\n"
        "        stage:*) words=$(quern stage \"${COMP_WORDS[2]}\" --help 2>/dev/null |\n"
        "            sed -n 's/^ *\\(-[a-z], \\)*--\\[no-\\]\\([a-z0-9-]*\\).*/--\\2 --no-\\2/p\n"
        "                s/^ *\\(-[a-z], \\)*\\(--[a-z0-9-]*\\).*/\\2/p') ;;\n"
        "        new:2) words='stage pipeline' ;;\n"
        "        completion:2) words='bash zsh fish' ;;\n"
        "        esac\n"
        "    fi\n"
        "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
        "}\n"
        "complete -o default -F _quern quern");
}

/* ---- zsh ---- */

/* A text inside single quotes and brackets of zsh's _arguments. */
static void print_zsh_text(const char *text)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\''", stdout);
        else if (strchr("[]:\\", *text))
            printf("\\%c", *text);
        else
            putchar(*text);
    }
}

static void print_zsh_flag(const struct flag *flag)
{
    printf("            '%s--%s%s[", flag->kind == FLAG_TEXTS ? "*" : "", flag->name,
           flag->argument ? "=" : "");
    print_zsh_text(flag->help);
    putchar(']');
    if (flag->choices)
        printf(":%s:(%s)", flag->argument, flag->choices);
    else if (flag->argument)
        printf(":%s:_files", flag->argument);
    puts("' \\");
}

static void print_zsh(void)
{
    puts("#compdef quern\n_quern()\n{\n    local -a stages\n    if (( CURRENT == 2 )); then\n"
         "        local -a commands=(");
    for (const struct command *const *command = commands; *command; command++) {
        printf("            '%s:", (*command)->name);
        print_zsh_text((*command)->summary);
        puts("'");
    }
    puts("        )\n        _describe command commands\n        return\n    fi\n"
         "    if (( CURRENT == 3 )) && [[ $words[2] == (stage|inspect) ]]; then\n"
         "        stages=(${(f)\"$(quern list -q 2>/dev/null | cut -d' ' -f1)\"})\n"
         "        compadd -a stages\n    fi\n"
         "    case $words[2] in");
    for (const struct command *const *command = commands; *command; command++) {
        printf("    %s)\n        _arguments \\\n", (*command)->name);
        for (const struct flag *flag = (*command)->flags; flag->name; flag++)
            print_zsh_flag(flag);
        puts("            '*:file:_files' ;;");
    }
    puts("    esac\n}\n_quern \"$@\"");
}

/* ---- fish ---- */

static void print_fish_text(const char *text)
{
    putchar('\'');
    for (; *text; text++) {
        if (strchr("'\\", *text))
            putchar('\\');
        putchar(*text);
    }
    putchar('\'');
}

static void print_fish_flag(const struct command *command, const struct flag *flag)
{
    printf("complete -c quern -n '__fish_seen_subcommand_from %s' -l %s", command->name,
           flag->name);
    if (flag->letter)
        printf(" -s %c", flag->letter);
    if (flag->choices)
        printf(" -x -a '%s'", flag->choices);
    else if (flag->argument)
        fputs(" -r", stdout);
    fputs(" -d ", stdout);
    print_fish_text(flag->help);
    putchar('\n');
}

static void print_fish(void)
{
    for (const struct command *const *command = commands; *command; command++) {
        printf("complete -c quern -f -n __fish_use_subcommand -a %s -d ", (*command)->name);
        print_fish_text((*command)->summary);
        putchar('\n');
    }
    for (const struct command *const *command = commands; *command; command++)
        for (const struct flag *flag = (*command)->flags; flag->name; flag++)
            print_fish_flag(*command, flag);
    puts("complete -c quern -n '__fish_seen_subcommand_from stage inspect' -a "
         "\"(quern list -q 2>/dev/null | string split -f1 ' ')\"");
}

static int run(const struct command *command, int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } shells[] = {{"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};
    struct arguments arguments;
    int status;
    if (!arguments_read(command, argc, argv, &arguments, &status))
        return status;
    const char *wanted = arguments.operands.items[0];
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(shells[i].name, wanted) == 0) {
            shells[i].print();
            arguments_free(&arguments);
            return STATUS_FINE;
        }
    }
    status = usage_error(command, "the shell is one of: bash, zsh, fish; not '%s'", wanted);
    arguments_free(&arguments);
    return status;
}

const struct command command_completion = {
    .name = "completion",
    .operands = "SHELL",
    .summary = "print completion for bash, zsh or fish",
    .examples = "source <(quern completion bash)\n"
                "quern completion zsh > ~/.zfunc/_quern\n"
                "quern completion fish > ~/.config/fish/completions/quern.fish",
    .least = 1,
    .most = 1,
    .flags = flags,
    .run = run};

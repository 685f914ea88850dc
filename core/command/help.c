/*
 * What --help prints, wrapped at 80 columns.
 */
#include "command/command.h"

#include <ctype.h>
#include <string.h>

enum { WIDTH = 80, HELP_COLUMN = 28 };

/* Prints words from `column` on, and lines after the first from `indent` on. */
static void print_wrapped(const char *text, size_t indent, size_t column, FILE *stream)
{
    bool first = true;
    while (*(text += strspn(text, " "))) {
        size_t size = strcspn(text, " ");
        size_t width = utf8_count(text, size);
        if (!first && column + 1 + width > WIDTH) {
            fprintf(stream, "\n%*s", (int)indent, "");
            column = indent;
            first = true;
        }
        fprintf(stream, "%s%.*s", first ? "" : " ", (int)size, text);
        column += width + !first;
        first = false;
        text += size;
    }
    fputc('\n', stream);
}

static void print_paragraphs(const char *text, FILE *stream)
{
    while (*text) {
        const char *end = strstr(text, "\n\n");
        struct buffer paragraph = {0};
        buffer_append(&paragraph, text, end ? (size_t)(end - text) : strlen(text));
        fputc('\n', stream);
        print_wrapped(buffer_text(&paragraph), 0, 0, stream);
        buffer_free(&paragraph);
        text = end ? end + 2 : text + strlen(text);
    }
}

static void print_row(const char *term, const char *help, FILE *stream)
{
    size_t width = 2 + utf8_count(term, strlen(term));
    fprintf(stream, "  %s", term);
    if (width + 2 > HELP_COLUMN) {
        fputc('\n', stream);
        width = 0;
    }
    fprintf(stream, "%*s", (int)(HELP_COLUMN - width), "");
    print_wrapped(help, HELP_COLUMN, HELP_COLUMN, stream);
}

static void print_flag(const struct flag *flag, FILE *stream)
{
    struct buffer term = {0}, help = {0};
    flag_describe(flag, true, &term);
    flag_explain(flag, &help);
    print_row(buffer_text(&term), buffer_text(&help), stream);
    buffer_free(&term);
    buffer_free(&help);
}

/* Those of the stage, or all others. What turns an option off is shown with it. */
static void print_flags(const struct flag *flags, bool of_stage, FILE *stream)
{
    for (; flags->name; flags++)
        if ((flags->option != NULL) == of_stage && flags->kind != FLAG_NO)
            print_flag(flags, stream);
}

static void print_commands(FILE *stream)
{
    fputs("\nCommands:\n", stream);
    for (const struct command *const *command = commands; *command; command++)
        print_row((*command)->name, (*command)->summary, stream);
}

static void print_examples(const char *examples, FILE *stream)
{
    fputs("\nExamples:\n", stream);
    while (*examples) {
        size_t size = strcspn(examples, "\n");
        fprintf(stream, "  %.*s\n", (int)size, examples);
        examples += size + (examples[size] == '\n');
    }
}

/* A summary has neither a capital nor a full stop where it stands in a list. */
static void print_sentence(const char *text, FILE *stream)
{
    struct buffer sentence = {0};
    buffer_add_char(&sentence, (char)toupper((unsigned char)*text));
    buffer_print(&sentence, "%s.", text + 1);
    print_wrapped(buffer_text(&sentence), 0, 0, stream);
    buffer_free(&sentence);
}

static void print_usage(const struct command *command, const quern_stage *stage, FILE *stream)
{
    fputs("Usage: quern", stream);
    if (command == &command_quern)
        fputs(" [OPTION...]", stream);
    else if (!stage)
        fprintf(stream, " %s [OPTION...]", command->name);
    else
        fprintf(stream, " %s %s [OPTION...]", command->name, stage->name);
    const char *operands = stage ? "[FILE...]" : command->operands;
    fprintf(stream, "%s%s\n\n", *operands ? " " : "", operands);
    print_sentence(stage ? stage->summary : command->summary, stream);
}

void help_print(const struct command *command, const struct flag *flags, const quern_stage *stage,
                FILE *stream)
{
    print_usage(command, stage, stream);
    if (command == &command_quern)
        print_commands(stream);
    if (stage && stage->options && stage->options->type != QUERN_TYPE_END) {
        fprintf(stream, "\nOptions of the stage:\n");
        print_flags(flags, true, stream);
    }
    fputs(stage ? "\nOptions of every stage:\n" : "\nOptions:\n", stream);
    print_flags(flags, false, stream);
    if (command->text && !stage)
        print_paragraphs(command->text, stream);
    if (command->examples && !stage)
        print_examples(command->examples, stream);
}

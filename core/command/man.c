/*
 * quern man: the man pages, made from the tables that --help is made from: one for the program, one
 * for each command, one for each stage that is found.
 */
#include "command/command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct flag flags[] = {PLUGIN_FLAG, COMMON_FLAGS, {0}};

/* ---- roff ---- */

/* Text of a paragraph: what roff would take for a request or an escape is hidden from it. */
static void print_text(FILE *page, const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", page);
    for (; *text; text++) {
        if (*text == '\\')
            fputs("\\e", page);
        else if (*text == '-')
            fputs("\\-", page);
        else
            fputc(*text, page);
        if (*text == '\n' && (text[1] == '.' || text[1] == '\''))
            fputs("\\&", page);
    }
}

static void print_paragraphs(FILE *page, const char *text)
{
    while (text && *text) {
        const char *end = strstr(text, "\n\n");
        struct buffer paragraph = {0};
        buffer_append(&paragraph, text, end ? (size_t)(end - text) : strlen(text));
        fputs(".PP\n", page);
        print_text(page, buffer_text(&paragraph));
        fputc('\n', page);
        buffer_free(&paragraph);
        text = end ? end + 2 : NULL;
    }
}

static void print_term(FILE *page, const char *term, const char *help)
{
    fputs(".TP\n.B ", page);
    print_text(page, term);
    fputc('\n', page);
    print_text(page, help);
    fputc('\n', page);
}

static void print_flags(FILE *page, const struct flag *flag, bool of_stage)
{
    for (; flag->name; flag++) {
        if ((flag->option != NULL) != of_stage || flag->kind == FLAG_NO)
            continue;
        struct buffer term = {0}, help = {0};
        flag_describe(flag, false, &term);
        flag_explain(flag, &help);
        print_term(page, buffer_text(&term), buffer_text(&help));
        buffer_free(&term);
        buffer_free(&help);
    }
}

static void print_head(FILE *page, const char *name, const char *summary)
{
    fputs(".TH ", page);
    print_text(page, name);
    fputs(" 1 \"\" \"quern " QUERN_VERSION "\" \"Quern\"\n.SH NAME\n", page);
    print_text(page, name);
    fputs(" \\- ", page);
    print_text(page, summary);
    fputs("\n.SH SYNOPSIS\n", page);
}

static void print_examples(FILE *page, const char *examples)
{
    if (!examples)
        return;
    fputs(".SH EXAMPLES\n.nf\n", page);
    print_text(page, examples);
    fputs("\n.fi\n", page);
}

/* ---- Pages ---- */

static FILE *open_page(const char *folder, const char *name)
{
    struct buffer path = {0};
    buffer_print(&path, "%s/%s.1", folder, name);
    FILE *page = fopen(buffer_text(&path), "w");
    if (!page)
        fprintf(stderr, "quern: %s cannot be written: %s\n", buffer_text(&path), strerror(errno));
    buffer_free(&path);
    return page;
}

static bool close_page(FILE *page, const char *name)
{
    bool fine = !ferror(page);
    if (fclose(page) == 0 && fine)
        return true;
    fprintf(stderr, "quern: %s.1 cannot be written: %s\n", name, strerror(errno));
    return false;
}

static bool write_program(const char *folder)
{
    FILE *page = open_page(folder, "quern");
    if (!page)
        return false;
    print_head(page, "quern", command_quern.summary);
    fputs(".B quern\n", page);
    print_text(page, command_quern.operands);
    fputs("\n.SH DESCRIPTION\n", page);
    print_paragraphs(page, command_quern.text);
    fputs(".SH COMMANDS\n", page);
    for (const struct command *const *command = commands; *command; command++)
        print_term(page, (*command)->name, (*command)->summary);
    fputs(".SH OPTIONS\n", page);
    print_flags(page, command_quern.flags, false);
    print_examples(page, command_quern.examples);
    return close_page(page, "quern");
}

static bool write_command(const char *folder, const struct command *command)
{
    char name[64];
    snprintf(name, sizeof name, "quern-%s", command->name);
    FILE *page = open_page(folder, name);
    if (!page)
        return false;
    print_head(page, name, command->summary);
    fprintf(page, ".B quern %s\n[OPTION...] ", command->name);
    print_text(page, command->operands);
    fputs("\n.SH DESCRIPTION\n", page);
    print_paragraphs(page, command->text);
    fputs(".SH OPTIONS\n", page);
    print_flags(page, command->flags, false);
    print_examples(page, command->examples);
    fputs(".SH SEE ALSO\n.BR quern (1)\n", page);
    return close_page(page, name);
}

static void print_contract(FILE *page, const quern_stage *stage)
{
    print_term(page, "Reads layers", stage->reads ? stage->reads : "none");
    print_term(page, "Writes layers", stage->writes ? stage->writes : "none");
    print_term(page, "Text", stage->keeps_text ? "is never edited" : "may be edited");
    print_term(page, "Documents",
               stage->mode == QUERN_STREAM ? "are seen in order by one instance"
                                           : "are independent of each other");
}

static bool write_stage(const char *folder, const quern_stage *stage)
{
    struct buffer name = {0};
    buffer_print(&name, "quern-stage-%s", stage->name);
    struct flag *all = flags_of_stage(command_stage.flags, stage);
    FILE *page = all ? open_page(folder, buffer_text(&name)) : NULL;
    bool fine = page != NULL;
    if (page) {
        print_head(page, buffer_text(&name), stage->summary);
        fprintf(page, ".B quern stage %s\n[OPTION...] [FILE...]\n.SH DESCRIPTION\n", stage->name);
        print_contract(page, stage);
        fputs(".SH OPTIONS\nIn a pipeline they stand under\n.BR with ,\nwith underscores for "
              "hyphens.\n",
              page);
        print_flags(page, all, true);
        fputs(".SH SEE ALSO\n.BR quern\\-stage (1),\n.BR quern\\-run (1)\n", page);
        fine = close_page(page, buffer_text(&name));
    }
    flags_free(all);
    buffer_free(&name);
    return fine;
}

static bool write_pages(const char *folder, const struct plugin **plugins)
{
    bool fine = write_program(folder);
    for (const struct command *const *command = commands; fine && *command; command++)
        fine = write_command(folder, *command);
    for (; fine && *plugins; plugins++)
        fine = write_stage(folder, (*plugins)->stage);
    return fine;
}

static int run(struct arguments *arguments)
{
    int status = STATUS_INTERNAL;
    struct problems problems = {0};
    struct loader *loader = open_plugins(arguments);
    const struct plugin **plugins = loader ? loader_list(loader, &problems) : NULL;
    if (plugins)
        status = write_pages(arguments->operands.items[0], plugins) ? STATUS_FINE : STATUS_IO;
    problems_print(&problems, (quern_string){0}, stderr);
    problems_free(&problems);
    free(plugins);
    loader_close(loader);
    return status;
}

const struct command command_man = {
    .name = "man",
    .operands = "FOLDER",
    .summary = "write the man pages into a folder",
    .text = "One for the program, one for each command, and one for each stage that is found.",
    .examples = "quern man ~/.local/share/man/man1",
    .least = 1,
    .most = 1,
    .flags = flags,
    .run = run};

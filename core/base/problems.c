/*
 * problems.c - problems with the place where they are, and how they are shown:
 *
 *     news.yaml:4:10: error: no stage is called "sqeeze"
 *         4 |   - use: sqeeze
 *           |          ^ did you mean "squeeze"?
 *
 * What comes from a file is shown so that it cannot harm a terminal: control and format characters
 * and ill-formed UTF-8 appear as U+FFFD.
 */
#include "base/base.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

/* How much of a long line is shown on each side of the column, in code points. */
enum { CONTEXT = 70 };

static bool fill_in(struct problem *problem, const char *file, const char *hint,
                    const char *message)
{
    problem->file = file ? memory_copy(file, strlen(file)) : NULL;
    problem->hint = hint ? memory_copy(hint, strlen(hint)) : NULL;
    problem->message = memory_copy(message, strlen(message));
    return problem->message && !problem->file == !file && !problem->hint == !hint;
}

static void free_problem(struct problem *problem)
{
    free(problem->file);
    free(problem->message);
    free(problem->hint);
}

static void lose(struct problems *problems)
{
    problems->errors += !problems->lost;
    problems->lost = true;
}

void problems_add(struct problems *problems, quern_severity severity, struct place place,
                  const char *hint, const char *format, ...)
{
    struct buffer message = {0};
    struct problem problem = {.severity = severity, .line = place.line, .column = place.column};
    va_list list;
    va_start(list, format);
    buffer_print_list(&message, format, list);
    va_end(list);
    if (!message.failed && fill_in(&problem, place.file, hint, buffer_text(&message)) &&
        memory_grow(&problems->items, &problems->capacity, problems->count + 1, sizeof problem)) {
        problems->items[problems->count++] = problem;
        problems->errors += severity == QUERN_ERROR;
    } else {
        free_problem(&problem);
        lose(problems);
    }
    buffer_free(&message);
}

void problems_free(struct problems *problems)
{
    for (size_t i = 0; i < problems->count; i++)
        free_problem(&problems->items[i]);
    free(problems->items);
    *problems = (struct problems){0};
}

static int compare(const void *left, const void *right)
{
    const struct problem *a = left, *b = right;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    return strcmp(a->message, b->message);
}

void problems_sort(struct problems *problems, size_t first)
{
    if (problems->count > first)
        qsort(problems->items + first, problems->count - first, sizeof *problems->items, compare);
}

/* ---- Showing ---- */

bool stream_wants_colour(FILE *stream)
{
    const char *no_colour = getenv("NO_COLOR"), *terminal = getenv("TERM");
    bool unwanted = (no_colour && *no_colour) || (terminal && strcmp(terminal, "dumb") == 0);
    return !unwanted && isatty(fileno(stream));
}

struct printer {
    FILE *stream;
    bool colour;
    quern_string source;
    size_t line, at; /* where a line that was looked for begins, so that the next is near */
};

static void set_colour(const struct printer *printer, const char *code)
{
    if (printer->colour)
        fprintf(printer->stream, "\033[%sm", code);
}

/* Decodes a character; an ill-formed byte counts as one, and gives -1. */
static size_t decode(quern_string text, size_t at, utf8proc_int32_t *code)
{
    size_t left = text.size - at;
    utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)text.data + at,
                                             left < 4 ? (utf8proc_ssize_t)left : 4, code);
    return size > 0 ? (size_t)size : 1;
}

static bool is_harmless(utf8proc_int32_t code)
{
    if (code < 0)
        return false;
    switch (utf8proc_category(code)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return false;
    default:
        return true;
    }
}

static void print_safe(FILE *stream, quern_string text, bool keep_tabs)
{
    utf8proc_int32_t code = 0;
    for (size_t at = 0, size; at < text.size; at += size) {
        size = decode(text, at, &code);
        if ((keep_tabs && code == '\t') || is_harmless(code))
            fwrite(text.data + at, 1, size, stream);
        else
            fputs("\xEF\xBF\xBD", stream);
    }
}

static void print_text(const struct printer *printer, const char *text)
{
    print_safe(printer->stream, (quern_string){text, strlen(text)}, false);
}

/* The end of the line that begins at `begin`: LF, CR LF and CR end one, and the end of the text. */
static size_t find_line_end(quern_string text, size_t begin)
{
    while (begin < text.size && text.data[begin] != '\n' && text.data[begin] != '\r')
        begin++;
    return begin;
}

/* The line of that number, without its end; `data` is NULL when there is none. */
static quern_string find_line(struct printer *printer, size_t line)
{
    quern_string source = printer->source;
    if (!source.data || line == 0)
        return (quern_string){0};
    if (line < printer->line) {
        printer->line = 1;
        printer->at = 0;
    }
    for (; printer->line < line; printer->line++) {
        size_t end = find_line_end(source, printer->at);
        if (end == source.size)
            return (quern_string){0};
        bool is_pair =
            source.data[end] == '\r' && end + 1 < source.size && source.data[end + 1] == '\n';
        printer->at = end + 1 + is_pair;
    }
    size_t end = find_line_end(source, printer->at);
    return (quern_string){source.data + printer->at, end - printer->at};
}

/* Steps over up to `count` characters. */
static size_t skip_chars(quern_string text, size_t at, size_t count)
{
    utf8proc_int32_t code;
    for (; count && at < text.size; count--)
        at += decode(text, at, &code);
    return at;
}

/* White space as wide as the text, tabs as tabs. */
static void print_blank(const struct printer *printer, quern_string text)
{
    utf8proc_int32_t code = 0;
    for (size_t at = 0; at < text.size;) {
        at += decode(text, at, &code);
        if (code == '\t')
            fputc('\t', printer->stream);
        else
            for (int width = is_harmless(code) ? utf8proc_charwidth(code) : 1; width > 0; width--)
                fputc(' ', printer->stream);
    }
}

static void print_caret(const struct printer *printer, quern_string before, bool cut,
                        const char *hint)
{
    fprintf(printer->stream, "%6s | %s", "", cut ? " " : "");
    print_blank(printer, before);
    set_colour(printer, "1;32");
    fputc('^', printer->stream);
    set_colour(printer, "0");
    if (hint) {
        fputc(' ', printer->stream);
        print_text(printer, hint);
    }
    fputc('\n', printer->stream);
}

/* The line, or the part of it around the column, and the caret. */
static void print_line(const struct printer *printer, const struct problem *problem,
                       quern_string line)
{
    size_t column = problem->column ? problem->column - 1 : 0;
    size_t begin = skip_chars(line, 0, column > CONTEXT ? column - CONTEXT : 0);
    size_t place = skip_chars(line, begin, column > CONTEXT ? CONTEXT : column);
    size_t end = skip_chars(line, place, CONTEXT);
    fprintf(printer->stream, "%6zu | %s", problem->line, begin ? "…" : "");
    print_safe(printer->stream, (quern_string){line.data + begin, end - begin}, true);
    fputs(end < line.size ? "…\n" : "\n", printer->stream);
    if (problem->column)
        print_caret(printer, (quern_string){line.data + begin, place - begin}, begin > 0,
                    problem->hint);
}

static void print_place(const struct printer *printer, const struct problem *problem)
{
    set_colour(printer, "1");
    if (problem->file) {
        print_text(printer, problem->file);
        if (problem->line)
            fprintf(printer->stream, ":%zu", problem->line);
        if (problem->line && problem->column)
            fprintf(printer->stream, ":%zu", problem->column);
        fputs(": ", printer->stream);
    }
    set_colour(printer, "0");
}

static void print_problem(struct printer *printer, const struct problem *problem)
{
    static const char *const names[] = {"note", "warning", "error"};
    static const char *const colours[] = {"1;36", "1;35", "1;31"};
    quern_string line = find_line(printer, problem->line);
    print_place(printer, problem);
    set_colour(printer, colours[problem->severity]);
    fprintf(printer->stream, "%s: ", names[problem->severity]);
    set_colour(printer, "0");
    print_text(printer, problem->message);
    fputc('\n', printer->stream);
    if (line.data)
        print_line(printer, problem, line);
    if (problem->hint && (!line.data || !problem->column)) {
        fprintf(printer->stream, "%6s = ", "");
        print_text(printer, problem->hint);
        fputc('\n', printer->stream);
    }
}

void problems_print(const struct problems *problems, quern_string source, FILE *stream)
{
    struct printer printer = {
        .stream = stream, .colour = stream_wants_colour(stream), .source = source, .line = 1};
    for (size_t i = 0; i < problems->count; i++)
        print_problem(&printer, &problems->items[i]);
    if (problems->lost)
        fputs("error: out of memory: there are more problems than could be kept\n", stream);
}

void stream_print(FILE *stream, quern_string text)
{
    print_safe(stream, text, false);
}

/*
 * Statistics for people: a line for each step, and what was counted by name.
 */
#include "runner/runner.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

/* How many names of a list are shown. */
enum { SHOWN = 10 };

static json_int_t number(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

/* A text, padded to a width as if each character had a cell. */
static void print_name(FILE *stream, const json_t *object, const char *key, size_t width)
{
    const json_t *value = json_object_get(object, key);
    const char *text = json_string_value(value);
    quern_string name = {text ? text : "", json_string_length(value)};
    stream_print(stream, name);
    for (size_t at = utf8_count(name.data, name.size); at < width; at++)
        fputc(' ', stream);
}

static void print_steps(FILE *stream, const json_t *steps)
{
    static const char *const columns[] = {"in", "out", "dropped", "failed", "skipped"};
    size_t index;
    const json_t *step;
    fprintf(stream, "%-20s %10s %10s %8s %8s %8s %9s %14s %14s\n", "step", "in", "out", "dropped",
            "failed", "skipped", "seconds", "bytes in", "bytes copied");
    json_array_foreach(steps, index, step)
    {
        print_name(stream, step, "step", 20);
        for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
            fprintf(stream, " %*" JSON_INTEGER_FORMAT, i < 2 ? 10 : 8, number(step, columns[i]));
        fprintf(stream, " %9.3f %14" JSON_INTEGER_FORMAT " %14" JSON_INTEGER_FORMAT "\n",
                json_number_value(json_object_get(step, "processor_seconds")),
                number(step, "bytes_in"), number(step, "bytes_copied"));
    }
}

/* What stands behind a heading: a count and up to two names a line. */
static void print_list(FILE *stream, const char *heading, const json_t *owner, const json_t *list,
                       const char *name, const char *more)
{
    size_t index;
    const json_t *row;
    if (!json_array_size(list))
        return;
    fputs(heading, stream);
    print_name(stream, owner, "step", 0);
    fputs(":\n", stream);
    json_array_foreach(list, index, row)
    {
        if (index == SHOWN)
            break;
        fprintf(stream, "%12" JSON_INTEGER_FORMAT "  ", number(row, "count"));
        print_name(stream, row, name, 0);
        fputs(more ? " " : "", stream);
        print_name(stream, row, more ? more : "", 0);
        fputc('\n', stream);
    }
    if (json_array_size(list) > SHOWN)
        fprintf(stream, "%12s  and %zu more\n", "", json_array_size(list) - SHOWN);
}

static void print_names(FILE *stream, const json_t *statistics)
{
    size_t index;
    const json_t *step;
    json_array_foreach(json_object_get(statistics, "steps"), index, step)
    {
        print_list(stream, "dropped by ", step, json_object_get(step, "reasons"), "reason", NULL);
        print_list(stream, "edits by ", step, json_object_get(step, "rules"), "rule", NULL);
    }
    print_list(stream, "spans", NULL, json_object_get(statistics, "spans"), "layer", "label");
}

void statistics_print(const json_t *statistics, FILE *stream)
{
    const json_t *documents = json_object_get(statistics, "documents");
    print_steps(stream, json_object_get(statistics, "steps"));
    print_names(stream, statistics);
    fprintf(stream,
            "%" JSON_INTEGER_FORMAT " documents read, %" JSON_INTEGER_FORMAT
            " written, %" JSON_INTEGER_FORMAT " dropped, %" JSON_INTEGER_FORMAT " failed\n",
            number(documents, "read"), number(documents, "written"), number(documents, "dropped"),
            number(documents, "failed"));
}

void statistics_print_quarantine(const json_t *statistics, FILE *stream)
{
    size_t index;
    const json_t *row;
    json_array_foreach(json_object_get(statistics, "quarantine"), index, row)
    {
        print_name(stream, row, "record", 0);
        fputs(": [", stream);
        print_name(stream, row, "step", 0);
        fputs("] ", stream);
        print_name(stream, row, "reason", 0);
        fputs("\n    ", stream);
        print_name(stream, row, "command", 0);
        fputc('\n', stream);
    }
}

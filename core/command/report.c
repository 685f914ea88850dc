/*
 * quern report: what a run did, from the statistics that it wrote. They are checked before anything is
 * shown of them, so that the page need not.
 */
#include "command/command.h"
#include "command/page.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const struct flag flags[] = {
    SWITCH(0, "html", html, "write a page in HTML, which needs nothing else"),
    TEXT('o', "output", "FILE", output, "write to FILE, not to standard output"),
    COMMON_FLAGS,
    {0}};

/* ---- Checking ---- */

/* A number has to be finite to be written as JSON, which jansson sees to. */
static bool is_of_kind(const json_t *value, char kind)
{
    switch (kind) {
    case 's': /* text */
        return json_is_string(value);
    case 't': /* text or null */
        return json_is_string(value) || json_is_null(value);
    case 'b':
        return json_is_boolean(value);
    case 'n': /* a count */
        return json_is_integer(value) && json_integer_value(value) >= 0;
    default: /* seconds */
        return json_is_number(value) && json_number_value(value) >= 0;
    }
}

/* Members are named as "KIND:NAME", with a space between two. */
static bool has_members(const json_t *object, const char *members)
{
    quern_string member;
    while ((member = words_next(&members)).data) {
        const json_t *value = json_object_getn(object, member.data + 2, member.size - 2);
        if (!is_of_kind(value, *member.data))
            return false;
    }
    return json_is_object(object);
}

static bool has_rows(const json_t *list, const char *members)
{
    size_t index;
    const json_t *row;
    json_array_foreach(list, index, row)
    {
        if (!has_members(row, members))
            return false;
    }
    return json_is_array(list);
}

static bool has_steps(const json_t *steps)
{
    size_t index;
    const json_t *step;
    json_array_foreach(steps, index, step)
    {
        if (!has_rows(json_object_get(step, "reasons"), "s:reason n:count") ||
            !has_rows(json_object_get(step, "rules"), "s:rule n:count"))
            return false;
    }
    return has_rows(steps,
                    "s:step s:stage t:version n:in n:out n:dropped n:failed n:skipped n:held "
                    "r:seconds r:processor_seconds n:bytes_in n:bytes_out n:bytes_copied");
}

static bool has_places(const json_t *quarantine)
{
    size_t index;
    const json_t *row;
    json_array_foreach(quarantine, index, row)
    {
        if (!has_members(json_object_get(row, "place"), "t:file n:byte n:line"))
            return false;
    }
    return true;
}

static bool are_statistics(const json_t *json)
{
    return has_members(json, "s:quern n:version t:pipeline n:status b:incomplete s:begin s:end "
                             "r:seconds") &&
           json_integer_value(json_object_get(json, "version")) == 1 &&
           has_members(json_object_get(json, "documents"), "n:read n:written n:dropped n:failed") &&
           has_members(json_object_get(json, "bytes"), "n:read n:written") &&
           has_steps(json_object_get(json, "steps")) &&
           has_rows(json_object_get(json, "spans"), "s:layer s:label t:step n:count") &&
           has_rows(json_object_get(json, "names"), "s:label s:text n:count n:error") &&
           has_rows(json_object_get(json, "quarantine"),
                    "s:record s:id t:step s:reason s:command") &&
           has_places(json_object_get(json, "quarantine")) &&
           has_members(json_object_get(json, "left_out"), "n:reasons n:rules n:spans n:quarantine");
}

/* NULL, with a problem and its status. */
static json_t *read_statistics(const char *path, int *status, struct problems *problems)
{
    json_error_t error;
    const size_t flags_of_json = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL;
    json_t *json = strcmp(path, "-") == 0 ? json_loadf(stdin, flags_of_json, &error)
                                          : json_load_file(path, flags_of_json, &error);
    if (json && are_statistics(json))
        return json;
    bool unread = !json && json_error_code(&error) == json_error_cannot_open_file;
    struct place place = {.file = path};
    if (!json && error.line > 0)
        place.line = (size_t)error.line;
    problems_add(problems, QUERN_ERROR, place,
                 unread ? NULL : "'quern run --stats FILE' writes them", "%s",
                 json ? "these are not the statistics of a run" : error.text);
    *status = unread ? STATUS_IO : STATUS_DATA;
    json_decref(json);
    return NULL;
}

/* ---- Showing ---- */

static void add_page(struct buffer *page, const json_t *statistics)
{
    char *text = json_dumps(statistics, JSON_COMPACT);
    struct buffer json = {.failed = !text};
    buffer_add_text(&json, text ? text : "");
    page_write(page, "report", &json);
    buffer_free(&json);
    free(text);
}

static bool add_table(struct buffer *out, const json_t *statistics)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (!stream)
        return false;
    statistics_print(statistics, stream);
    statistics_print_quarantine(statistics, stream);
    bool fine = fclose(stream) == 0;
    buffer_append(out, text, size);
    free(text);
    return fine;
}

static int show(const json_t *statistics, const struct arguments *arguments,
                struct problems *problems)
{
    struct buffer out = {0};
    bool fine = true;
    if (arguments->html)
        add_page(&out, statistics);
    else
        fine = add_table(&out, statistics);
    int status = STATUS_FINE;
    if (!fine || out.failed)
        status = out_of_memory();
    else if (!sink_write_file(arguments->output, (quern_string){out.data, out.size}, problems))
        status = STATUS_IO;
    buffer_free(&out);
    return status;
}

static int run(struct arguments *arguments)
{
    struct problems problems = {0};
    int status = STATUS_FINE;
    json_t *statistics = read_statistics(arguments->operands.items[0], &status, &problems);
    if (statistics)
        status = show(statistics, arguments, &problems);
    problems_print(&problems, (quern_string){0}, stderr);
    problems_free(&problems);
    json_decref(statistics);
    return status;
}

const struct command command_report = {
    .name = "report",
    .operands = "STATISTICS",
    .summary = "show what a run did",
    .text =
        "Reads what 'quern run --stats FILE' wrote and prints a table: documents at each step, "
        "reasons for which they were dropped, edits by rule, spans by label, and what was kept "
        "aside.\n\n"
        "With --html it is a page with plots of these, the most frequent names, the time of each "
        "step, and the commands that run again what was kept aside.",
    .examples = "quern run news.yaml archive/ -o news.jsonl --stats stats.json\n"
                "quern report stats.json --html -o report.html",
    .least = 1,
    .most = 1,
    .flags = flags,
    .run = run};

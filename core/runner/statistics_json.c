/*
 * What a run has done, as JSON; docs/statistics.md describes its members.
 */
#include "runner/report.h"
#include "runner/statistics.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Entities of each label, and of all. */
enum { SHOWN_OF_LABEL = 20, SHOWN_IN_ALL = 2000 };

static json_t *seconds(uint64_t nanoseconds)
{
    return json_real((double)nanoseconds / 1e9);
}

static json_t *describe_time(uint64_t since_1970)
{
    char text[sizeof "2026-01-01T00:00:00Z"] = "";
    time_t time = (time_t)since_1970;
    struct tm parts;
    if (gmtime_r(&time, &parts))
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return json_string(text);
}

/* ---- Names ---- */

static int compare_names(const void *one, const void *other)
{
    const struct tally *a = *(const struct tally *const *)one;
    const struct tally *b = *(const struct tally *const *)other;
    int order = a->kind == TALLY_SPANS ? bytes_compare(a->name, b->name) : 0;
    if (!order)
        order = (a->count < b->count) - (a->count > b->count);
    if (!order)
        order = bytes_compare(a->name, b->name);
    return order ? order : bytes_compare(a->more, b->more);
}

/* The last step that declares to write the layer; NULL when it came with the documents. */
static const char *find_writer(const struct pipeline *pipeline, quern_string layer)
{
    const char *writer = NULL;
    for (size_t i = 0; i < pipeline->step_count; i++)
        if (words_find(pipeline->steps[i].plugin->stage->writes, layer) >= 0)
            writer = pipeline->steps[i].label;
    return writer;
}

static json_t *describe_name(const struct statistics *statistics, const struct tally *name)
{
    const json_int_t count = (json_int_t)name->count;
    if (name->kind == TALLY_SPANS)
        return json_pack("{s:o, s:o, s:o, s:I}", "layer", json_of_string(name->name), "label",
                         json_of_string(name->more), "step",
                         json_of_text(find_writer(statistics->pipeline, name->name)), "count",
                         count);
    return json_pack("{s:o, s:I}", name->kind == TALLY_RULE ? "rule" : "reason",
                     json_of_string(name->name), "count", count);
}

/* Those of a kind and a step, the most frequent ones first; spans by their layers. */
static json_t *describe_names(const struct statistics *statistics, enum tally_kind kind,
                              const struct step *step)
{
    json_t *list = json_array();
    const struct tally **chosen =
        memory_new(statistics->name_count + 1, sizeof(const struct tally *));
    size_t count = 0;
    for (size_t i = 0; chosen && i < statistics->name_count; i++)
        if (statistics->names[i]->kind == kind && statistics->names[i]->step == step)
            chosen[count++] = statistics->names[i];
    if (chosen)
        qsort(chosen, count, sizeof *chosen, compare_names);
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, describe_name(statistics, chosen[i]));
    free(chosen);
    return list;
}

static json_t *describe_frequent(const struct frequent *frequent)
{
    json_t *list = json_array();
    const struct frequent_name **sorted = frequent_sort(frequent);
    size_t of_label = 0;
    for (size_t i = 0; sorted && i < frequent->count; i++) {
        const struct frequent_name *name = sorted[i];
        bool same = i && bytes_compare(sorted[i - 1]->label, name->label) == 0;
        of_label = same ? of_label + 1 : 0;
        if (of_label >= SHOWN_OF_LABEL || json_array_size(list) == SHOWN_IN_ALL)
            continue;
        json_array_append_new(
            list, json_pack("{s:o, s:o, s:I, s:I}", "label", json_of_string(name->label), "text",
                            json_of_string(name->text), "count", (json_int_t)name->count, "error",
                            (json_int_t)name->error));
    }
    free(sorted);
    return list;
}

/* ---- Steps ---- */

static json_t *describe_step(const struct statistics *statistics, size_t number)
{
    const struct step *step = &statistics->pipeline->steps[number];
    const struct step_counts *counts = &statistics->steps[number];
    json_t *names =
        json_pack("{s:o, s:o}", "reasons", describe_names(statistics, TALLY_REASON, step), "rules",
                  describe_names(statistics, TALLY_RULE, step));
    json_t *json = json_pack(
        "{s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:I, s:I, s:I}", "step",
        json_of_text(step->label), "stage", json_of_text(step->plugin->stage->name), "version",
        json_of_text(step->plugin->stage->version), "in", (json_int_t)counts->in, "out",
        (json_int_t)counts->out, "dropped", (json_int_t)counts->dropped, "failed",
        (json_int_t)counts->failed, "skipped", (json_int_t)counts->skipped, "held",
        (json_int_t)counts->held, "seconds", seconds(counts->clock), "processor_seconds",
        seconds(counts->processor), "bytes_in", (json_int_t)counts->text, "bytes_out",
        (json_int_t)counts->text_out, "bytes_copied", (json_int_t)counts->copied);
    json_object_update(json, names);
    json_decref(names);
    return json;
}

static json_t *describe_steps(const struct statistics *statistics)
{
    json_t *list = json_array();
    for (size_t i = 0; i < statistics->pipeline->step_count; i++)
        json_array_append_new(list, describe_step(statistics, i));
    return list;
}

static json_t *describe_left_out(const struct statistics *statistics)
{
    const uint64_t *left_out = statistics->left_out;
    return json_pack("{s:I, s:I, s:I, s:I}", "reasons", (json_int_t)left_out[TALLY_REASON], "rules",
                     (json_int_t)left_out[TALLY_RULE], "spans", (json_int_t)left_out[TALLY_SPANS],
                     "quarantine", (json_int_t)statistics->failures_left_out);
}

json_t *statistics_describe(const struct statistics *statistics, int status)
{
    return json_pack(
        "{s:s, s:i, s:o, s:i, s:b, s:o, s:o, s:o, s:{s:I, s:I, s:I, s:I}, s:{s:I, s:I}, s:o, s:o, s:o, s:O, "
        "s:o}",
        "quern", QUERN_VERSION, "version", 1, "pipeline", json_of_text(statistics->pipeline->name),
        "status", status, "incomplete", (int)statistics->incomplete, "begin",
        describe_time(statistics->begun), "end", describe_time((uint64_t)time(NULL)), "seconds",
        seconds(statistics_time(statistics)), "documents", "read", (json_int_t)statistics->read,
        "written", (json_int_t)statistics->written, "dropped", (json_int_t)statistics->dropped,
        "failed", (json_int_t)statistics->failed, "bytes", "read",
        (json_int_t)statistics->bytes_read, "written", (json_int_t)statistics->bytes_written,
        "steps", describe_steps(statistics), "spans", describe_names(statistics, TALLY_SPANS, NULL),
        "names", describe_frequent(&statistics->frequent), "quarantine", statistics->failures,
        "left_out", describe_left_out(statistics));
}

bool statistics_write(const json_t *json, const char *path, struct problems *problems)
{
    char *text = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(12));
    struct buffer line = {.failed = !text};
    buffer_add_text(&line, text ? text : "");
    buffer_add_char(&line, '\n');
    bool fine = !line.failed;
    if (fine)
        fine = sink_write_file(path, (quern_string){line.data, line.size}, problems);
    else
        problems_add(problems, QUERN_ERROR, (struct place){.file = path}, NULL, "out of memory");
    buffer_free(&line);
    free(text);
    return fine;
}

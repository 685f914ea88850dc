/*
 * What a run has done so far; see statistics.h.
 */
#include "runner/statistics.h"
#include "runner/clock.h"

#include <jansson.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Names of each kind, the size of one, and failures. */
enum { NAMES_MAX = 1000, NAME_SIZE_MAX = 256, FAILURES_MAX = 1000 };

bool statistics_open(struct statistics *statistics, const struct pipeline *pipeline,
                     struct problems *problems)
{
    *statistics = (struct statistics){.pipeline = pipeline,
                                      .begun = (uint64_t)time(NULL),
                                      .started = clock_read(CLOCK_MONOTONIC)};
    statistics->steps = memory_new(pipeline->step_count, sizeof *statistics->steps);
    statistics->failures = json_array();
    if (statistics->steps && statistics->failures)
        return true;
    problems_add(problems, QUERN_ERROR, (struct place){0}, NULL, "out of memory");
    return false;
}

void statistics_close(struct statistics *statistics)
{
    free(statistics->steps);
    tdestroy(statistics->name_tree, free);
    free(statistics->names);
    frequent_free(&statistics->frequent);
    json_decref(statistics->failures);
}

uint64_t statistics_time(const struct statistics *statistics)
{
    return statistics->spent + clock_read(CLOCK_MONOTONIC) - statistics->started;
}

/* ---- Names ---- */

static int compare_names(const void *one, const void *other)
{
    const struct tally *a = one, *b = other;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->step != b->step)
        return a->step < b->step ? -1 : 1;
    int order = bytes_compare(a->name, b->name);
    return order ? order : bytes_compare(a->more, b->more);
}

static struct tally *copy_name(const struct tally *name)
{
    struct tally *copy = malloc(sizeof *copy + name->name.size + name->more.size);
    if (!copy)
        return NULL;
    char *bytes = (char *)(copy + 1);
    memcpy(bytes, name->name.data, name->name.size);
    memcpy(bytes + name->name.size, name->more.data, name->more.size);
    *copy = *name;
    copy->name.data = bytes;
    copy->more.data = bytes + name->name.size;
    return copy;
}

/* Keeps a copy of a name that is not there. */
static bool keep_name(struct statistics *statistics, const struct tally *new)
{
    if (!memory_grow(&statistics->names, &statistics->name_capacity, statistics->name_count + 1,
                     sizeof(struct tally *)))
        return false;
    struct tally *name = copy_name(new);
    if (!name || !tsearch(name, &statistics->name_tree, compare_names)) {
        free(name);
        return false;
    }
    statistics->names[statistics->name_count++] = name;
    statistics->kind_counts[name->kind]++;
    return true;
}

static bool is_name(quern_string name)
{
    return name.size <= NAME_SIZE_MAX && utf8_valid_prefix(name.data, name.size) == name.size;
}

static bool has_room(const struct statistics *statistics, const struct tally *tally)
{
    return statistics->kind_counts[tally->kind] < NAMES_MAX && is_name(tally->name) &&
           is_name(tally->more);
}

static bool add_name(struct statistics *statistics, const struct tally *tally)
{
    struct tally *const *found = tfind(tally, &statistics->name_tree, compare_names);
    if (found)
        (*found)->count += tally->count;
    else if (has_room(statistics, tally))
        return keep_name(statistics, tally);
    else
        statistics->left_out[tally->kind] += tally->count;
    return true;
}

static void add_tallies(struct statistics *statistics, quern_string tallies)
{
    struct bytes list = {.rest = tallies};
    struct tally tally;
    while (tally_next(&list, statistics->pipeline, &tally)) {
        bool fine = tally.kind == TALLY_NAME
                        ? frequent_add(&statistics->frequent, tally.name, tally.more, tally.count)
                        : add_name(statistics, &tally);
        statistics->incomplete |= !fine;
    }
    statistics->incomplete |= list.failed;
}

/* ---- Adding up ---- */

static void add_steps(struct statistics *statistics, const struct step_counts *steps)
{
    for (size_t i = 0; i < statistics->pipeline->step_count; i++) {
        struct step_counts *sum = &statistics->steps[i];
        sum->in += steps[i].in;
        sum->out += steps[i].out;
        sum->dropped += steps[i].dropped;
        sum->failed += steps[i].failed;
        sum->skipped += steps[i].skipped;
        sum->held += steps[i].held;
        sum->processor += steps[i].processor;
        sum->clock += steps[i].clock;
        sum->text += steps[i].text;
        sum->text_out += steps[i].text_out;
        sum->copied += steps[i].copied;
        statistics->dropped += steps[i].dropped;
    }
}

void statistics_add(struct statistics *statistics, const struct outcome *outcome)
{
    if (outcome->record) {
        statistics->read++;
        statistics->bytes_read += outcome->record->bytes.size;
    }
    add_steps(statistics, outcome->steps);
    add_tallies(statistics, outcome->tallies);
    statistics->incomplete |= outcome->uncounted;
}

void statistics_add_failure(struct statistics *statistics, json_t *report)
{
    if (json_array_size(statistics->failures) == FAILURES_MAX) {
        statistics->failures_left_out++;
        return;
    }
    json_t *row = json_copy(report);
    json_object_del(row, "messages");
    statistics->incomplete |= json_array_append_new(statistics->failures, row) != 0;
}

/* ---- As bytes ---- */

/* The numbers that stand first: another layout is another version. */
static const uint64_t version = 0x7374617400000001; /* "stat", 1 */

static void pack_failures(const struct statistics *statistics, struct buffer *out)
{
    char *text = json_dumps(statistics->failures, JSON_COMPACT);
    out->failed |= !text;
    bytes_put_text(out, text ? text : "");
    free(text);
}

void statistics_pack(const struct statistics *statistics, struct buffer *out)
{
    const uint64_t numbers[] = {version,
                                statistics->pipeline->step_count,
                                sizeof *statistics->steps,
                                statistics->incomplete,
                                statistics->begun,
                                statistics_time(statistics),
                                statistics->read,
                                statistics->written,
                                statistics->dropped,
                                statistics->failed,
                                statistics->bytes_read,
                                statistics->bytes_written,
                                statistics->failures_left_out};
    bytes_put(out, numbers, sizeof numbers);
    bytes_put(out, statistics->steps, statistics->pipeline->step_count * sizeof *statistics->steps);
    bytes_put(out, statistics->left_out, sizeof statistics->left_out);
    frequent_pack(&statistics->frequent, out);
    pack_failures(statistics, out);
    bytes_put_number(out, statistics->name_count);
    for (size_t i = 0; i < statistics->name_count; i++)
        tally_add(out, statistics->pipeline, statistics->names[i]);
}

static void unpack_numbers(struct statistics *statistics, struct bytes *in)
{
    uint64_t *const fields[] = {
        &statistics->begun,      &statistics->spent,         &statistics->read,
        &statistics->written,    &statistics->dropped,       &statistics->failed,
        &statistics->bytes_read, &statistics->bytes_written, &statistics->failures_left_out};
    in->failed |= bytes_get_number(in) != version ||
                  bytes_get_number(in) != statistics->pipeline->step_count ||
                  bytes_get_number(in) != sizeof *statistics->steps;
    statistics->incomplete = bytes_get_number(in) != 0;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        *fields[i] = bytes_get_number(in);
}

static void unpack_failures(struct statistics *statistics, struct bytes *in)
{
    const quern_string text = bytes_get_string(in);
    json_t *failures = text.data ? json_loadb(text.data, text.size, 0, NULL) : NULL;
    in->failed |= !json_is_array(failures) || json_array_size(failures) > FAILURES_MAX;
    json_decref(statistics->failures);
    statistics->failures = failures;
}

/* Names that stand there twice would each count for themselves. */
static void unpack_names(struct statistics *statistics, struct bytes *in)
{
    const uint64_t count = bytes_get_number(in);
    struct tally name;
    while (tally_next(in, statistics->pipeline, &name))
        in->failed |= name.kind == TALLY_NAME || !has_room(statistics, &name) ||
                      tfind(&name, &statistics->name_tree, compare_names) ||
                      !keep_name(statistics, &name);
    in->failed |= statistics->name_count != count;
}

bool statistics_unpack(struct statistics *statistics, quern_string bytes)
{
    struct bytes in = {.rest = bytes};
    unpack_numbers(statistics, &in);
    bytes_copy(&in, statistics->steps,
               statistics->pipeline->step_count * sizeof *statistics->steps);
    bytes_copy(&in, statistics->left_out, sizeof statistics->left_out);
    in.failed |= !frequent_unpack(&statistics->frequent, &in);
    unpack_failures(statistics, &in);
    unpack_names(statistics, &in);
    return !in.failed;
}

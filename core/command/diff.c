/*
 * quern diff: in what the documents of two runs differ. Documents are matched by their ids; both
 * runs have them in the order of their input.
 */
#include "command/command.h"
#include "command/compare.h"
#include "command/records.h"

#include <stdlib.h>
#include <string.h>

static const struct flag flags[] = {
    SWITCH('q', "quiet", quiet, "print nothing; the status says it"), COMMON_FLAGS, {0}};

enum { DIFFERENT = 1 };

/* ---- The ids of a file ---- */

struct ids {
    quern_string *items; /* sorted */
    size_t count, capacity;
    struct arena arena;
};

static int compare_ids(const void *a, const void *b)
{
    const quern_string *left = a, *right = b;
    size_t size = left->size < right->size ? left->size : right->size;
    int order = size ? memcmp(left->data, right->data, size) : 0;
    return order ? order : (left->size > right->size) - (left->size < right->size);
}

static bool has_id(const struct ids *ids, quern_string id)
{
    return bsearch(&id, ids->items, ids->count, sizeof id, compare_ids) != NULL;
}

static bool add_id(struct ids *ids, quern_string id)
{
    char *copy = arena_copy(&ids->arena, id);
    if (!copy || !memory_grow(&ids->items, &ids->capacity, ids->count + 1, sizeof *ids->items))
        return false;
    ids->items[ids->count++] = (quern_string){copy, id.size};
    return true;
}

static int read_ids(struct ids *ids, const char *path)
{
    struct records records;
    bool fine = records_open(&records, path);
    while (fine && records_next(&records))
        fine = add_id(ids, quern_id(records.doc));
    int status = fine ? records.status : out_of_memory();
    records_close(&records);
    if (ids->count)
        qsort(ids->items, ids->count, sizeof *ids->items, compare_ids);
    return status;
}

static void free_ids(struct ids *ids)
{
    free(ids->items);
    arena_free(&ids->arena);
}

/* ---- Two runs side by side ---- */

struct side {
    struct records records;
    struct ids ids;
    bool there; /* a document stands ahead */
    size_t alone;
};

struct runs {
    struct side a, b;
    struct terminal terminal;
    bool quiet;
    size_t compared, different;
};

static void step(struct side *side)
{
    side->there = records_next(&side->records);
}

static void tell_alone(struct runs *runs, struct side *side, const char *mark)
{
    side->alone++;
    if (!runs->quiet) {
        fprintf(runs->terminal.stream, "=== %s ", mark);
        terminal_text(&runs->terminal, quern_id(side->records.doc));
        fputc('\n', runs->terminal.stream);
    }
    step(side);
}

static void compare_pair(struct runs *runs)
{
    struct buffer out = {0};
    compare_documents(runs->a.records.doc, runs->b.records.doc, &out);
    runs->compared++;
    runs->different += out.size > 0 || out.failed;
    if (out.size && !runs->quiet) {
        fputs("=== ", runs->terminal.stream);
        terminal_text(&runs->terminal, quern_id(runs->a.records.doc));
        fputc('\n', runs->terminal.stream);
        compare_print(&out, &runs->terminal);
    }
    buffer_free(&out);
    step(&runs->a);
    step(&runs->b);
}

static void compare_runs(struct runs *runs)
{
    struct side *a = &runs->a, *b = &runs->b;
    step(a);
    step(b);
    while (a->there || b->there) {
        quern_string left = quern_id(a->records.doc), right = quern_id(b->records.doc);
        if (a->there && b->there && quern_string_equal(left, right))
            compare_pair(runs);
        else if (a->there && (!b->there || !has_id(&b->ids, left) || has_id(&a->ids, right)))
            tell_alone(runs, a, "-");
        else
            tell_alone(runs, b, "+");
    }
}

static int open_side(struct side *side, const char *path)
{
    int status = read_ids(&side->ids, path);
    if (status != STATUS_FINE)
        return status;
    records_open(&side->records, path);
    return side->records.status;
}

static void close_side(struct side *side)
{
    free_ids(&side->ids);
    records_close(&side->records);
}

static int diff_files(const struct arguments *arguments)
{
    struct runs runs = {.quiet = arguments->quiet};
    int status = open_side(&runs.a, arguments->operands.items[0]);
    if (status == STATUS_FINE)
        status = open_side(&runs.b, arguments->operands.items[1]);
    if (status == STATUS_FINE) {
        runs.terminal = runs.quiet ? (struct terminal){.stream = stdout} : terminal_open();
        compare_runs(&runs);
        if (!runs.quiet)
            fprintf(runs.terminal.stream,
                    "%zu documents in both, %zu of them differ; %zu only in the first, %zu only in "
                    "the second\n",
                    runs.compared, runs.different, runs.a.alone, runs.b.alone);
        terminal_close(&runs.terminal);
        status = runs.a.records.status ? runs.a.records.status : runs.b.records.status;
        if (status == STATUS_FINE && runs.different + runs.a.alone + runs.b.alone > 0)
            status = DIFFERENT;
    }
    close_side(&runs.a);
    close_side(&runs.b);
    return status;
}

static int run(struct arguments *arguments)
{
    const char *const *operands = (const char *const *)arguments->operands.items;
    if (strcmp(operands[0], "-") == 0 || strcmp(operands[1], "-") == 0)
        return usage_error(arguments->command, "both have to be files, since they are read twice");
    return diff_files(arguments);
}

const struct command command_diff = {
    .name = "diff",
    .operands = "A B",
    .summary = "compare what two runs have written",
    .text =
        "Documents are matched by their ids, and have to come in the same order in both files, as "
        "those of two runs over the same input do. Shown are documents that one file lacks, "
        "lines that differ in their texts, metadata, and spans. Spans are matched by where in "
        "the source they came from, so that a change in the text before them does not count.\n\n"
        "The status is 0 when nothing differs, 1 when something does, and more when a file "
        "cannot be read.",
    .examples = "quern diff monday.jsonl tuesday.jsonl",
    .least = 2,
    .most = 2,
    .flags = flags,
    .run = run};

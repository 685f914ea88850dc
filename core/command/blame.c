/*
 * quern blame: where a place in a document came from, from the record that a run has written.
 */
#include "command/command.h"
#include "command/records.h"
#include "command/terminal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct flag flags[] = {
    TEXT(0, "at", "PLACE", at,
         "a code point of the text, from 0, or a range of them: 10 or 10-25; needed"),
    TEXT(0, "id", "ID", id, "the document of that id; default: the first of the file"),
    COMMON_FLAGS,
    {0}};

/* Code points, begin < end. */
struct range {
    uint64_t begin, end;
};

static bool parse_number(const char **at, uint64_t *number)
{
    char *end;
    if (**at < '0' || **at > '9')
        return false;
    errno = 0;
    *number = strtoull(*at, &end, 10);
    *at = end;
    return errno == 0;
}

/* The end, too, is a place from 0, and the first that is no longer asked for. */
static bool parse_range(const char *text, struct range *range)
{
    if (!parse_number(&text, &range->begin) || range->begin >= QUERN_TEXT_MAX)
        return false;
    range->end = range->begin + 1;
    if (*text == '-')
        text++;
    else
        return !*text;
    return parse_number(&text, &range->end) && !*text && range->begin < range->end;
}

/* The byte of a code point; SIZE_MAX behind the end of the text. */
static size_t byte_of(quern_string text, uint64_t place)
{
    size_t byte = 0;
    for (; place && byte < text.size; place--)
        quern_next_char(text, &byte);
    return place ? SIZE_MAX : byte;
}

/* ---- Lines ---- */

struct blame {
    struct terminal terminal;
    quern_document *doc;
    quern_string source; /* its name */
};

static void print_line(const struct blame *blame, uint64_t begin, uint64_t end, const char *stage,
                       const char *rule)
{
    terminal_text(&blame->terminal, blame->source);
    printf("\t%" PRIu64 "\t%" PRIu64 "\t", begin, end);
    terminal_text(&blame->terminal, (quern_string){stage, strlen(stage)});
    putchar('\t');
    terminal_text(&blame->terminal, (quern_string){rule, strlen(rule)});
    putchar('\n');
}

static void print_copied(const struct blame *blame, size_t begin, size_t end)
{
    if (begin >= end)
        return;
    quern_origin origin = quern_find_origin(blame->doc, begin, end);
    print_line(blame, origin.begin, origin.end, "-", "copied");
}

/* A line for each change in the range, also for what was cut within it, and for each stretch between
 * two changes. */
static void print_range(const struct blame *blame, size_t begin, size_t end)
{
    const quern_changes changes = quern_find_changes(blame->doc);
    size_t at = begin;
    for (size_t i = 0; i < changes.count && changes.items[i].begin < end; i++) {
        const quern_change *change = &changes.items[i];
        bool cut = change->begin == change->end;
        if (cut ? change->begin <= begin : change->end <= begin)
            continue;
        print_copied(blame, at, change->begin);
        print_line(blame, change->source_begin, change->source_end,
                   quern_change_stage(blame->doc, change), quern_change_rule(blame->doc, change));
        at = change->end;
    }
    print_copied(blame, at, end);
}

/* ---- Documents ---- */

static bool is_wanted(const struct arguments *arguments, const quern_document *doc)
{
    return !arguments->id ||
           quern_string_equal(quern_id(doc), (quern_string){arguments->id, strlen(arguments->id)});
}

static int blame_document(quern_document *doc, const struct range *range)
{
    struct blame blame = {.terminal = {.stream = stdout}, .doc = doc, .source = quern_id(doc)};
    size_t begin = byte_of(quern_text(doc), range->begin);
    size_t end = byte_of(quern_text(doc), range->end);
    if (begin == SIZE_MAX || end == SIZE_MAX) {
        fputs("quern blame: the text ends before that place\n", stderr);
        return STATUS_DATA;
    }
    quern_json_text(doc, quern_field(doc, "source"), &blame.source);
    print_range(&blame, begin, end);
    return STATUS_FINE;
}

static int blame_file(const struct arguments *arguments, const struct range *range)
{
    struct records records;
    bool found = false, open = records_open(&records, arguments->operands.items[0]);
    while (open && !found && records_next(&records))
        found = is_wanted(arguments, records.doc);
    int status = found ? blame_document(records.doc, range) : records.status;
    if (!found && status == STATUS_FINE) {
        fputs("quern blame: there is no such document\n", stderr);
        status = STATUS_DATA;
    }
    records_close(&records);
    return status;
}

static int run(struct arguments *arguments)
{
    struct range range;
    if (!arguments->at)
        return usage_error(arguments->command, "--at is missing");
    if (!parse_range(arguments->at, &range))
        return usage_error(arguments->command,
                           "--at takes a place or a range, such as 10 or 10-25");
    return blame_file(arguments, &range);
}

const struct command command_blame = {
    .name = "blame",
    .operands = "FILE",
    .summary = "tell where a place in a document came from",
    .text =
        "Reads a record that a run has written and prints a line with five columns, with tabs "
        "between them: the source, the first byte in it and the one behind the last, the step, "
        "and the rule. Text that stands as it was has '-' for a step and the rule 'copied'. For "
        "a range there is a line for each piece of it that has one origin, and for what was "
        "taken out in it.",
    .examples = "quern blame a.jsonl --at 1302\n"
                "quern blame news.jsonl --id a.txt --at 100-200",
    .least = 1,
    .most = 1,
    .flags = flags,
    .run = run};

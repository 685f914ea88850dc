/*
 * quern explain, for a terminal: for each step the lines that it changed, as they were and as they
 * are, with what is gone and what is new in them lit, and the rules above; then the layers that it
 * changed.
 */
#include "command/explain.h"

#include <string.h>

#define HEADING "1"
#define PLACE "36"
#define GONE "31"
#define GONE_HERE "31;7"
#define NEW "32"
#define NEW_HERE "32;7"
#define PLAIN "0"

/* ---- Differences ---- */

/* Changes that share a line: all of those lines, before and after. */
struct hunk {
    size_t first, end; /* changes */
    size_t old_begin, old_end, new_begin, new_end;
};

struct difference {
    const struct terminal *terminal;
    const quern_document *doc;
    quern_string old, new;
    quern_changes changes;
    size_t line, counted; /* lines of the old text before that place */
};

static size_t line_begin(quern_string text, size_t at)
{
    while (at && text.data[at - 1] != '\n')
        at--;
    return at;
}

static size_t next_line_begin(quern_string text, size_t at)
{
    const char *found = memchr(text.data + at, '\n', text.size - at);
    return found ? (size_t)(found - text.data) + 1 : text.size;
}

static bool begins_line(quern_string text, size_t at)
{
    return !at || at == text.size || text.data[at - 1] == '\n';
}

/* Takes the next change into the hunk, with the rest of the line that it ends in. */
static void take_change(const struct difference *difference, struct hunk *hunk)
{
    const quern_change *change = &difference->changes.items[hunk->end++];
    size_t end = (size_t)change->source_end;
    if (end > change->source_begin && begins_line(difference->old, end))
        hunk->old_end = end > hunk->old_end ? end : hunk->old_end;
    else if (end >= hunk->old_end)
        hunk->old_end = next_line_begin(difference->old, end);
    hunk->new_end = change->end + (hunk->old_end - end);
}

/* Grows until neither side ends within a line. */
static bool next_hunk(const struct difference *difference, struct hunk *hunk)
{
    const quern_change *items = difference->changes.items;
    const size_t count = difference->changes.count, first = hunk->end;
    if (first == count)
        return false;
    *hunk = (struct hunk){.first = first, .end = first};
    hunk->old_begin = line_begin(difference->old, (size_t)items[first].source_begin);
    hunk->new_begin = items[first].begin - (size_t)(items[first].source_begin - hunk->old_begin);
    take_change(difference, hunk);
    for (;;) {
        while (hunk->end < count && items[hunk->end].source_begin <= hunk->old_end)
            take_change(difference, hunk);
        if (begins_line(difference->new, hunk->new_end) || hunk->old_end == difference->old.size)
            return true;
        size_t end = next_line_begin(difference->old, hunk->old_end);
        hunk->new_end += end - hunk->old_end;
        hunk->old_end = end;
    }
}

/* A piece of text in its style, which ends with each line, and the mark at the start of each. */
static void print_piece(const struct difference *difference, quern_string text, const char *mark,
                        const char *style, bool *line_start)
{
    const struct terminal *terminal = difference->terminal;
    while (text.size) {
        const char *end = memchr(text.data, '\n', text.size);
        size_t size = end ? (size_t)(end - text.data) : text.size;
        if (*line_start)
            fputs(mark, terminal->stream);
        terminal_style(terminal, style);
        terminal_text(terminal, (quern_string){text.data, size});
        if (end && strchr(style, ';'))
            fputs(terminal->colour ? "\u21B5" : "", terminal->stream);
        terminal_style(terminal, PLAIN);
        if (end)
            fputc('\n', terminal->stream);
        *line_start = end != NULL;
        text.data += size + (end != NULL);
        text.size -= size + (end != NULL);
    }
}

static quern_string part(quern_string text, size_t begin, size_t end)
{
    return (quern_string){text.data + begin, end - begin};
}

/* One side of a hunk: what the changes are about is lit. */
static void print_side(const struct difference *difference, const struct hunk *hunk, bool old)
{
    quern_string text = old ? difference->old : difference->new;
    const char *mark = old ? "-" : "+", *style = old ? GONE : NEW;
    size_t at = old ? hunk->old_begin : hunk->new_begin;
    size_t stop = old ? hunk->old_end : hunk->new_end;
    bool line_start = true;
    for (size_t i = hunk->first; i < hunk->end; i++) {
        const quern_change *change = &difference->changes.items[i];
        size_t begin = old ? (size_t)change->source_begin : change->begin;
        size_t end = old ? (size_t)change->source_end : change->end;
        if (begin < at) /* what was changed twice has its origin twice */
            begin = at;
        if (end < begin)
            end = begin;
        print_piece(difference, part(text, at, begin), mark, style, &line_start);
        print_piece(difference, part(text, begin, end), mark, old ? GONE_HERE : NEW_HERE,
                    &line_start);
        at = end;
    }
    print_piece(difference, part(text, at, stop), mark, style, &line_start);
    if (!line_start)
        fputc('\n', difference->terminal->stream);
}

/* The rules of a hunk, each once in a row. */
static void print_rules(const struct difference *difference, const struct hunk *hunk)
{
    uint32_t last = 0;
    for (size_t i = hunk->first; i < hunk->end; i++) {
        const quern_change *change = &difference->changes.items[i];
        if (i > hunk->first && change->rule == last)
            continue;
        fputs(i > hunk->first ? ", " : " ", difference->terminal->stream);
        const char *rule = quern_change_rule(difference->doc, change);
        terminal_text(difference->terminal, (quern_string){rule, strlen(rule)});
        last = change->rule;
    }
}

static void print_hunk(struct difference *difference, const struct hunk *hunk)
{
    for (; difference->counted < hunk->old_begin; difference->counted++)
        difference->line += difference->old.data[difference->counted] == '\n';
    terminal_style(difference->terminal, PLACE);
    fprintf(difference->terminal->stream, "@@ line %zu:", difference->line);
    print_rules(difference, hunk);
    terminal_style(difference->terminal, PLAIN);
    fputc('\n', difference->terminal->stream);
    print_side(difference, hunk, true);
    print_side(difference, hunk, false);
}

static void print_changes(const struct terminal *terminal, quern_document *doc, quern_string old)
{
    struct difference difference = {.terminal = terminal,
                                    .doc = doc,
                                    .old = old,
                                    .new = quern_text(doc),
                                    .changes = quern_find_changes(doc),
                                    .line = 1};
    for (struct hunk hunk = {0}; next_hunk(&difference, &hunk);)
        print_hunk(&difference, &hunk);
}

/* ---- Layers ---- */

static size_t count_spans(quern_document *doc, const char *layer)
{
    return quern_find_spans(doc, layer).count;
}

static void print_layers(const struct terminal *terminal, quern_document *before,
                         quern_document *doc)
{
    for (quern_layer *layer = NULL; (layer = quern_next_layer(doc, layer));) {
        const char *name = quern_layer_name(layer);
        size_t was = count_spans(before, name), is = count_spans(doc, name);
        if (was == is)
            continue;
        fputs("layer ", terminal->stream);
        terminal_text(terminal, (quern_string){name, strlen(name)});
        fprintf(terminal->stream, ": %zu spans, %zu before\n", is, was);
    }
}

/* ---- Steps ---- */

static void print_heading(const struct terminal *terminal, const struct stop *stop)
{
    size_t count = stop->alone ? quern_find_changes(stop->alone).count : 0;
    terminal_style(terminal, HEADING);
    fprintf(terminal->stream, "=== %s: ", stop->step->label);
    if (stop->end)
        terminal_text(terminal, (quern_string){stop->end, strlen(stop->end)});
    else
        fprintf(terminal->stream, "%zu change%s", count, count == 1 ? "" : "s");
    terminal_style(terminal, PLAIN);
    fputc('\n', terminal->stream);
}

/* The text before a step; of the first one, the source as it came. */
static quern_string text_before(const struct trace *trace, size_t index)
{
    return index == 1 ? trace->source : quern_text(trace->stops[index - 1].doc);
}

void explain_to_terminal(const struct trace *trace, const struct terminal *terminal)
{
    for (size_t i = 1; i < trace->count; i++) {
        const struct stop *stop = &trace->stops[i];
        print_heading(terminal, stop);
        if (stop->alone)
            print_changes(terminal, stop->alone, text_before(trace, i));
        if (stop->doc)
            print_layers(terminal, trace->stops[i - 1].doc, stop->doc);
    }
}

/*
 * report.c - a note for each class of furniture, and for each that was left alone because it was not
 * certain.
 */
#include "decision.h"

#include <stdio.h>

static const char *name_kind(const struct sequence *sequence)
{
    switch (sequence->kind) {
    case SEQUENCE_RECURRING:
        return "lines that recur";
    case SEQUENCE_FEEDS:
        return "form feeds";
    default:
        return sequence->named ? "page marks" : "lines with a page number";
    }
}

/* One note for a class of furniture: what it is, its first line with # for what changes, on which
 * pages, how sure. */
void candidate_report(const struct decision *decision, const struct candidate *candidate,
                      bool taken)
{
    const struct sequence *sequence = candidate->sequence;
    const struct member *first = &sequence->members[0], *last = first + sequence->count - 1;
    quern_string line = line_text(decision->lines, first->line);
    size_t begin = (size_t)(line.data - decision->lines->text.data);
    size_t before = first->value ? first->begin - begin : line.size;
    size_t after = first->value ? first->end - begin : line.size;
    char range[48] = "";
    if (!decision->depaginate->report || (!taken && decision->taken[first->line]))
        return;
    if (first->value)
        snprintf(range, sizeof range, ", pages %u to %u", first->value, last->value);
    quern_report(decision->call, QUERN_NOTE, begin, begin + line.size,
                 "%s: %zu %s, \"%.*s%s%.*s\"%s, with %u more on each page, confidence %.4f of %.4f",
                 taken ? "taken out" : "left alone", sequence->count, name_kind(sequence),
                 (int)before, line.data, first->value ? "#" : "", (int)(line.size - after),
                 line.data + after, range, candidate->beside, candidate_confidence(candidate),
                 decision->depaginate->confidence);
}

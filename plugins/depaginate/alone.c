/*
 * alone.c - what is furniture by itself, or because of the places that were accepted: heads that one
 * page alone shows, marks, form feeds.
 */
#include "decision.h"

#include <string.h>

/* ---- Heads ---- */

/* The longest run of blank lines that is common within the text: nine in ten are no longer. */
static unsigned usual_space(const struct decision *decision)
{
    const struct lines *lines = decision->lines;
    size_t counts[SPACES] = {0}, total = 0, seen = 0;
    size_t line = lines_after(lines, SIZE_MAX), next;
    for (; line < lines->count; line = next) {
        next = lines_after(lines, line);
        unsigned space = space_below(lines, line);
        if (!space || decision->taken[line] || (next < lines->count && decision->taken[next]))
            continue;
        counts[space]++;
        total++;
    }
    unsigned usual = 0;
    while (usual < SPACES - 1 && seen * 10 < total * 9)
        seen += counts[++usual];
    return usual;
}

/* Whether the line behind a place is a head: in parts that are set off from each other, and with
 * more space above and below than stands within the text. */
static bool is_set_off(const struct decision *decision, const struct page_end *place,
                       unsigned usual)
{
    const struct lines *lines = decision->lines;
    if (place->outer || place->above == SIZE_MAX || place->below >= lines->count)
        return false;
    size_t above = place->below - (lines_before(lines, place->below) + 1);
    return (lines->items[place->below].flags & (LINE_GAP | LINE_LONG)) == LINE_GAP &&
           above > usual && space_below(lines, place->below) > usual;
}

/* In a text of few pages there is nothing to compare the one head with that stands in it. */
void heads_take(struct decision *decision)
{
    if (!decision->places.count || decision->places.count > FEW)
        return;
    unsigned usual = usual_space(decision);
    for (size_t i = 0; i < decision->places.count; i++) {
        struct page_end *place = place_at(decision, i);
        if (!is_set_off(decision, place, usual))
            continue;
        size_t below = lines_after(decision->lines, place->below);
        memset(decision->taken + place->below, 1, below - place->below);
        place->below = below;
    }
}

/* ---- Marks ---- */

static bool take_line(struct decision *decision, struct page_end place)
{
    place.above = lines_before(decision->lines, place.line);
    place.below = lines_after(decision->lines, place.line);
    place_widen(decision, &place);
    return place_take(decision, &place);
}

static bool take_marks(struct decision *decision)
{
    const struct lines *lines = decision->lines;
    struct number number;
    for (size_t i = 0; i < lines->count; i++) {
        if (decision->taken[i] || !mark_stands_alone(lines, i, &number))
            continue;
        struct page_end place = {
            .line = i, .value = number.value, .begin = number.begin, .end = number.end};
        if (!take_line(decision, place))
            return false;
    }
    return true;
}

/* What the user says is a mark is one. */
static bool take_removed(struct decision *decision)
{
    const struct lines *lines = decision->lines;
    for (size_t i = 0; i < lines->count && decision->depaginate->removed.count; i++)
        if (!decision->taken[i] && !line_is_blank(lines, i) &&
            patterns_match(&decision->depaginate->removed, line_text(lines, i)) &&
            !take_line(decision, (struct page_end){.line = i}))
            return false;
    return true;
}

/* Marks on lines of their own are places like any other. */
static bool take_inline(struct decision *decision, struct pages *pages)
{
    const struct lines *lines = decision->lines;
    size_t kept = 0;
    if (!marks_find(&pages->marks, &pages->mark_count, lines, decision->call))
        return false;
    for (size_t i = 0; i < pages->mark_count; i++) {
        const struct mark *mark = &pages->marks[i];
        if (decision->taken[mark->line])
            continue;
        if (!mark->alone) {
            pages->marks[kept++] = *mark;
            continue;
        }
        struct page_end place = {.line = mark->line,
                                 .value = mark->value,
                                 .begin = mark->number_begin,
                                 .end = mark->number_end};
        if (!take_line(decision, place))
            return false;
    }
    pages->mark_count = kept;
    return true;
}

bool marks_take(struct decision *decision, struct pages *pages)
{
    return take_inline(decision, pages) && take_marks(decision) && take_removed(decision);
}

/* ---- Form feeds ---- */

/* Form feeds are the ends of pages when most stand where furniture was found, or when one stands in
 * the middle of a sentence; else they may divide sections, and stay. */
bool feeds_take(struct decision *decision, const struct sequence *feeds)
{
    const struct lines *lines = decision->lines;
    struct candidate candidate = {.sequence = feeds};
    size_t agreeing = 0, within = 0, count = 0;
    places_make(decision, &candidate);
    for (size_t i = 0; i < candidate.count; i++) {
        const struct page_end *place = &candidate.places[i];
        if (place->above == SIZE_MAX || place->below == lines->count)
            continue;
        count++;
        within += sentence_goes_on(lines, place->above, place->below);
        agreeing += place_touches(decision, place);
    }
    if (!count || (agreeing * 5 < count * 3 && within * 4 < count))
        return true;
    for (size_t i = 0; i < candidate.count; i++)
        if (!candidate.places[i].outer && !place_take(decision, &candidate.places[i]))
            return false;
    return true;
}

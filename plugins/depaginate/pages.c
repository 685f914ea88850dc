/*
 * pages.c - decides which sequences are the furniture of pages, and puts their places together.
 *
 * Sequences are taken in the order of what speaks for them. Two that lie over the same stretch of
 * text have to agree on where its pages end.
 */
#include "decision.h"

#include <stdlib.h>
#include <string.h>

static bool agrees(const struct decision *decision, const struct candidate *candidate)
{
    const struct sequence *sequence = candidate->sequence;
    size_t begin = sequence->members[0].line;
    size_t end = sequence->members[sequence->count - 1].line;
    size_t others = places_before(decision, end) - places_before(decision, begin);
    size_t touching = 0, count = 0;
    for (size_t i = 0; i < candidate->count; i++) {
        if (candidate->places[i].outer)
            continue;
        count++;
        touching += place_touches(decision, &candidate->places[i]);
    }
    return others < 2 || touching * 5 >= count * 3;
}

static bool accept(struct decision *decision, const struct candidate *candidate)
{
    for (size_t i = 0; i < candidate->count; i++) {
        const struct page_end *place = &candidate->places[i];
        if (place->below > place->above + 1 && !place_take(decision, place))
            return false;
    }
    return true;
}

/* What speaks for a sequence before any was accepted. */
struct turn {
    double weight;
    size_t sequence;
};

static int by_weight(const void *a, const void *b)
{
    const struct turn *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    return x->sequence < y->sequence ? -1 : 1;
}

static bool take_turn(struct decision *decision, const struct sequence *sequence)
{
    struct candidate candidate = {.sequence = sequence};
    candidate_weigh(decision, &candidate);
    bool taken = candidate.weight >= candidate_threshold(decision, &candidate) &&
                 agrees(decision, &candidate);
    candidate_report(decision, &candidate, taken);
    return !taken || accept(decision, &candidate);
}

/* A sequence is weighed again when its turn comes: what was accepted before may have become part
 * of its places. */
static bool decide(struct decision *decision, const struct list *found)
{
    struct turn *turns = quern_scratch(decision->call, found->count + 1, sizeof *turns);
    size_t count = 0;
    if (!turns)
        return false;
    for (size_t i = 0; i < found->count; i++) {
        struct candidate candidate = {.sequence = sequence_at(found, i)};
        candidate_weigh(decision, &candidate);
        if (candidate.weight >= 0)
            turns[count++] = (struct turn){candidate.weight, i};
    }
    if (count)
        qsort(turns, count, sizeof *turns, by_weight);
    for (size_t i = 0; i < count; i++)
        if (!take_turn(decision, sequence_at(found, turns[i].sequence)))
            return false;
    return true;
}

/* Room for the longest sequence, with the start and the end of the text. */
static bool set_up_bench(struct bench *bench, const struct list *found, quern_call *call)
{
    size_t room = 0;
    for (size_t i = 0; i < found->count; i++)
        room = sequence_at(found, i)->count > room ? sequence_at(found, i)->count : room;
    room += 3;
    bench->places = quern_scratch(call, room, sizeof *bench->places);
    bench->rows = quern_scratch(call, room, sizeof *bench->rows);
    bench->lengths = quern_scratch(call, room, sizeof *bench->lengths);
    bench->matches = quern_scratch(call, room, sizeof *bench->matches);
    bench->active = quern_scratch(call, room, sizeof *bench->active);
    return bench->places && bench->rows && bench->lengths && bench->matches && bench->active;
}

/* ---- A text ---- */

/* Lines that may be furniture are left out of what the text teaches. */
static bool learn_joints(struct decision *decision, const struct list *found)
{
    uint8_t *suspect = quern_scratch(decision->call, decision->lines->count + 1, 1);
    if (!suspect)
        return false;
    for (size_t i = 0; i < found->count; i++) {
        const struct sequence *sequence = sequence_at(found, i);
        for (size_t n = 0; n < sequence->count && sequence->kind != SEQUENCE_RECURRING; n++)
            suspect[sequence->members[n].line] = 1;
    }
    joints_learn(&decision->joints, decision->lines, suspect);
    spaces_learn(decision);
    return true;
}

/* Places in the text, with text on both sides, and marks in it, each end a page. */
static size_t count_pages(const struct pages *pages, const struct lines *lines)
{
    size_t count = 1 + pages->mark_count;
    for (size_t i = 0; i < pages->count; i++)
        count += pages->places[i].above != SIZE_MAX && pages->places[i].below < lines->count;
    return count;
}

static bool find_places(struct decision *decision, struct pages *pages)
{
    struct list found;
    decision->taken = quern_scratch(decision->call, decision->lines->count + 1, 1);
    if (!decision->taken || !sequences_find(&found, decision->lines, decision->call) ||
        !learn_joints(decision, &found) ||
        !set_up_bench(&decision->bench, &found, decision->call) || !decide(decision, &found))
        return false;
    heads_take(decision);
    if (!marks_take(decision, pages))
        return false;
    return !found.count || sequence_at(&found, 0)->kind != SEQUENCE_FEEDS ||
           feeds_take(decision, sequence_at(&found, 0));
}

bool pages_find(struct pages *pages, const struct lines *lines, const struct depaginate *depaginate,
                quern_call *call)
{
    struct decision decision = {.lines = lines,
                                .call = call,
                                .depaginate = depaginate,
                                .places = {.call = call, .item_size = sizeof(struct page_end)}};
    *pages = (struct pages){.kept = &depaginate->kept};
    if (!find_places(&decision, pages) || !places_merge(&decision, pages))
        return false;
    if (count_pages(pages, lines) < (size_t)depaginate->min_pages)
        pages->count = pages->mark_count = 0;
    pages->taken = decision.taken;
    return true;
}

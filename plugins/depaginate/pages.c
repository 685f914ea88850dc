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

static int by_weight(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    return x->sequence < y->sequence ? -1 : 1;
}

/* A sequence is weighed again when its turn comes: what was accepted before may have become part
 * of its places. */
static bool decide(struct decision *decision, const struct sequences *found)
{
    struct candidate *candidates =
        quern_scratch(decision->call, found->count + 1, sizeof *candidates);
    if (!candidates)
        return false;
    for (size_t i = 0; i < found->count; i++) {
        candidates[i].sequence = &found->items[i];
        if (!candidate_weigh(decision, &candidates[i]))
            return false;
    }
    if (found->count)
        qsort(candidates, found->count, sizeof *candidates, by_weight);
    for (size_t i = 0; i < found->count && candidates[i].weight >= 0; i++) {
        if (decision->count && !candidate_weigh(decision, &candidates[i]))
            return false;
        bool taken = candidates[i].weight >= candidate_threshold(decision, &candidates[i]) &&
                     agrees(decision, &candidates[i]);
        candidate_report(decision, &candidates[i], taken);
        if (taken && !accept(decision, &candidates[i]))
            return false;
    }
    return true;
}

/* ---- A text ---- */

/* Lines that may be furniture are left out of what the text teaches. */
static bool learn_joints(struct decision *decision, const struct sequences *found)
{
    uint8_t *suspect = quern_scratch(decision->call, decision->lines->count + 1, 1);
    if (!suspect)
        return false;
    for (size_t i = 0; i < found->count; i++)
        for (size_t n = 0; n < found->items[i].count && found->items[i].kind != SEQUENCE_RECURRING;
             n++)
            suspect[found->items[i].members[n].line] = 1;
    joints_learn(&decision->joints, decision->lines, suspect);
    spaces_learn(decision);
    return true;
}

/* Places in the text, with text on both sides, and marks in it, each end a page. */
static size_t count_pages(const struct decision *decision, const struct pages *pages)
{
    size_t count = 1 + pages->mark_count;
    for (size_t i = 0; i < decision->count; i++)
        count += decision->places[i].above != SIZE_MAX &&
                 decision->places[i].below < decision->lines->count;
    return count;
}

static bool find_places(struct decision *decision, struct pages *pages)
{
    struct sequences found = {0};
    decision->taken = quern_scratch(decision->call, decision->lines->count + 1, 1);
    if (!decision->taken || !sequences_find(&found, decision->lines, decision->call) ||
        !learn_joints(decision, &found) || !decide(decision, &found))
        return false;
    heads_take(decision);
    if (!marks_take(decision, pages))
        return false;
    return !found.count || found.items[0].kind != SEQUENCE_FEEDS ||
           feeds_take(decision, &found.items[0]);
}

bool pages_find(struct pages *pages, const struct lines *lines, const struct depaginate *depaginate,
                quern_call *call)
{
    struct decision decision = {.lines = lines, .call = call, .depaginate = depaginate};
    *pages = (struct pages){.kept = &depaginate->kept};
    if (!find_places(&decision, pages))
        return false;
    places_merge(&decision);
    if (count_pages(&decision, pages) < (size_t)depaginate->min_pages)
        decision.count = pages->mark_count = 0;
    pages->places = decision.places;
    pages->count = decision.count;
    pages->taken = decision.taken;
    return true;
}

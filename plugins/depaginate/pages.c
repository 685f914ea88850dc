/*
 * pages.c - decides which sequences are the furniture of pages, and puts their places together.
 *
 * Sequences are taken in the order of what speaks for them. Two that lie over the same stretch of
 * text have to agree on where its pages end.
 */
#include "depaginate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double threshold[] = {4, 4.5, 4};

/* What it is worth that form feeds stand where the lines of a sequence do. */
static const double agreement = 2.5;

/* And that more blank lines stand there than within the text. */
static const double space_most = 2;

/* Runs of blank lines are told apart up to this length. */
enum { SPACES = 16 };

/* Pages shorter than these rows are rare, as are longer ones; and how many pages are few. */
enum { SHORT_PAGE = 20, TINY_PAGE = 12, LONG_PAGE = 250, FEW = 5 };

/* The most that lines around those of a sequence could add. */
static const double within_reach = 8;

struct candidate {
    const struct sequence *sequence;
    struct page_end *places;
    size_t count;
    double weight;
    unsigned beside; /* lines of furniture beside those of the sequence, on each page */
};

struct decision {
    const struct lines *lines;
    quern_call *call;
    struct joints joints;
    size_t spaces[SPACES]; /* runs of blank lines, by their length */
    uint8_t *taken;        /* by line: lies between the body lines of an accepted place */
    struct page_end *places;
    size_t count, room;
    const struct depaginate *depaginate;
    double doubt;   /* what the user's confidence adds to the thresholds */
    uint32_t *tree; /* the places counted by their first lines, as a Fenwick tree; NULL for none */
};

/* ---- From a sequence to places ---- */

static struct page_end place_at(const struct decision *decision, const struct sequence *sequence,
                                const struct member *member)
{
    const struct lines *lines = decision->lines;
    size_t line = member->line;
    struct page_end place = {.above = lines_before(lines, line),
                             .line = line,
                             .value = member->value,
                             .begin = member->begin,
                             .end = member->end};
    if (sequence->kind == SEQUENCE_FEEDS && !line_is_blank(lines, line))
        place.below = line;
    else
        place.below = lines_after(lines, line);
    return place;
}

/* Skips over what earlier sequences have taken; of that, no more than a page can have at its end. */
static void widen(const struct decision *decision, struct page_end *place)
{
    enum { STEPS = 32 };
    const struct lines *lines = decision->lines;
    for (int i = 0; i < STEPS && place->above < lines->count && decision->taken[place->above]; i++)
        place->above = lines_before(lines, place->above);
    for (int i = 0; i < STEPS && place->below < lines->count && decision->taken[place->below]; i++)
        place->below = lines_after(lines, place->below);
}

static bool same_place(const struct page_end *a, const struct page_end *b)
{
    return a->above == b->above && a->below == b->below;
}

/* The places of a sequence, with the start and the end of the text around them. */
static bool make_places(const struct decision *decision, struct candidate *candidate)
{
    const struct lines *lines = decision->lines;
    const struct sequence *sequence = candidate->sequence;
    struct page_end *places = quern_scratch(decision->call, sequence->count + 2, sizeof *places);
    size_t count = 0;
    if (!places)
        return false;
    places[count++] =
        (struct page_end){.above = SIZE_MAX, .below = lines_after(lines, SIZE_MAX), .outer = true};
    for (size_t i = 0; i < sequence->count; i++) {
        struct page_end place = place_at(decision, sequence, &sequence->members[i]);
        widen(decision, &place);
        if (place.above == SIZE_MAX)
            count = 0;
        else if (count && same_place(&places[count - 1], &place))
            continue;
        places[count++] = place;
    }
    if (!count || places[count - 1].below < lines->count)
        places[count++] = (struct page_end){
            .above = lines_before(lines, lines->count), .below = lines->count, .outer = true};
    candidate->places = places;
    candidate->count = count;
    return true;
}

/* ---- Weighing ---- */

/* What the lines found around the places add. That a line recurs beside one that recurs says little
 * unless the places were found by other means. */
static double weigh_growth(const struct growth *growth, enum sequence_kind kind)
{
    static const double alike[] = {1.5, 0, 2.5}, grown[] = {0.5, 0, 3};
    if (growth->endless)
        return -HUGE_VAL;
    double weight = alike[kind] * (growth->alike < 2 ? growth->alike : 2);
    return weight + grown[kind] * (growth->grown < 2 ? growth->grown : 2);
}

/* Form feeds and lines of furniture that were found apart and agree on where pages end. */
static double weigh_feeds(const struct lines *lines, const struct candidate *candidate)
{
    size_t feeds = 0, inner = 0;
    for (size_t i = 0; i < candidate->count; i++) {
        const struct page_end *place = &candidate->places[i];
        bool feed = false;
        if (place->above == SIZE_MAX || place->below >= lines->count)
            continue;
        for (size_t line = place->above + 1; line <= place->below; line++)
            feed = feed || lines->items[line].flags & LINE_FEED;
        feeds += feed;
        inner++;
    }
    if (candidate->sequence->kind == SEQUENCE_FEEDS || !inner || feeds * 5 < inner * 3)
        return 0;
    return agreement;
}

/* ---- Space ---- */

static unsigned space_below(const struct lines *lines, size_t line)
{
    size_t blanks = lines_after(lines, line) - (line + 1);
    return (unsigned)(blanks < SPACES ? blanks : SPACES - 1);
}

/* Counts the runs of blank lines by their length. */
static void learn_spaces(struct decision *decision)
{
    const struct lines *lines = decision->lines;
    for (size_t i = lines_after(lines, SIZE_MAX); i < lines->count; i = lines_after(lines, i))
        decision->spaces[space_below(lines, i)]++;
}

/* How much wider the space at the places is than within the text: the least of their widest runs
 * of blank lines, against all runs elsewhere. */
static double weigh_space(const struct decision *decision, const struct candidate *candidate)
{
    const struct lines *lines = decision->lines;
    size_t own[SPACES] = {0}, total = 0, wide = 0;
    unsigned least = SPACES;
    for (size_t i = 0; i < candidate->count; i++) {
        const struct page_end *place = &candidate->places[i];
        unsigned widest = 0;
        if (place->above == SIZE_MAX || place->below >= lines->count)
            continue;
        for (size_t line = place->above; line < place->below; line = lines_after(lines, line)) {
            unsigned space = space_below(lines, line);
            own[space]++;
            widest = space > widest ? space : widest;
        }
        least = widest < least ? widest : least;
    }
    if (least < 2 || least == SPACES)
        return 0;
    for (unsigned space = 1; space < SPACES; space++) {
        size_t others =
            decision->spaces[space] -
            (own[space] < decision->spaces[space] ? own[space] : decision->spaces[space]);
        total += others;
        wide += space >= least ? others : 0;
    }
    return fmin(space_most, log((double)(total + 1) / (double)(wide + 1)));
}

/* The share of the text that lies between the first of the places and the last. */
static double coverage(const struct lines *lines, const struct candidate *candidate)
{
    const struct sequence *sequence = candidate->sequence;
    const struct line *first = &lines->items[sequence->members[0].line];
    const struct line *last = &lines->items[sequence->members[sequence->count - 1].line];
    return (double)(last->row - first->row + 1) / (double)(lines->items[lines->count].row + 1);
}

/* What every kind of sequence has to have, whatever else speaks for it. Without numbers, pages have
 * to be of one length and to fill the text. */
static bool is_plausible(const struct lines *lines, const struct candidate *candidate,
                         const struct growth *growth, const struct weight *weight)
{
    const struct sequence *sequence = candidate->sequence;
    double covered = coverage(lines, candidate);
    switch (sequence->kind) {
    case SEQUENCE_RECURRING:
        return weight->rows >= SHORT_PAGE && weight->close >= 0.6 && weight->near >= 0.75 &&
               weight->regularity >= 3 && covered >= 0.4 && growth->alike <= 2 &&
               (weight->likely || sequence->count < FEW);
    case SEQUENCE_FEEDS:
        return growth->grown || (weight->near >= 0.6 && weight->regularity >= 1.5);
    default:
        return sequence->named ||
               ((weight->rows >= TINY_PAGE || !weight->rows) &&
                (sequence->count < 4 || weight->near >= 0.5) &&
                (!sequence->narrow || (weight->close >= 0.5 && covered >= 0.3)) &&
                (covered >= 0.1 || (covered >= 0.02 && sequence->members[0].value == 1)));
    }
}

/* Pages that are short, or few in a long text, need more to speak for them. */
static double weigh_size(const struct lines *lines, const struct candidate *candidate,
                         const struct weight *weight)
{
    const struct sequence *sequence = candidate->sequence;
    double doubt = 0;
    bool starts_late = lines->items[sequence->members[0].line].row > LONG_PAGE;
    if (sequence->kind == SEQUENCE_FEEDS)
        return 0;
    if (weight->rows && weight->rows < SHORT_PAGE)
        doubt += sequence->named && weight->rows >= TINY_PAGE ? 1 : 3;
    if (coverage(lines, candidate) < 0.1 && (sequence->members[0].value != 1 || starts_late))
        doubt += 2;
    return -doubt;
}

/* All that speaks for a candidate but what growth adds. */
static bool weigh_places(struct decision *decision, struct candidate *candidate,
                         struct weight *weight)
{
    if (!places_weigh(decision->lines, &decision->joints, candidate->places, candidate->count,
                      (uint32_t)decision->depaginate->lines_per_page, weight, decision->call))
        return false;
    candidate->weight =
        candidate->sequence->prior + weight->regularity + weight->sentences +
        weigh_feeds(decision->lines, candidate) +
        (candidate->sequence->kind == SEQUENCE_NUMBERS ? weigh_space(decision, candidate) : 0) +
        weigh_size(decision->lines, candidate, weight);
    return true;
}

static const double default_confidence = 0.99;

static double to_odds(double confidence)
{
    return log(confidence / (1 - confidence));
}

/* The confidence in what has so much more weight than the threshold. */
static double to_share(double excess)
{
    return 1 / (1 + exp(-(excess + to_odds(default_confidence))));
}

/* The weight that a candidate needs: a logarithm of odds. */
static double needed(const struct decision *decision, const struct candidate *candidate)
{
    return threshold[candidate->sequence->kind] + decision->doubt;
}

/* Most candidates are out of reach of the threshold whatever stands around their lines. */
static bool is_hopeless(const struct decision *decision, const struct candidate *candidate)
{
    return candidate->sequence->kind != SEQUENCE_FEEDS &&
           candidate->weight + within_reach < needed(decision, candidate);
}

static bool weigh(struct decision *decision, struct candidate *candidate)
{
    struct growth growth;
    struct weight weight;
    const struct sequence *sequence = candidate->sequence;
    if (!make_places(decision, candidate) || !weigh_places(decision, candidate, &weight))
        return false;
    if (is_hopeless(decision, candidate))
        return true;
    if (!places_grow(decision->lines, candidate->places, candidate->count,
                     sequence->kind != SEQUENCE_FEEDS, &growth, decision->call) ||
        !weigh_places(decision, candidate, &weight))
        return false;
    candidate->weight += weigh_growth(&growth, sequence->kind);
    candidate->beside = growth.alike + growth.grown;
    if (!is_plausible(decision->lines, candidate, &growth, &weight))
        candidate->weight = -HUGE_VAL;
    return true;
}

/* ---- Agreement with what was accepted ---- */

static bool touches_taken(const struct decision *decision, const struct page_end *place)
{
    size_t begin = place->above + 1;
    size_t end = place->below < decision->lines->count ? place->below : decision->lines->count;
    for (size_t line = begin; line < end; line++)
        if (decision->taken[line])
            return true;
    return false;
}

/* Adds a place to the tree. (P. Fenwick, "A new data structure for cumulative frequency tables",
 * 1994.) */
static bool tally_place(struct decision *decision, const struct page_end *place)
{
    if (!decision->tree)
        decision->tree =
            quern_scratch(decision->call, decision->lines->count + 2, sizeof *decision->tree);
    if (!decision->tree)
        return false;
    for (size_t i = place->above + 2; i < decision->lines->count + 2; i += i & -i)
        decision->tree[i]++;
    return true;
}

/* How many places begin before `line`. */
static size_t count_before(const struct decision *decision, size_t line)
{
    size_t count = 0;
    for (size_t i = line; i > 0 && decision->tree; i -= i & -i)
        count += decision->tree[i];
    return count;
}

static bool agrees(const struct decision *decision, const struct candidate *candidate)
{
    const struct sequence *sequence = candidate->sequence;
    size_t begin = sequence->members[0].line;
    size_t end = sequence->members[sequence->count - 1].line;
    size_t others = count_before(decision, end) - count_before(decision, begin);
    size_t touching = 0, count = 0;
    for (size_t i = 0; i < candidate->count; i++) {
        if (candidate->places[i].outer)
            continue;
        count++;
        touching += touches_taken(decision, &candidate->places[i]);
    }
    return others < 2 || touching * 5 >= count * 3;
}

/* ---- Accepting ---- */

static bool add_place(struct decision *decision, struct page_end place)
{
    if (decision->count == decision->room) {
        size_t room = decision->room ? decision->room * 2 : 64;
        struct page_end *places = quern_scratch(decision->call, room, sizeof *places);
        if (!places)
            return false;
        if (decision->count)
            memcpy(places, decision->places, decision->count * sizeof *places);
        decision->places = places;
        decision->room = room;
    }
    decision->places[decision->count++] = place;
    return true;
}

/* Takes the lines of a place, which is not empty. Places at the start and the end of the text come
 * with each sequence, and are taken once. */
static bool take_place(struct decision *decision, const struct page_end *place)
{
    size_t begin = place->above + 1, end = place->below;
    if (place->outer && begin < end && decision->taken[begin] && decision->taken[end - 1])
        return true;
    memset(decision->taken + begin, 1, end - begin);
    return add_place(decision, *place) && (place->outer || tally_place(decision, place));
}

static bool accept(struct decision *decision, const struct candidate *candidate)
{
    for (size_t i = 0; i < candidate->count; i++) {
        const struct page_end *place = &candidate->places[i];
        if (place->below > place->above + 1 && !take_place(decision, place))
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
static void report(const struct decision *decision, const struct candidate *candidate, bool taken)
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
                 line.data + after, range, candidate->beside,
                 to_share(candidate->weight - threshold[sequence->kind]),
                 decision->depaginate->confidence);
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
        if (!weigh(decision, &candidates[i]))
            return false;
    }
    if (found->count)
        qsort(candidates, found->count, sizeof *candidates, by_weight);
    for (size_t i = 0; i < found->count && candidates[i].weight >= 0; i++) {
        if (decision->count && !weigh(decision, &candidates[i]))
            return false;
        bool taken = candidates[i].weight >= needed(decision, &candidates[i]) &&
                     agrees(decision, &candidates[i]);
        report(decision, &candidates[i], taken);
        if (taken && !accept(decision, &candidates[i]))
            return false;
    }
    return true;
}

/* ---- Putting the places together ---- */

static int by_line(const void *a, const void *b)
{
    const struct page_end *x = a, *y = b;
    size_t p = x->above + 1, q = y->above + 1;
    return (p > q) - (p < q);
}

/* Places that touch are one. */
static void merge_places(struct decision *decision)
{
    size_t kept = 0;
    if (decision->count)
        qsort(decision->places, decision->count, sizeof *decision->places, by_line);
    for (size_t i = 0; i < decision->count; i++) {
        struct page_end *last = kept ? &decision->places[kept - 1] : NULL;
        const struct page_end *place = &decision->places[i];
        if (!last || place->above + 1 >= last->below) {
            decision->places[kept++] = *place;
            continue;
        }
        size_t above = last->above, below = place->below > last->below ? place->below : last->below;
        bool outer = last->outer && place->outer;
        if (!last->value)
            *last = *place;
        last->above = above;
        last->below = below;
        last->outer = outer;
    }
    decision->count = kept;
}

/* ---- Heads that only one page shows ---- */

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
static void take_set_off(struct decision *decision)
{
    if (!decision->count || decision->count > FEW)
        return;
    unsigned usual = usual_space(decision);
    for (size_t i = 0; i < decision->count; i++) {
        struct page_end *place = &decision->places[i];
        if (!is_set_off(decision, place, usual))
            continue;
        size_t below = lines_after(decision->lines, place->below);
        memset(decision->taken + place->below, 1, below - place->below);
        place->below = below;
    }
}

/* ---- What stands alone ---- */

static bool take_line(struct decision *decision, struct page_end place)
{
    place.above = lines_before(decision->lines, place.line);
    place.below = lines_after(decision->lines, place.line);
    widen(decision, &place);
    return take_place(decision, &place);
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

/* Form feeds are the ends of pages when most stand where furniture was found, or when one stands in
 * the middle of a sentence; else they may divide sections, and stay. */
static bool take_feeds(struct decision *decision, const struct sequence *feeds)
{
    const struct lines *lines = decision->lines;
    struct candidate candidate = {.sequence = feeds};
    size_t agreeing = 0, within = 0, count = 0;
    if (!make_places(decision, &candidate))
        return false;
    for (size_t i = 0; i < candidate.count; i++) {
        const struct page_end *place = &candidate.places[i];
        if (place->above == SIZE_MAX || place->below == lines->count)
            continue;
        count++;
        within += sentence_goes_on(lines, place->above, place->below);
        agreeing += touches_taken(decision, place);
    }
    if (!count || (agreeing * 5 < count * 3 && within * 4 < count))
        return true;
    for (size_t i = 0; i < candidate.count; i++)
        if (!candidate.places[i].outer && !take_place(decision, &candidate.places[i]))
            return false;
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
    learn_spaces(decision);
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
    take_set_off(decision);
    if (!take_inline(decision, pages) || !take_marks(decision) || !take_removed(decision))
        return false;
    return !found.count || found.items[0].kind != SEQUENCE_FEEDS ||
           take_feeds(decision, &found.items[0]);
}

bool pages_find(struct pages *pages, const struct lines *lines, const struct depaginate *depaginate,
                quern_call *call)
{
    struct decision decision = {.lines = lines, .call = call, .depaginate = depaginate};
    decision.doubt = to_odds(depaginate->confidence) - to_odds(default_confidence);
    *pages = (struct pages){.kept = &depaginate->kept};
    if (!find_places(&decision, pages))
        return false;
    merge_places(&decision);
    if (count_pages(&decision, pages) < (size_t)depaginate->min_pages)
        decision.count = pages->mark_count = 0;
    pages->places = decision.places;
    pages->count = decision.count;
    pages->taken = decision.taken;
    return true;
}

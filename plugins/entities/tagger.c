/*
 * tagger.c - see tagger.h.
 *
 * First the scores of all words that may be part of a name are summed up. Then each row of such
 * words is weighed by itself, and the places of a capitalised word cast a ballot on what it is. With
 * what the ballots say added to its scores, the best tags are found.
 */
#include "tagger.h"

#include <stdlib.h>
#include <string.h>

/* Room for as many words is kept from one document to the next. */
#define KEPT 8192

/* ---- Scores ---- */

static bool make_room(struct tagger *tagger, size_t count)
{
    if (count <= tagger->capacity)
        return true;
    size_t capacity = count < 256 ? 512 : count * 2;
    if (capacity > SIZE_MAX / sizeof *tagger->scores)
        return false;
    struct node *nodes = realloc(tagger->nodes, capacity * sizeof *nodes);
    if (nodes)
        tagger->nodes = nodes;
    struct score *scores = realloc(tagger->scores, capacity * sizeof *scores);
    if (scores)
        tagger->scores = scores;
    if (!nodes || !scores)
        return false;
    tagger->capacity = capacity;
    return true;
}

static void add_rows(const struct tagger *tagger, const uint64_t *keys, size_t count,
                     struct score *sum)
{
    tagger->sequence.kernels->add_rows(tagger->model, keys, count, sum);
}

static void sum_word(const struct tagger *tagger, const struct word *word, quern_string text,
                     int offset, struct score *sum)
{
    uint64_t keys[WORD_FEATURES];
    *sum = (struct score){0};
    add_rows(tagger, keys, features_of_word(tagger->model, word, offset, keys), sum);
    if (offset == 0)
        add_rows(tagger, keys, features_of_spelling(word, text, keys), sum);
}

/* Adds what a word by itself says, from the lexicon where it stands there. */
static void add_word(struct tagger *tagger, const struct unit *unit, size_t i, int offset,
                     struct score *score)
{
    const struct word *word = &unit->words[i];
    quern_string text = {unit->text.data + word->begin, word->end - word->begin};
    unsigned which = (unsigned)(offset + REACH);
    struct entry *entry = lexicon_entry(tagger->lexicon, word, text);
    struct score sum;
    if (!entry)
        sum_word(tagger, word, text, offset, &sum);
    else if (!(entry->summed & 1U << which)) {
        sum_word(tagger, word, text, offset, &entry->sums[which]);
        entry->summed |= (uint8_t)(1U << which);
    }
    const struct score *from = entry ? &entry->sums[which] : &sum;
    tagger->sequence.kernels->add(from, score);
}

static void take_points(struct score *score, unsigned first, unsigned every, int points)
{
    for (unsigned tag = first; tag < TAGS; tag += every)
        score->of[tag] = add_points(score->of[tag], -points);
}

/* What the rules found, and what they looked at and left alone, is more certain on news than the
 * corpora let the model believe: it counts again, in points, by how much speaks for it. */
#define REJECTED 10
#define NO_NAME_ALONE 80

static void add_trust(const struct sign *sign, struct score *score)
{
    static const int trust[STRENGTHS] = {0, 0, 10, 30, 40, 40};
    if (sign->rule < NAME_KINDS) {
        int16_t *points = &score->of[TAG(sign->rule, sign->rule_place)];
        *points = add_points(*points, trust[sign->strength]);
        return;
    }
    if (sign->rule == LABEL_NONE && sign->strength > 0)
        take_points(score, 0, 1, REJECTED);
    if (sign->lists & CLASS(NOT_NAME))
        take_points(score, TAG_U, TAG_PLACES, NO_NAME_ALONE);
}

/* "Zorbly island": what the rules take for a place, before a word that says so. */
#define PLACE_BESIDE 20

static void add_place_noun(const struct unit *unit, size_t i, const struct sign *sign,
                           struct score *score)
{
    bool last = sign->rule_place == TAG_U || sign->rule_place == TAG_L;
    if (sign->rule != LABEL_LOC || !last || !is_small(unit, i + 1) ||
        !is_class(unit, i + 1, CLASS(PLACE_NOUN)))
        return;
    int16_t *points = &score->of[TAG(LABEL_LOC, sign->rule_place)];
    *points = add_points(*points, PLACE_BESIDE);
}

/* "Haulage is ...": the first word of a sentence, which the rules left alone, no list of names has and
 * which stands nowhere else with a capital, is hardly a name by itself. */
#define CAPITAL_OWED 40

static void take_opening(const struct reading *reading, size_t i, struct score *score)
{
    const classes names = NAMES | CLASS(GIVEN) | CLASS(SURNAME);
    const struct sign *sign = &reading->signs[i];
    if (i == 0 && sign->rule == LABEL_NONE && !(sign->lists & names) &&
        sign->mention != KEYS_NONE && reading->mentions.items[sign->mention].count == 1)
        take_points(score, TAG_U, TAG_PLACES, CAPITAL_OWED);
}

/* As many sums of parts are kept, each where its sign sends it. */
#define MEMOS 2048

static const struct memo *recall(struct tagger *tagger, const struct view *view, size_t part)
{
    uint64_t sign[SIGN_SIZE] = {0}, keys[PLACE_FEATURES], hash = 0;
    feature_parts[part].sign(view, sign);
    sign[SIGN_SIZE - 1] |= (uint64_t)part << 32;
    for (size_t i = 0; i < SIGN_SIZE; i++) {
        hash = (hash ^ sign[i]) * 0x9E3779B97F4A7C15U;
        hash ^= hash >> 32;
    }
    struct memo *memo = &tagger->memos[hash % MEMOS];
    if (memcmp(memo->sign, sign, sizeof sign) != 0) {
        memcpy(memo->sign, sign, sizeof sign);
        memo->sum = (struct score){0};
        add_rows(tagger, keys, feature_parts[part].add(view, keys), &memo->sum);
    }
    return memo;
}

static void add_place(struct tagger *tagger, const struct view *view, struct score *score)
{
    uint64_t keys[PLACE_FEATURES];
    size_t count = 0;
    for (size_t part = 0; part < FEATURE_PARTS; part++)
        if (feature_parts[part].sign)
            tagger->sequence.kernels->add(&recall(tagger, view, part)->sum, score);
        else
            count += feature_parts[part].add(view, keys + count);
    add_rows(tagger, keys, count, score);
}

static void score_word(struct tagger *tagger, const struct reading *reading,
                       const struct unit *unit, size_t i, struct score *score)
{
    uint64_t keys[WORD_FEATURES];
    struct view view;
    *score = (struct score){0};
    for (int offset = -REACH; offset <= REACH; offset++) {
        bool inside = offset < 0 ? i >= (size_t)-offset : unit->count - i > (size_t)offset;
        if (inside)
            add_word(tagger, unit, i + (size_t)offset, offset, score);
        else
            add_rows(tagger, keys, features_of_edge(offset, keys), score);
    }
    view_place(&view, tagger->model, reading, unit, i);
    add_place(tagger, &view, score);
    add_trust(&reading->signs[i], score);
    add_place_noun(unit, i, &reading->signs[i], score);
    take_opening(reading, i, score);
}

static bool score_unit(struct tagger *tagger, const struct reading *reading,
                       const struct unit *unit)
{
    const struct sign *signs = reading->signs;
    if (!make_room(tagger, tagger->count + unit->count))
        return false;
    for (size_t i = 0; i < unit->count; i++) {
        if (!signs[i].open)
            continue;
        tagger->nodes[tagger->count] = (struct node){.begin = unit->words[i].begin,
                                                     .end = unit->words[i].end,
                                                     .mention = signs[i].mention,
                                                     .first = i == 0 || !signs[i - 1].open};
        score_word(tagger, reading, unit, i, &tagger->scores[tagger->count]);
        tagger->count++;
    }
    return true;
}

/* The end of the row that begins at a node. */
static size_t row_end(const struct tagger *tagger, size_t begin)
{
    size_t end = begin + 1;
    while (end < tagger->count && end - begin < SEQUENCE_WORDS && !tagger->nodes[end].first)
        end++;
    return end;
}

/* ---- Ballots ---- */

static bool make_ballots(struct tagger *tagger, size_t count)
{
    if (count > tagger->ballot_capacity) {
        size_t capacity = count < 256 ? 512 : count * 2;
        struct ballot *ballots = NULL;
        if (capacity <= SIZE_MAX / sizeof *ballots)
            ballots = realloc(tagger->ballots, capacity * sizeof *ballots);
        if (!ballots)
            return false;
        tagger->ballots = ballots;
        tagger->ballot_capacity = capacity;
    }
    if (count > 0)
        memset(tagger->ballots, 0, count * sizeof *tagger->ballots);
    return true;
}

/* Only a word with several places has anything to say to the others. */
static bool votes(const struct reading *reading, uint32_t mention)
{
    return mention != KEYS_NONE && reading->mentions.items[mention].count > 1;
}

static void cast_ballots(struct tagger *tagger, const struct reading *reading, size_t begin,
                         size_t end)
{
    size_t first = begin;
    while (first < end && !votes(reading, tagger->nodes[first].mention))
        first++;
    if (first == end)
        return;
    sequence_weigh(&tagger->sequence, tagger->scores + begin, end - begin);
    for (size_t i = first; i < end; i++) {
        float kinds[KINDS + 1];
        if (!votes(reading, tagger->nodes[i].mention))
            continue;
        sequence_kinds(&tagger->sequence, i - begin, kinds);
        for (unsigned kind = 0; kind <= KINDS; kind++)
            tagger->ballots[tagger->nodes[i].mention].kinds[kind] += kinds[kind];
    }
}

/* The logarithm of a positive number to the base 2, good to a hundredth. */
static float logarithm(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    float whole = (float)(int)(bits >> 23) - 127;
    bits = (bits & 0x7FFFFF) | 127U << 23;
    float rest;
    memcpy(&rest, &bits, sizeof rest);
    return whole + (rest - 1) * (1.3465F - 0.3465F * rest);
}

/* Turns what the ballots say of a mention into what it adds to the score of each tag, in points. */
#define DOUBT 0.05F

static void count_ballot(const struct ballot *ballot, float vote, struct score *more)
{
    float all = 0;
    for (unsigned kind = 0; kind <= KINDS; kind++)
        all += ballot->kinds[kind];
    float none = logarithm(ballot->kinds[KINDS] + DOUBT * all);
    for (unsigned tag = 0; tag < TAGS; tag++) {
        float odds = logarithm(ballot->kinds[TAG_KIND(tag)] + DOUBT * all) - none;
        more->of[tag] = (int16_t)(odds * vote * MODEL_POINTS_DOUBLE);
    }
}

static void add_ballots(struct tagger *tagger, const struct reading *reading)
{
    for (size_t i = 0; i < reading->mentions.keys.count; i++)
        if (votes(reading, (uint32_t)i))
            count_ballot(&tagger->ballots[i], tagger->vote, &tagger->ballots[i].more);
    for (size_t i = 0; i < tagger->count; i++)
        if (votes(reading, tagger->nodes[i].mention))
            tagger->sequence.kernels->add(&tagger->ballots[tagger->nodes[i].mention].more,
                                          &tagger->scores[i]);
}

/* ---- Names ---- */

static bool add_name(struct names *names, struct name name)
{
    if (names->count == names->capacity) {
        size_t capacity = names->capacity == 0 ? 256 : names->capacity * 2;
        struct name *items = NULL;
        if (capacity <= SIZE_MAX / sizeof *items)
            items = realloc(names->items, capacity * sizeof *items);
        if (!items)
            return false;
        names->items = items;
        names->capacity = capacity;
    }
    names->items[names->count++] = name;
    return true;
}

static bool find_names(struct tagger *tagger, size_t begin, size_t end, struct names *names)
{
    const struct score *scores = tagger->scores + begin;
    uint8_t tags[SEQUENCE_WORDS];
    bool weighed = false;
    sequence_find(&tagger->sequence, scores, end - begin, tags);
    for (size_t i = 0, last; i < end - begin; i = last + 1) {
        last = i;
        if (tags[i] == TAG_OUTSIDE)
            continue;
        if (!weighed)
            sequence_weigh(&tagger->sequence, scores, end - begin);
        weighed = true;
        while (last + 1 < end - begin && TAG_PLACE(tags[last]) != TAG_L &&
               TAG_PLACE(tags[last]) != TAG_U)
            last++;
        struct name name = {.begin = tagger->nodes[begin + i].begin,
                            .end = tagger->nodes[begin + last].end,
                            .kind = (uint8_t)TAG_KIND(tags[i]),
                            .share = sequence_share(&tagger->sequence, i, last + 1, tags)};
        if (!add_name(names, name))
            return false;
    }
    return true;
}

bool tagger_find(struct tagger *tagger, struct reading *reading, struct names *names)
{
    const struct unit *unit;
    tagger->count = 0;
    while ((unit = reading_next(reading)) != NULL)
        if (!score_unit(tagger, reading, unit))
            return false;
    if (reading->units.failed || !make_ballots(tagger, reading->mentions.keys.count))
        return false;
    if (tagger->vote > 0) {
        for (size_t i = 0, end; i < tagger->count; i = end) {
            end = row_end(tagger, i);
            cast_ballots(tagger, reading, i, end);
        }
        add_ballots(tagger, reading);
    }
    for (size_t i = 0, end; i < tagger->count; i = end) {
        end = row_end(tagger, i);
        if (!find_names(tagger, i, end, names))
            return false;
    }
    return true;
}

bool tagger_open(struct tagger *tagger, const struct model *model, struct lexicon *lexicon)
{
    *tagger = (struct tagger){.model = model, .lexicon = lexicon, .vote = 1};
    tagger->memos = calloc(MEMOS, sizeof *tagger->memos);
    if (tagger->memos)
        sequence_open(&tagger->sequence, model, kernels_choose());
    return tagger->memos != NULL;
}

void tagger_close(struct tagger *tagger)
{
    free(tagger->memos);
    free(tagger->nodes);
    free(tagger->scores);
    free(tagger->ballots);
}

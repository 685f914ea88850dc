/* reading.c - see reading.h. */
#include "reading.h"

#include "model.h"

#include <stdlib.h>

/* Room for as many mentions, sightings and signs is kept from one document to the next. */
#define KEPT 16384

static bool grow(void **items, size_t *capacity, size_t count, size_t size)
{
    if (count < *capacity)
        return true;
    size_t wanted = count < 256 ? 512 : count * 2;
    void *grown = wanted <= SIZE_MAX / size ? realloc(*items, wanted * size) : NULL;
    if (!grown)
        return false;
    *items = grown;
    *capacity = wanted;
    return true;
}

/* ---- Mentions ---- */

static void mentions_clear(struct mentions *mentions)
{
    keys_clear(&mentions->keys);
    if (mentions->capacity > KEPT) {
        free(mentions->items);
        mentions->items = NULL;
        mentions->capacity = 0;
    }
    if (mentions->sighting_capacity > KEPT) {
        free(mentions->sightings);
        mentions->sightings = NULL;
        mentions->sighting_capacity = 0;
    }
    mentions->sighting_count = 0;
}

static struct mention *add_mention(struct mentions *mentions, uint64_t key, uint32_t *number)
{
    uint32_t known = mentions->keys.count;
    *number = keys_add(&mentions->keys, key);
    void *items = mentions->items;
    if (*number == KEYS_NONE || !grow(&items, &mentions->capacity, *number, sizeof(struct mention)))
        return NULL;
    mentions->items = items;
    if (*number == known)
        mentions->items[*number] = (struct mention){0};
    return &mentions->items[*number];
}

static bool add_sighting(struct mentions *mentions, struct sighting sighting)
{
    void *items = mentions->sightings;
    if (!grow(&items, &mentions->sighting_capacity, mentions->sighting_count, sizeof sighting))
        return false;
    mentions->sightings = items;
    mentions->sightings[mentions->sighting_count++] = sighting;
    return true;
}

static unsigned look_before(const struct unit *unit, size_t i)
{
    if (i == 0)
        return 0;
    const struct word *word = unit_word(unit, i - 1);
    bool capital = word->shape >= SHAPE_CAPITAL;
    unsigned beside = capital ? BESIDE_CAPITAL : 0;
    if (word->is & (CLASS(HONORIFIC) | CLASS(TITLE)))
        beside |= BESIDE_TITLE;
    if (!capital && (word->is & CLASS(LOCATIVE)))
        beside |= BESIDE_LOCATIVE;
    if (word_is(unit, i - 1, "the"))
        beside |= BESIDE_THE;
    if (capital && (word->is & CLASS(GIVEN)))
        beside |= BESIDE_GIVEN;
    return beside;
}

static unsigned look_after(const struct unit *unit, size_t i)
{
    const struct word *word = unit_word(unit, i + 1);
    bool capital = word->shape >= SHAPE_CAPITAL;
    unsigned beside = capital ? BESIDE_CAPITAL : 0;
    if (!capital && (word->is & CLASS(SPEECH_VERB)))
        beside |= BESIDE_SPEECH;
    if (capital && (word->is & (CLASS(COMPANY_SUFFIX) | CLASS(ORGANISATION_WORD))))
        beside |= BESIDE_COMPANY;
    if (capital && (word->is & CLASS(SURNAME)))
        beside |= BESIDE_SURNAME;
    if (word->is & (CLASS(PLACE_WORD) | CLASS(PLACE_NOUN)))
        beside |= BESIDE_PLACE;
    return word->clitic ? beside | BESIDE_POSSESSIVE : beside;
}

static bool note_mentions(struct mentions *mentions, const struct unit *unit)
{
    for (size_t i = 0; i < unit->count; i++) {
        const struct word *word = &unit->words[i];
        if (word->shape < SHAPE_CAPITAL)
            continue;
        struct sighting sighting = {.begin = word->begin};
        struct mention *mention = add_mention(mentions, word->key, &sighting.mention);
        if (!mention || !add_sighting(mentions, sighting))
            return false;
        mention->count = (uint16_t)(mention->count + (mention->count < UINT16_MAX));
        mention->beside = (uint16_t)(mention->beside | look_before(unit, i) | look_after(unit, i));
    }
    return true;
}

/* What the rules take each sighting for. */
static void count_votes(struct reading *reading)
{
    const struct findings *findings = &reading->findings;
    struct mentions *mentions = &reading->mentions;
    size_t next = 0;
    for (size_t i = 0; i < mentions->sighting_count; i++) {
        const struct sighting *sighting = &mentions->sightings[i];
        while (next < findings->count && findings->items[next].end <= sighting->begin)
            next++;
        bool inside = next < findings->count && findings->items[next].begin <= sighting->begin;
        unsigned label = inside ? findings->items[next].label : NAME_KINDS;
        uint16_t *votes =
            &mentions->items[sighting->mention].votes[label < NAME_KINDS ? label : NAME_KINDS];
        *votes = (uint16_t)(*votes + (*votes < UINT16_MAX));
    }
}

/* ---- The first time ---- */

/* Nothing is tagged where all is capitals, for they say nothing; a dateline is known for what it
 * is. */
static bool is_silent(const struct unit *unit)
{
    return unit->capitals && !unit->place_line && !unit->person_line;
}

static bool apply_rules(const struct unit *unit, struct findings *findings)
{
    for (size_t i = 0; i < unit->count;) {
        enum label label;
        size_t size = amount_read(unit, i, &label);
        if (size > 0) {
            struct finding finding = {.begin = unit->words[i].begin,
                                      .end = unit->words[i + size - 1].end,
                                      .label = (uint8_t)label};
            if (label == LABEL_DATE)
                finding.when = when_read(unit, i, i + size);
            if (!findings_add(findings, finding))
                return false;
            i += size;
        } else if ((i = names_read(unit, i, findings)) == 0)
            return false;
    }
    return true;
}

bool reading_begin(struct reading *reading, quern_document *doc)
{
    findings_clear(&reading->findings);
    memories_clear(&reading->memories);
    mentions_clear(&reading->mentions);
    units_begin(&reading->units, doc);
    const struct unit *unit;
    while ((unit = units_next(&reading->units)) != NULL)
        if (!is_silent(unit) &&
            (!apply_rules(unit, &reading->findings) || !note_mentions(&reading->mentions, unit)))
            return false;
    if (reading->units.failed ||
        !findings_decide(&reading->findings, &reading->memories, quern_text(doc)))
        return false;
    count_votes(reading);
    units_begin(&reading->units, doc);
    reading->next_finding = reading->next_sighting = 0;
    return true;
}

/* ---- The second time ---- */

static uint8_t place_in(size_t i, size_t begin, size_t end)
{
    if (end - begin == 1)
        return TAG_U;
    return i == begin ? TAG_B : i + 1 == end ? TAG_L : TAG_I;
}

static void sign_lists(const struct unit *unit, struct sign *signs)
{
    for (size_t i = 0; i < unit->count;) {
        classes found = 0;
        size_t size = 1;
        if (is_class(unit, i, CLASS(PREFIX)))
            size = unit_find_phrase(unit, i, NAMES, &found);
        if (size < 2) {
            size = 1;
            found = unit->words[i].is | unit->words[i].small;
        }
        for (size_t k = i; k < i + size; k++) {
            signs[k].lists = found & ~CLASS(PREFIX);
            signs[k].phrase_place = place_in(k, i, i + size);
        }
        i += size;
    }
}

static uint8_t strength_of(const struct finding *finding)
{
    if (!finding->name)
        return 0;
    int points = finding->points;
    return (uint8_t)(points < 8 ? 1 : points < 16 ? 2 : points < 24 ? 3 : points < 44 ? 4 : 5);
}

/* The words that a finding covers. */
static void sign_rules(struct reading *reading, const struct unit *unit, struct sign *signs)
{
    const struct findings *findings = &reading->findings;
    for (size_t i = 0; i < unit->count && reading->next_finding < findings->count;) {
        const struct finding *finding = &findings->items[reading->next_finding];
        if (finding->begin >= unit->words[i].end) {
            i++;
            continue;
        }
        size_t end = i;
        while (end < unit->count && unit->words[end].begin < finding->end)
            end++;
        for (size_t k = i; k < end; k++) {
            signs[k].rule = finding->label;
            signs[k].rule_place = place_in(k, i, end);
            signs[k].strength = strength_of(finding);
        }
        i = end;
        reading->next_finding++;
    }
}

static void sign_mentions(struct reading *reading, const struct unit *unit, struct sign *signs)
{
    const struct mentions *mentions = &reading->mentions;
    for (size_t i = 0; i < unit->count; i++) {
        size_t next = reading->next_sighting;
        if (next < mentions->sighting_count &&
            mentions->sightings[next].begin == unit->words[i].begin) {
            signs[i].mention = mentions->sightings[next].mention;
            reading->next_sighting++;
        }
    }
}

/* A word may be part of a name when it has a capital or a digit, or stands beside such a one. */
static void sign_open(const struct unit *unit, struct sign *signs)
{
    for (size_t i = 0; i < unit->count; i++) {
        if (unit->words[i].shape < SHAPE_CAPITAL && unit->words[i].shape != SHAPE_DIGIT &&
            signs[i].rule >= NAME_KINDS)
            continue;
        signs[i].open = true;
        if (unit->words[i].shape == SHAPE_DIGIT)
            continue;
        if (i > 0)
            signs[i - 1].open = true;
        if (i + 1 < unit->count)
            signs[i + 1].open = true;
    }
}

const struct unit *reading_next(struct reading *reading)
{
    const struct unit *unit = units_next(&reading->units);
    if (!unit)
        return NULL;
    void *signs = reading->signs;
    if (!grow(&signs, &reading->sign_capacity, unit->count, sizeof *reading->signs)) {
        reading->units.failed = true;
        return NULL;
    }
    reading->signs = signs;
    for (size_t i = 0; i < unit->count; i++)
        reading->signs[i] = (struct sign){.mention = KEYS_NONE, .rule = LABEL_NONE};
    if (is_silent(unit))
        return unit;
    sign_lists(unit, reading->signs);
    sign_rules(reading, unit, reading->signs);
    sign_mentions(reading, unit, reading->signs);
    sign_open(unit, reading->signs);
    return unit;
}

/* ---- Memory ---- */

void reading_open(struct reading *reading, struct lexicon *lexicon)
{
    *reading = (struct reading){.units.lexicon = lexicon};
    memories_open(&reading->memories);
    keys_open(&reading->mentions.keys);
}

void reading_end(struct reading *reading)
{
    units_release(&reading->units);
    if (reading->sign_capacity > KEPT) {
        free(reading->signs);
        reading->signs = NULL;
        reading->sign_capacity = 0;
    }
    findings_clear(&reading->findings);
    memories_clear(&reading->memories);
    mentions_clear(&reading->mentions);
}

void reading_close(struct reading *reading)
{
    units_free(&reading->units);
    findings_free(&reading->findings);
    memories_close(&reading->memories);
    keys_close(&reading->mentions.keys);
    free(reading->mentions.items);
    free(reading->mentions.sightings);
    free(reading->signs);
}

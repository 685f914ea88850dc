/* examples.c - corpora as the learner sees them: for each word its features, and its tags. */
#include "train.h"

#include <stdlib.h>
#include <string.h>

/* ---- Features ---- */

static uint32_t number_of(struct examples *examples, uint64_t key)
{
    uint32_t number = keys_add(&examples->numbers, key);
    if (number == KEYS_NONE)
        die("memory", "not enough");
    if (number == examples->key_count) {
        examples->keys =
            make_room(examples->keys, number, &examples->key_capacity, sizeof *examples->keys);
        examples->seen =
            make_room(examples->seen, number, &examples->seen_capacity, sizeof *examples->seen);
        examples->spelling = make_room(examples->spelling, number, &examples->spelling_capacity,
                                       sizeof *examples->spelling);
        examples->keys[number] = key;
        examples->seen[number] = 0;
        examples->spelling[number] = false;
        examples->key_count++;
    }
    return number;
}

static void add_features(struct examples *examples, const uint64_t *keys, size_t count,
                         bool spelling)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t number = number_of(examples, keys[i]);
        examples->seen[number]++;
        examples->spelling[number] |= spelling;
        examples->features = make_room(examples->features, examples->feature_count,
                                       &examples->feature_capacity, sizeof *examples->features);
        examples->features[examples->feature_count++] = number;
    }
}

static void add_word(struct examples *examples, const struct model *model,
                     const struct reading *reading, const struct unit *unit, size_t i,
                     uint32_t allowed)
{
    uint64_t keys[WORD_FEATURES + PLACE_FEATURES];
    size_t n = examples->word_count++;
    examples->allowed =
        make_room(examples->allowed, n, &examples->word_capacity, sizeof *examples->allowed);
    examples->features_at = make_room(examples->features_at, n + 1, &examples->at_capacity,
                                      sizeof *examples->features_at);
    examples->allowed[n] = allowed;
    examples->features_at[n] = examples->feature_count;
    for (int offset = -REACH; offset <= REACH; offset++) {
        size_t k = i + REACH + (size_t)offset; /* REACH too large */
        bool inside = k >= REACH && k - REACH < unit->count;
        size_t count = inside ? features_of_word(model, &unit->words[k - REACH], offset, keys)
                              : features_of_edge(offset, keys);
        add_features(examples, keys, count, false);
    }
    const struct word *word = &unit->words[i];
    quern_string text = {unit->text.data + word->begin, word->end - word->begin};
    add_features(examples, keys, features_of_spelling(word, text, keys), true);
    struct view view;
    view_place(&view, model, reading, unit, i);
    for (size_t part = 0; part < FEATURE_PARTS; part++)
        add_features(examples, keys, feature_parts[part].add(&view, keys), false);
    examples->features_at[n + 1] = examples->feature_count;
}

/* ---- Tags ---- */

/* Where a kind of name was not labelled, a word outside of names may be part of one. */
static uint32_t allow(unsigned tag, unsigned kinds)
{
    if (kinds == 0)
        return ALL_TAGS;
    uint32_t allowed = 1U << tag;
    for (unsigned kind = 0; kind < NAME_KINDS && tag == TAG_OUTSIDE; kind++)
        if (!(kinds & 1U << kind))
            allowed |= 15U << TAG(kind, TAG_B);
    return allowed;
}

/* Of a name that is not open as a whole, nothing is known. */
static bool is_cut(const struct sign *signs, const uint8_t *tags, size_t i, size_t count)
{
    if (tags[i] == TAG_OUTSIDE || TAG_PLACE(tags[i]) == TAG_U)
        return false;
    size_t begin = i, end = i;
    while (begin > 0 && TAG_PLACE(tags[begin]) != TAG_B)
        begin--;
    while (end + 1 < count && TAG_PLACE(tags[end]) != TAG_L)
        end++;
    for (; begin <= end; begin++)
        if (!signs[begin].open)
            return true;
    return false;
}

/* Some corpora have peoples and their adjectives as places ("North Korean"); here they are MISC. */
static void move_peoples(const struct sign *signs, uint8_t *tags, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        classes lists = signs[i].lists;
        if (tags[i] != TAG_OUTSIDE && TAG_KIND(tags[i]) == LABEL_LOC && (lists & CLASS(PEOPLE)) &&
            !(lists & (CLASS(PLACE) | CLASS(MAJOR_PLACE))) &&
            TAG_PLACE(tags[i]) == signs[i].phrase_place)
            tags[i] = (uint8_t)TAG(LABEL_MISC, TAG_PLACE(tags[i]));
    }
}

static void add_unit(struct examples *examples, const struct model *model,
                     const struct corpus *corpus, const struct reading *reading,
                     const struct unit *unit, uint8_t *tags)
{
    const struct sign *signs = reading->signs;
    move_peoples(signs, tags, unit->count);
    for (size_t i = 0; i < unit->count; i++) {
        if (!signs[i].open)
            continue;
        if (i == 0 || !signs[i - 1].open) {
            examples->items = make_room(examples->items, examples->count, &examples->capacity,
                                        sizeof *examples->items);
            examples->items[examples->count++] = (struct example){.first = examples->word_count,
                                                                  .weight = corpus->weight,
                                                                  .unlabelled = corpus->kinds == 0};
        }
        bool cut = is_cut(signs, tags, i, unit->count);
        add_word(examples, model, reading, unit, i, cut ? ALL_TAGS : allow(tags[i], corpus->kinds));
        examples->items[examples->count - 1].end = examples->word_count;
    }
}

void examples_add(struct examples *examples, const struct model *model, const struct corpus *corpus,
                  const char *path)
{
    struct lexicon lexicon;
    struct reading reading;
    struct corpus_reader corpus_reader;
    struct gold gold = {0};
    if (!examples->numbers.slots)
        keys_open(&examples->numbers);
    if (!lexicon_open(&lexicon, model))
        die("memory", "not enough");
    reading_open(&reading, &lexicon);
    corpus_open(&corpus_reader, corpus, path);
    while (corpus_next(&corpus_reader, &gold)) {
        const struct unit *unit;
        size_t at = 0;
        if (!reading_begin(&reading, gold.doc))
            die("memory", "not enough");
        for (; (unit = reading_next(&reading)) != NULL; at += unit->count)
            add_unit(examples, model, corpus, &reading, unit, gold.tags + at);
        if (at != gold.count)
            die(path, "some tokens were passed over");
        quern_document_free(gold.doc);
    }
    corpus_close(&corpus_reader);
    reading_close(&reading);
    lexicon_close(&lexicon);
    free(gold.tags);
}

/* ---- Pruning ---- */

void examples_prune(struct examples *examples, uint32_t least)
{
    uint32_t *number = allocate(examples->key_count, sizeof *number), kept = 0;
    for (size_t i = 0; i < examples->key_count; i++) {
        number[i] = examples->seen[i] < least ? KEYS_NONE : kept;
        if (number[i] == KEYS_NONE)
            continue;
        examples->keys[kept] = examples->keys[i];
        examples->spelling[kept] = examples->spelling[i];
        examples->seen[kept++] = examples->seen[i];
    }
    size_t count = 0, begin = 0;
    for (size_t i = 0; i < examples->word_count; i++) {
        size_t end = examples->features_at[i + 1];
        for (size_t k = begin; k < end; k++)
            if (number[examples->features[k]] != KEYS_NONE)
                examples->features[count++] = number[examples->features[k]];
        begin = end;
        examples->features_at[i + 1] = count;
    }
    examples->key_count = kept;
    examples->feature_count = count;
    keys_close(&examples->numbers);
    free(number);
}

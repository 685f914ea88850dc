/* words.c - see words.h. */
#include "lexicon.h"

/* Capitals say nothing where there are no small letters at all. */
static bool all_capitals(const struct unit *unit)
{
    size_t capitals = 0;
    for (size_t i = 0; i < unit->count; i++) {
        const struct word *word = &unit->words[i];
        if (word->shape == SHAPE_SMALL || (word->shape == SHAPE_CAPITAL && !word->initial))
            return false;
        capitals += word->shape == SHAPE_CAPITALS;
    }
    return capitals > 0;
}

/* Two of three words that are long enough to be written large in a title are. */
static bool most_capital(const struct unit *unit)
{
    size_t large = 0, all = 0;
    for (size_t i = 0; i < unit->count; i++) {
        const struct word *word = &unit->words[i];
        bool counts = word->shape >= SHAPE_SMALL && word->end - word->begin > 3;
        all += counts;
        large += counts && word->shape >= SHAPE_CAPITAL;
    }
    return large * 3 >= all * 2;
}

static bool is_opaque(struct unit *unit, uint32_t label)
{
    if (label == unit->plain)
        return false;
    for (size_t i = 0; i < OPAQUE_LABELS; i++)
        if (unit->opaque[i] == label)
            return true;
    unit->plain = label;
    return false;
}

static quern_string text_of(const struct unit *unit, const struct word *word)
{
    return (quern_string){unit->text.data + word->begin, word->end - word->begin};
}

/* Sets where the words of the unit stand, and has the lexicon seek them, so that it need not wait for
 * memory when they are read: until then a word's key is its hash, and that of an opaque one 0. */
static void seek_words(struct unit *unit, const quern_span *tokens, size_t count)
{
    unit->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (tokens[i].begin < unit->covered)
            continue;
        struct word *word = &unit->words[unit->count];
        word->begin = tokens[i].begin;
        word->end = tokens[i].end;
        word->glued = unit->count > 0 && unit->covered == word->begin;
        word->key =
            is_opaque(unit, tokens[i].label) ? 0 : lexicon_seek(unit->lexicon, text_of(unit, word));
        unit->covered = word->end;
        unit->count++;
    }
}

void unit_read(struct unit *unit, const quern_span *tokens, size_t count)
{
    seek_words(unit, tokens, count);
    for (size_t i = 0; i < unit->count; i++) {
        struct word *word = &unit->words[i], place = *word;
        if (place.key == 0)
            *word = (struct word){.cluster = NO_CLUSTER};
        else
            lexicon_read(unit->lexicon, word, text_of(unit, &place), place.key);
        word->begin = place.begin;
        word->end = place.end;
        word->glued = place.glued;
    }
    unit->capitals = all_capitals(unit);
    unit->titled = most_capital(unit);
}

bool word_spells(const struct unit *unit, const struct word *word, const char *text)
{
    const char *bytes = unit->text.data + word->begin;
    for (size_t k = 0; text[k]; k++)
        if ((bytes[k] >= 'A' && bytes[k] <= 'Z' ? bytes[k] + ('a' - 'A') : bytes[k]) != text[k])
            return false;
    return true;
}

bool word_is_any(const struct unit *unit, size_t i, const char *const texts[])
{
    const struct word *word = unit_word(unit, i);
    if (word->end == 0)
        return false;
    char first = unit->text.data[word->begin];
    first = (char)(first >= 'A' && first <= 'Z' ? first + ('a' - 'A') : first);
    for (; *texts; texts++)
        if (**texts == first && word_is(unit, i, *texts))
            return true;
    return false;
}

static void add_word(struct phrase *phrase, const struct unit *unit, size_t i, bool first,
                     enum folding folding)
{
    const struct word *word = &unit->words[i];
    if (!first && !word->glued)
        phrase_space(phrase);
    phrase_add(phrase, unit->text.data + word->begin, word->end - word->begin, folding);
}

static size_t find_phrase(const struct unit *unit, size_t begin, classes wanted, classes *found,
                          enum folding folding)
{
    struct phrase phrase = {0};
    size_t longest = 0;
    for (size_t i = begin; i < unit->count && i - begin < PHRASE_WORDS; i++) {
        add_word(&phrase, unit, i, i == begin, folding);
        if (unit->words[i].hyphen)
            continue;
        classes is = i == begin ? unit->words[i].is : gazetteer_find(&phrase);
        if (is & wanted) {
            longest = i + 1 - begin;
            *found = is;
        }
        if (!(is & CLASS(PREFIX)))
            break;
    }
    return longest;
}

/* Do the lists know no phrase that begins with this word and the next? It is remembered, for most pairs
 * of words come again. */
static bool is_barren(const struct unit *unit, size_t i)
{
    const struct word *word = &unit->words[i], *next = unit_word(unit, i + 1);
    if (next->key == 0 || next->hyphen)
        return false;
    struct barren pair = {word->key, next->key ^ next->glued};
    struct barren *kept = &unit->lexicon->barren[(pair.first ^ pair.second) % BARREN_PAIRS];
    if (kept->first == pair.first && kept->second == pair.second)
        return true;
    struct phrase phrase = {0};
    add_word(&phrase, unit, i, true, FOLD_NOTHING);
    add_word(&phrase, unit, i + 1, false, FOLD_NOTHING);
    if (gazetteer_find(&phrase) != 0)
        return false;
    *kept = pair;
    return true;
}

/* Most words begin no phrase that is longer than they are. */
size_t unit_find_phrase(const struct unit *unit, size_t i, classes wanted, classes *found)
{
    const struct word *word = unit_word(unit, i);
    bool prefix = (word->is & CLASS(PREFIX)) != 0;
    size_t size = (word->is & wanted) != 0;
    if (size > 0)
        *found = word->is;
    if (word->hyphen || (prefix && !is_barren(unit, i)))
        size = find_phrase(unit, i, wanted, found, FOLD_NOTHING);
    if (size > 1 || word->shape != SHAPE_CAPITALS || !prefix)
        return size;
    classes folded = 0;
    size_t folded_size = find_phrase(unit, i, wanted, &folded, FOLD_TAIL);
    if (folded_size > size) {
        *found = folded;
        return folded_size;
    }
    return size;
}

uint64_t unit_key(const struct unit *unit, size_t begin, size_t end)
{
    struct phrase phrase = {0};
    for (size_t i = begin; i < end; i++)
        add_word(&phrase, unit, i, i == begin, FOLD_NOTHING);
    return phrase_key(&phrase);
}

/* words.c - see words.h. */
#include "lexicon.h"

#include <string.h>

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

static bool is_opaque(const struct unit *unit, uint32_t label)
{
    for (size_t i = 0; i < OPAQUE_LABELS; i++)
        if (unit->opaque[i] == label)
            return true;
    return false;
}

void unit_read(struct unit *unit, const quern_span *tokens, size_t count)
{
    unit->count = 0;
    for (size_t i = 0; i < count; i++) {
        quern_string text = {unit->text.data + tokens[i].begin, tokens[i].end - tokens[i].begin};
        if (tokens[i].begin < unit->covered)
            continue;
        struct word *word = &unit->words[unit->count];
        if (is_opaque(unit, tokens[i].label))
            *word = (struct word){.cluster = NO_CLUSTER};
        else
            lexicon_read(unit->lexicon, word, text);
        word->begin = tokens[i].begin;
        word->end = tokens[i].end;
        word->glued = unit->count > 0 && unit->covered == tokens[i].begin;
        unit->covered = word->end;
        unit->count++;
    }
    unit->capitals = all_capitals(unit);
    unit->titled = most_capital(unit);
}

const struct word *unit_word(const struct unit *unit, size_t i)
{
    static const struct word nothing;
    return i < unit->count ? &unit->words[i] : &nothing;
}

bool word_is(const struct unit *unit, size_t i, const char *text)
{
    const struct word *word = unit_word(unit, i);
    size_t size = strlen(text);
    if (word->end - word->begin != size)
        return false;
    for (size_t k = 0; k < size; k++) {
        char byte = unit->text.data[word->begin + k];
        if ((byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte) != text[k])
            return false;
    }
    return true;
}

bool word_is_any(const struct unit *unit, size_t i, const char *const texts[])
{
    while (*texts && !word_is(unit, i, *texts))
        texts++;
    return *texts != NULL;
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

size_t unit_find_phrase(const struct unit *unit, size_t i, classes wanted, classes *found)
{
    size_t size = find_phrase(unit, i, wanted, found, FOLD_NOTHING);
    if (size > 1 || unit_word(unit, i)->shape != SHAPE_CAPITALS)
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

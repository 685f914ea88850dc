/* words.c - see words.h. */
#include "words.h"

#include <string.h>
#include <utf8proc.h>

static bool is_capital_letter(uint32_t code)
{
    if (code < 0x80)
        return code >= 'A' && code <= 'Z';
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
    return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LT;
}

static bool is_letter(uint32_t code)
{
    if (code < 0x80)
        return (code | 0x20) >= 'a' && (code | 0x20) <= 'z';
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

/* How the letters of a word are spread. */
struct letters {
    size_t capitals, small;
    bool first_capital;
    bool hyphen_capital, hyphen_small; /* what stands after a hyphen inside */
};

static struct letters count_letters(quern_string word)
{
    struct letters letters = {0};
    bool hyphen = false;
    for (size_t at = 0; at < word.size;) {
        bool first = at == 0;
        uint32_t code = quern_next_char(word, &at);
        bool capital = is_capital_letter(code);
        bool letter = capital || is_letter(code);
        letters.capitals += capital;
        letters.small += letter && !capital;
        letters.first_capital |= first && capital;
        letters.hyphen_capital |= hyphen && capital;
        letters.hyphen_small |= hyphen && letter && !capital;
        hyphen = code == '-' || code == 0x2010 || code == 0x2011;
    }
    return letters;
}

/* "U.S.-led" and "pro-Russian" are no names, "Jean-Claude" and "al-Qaida" are. */
static enum shape shape_of(quern_string word, const struct letters *letters)
{
    if (word.data[0] >= '0' && word.data[0] <= '9')
        return SHAPE_DIGIT;
    if (letters->capitals + letters->small == 0)
        return SHAPE_OTHER;
    if (letters->hyphen_small)
        return SHAPE_SMALL;
    if (letters->first_capital)
        return letters->small == 0 && letters->capitals > 1 ? SHAPE_CAPITALS : SHAPE_CAPITAL;
    bool article = letters->hyphen_capital && word.size > 3 && word.data[2] == '-';
    return article ? SHAPE_CAPITAL : SHAPE_SMALL;
}

static classes find_folded(quern_string word, enum folding folding)
{
    struct phrase phrase = {0};
    phrase_add(&phrase, word.data, word.size, folding);
    return gazetteer_find(&phrase);
}

/* What the parts of a hyphenated word that no list knows say of the whole. */
static classes join_classes(classes first, classes last)
{
    const classes places = CLASS(MAJOR_PLACE) | CLASS(PLACE);
    classes both = first & last & (CLASS(PEOPLE) | CLASS(GIVEN) | CLASS(SURNAME));
    if ((first & CLASS(MAJOR_PLACE)) && (last & places))
        both |= CLASS(MAJOR_PLACE);
    if (first & CLASS(CARDINAL))
        both |= last & (CLASS(CARDINAL) | CLASS(ORDINAL)) ? last : 0;
    if ((first & CLASS(CARDINAL)) && (last & CLASS(MULTIPLIER)))
        both |= CLASS(CARDINAL);
    if ((first & CLASS(RELATIVE)) && (last & (CLASS(MONTH) | CLASS(DAY))))
        both |= CLASS(DAY);
    return both;
}

static classes find_parts(quern_string word, enum folding folding)
{
    size_t first = 0, last = word.size;
    while (first < word.size && word.data[first] != '-')
        first++;
    while (last > 0 && word.data[last - 1] != '-')
        last--;
    if (first == 0 || last == 0 || last == word.size)
        return 0;
    classes begin = find_folded((quern_string){word.data, first}, folding);
    if (word.data[last] >= '0' && word.data[last] <= '9')
        return begin & CLASS(RELATIVE) ? CLASS(DAY) : 0;
    quern_string rest = {word.data + last, word.size - last};
    return join_classes(begin, find_folded(rest, folding));
}

#define SMALL_CLASSES                                                                              \
    (CLASS(COMMON) | CLASS(FUNCTION) | CLASS(CARDINAL) | CLASS(ORDINAL) | CLASS(RELATIVE))

/* What the lists say of a word that begins with a capital, when it is written small. */
static classes find_small(quern_string word)
{
    classes small = find_folded(word, FOLD_ALL) & SMALL_CLASSES;
    return small != 0 ? small : find_parts(word, FOLD_ALL) & SMALL_CLASSES;
}

static void look_up(struct word *word, quern_string text, bool capital)
{
    word->is = find_folded(text, FOLD_NOTHING);
    if ((word->is & ~CLASS(PREFIX)) == 0)
        word->is |= find_parts(text, FOLD_NOTHING);
    if (!capital || (word->shape == SHAPE_CAPITALS && (word->is & NAMES)))
        return; /* "US" is not "us" */
    word->small = find_small(text);
    bool unknown = (word->is & ~CLASS(PREFIX)) == 0;
    if (unknown && word->shape == SHAPE_CAPITALS && text.size > 3)
        word->is |= find_folded(text, FOLD_TAIL);
}

/* "Ki-moon", "Jong-il": may be a given name in two syllables, behind a family name. */
static bool is_syllables(quern_string word, const struct letters *letters)
{
    size_t first = 0;
    while (first < word.size && word.data[first] != '-')
        first++;
    if (!letters->first_capital || letters->capitals > 1 || first < 2 || first > 5 ||
        word.size - first < 3 || word.size - first > 7)
        return false;
    return !(find_folded((quern_string){word.data, first}, FOLD_NOTHING) & NAMES);
}

static bool spells_hyphen(quern_string text)
{
    return (text.size == 1 && text.data[0] == '-') ||
           (text.size == 3 && memcmp(text.data, "\xE2\x80", 2) == 0 &&
            ((unsigned char)text.data[2] == 0x90 || (unsigned char)text.data[2] == 0x91));
}

static bool spells_clitic(quern_string text)
{
    return text.data[0] == '\'' || (text.size >= 3 && memcmp(text.data, "\xE2\x80\x99", 3) == 0);
}

static void read_word(struct word *word, quern_string text)
{
    struct letters letters = count_letters(text);
    word->shape = shape_of(text, &letters);
    word->hyphen = spells_hyphen(text);
    word->clitic = spells_clitic(text);
    word->initial =
        letters.capitals == 1 && letters.small == 0 && letters.first_capital && text.size <= 3;
    if (word->shape > SHAPE_DIGIT && !word->clitic)
        look_up(word, text, letters.first_capital);
    word->syllables = letters.hyphen_small && is_syllables(text, &letters);
}

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
        *word = (struct word){.begin = tokens[i].begin, .end = tokens[i].end};
        word->glued = unit->count > 0 && unit->covered == tokens[i].begin;
        if (!is_opaque(unit, tokens[i].label))
            read_word(word, text);
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

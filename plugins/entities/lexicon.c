/* lexicon.c - see lexicon.h. */
#include "lexicon.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Of a longer word, what follows says nothing about its form. */
#define FORM_BYTES 64

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
    word->is = gazetteer_find_key(word->key);
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

/* The letters of a word in short: a capital is X, a small letter x, a digit 0, and runs of the same
 * are one; a second capital is told from a first. */
static uint32_t form_of(quern_string word)
{
    uint32_t form = 1, last = 0;
    for (size_t at = 0; at < word.size && at < FORM_BYTES;) {
        uint32_t code = quern_next_char(word, &at);
        uint32_t class = code >= '0' && code <= '9' ? '0'
                         : is_capital_letter(code)  ? (last == 'X' ? 'Y' : 'X')
                         : is_letter(code)          ? 'x'
                                                    : code;
        bool again = class == last || (class == 'X' && last == 'Y');
        if (!again)
            form = (form ^ class) * 0x9E3779B1U;
        last = again ? last : class;
    }
    return form ^ form >> 15;
}

/* The key of a word in small letters; digits are all one. */
static uint64_t small_key(quern_string text)
{
    struct phrase phrase = {0};
    for (size_t i = 0, next = 0; i < text.size; i = next) {
        bool digit = text.data[i] >= '0' && text.data[i] <= '9';
        next = i + 1;
        while (!digit && next < text.size && !(text.data[next] >= '0' && text.data[next] <= '9'))
            next++;
        phrase_add(&phrase, digit ? "0" : text.data + i, next - i, FOLD_ALL);
    }
    return phrase_key(&phrase);
}

static void read_word(struct word *word, quern_string text)
{
    struct letters letters = count_letters(text);
    struct phrase phrase = {0};
    phrase_add(&phrase, text.data, text.size, FOLD_NOTHING);
    word->key = phrase_key(&phrase);
    word->lower = small_key(text);
    word->form = form_of(text);
    word->shape = (uint8_t)shape_of(text, &letters);
    word->hyphen = spells_hyphen(text);
    word->clitic = spells_clitic(text);
    word->initial =
        letters.capitals == 1 && letters.small == 0 && letters.first_capital && text.size <= 3;
    if (word->shape > SHAPE_DIGIT && !word->clitic)
        look_up(word, text, letters.first_capital);
    word->syllables = letters.hyphen_small && is_syllables(text, &letters);
}

/* ---- The words that were read last ---- */

/* Up to eight bytes, with zeros behind them. */
static uint64_t load_bytes(const char *bytes, size_t size)
{
    uint32_t low = 0, high = 0;
    uint64_t all;
    if (size >= 8) {
        memcpy(&all, bytes, sizeof all);
        return all;
    }
    if (size < 4) {
        for (size_t i = size; i-- > 0;)
            low = low << 8 | (unsigned char)bytes[i];
        return low;
    }
    memcpy(&low, bytes, sizeof low);
    memcpy(&high, bytes + size - sizeof high, sizeof high);
    return low | (uint64_t)high << 8 * (size - sizeof high);
}

static void load_text(quern_string text, uint64_t parts[LEXICON_BYTES / 8])
{
    for (size_t i = 0; i < LEXICON_BYTES / 8; i++)
        parts[i] = text.size > 8 * i ? load_bytes(text.data + 8 * i, text.size - 8 * i) : 0;
}

static bool is_text(const struct entry *entry, const uint64_t parts[LEXICON_BYTES / 8], size_t size)
{
    return ((entry->text[0] ^ parts[0]) | (entry->text[1] ^ parts[1]) |
            (entry->text[2] ^ parts[2]) | (entry->size ^ size)) == 0;
}

/* Never 0. Where a word is kept changes nothing but the time that it takes. */
static uint64_t hash_parts(const uint64_t parts[LEXICON_BYTES / 8])
{
    uint64_t hash = 0;
    for (size_t i = 0; i < LEXICON_BYTES / 8; i++) {
        hash = (hash ^ parts[i]) * 0x9E3779B97F4A7C15U;
        hash ^= hash >> 32;
    }
    return hash | 1;
}

static uint32_t tag_of(uint64_t hash)
{
    return (uint32_t)(hash >> 32) | 1;
}

static size_t set_of(uint64_t hash)
{
    return (size_t)((hash & UINT32_MAX) * LEXICON_SETS >> 32) * LEXICON_WAYS;
}

uint64_t lexicon_seek(const struct lexicon *lexicon, quern_string text)
{
    uint64_t parts[LEXICON_BYTES / 8];
    load_text(text, parts);
    uint64_t hash = hash_parts(parts);
    size_t set = set_of(hash);
    for (size_t i = set; i < set + LEXICON_WAYS; i++)
        if (lexicon->tags[i] == tag_of(hash)) {
            __builtin_prefetch(&lexicon->entries[i]);
            __builtin_prefetch((const char *)&lexicon->entries[i] + 64);
        }
    return hash;
}

bool lexicon_open(struct lexicon *lexicon, const struct model *model)
{
    *lexicon = (struct lexicon){.model = model};
    lexicon->entries = calloc((size_t)LEXICON_SETS * LEXICON_WAYS, sizeof *lexicon->entries);
    lexicon->tags = calloc((size_t)LEXICON_SETS * LEXICON_WAYS, sizeof *lexicon->tags);
    return lexicon->entries && lexicon->tags;
}

void lexicon_close(struct lexicon *lexicon)
{
    free(lexicon->entries);
    free(lexicon->tags);
    *lexicon = (struct lexicon){0};
}

static void read_new(const struct lexicon *lexicon, struct word *word, quern_string text)
{
    *word = (struct word){0};
    read_word(word, text);
    word->cluster = model_cluster(lexicon->model, word->lower);
}

/* The entry that makes room: the first that was not used of late. */
static size_t choose_old(struct entry *entries, size_t set)
{
    for (size_t i = set; i < set + LEXICON_WAYS; i++)
        if (!entries[i].used)
            return i;
    for (size_t i = set + 1; i < set + LEXICON_WAYS; i++)
        entries[i].used = false;
    return set;
}

static struct entry *find_entry(struct lexicon *lexicon, quern_string text, uint64_t hash)
{
    uint64_t parts[LEXICON_BYTES / 8];
    load_text(text, parts);
    size_t set = set_of(hash);
    for (size_t i = set; i < set + LEXICON_WAYS; i++)
        if (lexicon->tags[i] == tag_of(hash) && is_text(&lexicon->entries[i], parts, text.size))
            return &lexicon->entries[i];
    size_t old = choose_old(lexicon->entries, set);
    struct entry *entry = &lexicon->entries[old];
    lexicon->tags[old] = tag_of(hash);
    memcpy(entry->text, parts, sizeof parts);
    entry->size = (uint8_t)text.size;
    entry->summed = 0;
    read_new(lexicon, &entry->word, text);
    entry->word.entry = (uint32_t)old;
    entry->word.stamp = ++lexicon->stamp;
    return entry;
}

void lexicon_read(struct lexicon *lexicon, struct word *word, quern_string text, uint64_t hash)
{
    if (text.size > LEXICON_BYTES) {
        read_new(lexicon, word, text);
        return;
    }
    struct entry *entry = find_entry(lexicon, text, hash);
    entry->used = true;
    *word = entry->word;
}

struct entry *lexicon_entry(struct lexicon *lexicon, const struct word *word, quern_string text)
{
    if (text.size > LEXICON_BYTES)
        return NULL;
    struct entry *entry = &lexicon->entries[word->entry];
    if (word->stamp != 0 && entry->word.stamp == word->stamp)
        return entry;
    return find_entry(lexicon, text, lexicon_seek(lexicon, text));
}

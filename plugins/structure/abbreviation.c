/*
 * abbreviation.c - tells the full stop of an abbreviation from the one that ends a sentence.
 *
 * A word is an abbreviation if data/abbreviations.txt or the user has it, if it is a single letter
 * or letters with stops between them (J., U.S.), or if the document shows it to be one. The last is
 * the type-based part of Punkt (T. Kiss and J. Strunk, "Unsupervised Multilingual Sentence Boundary
 * Detection", Computational Linguistics 32, 2006): a word that is nearly always followed by a stop,
 * and is short, is an abbreviation. Unlike there, a word is weighed only if the text goes on in
 * lower case, or with a comma, behind its stop at least once: a short text has little to count.
 */
#include "abbreviation.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "character.h"

/* More text than this teaches nothing new, and would cost time. */
#define LEARNING_LIMIT ((size_t)1 << 20)

/* Punkt's threshold, and its probability of a stop behind an abbreviation. */
#define THRESHOLD 0.3
#define STOP_RATE 0.99

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The word that ends at `end`: letters, and stops and apostrophes between them. Empty when there is
 * none, or when it is longer than any abbreviation. */
static quern_string word_before(quern_string text, size_t end)
{
    size_t begin = end;
    size_t least = end > WORDSET_LONGEST ? end - WORDSET_LONGEST - 1 : 0;
    while (begin > least && (is_letter(text.data[begin - 1]) || text.data[begin - 1] == '.' ||
                             text.data[begin - 1] == '\''))
        begin--;
    while (begin < end && !is_letter(text.data[begin]))
        begin++;
    if (end - begin > WORDSET_LONGEST || (begin > 0 && is_digit(text.data[begin - 1])))
        begin = end;
    return (quern_string){text.data + begin, end - begin};
}

/* The first character behind `at` that is no space. Two line ends are the end of all. */
static size_t skip_spaces(quern_string text, size_t at)
{
    bool line_end = false;
    for (; at < text.size; at++) {
        char c = text.data[at];
        if (c != ' ' && c != '\t' && c != '\r' && (c != '\n' || line_end))
            return c == '\n' ? text.size : at;
        line_end |= c == '\n';
    }
    return at;
}

/* Single letters with a stop between each two. */
static bool is_acronym(quern_string word)
{
    for (size_t i = 0; i < word.size; i++)
        if ((i % 2 == 0) != is_letter(word.data[i]) || (unsigned char)word.data[i] >= 0x80)
            return false;
    return word.size % 2 == 1;
}

/* An initial is followed by a name, a number, or more punctuation. "I" is a word of its own. */
static bool is_initial(quern_string word, quern_string text, size_t stop)
{
    size_t next = skip_spaces(text, stop + 1);
    if (word.data[0] == 'I' || next == text.size)
        return false;
    char c = text.data[next];
    return is_upper(c) || is_digit(c) || (unsigned char)c >= 0x80 ||
           is_one_of((unsigned char)c, ",;:)](-&");
}

static bool number_follows(quern_string text, size_t stop)
{
    size_t next = skip_spaces(text, stop + 1);
    return next < text.size && (is_digit(text.data[next]) || text.data[next] == '#');
}

enum abbreviation abbreviation_at(const struct abbreviations *abbreviations, quern_string text,
                                  size_t stop)
{
    quern_string word = word_before(text, stop);
    if (word.size == 0)
        return ABBREVIATION_NONE;
    enum abbreviation class = wordset_find(&abbreviations->known->abbreviations, word);
    if (class == ABBREVIATION_NUMBER && !number_follows(text, stop))
        return ABBREVIATION_NONE;
    if (class != ABBREVIATION_NONE)
        return class;
    if (word.size == 1)
        return is_initial(word, text, stop) ? ABBREVIATION_INNER : ABBREVIATION_NONE;
    if (is_acronym(word))
        return ABBREVIATION_FINAL;
    return wordset_find(&abbreviations->learned, word);
}

bool abbreviation_is_followed_by_sentence(const struct abbreviations *abbreviations,
                                          quern_string text, size_t begin)
{
    size_t end = begin;
    while (end < text.size && end - begin <= WORDSET_LONGEST &&
           (is_letter(text.data[end]) || text.data[end] == '\''))
        end++;
    quern_string word = {text.data + begin, end - begin};
    return word.size > 0 && is_upper(word.data[0]) &&
           wordset_find(&abbreviations->known->starters, word) != 0;
}

/* ---- Learning ------------------------------------------------------------------------------ */

/* The candidate that is this word, or the empty place where it belongs. */
static struct candidate *find_candidate(struct abbreviations *abbreviations, quern_string word)
{
    size_t hash = word.size;
    for (size_t i = 0; i < word.size; i++)
        hash = hash * 31 + (unsigned char)(word.data[i] | 0x20);
    size_t mask = 2 * CANDIDATES - 1;
    for (size_t place = hash & mask;; place = (place + 1) & mask) {
        struct candidate *candidate = &abbreviations->candidates[place];
        if (candidate->word.size == 0)
            return candidate;
        if (candidate->word.size == word.size &&
            strncasecmp(candidate->word.text, word.data, word.size) == 0)
            return candidate;
    }
}

/* Whether the text goes on behind the stop as only an abbreviation lets it. */
static bool goes_on(quern_string text, size_t stop)
{
    char c = byte_at(text, stop + 1);
    if (c == ',' || c == ';' || c == ':')
        return true;
    size_t next = skip_spaces(text, stop + 1);
    return next > stop + 1 && next < text.size && text.data[next] >= 'a' && text.data[next] <= 'z';
}

static size_t collect_candidates(struct abbreviations *abbreviations, quern_string text)
{
    size_t count = 0;
    const char *end = text.data + text.size;
    for (const char *at = text.data; count < CANDIDATES; at++) {
        at = memchr(at, '.', (size_t)(end - at));
        if (!at)
            break;
        size_t stop = (size_t)(at - text.data);
        quern_string word = word_before(text, stop);
        if (word.size < 2 || memchr(word.data, '.', word.size) || !goes_on(text, stop) ||
            wordset_find(&abbreviations->known->abbreviations, word))
            continue;
        struct candidate *candidate = find_candidate(abbreviations, word);
        count += candidate->word.size == 0;
        candidate->word.size = (uint8_t)word.size;
        memcpy(candidate->word.text, word.data, word.size);
    }
    return count;
}

/* Counts each candidate with and without a stop. Returns the number of words in the text. */
static size_t count_occurrences(struct abbreviations *abbreviations, quern_string text)
{
    uint32_t sizes[256] = {0}; /* by first letter: sizes of the candidates, to pass over others */
    for (size_t i = 0; i < 2 * CANDIDATES; i++) {
        const struct word *word = &abbreviations->candidates[i].word;
        if (word->size > 0)
            sizes[(unsigned char)(word->text[0] | 0x20)] |= UINT32_C(1) << word->size;
    }
    size_t words = 0;
    for (size_t at = 0; at < text.size; at++) {
        size_t begin = at;
        while (at < text.size && is_letter(text.data[at]))
            at++;
        quern_string word = {text.data + begin, at - begin};
        words += word.size > 0;
        if (word.size == 0 || word.size > WORDSET_LONGEST ||
            !(sizes[(unsigned char)(word.data[0] | 0x20)] >> word.size & 1))
            continue;
        struct candidate *candidate = find_candidate(abbreviations, word);
        if (at < text.size && text.data[at] == '.')
            candidate->with_stop++;
        else
            candidate->without_stop++;
    }
    return words;
}

static size_t count_stops(quern_string text)
{
    size_t stops = 0;
    for (size_t i = 0; i < text.size; i++)
        stops += text.data[i] == '.';
    return stops;
}

/* Punkt's scaled log-likelihood ratio (section 4.1 of the paper). */
static bool is_abbreviation(const struct candidate *candidate, double stop_rate)
{
    double with = candidate->with_stop, without = candidate->without_stop;
    double size = candidate->word.size;
    double ratio =
        2 * (with * log(STOP_RATE / stop_rate) + without * log((1 - STOP_RATE) / (1 - stop_rate)));
    return with >= 2 && ratio * exp(-size) * pow(size, -without) >= THRESHOLD;
}

static void forget(struct abbreviations *abbreviations)
{
    if (!abbreviations->used)
        return;
    const struct vocabulary *known = abbreviations->known;
    memset(abbreviations, 0, sizeof *abbreviations);
    abbreviations->known = known;
}

void abbreviations_learn(struct abbreviations *abbreviations, quern_string text)
{
    forget(abbreviations);
    wordset_open(&abbreviations->learned, abbreviations->places, 2 * CANDIDATES);
    if (text.size > LEARNING_LIMIT)
        text.size = LEARNING_LIMIT;
    abbreviations->used = collect_candidates(abbreviations, text) > 0;
    if (!abbreviations->used)
        return;
    size_t words = count_occurrences(abbreviations, text);
    double stop_rate = fmin((double)count_stops(text) / (double)(words + 1), 0.5);
    for (size_t i = 0; i < 2 * CANDIDATES; i++) {
        const struct candidate *candidate = &abbreviations->candidates[i];
        quern_string word = {candidate->word.text, candidate->word.size};
        if (word.size > 0 && is_abbreviation(candidate, stop_rate))
            wordset_add(&abbreviations->learned, word, ABBREVIATION_INNER);
    }
}

/*
 * learned.c - the abbreviations that a document shows to be some.
 *
 * The type-based part of Punkt (T. Kiss and J. Strunk, "Unsupervised Multilingual Sentence Boundary
 * Detection", Computational Linguistics 32, 2006): a word that is nearly always followed by a stop,
 * and is short, is an abbreviation. Unlike there, a word is weighed only if the text goes on in
 * lower case, or with a comma, behind its stop at least once: a short text has little to count.
 */
#include "learned.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "stop.h"

/* More text than this teaches nothing new, and would cost time. */
#define LEARNING_LIMIT ((size_t)1 << 20)

/* Punkt's threshold, and its probability of a stop behind an abbreviation. */
#define THRESHOLD 0.3
#define STOP_RATE 0.99

static int compare(const struct candidate *candidate, quern_string word)
{
    if (candidate->size != word.size)
        return candidate->size < word.size ? -1 : 1;
    return strncasecmp(candidate->text, word.data, word.size);
}

/* Where a word is, or belongs. */
static size_t find_place(const struct learned *learned, quern_string word)
{
    size_t low = 0, high = learned->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare(&learned->items[middle], word) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const struct learned *learned, size_t place, quern_string word)
{
    return place < learned->count && compare(&learned->items[place], word) == 0;
}

static void add(struct learned *learned, quern_string word)
{
    size_t place = find_place(learned, word);
    struct candidate *candidate = &learned->items[place];
    if (is_at(learned, place, word))
        return;
    memmove(candidate + 1, candidate, (learned->count - place) * sizeof *candidate);
    *candidate = (struct candidate){.size = (uint8_t)word.size};
    memcpy(candidate->text, word.data, word.size);
    learned->count++;
}

/* Whether the text goes on behind the stop as only an abbreviation lets it. */
static bool goes_on(quern_string text, size_t stop)
{
    if (is_one_of((unsigned char)byte_at(text, stop + 1), ",;:"))
        return true;
    size_t next = stop_next(text, stop + 1);
    return next > stop + 1 && next < text.size && is_lower(text.data[next]);
}

static void collect(struct learned *learned, quern_string text, const struct wordset *known)
{
    const char *end = text.data + text.size;
    for (const char *at = text.data; learned->count < CANDIDATES; at++) {
        at = memchr(at, '.', (size_t)(end - at));
        if (!at)
            break;
        size_t stop = (size_t)(at - text.data);
        quern_string word = stop_word(text, stop);
        if (word.size >= 2 && !memchr(word.data, '.', word.size) && goes_on(text, stop) &&
            !wordset_find(known, word))
            add(learned, word);
    }
}

/* Counts each candidate with and without a stop. Returns the number of words in the text. */
static size_t count_occurrences(struct learned *learned, quern_string text)
{
    uint32_t sizes[256] = {0}; /* by first letter: sizes of the candidates, to pass over others */
    for (size_t i = 0; i < learned->count; i++)
        sizes[(unsigned char)(learned->items[i].text[0] | 0x20)] |= UINT32_C(1)
                                                                    << learned->items[i].size;
    size_t words = 0;
    for (size_t at = 0; at < text.size; at++) {
        size_t begin = at;
        while (at < text.size && is_letter_byte(text.data[at]))
            at++;
        quern_string word = {text.data + begin, at - begin};
        words += word.size > 0;
        if (word.size == 0 || word.size > WORDSET_LONGEST ||
            !(sizes[(unsigned char)(word.data[0] | 0x20)] >> word.size & 1))
            continue;
        size_t place = find_place(learned, word);
        if (!is_at(learned, place, word))
            continue;
        bool stopped = byte_at(text, at) == '.';
        learned->items[place].with_stop += stopped;
        learned->items[place].without_stop += !stopped;
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
    double size = candidate->size;
    double ratio =
        2 * (with * log(STOP_RATE / stop_rate) + without * log((1 - STOP_RATE) / (1 - stop_rate)));
    return with >= 2 && ratio * exp(-size) * pow(size, -without) >= THRESHOLD;
}

void learned_read(struct learned *learned, quern_string text, const struct wordset *known)
{
    if (text.size > LEARNING_LIMIT)
        text.size = LEARNING_LIMIT;
    learned->count = 0;
    collect(learned, text, known);
    if (learned->count == 0)
        return;
    size_t words = count_occurrences(learned, text);
    double stop_rate = fmin((double)count_stops(text) / (double)(words + 1), 0.5);
    for (size_t i = 0; i < learned->count; i++)
        learned->items[i].is_abbreviation = is_abbreviation(&learned->items[i], stop_rate);
}

bool learned_has(const struct learned *learned, quern_string word)
{
    size_t place = find_place(learned, word);
    return is_at(learned, place, word) && learned->items[place].is_abbreviation;
}

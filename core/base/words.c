/*
 * words.c - lists of words, and words that resemble each other: optimal string alignment (edit distance in which two
 * neighbours may also be swapped, and nothing is edited twice), by its recurrence.
 */
#include "base/base.h"

#include <string.h>

/* Options, keys and stages have short names; what is longer is no slip of the fingers. */
enum { WORD_MAX = 63 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t measure_distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
    size_t rows[3][WORD_MAX + 1]; /* the last two rows of the matrix, and the one in work */
    for (size_t j = 0; j <= b_size; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3], *second = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], second[j - 2] + 1);
        }
    }
    return rows[a_size % 3][b_size];
}

quern_string words_next(const char **at)
{
    const char *begin = *at ? *at + strspn(*at, " ") : "";
    size_t size = strcspn(begin, " ");
    *at = begin + size;
    return (quern_string){size ? begin : NULL, size};
}

int words_find(const char *words, quern_string word)
{
    int number = 0;
    for (quern_string other; (other = words_next(&words)).data; number++)
        if (quern_string_equal(other, word))
            return number;
    return -1;
}

void words_join(const char *words, struct buffer *out)
{
    const char *between = "";
    for (quern_string word; (word = words_next(&words)).data; between = ", ") {
        buffer_add_text(out, between);
        buffer_add_string(out, word);
    }
}

/* How far a word is from another, and SIZE_MAX when that is too far. */
static size_t measure_likeness(quern_string word, quern_string other)
{
    if (word.size > WORD_MAX || other.size > WORD_MAX)
        return SIZE_MAX;
    size_t distance = measure_distance(word.data, word.size, other.data, other.size);
    return distance <= (word.size > other.size ? word.size : other.size) / 3 ? distance : SIZE_MAX;
}

static quern_string string_of(const char *text)
{
    return (quern_string){text, strnlen(text, WORD_MAX + 1)};
}

const char *words_nearest(const char *word, const char *const *words, size_t count)
{
    const char *nearest = NULL;
    size_t nearest_distance = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        size_t distance = measure_likeness(string_of(word), string_of(words[i]));
        if (distance < nearest_distance) {
            nearest = words[i];
            nearest_distance = distance;
        }
    }
    return nearest;
}

quern_string words_nearest_of(const char *word, const char *words)
{
    quern_string nearest = {0};
    size_t nearest_distance = SIZE_MAX;
    for (quern_string other; (other = words_next(&words)).data;) {
        size_t distance = measure_likeness(string_of(word), other);
        if (distance < nearest_distance) {
            nearest = other;
            nearest_distance = distance;
        }
    }
    return nearest;
}

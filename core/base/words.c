/*
 * words.c - words that resemble each other: optimal string alignment (edit distance in which two
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

const char *words_nearest(const char *word, const char *const *words, size_t count)
{
    const char *nearest = NULL;
    size_t nearest_distance = WORD_MAX, size = strnlen(word, WORD_MAX + 1);
    if (size > WORD_MAX)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t other = strnlen(words[i], WORD_MAX + 1);
        if (other > WORD_MAX)
            continue;
        size_t distance = measure_distance(word, size, words[i], other);
        if (distance < nearest_distance && distance <= (size > other ? size : other) / 3) {
            nearest = words[i];
            nearest_distance = distance;
        }
    }
    return nearest;
}

bool words_contain(const char *words, quern_string word)
{
    while (words && *(words += strspn(words, " "))) {
        size_t size = strcspn(words, " ");
        if (quern_string_equal((quern_string){words, size}, word))
            return true;
        words += size;
    }
    return false;
}

/*
 * vocabulary.c - puts the lists of data/ into sets.
 *
 * The build makes vocabulary_data.h of the files, an array of lines for each, without comments.
 */
#include "vocabulary.h"

#include <stdlib.h>
#include <string.h>

#include "vocabulary_data.h"

static quern_string string_of(const char *text)
{
    return (quern_string){text, strlen(text)};
}

/* The next word of a line, and the rest of the line; empty at its end. */
static quern_string next_word(quern_string *line)
{
    size_t begin = 0;
    while (begin < line->size && line->data[begin] == ' ')
        begin++;
    size_t end = begin;
    while (end < line->size && line->data[end] != ' ')
        end++;
    quern_string word = {line->data + begin, end - begin};
    *line = (quern_string){line->data + end, line->size - end};
    return word;
}

static size_t count_words(const char *const *lines, size_t count)
{
    size_t words = 0;
    for (size_t i = 0; i < count; i++) {
        quern_string line = string_of(lines[i]);
        while (next_word(&line).size > 0)
            words++;
    }
    return words;
}

static bool open_set(struct wordset *set, size_t words)
{
    size_t places = wordset_places(words);
    struct word *memory = calloc(places, sizeof *memory);
    if (!memory)
        return false;
    wordset_open(set, memory, places);
    return true;
}

/* Lines of words whose first word names the class of the others. */
static bool open_classes(struct wordset *set, const char *const *lines, size_t count, size_t more,
                         const char *const *classes)
{
    if (!open_set(set, count_words(lines, count) + more))
        return false;
    for (size_t i = 0; i < count; i++) {
        quern_string line = string_of(lines[i]);
        quern_string name = next_word(&line);
        uint8_t class = 1;
        while (!quern_string_equal(name, string_of(classes[class - 1])))
            class ++;
        for (quern_string word; (word = next_word(&line)).size > 0;)
            wordset_add(set, word, class);
    }
    return true;
}

static bool open_words(struct wordset *set, const char *const *lines, size_t count)
{
    if (!open_set(set, count_words(lines, count)))
        return false;
    for (size_t i = 0; i < count; i++) {
        quern_string line = string_of(lines[i]);
        for (quern_string word; (word = next_word(&line)).size > 0;)
            wordset_add(set, word, 1);
    }
    return true;
}

static bool open_phrases(struct wordset *set, const char *const *lines, size_t count)
{
    if (!open_set(set, count))
        return false;
    for (size_t i = 0; i < count; i++)
        wordset_add(set, string_of(lines[i]), 1);
    return true;
}

static bool open_splits(struct wordset *set, const char *const *lines, size_t count)
{
    if (!open_set(set, count))
        return false;
    for (size_t i = 0; i < count; i++) {
        char word[WORDSET_LONGEST];
        size_t size = 0, bar = 0;
        for (const char *c = lines[i]; *c != '\0' && size < sizeof word; c++) {
            if (*c == '|')
                bar = size;
            else
                word[size++] = *c;
        }
        wordset_add(set, (quern_string){word, size}, (uint8_t)(bar > 0 ? bar : size));
    }
    return true;
}

static void add_own(struct wordset *abbreviations, quern_list own)
{
    for (size_t i = 0; i < own.count; i++) {
        quern_string word = string_of(own.items[i]);
        if (word.size > 0 && word.data[word.size - 1] == '.')
            word.size--;
        wordset_add(abbreviations, word, ABBREVIATION_INNER);
    }
}

#define LINES(list) list, sizeof(list) / sizeof *(list)

bool vocabulary_open(struct vocabulary *vocabulary, quern_list own)
{
    static const char *const abbreviation_classes[] = {"title", "number", "inner", "final"};
    static const char *const internet_classes[] = {"domain", "file"};
    bool opened = open_classes(&vocabulary->abbreviations, LINES(data_abbreviations), own.count,
                               abbreviation_classes) &&
                  open_classes(&vocabulary->internet, LINES(data_internet), 0, internet_classes) &&
                  open_words(&vocabulary->salutations, LINES(data_salutations)) &&
                  open_words(&vocabulary->starters, LINES(data_starters)) &&
                  open_words(&vocabulary->units, LINES(data_units)) &&
                  open_phrases(&vocabulary->summaries, LINES(data_summaries)) &&
                  open_splits(&vocabulary->splits, LINES(data_splits));
    if (!opened) {
        vocabulary_close(vocabulary);
        return false;
    }
    add_own(&vocabulary->abbreviations, own);
    return true;
}

void vocabulary_close(struct vocabulary *vocabulary)
{
    free(vocabulary->abbreviations.words);
    free(vocabulary->internet.words);
    free(vocabulary->starters.words);
    free(vocabulary->summaries.words);
    free(vocabulary->salutations.words);
    free(vocabulary->splits.words);
    free(vocabulary->units.words);
    *vocabulary = (struct vocabulary){0};
}

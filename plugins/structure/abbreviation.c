/*
 * abbreviation.c - tells the full stop of an abbreviation from the one that ends a sentence.
 *
 * A word is an abbreviation if data/abbreviations.txt or the user has it, if it is a single letter
 * or letters with stops between them (J., U.S.), or if the document shows it to be one: learned.c.
 */
#include "abbreviation.h"

#include "stop.h"

/* Single letters with a stop between each two. */
static bool is_acronym(quern_string word)
{
    for (size_t i = 0; i < word.size; i++)
        if ((i % 2 == 0) != (class_at(word, i) == C_LETTER))
            return false;
    return word.size % 2 == 1;
}

/* An initial is followed by a name, a number, or more punctuation. "I" is a word of its own. */
static bool is_initial(quern_string word, quern_string text, size_t stop)
{
    size_t next = stop_next(text, stop + 1);
    if (word.data[0] == 'I' || next == text.size)
        return false;
    char c = text.data[next];
    return is_upper(c) || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80 ||
           is_one_of((unsigned char)c, ",;:)](-&");
}

static bool number_follows(quern_string text, size_t stop)
{
    size_t next = stop_next(text, stop + 1);
    return next < text.size && ((class_at(text, next) & C_DIGIT) || text.data[next] == '#');
}

enum abbreviation abbreviation_at(const struct abbreviations *abbreviations, quern_string text,
                                  size_t stop)
{
    quern_string word = stop_word(text, stop);
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
    return learned_has(&abbreviations->learned, word) ? ABBREVIATION_INNER : ABBREVIATION_NONE;
}

bool abbreviation_is_followed_by_sentence(const struct abbreviations *abbreviations,
                                          quern_string text, size_t begin)
{
    size_t end = begin;
    while (end < text.size && end - begin <= WORDSET_LONGEST &&
           (is_letter_byte(text.data[end]) || text.data[end] == '\''))
        end++;
    quern_string word = {text.data + begin, end - begin};
    return word.size > 0 && is_upper(word.data[0]) &&
           wordset_find(&abbreviations->known->starters, word) != 0;
}

void abbreviations_learn(struct abbreviations *abbreviations, quern_string text)
{
    learned_read(&abbreviations->learned, text, &abbreviations->known->abbreviations);
}

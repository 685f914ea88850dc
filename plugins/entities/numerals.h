/*
 * numerals.h - numbers and dates as they are read from the words of a unit.
 */
#ifndef ENTITIES_NUMERALS_H
#define ENTITIES_NUMERALS_H

#include "words.h"

/* A number, up to the word `end` of a unit. */
struct number {
    size_t end;
    classes suffix; /* of letters that hang on the digits: "3.5bn", "5pm", "10-km" */
    uint32_t value; /* of up to four digits without a mark between them; 0 for others */
    size_t groups;  /* of digits in one token: 3 in "2019-04-12" */
    char joint;     /* what stands between them */
    bool digits, ordinal, decade;
};

/* Reads the digits of one token. False when it holds none, or something else behind them. */
bool digits_read(const struct unit *unit, size_t i, struct number *number);

/* Reads a number that begins at word `i`, in digits or in words, with what multiplies it. */
bool number_read(const struct unit *unit, size_t i, struct number *number);

/* The end of a range, "5-10", where `number` is its first half. */
void number_read_range(const struct unit *unit, struct number *number);

/* A year of four digits. */
bool is_year(const struct unit *unit, size_t i);

/* Does a sentence begin here, or what stands in quotes? */
bool begins_sentence(const struct unit *unit, size_t i);

/* Is the word a numeral of one of these classes: written small, or large because it begins a
 * sentence? */
bool is_numeral(const struct unit *unit, size_t i, classes wanted);

/* The end of a date, or of a time of day, that begins at word `i`; `i` when none does. */
size_t date_read(const struct unit *unit, size_t i);
size_t time_read(const struct unit *unit, size_t i);

/* Is a year that stands alone at `i` of our time, or does a preposition say that it is one? */
bool is_plain_year(const struct unit *unit, size_t i);

#endif

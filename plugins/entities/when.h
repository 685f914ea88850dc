/*
 * when.h - which days, months or years a date means.
 */
#ifndef ENTITIES_WHEN_H
#define ENTITIES_WHEN_H

#include "words.h"

enum when_kind {
    WHEN_UNKNOWN,
    WHEN_FIXED,    /* year, month and day, as far as they are said */
    WHEN_WEEKDAY,  /* `day`, from 1 for Monday */
    WHEN_STEPS,    /* `steps` periods from the document's own date */
    WHEN_DURATION, /* `steps` periods long */
};

enum when_unit { WHEN_DAYS, WHEN_WEEKS, WHEN_MONTHS, WHEN_YEARS, WHEN_DECADES };

/* What the words of a date say. What they do not is 0. */
struct when {
    int16_t year, last_year; /* the last one of a range */
    int16_t steps;           /* before 0, after it, or that very one */
    uint8_t month, day, last_day;
    uint8_t unit, kind;
    bool heads; /* stands in a dateline or a byline */
};

/* Reads the words [begin, end), which are a date. */
struct when when_read(const struct unit *unit, size_t begin, size_t end);

/* A day of the calendar; `month` is 0 for none. */
struct day {
    int year, month, day;
};

/* The day with which a text such as "2019-04-12T10:30:00Z" begins. */
struct day day_read(quern_string text);

/* The date as ISO 8601 has it, and an interval as "start/end"; months and days without a year as XML
 * Schema does, "--04-12". `today` is the document's own day. Returns the size, 0 for what is not known. */
#define WHEN_BYTES 32
size_t when_write(const struct when *when, struct day today, char out[WHEN_BYTES]);

#endif

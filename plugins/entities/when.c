/*
 * when.c - see when.h. Days are counted by the proleptic Gregorian calendar (Hinnant, "chrono-Compatible
 * Low-Level Date Algorithms", 2013).
 */
#include "when.h"

#include "numerals.h"

#include <stdio.h>

/* ---- Reading ---- */

/* The words of a date, as they are gone through. */
struct clues {
    struct when when;
    int number;     /* the last one that was read */
    int weekday;    /* from 1 */
    int unit;       /* of when_unit; -1 for none */
    bool relative;  /* "last", "this", "ago" */
    bool repeated;  /* "every": means no one day */
    bool centuries; /* the number counts those */
};

/* The number that a word stands for, up to twelve; 0 for others. */
static int count_numeral(const struct unit *unit, size_t i)
{
    static const char *const names[] = {"one",   "two",   "three", "four", "five",   "six",
                                        "seven", "eight", "nine",  "ten",  "eleven", "twelve"};
    for (int number = 12; number > 0; number--)
        if (word_is(unit, i, names[number - 1]))
            return number;
    return 0;
}

/* The number, from 1, of the name of which the first three letters are those of the word; 0 for none. */
static int count_names(quern_string word, const char *names)
{
    if (word.size < 3)
        return 0;
    for (int i = 0; names[i]; i += 3)
        if ((word.data[0] | 0x20) == names[i] && (word.data[1] | 0x20) == names[i + 1] &&
            (word.data[2] | 0x20) == names[i + 2])
            return i / 3 + 1;
    return 0;
}

static quern_string text_of(const struct unit *unit, size_t i)
{
    const struct word *word = unit_word(unit, i);
    return (quern_string){unit->text.data + word->begin, word->end - word->begin};
}

/* What stands behind the last hyphen: "April" of "mid-April"; all, when there is none. */
static quern_string last_part(quern_string text)
{
    size_t at = text.size;
    while (at > 0 && text.data[at - 1] != '-')
        at--;
    return (quern_string){text.data + at, text.size - at};
}

#define FIGURES 3

/* The numbers of "2019-04-12", up to four digits each; returns how many there are. */
static size_t split_figures(quern_string text, int parts[FIGURES])
{
    size_t count = 0;
    bool inside = false;
    for (size_t i = 0; i < text.size; i++) {
        bool digit = text.data[i] >= '0' && text.data[i] <= '9';
        if (digit && !inside && count == FIGURES)
            return count;
        if (digit && !inside)
            parts[count++] = 0;
        if (digit && parts[count - 1] < 1000)
            parts[count - 1] = parts[count - 1] * 10 + (text.data[i] - '0');
        inside = digit;
    }
    return count;
}

static bool is_date(int year, int month, int day)
{
    return year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static void set_date(struct when *when, int year, int month, int day)
{
    if (!is_date(year, month, day))
        return;
    when->year = (int16_t)year;
    when->month = (uint8_t)month;
    when->day = (uint8_t)day;
}

/* "03/04/2019" is one day here and another there, and stays unknown. */
static void read_three(struct when *when, const int parts[FIGURES])
{
    if (parts[0] > 31)
        set_date(when, parts[0], parts[1], parts[2]);
    else if (parts[0] > 12 || parts[0] == parts[1])
        set_date(when, parts[2], parts[1], parts[0]);
    else if (parts[1] > 12)
        set_date(when, parts[2], parts[0], parts[1]);
}

/* "1990-95", "1990s"; and, of a month, "12-14". */
static void read_range(struct when *when, const int parts[FIGURES], size_t count)
{
    if (count == 2 && parts[0] < parts[1] && parts[1] <= 31) {
        when->day = (uint8_t)parts[0];
        when->last_day = (uint8_t)parts[1];
        return;
    }
    int last = count < 2        ? parts[0] + 9
               : parts[1] < 100 ? parts[0] / 100 * 100 + parts[1]
                                : parts[1];
    if (parts[0] < 1000 || last <= parts[0])
        return;
    when->year = (int16_t)parts[0];
    when->last_year = (int16_t)last;
}

static void read_digits(struct clues *clues, const struct unit *unit, size_t i)
{
    struct when *when = &clues->when;
    struct number number;
    int parts[FIGURES] = {0};
    if (!digits_read(unit, i, &number))
        return;
    size_t count = split_figures(text_of(unit, i), parts);
    clues->number = (int)number.value;
    if (count == FIGURES)
        read_three(when, parts);
    else if (number.decade || count == 2)
        read_range(when, parts, count);
    else if (is_year(unit, i))
        *(when->year == 0 ? &when->year : &when->last_year) = (int16_t)number.value;
    else if (number.value >= 1 && number.value <= 31)
        *(when->day == 0 ? &when->day : &when->last_day) = (uint8_t)number.value;
}

/* The days that are named by where they stand from this one. */
static bool read_today(struct clues *clues, const struct unit *unit, size_t i)
{
    static const char *const todays[] = {"today", "tonight", NULL};
    int steps = word_is(unit, i, "tomorrow") - word_is(unit, i, "yesterday");
    if (steps == 0 && !word_is_any(unit, i, todays))
        return false;
    clues->when.steps = (int16_t)steps;
    clues->unit = WHEN_DAYS;
    clues->relative = true;
    return true;
}

static void read_relative(struct clues *clues, const struct unit *unit, size_t i)
{
    static const char *const before[] = {"last", "past", "previous", NULL};
    static const char *const after[] = {"next", "coming", "following", NULL};
    clues->repeated |= word_is(unit, i, "each") || word_is(unit, i, "every");
    clues->when.steps = (int16_t)(word_is_any(unit, i, after) - word_is_any(unit, i, before));
    clues->relative |= clues->when.steps != 0 || word_is(unit, i, "this");
}

static void read_period(struct clues *clues, const struct unit *unit, size_t i)
{
    static const char *const days[] = {"day",     "days",  "morning", "afternoon",
                                       "evening", "night", NULL};
    static const char *const others[][2] = {
        {"week", "weeks"}, {"month", "months"}, {"year", "years"}, {"decade", "decades"}};
    if (word_is_any(unit, i, days) && clues->weekday == 0)
        clues->unit = WHEN_DAYS;
    for (int k = 0; k < 4; k++)
        if (word_is(unit, i, others[k][0]) || word_is(unit, i, others[k][1]))
            clues->unit = WHEN_WEEKS + k;
    clues->centuries |= word_is(unit, i, "century") || word_is(unit, i, "centuries");
}

static void read_word(struct clues *clues, const struct unit *unit, size_t i)
{
    quern_string text = last_part(text_of(unit, i));
    if (is_digits(unit, i))
        read_digits(clues, unit, i);
    else if (is_class(unit, i, CLASS(MONTH)))
        clues->when.month = (uint8_t)count_names(text, "janfebmaraprmayjunjulaugsepoctnovdec");
    else if (is_numeral(unit, i, CLASS(RELATIVE)))
        read_relative(clues, unit, i);
    else if (is_numeral(unit, i, CLASS(CARDINAL)))
        clues->number = count_numeral(unit, i);
    else if (word_is(unit, i, "ago")) {
        clues->when.steps = (int16_t)-clues->number;
        clues->relative = clues->number > 0;
    } else if (!read_today(clues, unit, i)) {
        int weekday = count_names(text, "montuewedthufrisatsun");
        if (is_class(unit, i, CLASS(DAY)) && weekday > 0)
            clues->weekday = weekday;
        else
            read_period(clues, unit, i);
    }
}

/* The 21st century begins with 2000 here, as in common speech. */
static void set_century(struct clues *clues)
{
    clues->when.year = (int16_t)((clues->number - 1) * 100);
    clues->when.last_year = (int16_t)(clues->when.year + 99);
    clues->when.day = 0;
}

/* "two years later": from a day that is not known. */
static bool is_moved(const struct unit *unit, size_t i)
{
    static const char *const moves[] = {"later", "earlier", "after", "before", NULL};
    return word_is_any(unit, i, moves) || word_is_any(unit, i - 1, moves);
}

struct when when_read(const struct unit *unit, size_t begin, size_t end)
{
    struct clues clues = {.unit = -1};
    for (size_t i = begin; i < end; i++)
        read_word(&clues, unit, i);
    struct when *when = &clues.when;
    when->heads = unit->place_line || unit->person_line;
    if (clues.centuries && clues.number > 1 && clues.number < 100)
        set_century(&clues);
    if (clues.repeated)
        return (struct when){0};
    if (when->month > 0 || (when->year > 0 && when->day == 0))
        when->kind = WHEN_FIXED;
    else if (clues.weekday > 0) {
        when->kind = WHEN_WEEKDAY;
        when->day = (uint8_t)clues.weekday;
    } else if (clues.unit >= 0 && (clues.relative || (clues.number > 0 && !is_moved(unit, end)))) {
        when->kind = clues.relative ? WHEN_STEPS : WHEN_DURATION;
        when->unit = (uint8_t)clues.unit;
        when->steps = (int16_t)(clues.relative ? when->steps : clues.number);
    }
    return *when;
}

/* ---- The calendar ---- */

/* Days since the first of March of the year 0. */
static long count_days(struct day day)
{
    long year = day.month > 2 ? day.year : day.year - 1;
    long month = (day.month + 9) % 12;
    return year * 365 + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + day.day - 1;
}

static struct day day_of(long count)
{
    long year = (10000 * count + 14780) / 3652425;
    long rest = count - (365 * year + year / 4 - year / 100 + year / 400);
    if (rest < 0) {
        year--;
        rest = count - (365 * year + year / 4 - year / 100 + year / 400);
    }
    long month = (100 * rest + 52) / 3060;
    return (struct day){(int)(year + (month + 2) / 12), (int)((month + 2) % 12 + 1),
                        (int)(rest - (month * 306 + 5) / 10 + 1)};
}

struct day day_read(quern_string text)
{
    int parts[FIGURES] = {0};
    size_t size = text.size < 10 ? text.size : 10;
    if (split_figures((quern_string){text.data, size}, parts) != FIGURES ||
        !is_date(parts[0], parts[1], parts[2]))
        return (struct day){0};
    return (struct day){parts[0], parts[1], parts[2]};
}

/* ---- Writing ---- */

/* Nothing for a day that is none, as the 30th of February. */
static size_t print_day(struct day day, char *out, size_t room)
{
    struct day same = day.day > 0 ? day_of(count_days(day)) : day;
    if (day.year < 1 || day.year > 9999 || same.month != day.month || same.day != day.day)
        return 0;
    int size = day.day > 0     ? snprintf(out, room, "%04d-%02d-%02d", day.year, day.month, day.day)
               : day.month > 0 ? snprintf(out, room, "%04d-%02d", day.year, day.month)
                               : snprintf(out, room, "%04d", day.year);
    return size > 0 && (size_t)size < room ? (size_t)size : 0;
}

static size_t print_interval(struct day first, struct day last, char out[WHEN_BYTES])
{
    size_t size = print_day(first, out, WHEN_BYTES);
    if (size == 0)
        return 0;
    out[size++] = '/';
    size_t more = print_day(last, out + size, WHEN_BYTES - size);
    return more > 0 ? size + more : 0;
}

/* Of a day or a month whose year is not said the one that is nearest, or that which was last or comes
 * next. */
static int choose_year(const struct when *when, struct day today)
{
    long most = 1L << 30, now = count_days(today);
    int best = today.year;
    for (int year = today.year - 1; year <= today.year + 1; year++) {
        struct day day = {year, when->month, when->day > 0 ? when->day : 15};
        long away = count_days(day) - now;
        bool wrong = (when->steps < 0 && away >= 0) || (when->steps > 0 && away <= 0);
        away = away < 0 ? -away : away;
        if (!wrong && away < most) {
            most = away;
            best = year;
        }
    }
    return best;
}

static size_t write_fixed(const struct when *when, struct day today, char out[WHEN_BYTES])
{
    struct day day = {when->year, when->month, when->day};
    if (day.year == 0 && today.month == 0) {
        int size = day.day > 0 ? snprintf(out, WHEN_BYTES, "--%02d-%02d", day.month, day.day)
                               : snprintf(out, WHEN_BYTES, "--%02d", day.month);
        return size > 0 ? (size_t)size : 0;
    }
    if (day.year == 0)
        day.year = choose_year(when, today);
    struct day last = day;
    if (when->last_day > when->day)
        last.day = when->last_day;
    else if (when->last_year > when->year && when->month == 0)
        last.year = when->last_year;
    else
        return print_day(day, out, WHEN_BYTES);
    return print_interval(day, last, out);
}

/* The last such day up to today, or, when they say so, the one before or behind it. */
static size_t write_weekday(const struct when *when, struct day today, char out[WHEN_BYTES])
{
    long now = count_days(today);
    long back = (now + 2 - (when->day - 1)) % 7; /* the first of March 0 was a Wednesday */
    long day = now - (back + 7) % 7;
    if (when->steps > 0)
        day += 7;
    else if (when->steps < 0 && day == now)
        day -= 7;
    return print_day(day_of(day), out, WHEN_BYTES);
}

static size_t write_steps(const struct when *when, struct day today, char out[WHEN_BYTES])
{
    long now = count_days(today), monday = now - (now + 2) % 7 + 7L * when->steps;
    int month = today.year * 12 + today.month - 1 + when->steps;
    int decade = (today.year / 10 + when->steps) * 10;
    switch (when->unit) {
    case WHEN_DAYS:
        return print_day(day_of(now + when->steps), out, WHEN_BYTES);
    case WHEN_WEEKS:
        return print_interval(day_of(monday), day_of(monday + 6), out);
    case WHEN_MONTHS:
        return print_day((struct day){month / 12, month % 12 + 1, 0}, out, WHEN_BYTES);
    case WHEN_YEARS:
        return print_day((struct day){today.year + when->steps, 0, 0}, out, WHEN_BYTES);
    default:
        return print_interval((struct day){decade, 0, 0}, (struct day){decade + 9, 0, 0}, out);
    }
}

static size_t write_duration(const struct when *when, char out[WHEN_BYTES])
{
    int count = when->unit == WHEN_DECADES ? when->steps * 10 : when->steps;
    int size = snprintf(out, WHEN_BYTES, "P%d%c", count, "DWMYY"[when->unit]);
    return size > 0 ? (size_t)size : 0;
}

size_t when_write(const struct when *when, struct day today, char out[WHEN_BYTES])
{
    if (when->kind == WHEN_FIXED)
        return write_fixed(when, today, out);
    if (when->kind == WHEN_DURATION)
        return write_duration(when, out);
    if (when->kind == WHEN_UNKNOWN || today.month == 0)
        return 0;
    return when->kind == WHEN_WEEKDAY ? write_weekday(when, today, out)
                                      : write_steps(when, today, out);
}

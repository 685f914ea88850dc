/*
 * dates.c - dates and times of day, as newspapers write them.
 */
#include "numerals.h"

/* ---- Dates ---- */

static bool is_month(const struct unit *unit, size_t i)
{
    return is_class(unit, i, CLASS(MONTH));
}

/* A day of a month, "12", "1st"; a year, "2019". */
static bool is_day_number(const struct unit *unit, size_t i)
{
    struct number number;
    return digits_read(unit, i, &number) && number.value >= 1 && number.value <= 31 &&
           number.groups == 1 && !number.suffix;
}

static size_t skip_year(const struct unit *unit, size_t i)
{
    if (word_is(unit, i, ",") && is_year(unit, i + 1))
        return i + 2;
    return is_year(unit, i) ? i + 1 : i;
}

/* "April Smith", "Jan Smith". */
static bool is_given_name(const struct unit *unit, size_t i)
{
    return is_class(unit, i, CLASS(GIVEN) | CLASS(SURNAME)) && is_capital(unit, i + 1) &&
           !is_class(unit, i + 1, CLASS(DAY) | CLASS(MONTH));
}

/* "March" and "May" are words of other kinds as well: there, something has to show that the month
 * is meant. */
static bool is_plain_month(const struct unit *unit, size_t i)
{
    static const char *const heralds[] = {"in",     "since", "by",  "of",      "until",  "till",
                                          "during", "from",  "to",  "through", "before", "between",
                                          "after",  "and",   "for", "on",      NULL};
    if (is_given_name(unit, i))
        return false;
    bool ambiguous = (unit_word(unit, i)->small & (CLASS(COMMON) | CLASS(FUNCTION))) != 0;
    return !ambiguous || (i > 0 && (word_is_any(unit, i - 1, heralds) ||
                                    is_class(unit, i - 1, CLASS(RELATIVE) | CLASS(DAY))));
}

/* "12-14", one token. */
static bool is_day_range(const struct unit *unit, size_t i)
{
    struct number number;
    return digits_read(unit, i, &number) && number.value >= 1 && number.value <= 31 &&
           number.groups == 2 && number.joint == '-' && !number.suffix;
}

/* "April", "April 12", "April 12, 2019", "April 2019", "April 12-14". */
static size_t read_month_first(const struct unit *unit, size_t i)
{
    if (!is_month(unit, i) || !is_capital(unit, i))
        return i;
    size_t end = i + 1;
    if (is_day_number(unit, end)) {
        end++;
        if (is_glued(unit, end) && !word_is(unit, end, ",") && is_day_number(unit, end + 1))
            end += 2;
    } else if (is_day_range(unit, end))
        end++;
    else if (!is_year(unit, end) && !is_plain_month(unit, i))
        return i;
    return skip_year(unit, end);
}

/* "12 April", "12th of April 2019". */
static size_t read_day_first(const struct unit *unit, size_t i)
{
    if (!is_day_number(unit, i))
        return i;
    size_t month = word_is(unit, i + 1, "of") ? i + 2 : i + 1;
    if (!is_month(unit, month) || !is_capital(unit, month))
        return i;
    return skip_year(unit, month + 1);
}

/* "2019-04-12", "12/04/2019", "1990-95", each one token. */
static size_t read_figures(const struct unit *unit, size_t i)
{
    struct number number;
    if (!digits_read(unit, i, &number) || number.suffix || number.joint == ':')
        return i;
    bool years =
        number.groups == 2 && number.joint == '-' && number.value >= 1500 && number.value < 2200;
    return years || number.groups == 3 ? i + 1 : i;
}

/* The same in a token for each number. */
static size_t read_split_figures(const struct unit *unit, size_t i)
{
    if (!is_digits(unit, i) || !is_glued(unit, i + 1) || !is_glued(unit, i + 4) ||
        !(is_hyphen(unit, i + 1) || word_is(unit, i + 1, "/")))
        return i;
    bool year_first = is_year(unit, i) && is_day_number(unit, i + 4);
    bool year_last = is_day_number(unit, i) && is_digits(unit, i + 4);
    return is_day_number(unit, i + 2) && (year_first || year_last) ? i + 5 : i;
}

/* "12 April 2019" behind "Thursday" or "Thursday,". */
static size_t skip_day_of_month(const struct unit *unit, size_t i)
{
    size_t begin = word_is(unit, i, ",") ? i + 1 : i;
    size_t end = read_month_first(unit, begin);
    if (end == begin)
        end = read_day_first(unit, begin);
    return end > begin ? end : i;
}

/* Such a word has a capital where a sentence, or what is quoted, begins. */
static bool is_today(const struct unit *unit, size_t i)
{
    static const char *const todays[] = {"today", "tonight", "tomorrow", "yesterday", NULL};
    return begins_sentence(unit, i) && is_capital(unit, i) && word_is_any(unit, i, todays);
}

/* "Thursday", "Thursday night", "Thursday, 12 April 2019". */
static size_t read_day(const struct unit *unit, size_t i)
{
    static const char *const parts[] = {"morning", "afternoon", "evening", "night", NULL};
    classes found;
    size_t end = i + unit_find_phrase(unit, i, CLASS(DAY), &found);
    if (end == i)
        return is_today(unit, i) ? i + 1 : i;
    size_t date = skip_day_of_month(unit, end);
    if (date > end)
        return date;
    return word_is_any(unit, end, parts) ? end + 1 : end;
}

/* "1990s" and "2019", where "early" stands before. */
static size_t read_decade(const struct unit *unit, size_t i)
{
    struct number number;
    bool decade = digits_read(unit, i, &number) && number.decade;
    return decade || is_year(unit, i) ? i + 1 : i;
}

/* "few", "three": how many periods. */
static size_t skip_count(const struct unit *unit, size_t i)
{
    static const char *const counts[] = {"few", "several", "couple", NULL};
    if (word_is(unit, i, "couple") && word_is(unit, i + 1, "of"))
        return i + 2;
    return word_is_any(unit, i, counts) || is_class(unit, i, CLASS(CARDINAL)) ? i + 1 : i;
}

static bool is_period(const struct unit *unit, size_t i)
{
    return is_class(unit, i, CLASS(PERIOD)) && is_small(unit, i);
}

static size_t skip_ago(const struct unit *unit, size_t i)
{
    static const char *const agos[] = {"ago", "later", "earlier", NULL};
    return word_is_any(unit, i, agos) ? i + 1 : i;
}

/* "several years", "a few months ago", "a decade ago", "recent years". */
static size_t read_vague(const struct unit *unit, size_t i)
{
    static const char *const vague[] = {"few", "several", "recent", "couple", NULL};
    size_t begin = word_is(unit, i, "a") ? i + 1 : i;
    if (begin > i && is_period(unit, begin) && word_is(unit, begin + 1, "ago"))
        return begin + 2;
    if (!word_is_any(unit, begin, vague))
        return i;
    size_t count = word_is(unit, begin, "recent") ? begin + 1 : skip_count(unit, begin);
    return is_period(unit, count) ? skip_ago(unit, count + 1) : i;
}

/* "last week", "next Thursday", "early March", "mid-1990s", "this year", "last few months". */
static size_t read_relative(const struct unit *unit, size_t i)
{
    static const char *const edges[] = {"early", "late", "mid", NULL};
    if (!is_numeral(unit, i, CLASS(RELATIVE)))
        return i;
    size_t begin = is_hyphen(unit, i + 1) ? i + 2 : i + 1;
    bool edge = word_is_any(unit, i, edges);
    size_t period = skip_count(unit, begin);
    if (!edge && is_period(unit, period))
        return period + 1;
    size_t end = read_month_first(unit, begin);
    if (end == begin)
        end = read_day(unit, begin);
    if (end == begin && edge)
        end = read_decade(unit, begin);
    return end > begin ? end : i;
}

static bool is_dash(const struct unit *unit, size_t i)
{
    return is_hyphen(unit, i) || word_is(unit, i, "\xE2\x80\x93");
}

bool is_plain_year(const struct unit *unit, size_t i)
{
    static const char *const heralds[] = {"in", "since", "until", "by",     "from",
                                          "(",  "c.",    "circa", "around", NULL};
    struct number number;
    if (!is_year(unit, i) || !digits_read(unit, i, &number))
        return false;
    if ((number.value >= 1900 && number.value < 2100) ||
        (i > 0 && word_is_any(unit, i - 1, heralds)))
        return true;
    bool first = is_dash(unit, i + 1) && is_year(unit, i + 2);
    return first || (i > 1 && is_dash(unit, i - 1) && is_year(unit, i - 2));
}

/* "776 BC", "the year 12 AD". */
static size_t read_era(const struct unit *unit, size_t i)
{
    static const char *const eras[] = {"bc", "bce", "ad", "ce", NULL};
    struct number number;
    bool era = digits_read(unit, i, &number) && number.value > 0 && is_capital(unit, i + 1) &&
               word_is_any(unit, i + 1, eras);
    return era ? i + 2 : i;
}

size_t date_read(const struct unit *unit, size_t i)
{
    static size_t (*const readers[])(const struct unit *, size_t) = {
        read_figures, read_split_figures, read_day_first, read_month_first,
        read_day,     read_relative,      read_vague,     read_era};
    for (size_t k = 0; k < sizeof readers / sizeof *readers; k++) {
        size_t end = readers[k](unit, i);
        if (end > i)
            return end;
    }
    return i;
}

/* ---- Times ---- */

static size_t skip_timezone(const struct unit *unit, size_t i)
{
    return is_class(unit, i, CLASS(TIMEZONE)) && unit_word(unit, i)->shape == SHAPE_CAPITALS ? i + 1
                                                                                             : i;
}

/* The minutes, and the seconds, of a time whose tokens were cut at the colons. */
static size_t skip_minutes(const struct unit *unit, size_t i)
{
    while (word_is(unit, i, ":") && is_glued(unit, i) && is_digits(unit, i + 1) &&
           is_glued(unit, i + 1))
        i += 2;
    return i;
}

/* "10:30", "10:30:15 GMT", "10.30 am", "5 pm", "5pm". */
size_t time_read(const struct unit *unit, size_t i)
{
    struct number number;
    if (!digits_read(unit, i, &number) || number.ordinal)
        return i;
    bool hour = number.value < 25;
    bool clock = (number.suffix & CLASS(DAYPART)) || (number.joint == ':' && hour);
    size_t end = hour ? skip_minutes(unit, i + 1) : i + 1;
    clock = clock || end > i + 1;
    if (is_class(unit, end, CLASS(DAYPART)))
        return skip_timezone(unit, end + 1);
    return clock ? skip_timezone(unit, end) : i;
}

/*
 * amounts.c - what a number counts: money, percent, quantities, times, dates; and bare numbers.
 *
 * A number is read first, in digits or in words; what stands around it then says what it counts.
 * The labels and their bounds are those of OntoNotes: an amount has its unit or currency with it,
 * but not the word that makes it vague ("some $25 million" gives "$25 million").
 */
#include "findings.h"
#include "numerals.h"

/* ---- Money ---- */

static bool is_currency_sign(const struct unit *unit, size_t i)
{
    static const char *const signs[] = {"$", "£", "¥",   "€",  "₽", "₹",   "₩",   "₺",  "₪",
                                        "₴", "₦", "us$", "a$", "c$",  "nz$", "hk$", "s$", NULL};
    return word_is_any(unit, i, signs);
}

static bool is_currency_code(const struct unit *unit, size_t i)
{
    const struct word *word = unit_word(unit, i);
    return (word->is & CLASS(CURRENCY)) && word->shape >= SHAPE_CAPITAL;
}

/* "$25 million", "US$ 5", "USD 5", "Rs 500". */
static size_t read_money(const struct unit *unit, size_t i)
{
    bool country = is_capital(unit, i) && is_glued(unit, i + 1) && word_is(unit, i + 1, "$");
    size_t at = country ? i + 1 : i;
    if (!is_currency_sign(unit, at) && !is_currency_code(unit, at))
        return i;
    struct number number;
    if (!is_digits(unit, at + 1) || !number_read(unit, at + 1, &number))
        return i;
    number_read_range(unit, &number);
    return number.end;
}

/* ---- What a number counts ---- */

static size_t skip_percent(const struct unit *unit, size_t i)
{
    if (word_is(unit, i, "%") || word_is(unit, i, "percent"))
        return i + 1;
    bool two = word_is(unit, i, "per") && word_is(unit, i + 1, "cent");
    static const char *const points_words[] = {"point", "points", NULL};
    bool points = word_is(unit, i, "percentage") && word_is_any(unit, i + 1, points_words);
    return two || points ? i + 2 : i;
}

static size_t skip_phrase(const struct unit *unit, size_t i, classes wanted)
{
    classes found;
    size_t at = is_hyphen(unit, i) && is_glued(unit, i) ? i + 1 : i;
    size_t size = unit_find_phrase(unit, at, wanted, &found);
    return size == 0 ? i : at + size;
}

/* The currency's own name, where no sign stood before. */
static size_t skip_currency(const struct unit *unit, size_t i)
{
    size_t end = skip_phrase(unit, i, CLASS(CURRENCY));
    return end > i || !is_currency_sign(unit, i) ? end : i + 1;
}

static size_t skip_period(const struct unit *unit, size_t i)
{
    const struct word *word = unit_word(unit, i);
    if (!(word->is & CLASS(PERIOD)) || word->shape != SHAPE_SMALL)
        return i;
    return word_is(unit, i + 1, "ago") ? i + 2 : i + 1;
}

/* The 21st century is a date, the third man is none. */
static size_t label_ordinal(const struct unit *unit, const struct number *number, enum label *label)
{
    size_t at = is_hyphen(unit, number->end) ? number->end + 1 : number->end;
    bool date = word_is(unit, at, "century") || word_is(unit, at, "centuries");
    *label = date ? LABEL_DATE : LABEL_ORDINAL;
    return date ? at + 1 : number->end;
}

/* A number with nothing behind it that it counts. */
static enum label label_bare(const struct unit *unit, size_t i, const struct number *number)
{
    if (number->suffix & CLASS(CLOCK_PERIOD))
        return LABEL_TIME;
    if ((number->suffix & CLASS(UNIT)) && !(number->suffix & CLASS(MULTIPLIER)))
        return LABEL_QUANTITY;
    return number->decade || is_plain_year(unit, i) ? LABEL_DATE : LABEL_CARDINAL;
}

static size_t label_number(const struct unit *unit, size_t i, const struct number *number,
                           enum label *label)
{
    const size_t end = number->end;
    const struct {
        size_t end;
        enum label label;
    } readings[] = {
        {skip_percent(unit, end), LABEL_PERCENT},
        {skip_currency(unit, end), LABEL_MONEY},
        {skip_phrase(unit, end, CLASS(UNIT)), LABEL_QUANTITY},
        {skip_phrase(unit, end, CLASS(CLOCK_PERIOD)), LABEL_TIME},
        {skip_period(unit, end), LABEL_DATE},
    };
    for (size_t k = 0; k < sizeof readings / sizeof *readings; k++)
        if (readings[k].end > end) {
            *label = readings[k].label;
            return readings[k].end;
        }
    *label = label_bare(unit, i, number);
    return end;
}

/* Most words begin nothing of the kind, and are told by their classes; of symbols, those of
 * currencies are not ASCII or end in a dollar sign. */
static bool may_begin(const struct unit *unit, size_t i)
{
    const classes wanted =
        CLASS(RELATIVE) | CLASS(CARDINAL) | CLASS(ORDINAL) | CLASS(DAY) | CLASS(CURRENCY);
    static const char *const vague[] = {"a", "few", "several", "recent", "couple", NULL};
    const struct word *word = unit_word(unit, i);
    if (word->shape == SHAPE_DIGIT)
        return true;
    if (word->clitic || word->hyphen)
        return word->shape == SHAPE_SMALL && ((word->is | word->small) & wanted);
    if (((word->is | word->small) & wanted) || word_is_any(unit, i, vague))
        return true;
    if (word->shape == SHAPE_SMALL)
        return false;
    unsigned char last = (unsigned char)unit->text.data[word->end - 1];
    return (word->is & (CLASS(MONTH) | CLASS(PREFIX))) || last == '$' || last >= 0x80 ||
           word_is(unit, i + 1, "$") || begins_sentence(unit, i);
}

/* "a third of it" is a share, "the third of two" has a place in a row. */
static bool is_share(const struct unit *unit, size_t i, const struct number *number)
{
    return number->ordinal && i > 0 && word_is(unit, i - 1, "a") &&
           word_is(unit, number->end, "of");
}

static size_t read_number(const struct unit *unit, size_t i, enum label *label)
{
    struct number number;
    if (!number_read(unit, i, &number) || is_share(unit, i, &number))
        return i;
    if (number.ordinal)
        return label_ordinal(unit, &number, label);
    number_read_range(unit, &number);
    return label_number(unit, i, &number, label);
}

size_t amount_read(const struct unit *unit, size_t i, enum label *label)
{
    size_t end = i;
    if (!may_begin(unit, i))
        return 0;
    if ((end = date_read(unit, i)) > i)
        *label = LABEL_DATE;
    else if ((end = time_read(unit, i)) > i)
        *label = LABEL_TIME;
    else if ((end = read_money(unit, i)) > i)
        *label = LABEL_MONEY;
    else
        end = read_number(unit, i, label);
    return end - i;
}

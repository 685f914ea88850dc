/*
 * values.c - scalars under the core schema of YAML 1.2.2, and as JSON (RFC 8259); times and sizes.
 */
#include "pipeline/values.h"
#include "pipeline/pipeline.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_one_of(quern_string text, const char *const *words)
{
    for (; *words; words++)
        if (strlen(*words) == text.size && memcmp(*words, text.data, text.size) == 0)
            return true;
    return false;
}

/* The parts of a decimal number: [-+]? [0-9]* (\. [0-9]*)? ([eE] [-+]? [0-9]+)?, with a digit
 * before or behind the point. */
struct decimal {
    bool negative;
    quern_string whole, fraction, exponent;
};

static quern_string take_digits(const char **at)
{
    quern_string digits = {*at, strspn(*at, "0123456789")};
    *at += digits.size;
    return digits;
}

static bool split_decimal(quern_string text, struct decimal *decimal)
{
    const char *at = text.data, *exponent;
    *decimal = (struct decimal){.negative = *at == '-'};
    at += *at == '-' || *at == '+';
    decimal->whole = take_digits(&at);
    if (*at == '.') {
        at++;
        decimal->fraction = take_digits(&at);
    }
    if (decimal->whole.size + decimal->fraction.size == 0)
        return false;
    if (*at == 'e' || *at == 'E') {
        exponent = at++;
        at += *at == '-' || *at == '+';
        if (take_digits(&at).size == 0)
            return false;
        decimal->exponent = (quern_string){exponent, (size_t)(at - exponent)};
    }
    return at == text.data + text.size;
}

/* 0x1F and 0o17. */
static bool is_based(quern_string text)
{
    if (text.size < 3 || text.data[0] != '0')
        return false;
    const char *digits = text.data[1] == 'x'   ? "0123456789abcdefABCDEF"
                         : text.data[1] == 'o' ? "01234567"
                                               : "";
    return strspn(text.data + 2, digits) == text.size - 2;
}

static bool is_not_finite(quern_string text)
{
    static const char *const infinities[] = {".inf", ".Inf", ".INF", NULL};
    static const char *const not_numbers[] = {".nan", ".NaN", ".NAN", NULL};
    quern_string unsigned_text = text;
    if (text.size && (text.data[0] == '-' || text.data[0] == '+')) {
        unsigned_text.data++;
        unsigned_text.size--;
    }
    return is_one_of(unsigned_text, infinities) || is_one_of(text, not_numbers);
}

enum value_type value_type_of(const struct yaml_node *scalar)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const truths[] = {"true", "True", "TRUE", NULL};
    static const char *const lies[] = {"false", "False", "FALSE", NULL};
    struct decimal decimal;
    if (!scalar->plain)
        return VALUE_TEXT;
    if (is_one_of(scalar->text, nulls))
        return VALUE_NULL;
    if (is_one_of(scalar->text, truths))
        return VALUE_TRUE;
    if (is_one_of(scalar->text, lies))
        return VALUE_FALSE;
    if (split_decimal(scalar->text, &decimal) || is_based(scalar->text) ||
        is_not_finite(scalar->text))
        return VALUE_NUMBER;
    return VALUE_TEXT;
}

/* JSON has no sign "+", no zeros in front, and a digit on each side of the point. */
static void add_decimal(const struct decimal *decimal, struct buffer *out)
{
    quern_string whole = decimal->whole;
    for (; whole.size > 1 && *whole.data == '0'; whole.size--)
        whole.data++;
    buffer_add_text(out, decimal->negative ? "-" : "");
    buffer_add_string(out, whole.size ? whole : QUERN_STRING("0"));
    if (decimal->fraction.size) {
        buffer_add_char(out, '.');
        buffer_add_string(out, decimal->fraction);
    }
    buffer_add_string(out, decimal->exponent);
}

static bool add_number(quern_string text, struct buffer *out)
{
    struct decimal decimal;
    if (split_decimal(text, &decimal)) {
        add_decimal(&decimal, out);
        return true;
    }
    if (is_not_finite(text))
        return false;
    errno = 0;
    unsigned long long number = strtoull(text.data + 2, NULL, text.data[1] == 'x' ? 16 : 8);
    buffer_add_number(out, number);
    return errno == 0;
}

bool value_to_json(const struct yaml_node *scalar, struct buffer *out)
{
    switch (value_type_of(scalar)) {
    case VALUE_NULL:
        buffer_add_text(out, "null");
        return true;
    case VALUE_TRUE:
        buffer_add_text(out, "true");
        return true;
    case VALUE_FALSE:
        buffer_add_text(out, "false");
        return true;
    case VALUE_NUMBER:
        return add_number(scalar->text, out);
    case VALUE_TEXT:
        break;
    }
    json_encode_string(out, scalar->text);
    return true;
}

/* ---- Times and sizes ---- */

/* The first row of each holds what a number without a unit means. */
const struct pipeline_unit pipeline_time_units[] = {{"", 1},   {"ms", 0.001}, {"s", 1},
                                                    {"m", 60}, {"h", 3600},   {NULL, 0}};
const struct pipeline_unit pipeline_size_units[] = {
    {"", 1},       {"B", 1},         {"kB", 1e3},         {"MB", 1e6}, {"GB", 1e9},
    {"KiB", 1024}, {"MiB", 1048576}, {"GiB", 1073741824}, {NULL, 0}};

/* A decimal number without a sign, and a unit behind it. */
static bool read_quantity(const char *text, const struct pipeline_unit *units, double *quantity)
{
    char *end;
    double number = strtod(text, &end);
    if (end == text || strspn(text, "0123456789.") == 0 ||
        strspn(text, "0123456789.eE+-") < (size_t)(end - text))
        return false;
    end += strspn(end, " ");
    for (; units->name; units++)
        if (strcmp(end, units->name) == 0) {
            *quantity = number * units->factor;
            return isfinite(*quantity) && *quantity > 0;
        }
    return false;
}

bool value_to_seconds(const char *text, double *seconds)
{
    return read_quantity(text, pipeline_time_units, seconds) && *seconds <= PIPELINE_TIME_MAX;
}

bool value_to_bytes(const char *text, size_t *bytes)
{
    const double most = (double)(SIZE_MAX / 2);
    double quantity;
    if (!read_quantity(text, pipeline_size_units, &quantity) || quantity < 1 || quantity > most)
        return false;
    *bytes = (size_t)quantity;
    return true;
}

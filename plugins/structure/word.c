/*
 * word.c - reads the words of a tokenizer.
 *
 * A run of letters and digits goes on behind a character that may join two (apostrophe, full stop,
 * hyphen, "@", ":" ...) if what follows says so. None looks further than a name on the internet can
 * be long, unless all that it sees becomes one token.
 */
#include "word.h"

#include <string.h>
#include <strings.h>

#include "apostrophe.h"
#include "internet.h"

/* Length of a hyphen that may stand inside a word: the ASCII one, U+2010, U+2011. */
static size_t hyphen_size(quern_string text, size_t at)
{
    if (byte_at(text, at) == '-')
        return 1;
    bool hyphen =
        starts_with(text, at, "\xE2\x80\x90", 3) || starts_with(text, at, "\xE2\x80\x91", 3);
    return hyphen ? 3 : 0;
}

/* Whether a character goes on with a word, by UAX #29's classes. */
static bool is_word_character(struct character c)
{
    switch (c.word_break) {
    case BREAK_LETTER:
    case BREAK_PICTOGRAPH_LETTER:
    case BREAK_HEBREW:
    case BREAK_NUMERIC:
    case BREAK_EXTEND:
    case BREAK_FORMAT:
    case BREAK_ZWJ:
        return true;
    default:
        return false;
    }
}

/* A word as far as it has been read. */
struct reading {
    struct tokenizer *tokenizer;
    size_t begin, at;
    uint8_t seen; /* classes of the bytes */
    bool done;
    enum token_kind kind;
};

static void finish(struct reading *reading, size_t end, enum token_kind kind)
{
    reading->at = end;
    reading->done = true;
    reading->kind = kind;
}

static void read_apostrophe(struct reading *reading)
{
    quern_string text = reading->tokenizer->text;
    size_t size = apostrophe_size(text, reading->at);
    if (apostrophe_is_not(text, reading->begin, reading->at)) {
        reading->tokenizer->rest = reading->at + size + 1;
        finish(reading, reading->at - 1, TOKEN_WORD);
    } else if (reading->seen & C_DIGIT && apostrophe_enclitic_end(text, reading->at)) {
        reading->at = apostrophe_enclitic_end(text, reading->at); /* the 80's */
        reading->seen |= C_LETTER;
    } else if (apostrophe_enclitic_end(text, reading->at) ||
               !word_starts_at(text, reading->at + size)) {
        reading->done = true;
    } else {
        reading->at += size;
    }
}

static bool between_digits(const struct reading *reading)
{
    quern_string text = reading->tokenizer->text;
    return (class_at(text, reading->at - 1) & C_DIGIT) &&
           (class_at(text, reading->at + 1) & C_DIGIT);
}

/* What the last part of a dotted name says that it is. */
static enum internet_name internet_name(const struct reading *reading, size_t end)
{
    quern_string text = reading->tokenizer->text;
    size_t dot = end;
    while (dot > reading->begin && text.data[dot - 1] != '.')
        dot--;
    quern_string last = {text.data + dot, end - dot};
    return wordset_find(&reading->tokenizer->abbreviations->known->internet, last);
}

static bool is_acronym(quern_string text, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        if (!((i - begin) % 2 == 0 ? class_at(text, i) & C_LETTER : text.data[i] == '.'))
            return false;
    return (end - begin) % 2 == 1;
}

/* "End.The": a capitalised word behind the dot is more likely a new sentence than a name. */
static bool is_missing_space(quern_string text, size_t end)
{
    size_t dot = end;
    while (text.data[dot - 1] != '.')
        dot--;
    return is_upper(text.data[dot]) && end - dot > 1 && is_lower(text.data[dot + 1]) &&
           is_lower(text.data[dot - 2]);
}

/* www.example.org, example.org/path, a group of Usenet or a file: what ends at `end` is a name that
 * computers read. */
static bool read_internet_name(struct reading *reading, size_t end)
{
    quern_string text = reading->tokenizer->text;
    size_t begin = reading->begin;
    char next = byte_at(text, end);
    enum internet_name name = internet_name(reading, end);
    bool host = end - begin > 4 && strncasecmp(text.data + begin, "www.", 4) == 0;
    if (next == '@' && internet_email_end(text, end) > end)
        finish(reading, internet_email_end(text, end), TOKEN_EMAIL);
    else if (host || (name == INTERNET_DOMAIN && !is_missing_space(text, end)))
        finish(reading, next == '/' || next == ':' ? internet_url_end(text, begin, end) : end,
               TOKEN_URL);
    else if (name == INTERNET_FILE || internet_is_hierarchy(text, begin, end))
        finish(reading, end, TOKEN_WORD);
    return reading->done;
}

/* U.S., Ph.D., and St.Louis, of which only the first part is an abbreviation. */
static bool read_dotted_abbreviation(struct reading *reading, size_t end)
{
    quern_string text = reading->tokenizer->text;
    const struct abbreviations *abbreviations = reading->tokenizer->abbreviations;
    bool stopped = byte_at(text, end) == '.';
    if (is_acronym(text, reading->begin, end))
        finish(reading, end + stopped, TOKEN_WORD);
    else if (stopped && abbreviation_at(abbreviations, text, end))
        finish(reading, end + 1, TOKEN_WORD);
    else if (abbreviation_at(abbreviations, text, reading->at))
        finish(reading, reading->at + 1, TOKEN_WORD);
    return reading->done;
}

/* A dot with a word on both sides. */
static void read_inner_dot(struct reading *reading)
{
    quern_string text = reading->tokenizer->text;
    size_t end = internet_name_end(text, reading->begin);
    bool acronym = is_acronym(text, reading->begin, end) && byte_at(text, end) != '@';
    if (end > reading->at && (acronym || !read_internet_name(reading, end)))
        read_dotted_abbreviation(reading, end);
    reading->done = true;
}

static void read_dot(struct reading *reading)
{
    quern_string text = reading->tokenizer->text;
    if (between_digits(reading) && !(reading->seen & C_LETTER))
        reading->at++;
    else if (class_at(text, reading->at + 1) & C_WORD)
        read_inner_dot(reading);
    else if (!(reading->seen & C_DIGIT) && !starts_with(text, reading->at, "...", 3) &&
             abbreviation_at(reading->tokenizer->abbreviations, text, reading->at))
        finish(reading, reading->at + 1, TOKEN_WORD);
    else
        reading->done = true;
}

static void read_hyphen(struct reading *reading)
{
    quern_string text = reading->tokenizer->text;
    size_t size = hyphen_size(text, reading->at);
    bool joins = !reading->tokenizer->split_hyphens && word_starts_at(text, reading->at + size);
    reading->done = !joins;
    reading->at += joins ? size : 0;
}

static void read_colon(struct reading *reading)
{
    quern_string text = reading->tokenizer->text;
    bool scheme = starts_with(text, reading->at, "://", 3) && reading->seen == C_LETTER;
    if (scheme && internet_is_url_byte(text, reading->at + 3))
        finish(reading, internet_url_end(text, reading->begin, reading->at + 3), TOKEN_URL);
    else if (between_digits(reading))
        reading->at++;
    else
        reading->done = true;
}

static void read_at_sign(struct reading *reading)
{
    size_t end = internet_email_end(reading->tokenizer->text, reading->at);
    reading->done = true;
    if (end > reading->at)
        finish(reading, end, TOKEN_EMAIL);
}

/* AT&T: capitals on both sides. */
static void read_ampersand(struct reading *reading)
{
    quern_string text = reading->tokenizer->text;
    bool joins = is_upper(text.data[reading->at - 1]) && is_upper(byte_at(text, reading->at + 1));
    reading->done = !joins;
    reading->at += joins;
}

/* US$: a dollar sign with its country. */
static void read_dollar(struct reading *reading)
{
    quern_string text = reading->tokenizer->text;
    bool country = reading->at - reading->begin <= 3 && is_upper(text.data[reading->begin]) &&
                   is_upper(text.data[reading->at - 1]) &&
                   (class_at(text, reading->at + 1) & (C_DIGIT | C_SPACE));
    finish(reading, reading->at + country, country ? TOKEN_SYMBOL : TOKEN_WORD);
}

static void read_joiner(struct reading *reading)
{
    switch (reading->tokenizer->text.data[reading->at]) {
    case '\'':
        read_apostrophe(reading);
        break;
    case '.':
        read_dot(reading);
        break;
    case '-':
        read_hyphen(reading);
        break;
    case ':':
        read_colon(reading);
        break;
    case '@':
        read_at_sign(reading);
        break;
    case '&':
        read_ampersand(reading);
        break;
    case '$':
        read_dollar(reading);
        break;
    default: /* the comma and the slash: 2,000 and 24/7 */
        reading->done = !between_digits(reading);
        reading->at += !reading->done;
        break;
    }
}

static void read_high(struct reading *reading)
{
    quern_string text = reading->tokenizer->text;
    size_t next = reading->at;
    struct character c = character_next(text, &next);
    if (is_word_character(c)) {
        reading->at = next;
        reading->seen |= c.word_break == BREAK_NUMERIC ? C_DIGIT : C_LETTER;
    } else if (apostrophe_size(text, reading->at)) {
        read_apostrophe(reading);
    } else if (hyphen_size(text, reading->at)) {
        read_hyphen(reading);
    } else {
        reading->done = true;
    }
}

/* Words such as "cannot", which are two tokens. */
static void split_word(struct reading *reading)
{
    const struct wordset *splits = &reading->tokenizer->abbreviations->known->splits;
    quern_string word = {reading->tokenizer->text.data + reading->begin,
                         reading->at - reading->begin};
    size_t first = wordset_find(splits, word);
    if (first == 0 || first == word.size)
        return;
    reading->tokenizer->rest = reading->at;
    reading->at = reading->begin + first;
}

/* 375mm: a number with a unit, which is no word in itself, as 2nd and 3D are. */
static void split_unit(struct reading *reading)
{
    quern_string text = reading->tokenizer->text;
    size_t unit = reading->at;
    while (class_at(text, unit - 1) & C_LETTER)
        unit--;
    quern_string word = {text.data + unit, reading->at - unit};
    if (!wordset_find(&reading->tokenizer->abbreviations->known->units, word) ||
        !(class_at(text, unit - 1) & C_DIGIT))
        return;
    reading->tokenizer->rest = reading->at;
    reading->at = unit;
    reading->seen = C_DIGIT;
}

void word_read(struct tokenizer *tokenizer, struct token *token)
{
    quern_string text = tokenizer->text;
    struct reading reading = {.tokenizer = tokenizer, .begin = tokenizer->at, .at = tokenizer->at};
    while (!reading.done) {
        uint8_t class;
        while ((class = class_at(text, reading.at)) & C_WORD) {
            reading.seen |= class;
            reading.at++;
        }
        if (class & C_JOINER)
            read_joiner(&reading);
        else if (class == C_HIGH)
            read_high(&reading);
        else
            break;
    }
    split_word(&reading);
    if (reading.seen == (C_DIGIT | C_LETTER) && (class_at(text, reading.begin) & C_DIGIT))
        split_unit(&reading);
    if (reading.kind == TOKEN_WORD && !(reading.seen & C_LETTER))
        reading.kind = reading.seen & C_DIGIT ? TOKEN_NUMBER : TOKEN_SYMBOL;
    *token = (struct token){reading.begin, reading.at, reading.kind};
}

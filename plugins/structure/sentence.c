/*
 * sentence.c - cuts a block into sentences.
 *
 * A sentence ends at a full stop, a question or exclamation mark, an ellipsis, or several of these,
 * with the quotes, brackets and references that close behind it, if the text goes on as a sentence
 * begins. Whether a full stop is that of an abbreviation is abbreviation.c's to say. A block is read
 * once; each stop looks a few characters back and ahead.
 */
#include "sentence.h"

#include "character.h"
#include "token.h"

/* Abbreviations that nobody knows of are shorter than this. */
#define LONGEST_CUT_WORD 5

/* First bytes of what may end a sentence: stops, emoticons, characters beyond ASCII. */
static const bool may_be_stop[256] = {
    ['.'] = true, ['!'] = true,  ['?'] = true,  [':'] = true,
    [';'] = true, [0xE2] = true, [0xE3] = true, [0xEF] = true,
};

static bool is_stop(uint32_t code)
{
    switch (code) {
    case '.':
    case '!':
    case '?':
    case 0x2026: /* ellipsis */
    case 0x203C: /* two exclamation marks, and so on */
    case 0x2047:
    case 0x2048:
    case 0x2049:
    case 0x3002: /* ideographic full stop */
    case 0xFF01:
    case 0xFF0E:
    case 0xFF1F:
        return true;
    default:
        return false;
    }
}

static bool is_closing(uint32_t code)
{
    switch (code) {
    case '"':
    case '\'':
    case ')':
    case ']':
    case '}':
    case 0xBB:
    case 0x2019:
    case 0x201D:
    case 0x203A:
    case 0x300D:
    case 0x300F:
        return true;
    default:
        return false;
    }
}

static bool is_opening(uint32_t code)
{
    switch (code) {
    case '"':
    case '\'':
    case '(':
    case '[':
    case '{':
    case 0xA1:
    case 0xAB:
    case 0xBF:
    case 0x2018:
    case 0x201C:
    case 0x201E:
    case 0x300C:
    case 0x300E:
        return true;
    default:
        return false;
    }
}

/* A place where a sentence may end. */
struct stop {
    size_t begin, end; /* of the marks */
    size_t closed;     /* behind quotes, brackets and references */
    size_t next;       /* where the text goes on */
    uint32_t last;     /* the last of the marks */
};

static size_t skip_spaces(const struct sentences *sentences, size_t at)
{
    for (size_t next = at; at < sentences->end; at = next)
        if (character_next(sentences->text, &next).kind != KIND_SPACE)
            break;
    return at;
}

static size_t skip(const struct sentences *sentences, size_t at, bool (*wanted)(uint32_t))
{
    for (size_t next = at; at < sentences->end; at = next)
        if (!wanted(character_next(sentences->text, &next).code))
            break;
    return at;
}

/* References such as [4] or [1 - 3], with a space before them or none. */
static size_t skip_references(const struct sentences *sentences, size_t at)
{
    for (;;) {
        size_t begin = skip_spaces(sentences, at);
        if (begin >= sentences->end || sentences->text.data[begin] != '[')
            return at;
        size_t size = count_run(sentences->text, begin + 1, "0123456789,- ");
        size_t end = begin + 1 + size;
        if (size == 0 || size > 11 || end >= sentences->end || sentences->text.data[end] != ']')
            return at;
        at = end + 1;
    }
}

/* The end of an emoticon at `at`; `at` when there is none. */
static size_t skip_emoticon(const struct sentences *sentences, size_t at)
{
    size_t end = at < sentences->end ? token_emoticon_end(sentences->text, at) : 0;
    return end > 0 && end <= sentences->end ? end : at;
}

/* The same for one that spaces may stand before. */
static size_t skip_spaced_emoticon(const struct sentences *sentences, size_t at)
{
    size_t begin = skip_spaces(sentences, at);
    size_t end = skip_emoticon(sentences, begin);
    return end > begin ? end : at;
}

/* The stop at `begin`; it ends where it begins if there is none. */
static struct stop read_stop(const struct sentences *sentences, size_t begin)
{
    struct stop stop = {.begin = begin, .end = skip(sentences, begin, is_stop)};
    if (stop.end == begin)
        stop.end = skip_emoticon(sentences, begin);
    if (stop.end == begin)
        return stop;
    stop.last = character_before(sentences->text, stop.end).code;
    stop.closed = skip(sentences, stop.end, is_closing);
    stop.closed = skip_references(sentences, stop.closed);
    stop.closed = skip_spaced_emoticon(sentences, stop.closed);
    stop.next = skip_spaces(sentences, stop.closed);
    return stop;
}

/* How the text goes on: its first character but for quotes and brackets. */
static struct character continuation(const struct sentences *sentences, const struct stop *stop)
{
    return character_at(sentences->text, skip(sentences, stop->next, is_opening));
}

/* "1." or "a." and nothing before it in the sentence: the number of what follows. */
static bool is_enumerator(const struct sentences *sentences, size_t begin, size_t stop)
{
    size_t size = stop - begin;
    if (size == 0 || size > 3)
        return false;
    return count_run(sentences->text, begin, "0123456789") >= size ||
           (size == 1 && kind_is_letter(character_at(sentences->text, begin).kind) &&
            sentences->text.data[begin] != 'I');
}

/* "End.The": a sentence begins without a space. */
static bool is_missing_space(const struct sentences *sentences, const struct stop *stop)
{
    size_t next = stop->next;
    return character_before(sentences->text, stop->begin).kind == KIND_LOWER &&
           character_next(sentences->text, &next).kind == KIND_UPPER &&
           character_at(sentences->text, next).kind == KIND_LOWER;
}

static bool is_abbreviation(const struct sentences *sentences, const struct stop *stop,
                            enum abbreviation *class)
{
    *class = ABBREVIATION_NONE;
    if (stop->end == stop->begin + 1 && stop->last == '.')
        *class = abbreviation_at(sentences->abbreviations, sentences->text, stop->begin);
    return *class != ABBREVIATION_NONE;
}

/* Whether the lower case behind a single stop may begin a sentence: with a careless writer, or where
 * the word before the stop is too long for an abbreviation. */
static bool begins_in_lower_case(const struct sentences *sentences, const struct stop *stop)
{
    if (stop->last != '.' && !care_is_taken(sentences->care))
        return true;
    if (stop->end - stop->begin > 1)
        return false;
    if (sentences->careless || stop->last != '.')
        return sentences->careless;
    size_t letters = 0;
    while (letters < LONGEST_CUT_WORD && stop->begin > letters &&
           (sentences->text.data[stop->begin - letters - 1] | 0x20) >= 'a' &&
           (sentences->text.data[stop->begin - letters - 1] | 0x20) <= 'z')
        letters++;
    return letters == LONGEST_CUT_WORD;
}

static bool ends_sentence(const struct sentences *sentences, size_t begin, const struct stop *stop)
{
    struct character next = continuation(sentences, stop);
    enum abbreviation class;
    if (stop->last >= 0x3000)
        return true;
    if (stop->next == stop->closed)
        return is_missing_space(sentences, stop);
    if (is_abbreviation(sentences, stop, &class))
        return class != ABBREVIATION_TITLE &&
               abbreviation_is_followed_by_sentence(sentences->abbreviations, sentences->text,
                                                    skip(sentences, stop->next, is_opening));
    if (stop->last == '.' && is_enumerator(sentences, begin, stop->begin))
        return false;
    switch (next.kind) {
    case KIND_LOWER:
        return stop->closed == stop->end && begins_in_lower_case(sentences, stop);
    case KIND_PUNCTUATION:
        return next.code == '-' || next.code == 0x2014 || next.code == '#' || next.code == '@';
    default:
        return true;
    }
}

/* The next place where a sentence may end; false at the end of the block. */
static bool find_stop(const struct sentences *sentences, size_t at, struct stop *stop)
{
    for (; at < sentences->end; at++) {
        if (!may_be_stop[(unsigned char)sentences->text.data[at]])
            continue;
        *stop = read_stop(sentences, at);
        if (stop->end > at)
            return stop->next < sentences->end;
    }
    return false;
}

bool sentence_next_stopped(struct sentences *sentences, size_t *begin, size_t *end)
{
    *begin = skip_spaces(sentences, sentences->at);
    *end = sentences->end;
    if (*begin == sentences->end)
        return false;
    struct stop stop = {.end = *begin};
    while (find_stop(sentences, stop.end, &stop)) {
        if (ends_sentence(sentences, *begin, &stop)) {
            *end = stop.closed;
            break;
        }
    }
    sentences->at = *end;
    return true;
}

struct gaps sentence_gaps(const struct sentences *sentences, size_t begin, size_t end)
{
    return (struct gaps){.text = sentences->text,
                         .starters = &sentences->abbreviations->known->starters,
                         .care = sentences->care,
                         .opens_block = begin == sentences->block,
                         .at = begin,
                         .end = end};
}

bool sentence_next(struct sentences *sentences, size_t *begin, size_t *end)
{
    struct gaps *gaps = &sentences->gaps;
    if (gaps->at < gaps->end) { /* the last stretch holds more */
        *begin = skip_spaces(sentences, gaps->at);
    } else {
        if (!sentence_next_stopped(sentences, begin, end))
            return false;
        if (care_is_taken(sentences->care))
            return true;
        *gaps = sentence_gaps(sentences, *begin, *end);
    }
    *end = gap_next_end(gaps);
    gaps->at = *end;
    return true;
}

/*
 * gap.c - gaps between words at which a sentence may end without a full stop.
 *
 * In careless writing and in mail, lines, greetings, dates and addresses follow each other with
 * nothing between them. What the words on both sides look like, and how far the last full stop is,
 * are features of a logistic regression; its weights are learned by tools/train-gaps.py. Nothing
 * depends on the letters of a word but for short lists of English.
 */
#include "gap.h"

#include <string.h>
#include <strings.h>

#include "byte_class.h"

enum shape {
    SHAPE_NONE,
    SHAPE_LOWER,
    SHAPE_CAPITAL,
    SHAPE_CAPITALS,
    SHAPE_I,
    SHAPE_NUMBER,
    SHAPE_DATE,
    SHAPE_TIME,
    SHAPE_NOON, /* AM, PM */
    SHAPE_MIXED,
    SHAPE_URL,
    SHAPE_MAIL,
    SHAPE_FILE,
    SHAPE_MARK,
    SHAPE_RULE, /* a line drawn with signs */
    SHAPES = 16
};

enum tail {
    TAIL_NONE,
    TAIL_COMMA,
    TAIL_COLON,
    TAIL_SEMICOLON,
    TAIL_DASH,
    TAIL_CLOSED,
    TAIL_STOP,
    TAIL_OTHER,
    TAILS = 8
};

enum head { HEAD_NONE, HEAD_QUOTE, HEAD_BRACKET, HEAD_BULLET, HEAD_LESS, HEAD_OTHER, HEADS = 8 };

/* ---- What a word looks like ---------------------------------------------------------------- */

static bool is_core(struct character c)
{
    return kind_is_letter(c.kind) || c.kind == KIND_NUMBER;
}

static quern_string find_core(quern_string text, size_t begin, size_t end)
{
    while (begin < end && !is_core(character_at(text, begin)))
        character_next(text, &begin);
    while (end > begin && !is_core(character_before(text, end)))
        do
            end--;
        while (((unsigned char)text.data[end] & 0xC0) == 0x80);
    return (quern_string){text.data + begin, end - begin};
}

static bool core_is(quern_string core, const char *what)
{
    return core.size == strlen(what) && strncasecmp(core.data, what, core.size) == 0;
}

static bool core_starts(quern_string core, const char *what)
{
    return core.size > strlen(what) && strncasecmp(core.data, what, strlen(what)) == 0;
}

/* A dot with two to four letters or digits behind it. */
static bool is_file_name(quern_string core)
{
    for (size_t size = 2; size <= 4 && size + 1 < core.size; size++)
        if (core.data[core.size - size - 1] == '.')
            return true;
    return false;
}

static enum shape numeric_shape(quern_string core, size_t digits, bool letters)
{
    size_t slashes = 0, colons = 0;
    for (size_t i = 0; i < core.size; i++) {
        slashes += core.data[i] == '/';
        colons += core.data[i] == ':';
    }
    if (letters)
        return SHAPE_MIXED;
    if (slashes == 2 && digits + 2 == core.size)
        return SHAPE_DATE;
    return colons > 0 && digits + colons == core.size ? SHAPE_TIME : SHAPE_NUMBER;
}

static enum shape letter_shape(quern_string core, size_t upper, size_t letters)
{
    if (core_is(core, "am") || core_is(core, "pm"))
        return SHAPE_NOON;
    if (core.data[0] == 'I' && (core.size == 1 || core.data[1] == '\''))
        return SHAPE_I;
    if (is_file_name(core))
        return SHAPE_FILE;
    if (upper == letters && letters > 1)
        return SHAPE_CAPITALS;
    return character_at(core, 0).kind == KIND_LOWER ? SHAPE_LOWER : SHAPE_CAPITAL;
}

static enum shape shape_of(const struct word_look *word)
{
    quern_string core = word->core;
    size_t digits = 0, upper = 0, letters = 0;
    if (core.size == 0)
        return word->end - word->begin < 4 ? SHAPE_MARK : SHAPE_RULE;
    if (core_starts(core, "http") || core_starts(core, "www."))
        return SHAPE_URL;
    if (memchr(core.data, '@', core.size))
        return SHAPE_MAIL;
    for (size_t at = 0; at < core.size;) {
        enum character_kind kind = character_next(core, &at).kind;
        digits += kind == KIND_NUMBER;
        upper += kind == KIND_UPPER;
        letters += kind_is_letter(kind);
    }
    return digits > 0 ? numeric_shape(core, digits, letters > 0)
                      : letter_shape(core, upper, letters);
}

static enum head head_of(uint32_t code)
{
    if (is_one_of(code, "\"'") || (code >= 0x2018 && code <= 0x201F))
        return HEAD_QUOTE;
    if (is_one_of(code, "([{"))
        return HEAD_BRACKET;
    if (is_one_of(code, "-*+") || code == 0x2022 || code == 0x2013 || code == 0x2014)
        return HEAD_BULLET;
    return is_one_of(code, "<>") ? HEAD_LESS : HEAD_OTHER;
}

/* What stands behind a core: the last mark that does not close something. */
static enum tail tail_of(quern_string text, size_t begin, size_t end)
{
    enum tail tail = TAIL_NONE;
    while (begin < end) {
        uint32_t code = character_next(text, &begin).code;
        if (is_one_of(code, ".!?") || code == 0x2026)
            return TAIL_STOP;
        if (is_one_of(code, ")]}\"'>") || (code >= 0x2018 && code <= 0x201F))
            tail = tail == TAIL_NONE ? TAIL_CLOSED : tail;
        else
            tail = code == ','   ? TAIL_COMMA
                   : code == ':' ? TAIL_COLON
                   : code == ';' ? TAIL_SEMICOLON
                   : code == '-' ? TAIL_DASH
                                 : TAIL_OTHER;
    }
    return tail;
}

static struct word_look look_at(quern_string text, size_t begin, size_t end)
{
    struct word_look word = {.begin = begin, .end = end, .core = find_core(text, begin, end)};
    size_t core_begin = (size_t)(word.core.data - text.data);
    size_t tail_begin = word.core.size > 0 ? core_begin + word.core.size : begin;
    word.tail = (uint8_t)tail_of(text, tail_begin, end);
    if (word.core.size > 0 && core_begin > begin)
        word.head = (uint8_t)head_of(character_at(text, begin).code);
    word.shape = (uint8_t)shape_of(&word);
    return word;
}

/* The end of a word of nothing but small letters, as most are; `at` for any other. */
static size_t plain_end(quern_string text, size_t at, size_t end)
{
    size_t stop = at;
    while (stop < end && is_lower(text.data[stop]))
        stop++;
    bool ends = stop == end || class_at(text, stop) == C_SPACE;
    return ends && stop - at != 2 ? stop : at; /* two letters may be am or pm */
}

/* The next word from `at` on; without a begin below its end when there is none. */
static struct word_look next_word(quern_string text, size_t at, size_t end)
{
    while (at < end && class_at(text, at) == C_SPACE)
        at++;
    size_t begin = at, plain = plain_end(text, at, end);
    if (plain > begin)
        return (struct word_look){.begin = begin,
                                  .end = plain,
                                  .core = {text.data + begin, plain - begin},
                                  .shape = SHAPE_LOWER};
    while (at < end && class_at(text, at) != C_SPACE)
        at++;
    return at > begin ? look_at(text, begin, at) : (struct word_look){.begin = at, .end = at};
}

/* ---- Features ------------------------------------------------------------------------------ */

enum { FAR = 4 }; /* words of a stretch that are looked at as its beginning */

/* Parts of gap_weights: where each kind of feature begins, and, behind it, how many it has. */
enum {
    AT_BIAS,
    AT_CARE = AT_BIAS + 1,
    AT_SHAPES = AT_CARE + 6,
    AT_BEFORE = AT_SHAPES + SHAPES * SHAPES * TAILS,
    AT_AFTER = AT_BEFORE + SHAPES,
    AT_TAIL = AT_AFTER + SHAPES,
    AT_TAIL_AFTER = AT_TAIL + TAILS,
    AT_STARTER = AT_TAIL_AFTER + TAILS * SHAPES,
    AT_STARTER_BEFORE = AT_STARTER + 3,
    AT_STARTER_BEYOND = AT_STARTER_BEFORE + 3 * SHAPES * 2,
    AT_HEAD = AT_STARTER_BEYOND + 3 * SHAPES,
    AT_HEAD_BEFORE = AT_HEAD + HEADS,
    AT_BEYOND = AT_HEAD_BEFORE + HEADS * SHAPES,
    AT_LINE_STARTER = AT_BEYOND + SHAPES * SHAPES,
    AT_LINE_TAIL = AT_LINE_STARTER + 2 * 3,
    AT_FUNCTION_AFTER = AT_LINE_TAIL + 2 * TAILS,
    AT_SINCE_AFTER = AT_FUNCTION_AFTER + 2 * SHAPES,
    AT_SINCE_TAIL = AT_SINCE_AFTER + (FAR + 1) * SHAPES,
    AT_CLOSING_TAIL = AT_SINCE_TAIL + (FAR + 1) * TAILS,
    AT_CLOSING_AFTER = AT_CLOSING_TAIL + FAR * TAILS,
    AT_GREETING = AT_CLOSING_AFTER + SHAPES,
    AT_NAMES_AFTER = AT_GREETING + FAR * 2 * TAILS,
    AT_NAMES_TAIL = AT_NAMES_AFTER + FAR * SHAPES,
    AT_REPEATED = AT_NAMES_TAIL + FAR * TAILS,
    AT_REPEATED_SHAPE = AT_REPEATED + SHAPES,
    AT_END = AT_REPEATED_SHAPE + SHAPES
};

_Static_assert(AT_END == GAP_WEIGHTS, "gap.h counts the weights");

static bool closes_letter(quern_string word)
{
    static const char *const words[] = {
        "regards", "sincerely", "thanks", "thank", "thx",  "cheers",       "love",
        "yours",   "truly",     "wishes", "best",  "rgds", "respectfully", "cordially"};
    if (word.size == 0 || !memchr("rstclybw", word.data[0] | 0x20, 8))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (core_is(word, words[i]))
            return true;
    return false;
}

static void add(struct gap *gap, int at, int offset)
{
    gap->features[gap->count++] = (uint16_t)(at + offset);
}

/* What else is asked of the gap between two words. */
struct look {
    const struct gaps *gaps;
    int since;   /* words of the stretch up to `a`, up to FAR + 1 */
    int starter; /* of `b`: 0 none, 1 a word that begins sentences, 2 "I" */
    bool function, line_end;
};

static void add_neighbours(struct gap *gap, const struct look *look)
{
    int a = look->gaps->a.shape, b = look->gaps->b.shape, tail = look->gaps->a.tail;
    add(gap, AT_SHAPES, (a * SHAPES + b) * TAILS + tail);
    add(gap, AT_BEFORE, a);
    add(gap, AT_AFTER, b);
    add(gap, AT_TAIL, tail);
    add(gap, AT_TAIL_AFTER, tail * SHAPES + b);
    add(gap, AT_STARTER, look->starter);
    add(gap, AT_STARTER_BEFORE, (look->starter * SHAPES + a) * 2 + look->function);
    add(gap, AT_STARTER_BEYOND, look->starter * SHAPES + look->gaps->c.shape);
    add(gap, AT_HEAD, look->gaps->b.head);
    add(gap, AT_HEAD_BEFORE, look->gaps->b.head * SHAPES + a);
    add(gap, AT_BEYOND, b * SHAPES + look->gaps->c.shape);
    add(gap, AT_LINE_STARTER, look->line_end * 3 + look->starter);
    add(gap, AT_LINE_TAIL, look->line_end * TAILS + tail);
    add(gap, AT_FUNCTION_AFTER, look->function * SHAPES + b);
}

/* What the beginning of the stretch says: a greeting, the close of a letter, names, a list. */
static void add_beginning(struct gap *gap, const struct look *look)
{
    int near = look->since - 1, b = look->gaps->b.shape, tail = look->gaps->a.tail;
    add(gap, AT_SINCE_AFTER, near * SHAPES + b);
    add(gap, AT_SINCE_TAIL, near * TAILS + tail);
    if (near < FAR && look->gaps->closing) {
        add(gap, AT_CLOSING_TAIL, near * TAILS + tail);
        add(gap, AT_CLOSING_AFTER, b);
    }
    if (near < FAR && tail != TAIL_NONE)
        add(gap, AT_GREETING, (near * 2 + look->gaps->opens_block) * TAILS + tail);
    if (near < FAR && look->gaps->names) {
        add(gap, AT_NAMES_AFTER, near * SHAPES + b);
        add(gap, AT_NAMES_TAIL, near * TAILS + tail);
    }
    if (look->gaps->b.core.size > 0 &&
        quern_string_equal(look->gaps->b.core, look->gaps->first.core))
        add(gap, AT_REPEATED, look->gaps->first.shape);
    if (look->gaps->first.shape == b && b != SHAPE_CAPITAL)
        add(gap, AT_REPEATED_SHAPE, b);
}

static void describe(struct gap *gap, const struct look *look)
{
    gap->begin = look->gaps->a.end;
    gap->count = 0;
    add(gap, AT_BIAS, 0);
    add(gap, AT_CARE, look->gaps->care.unfinished * 2 + look->gaps->care.lower_i);
    add_neighbours(gap, look);
    add_beginning(gap, look);
}

/* ---- The walk ------------------------------------------------------------------------------ */

static void take_in(struct gaps *gaps, const struct word_look *word)
{
    if (gaps->words == 0) {
        gaps->first = *word;
        gaps->names = true;
    }
    if (gaps->words++ >= FAR)
        return;
    gaps->names &= word->shape == SHAPE_CAPITAL || word->shape == SHAPE_CAPITALS;
    gaps->closing |= closes_letter(word->core);
}

static struct look look_around(const struct gaps *gaps)
{
    quern_string text = gaps->text;
    const struct word_look *a = &gaps->a, *b = &gaps->b;
    bool starts = b->core.size > 0 && wordset_find(gaps->starters, b->core) != 0;
    return (struct look){.gaps = gaps,
                         .since = gaps->words > FAR ? FAR + 1 : (int)gaps->words,
                         .starter = b->shape == SHAPE_I ? 2 : starts,
                         .function = a->core.size > 0 && wordset_find(gaps->starters, a->core) != 0,
                         .line_end = memchr(text.data + a->end, '\n', b->begin - a->end) != NULL};
}

/* Moves on by a word; false at the end of the stretch. */
static bool step(struct gaps *gaps)
{
    if (gaps->words == 0) {
        gaps->a = next_word(gaps->text, gaps->at, gaps->end);
        gaps->b = next_word(gaps->text, gaps->a.end, gaps->end);
    } else {
        gaps->a = gaps->b;
        gaps->b = gaps->c;
    }
    gaps->c = next_word(gaps->text, gaps->b.end, gaps->end);
    gaps->at = gaps->a.end;
    take_in(gaps, &gaps->a);
    return gaps->b.begin < gaps->b.end;
}

bool gap_next(struct gaps *gaps, struct gap *gap)
{
    while (step(gaps)) {
        if (gaps->a.tail != TAIL_STOP && gaps->b.shape != SHAPE_LOWER) {
            struct look look = look_around(gaps);
            describe(gap, &look);
            return true;
        }
    }
    return false;
}

size_t gap_next_end(struct gaps *gaps)
{
    for (struct gap gap; gap_next(gaps, &gap);) {
        int score = 0;
        for (size_t i = 0; i < gap.count; i++)
            score += gap_weights[gap.features[i]];
        if (score > gap_threshold)
            return gap.begin;
    }
    return gaps->end;
}

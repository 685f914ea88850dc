/*
 * token.c - cuts a text into tokens.
 *
 * A word is a run of letters, digits and what belongs to them by UAX #29; what English wants beyond
 * that follows the Universal Dependencies' treebanks of English (EWT, GUM): "'s" and "n't" are
 * tokens, "U.S." and "3.5" are one, "$", "%" and brackets stand alone, addresses stay whole. A
 * hyphenated word is one token, unless the stage was told to split it. Scripts that UAX #29 does not
 * cut by letters (kana, ideographs, emoji) are cut as it says.
 *
 * One pass, by a table of what each byte is. Only a character that may join two words (apostrophe,
 * full stop, hyphen, "@", ":" …) makes the scanner look further, and never further than NAME_LIMIT
 * unless all that it sees becomes one token.
 */
#include "token.h"

#include <endian.h>
#include <string.h>
#include <strings.h>

#include "character.h"
#include "wordbreak.h"

/* How much of a dotted name is looked at before it is known to be one. */
#define NAME_LIMIT 256

/* What a byte can be. The first three are sets of bits, so that a word remembers what it met. */
enum {
    C_LETTER = 1,
    C_DIGIT = 2,
    C_UNDERSCORE = 4,
    C_WORD = C_LETTER | C_DIGIT | C_UNDERSCORE,
    C_JOINER = 8, /* may stand between the halves of one token */
    C_HIGH = 16,  /* part of a character beyond ASCII */
    C_SPACE = 32, /* or a control character */
    C_MARK = 64,
    C_LONE = 128 /* a mark that is always a token by itself */
};

#define L C_LETTER
#define D C_DIGIT
#define U C_UNDERSCORE
#define J (C_JOINER | C_MARK)
#define S C_SPACE
#define M C_MARK
#define O (C_MARK | C_LONE)
#define Q (C_MARK | C_LONE | C_JOINER)
#define H8 C_HIGH, C_HIGH, C_HIGH, C_HIGH, C_HIGH, C_HIGH, C_HIGH, C_HIGH
#define H32 H8, H8, H8, H8
static const uint8_t classes[256] = {
    S,   S,   S,   S,   S, S, S, S, S, S, S, S, S, S, S, S, /* controls */
    S,   S,   S,   S,   S, S, S, S, S, S, S, S, S, S, S, S, /* controls */
    S,   M,   O,   M,   J, M, J, J, O, O, M, M, Q, J, J, J, /*  !"#$%&'()*+,-./ */
    D,   D,   D,   D,   D, D, D, D, D, D, J, M, M, M, M, M, /* 0123456789:;<=>? */
    J,   L,   L,   L,   L, L, L, L, L, L, L, L, L, L, L, L, /* @ABCDEFGHIJKLMNO */
    L,   L,   L,   L,   L, L, L, L, L, L, L, O, M, O, M, U, /* PQRSTUVWXYZ[\]^_ */
    M,   L,   L,   L,   L, L, L, L, L, L, L, L, L, L, L, L, /* `abcdefghijklmno */
    L,   L,   L,   L,   L, L, L, L, L, L, L, O, M, O, M, S, /* pqrstuvwxyz{|}~  */
    H32, H32, H32, H32,
};
#undef L
#undef D
#undef U
#undef J
#undef S
#undef M
#undef O
#undef Q

static uint8_t class_at(quern_string text, size_t at)
{
    return classes[(unsigned char)byte_at(text, at)]; /* the end of the text is a space */
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool starts_with(quern_string text, size_t at, const char *what, size_t size)
{
    return text.size - at >= size && memcmp(text.data + at, what, size) == 0;
}

/* Length of an apostrophe, straight or curly; 0 when there is none. */
static size_t apostrophe_size(quern_string text, size_t at)
{
    if (byte_at(text, at) == '\'')
        return 1;
    return starts_with(text, at, "\xE2\x80\x99", 3) ? 3 : 0;
}

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

static bool is_word_start(struct character c)
{
    return c.word_break == BREAK_LETTER || c.word_break == BREAK_HEBREW ||
           c.word_break == BREAK_NUMERIC;
}

static bool word_starts_at(quern_string text, size_t at)
{
    uint8_t class = class_at(text, at);
    return (class & (C_LETTER | C_DIGIT)) ||
           (class == C_HIGH && is_word_start(character_at(text, at)));
}

static bool is_word_byte_before(quern_string text, size_t at)
{
    return at > 0 && (class_at(text, at - 1) & (C_WORD | C_HIGH));
}

/* ---- Apostrophes --------------------------------------------------------------------------- */

/* The end of "'s", "'re" or another enclitic whose apostrophe stands at `at`; 0 for none. */
static size_t enclitic_end(quern_string text, size_t at)
{
    static const char *const enclitics[] = {"s", "m", "d", "re", "ve", "ll"};
    size_t begin = at + apostrophe_size(text, at);
    size_t end = begin;
    while (end - begin < 3 && (class_at(text, end) & C_LETTER))
        end++;
    if (end == at || class_at(text, end) & (C_WORD | C_HIGH)) {
        if (class_at(text, end) != C_HIGH || word_starts_at(text, end))
            return 0;
    }
    for (size_t i = 0; i < sizeof enclitics / sizeof *enclitics; i++)
        if (strlen(enclitics[i]) == end - begin &&
            strncasecmp(text.data + begin, enclitics[i], end - begin) == 0)
            return end;
    return 0;
}

/* Whether the apostrophe at `at` is that of "n't", with a word in front of the n. */
static bool is_not(quern_string text, size_t begin, size_t at)
{
    size_t t = at + apostrophe_size(text, at);
    return at >= begin + 2 && (text.data[at - 1] | 0x20) == 'n' &&
           (class_at(text, at - 2) & C_LETTER) && (byte_at(text, t) | 0x20) == 't' &&
           !(class_at(text, t + 1) & (C_WORD | C_HIGH));
}

/* ---- Names on the internet ----------------------------------------------------------------- */

static bool is_url_character(quern_string text, size_t at)
{
    char c = byte_at(text, at);
    return class_at(text, at) != C_SPACE && c != '<' && c != '>' && c != '"';
}

/* The end of an address that begins at `begin`, without the punctuation of the sentence around. */
static size_t url_end(quern_string text, size_t begin, size_t at)
{
    size_t open = 0, closed = 0;
    for (; at < text.size && is_url_character(text, at); at++) {
        open += text.data[at] == '(';
        closed += text.data[at] == ')';
    }
    for (; at > begin + 1; at--) {
        char last = text.data[at - 1];
        if (last == ')' && closed > open)
            closed--;
        else if (!is_one_of((unsigned char)last, ".,;:!?'*]}"))
            break;
    }
    return at;
}

/* The end of letters, digits, hyphens and underscores with dots between them. */
static size_t dotted_end(quern_string text, size_t begin, size_t limit)
{
    size_t at = begin;
    while (at < limit && ((class_at(text, at) & C_WORD) || text.data[at] == '-' ||
                          (text.data[at] == '.' && (class_at(text, at + 1) & C_WORD))))
        at++;
    while (at > begin && text.data[at - 1] == '-')
        at--;
    return at;
}

static size_t name_limit(quern_string text, size_t begin)
{
    return text.size - begin > NAME_LIMIT ? begin + NAME_LIMIT : text.size;
}

/* The end of a mail address whose "@" stands at `at`; `at` itself when there is none. */
static size_t email_end(quern_string text, size_t at)
{
    if (!(class_at(text, at + 1) & (C_LETTER | C_DIGIT)))
        return at;
    return dotted_end(text, at + 1, name_limit(text, at + 1));
}

/* ---- Plain words and marks ----------------------------------------------------------------- */

/* The end of a run of ASCII letters, eight at a time: most words then take one round, and cost no
 * branch that depends on how long they are. */
static size_t letters_end(quern_string text, size_t at)
{
    const uint64_t each = UINT64_C(0x0101010101010101), high = each << 7;
    while (text.size - at >= 8) {
        uint64_t bytes;
        memcpy(&bytes, text.data + at, 8);
        bytes = le64toh(bytes);
        uint64_t lower = (bytes | each << 5) & ~high;
        uint64_t from_a = lower + each * (0x80 - 'a'), behind_z = lower + each * (0x7F - 'z');
        uint64_t others = ~(from_a & ~behind_z & ~bytes) & high;
        if (others != 0)
            return at + (size_t)__builtin_ctzll(others) / 8;
        at += 8;
    }
    while (at < text.size && (class_at(text, at) & C_LETTER))
        at++;
    return at;
}

/* What most tokens are: a word of ASCII letters that nothing joins to anything, or a mark that is
 * always alone. */
static bool read_plain(const struct tokenizer *tokenizer, struct token *token)
{
    quern_string text = tokenizer->text;
    size_t begin = tokenizer->at;
    size_t end = letters_end(text, begin);
    if (end == begin) {
        *token = (struct token){begin, begin + 1, TOKEN_PUNCTUATION};
        return class_at(text, begin) & C_LONE;
    }
    const struct wordset *splits = &tokenizer->abbreviations->known->splits;
    *token = (struct token){begin, end, TOKEN_WORD};
    return (class_at(text, end) & (C_SPACE | C_LONE)) &&
           !wordset_may_hold(splits, text.data + begin, end - begin);
}

/* ---- Words --------------------------------------------------------------------------------- */

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
    if (is_not(text, reading->begin, reading->at)) {
        reading->tokenizer->rest = reading->at + size + 1;
        finish(reading, reading->at - 1, TOKEN_WORD);
    } else if (reading->seen & C_DIGIT && enclitic_end(text, reading->at)) {
        reading->at = enclitic_end(text, reading->at); /* the 80's */
        reading->seen |= C_LETTER;
    } else if (enclitic_end(text, reading->at) || !word_starts_at(text, reading->at + size)) {
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

/* a.b.c, all in lower case: a group of Usenet, a key of a configuration, a host. */
static bool is_hierarchy(quern_string text, size_t begin, size_t end)
{
    size_t dots = 0;
    for (; begin < end; begin++) {
        if (is_upper(text.data[begin]))
            return false;
        dots += text.data[begin] == '.';
    }
    return dots >= 2;
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

/* A dot with a word on both sides. */
static void read_inner_dot(struct reading *reading)
{
    quern_string text = reading->tokenizer->text;
    size_t end = dotted_end(text, reading->begin, name_limit(text, reading->begin));
    char next = byte_at(text, end);
    if (end <= reading->at) {
        reading->done = true;
    } else if (next == '@' && email_end(text, end) > end) {
        finish(reading, email_end(text, end), TOKEN_EMAIL);
    } else if (is_acronym(text, reading->begin, end)) {
        finish(reading, end + (next == '.'), TOKEN_WORD);
    } else if ((end - reading->begin > 4 &&
                strncasecmp(text.data + reading->begin, "www.", 4) == 0) ||
               (internet_name(reading, end) == INTERNET_DOMAIN && !is_missing_space(text, end))) {
        bool path = next == '/' || next == ':';
        finish(reading, path ? url_end(text, reading->begin, end) : end, TOKEN_URL);
    } else if (internet_name(reading, end) == INTERNET_FILE ||
               is_hierarchy(text, reading->begin, end)) {
        finish(reading, end, TOKEN_WORD);
    } else if (next == '.' &&
               abbreviation_at(reading->tokenizer->abbreviations, text, end)) { /* Ph.D. */
        finish(reading, end + 1, TOKEN_WORD);
    } else if (abbreviation_at(reading->tokenizer->abbreviations, text, reading->at)) {
        finish(reading, reading->at + 1, TOKEN_WORD); /* St.Louis */
    } else {
        reading->done = true;
    }
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
    if (scheme && is_url_character(text, reading->at + 3))
        finish(reading, url_end(text, reading->begin, reading->at + 3), TOKEN_URL);
    else if (between_digits(reading))
        reading->at++;
    else
        reading->done = true;
}

static void read_at_sign(struct reading *reading)
{
    size_t end = email_end(reading->tokenizer->text, reading->at);
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

static void read_word(struct tokenizer *tokenizer, struct token *token)
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

/* ---- Emoticons ------------------------------------------------------------------------------ */

/* Eyes, a nose or none, a mouth or several, and nothing that touches them. */
size_t token_emoticon_end(quern_string text, size_t begin)
{
    size_t at = begin + 1;
    if (is_word_byte_before(text, begin))
        return 0;
    if (text.data[begin] == '<')
        return byte_at(text, at) == '3' && !(class_at(text, at + 1) & C_WORD) ? at + 1 : 0;
    if (!is_one_of((unsigned char)text.data[begin], ":;="))
        return 0;
    at += is_one_of((unsigned char)byte_at(text, at), "-o^'");
    size_t mouth = at;
    at += count_run(text, at, ")(");
    if (at == mouth && is_one_of((unsigned char)byte_at(text, at), "DPpOoS|/\\][}{*"))
        at++;
    return at > mouth && !(class_at(text, at) & (C_WORD | C_HIGH)) ? at : 0;
}

/* ---- Marks --------------------------------------------------------------------------------- */

/* Marks that are one token when several stand together: the dots of an ellipsis, a line drawn
 * with signs, "?!". Others run only with themselves; brackets and commas do not. */
static size_t mark_run_end(quern_string text, size_t begin)
{
    char mark = text.data[begin];
    if (strchr(".!?", mark))
        return begin + count_run(text, begin, ".!?");
    if (strchr("-=", mark))
        return begin + count_run(text, begin, "-=");
    if (strchr("*~+$#<>/\\|^%&@", mark))
        return begin + count_run(text, begin, (char[]){mark, '\0'});
    if (strchr("'`", mark) && byte_at(text, begin + 1) == mark)
        return begin + 2;
    return begin + 1;
}

/* "'s" apart from its word, "'em", a hashtag, a mention, ".5". */
static bool read_marked_word(struct tokenizer *tokenizer, struct token *token)
{
    quern_string text = tokenizer->text;
    size_t begin = tokenizer->at;
    char mark = text.data[begin];
    bool letter_follows = class_at(text, begin + 1) & (C_LETTER | C_UNDERSCORE);
    bool inside = is_word_byte_before(text, begin);
    if (mark == '.' && !inside && (class_at(text, begin + 1) & C_DIGIT)) {
        tokenizer->at++;
        read_word(tokenizer, token);
        token->begin = begin;
        return true;
    }
    if (!letter_follows || inside || (mark != '#' && mark != '@'))
        return false;
    size_t end = dotted_end(text, begin + 1, name_limit(text, begin + 1));
    *token = (struct token){begin, end, mark == '#' ? TOKEN_HASHTAG : TOKEN_MENTION};
    return true;
}

static bool read_apostrophe_word(struct tokenizer *tokenizer, struct token *token)
{
    quern_string text = tokenizer->text;
    size_t begin = tokenizer->at;
    size_t end = 0;
    if (!apostrophe_size(text, begin))
        return false;
    if (is_word_byte_before(text, begin) || text.data[begin - (begin > 0)] == '.') {
        end = enclitic_end(text, begin);
    } else if (class_at(text, begin + 1) & C_LETTER) {
        end = begin + 1;
        while (end - begin < WORDSET_LONGEST && (class_at(text, end) & C_LETTER))
            end++;
        quern_string word = {text.data + begin, end - begin};
        size_t first = wordset_find(&tokenizer->abbreviations->known->splits, word);
        tokenizer->rest = first > 0 && first < word.size ? end : 0;
        end = first > 0 ? begin + first : 0;
    }
    *token = (struct token){begin, end, TOKEN_WORD};
    return end > 0;
}

static void read_mark(struct tokenizer *tokenizer, struct token *token)
{
    quern_string text = tokenizer->text;
    size_t begin = tokenizer->at;
    if (read_apostrophe_word(tokenizer, token) || read_marked_word(tokenizer, token))
        return;
    size_t end = token_emoticon_end(text, begin);
    enum token_kind kind = TOKEN_EMOTICON;
    if (end == 0) {
        end = mark_run_end(text, begin);
        kind = strchr("$%&#@*+=<>|~^`", text.data[begin]) ? TOKEN_SYMBOL : TOKEN_PUNCTUATION;
    }
    *token = (struct token){begin, end, kind};
}

/* ---- Beyond ASCII -------------------------------------------------------------------------- */

static enum token_kind kind_of_character(struct character c)
{
    if (c.word_break == BREAK_PICTOGRAPH || c.word_break == BREAK_REGIONAL)
        return TOKEN_EMOTICON;
    if (c.kind == KIND_PUNCTUATION)
        return TOKEN_PUNCTUATION;
    if (c.kind == KIND_NUMBER)
        return TOKEN_NUMBER;
    return kind_is_letter(c.kind) ? TOKEN_WORD : TOKEN_SYMBOL;
}

/* A segment of UAX #29; equal dashes and dots together are one. */
static void read_segment(struct tokenizer *tokenizer, struct token *token)
{
    quern_string text = tokenizer->text;
    struct character c = character_at(text, tokenizer->at);
    size_t end = wordbreak_end(text, tokenizer->at);
    while (c.kind == KIND_PUNCTUATION && end < text.size && character_at(text, end).code == c.code)
        end = wordbreak_end(text, end);
    *token = (struct token){tokenizer->at, end, kind_of_character(c)};
}

static void read_beyond_ascii(struct tokenizer *tokenizer, struct token *token)
{
    if (is_word_start(character_at(tokenizer->text, tokenizer->at)))
        read_word(tokenizer, token);
    else if (!read_apostrophe_word(tokenizer, token))
        read_segment(tokenizer, token);
}

/* ---- All ----------------------------------------------------------------------------------- */

/* Moves to where the next token begins; false at the end of the text. */
static bool skip_spaces(struct tokenizer *tokenizer)
{
    quern_string text = tokenizer->text;
    for (;;) {
        while (tokenizer->at < text.size && class_at(text, tokenizer->at) == C_SPACE)
            tokenizer->at++;
        size_t next = tokenizer->at;
        if (tokenizer->at >= text.size)
            return false;
        if (class_at(text, next) != C_HIGH || character_next(text, &next).kind != KIND_SPACE)
            return true;
        tokenizer->at = next;
    }
}

/* The next segment of UAX #29 that does not begin with white space. */
static bool next_segment(struct tokenizer *tokenizer, struct token *token)
{
    quern_string text = tokenizer->text;
    while (tokenizer->at < text.size) {
        size_t begin = tokenizer->at;
        struct character c = character_at(text, begin);
        tokenizer->at = wordbreak_end(text, begin);
        if (class_at(text, begin) == C_SPACE || c.kind == KIND_SPACE)
            continue;
        *token = (struct token){begin, tokenizer->at, kind_of_character(c)};
        return true;
    }
    return false;
}

bool token_next(struct tokenizer *tokenizer, struct token *token)
{
    if (tokenizer->unicode_only)
        return next_segment(tokenizer, token);
    if (tokenizer->rest > 0) {
        *token = (struct token){tokenizer->at, tokenizer->rest, TOKEN_WORD};
        tokenizer->at = tokenizer->rest;
        tokenizer->rest = 0;
        return true;
    }
    if (!skip_spaces(tokenizer))
        return false;
    uint8_t class = class_at(tokenizer->text, tokenizer->at);
    if (!read_plain(tokenizer, token)) {
        if (class & C_WORD)
            read_word(tokenizer, token);
        else if (class == C_HIGH)
            read_beyond_ascii(tokenizer, token);
        else
            read_mark(tokenizer, token);
    }
    tokenizer->at = token->end;
    return true;
}

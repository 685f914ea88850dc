/* json.c - JSON text as RFC 8259 has it: stepped over, checked, decoded and encoded. */
#include "scan.h"
#include <endian.h>
#include <string.h>

/* ---- Steps ---- */

const char *json_skip_space(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

static bool is_special(char byte)
{
    return byte == '"' || byte == '\\' || (unsigned char)byte < 0x20;
}

enum { WORD = 8 };
static const uint64_t ones = UINT64_C(0x0101010101010101), tops = UINT64_C(0x8080808080808080);

static uint64_t load_word(const char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return le64toh(word);
}

/* The top bit of each byte of a word that is below `limit`, which is at most 0x80. Only the lowest
 * such bit is sure: subtracting borrows from the bytes above it. */
static uint64_t mark_below(uint64_t word, unsigned char limit)
{
    return (word - ones * limit) & ~word & tops;
}

static uint64_t mark_same(uint64_t word, unsigned char byte)
{
    return mark_below(word ^ ones * byte, 1);
}

static uint64_t mark_special(uint64_t word)
{
    return mark_below(word, 0x20) | mark_same(word, '"') | mark_same(word, '\\');
}

/* How many bytes of a word stand below the first mark. */
static size_t bytes_before(uint64_t marks)
{
    return marks ? (size_t)__builtin_ctzll(marks) / 8 : WORD;
}

const char *json_plain_run_scalar(const char *at, const char *end)
{
    while (end - at >= WORD) {
        size_t plain = bytes_before(mark_special(load_word(at)));
        at += plain;
        if (plain < WORD)
            return at;
    }
    while (at < end && !is_special(*at))
        at++;
    return at;
}

const char *json_plain_run_by(const struct scan_set *set, const char *at, const char *end)
{
    return json_plain_run_scalar(set->plain(at, end), end);
}

/* Keys and labels are over within a word or two, before the way to the vectors is worth it. */
const char *json_plain_run(const char *at, const char *end)
{
    for (int words = 2; words && end - at >= WORD; words--) {
        size_t plain = bytes_before(mark_special(load_word(at)));
        at += plain;
        if (plain < WORD)
            return at;
    }
    size_t count;
    return json_plain_run_by(scan_sets(&count), at, end);
}

/* ---- Values, checked ---- */

/* A walk over a value, whose error is the first place where it is not JSON. A bit for each level
 * of nesting says whether it is an object. */
struct walk {
    const char *at, *end;
    const char *why;
    size_t depth;
    uint64_t objects[JSON_DEPTH_MAX / 64];
};

static bool refuse(struct walk *walk, const char *why)
{
    walk->why = walk->at < walk->end ? why : "the text ends too early";
    return false;
}

/* Steps over `byte`, if it is next. */
static bool accept(struct walk *walk, char byte)
{
    if (walk->at == walk->end || *walk->at != byte)
        return false;
    walk->at++;
    return true;
}

static bool is_digit(const struct walk *walk)
{
    return walk->at < walk->end && *walk->at >= '0' && *walk->at <= '9';
}

static bool skip_digits(struct walk *walk)
{
    if (!is_digit(walk))
        return refuse(walk, "a digit is missing in a number");
    while (is_digit(walk))
        walk->at++;
    return true;
}

static bool skip_number(struct walk *walk)
{
    accept(walk, '-');
    if (accept(walk, '0')) {
        if (is_digit(walk))
            return refuse(walk, "a number begins with a zero too many");
    } else if (!skip_digits(walk)) {
        return false;
    }
    if (accept(walk, '.') && !skip_digits(walk))
        return false;
    if (accept(walk, 'e') || accept(walk, 'E')) {
        if (!accept(walk, '-'))
            accept(walk, '+');
        return skip_digits(walk);
    }
    return true;
}

static bool skip_literal(struct walk *walk, const char *literal, size_t size)
{
    if ((size_t)(walk->end - walk->at) < size || memcmp(walk->at, literal, size) != 0) {
        walk->why = "this is not a value; a string wants its quotes";
        return false;
    }
    walk->at += size;
    return true;
}

/* The value of a hexadecimal digit, or 16. */
static unsigned hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return (unsigned)(digit - '0');
    char lower = (char)(digit | 0x20);
    return lower >= 'a' && lower <= 'f' ? (unsigned)(lower - 'a' + 10) : 16;
}

static bool is_escape_letter(char letter)
{
    switch (letter) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return true;
    default:
        return false;
    }
}

static bool skip_escape(struct walk *walk)
{
    walk->at++;
    if (walk->at == walk->end)
        return refuse(walk, "");
    if (!accept(walk, 'u')) {
        if (!is_escape_letter(*walk->at))
            return refuse(walk, "JSON has no such escape in a string");
        walk->at++;
        return true;
    }
    for (int digit = 0; digit < 4; digit++, walk->at++)
        if (walk->at == walk->end || hex_value(*walk->at) > 15)
            return refuse(walk, "\\u wants four hexadecimal digits");
    return true;
}

static bool skip_string(struct walk *walk)
{
    for (walk->at++;;) {
        walk->at = json_plain_run(walk->at, walk->end);
        if (accept(walk, '"'))
            return true;
        if (walk->at == walk->end || *walk->at != '\\')
            return refuse(walk, "a control character in a string wants an escape");
        if (!skip_escape(walk))
            return false;
    }
}

static bool skip_key(struct walk *walk)
{
    walk->at = json_skip_space(walk->at, walk->end);
    if (walk->at == walk->end || *walk->at != '"')
        return refuse(walk, "a key in quotes is missing");
    if (!skip_string(walk))
        return false;
    walk->at = json_skip_space(walk->at, walk->end);
    return accept(walk, ':') || refuse(walk, "a colon is missing after a key");
}

static bool is_in_object(const struct walk *walk)
{
    return walk->objects[(walk->depth - 1) / 64] >> (walk->depth - 1) % 64 & 1;
}

/* Steps over the bracket that opens, over the first key in an object; and over the bracket that
 * closes when nothing is between, which `*empty` tells. */
static bool enter(struct walk *walk, bool object, bool *empty)
{
    if (walk->depth == JSON_DEPTH_MAX)
        return refuse(walk, "values are nested too deeply");
    walk->at = json_skip_space(walk->at + 1, walk->end);
    *empty = accept(walk, object ? '}' : ']');
    if (*empty)
        return true;
    uint64_t bit = UINT64_C(1) << walk->depth % 64;
    uint64_t *word = &walk->objects[walk->depth / 64];
    *word = object ? *word | bit : *word & ~bit;
    walk->depth++;
    return !object || skip_key(walk);
}

/* Steps over a value, or only into it, in which case `*done` is false. */
static bool begin_value(struct walk *walk, bool *done)
{
    *done = true;
    walk->at = json_skip_space(walk->at, walk->end);
    if (walk->at == walk->end)
        return refuse(walk, "");
    switch (*walk->at) {
    case '{':
    case '[':
        return enter(walk, *walk->at == '{', done);
    case '"':
        return skip_string(walk);
    case 't':
        return skip_literal(walk, "true", 4);
    case 'f':
        return skip_literal(walk, "false", 5);
    case 'n':
        return skip_literal(walk, "null", 4);
    default:
        if (is_digit(walk) || *walk->at == '-')
            return skip_number(walk);
        return refuse(walk, "a value is missing, or is none of JSON");
    }
}

/* After a value: closes what ends here, up to a comma, after which a value stands again. */
static bool end_value(struct walk *walk)
{
    while (walk->depth) {
        bool object = is_in_object(walk);
        walk->at = json_skip_space(walk->at, walk->end);
        if (accept(walk, ','))
            return !object || skip_key(walk);
        if (!accept(walk, object ? '}' : ']'))
            return refuse(walk, object ? "a comma or a closing brace is missing"
                                       : "a comma or a closing bracket is missing");
        walk->depth--;
    }
    return true;
}

const char *json_skip_value(const char *at, const char *end, const char **error, const char **why)
{
    struct walk walk = {.at = at, .end = end};
    do {
        bool done;
        if (!begin_value(&walk, &done) || (done && !end_value(&walk))) {
            *error = walk.at;
            *why = walk.why;
            return NULL;
        }
    } while (walk.depth);
    return walk.at;
}

bool json_is_valid(quern_string json)
{
    const char *error, *why, *end = json.data + json.size;
    const char *rest = json_skip_value(json.data, end, &error, &why);
    return rest && json_skip_space(rest, end) == end &&
           utf8_valid_prefix(json.data, json.size) == json.size;
}

/* ---- Strings, decoded and encoded ---- */

static uint32_t four_digits(const char *at)
{
    uint32_t code = 0;
    for (int digit = 0; digit < 4; digit++)
        code = code << 4 | hex_value(at[digit]);
    return code;
}

/* Decodes the escape after \u at `*at`, and the one after it when the two make a pair. */
static uint32_t decode_code(const char **at, const char *end)
{
    uint32_t code = four_digits(*at);
    *at += 4;
    if (code >> 10 != 0xD800 >> 10 || end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u')
        return code;
    uint32_t low = four_digits(*at + 2);
    if (low >> 10 != 0xDC00 >> 10)
        return code;
    *at += 6;
    return 0x10000 + ((code & 0x3FF) << 10) + (low & 0x3FF);
}

static char decode_letter(char letter)
{
    switch (letter) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return letter;
    }
}

/* No escape is shorter than what it stands for, so that room for the string as it is suffices. */
void json_decode_string(struct buffer *buffer, const char *at, const char *end)
{
    if (at == end || !buffer_reserve(buffer, (size_t)(end - at)))
        return;
    char *out = buffer->data + buffer->size;
    while (at < end) {
        size_t plain = (size_t)(json_plain_run(at, end) - at);
        memcpy(out, at, plain);
        out += plain, at += plain;
        if (at == end)
            break;
        char letter = at[1];
        at += 2;
        if (letter == 'u')
            out += utf8_encode(decode_code(&at, end), out);
        else
            *out++ = decode_letter(letter);
    }
    buffer->size = (size_t)(out - buffer->data);
}

/* The length of the character at `at` if it is one that is better not shown as it is, though a
 * string may hold it; else 0. */
static size_t hidden_length(const char *at, const char *end)
{
    if (*at == 0x7F)
        return 1;
    bool separator =
        end - at >= 3 && memcmp(at, "\xE2\x80", 2) == 0 && ((unsigned char)at[2] & 0xFE) == 0xA8;
    return separator ? 3 : 0;
}

static uint64_t mark_doubtful(uint64_t word)
{
    return mark_special(word) | mark_same(word, 0x7F) | mark_same(word, 0xE2);
}

static const char *shown_run(const char *at, const char *end)
{
    while (at < end) {
        size_t shown = end - at >= WORD ? bytes_before(mark_doubtful(load_word(at))) : 0;
        at += shown;
        if (shown == WORD)
            continue;
        if (is_special(*at) || hidden_length(at, end))
            break;
        at++;
    }
    return at;
}

const char *json_shown_run_by(const struct scan_set *set, const char *at, const char *end)
{
    return shown_run(set->shown(at, end), end);
}

enum { ESCAPE = 6 }; /* bytes of the longest escape */

static size_t encode_byte(unsigned char byte, char *out)
{
    static const char digits[] = "0123456789abcdef", letters[] = "btn?fr";
    out[0] = '\\';
    if (byte == '"' || byte == '\\') {
        out[1] = (char)byte;
        return 2;
    }
    if (byte >= '\b' && byte <= '\r' && byte != '\v') {
        out[1] = letters[byte - '\b'];
        return 2;
    }
    memcpy(out + 1, "u00", 3);
    out[4] = digits[byte >> 4];
    out[5] = digits[byte & 15];
    return 6;
}

/* Writes the escape for what stands at `*at` and steps over it. */
static size_t encode_special(const char **at, const char *end, char *out)
{
    if (hidden_length(*at, end) == 3) {
        memcpy(out, (unsigned char)(*at)[2] == 0xA8 ? "\\u2028" : "\\u2029", ESCAPE);
        *at += 3;
        return ESCAPE;
    }
    return encode_byte((unsigned char)*(*at)++, out);
}

void json_encode_string(struct buffer *buffer, quern_string text)
{
    size_t count;
    const struct scan_set *set = scan_sets(&count);
    const char *at = text.size ? text.data : "", *end = at + text.size;
    buffer_add_char(buffer, '"');
    /* Room for the rest as it is, an escape, and the closing quote. */
    while (buffer_reserve(buffer, (size_t)(end - at) + ESCAPE + 1)) {
        char *out = buffer->data + buffer->size;
        const char *run = json_shown_run_by(set, at, end);
        out = mempcpy(out, at, (size_t)(run - at));
        at = run;
        if (at < end)
            out += encode_special(&at, end, out);
        else
            *out++ = '"';
        buffer->size = (size_t)(out - buffer->data);
        if (run == end)
            break;
    }
}

/*
 * Which encoding is a source in? In this order:
 *
 *   - a byte order mark tells UTF-16 and UTF-32;
 *   - so do zeros that stand at the same place in twos or fours of bytes: other texts have none;
 *   - a source is UTF-8 if at least as many characters beyond ASCII are well-formed as are not;
 *   - an encoding of East Asia has to be found by uchardet, and to fit without an exception;
 *   - for those of one byte a character, the source is decoded in each, and the text that costs least
 *     by the model that mojibake is weighed with (mojibake_line.c) wins, with an advantage for what
 *     uchardet finds.
 *
 * What wins has to be text: to cost less for each character beyond ASCII than random ones do. Where
 * Windows-1252 wins, windows1252.c has the last word.
 */
#include "encoding.h"

#include "detector.h"
#include "mojibake.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum {
    SAMPLE = 1 << 16, /* bytes that are looked at */
    COST_TEXT = 68,   /* the most that a character beyond ASCII may cost, neighbours considered */
    LEAST_COUNT = 4,  /* and how many there have to be */
    COST_RARER = 24   /* what has to be saved to believe in another than the most usual */
};

static const char *const byte_encodings[] = {
#define ENCODING_NAME(name) name,
    ENCODINGS_OF_BYTES(ENCODING_NAME)};
static const char *const word_encodings[] = {ENCODINGS_OF_WORDS(ENCODING_NAME)};
#undef ENCODING_NAME
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* ---- UTF-16 and UTF-32 ---- */

static const char *find_mark(quern_string source)
{
    static const struct {
        const char *bytes, *name;
        size_t size;
    } marks[] = {{"\xFF\xFE\0\0", "utf-32le", 4},
                 {"\0\0\xFE\xFF", "utf-32be", 4},
                 {"\xFF\xFE", "utf-16le", 2},
                 {"\xFE\xFF", "utf-16be", 2}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (source.size >= marks[i].size && !memcmp(source.data, marks[i].bytes, marks[i].size))
            return marks[i].name;
    return NULL;
}

/* Zeros in a text stand where the high bytes of ASCII and its like are, and nowhere else. */
static const char *find_zeros(quern_string source, bool *few)
{
    size_t zeros[4] = {0}, size = source.size < SAMPLE ? source.size : SAMPLE;
    if (size < 2 * LEAST_COUNT || size % 2 || !memchr(source.data, 0, size))
        return NULL;
    for (size_t i = 0; i < size; i++)
        zeros[i % 4] += !source.data[i];
    size_t units = size / 4, low = zeros[0] + zeros[2], high = zeros[1] + zeros[3];
    if (size % 4 == 0 && zeros[3] == units && zeros[2] * 2 > units)
        return "utf-32le";
    if (size % 4 == 0 && zeros[0] == units && zeros[1] * 2 > units)
        return "utf-32be";
    size_t most = low < high ? high : low, least = low + high - most;
    *few = most * 50 < size || least * 8 > most;
    return low < high ? "utf-16le" : "utf-16be";
}

/* ---- UTF-8 ---- */

/* Whether most of what is not ASCII is well-formed. */
static bool is_utf8(const quern_document *doc)
{
    quern_string text = quern_text(doc);
    size_t broken = quern_find_changes(doc).count, whole = 0;
    for (size_t i = 0; broken && i < text.size; i++)
        whole += (unsigned char)text.data[i] >= 0xC0;
    return whole - broken >= broken;
}

/* ---- Encodings of several bytes a character ---- */

struct weight {
    uint64_t cost; /* of the characters beyond ASCII, and of those behind them */
    size_t count;  /* of the characters beyond ASCII */
};

static void weigh_code(struct weight *weight, struct known *before, uint32_t code)
{
    struct known next = know(code);
    if (code >= 0x80 || before->code >= 0x80) {
        uint32_t cost = character_cost(*before, next);
        weight->cost += code < 0xA0 && code >= 0x80 ? COST_ODD : cost;
        weight->count += code >= 0x80;
    }
    *before = next;
}

static const char *find_name(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (!strcasecmp(name, names[i]))
            return names[i];
    return NULL;
}

/* Microsoft's encodings hold those of ISO, and are what is meant. */
static const char *with_c1_as_signs(const char *name)
{
    static const char *const pairs[][2] = {
        {"ISO-8859-1", "windows-1252"},
        {"ISO-8859-9", "windows-1254"},
        {"ISO-8859-13", "windows-1257"},
    };
    for (size_t i = 0; i < COUNT_OF(pairs); i++)
        if (!strcmp(name, pairs[i][0]))
            return pairs[i][1];
    return name;
}

/* Sets its name as it stands in one of the lists above, or NULL for none of them. */
static bool ask(quern_string sample, const char **found, quern_call *call)
{
    char answer[DETECTOR_NAME_SIZE];
    if (!detector_ask(sample, answer, call))
        return false;
    const char *name = with_c1_as_signs(answer);
    *found = find_name(word_encodings, COUNT_OF(word_encodings), name);
    if (!*found)
        *found = find_name(byte_encodings, COUNT_OF(byte_encodings), name);
    return true;
}

/* Whether all of the sample can be decoded, but for a character that its end cuts off. */
static bool weigh_words(quern_string sample, const char *name, struct weight *weight)
{
    iconv_t converter = iconv_open("UTF-32LE", name);
    if (converter == (iconv_t)-1)
        return false;
    char *in = (char *)(uintptr_t)sample.data;
    size_t left = sample.size, converted;
    struct known before = know('\n');
    do {
        uint32_t codes[256];
        char *out = (char *)codes;
        size_t room = sizeof codes;
        converted = iconv(converter, &in, &left, &out, &room);
        for (size_t i = 0; i < (sizeof codes - room) / sizeof *codes; i++)
            weigh_code(weight, &before, codes[i]);
    } while (converted == (size_t)-1 && errno == E2BIG);
    iconv_close(converter);
    return left < 4;
}

/* ---- Encodings of one byte a character ---- */

bool byte_table_fill(struct byte_table *table, const char *encoding)
{
    iconv_t converter = iconv_open("UTF-32LE", encoding);
    if (converter == (iconv_t)-1)
        return false;
    for (unsigned byte = 0; byte < 256; byte++) {
        char from = (char)byte, *in = &from;
        uint32_t codes[4] = {UNDEFINED, UNDEFINED};
        char *out = (char *)codes;
        size_t left = 1, room = sizeof codes;
        iconv(converter, NULL, NULL, NULL, NULL);
        size_t converted = iconv(converter, &in, &left, &out, &room);
        iconv(converter, NULL, NULL, &out, &room); /* letters that wait for a mark */
        table->codes[byte] = converted == (size_t)-1 || left ? UNDEFINED : codes[0];
    }
    iconv_close(converter);
    return true;
}

bool byte_table_is_whole(const struct byte_table *table)
{
    size_t undefined = 0;
    for (size_t byte = 0; byte < 256; byte++)
        undefined += table->codes[byte] == UNDEFINED;
    return undefined < 64;
}

/* False when a byte is undefined. */
static bool weigh_bytes(quern_string sample, const struct byte_table *table, struct weight *weight)
{
    struct known before = know('\n');
    for (size_t i = 0; i < sample.size; i++) {
        uint32_t code = table->codes[(unsigned char)sample.data[i]];
        if (code == UNDEFINED)
            return false;
        weigh_code(weight, &before, code);
    }
    return true;
}

/* The cheapest, and what it costs. What uchardet has found counts for two thirds. */
static const char *weigh_all_bytes(quern_string sample, const char *asked, struct weight *least)
{
    const char *found = NULL;
    uint64_t lowest = UINT64_MAX;
    for (size_t i = 0; i < COUNT_OF(byte_encodings); i++) {
        struct byte_table table;
        struct weight weight = {0};
        if (!byte_table_fill(&table, byte_encodings[i]) || !weigh_bytes(sample, &table, &weight))
            continue;
        uint64_t cost = weight.cost + (i ? COST_RARER : 0);
        cost = byte_encodings[i] == asked ? cost * 2 / 3 : cost;
        if (cost >= lowest)
            continue;
        found = byte_encodings[i];
        lowest = cost;
        *least = weight;
    }
    return found;
}

/* ---- The answer ---- */

static bool is_text(const struct weight *weight)
{
    return weight->count >= LEAST_COUNT && weight->cost <= weight->count * COST_TEXT;
}

static bool find_legacy(quern_string source, const char **encoding, quern_call *call)
{
    quern_string sample = {source.data, source.size < SAMPLE ? source.size : SAMPLE};
    struct weight least = {0}, words = {0};
    const char *asked;
    if (!ask(sample, &asked, call))
        return false;
    const char *found = weigh_all_bytes(sample, asked, &least);
    if (asked && find_name(word_encodings, COUNT_OF(word_encodings), asked) &&
        weigh_words(sample, asked, &words) && (!found || words.cost * 2 < least.cost * 3))
        *encoding = asked;
    else if (found && is_text(&least) && strcmp(found, byte_encodings[0]) != 0)
        *encoding = found;
    return true;
}

/* Zeros tell what UTF-16 and UTF-32 are; where they are few, the text has to as well. */
static const char *find_wide(quern_string source)
{
    const char *found = find_mark(source);
    struct weight weight = {0};
    bool few = false;
    if (!found)
        found = find_zeros(source, &few);
    quern_string sample = {source.data, source.size < SAMPLE ? source.size : SAMPLE};
    return found && (!few || (weigh_words(sample, found, &weight) && is_text(&weight))) ? found
                                                                                        : NULL;
}

/* The changes are those of reading, as long as nobody else has touched the text. */
bool encoding_is_open(const quern_document *doc)
{
    quern_changes changes = quern_find_changes(doc);
    for (size_t i = 0; i < changes.count; i++)
        if (strcmp(quern_change_stage(doc, &changes.items[i]), "read") != 0)
            return false;
    return quern_source(doc).data != NULL;
}

bool encoding_is_known(const char *name)
{
    iconv_t converter = iconv_open("UTF-32LE", name);
    if (converter == (iconv_t)-1)
        return false;
    iconv_close(converter);
    return true;
}

/* UTF-16 and UTF-32 leave the order of bytes to the mark. */
static const char *find_named(const char *name, quern_string source)
{
    bool wide = !strcasecmp(name, "utf-16"), wider = !strcasecmp(name, "utf-32");
    if (!wide && !wider)
        return strcasecmp(name, "utf-8") != 0 ? name : NULL;
    const char *found = find_wide(source);
    if (found && !strncasecmp(found, name, 6))
        return found;
    return wide ? "utf-16le" : "utf-32le";
}

bool encoding_find(const struct cleanup *options, const quern_document *doc, const char **encoding,
                   quern_call *call)
{
    quern_string source = quern_source(doc);
    *encoding = NULL;
    if (options->encoding)
        *encoding = find_named(options->encoding, source);
    else if (options->on_invalid == INVALID_GUESS)
        *encoding = find_wide(source);
    bool open = !options->encoding && options->on_invalid == INVALID_GUESS && !*encoding;
    return !open || is_utf8(doc) || find_legacy(source, encoding, call);
}

/*
 * Decodes a source that is not UTF-8.
 *
 * The text that a document was read into is a copy of the source, with U+FFFD for what is no UTF-8. It
 * and the source are walked together: where a character of the source begins and ends with
 * characters of the text, those are replaced by it, so that the way back leads to its bytes. Where
 * they do not meet, the next are taken along.
 */
#include "encoding.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

enum { CHARACTER_MAX = 8 };

/* The way from places in the source to places in the text; they are asked for in ascending order. */
struct guide {
    quern_string text;
    quern_changes changes;
    size_t next; /* the first change that ends behind the place asked for last */
};

/* False when no character of the text begins or ends there. */
static bool find_place(struct guide *guide, size_t source, size_t *place)
{
    const quern_change *changes = guide->changes.items;
    while (guide->next < guide->changes.count && changes[guide->next].source_end <= source)
        guide->next++;
    const quern_change *before = guide->next ? &changes[guide->next - 1] : NULL;
    bool inside = guide->next < guide->changes.count && changes[guide->next].source_begin < source;
    *place = before ? before->end + (source - before->source_end) : source;
    return !inside &&
           (*place >= guide->text.size || ((unsigned char)guide->text.data[*place] & 0xC0) != 0x80);
}

/* ---- Decoding ---- */

struct decoding {
    quern_string source;
    size_t place; /* in the source */
    iconv_t converter;
    size_t unit; /* bytes that are skipped where they are nothing */
    struct byte_table table;
    bool by_table; /* one byte a character */
    struct guide guide;
    size_t text_place; /* where the group begins */
    struct array group;
    struct cleaner *cleaner;
    const char *encoding;
};

/* Feeds the converter byte by byte until something comes out. A sequence that chooses a set of characters
 * is taken with the character behind it. */
static uint32_t read_by_iconv(struct decoding *decoding)
{
    size_t left_over = decoding->source.size - decoding->place;
    size_t limit = left_over < CHARACTER_MAX ? left_over : CHARACTER_MAX;
    size_t converted = 0, left = 0;
    for (size_t size = 1; size <= limit && (converted != (size_t)-1 || errno == EINVAL); size++) {
        uint32_t code;
        char *in = (char *)(uintptr_t)(decoding->source.data + decoding->place);
        char *out = (char *)&code;
        size_t room = sizeof code;
        left = size;
        converted = iconv(decoding->converter, &in, &left, &out, &room);
        if (!room) {
            decoding->place += size - left;
            return code;
        }
    }
    bool chosen = converted != (size_t)-1 && !left;
    size_t skip = chosen ? limit : decoding->unit;
    iconv(decoding->converter, NULL, NULL, NULL, NULL);
    decoding->place += skip < left_over ? skip : left_over;
    return chosen ? NOTHING : UNDEFINED;
}

static uint32_t read_code(struct decoding *decoding)
{
    if (!decoding->by_table)
        return read_by_iconv(decoding);
    return decoding->table.codes[(unsigned char)decoding->source.data[decoding->place++]];
}

/* Puts the group in the place of the text that was read for it. */
static void end_group(struct decoding *decoding, size_t end)
{
    struct array *group = &decoding->group;
    const char *old = decoding->guide.text.data + decoding->text_place;
    size_t size = end - decoding->text_place;
    if (size != group->count || memcmp(old, group->items, size) != 0) {
        quern_replace(decoding->cleaner->edit, decoding->text_place, end,
                      (quern_string){group->items, group->count}, decoding->encoding);
        decoding->cleaner->edited = true;
    }
    decoding->text_place = end;
    group->count = 0;
}

/* Over ASCII that is the same in both. */
static void skip_ascii(struct decoding *decoding)
{
    size_t begin = decoding->place;
    while (decoding->by_table && decoding->place < decoding->source.size) {
        unsigned char byte = (unsigned char)decoding->source.data[decoding->place];
        if (byte >= 0x80 || decoding->table.codes[byte] != byte)
            break;
        decoding->place++;
    }
    decoding->text_place += decoding->place - begin;
}

static void decode_source(struct decoding *decoding)
{
    struct array *group = &decoding->group;
    while (decoding->place < decoding->source.size && !decoding->cleaner->failed) {
        size_t end;
        if (!group->count)
            skip_ascii(decoding);
        if (decoding->place == decoding->source.size ||
            !array_reserve(decoding->cleaner, group, group->count + 4, 1))
            break;
        uint32_t code = read_code(decoding);
        if (code != NOTHING)
            group->count += encode_character(code == UNDEFINED ? 0xFFFD : code,
                                             (char *)group->items + group->count);
        if (find_place(&decoding->guide, decoding->place, &end))
            end_group(decoding, end);
    }
}

static bool open_decoding(struct decoding *decoding)
{
    const char *encoding = decoding->encoding;
    bool wide = !strncasecmp(encoding, "utf-16", 6) || !strncasecmp(encoding, "ucs-2", 5);
    bool wider = !strncasecmp(encoding, "utf-32", 6) || !strncasecmp(encoding, "ucs-4", 5);
    decoding->unit = wide ? 2 : wider ? 4 : 1;
    decoding->by_table =
        byte_table_fill(&decoding->table, encoding) && byte_table_is_whole(&decoding->table);
    decoding->converter = iconv_open("UTF-32LE", encoding);
    return decoding->converter != (iconv_t)-1;
}

/* ---- UTF-8 that is not quite ---- */

static unsigned tail_of(const char *bytes, size_t place)
{
    return (unsigned char)bytes[place] & 0x3F;
}

static bool are_tails(const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (((unsigned char)bytes[i] & 0xC0) != 0x80)
            return false;
    return true;
}

/* Half of a surrogate pair, as UTF-8 would have it; 0 if it is none. */
static uint32_t read_surrogate(const char *bytes)
{
    return (unsigned char)bytes[0] == 0xED && are_tails(bytes + 1, 2) && bytes[1] & 0x20
               ? 0xD000 | tail_of(bytes, 1) << 6 | tail_of(bytes, 2)
               : 0;
}

/* How many bytes are a surrogate pair in UTF-8 (CESU-8, Unicode Technical Report 26), or a character in
 * more bytes than it needs; 0 when they are neither. */
static size_t read_loosely(const char *bytes, size_t size, uint32_t *code)
{
    unsigned char lead = (unsigned char)bytes[0];
    if (size >= 6 && lead == 0xED) {
        uint32_t high = read_surrogate(bytes), low = read_surrogate(bytes + 3);
        *code = 0x10000 + ((high & 0x3FF) << 10 | (low & 0x3FF));
        return high >= 0xD800 && high < 0xDC00 && low >= 0xDC00 ? 6 : 0;
    }
    size_t length = lead == 0xC0 || lead == 0xC1 ? 2 : lead == 0xE0 ? 3 : lead == 0xF0 ? 4 : 0;
    if (!length || length > size || !are_tails(bytes + 1, length - 1))
        return 0;
    *code = lead & 1;
    for (size_t i = 1; i < length; i++)
        *code = *code << 6 | tail_of(bytes, i);
    return *code < 0xD800 || *code > 0xDFFF ? length : 0;
}

/* Each byte of such a sequence was read as U+FFFD by itself. */
static bool was_read_by_bytes(quern_changes changes, size_t from, size_t length)
{
    if (from + length > changes.count)
        return false;
    for (size_t i = from; i < from + length; i++)
        if (changes.items[i].source_end - changes.items[i].source_begin != 1 ||
            changes.items[i].source_begin != changes.items[from].source_begin + (i - from))
            return false;
    return true;
}

static void decode_loosely(struct cleaner *cleaner)
{
    quern_string source = quern_source(cleaner->doc);
    quern_changes changes = quern_find_changes(cleaner->doc);
    for (size_t i = 0; i < changes.count; i++) {
        size_t begin = changes.items[i].source_begin;
        uint32_t code;
        size_t length = read_loosely(source.data + begin, source.size - begin, &code);
        if (!length || !was_read_by_bytes(changes, i, length))
            continue;
        char bytes[4];
        quern_replace(cleaner->edit, changes.items[i].begin, changes.items[i + length - 1].end,
                      (quern_string){bytes, encode_character(code, bytes)},
                      length == 6 ? "cesu-8" : "overlong");
        i += length - 1;
    }
}

/* ---- The pass ---- */

static quern_verdict decode_as(struct cleaner *cleaner, const char *encoding)
{
    struct decoding *decoding = quern_scratch(cleaner->call, 1, sizeof *decoding);
    if (!decoding)
        return quern_fail(cleaner->call, "out of memory");
    decoding->encoding = encoding;
    decoding->cleaner = cleaner;
    decoding->source = quern_source(cleaner->doc);
    decoding->guide = (struct guide){quern_text(cleaner->doc), quern_find_changes(cleaner->doc), 0};
    if (!open_decoding(decoding))
        return quern_fail(cleaner->call, "iconv cannot decode %s", encoding);
    cleaner->edit = quern_edit(cleaner->doc, cleaner->call);
    decode_source(decoding);
    iconv_close(decoding->converter);
    if (cleaner->failed) {
        quern_abandon(cleaner->edit);
        return quern_fail(cleaner->call, "out of memory");
    }
    return quern_commit(cleaner->edit);
}

quern_verdict source_decode(const struct cleanup *options, quern_document *doc, quern_call *call)
{
    struct cleaner cleaner = {.options = options, .doc = doc, .call = call};
    if (!encoding_is_open(doc))
        return QUERN_PASS;
    const char *encoding;
    if (!encoding_find(options, doc, &encoding, call))
        return QUERN_FAIL;
    if (encoding)
        return decode_as(&cleaner, encoding);
    if (options->on_invalid != INVALID_GUESS || !quern_find_changes(doc).count)
        return QUERN_PASS;
    cleaner.edit = quern_edit(doc, call);
    decode_loosely(&cleaner);
    return quern_commit(cleaner.edit);
}

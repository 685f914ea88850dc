/*
 * brat: an archive (ustar) of pairs of files, NAME.txt with the text and NAME.ann with the spans, in
 * either order, as the stage format writes them and `tar -c` packs a folder of brat's. Of the lines
 * of NAME.ann those of text-bound annotations are read, "T1 TAB LABEL 0 5;6 9 TAB text"; a span that
 * is in pieces is from the begin of the first to the end of the last. Places count code points.
 */
#include "import.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 512, NAME = 100, SIZE = 124, SIZE_LENGTH = 12, TYPE = 156, MAGIC = 257 };

struct file {
    quern_string name; /* without its suffix */
    quern_string bytes;
    bool spans; /* NAME.ann */
};

/* ---- The archive ---- */

static uint64_t read_octal(const char *digits, size_t length)
{
    uint64_t value = 0;
    for (size_t i = 0; i < length && digits[i] >= '0' && digits[i] <= '7'; i++)
        value = value * 8 + (uint64_t)(digits[i] - '0');
    return value;
}

static bool has_suffix(quern_string name, const char *suffix)
{
    size_t size = strlen(suffix);
    return name.size > size && memcmp(name.data + name.size - size, suffix, size) == 0;
}

/* Steps to the next file of a pair. False at the end, and, after quern_fail(), where there is none
 * that can be read. */
static bool next_file(quern_string archive, size_t *at, struct file *file, bool *wrong)
{
    while (archive.size - *at >= BLOCK && archive.data[*at]) {
        const char *header = archive.data + *at;
        uint64_t size = read_octal(header + SIZE, SIZE_LENGTH), room = archive.size - *at - BLOCK;
        *wrong = memcmp(header + MAGIC, "ustar", 5) != 0 || size > room;
        if (*wrong)
            return false;
        size_t next = (size_t)size + (BLOCK - (size_t)size % BLOCK) % BLOCK;
        *at += BLOCK + (next < room ? next : (size_t)room);
        file->name = (quern_string){header, strnlen(header, NAME)};
        file->bytes = (quern_string){header + BLOCK, (size_t)size};
        file->spans = has_suffix(file->name, ".ann");
        bool text = has_suffix(file->name, ".txt");
        file->name.size -= file->spans || text ? 4 : 0;
        if ((header[TYPE] == '0' || !header[TYPE]) && (file->spans || text))
            return true;
    }
    return false;
}

/* ---- Spans ---- */

/* Code points to bytes: where every so many of them begin. */
struct places {
    quern_string text;
    uint32_t *marks;
    size_t count; /* code points in the text */
};

enum { MARK_EVERY = 64 };

static bool places_open(struct places *places, quern_string text, quern_call *call)
{
    *places = (struct places){.text = text};
    places->marks = quern_scratch(call, text.size / MARK_EVERY + 1, sizeof *places->marks);
    for (size_t byte = 0; places->marks && byte < text.size; places->count++) {
        if (places->count % MARK_EVERY == 0)
            places->marks[places->count / MARK_EVERY] = (uint32_t)byte;
        quern_next_char(text, &byte);
    }
    return places->marks != NULL;
}

/* `place` is not behind the end of the text. */
static size_t byte_at(const struct places *places, size_t place)
{
    if (place == places->count)
        return places->text.size;
    size_t byte = places->marks[place / MARK_EVERY];
    for (size_t i = place % MARK_EVERY; i > 0; i--)
        quern_next_char(places->text, &byte);
    return byte;
}

static bool read_number(quern_string text, size_t *at, uint64_t *number)
{
    size_t begin = *at;
    *number = 0;
    for (; *at < text.size && text.data[*at] >= '0' && text.data[*at] <= '9'; ++*at)
        if (*number < QUERN_TEXT_MAX)
            *number = *number * 10 + (uint64_t)(text.data[*at] - '0');
    return *at > begin;
}

/* "T1 TAB LABEL 0 5;6 9 TAB …" */
static bool read_span(struct builder *builder, const struct places *places, quern_string line)
{
    const char *tab = memchr(line.data, '\t', line.size);
    size_t begin = tab ? (size_t)(tab - line.data) + 1 : line.size, at = begin;
    uint64_t first, last, number;
    while (at < line.size && line.data[at] != ' ')
        at++;
    quern_string label = part_of(line, begin, at);
    if (at++ == line.size || !label.size || !read_number(line, &at, &first))
        return false;
    for (last = first; at < line.size && line.data[at] != '\t';) {
        at++;
        if (!read_number(line, &at, &number))
            return false;
        last = number;
    }
    if (first >= last || last > places->count)
        return false;
    builder_span(builder, LAYER_ENTITY, byte_at(places, (size_t)first),
                 byte_at(places, (size_t)last), label);
    return true;
}

static bool read_spans(struct builder *builder, quern_string text, quern_string spans,
                       quern_call *call)
{
    struct places places;
    size_t number = 1;
    if (!places_open(&places, text, call)) {
        quern_fail(call, "out of memory");
        return false;
    }
    for (quern_line line = {0}; quern_next_line(spans, &line); number++) {
        quern_string words = part_of(spans, line.begin, line.end);
        if (!words.size || *words.data != 'T' || read_span(builder, &places, words))
            continue;
        quern_fail(call, "%.*s.ann: line %zu: not a span within the text", (int)builder->id.size,
                   builder->id.data, number);
        return false;
    }
    return true;
}

/* ---- Pairs ---- */

static bool emit_pair(struct builder *builder, const struct file *text, const struct file *spans,
                      quern_call *call)
{
    builder->id = (quern_string){text->name.data, text->name.size + strlen(".txt")};
    builder_text(builder, text->bytes);
    return read_spans(builder, text->bytes, spans->bytes, call) && builder_emit(builder, call);
}

bool import_brat(quern_string archive, struct builder *builder, quern_call *call)
{
    struct file file, other = {0};
    size_t at = 0;
    bool wrong = false;
    while (next_file(archive, &at, &file, &wrong)) {
        bool pair = other.name.data && other.spans != file.spans &&
                    quern_string_equal(other.name, file.name);
        if (pair &&
            !emit_pair(builder, file.spans ? &other : &file, file.spans ? &file : &other, call))
            return false;
        if (!pair && other.name.data)
            break;
        other = pair ? (struct file){0} : file;
    }
    if (wrong)
        quern_fail(call, "not an archive of tar's, or cut off");
    else if (other.name.data)
        quern_fail(call, "%.*s: only one of .txt and .ann, or not one behind the other",
                   (int)other.name.size, other.name.data);
    return !wrong && !other.name.data;
}

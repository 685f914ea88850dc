/* ruler.c - places in a text, in bytes and in the units that records count in. */
#include "ruler.h"

enum { MARK_EVERY = 256 };

static size_t count_units(quern_unit unit, const char *text, size_t size)
{
    return unit == QUERN_UTF16 ? utf8_count_utf16(text, size) : utf8_count(text, size);
}

static void set_marks(struct ruler *ruler)
{
    const char *text = ruler->text.data;
    size_t units = 0;
    for (size_t mark = 1; mark < ruler->mark_count; mark++) {
        units += count_units(ruler->unit, text + (mark - 1) * MARK_EVERY, MARK_EVERY);
        ruler->marks[mark] = (uint32_t)units;
    }
}

bool ruler_make(struct ruler *ruler, quern_document *doc, quern_unit unit)
{
    *ruler = (struct ruler){.text = quern_text(doc), .unit = unit};
    ruler->total = ruler->text.size;
    if (unit != QUERN_BYTES)
        ruler->total = count_units(unit, ruler->text.data, ruler->text.size);
    ruler->same = ruler->total == ruler->text.size;
    if (ruler->same)
        return true;
    ruler->mark_count = ruler->text.size / MARK_EVERY + 1;
    ruler->marks = quern_alloc(doc, ruler->mark_count, sizeof *ruler->marks);
    if (!ruler->marks)
        return false;
    set_marks(ruler);
    return true;
}

size_t ruler_place(const struct ruler *ruler, size_t byte)
{
    if (ruler->same)
        return byte;
    size_t mark = byte / MARK_EVERY, from = mark * MARK_EVERY;
    return ruler->marks[mark] + count_units(ruler->unit, ruler->text.data + from, byte - from);
}

/* The last mark that is not behind a place. */
static size_t find_mark(const struct ruler *ruler, size_t place)
{
    size_t low = 0, high = ruler->mark_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (ruler->marks[middle] <= place)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static size_t byte_if_between_characters(const struct ruler *ruler, size_t byte)
{
    bool between = byte == ruler->text.size || utf8_is_start(ruler->text.data[byte]);
    return between ? byte : SIZE_MAX;
}

/* Walks from the place found last, or from a mark when that is behind or far. */
size_t ruler_byte(struct ruler *ruler, uint64_t place)
{
    if (place > ruler->total)
        return SIZE_MAX;
    if (ruler->same)
        return byte_if_between_characters(ruler, (size_t)place);
    size_t byte = ruler->last_byte, at = ruler->last_place;
    if (place < at || place - at > MARK_EVERY / 2) {
        size_t mark = find_mark(ruler, (size_t)place);
        byte = mark * MARK_EVERY;
        at = ruler->marks[mark];
    }
    const char *text = ruler->text.data;
    for (; byte < ruler->text.size && (at < place || !utf8_is_start(text[byte])); byte++)
        at += (size_t)utf8_is_start(text[byte]) +
              (ruler->unit == QUERN_UTF16 && (unsigned char)text[byte] >= 0xF0);
    if (at != place)
        return SIZE_MAX;
    ruler->last_byte = byte;
    ruler->last_place = at;
    return byte;
}

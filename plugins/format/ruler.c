/*
 * Places in a text; see ruler.h.
 */
#include "ruler.h"

enum { MARK_EVERY = 64 };

static size_t count_units(quern_unit unit, const char *text, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        count += (byte & 0xC0) != 0x80;
        count += unit == QUERN_UTF16 && byte >= 0xF0;
    }
    return count;
}

bool ruler_open(struct ruler *ruler, const struct job *job, quern_unit unit)
{
    const quern_string text = quern_text(job->doc);
    const size_t count = text.size / MARK_EVERY + 1;
    *ruler = (struct ruler){.text = text, .unit = unit, .same = unit == QUERN_BYTES};
    if (ruler->same)
        return true;
    ruler->marks = quern_scratch(job->call, count, sizeof *ruler->marks);
    if (!ruler->marks)
        return false;
    size_t units = 0;
    for (size_t mark = 1; mark < count; mark++) {
        units += count_units(unit, text.data + (mark - 1) * MARK_EVERY, MARK_EVERY);
        ruler->marks[mark] = (uint32_t)units;
    }
    ruler->same = ruler_place(ruler, text.size) == text.size;
    return true;
}

size_t ruler_place(const struct ruler *ruler, size_t byte)
{
    if (ruler->same)
        return byte;
    size_t mark = byte / MARK_EVERY, from = mark * MARK_EVERY;
    return ruler->marks[mark] + count_units(ruler->unit, ruler->text.data + from, byte - from);
}

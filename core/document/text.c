/*
 * Reading text: lines and characters.
 */
#include "base/base.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

uint32_t quern_next_char(quern_string text, size_t *position)
{
    const unsigned char *at = (const unsigned char *)text.data + *position;
    if (at[0] < 0x80) {
        *position += 1;
        return at[0];
    }
    if (at[0] < 0xE0) {
        *position += 2;
        return (at[0] & 0x1FU) << 6 | (at[1] & 0x3FU);
    }
    if (at[0] < 0xF0) {
        *position += 3;
        return (at[0] & 0x0FU) << 12 | (at[1] & 0x3FU) << 6 | (at[2] & 0x3FU);
    }
    *position += 4;
    return (at[0] & 0x07U) << 18 | (at[1] & 0x3FU) << 12 | (at[2] & 0x3FU) << 6 | (at[3] & 0x3FU);
}

/* The place of the first LF or CR at or behind `at`, or the size. Both are looked for at once: two
 * searches one after the other would read a text without one of them over and over. */
static size_t find_line_end(quern_string text, size_t at)
{
#if defined(__SSE2__)
    const __m128i lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r');
    for (; text.size - at >= 16; at += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(text.data + at));
        int ends =
            _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, lf), _mm_cmpeq_epi8(bytes, cr)));
        if (ends)
            return at + (size_t)__builtin_ctz((unsigned)ends);
    }
#endif
    while (at < text.size && text.data[at] != '\n' && text.data[at] != '\r')
        at++;
    return at;
}

static bool is_white_space(uint32_t code)
{
    return (code >= 0x09 && code <= 0x0D) || code == 0x20 || code == 0x85 || code == 0xA0 ||
           code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 ||
           code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

static bool is_blank(quern_string text, size_t begin, size_t end)
{
    while (begin < end)
        if (!is_white_space(quern_next_char(text, &begin)))
            return false;
    return true;
}

bool quern_next_line(quern_string text, quern_line *line)
{
    size_t begin = line->next;
    if (begin >= text.size)
        return false;
    size_t end = find_line_end(text, begin);
    size_t next = end;
    if (next < text.size) {
        bool pair = text.data[next] == '\r' && next + 1 < text.size && text.data[next + 1] == '\n';
        next += pair ? 2 : 1;
    }
    *line = (quern_line){begin, end, next, is_blank(text, begin, end)};
    return true;
}

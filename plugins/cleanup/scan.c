/*
 * Scanning: over ASCII text that needs no work, at the speed of memory.
 *
 * SSE2 is part of every x86-64 processor. Sixteen bytes are compared with themselves one and two
 * places earlier, so that nothing is carried from one step to the next.
 */
#include "cleanup.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

static bool is_after(const char *text, size_t at, size_t back, char byte)
{
    return at >= back && text[at - back] == byte;
}

static bool ends_blank_line(const char *text, size_t at, struct scan scan)
{
    return is_after(text, at, 1, '\n') &&
           (scan.blank_lines || (scan.blank_runs && is_after(text, at, 2, '\n')));
}

static bool needs_work(const char *text, size_t at, struct scan scan)
{
    unsigned char byte = (unsigned char)text[at];
    if (byte == '\n')
        return is_after(text, at, 1, ' ') || is_after(text, at, 1, '\t') ||
               ends_blank_line(text, at, scan);
    return byte == '\t' ? scan.tabs : byte < 0x20 || byte > 0x7E;
}

size_t scan_clean_scalar(const char *text, size_t from, size_t size, struct scan scan)
{
    while (from < size && !needs_work(text, from, scan))
        from++;
    return from;
}

size_t scan_ascii_scalar(const char *text, size_t from, size_t size)
{
    while (from < size && (unsigned char)text[from] < 0x80)
        from++;
    return from;
}

size_t scan_markup_scalar(const char *text, size_t from, size_t size)
{
    while (from < size && text[from] != '&' && text[from] != '<')
        from++;
    return from;
}

#if defined(__SSE2__)

struct vectors {
    __m128i keep_tabs, blank_lines, blank_runs; /* all ones or all zeros */
};

static __m128i load(const char *at)
{
    return _mm_loadu_si128((const __m128i *)(const void *)at);
}

static __m128i is(__m128i bytes, char byte)
{
    return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte));
}

/* Bytes from 0x80 are negative, so that one comparison finds them and the control characters. */
static __m128i find_work(const char *at, const struct vectors *vectors)
{
    const __m128i here = load(at), before = load(at - 1), earlier = load(at - 2);
    const __m128i newline = is(here, '\n'), tab = is(here, '\t');
    const __m128i low = _mm_cmplt_epi8(here, _mm_set1_epi8(' '));
    const __m128i fine = _mm_or_si128(newline, _mm_and_si128(tab, vectors->keep_tabs));
    const __m128i odd = _mm_or_si128(_mm_andnot_si128(fine, low), is(here, 0x7F));
    const __m128i space = _mm_or_si128(is(before, ' '), is(before, '\t'));
    const __m128i second =
        _mm_or_si128(_mm_and_si128(is(earlier, '\n'), vectors->blank_runs), vectors->blank_lines);
    const __m128i blank = _mm_and_si128(is(before, '\n'), second);
    return _mm_or_si128(odd, _mm_and_si128(newline, _mm_or_si128(space, blank)));
}

size_t scan_clean(const char *text, size_t from, size_t size, struct scan scan)
{
    const struct vectors vectors = {_mm_set1_epi8(scan.tabs ? 0 : -1),
                                    _mm_set1_epi8(scan.blank_lines ? -1 : 0),
                                    _mm_set1_epi8(scan.blank_runs ? -1 : 0)};
    for (; from < 2 && from < size; from++)
        if (needs_work(text, from, scan))
            return from;
    for (; size - from >= 16; from += 16) {
        unsigned work = (unsigned)_mm_movemask_epi8(find_work(text + from, &vectors));
        if (work)
            return from + (size_t)__builtin_ctz(work);
    }
    return scan_clean_scalar(text, from, size, scan);
}

size_t scan_ascii(const char *text, size_t from, size_t size)
{
    for (; size - from >= 16; from += 16) {
        unsigned found = (unsigned)_mm_movemask_epi8(load(text + from));
        if (found)
            return from + (size_t)__builtin_ctz(found);
    }
    return scan_ascii_scalar(text, from, size);
}

size_t scan_markup(const char *text, size_t from, size_t size)
{
    for (; size - from >= 16; from += 16) {
        const __m128i here = load(text + from);
        unsigned found = (unsigned)_mm_movemask_epi8(_mm_or_si128(is(here, '&'), is(here, '<')));
        if (found)
            return from + (size_t)__builtin_ctz(found);
    }
    return scan_markup_scalar(text, from, size);
}

#else

size_t scan_markup(const char *text, size_t from, size_t size)
{
    return scan_markup_scalar(text, from, size);
}

size_t scan_ascii(const char *text, size_t from, size_t size)
{
    return scan_ascii_scalar(text, from, size);
}

size_t scan_clean(const char *text, size_t from, size_t size, struct scan scan)
{
    return scan_clean_scalar(text, from, size, scan);
}

#endif

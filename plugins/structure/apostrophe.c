/* apostrophe.c - apostrophes in English words. */
#include "apostrophe.h"

#include <string.h>
#include <strings.h>

#include "word.h"

size_t apostrophe_size(quern_string text, size_t at)
{
    if (byte_at(text, at) == '\'')
        return 1;
    return starts_with(text, at, "\xE2\x80\x99", 3) ? 3 : 0;
}

size_t apostrophe_enclitic_end(quern_string text, size_t at)
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

bool apostrophe_is_not(quern_string text, size_t begin, size_t at)
{
    size_t t = at + apostrophe_size(text, at);
    return at >= begin + 2 && (text.data[at - 1] | 0x20) == 'n' &&
           (class_at(text, at - 2) & C_LETTER) && (byte_at(text, t) | 0x20) == 't' &&
           !(class_at(text, t + 1) & (C_WORD | C_HIGH));
}

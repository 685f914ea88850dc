/*
 * internet.c - where addresses and names on the internet end.
 *
 * Never looks further than NAME_LIMIT for a name, nor for a URL than where it ends.
 */
#include "internet.h"

#include "byte_class.h"

/* How much of a dotted name is looked at before it is known to be one. */
#define NAME_LIMIT 256

bool internet_is_url_byte(quern_string text, size_t at)
{
    char c = byte_at(text, at);
    return class_at(text, at) != C_SPACE && c != '<' && c != '>' && c != '"';
}

size_t internet_url_end(quern_string text, size_t begin, size_t at)
{
    size_t open = 0, closed = 0;
    for (; at < text.size && internet_is_url_byte(text, at); at++) {
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

static size_t name_limit(quern_string text, size_t begin)
{
    return text.size - begin > NAME_LIMIT ? begin + NAME_LIMIT : text.size;
}

size_t internet_name_end(quern_string text, size_t begin)
{
    size_t at = begin, limit = name_limit(text, begin);
    while (at < limit && ((class_at(text, at) & C_WORD) || text.data[at] == '-' ||
                          (text.data[at] == '.' && (class_at(text, at + 1) & C_WORD))))
        at++;
    while (at > begin && text.data[at - 1] == '-')
        at--;
    return at;
}

size_t internet_email_end(quern_string text, size_t at)
{
    if (!(class_at(text, at + 1) & (C_LETTER | C_DIGIT)))
        return at;
    return internet_name_end(text, at + 1);
}

bool internet_is_hierarchy(quern_string text, size_t begin, size_t end)
{
    size_t dots = 0;
    for (; begin < end; begin++) {
        if (is_upper(text.data[begin]))
            return false;
        dots += text.data[begin] == '.';
    }
    return dots >= 2;
}

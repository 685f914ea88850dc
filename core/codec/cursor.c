/* cursor.c - takes JSON apart from left to right, checking it on the way. */
#include "cursor.h"
#include <string.h>

bool cursor_refuse(struct cursor *cursor, const char *where, const char *why)
{
    if (!cursor->why) {
        cursor->why = where < cursor->end ? why : "the record ends too early";
        cursor->where = where;
    }
    return false;
}

bool cursor_expect(struct cursor *cursor, const char *where, quern_status status)
{
    return status == QUERN_OK || cursor_refuse(cursor, where, quern_status_text(status));
}

bool cursor_take_null(struct cursor *cursor)
{
    if (!cursor_sees(cursor, 'n') || cursor->end - cursor->at < 4 ||
        memcmp(cursor->at, "null", 4) != 0)
        return false;
    cursor->at += 4;
    return true;
}

bool cursor_has_more(struct cursor *cursor, char close, bool *first)
{
    if (cursor->why)
        return false;
    if (cursor_sees(cursor, close)) {
        cursor->at++;
        return false;
    }
    if (!*first)
        return cursor_take(cursor, ',', "a comma or a closing bracket is missing");
    *first = false;
    return true;
}

bool cursor_value(struct cursor *cursor, quern_string *json)
{
    const char *error, *why;
    const char *begin = json_skip_space(cursor->at, cursor->end);
    const char *end = json_skip_value(begin, cursor->end, &error, &why);
    if (!end)
        return cursor_refuse(cursor, error, why);
    *json = (quern_string){begin, (size_t)(end - begin)};
    cursor->at = end;
    return true;
}

bool cursor_raw_string(struct cursor *cursor, quern_string *raw, bool *escaped)
{
    if (!cursor_sees(cursor, '"'))
        return cursor_refuse(cursor, cursor->at, "a string in quotes is missing");
    const char *begin = cursor->at + 1;
    const char *stop = json_plain_run(begin, cursor->end);
    *escaped = stop == cursor->end || *stop != '"';
    if (*escaped) {
        quern_string json;
        if (!cursor_value(cursor, &json))
            return false;
        stop = cursor->at - 1;
    }
    *raw = (quern_string){begin, (size_t)(stop - begin)};
    cursor->at = stop + 1;
    return true;
}

/* Decoding never makes a string longer. */
bool cursor_string(struct cursor *cursor, quern_string *text)
{
    bool escaped;
    if (!cursor_raw_string(cursor, text, &escaped) || !escaped)
        return !cursor->why;
    struct buffer decoded = {.data = quern_alloc(cursor->doc, text->size, 1),
                             .capacity = text->size};
    if (!decoded.data)
        return cursor_expect(cursor, text->data, QUERN_NO_MEMORY);
    json_decode_string(&decoded, text->data, text->data + text->size);
    *text = (quern_string){decoded.data, decoded.size};
    return true;
}

bool cursor_key(struct cursor *cursor, quern_string *key)
{
    return cursor_string(cursor, key) && cursor_take(cursor, ':', "a colon is missing after a key");
}

static size_t find_key(const quern_string *keys, size_t count, quern_string name)
{
    for (size_t i = 0; i < count; i++)
        if (keys[i].size == name.size + 3 && !memcmp(keys[i].data + 1, name.data, name.size))
            return i;
    return count;
}

size_t cursor_known_key(struct cursor *cursor, const quern_string *keys, size_t count,
                        size_t *expected, unsigned *seen, quern_string *other)
{
    const char *where = cursor->key = cursor->at = json_skip_space(cursor->at, cursor->end);
    quern_string key = keys[*expected];
    size_t found = *expected;
    if ((size_t)(cursor->end - where) > key.size && !memcmp(where, key.data, key.size))
        cursor->at += key.size;
    else if (cursor_key(cursor, other))
        found = find_key(keys, count, *other);
    else
        return SIZE_MAX;
    if (found == count)
        return count;
    if (*seen >> found & 1) {
        cursor_refuse(cursor, where, "a key occurs twice");
        return SIZE_MAX;
    }
    *seen |= 1U << found;
    *expected = found + 1 < count ? found + 1 : 0;
    return found;
}

bool cursor_whole(struct cursor *cursor, uint64_t *number)
{
    const char *begin = json_skip_space(cursor->at, cursor->end), *at = begin;
    uint64_t sum = 0;
    for (; at < cursor->end && *at >= '0' && *at <= '9'; at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if (sum > (UINT64_MAX - digit) / 10)
            return cursor_refuse(cursor, begin, "a number is too large");
        sum = sum * 10 + digit;
    }
    bool fraction = at < cursor->end && (*at == '.' || *at == 'e' || *at == 'E');
    if (at == begin || fraction || (*begin == '0' && at - begin > 1))
        return cursor_refuse(cursor, begin, "this has to be a whole number, 0 or more");
    cursor->at = at;
    *number = sum;
    return true;
}

bool cursor_check_name(struct cursor *cursor, const char *where, quern_string text)
{
    if (!memchr(text.data, '\0', text.size) && utf8_valid_prefix(text.data, text.size) == text.size)
        return true;
    return cursor_refuse(cursor, where, "a name holds U+0000, or is not valid Unicode");
}

const char *cursor_name(struct cursor *cursor, const char *where, quern_string text)
{
    if (!cursor_check_name(cursor, where, text))
        return NULL;
    char *name = quern_alloc(cursor->doc, text.size + 1, 1);
    if (!name)
        cursor_expect(cursor, where, QUERN_NO_MEMORY);
    else
        memcpy(name, text.data, text.size);
    return name;
}

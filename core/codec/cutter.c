/* cutter.c - where one record ends and the next begins. */
#include "cutter.h"
#include <string.h>

/* A message of a mailbox (RFC 4155) begins with "From " at the start of a line; in the messages
 * themselves such lines are written in another way. */
static const struct cutter cutters[] = {
    [SOURCE_TEXT] = {.format = RECORD_TEXT, .separator = {"", 0}},
    [SOURCE_JSONL] = {.format = RECORD_JSONL,
                      .separator = {"\n", 1},
                      .skips_blank = true,
                      .skips_mark = true},
    [SOURCE_LINES] = {.format = RECORD_PART, .separator = {"\n", 1}, .carriage = true},
    [SOURCE_FORMFEED] = {.format = RECORD_PART, .separator = {"\f", 1}},
    [SOURCE_MBOX] = {.format = RECORD_MESSAGE,
                     .separator = {"\nFrom ", 6},
                     .before = 1,
                     .behind = 5,
                     .skips_blank = true},
    [SOURCE_FILE] = {.format = RECORD_TEXT, .separator = {"", 0}},
    [SOURCE_SEPARATED] = {.format = RECORD_PART},
};

struct cutter cutter_for(enum source_format format, quern_string separator)
{
    struct cutter cutter = cutters[format];
    if (format == SOURCE_SEPARATED)
        cutter.separator = separator;
    return cutter;
}

/* The last bytes of what is there may be the start of a separator, and are looked at again. */
bool cutter_find(const struct cutter *cutter, quern_string bytes, size_t *searched)
{
    quern_string separator = cutter->separator;
    size_t rest = bytes.size - *searched;
    const char *from = bytes.data + *searched, *found = NULL;
    if (separator.size == 1)
        found = rest ? memchr(from, *separator.data, rest) : NULL;
    else if (separator.size && rest)
        found = memmem(from, rest, separator.data, separator.size);
    if (found)
        *searched = (size_t)(found - bytes.data);
    else if (rest >= separator.size)
        *searched = bytes.size - (separator.size ? separator.size - 1 : 0);
    return found != NULL;
}

quern_string cutter_between(const struct cutter *cutter)
{
    if (cutter->format == RECORD_JSONL)
        return (quern_string){"", 0};
    return (quern_string){cutter->separator.data + cutter->before,
                          cutter->separator.size - cutter->before - cutter->behind};
}

uint64_t cutter_count_lines(const struct cutter *cutter, quern_string bytes, bool parted)
{
    if (cutter->separator.size == 1 && *cutter->separator.data == '\n')
        return parted;
    uint64_t count = 0;
    const char *at = bytes.data, *end = bytes.data + bytes.size;
    while (at < end && (at = memchr(at, '\n', (size_t)(end - at)))) {
        count++;
        at++;
    }
    return count;
}

/*
 * Numbers and strings as bytes; see bytes.h.
 */
#include "runner/bytes.h"

#include <string.h>

void bytes_put(struct buffer *out, const void *data, size_t size)
{
    buffer_append(out, data, size);
}

void bytes_put_number(struct buffer *out, uint64_t number)
{
    bytes_put(out, &number, sizeof number);
}

void bytes_put_string(struct buffer *out, quern_string string)
{
    bytes_put_number(out, string.size);
    buffer_add_string(out, string);
}

void bytes_put_text(struct buffer *out, const char *text)
{
    bytes_put_string(out, (quern_string){text, strlen(text)});
}

const char *bytes_get(struct bytes *bytes, uint64_t size)
{
    const char *at = bytes->rest.data;
    if (bytes->failed || size > bytes->rest.size) {
        bytes->failed = true;
        return NULL;
    }
    bytes->rest.data += size;
    bytes->rest.size -= (size_t)size;
    return at;
}

bool bytes_copy(struct bytes *bytes, void *to, uint64_t size)
{
    const char *at = bytes_get(bytes, size);
    if (at && size)
        memcpy(to, at, (size_t)size);
    return at != NULL;
}

uint64_t bytes_get_number(struct bytes *bytes)
{
    uint64_t number = 0;
    bytes_copy(bytes, &number, sizeof number);
    return number;
}

quern_string bytes_get_string(struct bytes *bytes)
{
    uint64_t size = bytes_get_number(bytes);
    const char *at = bytes_get(bytes, size);
    return (quern_string){at, at ? (size_t)size : 0};
}

int bytes_compare(quern_string a, quern_string b)
{
    int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);
    return order ? order : (a.size > b.size) - (a.size < b.size);
}

/* message.c - what the header of a message tells. */
#include "message.h"
#include <string.h>
#include <strings.h>

/* The line at `*at`, without its end, over which it steps. */
static quern_string take_line(const char **at, const char *end)
{
    const char *begin = *at, *stop = memchr(begin, '\n', (size_t)(end - begin));
    *at = stop ? stop + 1 : end;
    if (!stop)
        stop = end;
    if (stop > begin && stop[-1] == '\r')
        stop--;
    return (quern_string){begin, (size_t)(stop - begin)};
}

static bool continues(const char *at, const char *end)
{
    return at < end && (*at == ' ' || *at == '\t');
}

/* A value that is folded over several lines is put together again. */
static void take_value(quern_string line, const char **at, const char *end, struct buffer *value)
{
    const char *colon = memchr(line.data, ':', line.size);
    const char *begin = colon + 1, *stop = line.data + line.size;
    while (continues(begin, stop))
        begin++;
    buffer_clear(value);
    buffer_append(value, begin, (size_t)(stop - begin));
    while (continues(*at, end))
        buffer_add_string(value, take_line(at, end));
}

static bool is_field(quern_string line, const char *name)
{
    size_t size = strlen(name);
    return line.size > size && line.data[size] == ':' && !strncasecmp(line.data, name, size);
}

static quern_status set(quern_document *doc, const char *name, const struct buffer *value)
{
    struct buffer json = {0};
    json_encode_string(&json, (quern_string){value->data, value->size});
    quern_status status = QUERN_NO_MEMORY;
    if (!value->failed && !json.failed)
        status = quern_set_metadata(doc, name, (quern_string){json.data, json.size});
    buffer_free(&json);
    return status;
}

quern_status message_read_header(quern_document *doc)
{
    static const char *const names[] = {"from", "date", "subject"};
    quern_string text = quern_text(doc), line;
    const char *at = text.data, *end = text.data + text.size;
    struct buffer value = {0};
    quern_status status = QUERN_OK;
    if (text.size > 5 && !memcmp(at, "From ", 5))
        take_line(&at, end);
    while (status == QUERN_OK && (line = take_line(&at, end)).size) {
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            if (!is_field(line, names[i]) || quern_metadata(doc, names[i]).data)
                continue;
            take_value(line, &at, end, &value);
            status = set(doc, names[i], &value);
        }
    }
    buffer_free(&value);
    return status;
}

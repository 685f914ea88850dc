/*
 * Output that is put together from small pieces; see output.h.
 */
#include "output.h"

#include <stdlib.h>

enum { CHUNK = 64 << 10 };

void output_begin(struct output *output, quern_document *doc)
{
    output->doc = doc;
    output->size = 0;
    output->failed = false;
}

/* Also when it is nothing: the document is rendered then. */
static void hand_over(struct output *output)
{
    quern_render(output->doc, (quern_string){output->size ? output->data : "", output->size});
    output->size = 0;
}

bool output_end(struct output *output)
{
    if (output->doc)
        hand_over(output);
    return !output->failed;
}

void output_free(struct output *output)
{
    free(output->data);
    *output = (struct output){0};
}

static bool make_room(struct output *output, size_t size)
{
    if (output->data && size <= output->capacity - output->size)
        return true;
    size_t wanted = size <= SIZE_MAX - output->size ? output->size + size : SIZE_MAX;
    size_t capacity = output->capacity ? output->capacity : CHUNK;
    while (capacity < wanted && capacity <= SIZE_MAX / 2)
        capacity *= 2;
    char *data = capacity < wanted ? NULL : realloc(output->data, capacity);
    if (!data) {
        output->failed = true;
        return false;
    }
    output->data = data;
    output->capacity = capacity;
    return true;
}

void output_full(struct output *output, const char *data, size_t size)
{
    if (output->failed)
        return;
    if (output->doc && output->data)
        hand_over(output);
    bool large = output->doc && size > CHUNK;
    if (large) {
        quern_render(output->doc, (quern_string){data, size});
    } else if (make_room(output, size)) {
        memcpy(output->data + output->size, data, size);
        output->size += size;
    }
}

void output_number(struct output *output, uint64_t number)
{
    char digits[20];
    size_t first = sizeof digits;
    do
        digits[--first] = (char)('0' + number % 10);
    while (number /= 10);
    output_bytes(output, digits + first, sizeof digits - first);
}

void output_score(struct output *output, double score)
{
    enum { ONE = 10000 };
    uint64_t parts = score > 0 ? (uint64_t)((score < 1 ? score : 1) * ONE + 0.5) : 0;
    output_number(output, parts / ONE);
    uint64_t rest = parts % ONE;
    if (!rest)
        return;
    output_byte(output, '.');
    for (uint64_t unit = ONE / 10; rest; rest %= unit, unit /= 10)
        output_byte(output, (char)('0' + rest / unit));
}

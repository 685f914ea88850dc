/* Any bytes as a record of JSON Lines: it is refused with a reason and a place, or it becomes a
 * document that comes back the same from a record in any unit. */
#include "codec/codec.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool truth)
{
    if (!truth)
        abort();
}

static bool read_bytes(quern_document *doc, quern_string bytes)
{
    struct record record = {.bytes = bytes, .format = RECORD_JSONL, .input = "-"};
    const char *why = NULL;
    size_t where = 0;
    document_clear(doc);
    bool read = record_read(&record, doc, &why, &where);
    expect(read || (why && *why && where <= bytes.size));
    return read;
}

static struct buffer write_bytes(quern_document *doc, quern_unit unit)
{
    struct buffer bytes = {0};
    record_write_jsonl(doc, unit, &bytes);
    expect(!bytes.failed && bytes.data[bytes.size - 1] == '\n');
    expect(!memchr(bytes.data, '\n', bytes.size - 1));
    return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    quern_document *doc = quern_document_new();
    if (doc && read_bytes(doc, (quern_string){(const char *)data, size})) {
        struct buffer first = write_bytes(doc, QUERN_CODE_POINTS);
        for (int unit = QUERN_CODE_POINTS; unit <= QUERN_UTF16; unit++) {
            expect(read_bytes(doc, (quern_string){first.data, first.size}));
            struct buffer other = write_bytes(doc, (quern_unit)unit);
            expect(read_bytes(doc, (quern_string){other.data, other.size}));
            struct buffer back = write_bytes(doc, QUERN_CODE_POINTS);
            expect(back.size == first.size && !memcmp(back.data, first.data, back.size));
            buffer_free(&other);
            buffer_free(&back);
        }
        buffer_free(&first);
    }
    quern_document_free(doc);
    return 0;
}

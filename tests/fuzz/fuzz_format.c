/* Any bytes as a record of JSON Lines, or else as a text with spans made from the bytes, in every
 * format: what comes out is read back by readers that are strict. */
#include "../formats.h"
#include "codec/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool read_record(quern_document *doc, quern_string bytes)
{
    const char *why;
    size_t where;
    const struct record record = {.bytes = bytes, .format = RECORD_JSONL, .input = "-"};
    document_clear(doc);
    return record_read(&record, doc, &why, &where);
}

static size_t start_at(quern_string text, size_t at)
{
    while (at < text.size && !utf8_is_start(text.data[at]))
        at++;
    return at;
}

/* A span begins at each byte and is as long as it says; its bits choose layer and label. */
static void make_spans(quern_document *doc, quern_string bytes)
{
    static const char *const layers[] = {"token", "sentence", "entity", "block"};
    static const char *const labels[] = {"PERSON", "list-item", "\"><\t|\033", "quote"};
    enum { SPANS_MAX = 200 };
    document_clear(doc);
    EXPECT(quern_set_text(doc, bytes) == QUERN_OK);
    quern_string text = quern_text(doc);
    for (size_t i = 0; i < bytes.size && i < SPANS_MAX; i++) {
        unsigned byte = (unsigned char)bytes.data[i];
        size_t begin = start_at(text, i), end = start_at(text, i + byte % 23);
        quern_layer *layer = quern_layer_of(doc, layers[byte & 3]);
        if (begin < end && end <= text.size)
            quern_add_span(layer, begin, end, quern_label(doc, labels[byte >> 2 & 3]));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct formats formats;
    if (!formats.loader)
        formats_open(&formats);
    const quern_string bytes = {(const char *)data, size};
    quern_document *doc = quern_document_new();
    for (size_t i = 0; doc && i < FORMAT_COUNT; i++) {
        if (!read_record(doc, bytes))
            make_spans(doc, bytes);
        formats_check(&formats, i, doc);
    }
    quern_document_free(doc);
    return 0;
}

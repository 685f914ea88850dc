/* Any bytes: all ways of validating and counting UTF-8 agree, and what replaces ill-formed
 * sequences leaves valid text. */
#include "base/scan.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool truth)
{
    if (!truth)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    size_t count, valid = utf8_valid_prefix_scalar(text, size);
    const struct scan_set *sets = scan_sets(&count);
    expect(valid <= size && utf8_valid_prefix(text, size) == valid);
    for (size_t i = 0; i < count; i++) {
        expect(utf8_valid_prefix_by(&sets[i], text, size) == valid);
        expect(utf8_count_by(&sets[i], text, size) == utf8_count_scalar(text, size));
    }
    if (valid < size) {
        size_t length = utf8_ill_formed_length(text + valid, size - valid);
        expect(length >= 1 && length <= 3 && length <= size - valid);
    }
    size_t characters = 0;
    for (size_t at = 0; at < valid; characters++) {
        size_t begin = at;
        char encoded[4];
        uint32_t code = quern_next_char((quern_string){text, valid}, &at);
        expect(utf8_encode(code, encoded) == at - begin);
    }
    expect(utf8_count(text, valid) == characters);

    quern_document *doc = quern_document_new();
    if (doc && quern_set_text(doc, (quern_string){text, size}) == QUERN_OK) {
        quern_string repaired = quern_text(doc);
        expect(utf8_valid_prefix(repaired.data, repaired.size) == repaired.size);
    }
    quern_document_free(doc);
    return 0;
}

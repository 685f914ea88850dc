/* Any text through the stage depaginate, with options by the last byte: it passes, and what comes out
 * is what came in, in order, but for spaces and line ends and what was taken out. */
#define QUERN_STATIC_STAGE
#include "../unit/depaginate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool truth)
{
    if (!truth)
        abort();
}

static bool is_visible(char c)
{
    return !is_space(c) && c != '\n';
}

static bool is_part(quern_string part, quern_string whole)
{
    size_t at = 0;
    for (size_t i = 0; i < part.size; i++) {
        if (!is_visible(part.data[i]))
            continue;
        while (at < whole.size && whole.data[at] != part.data[i])
            at++;
        if (at++ == whole.size)
            return false;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t bits = size ? data[size - 1] : 0;
    struct harness *harness =
        harness_open(&depaginate_LTX_quern_plugin, "unwrap", bits & 1 ? "true" : "false", "hyphens",
                     bits & 2 ? "true" : "false", "confidence", bits & 4 ? "0.99" : "0.5", "join",
                     bits & 8 ? "true" : "false", NULL);
    quern_document *doc = quern_document_new();
    expect(doc && quern_set_text(doc, (quern_string){(const char *)data, size}) == QUERN_OK);
    quern_string text = quern_text(doc);
    char *copy = malloc(text.size + 1);
    expect(copy != NULL);
    memcpy(copy, text.data, text.size);
    quern_string before = {copy, text.size};
    expect(harness_push_document(harness, doc) == QUERN_PASS);
    expect(is_part(quern_text(harness->doc), before));
    free(copy);
    harness_close(harness);
    return 0;
}

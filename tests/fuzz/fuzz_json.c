/* Any bytes: what another library takes for JSON is JSON for us, errors lie within the text, and
 * strings come back as they went in. */
#include "base/scan.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool truth)
{
    if (!truth)
        abort();
}

static void check_value(const char *json, size_t size)
{
    const char *error = NULL, *why = NULL, *end = json_skip_value(json, json + size, &error, &why);
    if (!end)
        expect(error >= json && error <= json + size && why && *why);
    else
        expect(end > json && end <= json + size);
    bool too_deep = !end && !strcmp(why, "values are nested too deeply");
    /* Jansson takes a NUL for the end. */
    if (memchr(json, '\0', size))
        return;
    json_t *value = json_loadb(json, size, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    expect(!value || too_deep || json_is_valid((quern_string){json, size}));
    json_decref(value);
}

static void check_runs(const char *text, size_t size)
{
    size_t count;
    const struct scan_set *sets = scan_sets(&count);
    const char *end = text + size, *plain = json_plain_run_scalar(text, end);
    const char *shown = json_shown_run_by(&sets[count - 1], text, end);
    expect(json_plain_run(text, end) == plain && shown <= plain);
    for (size_t i = 0; i < count; i++) {
        expect(json_plain_run_by(&sets[i], text, end) == plain);
        expect(json_shown_run_by(&sets[i], text, end) == shown);
    }
}

static void check_string(const char *text, size_t size)
{
    struct buffer json = {0}, back = {0};
    json_encode_string(&json, (quern_string){text, size});
    if (!json.failed) {
        const char *error, *why, *end = json.data + json.size;
        expect(json_skip_value(json.data, end, &error, &why) == end);
        json_decode_string(&back, json.data + 1, end - 1);
        expect(back.failed || (back.size == size && !memcmp(buffer_text(&back), text, size)));
    }
    buffer_free(&json);
    buffer_free(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    check_value(text, size);
    check_runs(text, size);
    check_string(text, size);
    return 0;
}

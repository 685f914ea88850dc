/*
 * Any text, by any options of the stage structure: no span is out of place, and sentences and
 * tokens do not overlap.
 */
#include "../harness.c"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

static const quern_stage *load_stage(void)
{
    char path[4096];
    const char *build = getenv("QUERN_BUILD");
    snprintf(path, sizeof path, "%s/plugins/structure.so", build ? build : ".");
    void *plugin = dlopen(path, RTLD_NOW);
    if (!plugin) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    return dlsym(plugin, QUERN_SYMBOL);
}

static void check_layer(quern_document *doc, const char *name, bool overlaps)
{
    quern_spans spans = quern_find_spans(doc, name);
    for (size_t i = 0; i < spans.count; i++) {
        const quern_span *span = &spans.items[i];
        if (span->begin >= span->end || span->end > quern_text(doc).size ||
            (i > 0 && !overlaps && span->begin < spans.items[i - 1].end))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const quern_stage *stage;
    stage = stage ? stage : load_stage();
    if (size == 0)
        return 0;
    struct harness *harness = harness_open(stage, "words", data[0] & 1 ? "unicode" : "english",
                                           "hyphens", data[0] & 2 ? "split" : "keep",
                                           "across_blocks", data[0] & 4 ? "true" : "false",
                                           "markers", data[0] & 8 ? "apart" : "inside", NULL);
    harness_push(harness, (quern_string){(const char *)data + 1, size - 1});
    check_layer(harness->doc, "block", true);
    check_layer(harness->doc, "sentence", false);
    check_layer(harness->doc, "token", false);
    harness_close(harness);
    return 0;
}

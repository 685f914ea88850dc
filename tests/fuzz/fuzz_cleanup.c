/*
 * Any bytes, by any options of the stage cleanup, of which the first bytes choose some: a second pass
 * changes nothing, and between changes the text is the source, byte for byte.
 */
#include "../harness.c"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const quern_stage *load_stage(void)
{
    char path[4096];
    const char *build = getenv("QUERN_BUILD");
    snprintf(path, sizeof path, "%s/plugins/cleanup.so", build ? build : ".");
    void *plugin = dlopen(path, RTLD_NOW);
    if (!plugin) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    return dlsym(plugin, QUERN_SYMBOL);
}

static struct harness *open_stage(const quern_stage *stage, const uint8_t *choice)
{
    static const char *const forms[] = {"nfc", "nfkc", "nfd", "nfkd", "none"};
    static const char *const markup[] = {"keep", "unescape", "strip"};
    static const char *const encodings[] = {"utf-8", "utf-16", "shift_jis", "iso-2022-jp",
                                            "gb18030"};
    bool named = choice[0] & 1;
    return harness_open(
        stage, "unicode", forms[choice[1] % 5], "html", markup[choice[1] / 25 % 3], "quotes",
        choice[0] & 4 ? "straight" : "keep", "dashes", choice[0] & 8 ? "hyphen" : "keep", "width",
        choice[0] & 16 ? "fold" : "keep", "disguises", choice[0] & 32 ? "plain" : "keep",
        "mojibake", choice[0] & 64 ? "false" : "true", named ? "encoding" : NULL,
        encodings[choice[1] / 5 % 5], NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const quern_stage *stage;
    stage = stage ? stage : load_stage();
    if (size < 2)
        return 0;
    struct harness *harness = open_stage(stage, data);
    if (harness_push(harness, (quern_string){(const char *)data + 2, size - 2}) != QUERN_PASS)
        abort();
    if (!harness_leads_back(harness))
        abort();
    quern_string text = quern_text(harness->doc);
    char *first = malloc(text.size + 1);
    if (!first)
        abort();
    memcpy(first, text.data, text.size);
    if (stage->process(harness->options.state, harness->doc, harness->call) != QUERN_PASS ||
        !quern_string_equal(quern_text(harness->doc), (quern_string){first, text.size}))
        abort();
    free(first);
    harness_close(harness);
    return 0;
}

/* Any bytes as a file in each format that the stage "import" reads: it is refused with a reason, or
 * gives documents whose spans lie within them. */
#include "plugin/plugin.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const formats[] = {"conll2003", "conllu", "brat"};

enum { FORMATS = sizeof formats / sizeof *formats };

static struct {
    struct loader *loader;
    const quern_stage *stage;
    struct options options[FORMATS];
    quern_call *call;
} import;

static void expect(bool truth)
{
    if (!truth)
        abort();
}

static void take(void *user, quern_document *doc)
{
    (void)user;
    expect(quern_document_status(doc) == QUERN_OK);
    for (quern_layer *layer = NULL; (layer = quern_next_layer(doc, layer));) {
        const quern_spans spans = quern_spans_of(layer);
        for (size_t i = 0; i < spans.count; i++)
            expect(spans.items[i].begin < spans.items[i].end &&
                   spans.items[i].end <= quern_text(doc).size);
    }
    quern_document_free(doc);
}

static void open_stage(void)
{
    const char *build = getenv("QUERN_BUILD");
    struct buffer folder = {0};
    struct problems problems = {0};
    buffer_print(&folder, "%s/plugins", build ? build : ".");
    const char *path = buffer_text(&folder);
    import.loader = loader_open(&path, 1, &problems);
    import.call = call_open("import", (struct call_sink){.emit = take});
    expect(import.loader && import.call);
    const struct plugin *plugin =
        loader_find(import.loader, "import", (struct place){0}, &problems);
    expect(plugin != NULL);
    import.stage = plugin->stage;
    for (size_t i = 0; i < FORMATS; i++) {
        const quern_option *as = options_find(plugin->stage->options, "as");
        expect(options_open(&import.options[i], plugin->stage) &&
               options_set(&import.options[i], as, formats[i], (struct place){0}, &problems));
    }
    buffer_free(&folder);
    problems_free(&problems);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!import.loader)
        open_stage();
    for (size_t i = 0; i < FORMATS; i++) {
        quern_document *doc = quern_document_new();
        expect(doc && quern_set_text(doc, (quern_string){(const char *)data, size}) == QUERN_OK);
        call_reset(import.call);
        quern_verdict verdict = import.stage->process(import.options[i].state, doc, import.call);
        expect(verdict == QUERN_DROP || verdict == QUERN_FAIL);
        expect(*call_reason(import.call));
        quern_document_free(doc);
    }
    return 0;
}

/* Pipeline files of any bytes: each is read, or has problems; these can be shown. One stage is
 * linked in, so that options of every type are set. */
#include "pipeline/pipeline.h"

#include <ltdl.h>
#include <stdlib.h>

struct mill {
    int64_t keep;
    double share;
    bool fine;
    int form;
    const char *prefix;
    quern_list parts, grains;
    quern_map set;
};

static const quern_option options[] = {
    QUERN_INT(struct mill, keep, 1, 0, 100, "how many"),
    QUERN_REAL(struct mill, share, 0.5, 0, 1, "how much"),
    QUERN_BOOL(struct mill, fine, false, "how fine"),
    QUERN_CHOICE(struct mill, form, "flour", "flour meal bran", "what comes out"),
    QUERN_TEXT(struct mill, prefix, NULL, "what comes first"),
    QUERN_LIST(struct mill, parts, NULL, "what goes in"),
    QUERN_LIST(struct mill, grains, "rye oats", "which grains"),
    QUERN_MAP(struct mill, set, "what to say"),
    QUERN_END,
};

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    (void)state;
    (void)doc;
    (void)call;
    return QUERN_PASS;
}

static const quern_stage mill = {.abi = QUERN_ABI,
                                 .size = sizeof(quern_stage),
                                 .option_size = sizeof(quern_option),
                                 .name = "mill",
                                 .summary = "Takes options of every type",
                                 .version = "1",
                                 .options = options,
                                 .state_size = sizeof(struct mill),
                                 .reads = "token",
                                 .writes = "token entity",
                                 .process = process};

static const lt_dlsymlist modules[] = {
    {"@PROGRAM@", NULL},
    {"mill.a", NULL},
    {"mill_LTX_quern_plugin", (void *)(uintptr_t)&mill},
    {NULL, NULL},
};

static FILE *nowhere;
static struct loader *loader;

static void start(void)
{
    struct problems problems = {0};
    nowhere = fopen("/dev/null", "w");
    if (lt_dlpreload_default(modules) == 0)
        loader = loader_open(NULL, 0, &problems);
    if (!loader || !nowhere)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct problems problems = {0};
    quern_string text = {(const char *)data, size};
    if (!loader)
        start();
    struct pipeline *pipeline = pipeline_parse("fuzz.yaml", text, loader, &problems);
    if (!pipeline != (problems.errors > 0))
        abort();
    problems_print(&problems, text, nowhere);
    problems_free(&problems);
    pipeline_free(pipeline);
    return 0;
}

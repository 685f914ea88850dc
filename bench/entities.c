/*
 * How fast the stage entities is by itself: documents are read with the tokens that they bring, and
 * only the stage is timed.
 *
 *     entities PLUGIN.so RECORDS.jsonl ROUNDS
 *
 * Prints what one opening of the stage takes, and the tokens in a second of processor time: the best
 * of ROUNDS, by the fastest instructions that the processor has and by plain C, in turns.
 */
#include "codec/codec.h"
#include "plugin/plugin.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <time.h>

static double read_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static noreturn void die(const char *what)
{
    fprintf(stderr, "entities: %s\n", what);
    exit(1);
}

/* ---- Documents ---- */

struct batch {
    quern_document **docs;
    size_t count;
    uint64_t tokens;
};

static void read_batch(const char *path, struct batch *batch)
{
    struct problems problems = {0};
    struct record record;
    const struct source_settings settings = {.format = SOURCE_JSONL};
    struct source *source = source_open(&path, 1, &settings);
    *batch = (struct batch){0};
    while (source && source_next(source, &record, &problems) == SOURCE_RECORD) {
        const char *why;
        size_t where;
        batch->docs = realloc(batch->docs, (batch->count + 1) * sizeof *batch->docs);
        quern_document *doc = quern_document_new();
        if (!batch->docs || !doc || !record_read(&record, doc, &why, &where) ||
            document_own(doc) != QUERN_OK)
            die("a record cannot be read");
        batch->docs[batch->count++] = doc;
        batch->tokens += quern_find_spans(doc, "token").count;
    }
    source_close(source);
    if (batch->tokens == 0)
        die("no tokens in these records");
}

static void free_batch(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        quern_document_free(batch->docs[i]);
    free(batch->docs);
}

/* ---- The stage ---- */

struct instance {
    const quern_stage *stage;
    struct options options;
    quern_call *call;
    double opening;
};

static void open_stage(struct instance *instance, const quern_stage *stage, const char *kernels)
{
    setenv("QUERN_ENTITIES_KERNELS", kernels, 1);
    *instance =
        (struct instance){.stage = stage, .call = call_open("entities", (struct call_sink){0})};
    if (!instance->call || !options_open(&instance->options, stage))
        die("out of memory");
    double begin = read_clock();
    if (!stage->open(instance->options.state, instance->call))
        die(call_reason(instance->call));
    instance->opening = read_clock() - begin;
}

static void close_stage(struct instance *instance)
{
    instance->stage->close(instance->options.state);
    options_close(&instance->options);
    call_close(instance->call);
}

static double run_stage(struct instance *instance, const char *path, struct batch *batch)
{
    read_batch(path, batch);
    double begin = read_clock();
    for (size_t i = 0; i < batch->count; i++) {
        call_reset(instance->call);
        if (instance->stage->process(instance->options.state, batch->docs[i], instance->call) !=
            QUERN_PASS)
            die(call_reason(instance->call));
    }
    double took = read_clock() - begin;
    free_batch(batch);
    return took;
}

static const quern_stage *load_plugin(const char *path)
{
    void *plugin = dlopen(path, RTLD_NOW);
    const quern_stage *stage = plugin ? dlsym(plugin, QUERN_SYMBOL) : NULL;
    if (!stage)
        die(dlerror());
    return stage;
}

int main(int argc, char **argv)
{
    enum { FASTEST, PLAIN, WAYS };
    struct instance ways[WAYS];
    double most[WAYS] = {0};
    struct batch batch = {0};
    if (argc != 4)
        die("usage: entities PLUGIN.so RECORDS.jsonl ROUNDS");
    const quern_stage *stage = load_plugin(argv[1]);
    open_stage(&ways[FASTEST], stage, "");
    open_stage(&ways[PLAIN], stage, "plain");
    for (long round = strtol(argv[3], NULL, 10); round > 0; round--)
        for (int way = 0; way < WAYS; way++) {
            double took = run_stage(&ways[way], argv[2], &batch);
            double speed = (double)batch.tokens / took / 1e6;
            most[way] = speed > most[way] ? speed : most[way];
        }
    printf("opened in %.2f ms; million tokens/s: %.2f, in plain C %.2f, ratio %.2f\n",
           ways[FASTEST].opening * 1e3, most[FASTEST], most[PLAIN], most[FASTEST] / most[PLAIN]);
    for (int way = 0; way < WAYS; way++)
        close_stage(&ways[way]);
    return 0;
}

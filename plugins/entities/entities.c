/*
 * entities.c - the stage that tags names, amounts and times: reads the layers block, sentence and
 * token, and writes the layer entity.
 *
 * It goes through the document sentence by sentence and collects what may be an entity: amounts.c
 * and dates.c find numbers, names.c finds names, which evidence.c weighs. When all has been read,
 * decide.c says what each name is, and the spans are written.
 */
#include "tagger.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entities {
    quern_list labels;
    bool numbers;
    const char *model;
    bool wanted[LABEL_COUNT];
    struct model mapped;
    struct lexicon lexicon;
    struct reading reading;
    struct tagger tagger;
    struct names names;
};

static const char *const label_names[] = {
#define NAME(name) #name,
    LABELS(NAME)
#undef NAME
};

static const quern_option options[] = {
    QUERN_LIST(struct entities, labels,
               "PERSON ORG LOC MISC DATE TIME MONEY PERCENT QUANTITY ORDINAL CARDINAL",
               "labels to write; all when none is given"),
    QUERN_BOOL(struct entities, numbers, true, "write bare numbers, as CARDINAL and ORDINAL"),
    QUERN_TEXT(struct entities, model, "news-en",
               "model for names: one that is shipped, a path, or none"),
    QUERN_END,
};

/* ---- Writing ---- */

/* A span to be written, wherever it comes from. */
struct output {
    quern_layer *layer;
    const struct entities *state;
    uint32_t labels[LABEL_COUNT];
    struct day today; /* the document's own */
};

static size_t write_span(struct output *output, uint32_t begin, uint32_t end, unsigned label)
{
    if (label == LABEL_NONE || !output->state->wanted[label])
        return SIZE_MAX;
    return quern_add_span(output->layer, begin, end, output->labels[label]);
}

static void write_name(struct output *output, const struct name *name)
{
    size_t index = write_span(output, name->begin, name->end, name->kind);
    if (index != SIZE_MAX)
        quern_set_score(output->layer, index, (double)(int)(name->share * 1000 + 0.5F) / 1000);
}

static void write_date(struct output *output, size_t index, const struct when *when)
{
    char value[WHEN_BYTES + 2] = "\"";
    size_t size = when_write(when, output->today, value + 1);
    if (size == 0)
        return;
    value[size + 1] = '"';
    quern_set_attribute(output->layer, index, "value", (quern_string){value, size + 2});
}

static void write_finding(struct output *output, const struct finding *finding)
{
    size_t index = write_span(output, finding->begin, finding->end, finding->label);
    if (index != SIZE_MAX && finding->label == LABEL_DATE)
        write_date(output, index, &finding->when);
}

/* A month or a day of the week is one whatever the model takes it for, unless that is a person. */
static bool is_calendar(const struct finding *finding, const struct name *name)
{
    const struct when *when = &finding->when;
    return finding->label == LABEL_DATE && name->kind != LABEL_PERSON &&
           finding->begin <= name->begin && name->end <= finding->end &&
           (when->kind == WHEN_WEEKDAY || (when->kind == WHEN_FIXED && when->month > 0));
}

/* Amounts, and the names of the model; where both want the same words, the name has them. */
static void write_both(const struct entities *state, struct output *output)
{
    const struct findings *findings = &state->reading.findings;
    const struct names *names = &state->names;
    for (size_t i = 0, next = 0; i < findings->count || next < names->count;) {
        const struct finding *finding = &findings->items[i];
        const struct name *name = &names->items[next];
        if (next < names->count && (i == findings->count || name->begin < finding->end)) {
            if (i < findings->count && is_calendar(finding, name))
                next++;
            else if (i < findings->count && finding->begin < name->end)
                i++;
            else {
                write_name(output, name);
                next++;
            }
            continue;
        }
        if (!finding->name)
            write_finding(output, finding);
        i++;
    }
}

static void write_findings(const struct entities *state, struct output *output)
{
    const struct findings *findings = &state->reading.findings;
    for (size_t i = 0; i < findings->count; i++)
        write_finding(output, &findings->items[i]);
}

/* The day that the record has as `created`, or else the first one in a dateline or a byline. */
static struct day find_today(const struct findings *findings, quern_document *doc)
{
    quern_string created;
    if (quern_json_text(doc, quern_field(doc, "created"), &created))
        return day_read(created);
    for (size_t i = 0; i < findings->count; i++) {
        const struct when *when = &findings->items[i].when;
        if (when->heads && when->year > 0 && when->day > 0)
            return (struct day){when->year, when->month, when->day};
    }
    return (struct day){0};
}

/* ---- The stage ---- */

/* Only when there is something to read is the model read, for the whole of it does not come for
 * nothing. */
static bool trust_model(struct entities *state, quern_document *doc, quern_call *call)
{
    if (state->mapped.verified || quern_find_spans(doc, "token").count == 0)
        return true;
    const char *problem = model_verify(&state->mapped);
    if (problem)
        quern_fail(call, "model %s %s", state->model, problem);
    return problem == NULL;
}

static quern_verdict process(void *data, quern_document *doc, quern_call *call)
{
    struct entities *state = data;
    bool trained = state->mapped.header != NULL;
    state->names.count = 0;
    if (trained && !trust_model(state, doc, call))
        return QUERN_FAIL;
    if (!reading_begin(&state->reading, doc) ||
        (trained && !tagger_find(&state->tagger, &state->reading, &state->names)))
        return quern_fail(call, "out of memory");
    struct output output = {.layer = quern_layer_of(doc, "entity"), .state = state};
    for (int i = 0; i < LABEL_COUNT; i++)
        output.labels[i] = quern_label(doc, label_names[i]);
    output.today = find_today(&state->reading.findings, doc);
    if (trained)
        write_both(state, &output);
    else
        write_findings(state, &output);
    reading_end(&state->reading);
    return QUERN_PASS;
}

/* A model by its name stands in the folder "entities" beside the plugin. */
static bool find_model(const struct entities *state, char path[PATH_MAX])
{
    Dl_info info;
    int size;
    if (strchr(state->model, '/'))
        size = snprintf(path, PATH_MAX, "%s", state->model);
    else if (dladdr(label_names, &info) == 0 || !info.dli_fname)
        return false;
    else {
        const char *slash = strrchr(info.dli_fname, '/');
        int folder = slash ? (int)(slash + 1 - info.dli_fname) : 0;
        size =
            snprintf(path, PATH_MAX, "%.*sentities/%s.bin", folder, info.dli_fname, state->model);
    }
    return size > 0 && size < PATH_MAX;
}

static bool load_model(struct entities *state, quern_call *call)
{
    char path[PATH_MAX];
    if (strcmp(state->model, "none") == 0)
        return true;
    if (!find_model(state, path)) {
        quern_fail(call, "no folder of models beside the plugin");
        return false;
    }
    const char *problem = model_open(&state->mapped, path);
    if (problem)
        quern_fail(call, "%s: %s", path, problem);
    return problem == NULL;
}

static void close(void *data)
{
    struct entities *state = data;
    tagger_close(&state->tagger);
    reading_close(&state->reading);
    lexicon_close(&state->lexicon);
    model_close(&state->mapped);
    free(state->names.items);
}

static bool open(void *data, quern_call *call)
{
    struct entities *state = data;
    for (int i = 0; i < LABEL_COUNT; i++) {
        state->wanted[i] = state->labels.count == 0;
        for (size_t k = 0; k < state->labels.count; k++)
            state->wanted[i] |= strcmp(state->labels.items[k], label_names[i]) == 0;
    }
    state->wanted[LABEL_ORDINAL] &= state->numbers;
    state->wanted[LABEL_CARDINAL] &= state->numbers;
    if (!load_model(state, call))
        return false;
    reading_open(&state->reading, &state->lexicon);
    if (lexicon_open(&state->lexicon, &state->mapped) &&
        (!state->mapped.header || tagger_open(&state->tagger, &state->mapped, &state->lexicon)))
        return true;
    close(state);
    quern_fail(call, "out of memory");
    return false;
}

QUERN_PLUGIN(entities) = {
    QUERN_HEAD("entities"),
    .summary = "Tags persons, organisations, places, amounts and times",
    .version = QUERN_VERSION,
    .mode = QUERN_EACH,
    .state_size = sizeof(struct entities),
    .options = options,
    .reads = "block sentence token",
    .writes = "entity",
    .preserves = "block sentence token",
    .keeps_text = true,
    .open = open,
    .process = process,
    .close = close,
};

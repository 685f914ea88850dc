/*
 * template: documents as a template of the user's has them (see mustache.h for the language). What a
 * template can name: `id`, `text`, `source` and the other members of a record, `metadata`, and each
 * layer by its name, as a list of spans with `label`, `start`, `end`, `text`, `score` and
 * `attributes`.
 */
#include "character.h"
#include "mustache.h"
#include "ruler.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- The file ---- */

struct template
{
    struct output text; /* of the file */
    struct mustache *mustache;
};

static bool read_file(struct output *text, const char *path, quern_call *call)
{
    char piece[4096];
    FILE *file = fopen(path, "rb");
    size_t size;
    while (file && (size = fread(piece, 1, sizeof piece, file)) > 0)
        output_bytes(text, piece, size);
    bool fine = file && !ferror(file);
    if (!fine)
        quern_fail(call, "%s: %s", path, strerror(errno));
    else if (text->failed)
        quern_fail(call, "out of memory");
    if (file)
        fclose(file);
    return fine && !text->failed;
}

static void discard(void *prepared)
{
    struct template *template = prepared;
    if (!template)
        return;
    output_free(&template->text);
    mustache_free(template->mustache);
    free(template);
}

static bool parse(struct template *template, const char *path, quern_call *call)
{
    const char *why = NULL;
    size_t line = 0;
    if (!read_file(&template->text, path, call))
        return false;
    quern_string text = {template->text.data ? template->text.data : "", template->text.size};
    template->mustache = mustache_parse(text, &why, &line);
    if (!template->mustache)
        quern_fail(call, "%s:%zu: %s", path, line, why);
    return template->mustache != NULL;
}

static void *prepare(const struct settings *settings, quern_call *call)
{
    if (!settings->template) {
        quern_fail(call, "the format template needs the option template, a file");
        return NULL;
    }
    struct template *template = calloc(1, sizeof *template);
    if (!template)
        quern_fail(call, "out of memory");
    if (template && parse(template, settings->template, call))
        return template;
    discard(template);
    return NULL;
}

/* ---- What it can name ---- */

/* An object that is made: once memory ran short, `failed` stays set. */
struct object {
    json_t *json;
    bool failed;
};

static struct object object_new(void)
{
    json_t *json = json_object();
    return (struct object){json, !json};
}

/* Takes the value, which is NULL when memory was short. */
static void put(struct object *object, const char *key, json_t *value)
{
    object->failed |= json_object_set_new_nocheck(object->json, key, value) != 0;
}

/* Closes an object that goes into another one. */
static void put_object(struct object *object, const char *key, struct object inner)
{
    put(object, key, inner.json);
    object->failed |= inner.failed;
}

static json_t *string_of(quern_string text)
{
    return json_stringn_nocheck(text.size ? text.data : "", text.size);
}

/* What jansson has no value for, such as a number of thirty digits, is shown as it is written. */
static json_t *value_of(quern_string json)
{
    json_t *value = json_loadb(json.data, json.size, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    return value ? value : string_of(json);
}

static struct object attributes_of(quern_layer *layer, size_t index)
{
    struct object attributes = object_new();
    quern_member member;
    for (size_t n = 0; quern_attribute_at(layer, index, n, &member); n++)
        put(&attributes, member.key, value_of(member.json));
    return attributes;
}

static struct object span_of(const struct job *job, const struct ruler *ruler, quern_layer *layer,
                             size_t index)
{
    const quern_span *span = &quern_spans_of(layer).items[index];
    struct object object = object_new();
    double score;
    put(&object, "label", json_string_nocheck(quern_label_name(job->doc, span->label)));
    put(&object, "start", json_integer((json_int_t)ruler_place(ruler, span->begin)));
    put(&object, "end", json_integer((json_int_t)ruler_place(ruler, span->end)));
    put(&object, "text", string_of(part_of(quern_text(job->doc), span->begin, span->end)));
    if (!span->aside)
        return object;
    if (quern_get_score(layer, index, &score))
        put(&object, "score", json_real(score));
    put_object(&object, "attributes", attributes_of(layer, index));
    return object;
}

static void put_layer(struct object *context, const struct job *job, const struct ruler *ruler,
                      quern_layer *layer)
{
    json_t *list = json_array();
    for (size_t i = 0; i < quern_spans_of(layer).count; i++) {
        struct object span = span_of(job, ruler, layer, i);
        context->failed |= json_array_append_new(list, span.json) != 0 || span.failed;
    }
    put(context, quern_layer_name(layer), list);
}

/* What the record says of itself wins over a layer of the same name. */
static struct object make_context(const struct job *job, const struct ruler *ruler)
{
    const struct template *template = job->prepared;
    struct object context = object_new(), metadata = object_new();
    quern_member member;
    for (quern_layer *layer = NULL; (layer = quern_next_layer(job->doc, layer));)
        if (mustache_names(template->mustache, quern_layer_name(layer)))
            put_layer(&context, job, ruler, layer);
    for (size_t n = 0; quern_field_at(job->doc, n, &member); n++)
        put(&context, member.key, value_of(member.json));
    for (size_t n = 0; quern_metadata_at(job->doc, n, &member); n++)
        put(&metadata, member.key, value_of(member.json));
    put_object(&context, "metadata", metadata);
    put(&context, "id", string_of(quern_id(job->doc)));
    put(&context, "text", string_of(quern_text(job->doc)));
    return context;
}

static quern_verdict render(const struct job *job)
{
    const struct template *template = job->prepared;
    struct ruler ruler;
    if (!ruler_open(&ruler, job, (quern_unit)job->settings->offsets))
        return quern_fail(job->call, "out of memory");
    struct object context = make_context(job, &ruler);
    if (!context.failed)
        mustache_render(template->mustache, context.json, job->out);
    json_decref(context.json);
    return context.failed ? quern_fail(job->call, "out of memory") : QUERN_PASS;
}

const struct format format_template = {
    .suffix = ".out", .prepare = prepare, .discard = discard, .render = render};

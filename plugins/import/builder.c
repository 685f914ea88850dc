/*
 * Documents put together; see builder.h.
 */
#include "builder.h"

#include <stdlib.h>
#include <string.h>

static bool grow(struct builder *builder, void *array, size_t *capacity, size_t wanted, size_t size)
{
    void **memory = array;
    size_t more = *capacity ? *capacity : 64;
    while (more < wanted && more <= SIZE_MAX / 2)
        more *= 2;
    void *grown = more < wanted || more > SIZE_MAX / size ? NULL : realloc(*memory, more * size);
    if (!grown) {
        builder->failed = true;
        return false;
    }
    *memory = grown;
    *capacity = more;
    return true;
}

void builder_text(struct builder *builder, quern_string text)
{
    if (text.size > SIZE_MAX - builder->size ||
        (builder->size + text.size > builder->text_capacity &&
         !grow(builder, &builder->text, &builder->text_capacity, builder->size + text.size, 1))) {
        builder->failed = true;
        return;
    }
    if (text.size)
        memcpy(builder->text + builder->size, text.data, text.size);
    builder->size += text.size;
}

void builder_span(struct builder *builder, enum layer layer, size_t begin, size_t end,
                  quern_string label)
{
    if ((!builder->items || builder->count == builder->capacity) &&
        !grow(builder, &builder->items, &builder->capacity, builder->count + 1,
              sizeof *builder->items))
        return;
    builder->items[builder->count++] =
        (struct item){layer, begin, end, label, builder->attribute_count};
}

void builder_end_entity(struct builder *builder)
{
    builder->entity = 0;
}

void builder_tag(struct builder *builder, quern_string tag, size_t begin, size_t end)
{
    struct item *open = builder->entity ? &builder->items[builder->entity - 1] : NULL;
    builder->entity = 0;
    if (tag.size < 3 || tag.data[1] != '-' || (*tag.data != 'B' && *tag.data != 'I'))
        return;
    quern_string label = part_of(tag, 2, tag.size);
    if (*tag.data == 'I' && open && quern_string_equal(open->label, label)) {
        open->end = end;
        builder->entity = (size_t)(open - builder->items) + 1;
        return;
    }
    builder_span(builder, LAYER_ENTITY, begin, end, label);
    builder->entity = builder->failed ? 0 : builder->count;
}

void builder_attribute(struct builder *builder, const char *key, quern_string value)
{
    if (builder->attribute_count == builder->attribute_capacity &&
        !grow(builder, &builder->attributes, &builder->attribute_capacity,
              builder->attribute_count + 1, sizeof *builder->attributes))
        return;
    builder->attributes[builder->attribute_count++] = (struct attribute){key, value};
}

/* ---- The document ---- */

static uint32_t label_of(quern_document *doc, quern_string label)
{
    char *name = quern_alloc(doc, label.size + 1, 1);
    if (!name)
        return 0;
    memcpy(name, label.data, label.size);
    return quern_label(doc, name);
}

static void add_item(const struct builder *builder, size_t number, quern_document *doc,
                     quern_layer *layer)
{
    const struct item *item = &builder->items[number];
    size_t end = number + 1 < builder->count ? item[1].attributes : builder->attribute_count;
    size_t index = quern_add_span(layer, item->begin, item->end, label_of(doc, item->label));
    for (size_t i = item->attributes; i < end && index != SIZE_MAX; i++)
        quern_set_attribute(layer, index, builder->attributes[i].key,
                            quern_to_json(doc, builder->attributes[i].value));
}

static void fill(const struct builder *builder, quern_document *doc)
{
    static const char *const names[] = {"sentence", "token", "entity"};
    quern_set_text(doc, (quern_string){builder->text ? builder->text : "", builder->size});
    quern_set_id(doc, builder->id.data ? builder->id : QUERN_STRING(""));
    for (enum layer which = LAYER_SENTENCE; which <= LAYER_ENTITY; which++) {
        quern_layer *layer = NULL;
        for (size_t i = 0; i < builder->count; i++) {
            if (builder->items[i].layer != which)
                continue;
            layer = layer ? layer : quern_layer_of(doc, names[which]);
            add_item(builder, i, doc, layer);
        }
    }
}

static void clear(struct builder *builder)
{
    builder->size = builder->count = builder->attribute_count = builder->entity = 0;
    builder->id = (quern_string){0};
}

bool builder_emit(struct builder *builder, quern_call *call)
{
    quern_document *doc = builder->failed ? NULL : quern_document_new();
    if (doc)
        fill(builder, doc);
    clear(builder);
    if (doc && quern_document_status(doc) == QUERN_OK) {
        quern_emit(call, &doc);
        return true;
    }
    quern_fail(call, "%s", quern_status_text(doc ? quern_document_status(doc) : QUERN_NO_MEMORY));
    quern_document_free(doc);
    return false;
}

void builder_free(struct builder *builder)
{
    free(builder->text);
    free(builder->items);
    free(builder->attributes);
    *builder = (struct builder){0};
}

quern_string part_of(quern_string text, size_t begin, size_t end)
{
    return (quern_string){text.data + begin, end - begin};
}

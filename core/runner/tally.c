/*
 * What is counted by name, as bytes; see tally.h.
 */
#include "runner/tally.h"

#include <string.h>

/* A longer text is no name, whatever a stage takes it for. */
enum { NAME_MAX_BYTES = 128 };

struct head {
    uint64_t step, count, kind; /* steps from 1; 0 is none */
};

void tally_add(struct buffer *list, const struct pipeline *pipeline, const struct tally *tally)
{
    const struct head head = {.step =
                                  tally->step ? (uint64_t)(tally->step - pipeline->steps) + 1 : 0,
                              .count = tally->count,
                              .kind = tally->kind};
    bytes_put(list, &head, sizeof head);
    bytes_put_string(list, tally->name);
    bytes_put_string(list, tally->more);
}

bool tally_next(struct bytes *list, const struct pipeline *pipeline, struct tally *tally)
{
    struct head head;
    if (!list->rest.size || !bytes_copy(list, &head, sizeof head))
        return false;
    *tally = (struct tally){.kind = (enum tally_kind)head.kind, .count = head.count};
    tally->name = bytes_get_string(list);
    tally->more = bytes_get_string(list);
    list->failed |= head.kind >= TALLY_KINDS || head.step > pipeline->step_count ||
                    (head.step == 0) != (head.kind > TALLY_RULE);
    if (head.step && !list->failed)
        tally->step = &pipeline->steps[head.step - 1];
    return !list->failed;
}

/* ---- Spans ---- */

static bool make_room(struct label_counts *counts, uint32_t label)
{
    size_t before = counts->capacity;
    if (label < before)
        return true;
    if (!memory_grow(&counts->items, &counts->capacity, (size_t)label + 1, sizeof *counts->items))
        return false;
    memset(counts->items + before, 0, (counts->capacity - before) * sizeof *counts->items);
    return true;
}

static quern_string text_of(const char *text)
{
    return (quern_string){text, strlen(text)};
}

/* Counts the spans by their labels. */
static void count_labels(struct buffer *list, quern_spans spans, struct label_counts *counts)
{
    for (size_t i = 0; i < spans.count; i++) {
        if (make_room(counts, spans.items[i].label))
            counts->items[spans.items[i].label]++;
        else
            list->failed = true;
    }
}

/* In the order in which the labels occur, which is the same in each run. */
static void tally_layer(struct buffer *list, const struct pipeline *pipeline, quern_layer *layer,
                        const quern_document *doc, struct label_counts *counts)
{
    const quern_spans spans = quern_spans_of(layer);
    struct tally tally = {.kind = TALLY_SPANS, .name = text_of(quern_layer_name(layer))};
    count_labels(list, spans, counts);
    for (size_t i = 0; i < spans.count; i++) {
        const uint32_t label = spans.items[i].label;
        if (label >= counts->capacity || !counts->items[label])
            continue;
        tally.count = counts->items[label];
        tally.more = text_of(quern_label_name(doc, label));
        tally_add(list, pipeline, &tally);
        counts->items[label] = 0;
    }
}

static void tally_names(struct buffer *list, const struct pipeline *pipeline,
                        const quern_document *doc, quern_spans spans)
{
    const quern_string text = quern_text(doc);
    for (size_t i = 0; i < spans.count; i++) {
        const quern_span *span = &spans.items[i];
        struct tally tally = {.kind = TALLY_NAME,
                              .name = text_of(quern_label_name(doc, span->label)),
                              .more = {text.data + span->begin, span->end - span->begin},
                              .count = 1};
        if (tally.more.size <= NAME_MAX_BYTES)
            tally_add(list, pipeline, &tally);
    }
}

void tally_spans(struct buffer *list, const struct pipeline *pipeline, quern_document *doc,
                 struct label_counts *counts)
{
    for (quern_layer *layer = NULL; (layer = quern_next_layer(doc, layer));)
        tally_layer(list, pipeline, layer, doc, counts);
    tally_names(list, pipeline, doc, quern_find_spans(doc, "entity"));
}

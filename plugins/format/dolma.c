/*
 * dolma: attributes as Dolma's tools read them (github.com/allenai/dolma, docs/data-format.md): a line of
 * JSON for each document, in the order of the file of documents that jsonl writes, with the id and
 * lists of [start, end, score] under "quern__LAYER__LABEL". Places count code points.
 */
#include "chosen.h"
#include "json.h"
#include "ruler.h"

/* Spans that share a label: chains of indexes, from 1, in a layer. */
struct chains {
    uint32_t *first, *last; /* by label */
    uint32_t *next;         /* by index */
};

static bool chain_spans(struct chains *chains, const struct job *job, quern_spans spans)
{
    uint32_t greatest = 0;
    for (size_t i = 0; i < spans.count; i++)
        greatest = spans.items[i].label > greatest ? spans.items[i].label : greatest;
    chains->first = quern_scratch(job->call, (size_t)greatest + 1, sizeof *chains->first);
    chains->last = quern_scratch(job->call, (size_t)greatest + 1, sizeof *chains->last);
    chains->next = quern_scratch(job->call, spans.count + 1, sizeof *chains->next);
    if (!chains->first || !chains->last || !chains->next)
        return false;
    for (size_t i = 0; i < spans.count; i++) {
        uint32_t label = spans.items[i].label, number = (uint32_t)i + 1;
        if (chains->last[label])
            chains->next[chains->last[label]] = number;
        else
            chains->first[label] = number;
        chains->last[label] = number;
    }
    return true;
}

static void put_key(const struct job *job, quern_layer *layer, uint32_t label, struct output *key)
{
    output_begin(key, NULL);
    output_text(key, "quern__");
    output_text(key, quern_layer_name(layer));
    output_text(key, "__");
    output_text(key, quern_label_name(job->doc, label));
    output_json(job->out, (quern_string){key->data, key->size});
    job->out->failed |= key->failed;
    output_text(job->out, ":[");
}

static void put_place(const struct job *job, const struct ruler *ruler, quern_layer *layer,
                      size_t index)
{
    const quern_span *span = &quern_spans_of(layer).items[index];
    double score = 1;
    output_byte(job->out, '[');
    output_number(job->out, ruler_place(ruler, span->begin));
    output_byte(job->out, ',');
    output_number(job->out, ruler_place(ruler, span->end));
    output_byte(job->out, ',');
    if (span->aside)
        quern_get_score(layer, index, &score);
    output_score(job->out, score);
    output_byte(job->out, ']');
}

/* Labels in the order in which the text has them. */
static bool put_layer(const struct job *job, const struct ruler *ruler, quern_layer *layer,
                      bool *any, struct output *key)
{
    const quern_spans spans = quern_spans_of(layer);
    struct chains chains;
    if (!chain_spans(&chains, job, spans))
        return false;
    for (size_t i = 0; i < spans.count; i++) {
        uint32_t label = spans.items[i].label;
        if (chains.first[label] != i + 1)
            continue;
        output_text(job->out, *any ? "," : "");
        *any = true;
        put_key(job, layer, label, key);
        for (uint32_t at = chains.first[label]; at; at = chains.next[at]) {
            put_place(job, ruler, layer, at - 1);
            output_text(job->out, chains.next[at] ? "," : "]");
        }
    }
    return true;
}

static quern_verdict render(const struct job *job)
{
    struct output key = {0};
    struct ruler ruler;
    bool any = false, fine = ruler_open(&ruler, job, QUERN_CODE_POINTS);
    output_text(job->out, "{\"id\":");
    output_json(job->out, quern_id(job->doc));
    output_text(job->out, ",\"attributes\":{");
    for (quern_layer *layer = NULL; fine && (layer = next_chosen_layer(job, "entity", layer));)
        fine = put_layer(job, &ruler, layer, &any, &key);
    output_text(job->out, "}}\n");
    output_free(&key);
    return fine ? QUERN_PASS : quern_fail(job->call, "out of memory");
}

const struct format format_dolma = {.render = render};

/*
 * xml: text and spans side by side: for each document a `document` element with its id, the text
 * with all its white space, and a `span` element for each span, with its layer, label and place, its
 * score, and an `attribute` element for each of its attributes, whose content is JSON.
 */
#include "chosen.h"
#include "markup.h"
#include "ruler.h"

static void put_value(struct output *out, const char *name, quern_string value)
{
    output_byte(out, ' ');
    output_text(out, name);
    output_text(out, "=\"");
    output_xml_value(out, value);
    output_byte(out, '"');
}

static void put_number(struct output *out, const char *name, uint64_t number)
{
    output_byte(out, ' ');
    output_text(out, name);
    output_text(out, "=\"");
    output_number(out, number);
    output_byte(out, '"');
}

static void put_attributes(const struct job *job, quern_layer *layer, size_t index)
{
    quern_member attribute;
    bool any = false;
    for (size_t n = 0; quern_attribute_at(layer, index, n, &attribute); n++, any = true) {
        output_text(job->out, any ? "<attribute" : ">\n<attribute");
        put_value(job->out, "name", (quern_string){attribute.key, strlen(attribute.key)});
        output_byte(job->out, '>');
        output_xml(job->out, attribute.json);
        output_text(job->out, "</attribute>\n");
    }
    output_text(job->out, any ? "</span>\n" : "/>\n");
}

static void put_span(const struct job *job, const struct ruler *ruler, quern_layer *layer,
                     size_t index, const quern_span *span)
{
    struct output *out = job->out;
    double score;
    output_text(out, "<span layer=\"");
    output_xml_name(out, quern_layer_name(layer));
    output_text(out, "\" label=\"");
    output_xml_name(out, quern_label_name(job->doc, span->label));
    output_byte(out, '"');
    put_number(out, "start", ruler_place(ruler, span->begin));
    put_number(out, "end", ruler_place(ruler, span->end));
    if (!span->aside) {
        output_text(out, "/>\n");
        return;
    }
    if (quern_get_score(layer, index, &score)) {
        output_text(out, " score=\"");
        output_score(out, score);
        output_byte(out, '"');
    }
    put_attributes(job, layer, index);
}

static quern_verdict render(const struct job *job)
{
    static const char *const units[] = {"code-points", "bytes", "utf16"};
    struct ruler ruler;
    if (!ruler_open(&ruler, job, (quern_unit)job->settings->offsets))
        return quern_fail(job->call, "out of memory");
    output_text(job->out, "<document");
    put_value(job->out, "id", quern_id(job->doc));
    output_text(job->out, " offsets=\"");
    output_text(job->out, units[job->settings->offsets]);
    output_text(job->out, "\">\n<text xml:space=\"preserve\">");
    output_xml(job->out, quern_text(job->doc));
    output_text(job->out, "</text>\n");
    for (quern_layer *layer = NULL; (layer = next_chosen_layer(job, NULL, layer));) {
        const quern_spans spans = quern_spans_of(layer);
        for (size_t i = 0; i < spans.count; i++)
            put_span(job, &ruler, layer, i, &spans.items[i]);
    }
    output_text(job->out, "</document>\n");
    return QUERN_PASS;
}

const struct format format_xml = {
    .suffix = ".xml",
    .frame = {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<documents>\n", "", "</documents>\n"},
    .render = render};

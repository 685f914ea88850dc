/*
 * annotations: W3C Web Annotations (Web Annotation Data Model, W3C Recommendation of 2017) in
 * JSON-LD: for each document an AnnotationPage, and in it an Annotation for each span, whose body
 * tags it with the label and whose target selects it by place (in code points, section 4.2.5) and by
 * quotation (section 4.2.4), with some of the text around it.
 */
#include "character.h"
#include "chosen.h"
#include "json.h"
#include "ruler.h"

enum { AROUND = 32 }; /* bytes of text around a quotation, at most */

/* Bytes that can stand in a path of an IRI as they are (RFC 3987 takes more, and readers fewer). */
static bool is_unreserved(char byte)
{
    return ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') || (byte >= '0' && byte <= '9') ||
           (byte && strchr("-._~/", byte));
}

static void put_iri(struct output *out, quern_string text)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        const char escape[3] = {'%', digits[byte >> 4], digits[byte & 15]};
        if (is_unreserved(text.data[i]))
            output_byte(out, text.data[i]);
        else
            output_bytes(out, escape, sizeof escape);
    }
}

static void put_id(const struct job *job)
{
    quern_string id = quern_id(job->doc);
    put_iri(job->out, id.size ? id : QUERN_STRING("document"));
}

static bool is_start(quern_string text, size_t at)
{
    return at == text.size || ((unsigned char)text.data[at] & 0xC0) != 0x80;
}

static void put_quotation(struct output *out, quern_string text, const quern_span *span)
{
    size_t begin = span->begin > AROUND ? span->begin - AROUND : 0;
    size_t end = text.size - span->end > AROUND ? span->end + AROUND : text.size;
    while (!is_start(text, begin))
        begin++;
    while (!is_start(text, end))
        end--;
    output_text(out, "{\"type\":\"TextQuoteSelector\",\"exact\":");
    output_json(out, part_of(text, span->begin, span->end));
    output_text(out, ",\"prefix\":");
    output_json(out, part_of(text, begin, span->begin));
    output_text(out, ",\"suffix\":");
    output_json(out, part_of(text, span->end, end));
    output_byte(out, '}');
}

static void put_annotation(const struct job *job, const struct ruler *ruler, quern_layer *layer,
                           const quern_span *span, size_t number)
{
    struct output *out = job->out;
    output_text(out, "{\"id\":\"urn:quern:");
    put_id(job);
    output_byte(out, ':');
    output_number(out, number);
    output_text(out, "\",\"type\":\"Annotation\",\"motivation\":\"tagging\",\"body\":[{\"type\":"
                     "\"TextualBody\",\"purpose\":\"tagging\",\"value\":");
    output_json_name(out, quern_label_name(job->doc, span->label));
    output_text(out, "},{\"type\":\"TextualBody\",\"purpose\":\"classifying\",\"value\":");
    output_json_name(out, quern_layer_name(layer));
    output_text(out, "}],\"target\":{\"source\":\"");
    put_id(job);
    output_text(out, "\",\"selector\":[{\"type\":\"TextPositionSelector\",\"start\":");
    output_number(out, ruler_place(ruler, span->begin));
    output_text(out, ",\"end\":");
    output_number(out, ruler_place(ruler, span->end));
    output_text(out, "},");
    put_quotation(out, quern_text(job->doc), span);
    output_text(out, "]}}");
}

static quern_verdict render(const struct job *job)
{
    struct ruler ruler;
    size_t number = 0;
    if (!ruler_open(&ruler, job, QUERN_CODE_POINTS))
        return quern_fail(job->call, "out of memory");
    output_text(job->out, "{\"@context\":\"http://www.w3.org/ns/anno.jsonld\",\"id\":\"urn:quern:");
    put_id(job);
    output_text(job->out, "\",\"type\":\"AnnotationPage\",\"items\":[");
    for (quern_layer *layer = NULL; (layer = next_chosen_layer(job, "entity", layer));) {
        const quern_spans spans = quern_spans_of(layer);
        for (size_t i = 0; i < spans.count; i++) {
            output_text(job->out, number ? ",\n" : "\n");
            put_annotation(job, &ruler, layer, &spans.items[i], number++);
        }
    }
    output_text(job->out, "]}");
    return QUERN_PASS;
}

const struct format format_annotations = {
    .suffix = ".jsonld", .frame = {"[", ",\n", "]\n"}, .render = render};

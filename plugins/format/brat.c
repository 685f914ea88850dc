/*
 * brat: stand-off annotation as the annotation tool brat reads it (brat.nlplab.org/standoff.html). In
 * an archive, NAME.txt holds the text and NAME.ann a line for each span: "T1", type and place, and
 * the text, with tabs between them. A span of several lines is written in pieces, one for each line;
 * one of nothing but line ends is left out. Places count code points.
 */
#include "character.h"
#include "chosen.h"
#include "ruler.h"

struct writer {
    const struct job *job;
    struct ruler ruler;
    struct escaper text;
};

static const char *replace(uint32_t code)
{
    return code == '\n' || code == '\t' ? " " : NULL;
}

/* Types are words of ASCII. */
static void put_type(struct output *out, const char *label)
{
    if (!*label)
        output_byte(out, '_');
    for (; *label; label++) {
        char byte = *label;
        bool fine = ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') ||
                    (byte >= '0' && byte <= '9') || byte == '-' || byte == '_';
        output_byte(out, fine ? byte : '_');
    }
}

/* The pieces of a span, one for each line that is not empty: their places, or else their texts. */
static void put_pieces(const struct writer *writer, const quern_span *span, bool places)
{
    struct output *out = writer->job->out;
    quern_string text = part_of(quern_text(writer->job->doc), span->begin, span->end);
    bool any = false;
    for (quern_line line = {0}; quern_next_line(text, &line);) {
        if (line.begin == line.end)
            continue;
        output_text(out, !any ? "" : places ? ";" : " ");
        any = true;
        if (!places) {
            output_escaped(out, part_of(text, line.begin, line.end), &writer->text);
            continue;
        }
        output_number(out, ruler_place(&writer->ruler, span->begin + line.begin));
        output_byte(out, ' ');
        output_number(out, ruler_place(&writer->ruler, span->begin + line.end));
    }
}

static bool is_empty(quern_string text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] != '\n' && text.data[i] != '\r')
            return false;
    return true;
}

static void put_span(const struct writer *writer, const quern_span *span, size_t number)
{
    struct output *out = writer->job->out;
    output_byte(out, 'T');
    output_number(out, number);
    output_byte(out, '\t');
    put_type(out, quern_label_name(writer->job->doc, span->label));
    output_byte(out, ' ');
    put_pieces(writer, span, true);
    output_byte(out, '\t');
    put_pieces(writer, span, false);
    output_byte(out, '\n');
}

static quern_verdict render(const struct job *job)
{
    struct writer writer = {.job = job, .text = escaper_make(replace)};
    size_t number = 0;
    if (!ruler_open(&writer.ruler, job, QUERN_CODE_POINTS))
        return quern_fail(job->call, "out of memory");
    for (quern_layer *layer = NULL; (layer = next_chosen_layer(job, "entity", layer));) {
        const quern_spans spans = quern_spans_of(layer);
        for (size_t i = 0; i < spans.count; i++)
            if (!is_empty(part_of(writer.ruler.text, spans.items[i].begin, spans.items[i].end)))
                put_span(&writer, &spans.items[i], ++number);
    }
    return QUERN_PASS;
}

const struct format format_brat = {.suffix = ".ann", .render = render, .with = &format_text};

/*
 * csv and tsv: a row for each span, with a header. csv is that of RFC 4180, its lines ended by LF;
 * tsv has a tab between columns, and writes tab, line end and backslash in them as \t, \n, \\.
 *
 * `origin` is the range of bytes of the source that a span came from; the offsets count as the
 * option says.
 */
#include "character.h"
#include "chosen.h"
#include "ruler.h"

struct writer {
    const struct job *job;
    struct ruler ruler;
    struct escaper escaper;
    bool quoted; /* csv */
};

#define COLUMNS(c)                                                                                 \
    "document" c "layer" c "label" c "start" c "end" c "text" c "score" c "origin_start" c         \
    "origin_end\n"

static const char *escape_csv(uint32_t code)
{
    return code == '"' ? "\"\"" : NULL;
}

static const char *escape_tsv(uint32_t code)
{
    switch (code) {
    case '\t':
        return "\\t";
    case '\n':
        return "\\n";
    case '\\':
        return "\\\\";
    default:
        return NULL;
    }
}

/* Quoted where it has to be: also for a line end that has yet to be made out of U+2028. */
static void put_cell(const struct writer *writer, quern_string cell)
{
    struct output *out = writer->job->out;
    bool quotes = false;
    for (size_t i = 0; writer->quoted && i < cell.size && !quotes; i++)
        quotes = strchr(",\"\n\r\xE2", cell.data[i]) != NULL;
    output_text(out, quotes ? "\"" : "");
    output_escaped(out, cell, &writer->escaper);
    output_text(out, quotes ? "\"" : "");
}

static void put_separator(const struct writer *writer)
{
    output_byte(writer->job->out, writer->quoted ? ',' : '\t');
}

static void put_number(const struct writer *writer, uint64_t number)
{
    put_separator(writer);
    output_number(writer->job->out, number);
}

static void put_row(const struct writer *writer, quern_layer *layer, size_t index,
                    const quern_span *span)
{
    quern_document *doc = writer->job->doc;
    const char *name = quern_layer_name(layer), *label = quern_label_name(doc, span->label);
    const quern_origin origin = quern_find_origin(doc, span->begin, span->end);
    double score;
    put_cell(writer, quern_id(doc));
    put_separator(writer);
    put_cell(writer, (quern_string){name, strlen(name)});
    put_separator(writer);
    put_cell(writer, (quern_string){label, strlen(label)});
    put_number(writer, ruler_place(&writer->ruler, span->begin));
    put_number(writer, ruler_place(&writer->ruler, span->end));
    put_separator(writer);
    put_cell(writer, part_of(quern_text(doc), span->begin, span->end));
    put_separator(writer);
    if (span->aside && quern_get_score(layer, index, &score))
        output_score(writer->job->out, score);
    put_number(writer, origin.begin);
    put_number(writer, origin.end);
    output_byte(writer->job->out, '\n');
}

static quern_verdict render_table(const struct job *job, bool quoted)
{
    struct writer writer = {
        .job = job, .quoted = quoted, .escaper = escaper_make(quoted ? escape_csv : escape_tsv)};
    if (!ruler_open(&writer.ruler, job, (quern_unit)job->settings->offsets))
        return quern_fail(job->call, "out of memory");
    for (quern_layer *layer = NULL; (layer = next_chosen_layer(job, NULL, layer));) {
        const quern_spans spans = quern_spans_of(layer);
        for (size_t i = 0; i < spans.count; i++)
            put_row(&writer, layer, i, &spans.items[i]);
    }
    return QUERN_PASS;
}

static quern_verdict render_csv(const struct job *job)
{
    return render_table(job, true);
}

static quern_verdict render_tsv(const struct job *job)
{
    return render_table(job, false);
}

const struct format format_csv = {
    .suffix = ".csv", .frame = {.begin = COLUMNS(",")}, .render = render_csv};
const struct format format_tsv = {
    .suffix = ".tsv", .frame = {.begin = COLUMNS("\t")}, .render = render_tsv};

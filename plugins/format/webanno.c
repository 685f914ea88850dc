/*
 * webanno: WebAnno TSV 3.3, which INCEpTION reads and writes (its user guide, appendix "WebAnno TSV
 * 3.3"): a token a line with its sentence and number, its place in UTF-16 units, and its entity as
 * the feature "value" of the layer NamedEntity that every project has. An entity of several tokens
 * carries a number, "ORG[1]", on each of them.
 */
#include "character.h"
#include "ruler.h"
#include "tokens.h"

struct writer {
    const struct job *job;
    struct escaper label, text;
    struct ruler ruler;
    size_t sentence, number; /* of the token; both from 1 */
    size_t entity;           /* the last number that was given */
    bool any;
};

/* Characters with a meaning in a feature; one on a line that is a line end would cut it. */
static const char *escape_label(uint32_t code)
{
    switch (code) {
    case '\\':
        return "\\\\";
    case '[':
        return "\\[";
    case ']':
        return "\\]";
    case '|':
        return "\\|";
    case '_':
        return "\\_";
    case ';':
        return "\\;";
    case '*':
        return "\\*";
    case '>':
        return "\\>";
    default:
        return is_white_space(code) && code != ' ' ? " " : NULL;
    }
}

static const char *escape_text(uint32_t code)
{
    switch (code) {
    case '\\':
        return "\\\\";
    case '\t':
        return "\\t";
    case '\n':
        return "\\n";
    default:
        return NULL;
    }
}

static void put_text(const struct writer *writer, size_t begin, size_t end)
{
    output_escaped(writer->job->out, part_of(quern_text(writer->job->doc), begin, end),
                   &writer->text);
}

/* `rest` stands behind the first token of the sentence. */
static size_t find_sentence_end(struct token token, struct tokens rest)
{
    size_t end = token.end;
    while (tokens_next(&rest, &token) && !token.first)
        end = token.end;
    return end;
}

static void begin_sentence(struct writer *writer, const struct token *token,
                           const struct tokens *rest)
{
    output_text(writer->job->out, writer->any ? "\n#Text=" : "\n\n#Text=");
    put_text(writer, token->begin, find_sentence_end(*token, *rest));
    output_byte(writer->job->out, '\n');
    writer->sentence++;
    writer->number = 0;
}

static void put_feature(struct writer *writer, const struct token *token)
{
    struct output *out = writer->job->out;
    const char *label = token_label(writer->job, token);
    if (!label) {
        output_text(out, "_\t_");
        return;
    }
    bool several = token->inside || token->goes_on;
    if (several && !token->inside)
        writer->entity++;
    for (int column = 0; column < 2; column++) {
        output_text(out, column ? "\t" : "*");
        if (column)
            output_name(out, label, &writer->label);
        if (!several)
            continue;
        output_byte(out, '[');
        output_number(out, writer->entity);
        output_byte(out, ']');
    }
}

static void put_line(struct writer *writer, const struct token *token)
{
    struct output *out = writer->job->out;
    output_number(out, writer->sentence);
    output_byte(out, '-');
    output_number(out, ++writer->number);
    output_byte(out, '\t');
    output_number(out, ruler_place(&writer->ruler, token->begin));
    output_byte(out, '-');
    output_number(out, ruler_place(&writer->ruler, token->end));
    output_byte(out, '\t');
    put_text(writer, token->begin, token->end);
    output_byte(out, '\t');
    put_feature(writer, token);
    output_text(out, "\t\n");
    writer->any = true;
}

static quern_verdict render(const struct job *job)
{
    struct tokens tokens;
    struct writer writer = {
        .job = job, .label = escaper_make(escape_label), .text = escaper_make(escape_text)};
    if (tokens_open(&tokens, job) == QUERN_FAIL)
        return QUERN_FAIL;
    if (!ruler_open(&writer.ruler, job, QUERN_UTF16))
        return quern_fail(job->call, "out of memory");
    output_text(job->out, "#FORMAT=WebAnno TSV 3.3\n"
                          "#T_SP=de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity|"
                          "identifier|value\n");
    for (struct token token; tokens_next(&tokens, &token);) {
        if (token.first)
            begin_sentence(&writer, &token, &tokens);
        put_line(&writer, &token);
    }
    return QUERN_PASS;
}

const struct format format_webanno = {.suffix = ".tsv", .render = render};

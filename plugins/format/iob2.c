/*
 * iob2 and conll2003: a token a line, with its entity as B-LABEL, I-LABEL or O, blank lines between
 * sentences, and -DOCSTART- before each document, as in the files of CoNLL-2003 (Tjong Kim Sang and
 * De Meulder, "Introduction to the CoNLL-2003 Shared Task", section 2.2; the tags are IOB2, as in
 * later editions of these files).
 *
 * iob2 has two columns, with a tab between them; conll2003 has four, with spaces: word, part of
 * speech, chunk, entity. The two in the middle come from attributes of the tokens.
 */
#include "attribute.h"
#include "character.h"
#include "tokens.h"

struct writer {
    const struct job *job;
    struct escaper escaper;
    bool four_columns;
};

/* A token that a reader would take for the start of a document loses its first hyphen. */
static void put_token(const struct writer *writer, quern_string token)
{
    static const char start[] = "-DOCSTART-";
    const size_t size = sizeof start - 1;
    if (token.size >= size && memcmp(token.data, start, size) == 0) {
        output_byte(writer->job->out, '_');
        token = part_of(token, 1, token.size);
    }
    output_escaped(writer->job->out, token, &writer->escaper);
}

static void put_column(const struct writer *writer, const struct token *token, const char *key)
{
    output_byte(writer->job->out, ' ');
    output_token_attribute(writer->job, token, key, &writer->escaper);
}

static void put_line(const struct writer *writer, const struct token *token)
{
    struct output *out = writer->job->out;
    put_token(writer, part_of(quern_text(writer->job->doc), token->begin, token->end));
    if (writer->four_columns) {
        put_column(writer, token, "xpos");
        put_column(writer, token, "chunk");
    }
    output_byte(out, writer->four_columns ? ' ' : '\t');
    output_tag(writer->job, token, &writer->escaper);
    output_byte(out, '\n');
}

static quern_verdict render_columns(const struct job *job, bool four_columns)
{
    const struct writer writer = {job, escaper_make(join_white_space), four_columns};
    struct tokens tokens;
    if (tokens_open(&tokens, job) == QUERN_FAIL)
        return QUERN_FAIL;
    output_text(job->out, four_columns ? "-DOCSTART- -X- -X- O\n\n" : "-DOCSTART-\tO\n\n");
    bool any = false;
    for (struct token token; tokens_next(&tokens, &token); any = true) {
        if (token.first && any)
            output_byte(job->out, '\n');
        put_line(&writer, &token);
    }
    output_text(job->out, any ? "\n" : "");
    return QUERN_PASS;
}

static quern_verdict render_iob2(const struct job *job)
{
    return render_columns(job, false);
}

static quern_verdict render_conll2003(const struct job *job)
{
    return render_columns(job, true);
}

const struct format format_iob2 = {.suffix = ".iob", .render = render_iob2};
const struct format format_conll2003 = {.suffix = ".conll", .render = render_conll2003};

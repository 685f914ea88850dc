/*
 * conllu: ten columns a token, as Universal Dependencies has them
 * (universaldependencies.org/format.html, version 2).
 *
 * LEMMA, UPOS, XPOS, FEATS, HEAD, DEPREL and DEPS come from the attributes of tokens that have
 * these names, in lower case; MISC holds the entity as "NER=B-LABEL". So that the text can be put
 * together again, MISC also holds, in the manner of UDPipe, what stands before the first token
 * (SpacesBefore) and behind each (SpacesAfter) where it is not one space or nothing.
 */
#include "attribute.h"
#include "character.h"
#include "tokens.h"

struct writer {
    const struct job *job;
    struct escaper column, comment, spaces;
    quern_string text;
    size_t sentence; /* from 1 */
    size_t number;   /* of the token in it */
    bool any;        /* token, so far */
};

static const char *keep_on_line(uint32_t code)
{
    return code == '\n' ? " " : NULL;
}

/* A value of MISC is cut at '|'. */
static const char *escape_spaces(uint32_t code)
{
    switch (code) {
    case ' ':
        return "\\s";
    case '\t':
        return "\\t";
    case '\n':
        return "\\n";
    case '|':
        return "\\p";
    case '\\':
        return "\\\\";
    default:
        return NULL;
    }
}

static void put_comment(const struct writer *writer, quern_string value)
{
    output_escaped(writer->job->out, value, &writer->comment);
    output_byte(writer->job->out, '\n');
}

static void put_form(const struct writer *writer, const struct token *token)
{
    output_escaped(writer->job->out, part_of(writer->text, token->begin, token->end),
                   &writer->column);
}

/* The text as the columns have it; `rest` stands behind the first token. */
static void put_text_comment(const struct writer *writer, struct token token, struct tokens rest)
{
    output_text(writer->job->out, "# text = ");
    for (;;) {
        bool apart = tokens_next_begin(&rest) > token.end;
        put_form(writer, &token);
        if (!tokens_next(&rest, &token) || token.first)
            break;
        output_text(writer->job->out, apart ? " " : "");
    }
    output_byte(writer->job->out, '\n');
}

static void begin_sentence(struct writer *writer, const struct token *token,
                           const struct tokens *rest)
{
    struct output *out = writer->job->out;
    quern_string id = quern_id(writer->job->doc);
    output_text(out, writer->any ? "\n" : id.size ? "# newdoc id = " : "# newdoc\n");
    if (!writer->any && id.size)
        put_comment(writer, id);
    writer->number = 0;
    output_text(out, "# sent_id = ");
    output_escaped(out, id, &writer->column);
    output_text(out, id.size ? "-" : "");
    output_number(out, ++writer->sentence);
    output_byte(out, '\n');
    put_text_comment(writer, *token, *rest);
}

/* Begins a value of MISC, behind those that are there. */
static void put_key(const struct writer *writer, bool *any, const char *key)
{
    output_text(writer->job->out, *any ? "|" : "");
    output_text(writer->job->out, key);
    *any = true;
}

static void put_spaces(const struct writer *writer, bool *any, const char *key, size_t begin,
                       size_t end)
{
    put_key(writer, any, key);
    output_escaped(writer->job->out, part_of(writer->text, begin, end), &writer->spaces);
}

static void put_misc(const struct writer *writer, const struct token *token, size_t next)
{
    const struct job *job = writer->job;
    quern_string misc = token_attribute(job, token, "misc");
    bool any = false;
    if (!writer->any && token->begin > 0)
        put_spaces(writer, &any, "SpacesBefore=", 0, token->begin);
    if (token->entity) {
        put_key(writer, &any, "NER=");
        output_tag(job, token, &writer->column);
    }
    if (next == token->end)
        put_key(writer, &any, "SpaceAfter=No");
    else if (next > token->end + 1 || writer->text.data[token->end] != ' ')
        put_spaces(writer, &any, "SpacesAfter=", token->end, next);
    if (misc.data) {
        put_key(writer, &any, "");
        output_escaped(job->out, misc, &writer->column);
    }
    output_text(job->out, any ? "\n" : "_\n");
}

static void put_line(struct writer *writer, const struct token *token, size_t next)
{
    static const char *const keys[] = {"lemma", "upos", "xpos", "feats", "head", "deprel", "deps"};
    struct output *out = writer->job->out;
    output_number(out, ++writer->number);
    output_byte(out, '\t');
    put_form(writer, token);
    output_byte(out, '\t');
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        output_token_attribute(writer->job, token, keys[i], &writer->column);
        output_byte(out, '\t');
    }
    put_misc(writer, token, next);
    writer->any = true;
}

static quern_verdict render(const struct job *job)
{
    struct tokens tokens;
    struct writer writer = {.job = job,
                            .column = escaper_make(join_white_space),
                            .comment = escaper_make(keep_on_line),
                            .spaces = escaper_make(escape_spaces),
                            .text = quern_text(job->doc)};
    if (tokens_open(&tokens, job) == QUERN_FAIL)
        return QUERN_FAIL;
    for (struct token token; tokens_next(&tokens, &token);) {
        if (token.first)
            begin_sentence(&writer, &token, &tokens);
        put_line(&writer, &token, tokens_next_begin(&tokens));
    }
    output_text(job->out, writer.any ? "\n" : "");
    return QUERN_PASS;
}

const struct format format_conllu = {.suffix = ".conllu", .render = render};

/*
 * spacy: the training format of spaCy 2, which `spacy convert` of version 3 reads ("JSON input format
 * for training" in spaCy's documentation): documents with one paragraph each, sentences, tokens
 * whose entity is written as B-, I-, L-, U-LABEL or O. "space" says whether there is white space
 * behind a token, and "raw" is the text.
 */
#include "attribute.h"
#include "json.h"
#include "tokens.h"

/* The entity in the scheme BILUO. */
static void put_tag(const struct job *job, const struct token *token, struct output *name)
{
    const char *label = token_label(job, token);
    if (!label) {
        output_text(job->out, "\"O\"");
        return;
    }
    output_begin(name, NULL);
    output_text(name, token->inside ? token->goes_on ? "I-" : "L-" : token->goes_on ? "B-" : "U-");
    output_text(name, label);
    output_json(job->out, (quern_string){name->data, name->size});
    job->out->failed |= name->failed;
}

static void put_token(const struct job *job, const struct token *token, size_t number, bool spaced,
                      struct output *name)
{
    quern_string text = quern_text(job->doc), tag = token_attribute(job, token, "xpos");
    output_text(job->out, "{\"id\":");
    output_number(job->out, number);
    output_text(job->out, ",\"orth\":");
    output_json(job->out, (quern_string){text.data + token->begin, token->end - token->begin});
    output_text(job->out, spaced ? ",\"space\":\" \",\"tag\":" : ",\"space\":\"\",\"tag\":");
    output_json(job->out, tag.data ? tag : QUERN_STRING("-"));
    output_text(job->out, ",\"ner\":");
    put_tag(job, token, name);
    output_byte(job->out, '}');
}

static void put_sentences(const struct job *job, struct tokens *tokens, struct output *name)
{
    size_t number = 0;
    for (struct token token; tokens_next(tokens, &token); number++) {
        if (token.first)
            output_text(job->out, number ? "],\"brackets\":[]},\n{\"tokens\":[" : "{\"tokens\":[");
        else
            output_byte(job->out, ',');
        put_token(job, &token, number, tokens_next_begin(tokens) > token.end, name);
    }
    output_text(job->out, number ? "],\"brackets\":[]}" : "");
}

static quern_verdict render(const struct job *job)
{
    struct tokens tokens;
    struct output name = {0};
    if (tokens_open(&tokens, job) == QUERN_FAIL)
        return QUERN_FAIL;
    output_text(job->out, "{\"id\":");
    output_json(job->out, quern_id(job->doc));
    output_text(job->out, ",\"paragraphs\":[{\"raw\":");
    output_json(job->out, quern_text(job->doc));
    output_text(job->out, ",\"sentences\":[");
    put_sentences(job, &tokens, &name);
    output_text(job->out, "]}]}");
    output_free(&name);
    return QUERN_PASS;
}

const struct format format_spacy = {
    .suffix = ".json", .frame = {"[", ",\n", "]\n"}, .render = render};

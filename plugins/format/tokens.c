/*
 * Tokens with their sentences and entities; see tokens.h.
 */
#include "tokens.h"

#include "character.h"

/* The span that holds some of [begin, end), which comes behind all that were asked for before;
 * NULL when there is none. */
static const quern_span *follow(struct follower *follower, size_t begin, size_t end)
{
    for (; follower->next < follower->spans.count; follower->next++) {
        const quern_span *span = &follower->spans.items[follower->next];
        if (span->begin < follower->covered)
            continue;
        if (span->end > begin)
            return span->begin < end ? span : NULL;
        follower->covered = span->end;
    }
    return NULL;
}

/* Finds the token behind the one ahead. */
static void look_ahead(struct tokens *tokens)
{
    const struct token before = tokens->ahead;
    for (; tokens->next < tokens->spans.count; tokens->next++) {
        const quern_span *span = &tokens->spans.items[tokens->next];
        if (span->begin < tokens->done)
            continue;
        struct token *token = &tokens->ahead;
        *token = (struct token){.begin = span->begin, .end = span->end, .index = tokens->next++};
        token->sentence = follow(&tokens->sentences, span->begin, span->end);
        token->entity = follow(&tokens->entities, span->begin, span->end);
        token->first = !tokens->done || token->sentence != before.sentence;
        token->inside = !token->first && token->entity && token->entity == before.entity;
        tokens->done = span->end;
        return;
    }
    tokens->more = false;
}

static bool is_blank(quern_string text)
{
    for (quern_line line = {0}; quern_next_line(text, &line);)
        if (!line.blank)
            return false;
    return true;
}

quern_verdict tokens_open(struct tokens *tokens, const struct job *job)
{
    *tokens = (struct tokens){.doc = job->doc, .more = true};
    tokens->spans = quern_find_spans(job->doc, "token");
    tokens->sentences.spans = quern_find_spans(job->doc, "sentence");
    tokens->entities.spans = quern_find_spans(job->doc, "entity");
    look_ahead(tokens);
    if (!tokens->spans.count && !is_blank(quern_text(job->doc)))
        return quern_fail(job->call, "this format needs the layer \"token\": put a stage that "
                                     "writes it, such as structure, before format");
    return QUERN_PASS;
}

bool tokens_next(struct tokens *tokens, struct token *token)
{
    if (!tokens->more)
        return false;
    *token = tokens->ahead;
    look_ahead(tokens);
    token->goes_on = tokens->more && tokens->ahead.inside;
    return true;
}

size_t tokens_next_begin(const struct tokens *tokens)
{
    return tokens->more ? tokens->ahead.begin : quern_text(tokens->doc).size;
}

const char *token_label(const struct job *job, const struct token *token)
{
    return token->entity ? quern_label_name(job->doc, token->entity->label) : NULL;
}

void output_tag(const struct job *job, const struct token *token, const struct escaper *escaper)
{
    output_text(job->out, !token->entity ? "O" : token->inside ? "I-" : "B-");
    if (token->entity)
        output_name(job->out, token_label(job, token), escaper);
}

const char *join_white_space(uint32_t code)
{
    return is_white_space(code) ? "_" : NULL;
}

/*
 * Attributes of tokens; see attribute.h.
 */
#include "attribute.h"

quern_string token_attribute(const struct job *job, const struct token *token, const char *key)
{
    const quern_spans spans = quern_find_spans(job->doc, "token");
    quern_string text = {0};
    double number;
    if (!spans.items[token->index].aside)
        return text;
    quern_layer *layer = quern_layer_of(job->doc, "token");
    quern_string json = quern_get_attribute(layer, token->index, key);
    if (json.data && !quern_json_text(job->doc, json, &text) && quern_json_number(json, &number))
        text = json;
    return text.size ? text : (quern_string){0};
}

void output_token_attribute(const struct job *job, const struct token *token, const char *key,
                            const struct escaper *escaper)
{
    quern_string text = token_attribute(job, token, key);
    output_escaped(job->out, text.data ? text : QUERN_STRING("_"), escaper);
}

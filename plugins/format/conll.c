/*
 * conll: a token a line, with its entity as B-LABEL, I-LABEL or O behind a tab, blank lines between
 * sentences, and -DOCSTART- before each document, as in the files of CoNLL-2003 (Tjong Kim Sang and
 * De Meulder, "Introduction to the CoNLL-2003 Shared Task", section 2.2; the tags are IOB2).
 *
 * Tokens come from the layer "token", sentences from "sentence", entities from "entity". Where
 * spans of a layer overlap, the one that begins first wins.
 */
#include "character.h"
#include "format.h"

#include <string.h>

/* Steps through a layer along with the tokens. */
struct follower {
    quern_spans spans;
    size_t next, covered;
};

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

/* Readers cut lines at white space. */
static const char *replace(uint32_t code)
{
    return is_white_space(code) ? "_" : NULL;
}

/* A token that a reader would take for the start of a document loses its first hyphen. */
static void put_token(quern_document *doc, quern_string token)
{
    static const char start[] = "-DOCSTART-";
    const size_t size = sizeof start - 1;
    if (token.size >= size && memcmp(token.data, start, size) == 0) {
        render_text(doc, "_");
        token = part_of(token, 1, token.size);
    }
    render_safe(doc, token, replace);
}

static void put_tag(quern_document *doc, const char *label, bool inside)
{
    if (!label) {
        render_text(doc, "\tO\n");
        return;
    }
    render_text(doc, inside ? "\tI-" : "\tB-");
    render_safe(doc, (quern_string){label, strlen(label)}, replace);
    render_text(doc, "\n");
}

static bool is_blank(quern_string text)
{
    for (quern_line line = {0}; quern_next_line(text, &line);)
        if (!line.blank)
            return false;
    return true;
}

static void put_tokens(quern_document *doc, quern_spans tokens)
{
    struct follower sentences = {.spans = quern_find_spans(doc, "sentence")};
    struct follower entities = {.spans = quern_find_spans(doc, "entity")};
    const quern_span *last_sentence = NULL, *last_entity = NULL;
    size_t done = 0;
    for (size_t i = 0; i < tokens.count; i++) {
        const quern_span *token = &tokens.items[i];
        if (token->begin < done)
            continue;
        const quern_span *sentence = follow(&sentences, token->begin, token->end);
        const quern_span *entity = follow(&entities, token->begin, token->end);
        bool breaks = done && sentence != last_sentence;
        if (breaks)
            render_text(doc, "\n");
        put_token(doc, part_of(quern_text(doc), token->begin, token->end));
        put_tag(doc, entity ? quern_label_name(doc, entity->label) : NULL,
                entity == last_entity && !breaks);
        done = token->end;
        last_sentence = sentence;
        last_entity = entity;
    }
    render_text(doc, done ? "\n" : "");
}

static quern_verdict render(quern_document *doc, quern_call *call, quern_unit offsets)
{
    (void)offsets;
    const quern_spans tokens = quern_find_spans(doc, "token");
    if (!tokens.count && !is_blank(quern_text(doc)))
        return quern_fail(call, "conll needs the layer \"token\": put a stage that writes it, such "
                                "as structure, before format");
    render_text(doc, "-DOCSTART-\tO\n\n");
    put_tokens(doc, tokens);
    return QUERN_PASS;
}

const struct format format_conll = {.render = render};

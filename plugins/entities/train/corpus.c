/*
 * corpus.c - reads corpora: a line "token TAB tag" (IOB2) for a token, an empty line between
 * sentences, and "-DOCSTART-" between documents. The text is set as a newspaper would set it.
 */
#include "train.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN_BYTES 1024
#define TAG_BYTES 16

/* Tags as they are in the corpora, before they are made BILOU: O, or kind and whether it begins. */
struct line {
    char token[TOKEN_BYTES], tag[TAG_BYTES];
    bool blank, document;
};

static const char *const kind_names[NAME_KINDS] = {"PER", "ORG", "LOC", "MISC"};

void corpus_open(struct corpus_reader *reader, const struct corpus *corpus, const char *path)
{
    size_t size;
    *reader = (struct corpus_reader){.corpus = corpus};
    reader->data = reader->at = read_file(path, &size);
}

void corpus_close(struct corpus_reader *reader)
{
    free(reader->data);
}

static void copy_field(char *field, size_t room, const char *from, size_t size)
{
    if (size >= room)
        size = room - 1;
    memcpy(field, from, size);
    field[size] = '\0';
}

static bool read_line(struct corpus_reader *reader, struct line *line)
{
    if (*reader->at == '\0')
        return false;
    size_t size = strcspn(reader->at, "\n"), token = strcspn(reader->at, "\t\n");
    *line = (struct line){.blank = token == size};
    copy_field(line->token, sizeof line->token, reader->at, token);
    if (!line->blank)
        copy_field(line->tag, sizeof line->tag, reader->at + token + 1, size - token - 1);
    line->document = strcmp(line->token, "-DOCSTART-") == 0;
    reader->at += size + (reader->at[size] == '\n');
    return true;
}

/* ---- Setting ---- */

static bool is_one_of(const char *token, const char *const *list)
{
    while (*list && strcmp(token, *list) != 0)
        list++;
    return *list != NULL;
}

static bool stands_apart(const char *before, const char *token)
{
    static const char *const closing[] = {",", ".", "%", ")", ";", ":", "?", "!", "n't", NULL};
    static const char *const opening[] = {"$", "(", NULL};
    return *before && token[0] != '\'' && !is_one_of(token, closing) && !is_one_of(before, opening);
}

/* What a document is made of before it is one. */
struct draft {
    char *text;
    size_t size, room;
    quern_span *tokens;
    size_t count, capacity;
    quern_span *sentences;
    size_t sentence_count, sentence_capacity;
};

static void add_text(struct draft *draft, const char *text, size_t size)
{
    while (draft->size + size >= draft->room)
        draft->text = make_room(draft->text, draft->room, &draft->room, 1);
    memcpy(draft->text + draft->size, text, size);
    draft->size += size;
}

static void add_token(struct draft *draft, const char *before, const char *token)
{
    if (stands_apart(before, token))
        add_text(draft, " ", 1);
    quern_span span = {.begin = (uint32_t)draft->size};
    add_text(draft, token, strlen(token));
    span.end = (uint32_t)draft->size;
    draft->tokens = make_room(draft->tokens, draft->count, &draft->capacity, sizeof span);
    draft->tokens[draft->count++] = span;
}

static void end_sentence(struct draft *draft, size_t first)
{
    if (first == draft->count)
        return;
    quern_span span = {draft->tokens[first].begin, draft->tokens[draft->count - 1].end, 0, 0};
    draft->sentences =
        make_room(draft->sentences, draft->sentence_count, &draft->sentence_capacity, sizeof span);
    draft->sentences[draft->sentence_count++] = span;
    add_text(draft, "\n", 1);
}

static quern_document *make_document(const struct draft *draft)
{
    quern_document *doc = quern_document_new();
    if (!doc)
        die("memory", "not enough");
    quern_set_text(doc, (quern_string){draft->text, draft->size});
    quern_layer *tokens = quern_layer_of(doc, "token");
    uint32_t word = quern_label(doc, "word"), sentence = quern_label(doc, "sentence");
    for (size_t i = 0; i < draft->count; i++)
        quern_add_span(tokens, draft->tokens[i].begin, draft->tokens[i].end, word);
    quern_layer *sentences = quern_layer_of(doc, "sentence");
    for (size_t i = 0; i < draft->sentence_count; i++)
        quern_add_span(sentences, draft->sentences[i].begin, draft->sentences[i].end, sentence);
    if (quern_document_status(doc) != QUERN_OK)
        die("document", quern_status_text(quern_document_status(doc)));
    return doc;
}

/* ---- Tags ---- */

/* A token's tag as it is kept until its sentence ends: its kind, and whether it begins a name. */
#define LOOSE_OUTSIDE 0xFF
#define LOOSE_BEGINS 0x80

static uint8_t loose_tag(const char *tag)
{
    for (unsigned kind = 0; kind < NAME_KINDS; kind++)
        if (tag[0] != '\0' && tag[1] == '-' && strcmp(tag + 2, kind_names[kind]) == 0)
            return (uint8_t)(tag[0] == 'B' ? kind | LOOSE_BEGINS : kind);
    return LOOSE_OUTSIDE;
}

static void tighten(uint8_t *tags, size_t count)
{
    for (size_t i = 0, end; i < count; i = end) {
        end = i + 1;
        if (tags[i] == LOOSE_OUTSIDE) {
            tags[i] = TAG_OUTSIDE;
            continue;
        }
        uint8_t kind = tags[i] & (uint8_t)~LOOSE_BEGINS;
        while (end < count && tags[end] == kind)
            end++;
        for (size_t k = i; k < end; k++) {
            int place = end - i == 1 ? TAG_U : k == i ? TAG_B : k + 1 == end ? TAG_L : TAG_I;
            tags[k] = (uint8_t)TAG(kind, place);
        }
    }
}

static void add_tag(struct gold *gold, const char *tag)
{
    gold->tags = make_room(gold->tags, gold->count, &gold->capacity, 1);
    gold->tags[gold->count++] = loose_tag(tag);
}

bool corpus_next(struct corpus_reader *reader, struct gold *gold)
{
    struct draft draft = {0};
    struct line line;
    char before[TOKEN_BYTES] = "";
    size_t first = 0;
    gold->count = 0;
    while (read_line(reader, &line)) {
        if (line.token[0] != '\0' && !line.document && !line.blank) {
            add_token(&draft, before, line.token);
            add_tag(gold, line.tag);
            memcpy(before, line.token, sizeof before);
            continue;
        }
        end_sentence(&draft, first);
        tighten(gold->tags + first, gold->count - first);
        first = draft.count;
        before[0] = '\0';
        if (first > 0 && (line.document || reader->corpus->sentences))
            break;
    }
    end_sentence(&draft, first);
    if (gold->count > first)
        tighten(gold->tags + first, gold->count - first);
    gold->doc = draft.count > 0 ? make_document(&draft) : NULL;
    free(draft.text);
    free(draft.tokens);
    free(draft.sentences);
    return gold->doc != NULL;
}

/*
 * conll2003: a token a line, its columns parted by spaces or tabs, the word in the first and the
 * entity in the last; blank lines between sentences; -DOCSTART- before each document. Tags may be
 * IOB1 or IOB2: an entity begins with B-, or with I- where none of its label is open.
 *
 * Such files have no text: one space stands between tokens, and a line end behind each sentence. Of
 * four columns the second and third become the attributes `xpos` and `chunk`, but for "_" and "-X-".
 */
#include "import.h"

enum { COLUMNS_MAX = 64 };

struct parser {
    struct builder *builder;
    size_t sentence; /* where it begins */
    bool any;        /* token in the sentence */
    bool document;   /* one was begun */
};

static size_t split(quern_string line, quern_string columns[COLUMNS_MAX])
{
    size_t count = 0;
    for (size_t at = 0; at < line.size && count < COLUMNS_MAX; at++) {
        size_t begin = at;
        while (at < line.size && line.data[at] != ' ' && line.data[at] != '\t')
            at++;
        if (at > begin)
            columns[count++] = part_of(line, begin, at);
    }
    return count;
}

static void end_sentence(struct parser *parser)
{
    struct builder *builder = parser->builder;
    if (parser->any) {
        builder_span(builder, LAYER_SENTENCE, parser->sentence, builder->size,
                     QUERN_STRING("sentence"));
        builder_text(builder, QUERN_STRING("\n"));
    }
    parser->any = false;
    builder_end_entity(builder);
}

static bool end_document(struct parser *parser, quern_call *call)
{
    end_sentence(parser);
    return !parser->document || builder_emit(parser->builder, call);
}

static void take_attribute(struct builder *builder, const char *key, quern_string value)
{
    if (!quern_string_equal(value, QUERN_STRING("_")) &&
        !quern_string_equal(value, QUERN_STRING("-X-")))
        builder_attribute(builder, key, value);
}

static void take_token(struct parser *parser, const quern_string *columns, size_t count)
{
    struct builder *builder = parser->builder;
    if (parser->any)
        builder_text(builder, QUERN_STRING(" "));
    else
        parser->sentence = builder->size;
    size_t begin = builder->size;
    builder_text(builder, columns[0]);
    builder_span(builder, LAYER_TOKEN, begin, builder->size, QUERN_STRING("word"));
    if (count == 4) {
        take_attribute(builder, "xpos", columns[1]);
        take_attribute(builder, "chunk", columns[2]);
    }
    builder_tag(builder, columns[count - 1], begin, builder->size);
    parser->any = parser->document = true;
}

bool import_columns(quern_string text, struct builder *builder, quern_call *call)
{
    struct parser parser = {.builder = builder};
    size_t number = 1;
    for (quern_line line = {0}; quern_next_line(text, &line); number++) {
        quern_string columns[COLUMNS_MAX];
        size_t count = split(part_of(text, line.begin, line.end), columns);
        if (count && quern_string_equal(columns[0], QUERN_STRING("-DOCSTART-"))) {
            if (!end_document(&parser, call))
                return false;
            parser.document = true;
        } else if (count > 1) {
            take_token(&parser, columns, count);
        } else if (count) {
            quern_fail(call, "line %zu: a token without a tag", number);
            return false;
        } else {
            end_sentence(&parser);
        }
    }
    return end_document(&parser, call);
}

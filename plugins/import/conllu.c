/*
 * conllu: CoNLL-U (universaldependencies.org/format.html). Columns become attributes of tokens, in
 * lower case: `lemma`, `upos` … `misc`. The entities are those that MISC has as NER=B-LABEL, and the
 * text is put together by SpaceAfter, SpacesAfter and SpacesBefore, as the stage format writes them.
 *
 * Words that stand for parts of a token ("1-2") and nodes that stand for no word ("1.1") are passed
 * over, but for the text of the former.
 */
#include "import.h"

#include <string.h>

enum { COLUMNS = 10, FORM = 1, MISC = 9 };

struct parser {
    struct builder *builder;
    size_t number;   /* of the line */
    size_t sentence; /* where it begins */
    size_t covered;  /* words up to this one are in a token of several words */
    size_t end;      /* of the last token: what is behind it is white space */
    bool any, document;
};

static bool begins_with(quern_string text, const char *word, quern_string *rest)
{
    size_t size = strlen(word);
    if (text.size < size || memcmp(text.data, word, size) != 0)
        return false;
    *rest = part_of(text, size, text.size);
    return true;
}

static bool split(quern_string line, quern_string columns[COLUMNS])
{
    size_t count = 0, begin = 0;
    for (size_t at = 0; at <= line.size; at++) {
        if (at < line.size && line.data[at] != '\t')
            continue;
        if (count == COLUMNS)
            return false;
        columns[count++] = part_of(line, begin, at);
        begin = at + 1;
    }
    return count == COLUMNS;
}

/* ---- White space ---- */

static void add_spaces(struct builder *builder, quern_string escaped)
{
    static const char letters[] = "strnp\\", chars[] = " \t\r\n|\\";
    for (size_t i = 0; i < escaped.size; i++) {
        char byte = escaped.data[i];
        const char *letter = NULL;
        if (byte == '\\' && i + 1 < escaped.size && escaped.data[i + 1])
            letter = strchr(letters, escaped.data[i + 1]);
        if (letter) {
            byte = chars[letter - letters];
            i++;
        }
        builder_text(builder, (quern_string){&byte, 1});
    }
}

/* ---- Tokens ---- */

/* What MISC says beside what is left in it. */
struct misc {
    quern_string before, after, tag; /* `data` is NULL where there is none */
    bool together;
    quern_string rest; /* from the first value that is none of these */
};

static struct misc read_misc(quern_string text)
{
    struct misc misc = {0};
    quern_string value;
    for (size_t begin = 0, end; begin < text.size; begin = end + 1) {
        const char *bar = memchr(text.data + begin, '|', text.size - begin);
        end = bar ? (size_t)(bar - text.data) : text.size;
        quern_string pair = part_of(text, begin, end);
        if (begins_with(pair, "SpacesBefore=", &value))
            misc.before = value;
        else if (begins_with(pair, "SpacesAfter=", &value))
            misc.after = value;
        else if (begins_with(pair, "NER=", &value))
            misc.tag = value;
        else if (quern_string_equal(pair, QUERN_STRING("SpaceAfter=No")))
            misc.together = true;
        else if (!misc.rest.data)
            misc.rest = part_of(text, begin, text.size);
    }
    return misc;
}

/* The first number of the column ID, and what stands behind it. */
static size_t read_number(quern_string id, char *behind)
{
    size_t number = 0, at = 0;
    for (; at < id.size && id.data[at] >= '0' && id.data[at] <= '9' && at < 9; at++)
        number = number * 10 + (size_t)(id.data[at] - '0');
    *behind = at < id.size ? id.data[at] : '\0';
    return at ? number : 0;
}

static void add_attributes(struct builder *builder, const quern_string columns[COLUMNS],
                           const struct misc *misc)
{
    static const char *const keys[] = {"lemma", "upos", "xpos", "feats", "head", "deprel", "deps"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (!quern_string_equal(columns[FORM + 1 + i], QUERN_STRING("_")))
            builder_attribute(builder, keys[i], columns[FORM + 1 + i]);
    if (misc->rest.data)
        builder_attribute(builder, "misc", misc->rest);
}

static void take_token(struct parser *parser, const quern_string columns[COLUMNS])
{
    struct builder *builder = parser->builder;
    struct misc misc = {0};
    if (!quern_string_equal(columns[MISC], QUERN_STRING("_")))
        misc = read_misc(columns[MISC]);
    add_spaces(builder, misc.before);
    size_t begin = builder->size;
    builder_text(builder, columns[FORM]);
    parser->end = builder->size;
    builder_span(builder, LAYER_TOKEN, begin, parser->end, QUERN_STRING("word"));
    add_attributes(builder, columns, &misc);
    builder_tag(builder, misc.tag, begin, parser->end);
    if (misc.after.data)
        add_spaces(builder, misc.after);
    else if (!misc.together)
        builder_text(builder, QUERN_STRING(" "));
    if (!parser->any)
        parser->sentence = begin;
    parser->any = parser->document = true;
}

/* ---- Lines ---- */

static void end_sentence(struct parser *parser)
{
    if (parser->any)
        builder_span(parser->builder, LAYER_SENTENCE, parser->sentence, parser->end,
                     QUERN_STRING("sentence"));
    parser->any = false;
    parser->covered = 0;
    builder_end_entity(parser->builder);
}

static bool end_document(struct parser *parser, quern_call *call)
{
    end_sentence(parser);
    return !parser->document || builder_emit(parser->builder, call);
}

static bool take_comment(struct parser *parser, quern_string line, quern_call *call)
{
    quern_string rest;
    if (!begins_with(line, "# newdoc", &rest))
        return true;
    if (!end_document(parser, call))
        return false;
    parser->document = true;
    begins_with(rest, " id = ", &parser->builder->id);
    return true;
}

/* Whether the line is a word, or a token of several, whose words are passed over then. */
static bool has_text(struct parser *parser, quern_string id)
{
    char behind;
    size_t number = read_number(id, &behind);
    if (behind == '.' || number <= parser->covered)
        return false;
    const char *hyphen = memchr(id.data, '-', id.size);
    if (hyphen)
        parser->covered =
            read_number(part_of(id, (size_t)(hyphen - id.data) + 1, id.size), &behind);
    return true;
}

bool import_conllu(quern_string text, struct builder *builder, quern_call *call)
{
    struct parser parser = {.builder = builder, .number = 1};
    for (quern_line line = {0}; quern_next_line(text, &line); parser.number++) {
        quern_string columns[COLUMNS], words = part_of(text, line.begin, line.end);
        if (!words.size) {
            end_sentence(&parser);
        } else if (*words.data == '#' && !parser.any) {
            if (!take_comment(&parser, words, call))
                return false;
        } else if (!split(words, columns) || !columns[FORM].size) {
            quern_fail(call, "line %zu: not ten columns with a word", parser.number);
            return false;
        } else if (has_text(&parser, columns[0])) {
            take_token(&parser, columns);
        }
    }
    return end_document(&parser, call);
}

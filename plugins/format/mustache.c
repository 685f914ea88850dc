/*
 * Templates as a row of parts, in which the beginning and the end of a section know each other; see
 * mustache.h.
 */
#include "mustache.h"

#include "character.h"

#include <stdlib.h>

enum { DEEPEST = 32 };

enum part_kind { PART_TEXT, PART_VALUE, PART_RAW, PART_SECTION, PART_INVERTED, PART_END };

struct part {
    enum part_kind kind;
    quern_string text; /* as it stands, or a name */
    size_t match;      /* the other end of a section */
};

struct mustache {
    struct part *parts;
    size_t count, capacity;
};

/* ---- Reading ---- */

struct parser {
    struct mustache *mustache;
    quern_string text;
    size_t at;
    size_t open[DEEPEST], depth; /* sections */
    const char *why;
};

static bool fail(struct parser *parser, const char *why)
{
    parser->why = why;
    return false;
}

static bool add_part(struct parser *parser, enum part_kind kind, quern_string text)
{
    struct mustache *mustache = parser->mustache;
    if (mustache->count == mustache->capacity) {
        size_t capacity = mustache->capacity ? 2 * mustache->capacity : 16;
        struct part *parts = capacity > SIZE_MAX / sizeof *parts
                                 ? NULL
                                 : realloc(mustache->parts, capacity * sizeof *parts);
        if (!parts)
            return fail(parser, "out of memory");
        mustache->parts = parts;
        mustache->capacity = capacity;
    }
    mustache->parts[mustache->count++] = (struct part){kind, text, 0};
    return true;
}

static size_t find(quern_string text, size_t from, const char *what)
{
    const char *found = memmem(text.data + from, text.size - from, what, strlen(what));
    return found ? (size_t)(found - text.data) : text.size;
}

static quern_string trim(quern_string text)
{
    while (text.size && strchr(" \t\r\n", *text.data)) {
        text.data++;
        text.size--;
    }
    while (text.size && strchr(" \t\r\n", text.data[text.size - 1]))
        text.size--;
    return text;
}

static bool begin_section(struct parser *parser, enum part_kind kind, quern_string name)
{
    if (parser->depth == DEEPEST)
        return fail(parser, "sections are nested too deep");
    parser->open[parser->depth++] = parser->mustache->count;
    return add_part(parser, kind, name);
}

static bool end_section(struct parser *parser, quern_string name)
{
    if (!parser->depth)
        return fail(parser, "a section ends that was not begun");
    size_t begin = parser->open[--parser->depth];
    if (!quern_string_equal(parser->mustache->parts[begin].text, name))
        return fail(parser, "a section ends while another one is open in it");
    parser->mustache->parts[begin].match = parser->mustache->count;
    if (!add_part(parser, PART_END, name))
        return false;
    parser->mustache->parts[parser->mustache->count - 1].match = begin;
    return true;
}

static bool add_tag(struct parser *parser, char sigil, quern_string name)
{
    if (sigil != '!' && !name.size)
        return fail(parser, "a tag has no name");
    switch (sigil) {
    case '!':
        return true;
    case '#':
        return begin_section(parser, PART_SECTION, name);
    case '^':
        return begin_section(parser, PART_INVERTED, name);
    case '/':
        return end_section(parser, name);
    case '{':
    case '&':
        return add_part(parser, PART_RAW, name);
    case '>':
    case '=':
        return fail(parser, "partials and other braces are not taken here");
    default:
        return add_part(parser, PART_VALUE, name);
    }
}

/* Where the line of a tag begins, and the next one, if there is nothing else in it. */
static bool stands_alone(quern_string text, size_t begin, size_t end, size_t *line, size_t *next)
{
    while (begin && (text.data[begin - 1] == ' ' || text.data[begin - 1] == '\t'))
        begin--;
    while (end < text.size && strchr(" \t\r", text.data[end]) && text.data[end])
        end++;
    *line = begin;
    *next = end < text.size ? end + 1 : end;
    return (!begin || text.data[begin - 1] == '\n') && (end == text.size || text.data[end] == '\n');
}

/* Takes the text up to the next tag, and the tag. */
static bool parse_tag(struct parser *parser)
{
    const quern_string text = parser->text;
    size_t begin = find(text, parser->at, "{{"), inner = begin + 2, line, next;
    if (begin == text.size) {
        quern_string rest = part_of(text, parser->at, begin);
        parser->at = begin;
        return add_part(parser, PART_TEXT, rest);
    }
    char sigil = inner < text.size && strchr("!#^/{&>=", text.data[inner]) ? text.data[inner] : ' ';
    inner += sigil != ' ';
    const char *close = sigil == '{' ? "}}}" : "}}";
    size_t end = inner <= text.size ? find(text, inner, close) : text.size;
    if (end == text.size)
        return fail(parser, "a tag is not closed");
    quern_string name = trim(part_of(text, inner, end));
    end += strlen(close);
    if (strchr("!#^/", sigil) && stands_alone(text, begin, end, &line, &next)) {
        begin = line > parser->at ? line : parser->at;
        end = next;
    }
    size_t from = parser->at;
    parser->at = end;
    return add_part(parser, PART_TEXT, part_of(text, from, begin)) && add_tag(parser, sigil, name);
}

static size_t line_of(quern_string text, size_t at)
{
    size_t line = 1;
    for (size_t i = 0; i < at; i++)
        line += text.data[i] == '\n';
    return line;
}

struct mustache *mustache_parse(quern_string text, const char **why, size_t *line)
{
    struct parser parser = {.text = text, .mustache = calloc(1, sizeof *parser.mustache)};
    bool fine = parser.mustache || fail(&parser, "out of memory");
    size_t at = 0;
    while (fine && parser.at < text.size) {
        at = parser.at;
        fine = parse_tag(&parser);
    }
    if (fine && parser.depth)
        fine = fail(&parser, "a section is not ended");
    if (fine)
        return parser.mustache;
    *why = parser.why;
    *line = line_of(text, find(text, at, "{{"));
    mustache_free(parser.mustache);
    return NULL;
}

void mustache_free(struct mustache *mustache)
{
    if (mustache)
        free(mustache->parts);
    free(mustache);
}

bool mustache_names(const struct mustache *mustache, const char *name)
{
    const size_t size = strlen(name);
    for (size_t i = 0; i < mustache->count; i++) {
        const struct part *part = &mustache->parts[i];
        if (part->kind != PART_TEXT && part->text.size >= size &&
            memcmp(part->text.data, name, size) == 0 &&
            (part->text.size == size || part->text.data[size] == '.'))
            return true;
    }
    return false;
}

/* ---- Rendering ---- */

struct section {
    const json_t *context;
    const json_t *list; /* NULL when it is there once */
    size_t index, part;
};

struct renderer {
    struct section sections[DEEPEST + 1]; /* from 0, which is the whole template */
    size_t depth;
    struct output *output;
    struct escaper escaper;
};

static const json_t *get(const json_t *object, quern_string key)
{
    return json_object_getn(object, key.data, key.size);
}

/* The first part of a name is looked for from the inner section outwards, the rest in what was
 * found. */
static const json_t *look_up(const struct renderer *renderer, quern_string name)
{
    size_t first = find(name, 0, ".");
    const json_t *found = NULL;
    if (quern_string_equal(name, QUERN_STRING(".")))
        return renderer->sections[renderer->depth].context;
    for (size_t i = renderer->depth + 1; !found && i-- > 0;)
        found = get(renderer->sections[i].context, part_of(name, 0, first));
    while (found && first < name.size) {
        name = part_of(name, first + 1, name.size);
        first = find(name, 0, ".");
        found = get(found, part_of(name, 0, first));
    }
    return found;
}

static bool is_there(const json_t *value)
{
    if (json_is_array(value))
        return json_array_size(value) > 0;
    if (json_is_string(value))
        return json_string_length(value) > 0;
    return value && !json_is_null(value) && !json_is_false(value);
}

static void put_text(struct renderer *renderer, quern_string text, bool raw)
{
    if (raw)
        output_string(renderer->output, text);
    else
        output_escaped(renderer->output, text, &renderer->escaper);
}

static void put_value(struct renderer *renderer, const json_t *value, bool raw)
{
    if (json_is_string(value)) {
        put_text(renderer, (quern_string){json_string_value(value), json_string_length(value)},
                 raw);
    } else if (value && !json_is_null(value)) {
        char *json = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(15));
        if (json)
            put_text(renderer, (quern_string){json, strlen(json)}, raw);
        renderer->output->failed |= !json;
        free(json);
    }
}

static void enter(struct renderer *renderer, const json_t *value, size_t part)
{
    bool list = json_is_array(value);
    renderer->sections[++renderer->depth] =
        (struct section){.context = list ? json_array_get(value, 0) : value,
                         .list = list ? value : NULL,
                         .part = part};
}

/* Back to the beginning of the section for the next thing in its list, or out of it. */
static size_t leave(struct renderer *renderer, size_t end)
{
    struct section *section = &renderer->sections[renderer->depth];
    if (section->list && ++section->index < json_array_size(section->list)) {
        section->context = json_array_get(section->list, section->index);
        return section->part;
    }
    renderer->depth--;
    return end;
}

/* Renders a part; returns the part behind which to go on. */
static size_t put_part(struct renderer *renderer, const struct mustache *mustache, size_t index)
{
    const struct part *part = &mustache->parts[index];
    const json_t *value =
        part->kind == PART_TEXT || part->kind == PART_END ? NULL : look_up(renderer, part->text);
    switch (part->kind) {
    case PART_TEXT:
        output_string(renderer->output, part->text);
        return index;
    case PART_VALUE:
    case PART_RAW:
        put_value(renderer, value, part->kind == PART_RAW);
        return index;
    case PART_SECTION:
        if (!is_there(value))
            return part->match;
        enter(renderer, value, index);
        return index;
    case PART_INVERTED:
        return is_there(value) ? part->match : index;
    case PART_END:
        return mustache->parts[part->match].kind == PART_SECTION ? leave(renderer, index) : index;
    }
    return index;
}

void mustache_render(const struct mustache *mustache, const json_t *context, struct output *output)
{
    struct renderer renderer = {
        .sections = {{.context = context}}, .output = output, .escaper = escaper_make(escape_html)};
    for (size_t i = 0; i < mustache->count; i++)
        i = put_part(&renderer, mustache, i);
}

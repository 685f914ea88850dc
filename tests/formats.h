/*
 * formats.h - every format of the stage "format", opened, and a reader for each that is strict and
 * knows nothing of how it is written. A document that is not read as it should be ends the program.
 */
#ifndef QUERN_TESTS_FORMATS_H
#define QUERN_TESTS_FORMATS_H

#include "plugin/plugin.h"

#include <stdlib.h>
#include <string.h>

#define EXPECT(truth)                                                                              \
    do {                                                                                           \
        if (!(truth)) {                                                                            \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #truth);                            \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* `output` is ended by a NUL that does not count. */
typedef void format_check(quern_document *doc, const char *output, size_t size);

/* ---- What all have in common ---- */

/* No control but tab and line end, nothing that turns the order around, valid UTF-8. */
static void check_tame(const char *output, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)output[i], next = (unsigned char)output[i + 1];
        EXPECT(byte >= ' ' || byte == '\n' || byte == '\t');
        EXPECT(byte != 0x7F && !(byte == 0xC2 && next < 0xA0));
    }
    EXPECT(!strstr(output, "\xE2\x80\xAE") && !strstr(output, "\xE2\x81\xA7"));
    EXPECT(utf8_valid_prefix(output, size) == size);
}

/* The lines of an output, each ended by LF, one after the other. */
static bool next_line(const char **at, const char **line, size_t *length)
{
    if (!**at)
        return false;
    const char *end = strchr(*at, '\n');
    EXPECT(end);
    *line = *at;
    *length = (size_t)(end - *at);
    *at = end + 1;
    return true;
}

static size_t count_columns(const char *line, size_t length, char separator)
{
    size_t columns = 1;
    for (size_t i = 0; i < length; i++)
        columns += line[i] == separator;
    return columns;
}

/* ---- Markup ---- */

static size_t name_length(const char *name)
{
    return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ123456");
}

static const char *skip_attributes(const char *at)
{
    while (*at == ' ') {
        at += strspn(at, " ");
        size_t name = strspn(at, "abcdefghijklmnopqrstuvwxyz:-");
        EXPECT(name > 0 && at[name] == '=' && at[name + 1] == '"');
        at += name + 2;
        at += strcspn(at, "\"<>");
        EXPECT(*at++ == '"');
    }
    return at;
}

/* Whether elements are balanced, attributes quoted, references whole, and nothing is left that
 * could be markup. `empty` names an element that has no end. */
static void check_elements(const char *output, const char *empty)
{
    enum { DEEPEST = 16 };
    const char *open[DEEPEST];
    size_t depth = 0;
    for (const char *at = output; (at = strpbrk(at, "<&>"));) {
        EXPECT(*at != '>');
        if (*at == '&') {
            at += strspn(at, "&#xabcdefghijklmnopqrstuvwxyzABCDEF0123456789");
            EXPECT(*at++ == ';');
            continue;
        }
        bool closes = at[1] == '/';
        const char *name = at + 1 + closes;
        size_t length = name_length(name);
        EXPECT(length > 0);
        at = skip_attributes(name + length);
        if (closes) {
            EXPECT(depth && name_length(open[depth - 1]) == length);
            EXPECT(memcmp(open[--depth], name, length) == 0);
        } else if (*at == '/') {
            at++;
        } else if (strlen(empty) != length || memcmp(empty, name, length) != 0) {
            EXPECT(depth < DEEPEST);
            open[depth++] = name;
        }
        EXPECT(*at++ == '>');
    }
    EXPECT(depth == 0);
}

static void check_html(quern_document *doc, const char *output, size_t size)
{
    (void)doc;
    check_tame(output, size);
    EXPECT(!strstr(output, "<script") && !strstr(output, "<b>"));
    check_elements(output, "hr");
}

/* The text comes back from its element but for what XML cannot hold: of as many code points. */
static void check_xml(quern_document *doc, const char *output, size_t size)
{
    static const char begin[] = "<text xml:space=\"preserve\">";
    check_tame(output, size);
    check_elements(output, "");
    const char *text = strstr(output, begin) + sizeof begin - 1, *end = strstr(text, "</text>");
    size_t count = 0;
    for (; text < end; count++)
        text += *text == '&' ? strcspn(text, ";") + 1 : 1;
    size_t wanted = quern_text(doc).size;
    for (const char *at = output; (at = strstr(at, "\xEF\xBF\xBD")) && at < end; at += 3)
        wanted = SIZE_MAX; /* replaced: lengths in bytes differ */
    EXPECT(wanted == SIZE_MAX || count <= wanted);
}

static void check_tei(quern_document *doc, const char *output, size_t size)
{
    (void)doc;
    check_tame(output, size);
    check_elements(output, "");
    EXPECT(strncmp(output, "<TEI>\n<teiHeader>", 17) == 0);
}

/* ---- Texts for people ---- */

/* The only escapes are "ESC [ digits m", and the last one is a reset. */
static void check_ansi(quern_document *doc, const char *output, size_t size)
{
    struct buffer plain = {0};
    const char *last = NULL;
    (void)doc, (void)size;
    for (const char *at = output; *at; at++) {
        if (*at != '\033') {
            buffer_add_char(&plain, *at);
            continue;
        }
        last = at;
        EXPECT(at[1] == '[');
        at += 2 + strspn(at + 2, "0123456789");
        EXPECT(*at == 'm');
    }
    EXPECT(!last || strncmp(last, "\033[0m", 4) == 0);
    check_tame(buffer_text(&plain), plain.size);
    buffer_free(&plain);
}

/* Outside of fences, nothing that could be HTML or a link is left without its backslash. */
static void check_markdown(quern_document *doc, const char *output, size_t size)
{
    size_t fence = 0, length; /* how many backticks close the one that is open */
    (void)doc;
    check_tame(output, size);
    for (const char *rest = output, *line; next_line(&rest, &line, &length);) {
        const char *at = line + (strncmp(line, "> ", 2) == 0 ? 2 : 0);
        size_t ticks = strspn(at, "`");
        if (ticks >= 3 && (!fence || ticks == fence)) {
            fence = fence ? 0 : ticks;
            continue;
        }
        for (; !fence && at < line + length; at++) {
            if (*at == '\\')
                at++;
            else
                EXPECT(at == line || !strchr("<>[]`|_~", *at));
        }
    }
}

static void check_text(quern_document *doc, const char *output, size_t size)
{
    EXPECT(quern_string_equal(quern_text(doc), (quern_string){output, size}));
}

/* ---- JSON ---- */

static void check_json(quern_document *doc, const char *output, size_t size)
{
    (void)doc;
    EXPECT(json_is_valid((quern_string){output, size}));
}

static void check_jsonl(quern_document *doc, const char *output, size_t size)
{
    check_json(doc, output, size);
    EXPECT(strchr(output, '\n') == output + size - 1);
}

static void check_tame_json(quern_document *doc, const char *output, size_t size)
{
    check_tame(output, size);
    check_json(doc, output, size);
}

static void check_dolma(quern_document *doc, const char *output, size_t size)
{
    check_tame(output, size);
    check_jsonl(doc, output, size);
}

/* ---- Lines of tokens ---- */

/* Each line is empty, or has so many columns, none of them empty; in the last one stands a tag, and
 * I- comes only behind its like. */
static void check_tagged(const char *output, const char *start, char separator)
{
    size_t columns = count_columns(start, strlen(start), separator), length;
    const char *before = "O\n";
    EXPECT(strncmp(output, start, strlen(start)) == 0);
    const char *rest = output + strlen(start);
    EXPECT(!strstr(rest, "-DOCSTART-") || !strstr(rest, "\n-DOCSTART-"));
    for (const char *line; next_line(&rest, &line, &length); before = length ? before : "O\n") {
        if (!length)
            continue;
        EXPECT(count_columns(line, length, separator) == columns && *line != separator);
        const char *tag = line + length;
        while (tag[-1] != separator)
            tag--;
        EXPECT(tag[-2] != separator && (*tag == 'O' || tag[1] == '-'));
        if (*tag == 'I')
            EXPECT(strncmp(tag + 1, before + 1, strcspn(tag, "\n")) == 0);
        before = tag;
    }
}

static void check_iob2(quern_document *doc, const char *output, size_t size)
{
    (void)doc;
    check_tame(output, size);
    check_tagged(output, "-DOCSTART-\tO\n\n", '\t');
}

static void check_conll2003(quern_document *doc, const char *output, size_t size)
{
    (void)doc;
    check_tame(output, size);
    check_tagged(output, "-DOCSTART- -X- -X- O\n\n", ' ');
}

/* Ten columns, numbers that count from 1, comments only before a sentence, and the comment "text"
 * put together from the words. */
static void check_conllu(quern_document *doc, const char *output, size_t size)
{
    static const char comment[] = "# text = ";
    const char *text = NULL;
    size_t length, number = 0;
    (void)doc;
    check_tame(output, size);
    for (const char *rest = output, *line; next_line(&rest, &line, &length);) {
        if (!length) {
            EXPECT(number > 0 && (*text == '\n' || strncmp(text, " \n", 2) == 0));
            number = 0;
        } else if (*line == '#' && !number) {
            text = strncmp(line, comment, sizeof comment - 1) ? text : line + sizeof comment - 1;
        } else {
            EXPECT(count_columns(line, length, '\t') == 10);
            EXPECT(strtoull(line, NULL, 10) == ++number);
            const char *form = strchr(line, '\t') + 1;
            EXPECT(strncmp(text, form, strcspn(form, "\t")) == 0);
            text += strcspn(form, "\t");
            text += *text == ' ';
        }
    }
    EXPECT(number == 0);
}

static void check_webanno(quern_document *doc, const char *output, size_t size)
{
    size_t length, head = 0, last = 0;
    (void)doc;
    check_tame(output, size);
    EXPECT(strncmp(output, "#FORMAT=WebAnno TSV 3.3\n#T_SP=", 30) == 0);
    for (const char *rest = output, *line; next_line(&rest, &line, &length); head++) {
        if (head < 2 || !length || strncmp(line, "#Text=", 6) == 0)
            continue;
        EXPECT(count_columns(line, length, '\t') == 6 && line[length - 1] == '\t');
        char *end;
        size_t begin = strtoull(strchr(line, '\t') + 1, &end, 10);
        EXPECT(*end == '-' && begin >= last);
        last = strtoull(end + 1, &end, 10);
        EXPECT(*end == '\t' && last > begin &&
               last <= utf8_count_utf16(quern_text(doc).data, quern_text(doc).size));
    }
}

/* ---- Tables ---- */

static void check_tsv(quern_document *doc, const char *output, size_t size)
{
    size_t length;
    (void)doc;
    check_tame(output, size);
    for (const char *rest = output, *line; next_line(&rest, &line, &length);)
        EXPECT(count_columns(line, length, '\t') == 9);
}

/* RFC 4180. */
static void check_csv(quern_document *doc, const char *output, size_t size)
{
    size_t columns = 1;
    (void)doc;
    check_tame(output, size);
    for (const char *at = output; *at; at++) {
        if (*at == '"')
            for (at++; *at != '"' || *++at == '"'; at++)
                EXPECT(*at);
        else
            at += strcspn(at, ",\n\"");
        EXPECT(*at == ',' || *at == '\n');
        columns += *at == ',';
        EXPECT(*at == ',' || columns == 9);
        columns = *at == ',' ? columns : 1;
    }
    EXPECT(columns == 1);
}

/* ---- brat ---- */

/* The file at the place in the archive, which is stepped over. */
static quern_string next_file(const char *archive, size_t size, size_t *at)
{
    enum { BLOCK = 512 };
    const char *header = archive + *at;
    unsigned sum = 0;
    EXPECT(size - *at >= BLOCK && memcmp(header + 257, "ustar", 6) == 0);
    for (size_t i = 0; i < BLOCK; i++)
        sum += i >= 148 && i < 156 ? ' ' : (unsigned char)header[i];
    EXPECT(strtoul(header + 148, NULL, 8) == sum);
    EXPECT(*header != '/' && *header != '-' && *header != '.' && !strstr(header, "/."));
    size_t length = strtoull(header + 124, NULL, 8);
    quern_string file = {header + BLOCK, length};
    *at += BLOCK + (length + BLOCK - 1) / BLOCK * BLOCK;
    EXPECT(*at <= size);
    return file;
}

/* The pieces of a span are ascending, within the text, and none has a line end in it. */
static void check_pieces(quern_string text, const char *at)
{
    size_t last = 0, byte = 0, place = 0;
    for (char *end; *at != '\t'; at = end + (*end == ';')) {
        size_t begin = strtoull(at, &end, 10);
        size_t stop = strtoull(end, &end, 10);
        EXPECT(begin >= last && stop > begin);
        for (; place < begin; place++)
            quern_next_char(text, &byte);
        for (; place < stop; place++) {
            uint32_t code = quern_next_char(text, &byte);
            EXPECT(code != '\n' && code != '\r');
        }
        last = stop;
        EXPECT(byte <= text.size);
    }
}

static void check_brat(quern_document *doc, const char *output, size_t size)
{
    size_t at = 0, number = 0, length;
    quern_string file = next_file(output, size, &at), text = next_file(output, size, &at);
    EXPECT(at == size && quern_string_equal(text, quern_text(doc)));
    char *lines = memory_copy(file.data, file.size);
    check_tame(lines, file.size);
    for (const char *rest = lines, *line; next_line(&rest, &line, &length);) {
        char *end;
        EXPECT(*line == 'T' && strtoull(line + 1, &end, 10) == ++number && *end++ == '\t');
        end += strspn(end, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
        EXPECT(*end == ' ' && count_columns(line, length, '\t') == 3);
        check_pieces(text, end + 1);
    }
    free(lines);
}

/* ---- All of them ---- */

#define TEMPLATE                                                                                   \
    "<p id=\"{{id}}\">{{text}}</p>\n{{#entity}}\n<i class=\"{{label}}\">{{start}} {{text}}</i>\n"  \
    "{{/entity}}\n{{^entity}}\n<hr>\n{{/entity}}\n"

static const struct format_case {
    const char *as;
    format_check *check;
} format_cases[] = {
    {"jsonl", check_jsonl},       {"json", check_json},       {"text", check_text},
    {"markdown", check_markdown}, {"html", check_html},       {"ansi", check_ansi},
    {"iob2", check_iob2},         {"conll", check_iob2},      {"conll2003", check_conll2003},
    {"conllu", check_conllu},     {"webanno", check_webanno}, {"spacy", check_tame_json},
    {"brat", check_brat},         {"tei", check_tei},         {"xml", check_xml},
    {"csv", check_csv},           {"tsv", check_tsv},         {"annotations", check_tame_json},
    {"dolma", check_dolma},       {"template", check_html},
};

enum { FORMAT_COUNT = sizeof format_cases / sizeof *format_cases };

struct formats {
    struct loader *loader;
    struct problems problems;
    const quern_stage *stage;
    struct options options[FORMAT_COUNT];
    quern_call *call;
};

static void write_template(const char *path)
{
    FILE *file = fopen(path, "w");
    EXPECT(file && fputs(TEMPLATE, file) >= 0 && fclose(file) == 0);
}

static void set_option(struct formats *formats, struct options *options, const char *name,
                       const char *value)
{
    EXPECT(options_set(options, options_find(formats->stage->options, name), value,
                       (struct place){0}, &formats->problems));
}

/* The plugin is that of the build folder, which QUERN_BUILD names. */
static void formats_open(struct formats *formats)
{
    const char *build = getenv("QUERN_BUILD"), *path;
    struct buffer folder = {0};
    *formats = (struct formats){.call = call_open("format", (struct call_sink){0})};
    buffer_print(&folder, "%s/plugins", build ? build : ".");
    path = buffer_text(&folder);
    formats->loader = loader_open(&path, 1, &formats->problems);
    EXPECT(formats->loader && formats->call);
    const struct plugin *plugin =
        loader_find(formats->loader, "format", (struct place){0}, &formats->problems);
    problems_print(&formats->problems, (quern_string){0}, stderr);
    EXPECT(plugin);
    buffer_free(&folder);
    formats->stage = plugin->stage;
    write_template("formats.mustache");
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        EXPECT(options_open(&formats->options[i], formats->stage));
        set_option(formats, &formats->options[i], "as", format_cases[i].as);
        set_option(formats, &formats->options[i], "template", "formats.mustache");
        EXPECT(formats->stage->open(formats->options[i].state, formats->call));
    }
}

static inline void formats_close(struct formats *formats)
{
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        formats->stage->close(formats->options[i].state);
        options_close(&formats->options[i]);
    }
    call_close(formats->call);
    loader_close(formats->loader);
    problems_free(&formats->problems);
    remove("formats.mustache");
}

/* Renders a document in one format, and reads it. A document without tokens may be refused by the
 * formats that need some. */
static void formats_check(struct formats *formats, size_t format, quern_document *doc)
{
    struct buffer output = {0};
    size_t before = document_rendition(doc).size;
    call_reset(formats->call);
    if (formats->stage->process(formats->options[format].state, doc, formats->call) == QUERN_PASS) {
        quern_string all = document_rendition(doc);
        buffer_append(&output, all.data + before, all.size - before);
        format_cases[format].check(doc, buffer_text(&output), output.size);
    } else {
        EXPECT(strstr(call_reason(formats->call), "needs the layer \"token\""));
    }
    EXPECT(quern_document_status(doc) == QUERN_OK);
    buffer_free(&output);
}

#endif

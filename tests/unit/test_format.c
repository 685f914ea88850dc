/*
 * The stage "format" over random documents made of pieces that mean something in some format: what
 * comes out is well-formed, whatever goes in. QUERN_SEED repeats a run.
 */
#include "plugin/plugin.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { DOCUMENTS = 3000, PIECES_MAX = 40, SPANS_MAX = 12 };

static const char *const pieces[] = {
    "a",
    "Foo",
    "U.S.",
    "12",
    ". ",
    ") ",
    "#",
    "- ",
    "*",
    "**",
    "_",
    "`",
    "```",
    "<b>",
    "</script>",
    "<!--",
    "-->",
    "&",
    "&amp;",
    "[",
    "](x)",
    "\\",
    "|",
    "---",
    "\n",
    "\n\n",
    " ",
    "\t",
    "\r\n",
    "\r",
    "\033[31m",
    "\033]0;x\a",
    "\x7f",
    "\"",
    "'",
    "\302\23331m",
    "\xE2\x80\xA8",
    "\xE2\x80\xAE",
    "\xE2\x81\xA7",
    "\xEF\xBF\xBE",
    "-DOCSTART-",
    "\xF0\x9F\x98\x80",
    "\xC2\xA0",
};

static const char *const layers[] = {"block", "entity", "sentence", "token"};
static const char *const labels[] = {"title", "heading",   "list-item", "quote",  "summary",
                                     "verse", "table",     "separator", "PERSON", "\">\033[1m<b>\t",
                                     "ORG",   "paragraph", "byline"};

struct fixture {
    struct loader *loader;
    struct problems problems;
    const struct plugin *plugin;
    uint64_t random;
};

/* ---- Documents ---- */

/* splitmix64 */
static size_t below(struct fixture *fixture, size_t limit)
{
    uint64_t z = fixture->random += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (size_t)((z ^ (z >> 31)) % limit);
}

static size_t pick_place(struct fixture *fixture, quern_string text)
{
    size_t place = below(fixture, text.size + 1);
    while (place < text.size && !utf8_is_start(text.data[place]))
        place++;
    return place;
}

static void add_span(struct fixture *fixture, quern_document *doc)
{
    quern_string text = quern_text(doc);
    quern_layer *layer = quern_layer_of(doc, layers[below(fixture, 4)]);
    size_t begin = pick_place(fixture, text), end = pick_place(fixture, text);
    uint32_t label = quern_label(doc, labels[below(fixture, sizeof labels / sizeof *labels)]);
    if (begin < end)
        quern_add_span(layer, begin, end, label);
    else if (end < begin)
        quern_add_span(layer, end, begin, label);
}

static quern_document *make_document(struct fixture *fixture)
{
    struct buffer text = {0};
    quern_document *doc = quern_document_new();
    for (size_t i = below(fixture, PIECES_MAX); i > 0; i--)
        buffer_add_text(&text, pieces[below(fixture, sizeof pieces / sizeof *pieces)]);
    assert_int_equal(quern_set_text(doc, (quern_string){buffer_text(&text), text.size}), QUERN_OK);
    buffer_free(&text);
    for (size_t i = below(fixture, SPANS_MAX); i > 0; i--)
        add_span(fixture, doc);
    quern_set_metadata(doc, "language", QUERN_STRING("\"\\\"><script>\""));
    assert_int_equal(quern_document_status(doc), QUERN_OK);
    return doc;
}

/* ---- Rendering ---- */

static void ignore_report(void *user, const struct message *message)
{
    (void)user, (void)message;
}

static void ignore_document(void *user, quern_document *doc)
{
    (void)user;
    quern_document_free(doc);
}

typedef void checker(const quern_document *doc, const char *output);

static void check_all(struct fixture *fixture, const char *as, checker *check)
{
    struct options options;
    quern_call *call =
        call_open("format", (struct call_sink){.report = ignore_report, .emit = ignore_document});
    const quern_stage *stage = fixture->plugin->stage;
    assert_true(options_open(&options, stage));
    assert_true(options_set(&options, options_find(stage->options, "as"), as, (struct place){0},
                            &fixture->problems));
    assert_true(stage->open(options.state, call));
    for (size_t i = 0; i < DOCUMENTS; i++) {
        struct buffer output = {0};
        quern_document *doc = make_document(fixture);
        call_reset(call);
        if (stage->process(options.state, doc, call) == QUERN_PASS) {
            buffer_add_string(&output, document_rendition(doc));
            assert_int_equal(strlen(buffer_text(&output)), output.size);
            check(doc, buffer_text(&output));
        } else {
            assert_string_equal(as, "conll");
            assert_non_null(strstr(call_reason(call), "needs the layer \"token\""));
        }
        assert_int_equal(quern_document_status(doc), QUERN_OK);
        quern_document_free(doc);
        buffer_free(&output);
    }
    if (stage->close)
        stage->close(options.state);
    call_close(call);
    options_close(&options);
}

static void assert_no_controls(const char *output)
{
    for (const char *at = output; *at; at++) {
        unsigned char byte = (unsigned char)*at, next = (unsigned char)at[1];
        assert_true(byte >= ' ' || byte == '\n' || byte == '\t');
        assert_true(byte != 0x7F && !(byte == 0xC2 && next < 0xA0));
    }
    assert_null(strstr(output, "\xE2\x80\xAE"));
    assert_null(strstr(output, "\xE2\x81\xA7"));
    assert_int_equal(utf8_valid_prefix(output, strlen(output)), strlen(output));
}

/* ---- HTML ---- */

/* The length of the name of a tag; ours have no '>' in their attributes, since that is escaped. */
static size_t name_length(const char *name)
{
    return strspn(name, "abcdefghijklmnopqrstuvwxyz123456");
}

/* Whether tags are balanced, and all of them are ours. */
static void check_html(const quern_document *doc, const char *output)
{
    enum { DEEPEST = 8 };
    const char *open[DEEPEST];
    size_t depth = 0;
    (void)doc;
    assert_no_controls(output);
    assert_null(strstr(output, "<script"));
    assert_null(strstr(output, "<b>"));
    assert_null(strstr(output, "<!"));
    for (const char *at = output; (at = strchr(at, '<')); at++) {
        const char *name = at + 1 + (at[1] == '/');
        size_t size = name_length(name);
        assert_true(size > 0);
        if (strncmp(name, "hr>", 3) == 0)
            continue;
        if (at[1] == '/') {
            assert_true(depth > 0 && name_length(open[depth - 1]) == size);
            assert_memory_equal(open[--depth], name, size);
        } else {
            assert_true(depth < DEEPEST);
            open[depth++] = name;
        }
    }
    assert_int_equal(depth, 0);
}

/* ---- ANSI ---- */

/* The only escapes are "ESC [ digits m", and the last one is a reset. */
static void check_ansi(const quern_document *doc, const char *output)
{
    struct buffer plain = {0};
    const char *last = NULL;
    (void)doc;
    for (const char *at = output; *at; at++) {
        if (*at != '\033') {
            buffer_add_char(&plain, *at);
            continue;
        }
        last = at;
        assert_int_equal(at[1], '[');
        at += 2 + strspn(at + 2, "0123456789");
        assert_int_equal(*at, 'm');
    }
    assert_true(!last || strncmp(last, "\033[0m", 4) == 0);
    assert_no_controls(buffer_text(&plain));
    buffer_free(&plain);
}

/* ---- CoNLL ---- */

/* Each line is empty, or a word, a tab and a tag; I- comes only behind its like. */
static void check_conll(const quern_document *doc, const char *output)
{
    static const char begin[] = "-DOCSTART-\tO\n\n";
    const char *before = "O\n";
    (void)doc;
    assert_no_controls(output);
    assert_int_equal(strncmp(output, begin, sizeof begin - 1), 0);
    assert_null(strstr(output, "\n-DOCSTART-"));
    for (const char *line = output + sizeof begin - 1, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        assert_non_null(end);
        size_t word = strcspn(line, " \t\n");
        const char *tag = line + word + 1;
        if (end == line) {
            before = "O\n";
            continue;
        }
        assert_true(word > 0 && line[word] == '\t');
        assert_true(*tag == 'O' || tag[1] == '-');
        assert_ptr_equal(tag + strcspn(tag, " \t\n"), end);
        if (*tag == 'I')
            assert_int_equal(strncmp(tag + 1, before + 1, (size_t)(end - tag)), 0);
        before = tag;
    }
}

/* ---- Markdown and the rest ---- */

/* Outside of fences, nothing that could be HTML or a link is left without its backslash. */
static void check_markdown(const quern_document *doc, const char *output)
{
    size_t fence = 0; /* how many backticks close the one that is open */
    (void)doc;
    assert_no_controls(output);
    for (const char *line = output, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        assert_non_null(end);
        const char *at = line + (strncmp(line, "> ", 2) == 0 ? 2 : 0);
        size_t ticks = strspn(at, "`");
        if (ticks >= 3 && (!fence || ticks == fence)) {
            fence = fence ? 0 : ticks;
            continue;
        }
        for (; !fence && at < end; at++) {
            if (*at == '\\')
                at++;
            else
                assert_true(at == line || !strchr("<>[]`|_~", *at));
        }
    }
}

static void check_text(const quern_document *doc, const char *output)
{
    quern_string text = quern_text(doc);
    assert_true(quern_string_equal(text, (quern_string){output, strlen(output)}));
}

static void check_json(const quern_document *doc, const char *output)
{
    (void)doc;
    assert_true(json_is_valid((quern_string){output, strlen(output)}));
}

static void check_jsonl(const quern_document *doc, const char *output)
{
    check_json(doc, output);
    assert_ptr_equal(strchr(output, '\n'), output + strlen(output) - 1);
}

static void output_is_well_formed(void **state)
{
    static const struct {
        const char *as;
        checker *check;
    } formats[] = {
        {"jsonl", check_jsonl},       {"json", check_json}, {"text", check_text},
        {"markdown", check_markdown}, {"html", check_html}, {"ansi", check_ansi},
        {"conll", check_conll},
    };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        check_all(*state, formats[i].as, formats[i].check);
}

static int set_up(void **state)
{
    static struct fixture fixture;
    struct buffer folder = {0};
    const char *build = getenv("QUERN_BUILD"), *seed = getenv("QUERN_SEED"), *path;
    fixture.random = seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
    print_message("QUERN_SEED=%llu\n", (unsigned long long)fixture.random);
    buffer_print(&folder, "%s/plugins", build ? build : ".");
    path = buffer_text(&folder);
    fixture.loader = loader_open(&path, 1, &fixture.problems);
    if (fixture.loader)
        fixture.plugin =
            loader_find(fixture.loader, "format", (struct place){0}, &fixture.problems);
    buffer_free(&folder);
    problems_print(&fixture.problems, (quern_string){0}, stderr);
    *state = &fixture;
    return fixture.plugin ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    loader_close(fixture->loader);
    problems_free(&fixture->problems);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(output_is_well_formed)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

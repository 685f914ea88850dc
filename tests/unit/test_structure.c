/*
 * The stage structure: what each rule makes of a text, and what it leaves alone.
 *
 * A layer is written down as "label: text" a span, a line each, with \ for a line end in the text.
 */
#include "../harness.c"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const quern_stage *stage;

static int load_stage(void **state)
{
    (void)state;
    char path[4096];
    const char *build = getenv("QUERN_BUILD");
    snprintf(path, sizeof path, "%s/plugins/structure.so", build ? build : "build/release");
    void *plugin = dlopen(path, RTLD_NOW);
    if (!plugin)
        fprintf(stderr, "%s\n", dlerror());
    stage = plugin ? dlsym(plugin, QUERN_SYMBOL) : NULL;
    return stage ? 0 : -1;
}

static void print_text(struct buffer *out, quern_string text)
{
    for (size_t i = 0; i < text.size; i++)
        buffer_print(out, "%c", text.data[i] == '\n' ? '\\' : text.data[i]);
}

/* "label: text" for each span of a layer; the label with its level, where it has one. */
static void print_layer(struct buffer *out, quern_document *doc, const char *name, bool labels)
{
    quern_spans spans = quern_find_spans(doc, name);
    for (size_t i = 0; i < spans.count; i++) {
        const quern_span *span = &spans.items[i];
        quern_string level = quern_get_attribute(quern_layer_of(doc, name), i, "level");
        quern_string text = {quern_text(doc).data + span->begin, span->end - span->begin};
        if (labels)
            buffer_print(out, "%s%.*s: ", quern_label_name(doc, span->label), (int)level.size,
                         level.data ? level.data : "");
        print_text(out, text);
        buffer_print(out, "\n");
    }
}

static void expect_layer(struct harness *harness, const char *layer, bool labels, const char *text,
                         const char *expected)
{
    struct buffer out = {0};
    assert_int_equal(harness_push(harness, (quern_string){text, strlen(text)}), QUERN_PASS);
    print_layer(&out, harness->doc, layer, labels);
    assert_string_equal(out.size ? buffer_text(&out) : "", expected);
    buffer_free(&out);
}

struct example {
    const char *text, *expected;
};

#define EXPECT(layer, labels, examples)                                                            \
    expect_examples(layer, labels, examples, sizeof(examples) / sizeof *(examples))

static void expect_examples(const char *layer, bool labels, const struct example *examples,
                            size_t count)
{
    struct harness *harness = harness_open(stage, NULL);
    for (size_t i = 0; i < count; i++)
        expect_layer(harness, layer, labels, examples[i].text, examples[i].expected);
    harness_close(harness);
}

/* ---- Blocks -------------------------------------------------------------------------------- */

#define BODY                                                                                       \
    "The council has voted to build a new bridge over the river, and it will cost a great deal."

static void headings(void **state)
{
    (void)state;
    static const struct example examples[] = {
        /* A title; a heading with a blank line below, and one without. */
        {"A bridge at last\n\n" BODY "\n\nThe cost\n\n" BODY "\n\nThe time\n" BODY "\n",
         "title: A bridge at last\nparagraph: " BODY "\nheading1: The cost\nparagraph: " BODY
         "\nheading1: The time\nparagraph: " BODY "\n"},
        /* Capitals stand above what is not in capitals. */
        {BODY "\n\nGLOBAL TRADE\nIt grows.\n\nLABOUR\n\n" BODY "\n\nIn the north\n\n" BODY "\n",
         "paragraph: " BODY "\nheading1: GLOBAL TRADE\nparagraph: It grows.\n"
         "heading1: LABOUR\nparagraph: " BODY "\nheading2: In the north\nparagraph: " BODY "\n"},
        /* Numbers, number signs and underlines give the level. */
        {"1. Methods\n\n" BODY "\n\n1.2 Samples\n\n" BODY "\n",
         "title: 1. Methods\nparagraph: " BODY "\nheading2: 1.2 Samples\nparagraph: " BODY "\n"},
        {"# Bridge\n\n" BODY "\n\n### Cost\n" BODY "\n",
         "title: # Bridge\nparagraph: " BODY "\nheading2: ### Cost\nparagraph: " BODY "\n"},
        {BODY "\n\nThe cost of it\n--------------\n\nSmall.\n",
         "paragraph: " BODY "\nheading2: The cost of it\nseparator: --------------\n"
         "paragraph: Small.\n"},
        /* A heading with a full stop, on the line above its paragraph. */
        {BODY "\n\nIntroduction.\n" BODY " " BODY "\n\n" BODY "\n",
         "paragraph: " BODY "\nheading1: Introduction.\nparagraph: " BODY " " BODY
         "\nparagraph: " BODY "\n"},
        /* No headings: a sentence, a date, what goes on below, a sign-off, half of a short note. */
        {BODY "\n\nIt is so.\n\n" BODY "\n\nMay 3, 2001\n\n" BODY "\n",
         "paragraph: " BODY "\nparagraph: It is so.\nparagraph: " BODY
         "\nparagraph: May 3, 2001\nparagraph: " BODY "\n"},
        {BODY "\n\nAs she put it\n\n\"" BODY "\"\n\n" BODY "\n",
         "paragraph: " BODY "\nparagraph: As she put it\nparagraph: \"" BODY "\"\nparagraph: " BODY
         "\n"},
        {"Dear Ann,\n\n" BODY "\n\nBen\n\n" BODY "\n",
         "paragraph: Dear Ann,\nparagraph: " BODY "\nparagraph: Ben\nparagraph: " BODY "\n"},
        {"Great bridge\n\n" BODY "\n", "paragraph: Great bridge\nparagraph: " BODY "\n"},
    };
    EXPECT("block", true, examples);
}

static void wrapped_text(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"A heading\nThe council has voted to build a\nbridge over the river that parts\n"
         "the town, and it will cost more\nthan it has.\nNobody knows who is going to pay\n"
         "for all of this in the end.\n",
         "title: A heading\nparagraph: The council has voted to build a\\bridge over the river that "
         "parts\\the town, and it will cost more\\than it has.\nparagraph: Nobody knows who is "
         "going to pay\\for all of this in the end.\n"},
        /* A dash that wrapping brought to the front of a line is no bullet. */
        {"The council has voted to build a\n- rather large and rather costly\nbridge over the "
         "river, and it has\nnot told anybody who is to pay.\n",
         "paragraph: The council has voted to build a\\- rather large and rather costly\\bridge "
         "over the river, and it has\\not told anybody who is to pay.\n"},
    };
    EXPECT("block", true, examples);
}

static void lists(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"It needs:\n\n\u2022 stone,\n\u2022 iron\n  and rope,\n  \u25E6 hemp\n\u2022 time.\n",
         "paragraph: It needs:\nlist-item1: \u2022 stone,\nlist-item1: \u2022 iron\\  and rope,\n"
         "list-item2: \u25E6 hemp\nlist-item1: \u2022 time.\n"},
        {"1. stone\n2. iron\n(a) rope\n(b) hemp\n",
         "list-item1: 1. stone\nlist-item1: 2. iron\nlist-item1: (a) rope\nlist-item1: (b) hemp\n"},
        {"(i) stone\n(ii) iron\n", "list-item1: (i) stone\nlist-item1: (ii) iron\n"},
        {"- stone\n- iron\n", "list-item1: - stone\nlist-item1: - iron\n"},
        {"- stone alone\n\nIt lasts.\n", "paragraph: - stone alone\nparagraph: It lasts.\n"},
        {"In Summary\n  * Stone is dear.\n  * Iron is cheap.\n\n" BODY "\n",
         "summary: In Summary\\  * Stone is dear.\\  * Iron is cheap.\nheading1: In Summary\n"
         "list-item1: * Stone is dear.\nlist-item1: * Iron is cheap.\nparagraph: " BODY "\n"},
    };
    EXPECT("block", true, examples);
}

static void datelines_and_bylines(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"In Summary\n* It is dear.\n\nMombasa,\n\n" BODY "\n",
         "summary: In Summary\\* It is dear.\nheading1: In Summary\nlist-item1: * It is dear.\n"
         "dateline: Mombasa,\nparagraph: " BODY "\n"},
        {"VIENNA, March 3 - " BODY "\n", "dateline: VIENNA, March 3 -\nparagraph: " BODY "\n"},
        {"Vienna (Agency) \u2013 " BODY "\n",
         "dateline: Vienna (Agency) \u2013\nparagraph: " BODY "\n"},
        {"Oslo,\n\n" BODY " They said so in Oslo.\n",
         "dateline: Oslo,\nparagraph: " BODY " They said so in Oslo.\n"},
        {"Olga,\n\n" BODY "\n", "paragraph: Olga,\nparagraph: " BODY "\n"},
        {"A bridge at last\nBy Jane Doe\n\n" BODY "\n\n" BODY "\n",
         "title: A bridge at last\nbyline: By Jane Doe\nparagraph: " BODY "\nparagraph: " BODY
         "\n"},
        {"From our correspondent\n\n" BODY "\n",
         "byline: From our correspondent\nparagraph: " BODY "\n"},
        {BODY "\n\n" BODY "\n\nReporting by Jane Doe\n",
         "paragraph: " BODY "\nparagraph: " BODY "\nbyline: Reporting by Jane Doe\n"},
    };
    EXPECT("block", true, examples);
}

static void other_blocks(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"One.\n\n***\n\nTwo.\n\n\u2042\n", "paragraph: One.\nseparator: ***\nparagraph: Two.\n"
                                            "separator: \u2042\n"},
        {"He wrote:\n> It is so.\n> It is.\n",
         "paragraph: He wrote:\nquote: > It is so.\\> It is.\n"},
        {BODY "\n\n    The river is older than\n    the town it runs through.\n\n" BODY "\n",
         "paragraph: " BODY "\nquote: The river is older than\\    the town it runs through.\n"
         "paragraph: " BODY "\n"},
        {"| a | b |\n|---|---|\n| 1 | 2 |\n", "table: | a | b |\\|---|---|\\| 1 | 2 |\n"},
        {"Town    People\nOslo    700\nBergen  290\n",
         "table: Town    People\\Oslo    700\\Bergen  290\n"},
        {"The tide comes in by night,\nThe tide goes out by day,\nAnd all that it has brought us,\n"
         "It takes again away.\n",
         "verse: The tide comes in by night,\\The tide goes out by day,\\And all that it has "
         "brought us,\\It takes again away.\n"},
        {"```\nint x;\n\ny\n```\n", "code: ```\\int x;\\\\y\\```\n"},
        {"Do this:\n```\nint x;\n```\n", "paragraph: Do this:\ncode: ```\\int x;\\```\n"},
        {BODY "\n\nFigure 2. The old bridge\n\nThe town. Image: Jane Doe.\n\n[1] Ibid.\n",
         "paragraph: " BODY "\ncaption: Figure 2. The old bridge\n"
         "caption: The town. Image: Jane Doe.\nfootnote: [1] Ibid.\n"},
        {"", ""},
        {" \n\t\n", ""},
    };
    EXPECT("block", true, examples);
}

static void markers_apart(void **state)
{
    (void)state;
    struct harness *harness = harness_open(stage, "markers", "apart", "layers", "block", NULL);
    expect_layer(harness, "block", true, "2) stone\n3) iron\n",
                 "list-item1: stone\nlist-item1: iron\n");
    quern_layer *layer = quern_layer_of(harness->doc, "block");
    assert_true(
        quern_string_equal(quern_get_attribute(layer, 0, "marker"), QUERN_STRING("\"2)\"")));
    assert_true(quern_string_equal(quern_get_attribute(layer, 1, "number"), QUERN_STRING("3")));
    harness_close(harness);
}

/* ---- Sentences ----------------------------------------------------------------------------- */

static void sentences(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"It rains. It pours! Does it? Yes\u2026 It does.\n",
         "It rains.\nIt pours!\nDoes it?\nYes\u2026\nIt does.\n"},
        /* Abbreviations of each class, before a name, a number, and the next sentence. */
        {"Mr. Smith met Dr. The in Oslo.", "Mr. Smith met Dr. The in Oslo.\n"},
        {"See No. 5 here. I say no. Five is wrong.",
         "See No. 5 here.\nI say no.\nFive is wrong.\n"},
        {"Red vs. Blue, e.g. Oslo, on Jan. Fifth.", "Red vs. Blue, e.g. Oslo, on Jan. Fifth.\n"},
        {"He works at Stone Inc. The firm is old.", "He works at Stone Inc.\nThe firm is old.\n"},
        {"The U.S. Army left the U.S. It was late.", "The U.S. Army left the U.S.\nIt was late.\n"},
        {"J. R. Smith and I. He and I.", "J. R. Smith and I.\nHe and I.\n"},
        /* Learned: "hw" always has a stop, and once the sentence goes on behind it. */
        {"The hw. of it. One hw. is Oslo. Two hw. Bergen.",
         "The hw. of it.\nOne hw. is Oslo.\nTwo hw. Bergen.\n"},
        {"It took 3.5 hours. At 5:30 it was 2,000.", "It took 3.5 hours.\nAt 5:30 it was 2,000.\n"},
        /* What closes behind the stop, and what does not open a sentence. */
        {"\"It is so.\" (He knew.) \u201CIs it?\u201D she said. [4] \u00ABYes!\u00BB",
         "\"It is so.\"\n(He knew.)\n\u201CIs it?\u201D she said. [4]\n\u00ABYes!\u00BB\n"},
        {"He waited ... and left... The end", "He waited ... and left...\nThe end\n"},
        {"It is Yahoo! that did it.", "It is Yahoo! that did it.\n"},
        {"1. Stone is dear. It is. 2. Iron is not.",
         "1. Stone is dear.\nIt is.\n2. Iron is not.\n"},
        {"It is over.The end is here.", "It is over.\nThe end is here.\n"},
        {"It lasted. it was long", "It lasted.\nit was long\n"},
        {"i came. i saw it. so", "i came.\ni saw it.\nso\n"},
        {"Nice :-) You too. :) Bye", "Nice :-)\nYou too. :)\nBye\n"},
        {"\u3053\u308C\u3002\u305D\u308C\u3002", "\u3053\u308C\u3002\n\u305D\u308C\u3002\n"},
        {"The line\nends here. The next\ndoes not.\n",
         "The line\nends here.\nThe next\ndoes not.\n"},
        /* None in a heading, each list item its own. */
        {"LABOUR\nIt is so.\n\n* one\n* two. Three\n", "It is so.\none\ntwo.\nThree\n"},
    };
    struct harness *harness = harness_open(stage, "layers", "sentence", NULL);
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        char expected[1024];
        snprintf(expected, sizeof expected, "%s", examples[i].expected);
        if (strstr(examples[i].text, "The line\n"))
            snprintf(expected, sizeof expected, "The line\\ends here.\nThe next\\does not.\n");
        expect_layer(harness, "sentence", false, examples[i].text, expected);
    }
    assert_int_equal(quern_find_spans(harness->doc, "block").count, 0);
    assert_int_equal(quern_find_spans(harness->doc, "token").count, 0);
    harness_close(harness);
}

static void sentences_across_blocks(void **state)
{
    (void)state;
    static const char text[] = "He said,\n\n\"it is so\"\n\n, and left.\n\nIt was.\n";
    struct harness *harness = harness_open(stage, NULL);
    expect_layer(harness, "sentence", false, text,
                 "He said,\\\\\"it is so\"\\\\, and left.\nIt was.\n");
    harness_close(harness);
    harness = harness_open(stage, "across_blocks", "false", NULL);
    expect_layer(harness, "sentence", false, text,
                 "He said,\n\"it is so\"\n, and left.\nIt was.\n");
    harness_close(harness);
}

/* Where a writer leaves full stops out, and not where none is missing. */
static void sentences_without_full_stops(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"Ann Stone 03/22/2001 09:25 AM\nThanks for the note about the crane\n",
         "Ann Stone\n03/22/2001 09:25 AM\nThanks for the note about the crane\n"},
        {"The cranes are at http://example.org/a\nhttp://example.org/b\n",
         "The cranes are at http://example.org/a\nhttp://example.org/b\n"},
        {"it works! we like it", "it works!\nwe like it\n"},
        {"It came from Oslo. We met Ann Stone 03/22/2001 in Bergen.",
         "It came from Oslo.\nWe met Ann Stone 03/22/2001 in Bergen.\n"},
    };
    EXPECT("sentence", false, examples);
}

static void own_abbreviations(void **state)
{
    (void)state;
    struct harness *harness =
        harness_open(stage, "abbreviations", "zool.", "abbreviations", "bot", NULL);
    expect_layer(harness, "sentence", false, "The zool. Garden. The bot. Garden.",
                 "The zool. Garden.\nThe bot. Garden.\n");
    expect_layer(harness, "token", false, "bot.", "bot.\n");
    harness_close(harness);
}

/* ---- Tokens -------------------------------------------------------------------------------- */

static void tokens(void **state)
{
    (void)state;
    static const struct example examples[] = {
        {"Jane's don\u2019t", "word: Jane\nword: 's\nword: do\nword: n\u2019t\n"},
        {"I'd've O'Brien states'",
         "word: I\nword: 'd\nword: 've\nword: O'Brien\nword: states\npunctuation: '\n"},
        {"Cannot 'em 'tis", "word: Can\nword: not\nword: 'em\nword: 't\nword: is\n"},
        {"the U.S. etc. Mr. J. Ph.D.",
         "word: the\nword: U.S.\nword: etc.\nword: Mr.\nword: J.\nword: Ph.D.\n"},
        {"end.The end", "word: end\npunctuation: .\nword: The\nword: end\n"},
        {"2,000 3.5 .5 5:30 1/2 80's 2nd",
         "number: 2,000\nnumber: 3.5\nnumber: .5\nnumber: 5:30\nnumber: 1/2\nword: 80's\n"
         "word: 2nd\n"},
        {"$25 50% US$5 375mm",
         "symbol: $\nnumber: 25\nnumber: 50\nsymbol: %\nsymbol: US$\nnumber: 5\nnumber: 375\n"
         "word: mm\n"},
        {"well-known and/or AT&T A_b", "word: well-known\nword: and\npunctuation: /\nword: or\n"
                                       "word: AT&T\nword: A_b\n"},
        {"http://a.org/b_(c). (www.a.org/x) a.org, x.pdf alt.cat.food",
         "url: http://a.org/b_(c)\npunctuation: .\npunctuation: (\nurl: www.a.org/x\n"
         "punctuation: )\nurl: a.org\npunctuation: ,\nword: x.pdf\nword: alt.cat.food\n"},
        {"a.b@c.org, x@y #tag @who", "email: a.b@c.org\npunctuation: ,\nemail: x@y\nhashtag: #tag\n"
                                     "mention: @who\n"},
        {":-) <3 :P a:)", "emoticon: :-)\nemoticon: <3\nemoticon: :P\nword: a\npunctuation: :\n"
                          "punctuation: )\n"},
        {"?!.. -- --== *** (\"\") ''", "punctuation: ?!..\npunctuation: --\npunctuation: --==\n"
                                       "symbol: ***\npunctuation: (\npunctuation: \"\n"
                                       "punctuation: \"\npunctuation: )\npunctuation: ''\n"},
        {"\u0141\u00F3d\u017A na\u00EFve\u2014\u20AC5 \u2026\u2026",
         "word: \u0141\u00F3d\u017A\nword: na\u00EFve\npunctuation: \u2014\nsymbol: \u20AC\n"
         "number: 5\npunctuation: \u2026\u2026\n"},
        {"\u4E2D\u6587 \u30AB\u30BF \U0001F469\u200D\U0001F680\u00A0a",
         "word: \u4E2D\nword: \u6587\nword: \u30AB\u30BF\nemoticon: \U0001F469\u200D\U0001F680\n"
         "word: a\n"},
        {"", ""},
    };
    EXPECT("token", true, examples);
}

static void split_hyphens(void **state)
{
    (void)state;
    struct harness *harness = harness_open(stage, "hyphens", "split", NULL);
    expect_layer(harness, "token", false, "well-known 5-year", "well\n-\nknown\n5\n-\nyear\n");
    harness_close(harness);
}

/* Tokens are the same, whatever other layers are asked for. */
static void tokens_alone(void **state)
{
    (void)state;
    const char *text = "LABOUR\n\nThe hw. of it. One hw. is Oslo. Two hw. Bergen.\n";
    struct harness *all = harness_open(stage, NULL);
    struct harness *alone = harness_open(stage, "layers", "token", NULL);
    struct buffer one = {0}, two = {0};
    assert_int_equal(harness_push(all, (quern_string){text, strlen(text)}), QUERN_PASS);
    assert_int_equal(harness_push(alone, (quern_string){text, strlen(text)}), QUERN_PASS);
    print_layer(&one, all->doc, "token", true);
    print_layer(&two, alone->doc, "token", true);
    assert_string_equal(buffer_text(&one), buffer_text(&two));
    assert_int_equal(quern_find_spans(alone->doc, "sentence").count, 0);
    buffer_free(&one);
    buffer_free(&two);
    harness_close(all);
    harness_close(alone);
}

/* ---- Unicode's own test -------------------------------------------------------------------- */

static void append_character(struct buffer *out, unsigned long code)
{
    if (code < 0x80)
        buffer_print(out, "%c", (int)code);
    else if (code < 0x800)
        buffer_print(out, "%c%c", (int)(0xC0 | code >> 6), (int)(0x80 | (code & 63)));
    else if (code < 0x10000)
        buffer_print(out, "%c%c%c", (int)(0xE0 | code >> 12), (int)(0x80 | (code >> 6 & 63)),
                     (int)(0x80 | (code & 63)));
    else
        buffer_print(out, "%c%c%c%c", (int)(0xF0 | code >> 18), (int)(0x80 | (code >> 12 & 63)),
                     (int)(0x80 | (code >> 6 & 63)), (int)(0x80 | (code & 63)));
}

static bool is_space(unsigned long code)
{
    return code <= 0x20 || code == 0x7F || code == 0x85 || code == 0xA0 || code == 0x1680 ||
           (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 ||
           code == 0x202F || code == 0x205F || code == 0x3000;
}

/* A line of the test: the text, and its segments but for white space, as print_layer has them. */
static void read_conformance(const char *line, struct buffer *text, struct buffer *segments)
{
    bool boundary = false, space = true;
    for (const char *at = line; *at && *at != '\n';) {
        if (strncmp(at, "\u00F7", 2) == 0 || strncmp(at, "\u00D7", 2) == 0) {
            boundary = strncmp(at, "\u00F7", 2) == 0;
            at += 2;
        } else if (*at == ' ') {
            at++;
        } else {
            char *end;
            unsigned long code = strtoul(at, &end, 16);
            at = end;
            if (boundary && !space)
                buffer_print(segments, "\n");
            space = boundary ? is_space(code) : space;
            append_character(text, code);
            if (!space)
                append_character(segments, code);
        }
    }
    if (!space)
        buffer_print(segments, "\n");
}

static void unicode_words(void **state)
{
    (void)state;
    char path[4096], line[1024];
    const char *source = getenv("QUERN_SOURCE");
    snprintf(path, sizeof path, "%s/plugins/structure/data/word-break-test.txt",
             source ? source : ".");
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    struct harness *harness = harness_open(stage, "words", "unicode", "layers", "token", NULL);
    size_t count = 0;
    while (fgets(line, sizeof line, file)) {
        struct buffer text = {0}, segments = {0};
        if (line[0] == '#')
            continue;
        read_conformance(line, &text, &segments);
        expect_layer(harness, "token", false, buffer_text(&text),
                     segments.size ? buffer_text(&segments) : "");
        buffer_free(&text);
        buffer_free(&segments);
        count++;
    }
    assert_int_equal(count, 1823);
    fclose(file);
    harness_close(harness);
}

/* ---- Hostile text -------------------------------------------------------------------------- */

static void repeat(struct harness *harness, const char *what, size_t size)
{
    size_t length = strlen(what), count = size / length;
    char *text = malloc(count * length);
    assert_non_null(text);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * length, what, length);
    assert_int_equal(harness_push(harness, (quern_string){text, count * length}), QUERN_PASS);
    free(text);
}

/* What takes more than linear time on one of these does not end in a test's time. */
static void hostile_text(void **state)
{
    (void)state;
    static const char *const texts[] = {
        ".",      "\"",         "'s",        "word ",      "a",          "HEADING\n\n",
        "A b\n",  "- item\n",   "```x\n",    "+-\n",       "a  b\n",     "In Summary\n* a\n",
        "[1] ",   "ab.Cd",      "http://a)", "a@",         ":)",         "J. ",
        "May 1 ", "Paris,\n\n", "a\u0301",   "a'\u0301",   "\U0001F1E9", "\u3002",
        "1. a\n", "> a\n",      "# a\n",     "Dear A\n\n", "\n",         "(((",
    };
    struct harness *harness = harness_open(stage, NULL);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        repeat(harness, texts[i], 1000000);
    harness_close(harness);
}

/* A long run between two other things. */
static void push_between(struct harness *harness, const char *before, const char *what,
                         const char *after)
{
    struct buffer text = {0};
    buffer_print(&text, "%s", before);
    for (size_t i = 0; i < 300000; i++)
        buffer_add_string(&text, (quern_string){what, strlen(what)});
    for (size_t i = 0; i < 100000; i++)
        buffer_add_string(&text, (quern_string){after, strlen(after)});
    assert_int_equal(harness_push(harness, (quern_string){text.data, text.size}), QUERN_PASS);
    buffer_free(&text);
}

/* Every word of three letters looks like an abbreviation, and each is asked for again and again. */
static void words_that_may_be_abbreviations(void **state)
{
    (void)state;
    struct buffer text = {0};
    struct harness *harness = harness_open(stage, NULL);
    for (size_t i = 0; i < 400000; i++)
        buffer_print(&text, "%c%c%c. a ", (char)('a' + i % 26), (char)('a' + i / 26 % 26),
                     (char)('a' + i / 676 % 26));
    assert_int_equal(harness_push(harness, (quern_string){text.data, text.size}), QUERN_PASS);
    buffer_free(&text);
    harness_close(harness);
}

/* Spaces are not read over again from each of them, nor a marker from each line of its item. */
static void long_runs_of_spaces(void **state)
{
    (void)state;
    struct harness *harness = harness_open(stage, NULL);
    push_between(harness, "a", "\u3000", "b");
    push_between(harness, "a", "\u2003", "b");
    push_between(harness, "a.", " ", "b");
    push_between(harness, "-", " ", "x\n  a");
    harness_close(harness);
}

/* The text is all that there is in memory: the address sanitizer sees what is read beyond it. */
static void push_exactly(struct harness *harness, const char *text, size_t size)
{
    char *copy = malloc(size);
    quern_document *doc = quern_document_new();
    assert_non_null(copy);
    assert_non_null(doc);
    memcpy(copy, text, size);
    assert_int_equal(document_load(doc, (quern_string){copy, size}), QUERN_OK);
    assert_int_equal(harness_push_document(harness, doc), QUERN_PASS);
    document_clear(doc);
    free(copy);
}

/* A text may end anywhere, and begin anywhere. */
static void text_that_is_cut_off(void **state)
{
    (void)state;
    static const char text[] =
        "VIENNA Aa Bbbb Cccc Dddd Eeee Ffff Gggg Hhhh Iiii Jjjj Kkkk Llll Mmmm Nnnn Oooo -  \n\n"
        "### 2.1. One\n\n[4] A note. [4] [1 - 3]\n\n```\n1.2.3 | a | b\n\n"
        "It is so. [1] He'd left :-) I say; \0 isn't it? :( <3 cannot 'em rock'n'roll 80's 375mm\n"
        "Ph.D. U.S. e.g. St.Louis www.a.com/b) http://a.b/(c), a.b@c.d #x @y US$5 AT&T a.b.c "
        "\u201CNo!\u201D \u2026 \u2019s a\u2010b \u05D0\"\u05D0 \u30AB\u30AB "
        "\U0001F600\u200D\U0001F600 \U0001F1E9\U0001F1EA \u00E9t\u00E9. B?\u00E9\n"
        "- item\n-\u3000item\n(a) x\nxii. y\n*  *  *\n##\n# \n---\n''``..!?";
    static const char *const words[] = {"english", "unicode"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct harness *harness =
            harness_open(stage, "words", words[i], "across_blocks", "true", NULL);
        for (size_t at = 1; at < sizeof text; at++) {
            push_exactly(harness, text, at);
            push_exactly(harness, text + sizeof text - 1 - at, at);
        }
        harness_close(harness);
    }
}

/* A NUL is a character like others: it neither goes on with a sentence nor draws a line. */
static void nul_characters(void **state)
{
    (void)state;
    static const char text[] = "\0\0\0\n\nThe cost\n\n\0 " BODY "\n\n" BODY "\n";
    struct harness *harness = harness_open(stage, NULL);
    assert_int_equal(harness_push(harness, (quern_string){text, sizeof text - 1}), QUERN_PASS);
    quern_spans blocks = quern_find_spans(harness->doc, "block");
    assert_int_equal(blocks.count, 4);
    assert_string_equal(quern_label_name(harness->doc, blocks.items[0].label), "paragraph");
    assert_string_equal(quern_label_name(harness->doc, blocks.items[1].label), "heading");
    harness_close(harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headings),
        cmocka_unit_test(wrapped_text),
        cmocka_unit_test(lists),
        cmocka_unit_test(datelines_and_bylines),
        cmocka_unit_test(other_blocks),
        cmocka_unit_test(markers_apart),
        cmocka_unit_test(sentences),
        cmocka_unit_test(sentences_across_blocks),
        cmocka_unit_test(sentences_without_full_stops),
        cmocka_unit_test(own_abbreviations),
        cmocka_unit_test(tokens),
        cmocka_unit_test(split_hyphens),
        cmocka_unit_test(tokens_alone),
        cmocka_unit_test(unicode_words),
        cmocka_unit_test(hostile_text),
        cmocka_unit_test(words_that_may_be_abbreviations),
        cmocka_unit_test(long_runs_of_spaces),
        cmocka_unit_test(text_that_is_cut_off),
        cmocka_unit_test(nul_characters),
    };
    return cmocka_run_group_tests(tests, load_stage, NULL);
}

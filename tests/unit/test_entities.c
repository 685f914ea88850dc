/*
 * The stage entities: what it tags, and what it leaves alone.
 *
 * A text is written with its tokens apart, a sentence a line; "_" in front of a token says that
 * nothing stands between it and the one before. "# " begins a heading, "@ " a dateline, "~ " a
 * byline, none of which has a sentence.
 */
#include "../harness.c"
#include "random.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const quern_stage *stage;

static const char *build_folder(void)
{
    const char *build = getenv("QUERN_BUILD");
    return build ? build : "build/release";
}

static int load_stage(void **state)
{
    (void)state;
    char path[4096];
    snprintf(path, sizeof path, "%s/plugins/entities.so", build_folder());
    void *plugin = dlopen(path, RTLD_NOW);
    if (!plugin)
        fprintf(stderr, "%s\n", dlerror());
    stage = plugin ? dlsym(plugin, QUERN_SYMBOL) : NULL;
    return stage ? 0 : -1;
}

/* ---- Documents ---- */

struct draft {
    char text[8192];
    size_t size;
    struct {
        size_t begin, end;
    } tokens[1024];
    size_t count;
};

static void add_token(struct draft *draft, const char *token, size_t size, bool first)
{
    bool glued = size > 1 && token[0] == '_';
    if (!first && !glued)
        draft->text[draft->size++] = ' ';
    draft->tokens[draft->count].begin = draft->size;
    memcpy(draft->text + draft->size, token + glued, size - glued);
    draft->size += size - glued;
    draft->tokens[draft->count++].end = draft->size;
}

static void add_tokens(struct draft *draft, const char *line, size_t size)
{
    for (size_t at = 0; at < size;) {
        size_t length = strcspn(line + at, " \n");
        add_token(draft, line + at, length, at == 0);
        at += length + 1;
    }
}

/* The label of the block that a line is, by the mark before it. */
static const char *block_of(char mark)
{
    return mark == '#' ? "heading" : mark == '@' ? "dateline" : mark == '~' ? "byline" : NULL;
}

struct line {
    size_t begin, end;
    const char *block;
};

static size_t read_lines(struct draft *draft, const char *source, struct line *lines)
{
    size_t count = 0;
    while (*source) {
        size_t size = strcspn(source, "\n");
        const char *block = block_of(source[0]);
        size_t skip = block ? 2 : 0;
        size_t begin = draft->size;
        add_tokens(draft, source + skip, size - skip);
        lines[count++] = (struct line){begin, draft->size, block};
        draft->text[draft->size++] = '\n';
        source += size + (source[size] == '\n');
    }
    return count;
}

static quern_document *make(const char *source)
{
    static struct draft draft;
    static struct line lines[64];
    draft = (struct draft){0};
    size_t count = read_lines(&draft, source, lines);
    quern_document *doc = quern_document_new();
    assert_non_null(doc);
    assert_int_equal(quern_set_text(doc, (quern_string){draft.text, draft.size}), QUERN_OK);
    quern_layer *tokens = quern_layer_of(doc, "token");
    for (size_t i = 0; i < draft.count; i++)
        quern_add_span(tokens, draft.tokens[i].begin, draft.tokens[i].end,
                       quern_label(doc, "word"));
    for (size_t i = 0; i < count; i++) {
        const char *block = lines[i].block ? lines[i].block : "paragraph";
        quern_add_span(quern_layer_of(doc, "block"), lines[i].begin, lines[i].end,
                       quern_label(doc, block));
        if (!lines[i].block)
            quern_add_span(quern_layer_of(doc, "sentence"), lines[i].begin, lines[i].end,
                           quern_label(doc, "sentence"));
    }
    return doc;
}

/* "LABEL text; LABEL text" of the layer entity. */
static void print_entities(quern_document *doc, struct buffer *out)
{
    quern_spans spans = quern_find_spans(doc, "entity");
    quern_string text = quern_text(doc);
    buffer_clear(out);
    for (size_t i = 0; i < spans.count; i++) {
        const quern_span *span = &spans.items[i];
        buffer_print(out, "%s%s %.*s", i ? "; " : "", quern_label_name(doc, span->label),
                     (int)(span->end - span->begin), text.data + span->begin);
    }
}

static void expect(struct harness *harness, const char *source, const char *entities)
{
    struct buffer have = {0};
    assert_int_equal(harness_push_document(harness, make(source)), QUERN_PASS);
    print_entities(harness->doc, &have);
    if (strcmp(buffer_text(&have), entities) != 0)
        fail_msg("%s\n  expected: %s\n  found:    %s", source, entities, buffer_text(&have));
    buffer_free(&have);
}

struct row {
    const char *source, *entities;
};

static void expect_rows(const struct row *rows, size_t count)
{
    struct harness *harness = harness_open(stage, "model", "none", NULL);
    for (size_t i = 0; i < count; i++)
        expect(harness, rows[i].source, rows[i].entities);
    harness_close(harness);
}

/* ---- Tests ---- */

static void tags_persons(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"They met J. K. Rowling .", "PERSON J. K. Rowling"},
        {"It was built by Ludwig van der Berg .", "PERSON Ludwig van der Berg"},
        {"Then Mr. Okonjo left with Jean-Claude Dupont .",
         "PERSON Okonjo; PERSON Jean-Claude Dupont"},
        {"President Mary Robinson spoke .", "PERSON Mary Robinson"},
        {"Secretary of State Hillary Clinton and Theresa May met .",
         "PERSON Hillary Clinton; PERSON Theresa May"},
        {"He saw Roh Moo-hyun and Will Smith .", "PERSON Roh Moo-hyun; PERSON Will Smith"},
        {"Will Smith spoke .", "PERSON Will Smith"},
    };
    expect_rows(rows, COUNT(rows));
}

static void tags_organisations(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"He joined the Bank of England .", "ORG Bank of England"},
        {"The Ministry of Trade and Industry said so .", "ORG Ministry of Trade and Industry"},
        {"She studied at the University of Oslo .", "ORG University of Oslo"},
        {"Acme Widgets Inc. and Zorg & Sons Ltd. merged .",
         "ORG Acme Widgets Inc.; ORG Zorg & Sons Ltd."},
        {"The news agency TASS and the People _'s Daily reported .",
         "ORG TASS; ORG People's Daily"},
        {"A White House spokesman spoke .", "ORG White House"},
        {"He reads the New York Times .", "ORG New York Times"},
    };
    expect_rows(rows, COUNT(rows));
}

static void tags_places_and_peoples(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"China and Turkey border Lake Foo .", "LOC China; LOC Turkey; LOC Lake Foo"},
        {"China signed .", "LOC China"},
        {"He flew from Hanoi to the United States .", "LOC Hanoi; LOC United States"},
        {"It lies on Zorbly island .", "LOC Zorbly"},
        {"US forces and US officials met us .", "LOC US; LOC US"},
        {"A North Korean and a French ship sank .", "MISC North Korean; MISC French"},
        {"The Paris Agreement and World War II .", "MISC Paris Agreement; MISC World War II"},
        {"The Arab-Israeli talks failed in the U.S.-led group .", "MISC Arab-Israeli"},
    };
    expect_rows(rows, COUNT(rows));
}

static void leaves_other_capitals_alone(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"Labour is one of the things .", "CARDINAL one"},
        {"Reading is fun .", ""},
        {"The Internet and the GDP grew .", ""},
        {"The Prime Minister and the President met .", ""},
        {"# LABOUR IN RUSSIA\nWork is hard .", ""},
        {"# GLOBAL INFLUENCE", ""},
        {"# What the Workers of the Town Want to Keep", ""},
        {"In Summary", ""},
    };
    expect_rows(rows, COUNT(rows));
}

static void reads_lines_that_are_no_sentences(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"@ Vladivostok ,", "LOC Vladivostok"},
        {"@ MOSCOW ,", "LOC MOSCOW"},
        {"~ By Anna Petrova", "PERSON Anna Petrova"},
        {"# Talks with North Korea Fail", "LOC North Korea"},
    };
    expect_rows(rows, COUNT(rows));
}

static void is_of_one_mind(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"Kim Jong Un arrived .\nKim _'s train left .", "PERSON Kim Jong Un; PERSON Kim"},
        {"Then Zorblat spoke .\nIt was Anna Zorblat .", "PERSON Zorblat; PERSON Anna Zorblat"},
        {"It is the World Health Organization ( WHO ) .\nWHO said so .",
         "ORG World Health Organization; ORG WHO; ORG WHO"},
        {"Paris Hilton saw Paris .", "PERSON Paris Hilton; LOC Paris"},
    };
    expect_rows(rows, COUNT(rows));
}

static void tags_dates_and_times(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"on 12 April 2019 and April 12 , 2019 and in April",
         "DATE 12 April 2019; DATE April 12 , 2019; DATE April"},
        {"on Thursday , last week , in the 1990s and in 2007",
         "DATE Thursday; DATE last week; DATE 1990s; DATE 2007"},
        {"in March he may march in May", "DATE March; DATE May"},
        {"since mid-April , early March or 2019-04-12 or 12/04/2019",
         "DATE mid-April; DATE early March; DATE 2019-04-12; DATE 12/04/2019"},
        {"at 10:30 , 5 pm , 5pm or 10 _: _30 GMT",
         "TIME 10:30; TIME 5 pm; TIME 5pm; TIME 10:30 GMT"},
        {"three years ago , in the 21st century , for 20 minutes",
         "DATE three years ago; DATE 21st century; TIME 20 minutes"},
        {"it was April Smith", "PERSON April Smith"},
    };
    expect_rows(rows, COUNT(rows));
}

/* The values of the dates, in a document of Thursday, 25 April 2019, or of no day that is known. */
static void says_which_days_are_meant(void **state)
{
    (void)state;
    static const struct {
        const char *source, *created, *values;
    } rows[] = {
        {"on 12 April 2019 and April 12 , 2019 , in April 2019 or in 2007", NULL,
         "2019-04-12 2019-04-12 2019-04 2007"},
        {"on 2019-04-12 or 12/04/2019 or 23/04/2019 or 04/23/2019", NULL,
         "2019-04-12 - 2019-04-23 2019-04-23"},
        {"in the 1990s , 1990-95 , the 19th century , April 12-14 , 2019", NULL,
         "1990/1999 1990/1995 1800/1899 2019-04-12/2019-04-14"},
        {"on April 12 , in February , on Thursday , last week , today", NULL, "--04-12 --02 - - -"},
        {"on April 12 , in February , on Thursday , on Friday , next Friday", "2019-04-25",
         "2019-04-12 2019-02 2019-04-25 2019-04-19 2019-04-26"},
        {"Yesterday it was last Thursday , last December or next January", "2019-04-25T10:00:00Z",
         "2019-04-24 2019-04-18 2018-12 2020-01"},
        {"last week , next month , this year , last night , three years ago", "2019-04-25",
         "2019-04-15/2019-04-21 2019-05 2019 2019-04-24 2016"},
        {"for three years or two months , each day , 30 February 2019 , two years later",
         "2019-04-25", "P3Y P2M - - -"},
        {"on 29 February or in recent years , 776 BC", "2019-04-25", "- - -"},
        {"@ MOSCOW , April 25 , 2019\nHe left on Tuesday .", NULL, "2019-04-25 2019-04-23"},
    };
    struct harness *harness = harness_open(stage, "model", "none", NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buffer values = {0};
        quern_document *doc = make(rows[i].source);
        if (rows[i].created) {
            quern_string text = {rows[i].created, strlen(rows[i].created)};
            quern_set_field(doc, "created", quern_to_json(doc, text));
        }
        assert_int_equal(harness_push_document(harness, doc), QUERN_PASS);
        quern_layer *layer = quern_layer_of(harness->doc, "entity");
        quern_spans spans = quern_spans_of(layer);
        for (size_t k = 0; k < spans.count; k++) {
            quern_string value = quern_get_attribute(layer, k, "value");
            if (strcmp(quern_label_name(harness->doc, spans.items[k].label), "DATE") == 0)
                buffer_print(&values, "%s%.*s", values.size ? " " : "",
                             value.data ? (int)value.size - 2 : 1,
                             value.data ? value.data + 1 : "-");
        }
        assert_string_equal(buffer_text(&values), rows[i].values);
        buffer_free(&values);
    }
    harness_close(harness);
}

static void tags_amounts(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"some $ _25 million , £ _3.5bn , US$ 5 , € _10",
         "MONEY $25 million; MONEY £3.5bn; MONEY US$ 5; MONEY €10"},
        {"20 euros or Rs 500 or USD 5", "MONEY 20 euros; MONEY Rs 500; MONEY USD 5"},
        {"5 per cent , 12 _% or ten percent",
         "PERCENT 5 per cent; PERCENT 12%; PERCENT ten percent"},
        {"2,000 tonnes , five kilometres or 40 degrees Celsius",
         "QUANTITY 2,000 tonnes; QUANTITY five kilometres; QUANTITY 40 degrees Celsius"},
        {"the third of two , twenty-five or two hundred and ten",
         "ORDINAL third; CARDINAL two; CARDINAL twenty-five; CARDINAL two hundred and ten"},
        {"a third of it", ""},
        {"Two men came 21st", "CARDINAL Two; ORDINAL 21st"},
        {"a 35-year-old man", ""},
    };
    expect_rows(rows, COUNT(rows));
}

static void writes_the_labels_that_are_wanted(void **state)
{
    (void)state;
    const char *source = "Anna Petrova paid $ _5 in Paris for the third of two .";
    struct harness *harness =
        harness_open(stage, "model", "none", "labels", "LOC", "labels", "MONEY", NULL);
    expect(harness, source, "MONEY $5; LOC Paris");
    harness_close(harness);
    harness = harness_open(stage, "model", "none", "numbers", "false", NULL);
    expect(harness, source, "PERSON Anna Petrova; MONEY $5; LOC Paris");
    harness_close(harness);
}

static void takes_documents_without_layers(void **state)
{
    (void)state;
    struct harness *harness = harness_open(stage, "model", "none", NULL);
    assert_int_equal(harness_push(harness, QUERN_STRING("")), QUERN_PASS);
    assert_int_equal(harness_push(harness, QUERN_STRING("Anna Petrova")), QUERN_PASS);
    assert_int_equal(quern_find_spans(harness->doc, "entity").count, 0);
    harness_close(harness);
}

/* A sentence of a million tokens that all look like names is read in linear time; were it not, this
 * test would not end. */
static void is_linear(void **state)
{
    (void)state;
    static const char *const words[] = {"French ", "of ", "X- ", "Army ",
                                        "Mary ",   "1:",  "$",   "two "};
    const size_t count = 400000;
    struct harness *harness = harness_open(stage, "model", "none", NULL);
    for (size_t w = 0; w < COUNT(words); w++) {
        size_t size = strlen(words[w]);
        char *text = malloc(count * size + 1);
        assert_non_null(text);
        for (size_t i = 0; i < count; i++)
            memcpy(text + i * size, words[w], size + 1);
        quern_document *doc = quern_document_new();
        assert_int_equal(quern_set_text(doc, (quern_string){text, count * size}), QUERN_OK);
        quern_layer *tokens = quern_layer_of(doc, "token");
        for (size_t i = 0; i < count; i++)
            quern_add_span(tokens, i * size, i * size + (size > 1 ? size - 1 : 1), 0);
        assert_int_equal(harness_push_document(harness, doc), QUERN_PASS);
        free(text);
    }
    harness_close(harness);
}

/* Tokens that all reach to the end of the text: the first counts, and none is read but that. */
static void passes_over_tokens_that_overlap(void **state)
{
    (void)state;
    enum { SIZE = 200000 };
    struct harness *harness = harness_open(stage, "model", "none", NULL);
    quern_document *doc = quern_document_new();
    char *text = malloc(SIZE);
    assert_non_null(doc);
    assert_non_null(text);
    memset(text, 'A', SIZE);
    assert_int_equal(document_load(doc, (quern_string){text, SIZE}), QUERN_OK);
    quern_layer *tokens = quern_layer_of(doc, "token"),
                *sentences = quern_layer_of(doc, "sentence");
    for (size_t i = 0; i < SIZE; i++) {
        quern_add_span(tokens, i, SIZE, 0);
        quern_add_span(sentences, i, i + 1, 0);
    }
    assert_int_equal(harness_push_document(harness, doc), QUERN_PASS);
    assert_true(quern_find_spans(doc, "entity").count <= 1);
    harness_close(harness);
    free(text);
}

/* ---- With a model ---- */

/* Writes the shipped model with one of its last bytes changed. */
static void write_damaged(const char *path)
{
    char shipped[4096];
    snprintf(shipped, sizeof shipped, "%s/plugins/entities/news-en.bin", build_folder());
    FILE *from = fopen(shipped, "rb"), *to = fopen(path, "wb");
    assert_non_null(from);
    assert_non_null(to);
    for (int byte; (byte = getc(from)) != EOF;)
        putc(byte, to);
    assert_int_equal(fseek(to, -100, SEEK_END), 0);
    putc('!', to);
    fclose(from);
    assert_int_equal(fclose(to), 0);
}

/* What is wrong beyond a model's first page comes out when the model is needed. */
static void fails_by_a_damaged_model(void **state)
{
    (void)state;
    char path[] = "/tmp/quern-model-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    write_damaged(path);
    struct harness *harness = harness_open(stage, "model", path, NULL);
    assert_true(harness->opened);
    assert_int_equal(harness_push(harness, QUERN_STRING("")), QUERN_PASS);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(harness_push_document(harness, make("He met Anna Petrova .")), QUERN_FAIL);
        assert_non_null(strstr(harness_reason(harness), "is damaged: its checksum is another"));
    }
    harness_close(harness);
    remove(path);
}

static void write_random_word(struct draft *draft, bool first)
{
    static const char *const known[] = {"the",      "of",  "in",  "said", "Paris",
                                        "Ministry", "Mr.", "Kim", "New",  "York",
                                        "United",   "12",  "'s",  ",",    "US"};
    static const char *const parts[] = {"ba", "ko", "li", "mer", "ton", "zu", "-", "ski"};
    char word[64] = "";
    if (random_below(3) > 0)
        snprintf(word, sizeof word, "%s", known[random_below(COUNT(known))]);
    else
        for (size_t i = random_below(4) + 1; i > 0; i--)
            strcat(word, parts[random_below(COUNT(parts))]);
    if (random_below(3) == 0 && word[0] >= 'a' && word[0] <= 'z')
        word[0] = (char)(word[0] - 'a' + 'A');
    add_token(draft, word, strlen(word), first);
}

static quern_document *make_random(void)
{
    static struct draft draft;
    draft = (struct draft){0};
    size_t words = random_below(60) + 1;
    for (size_t i = 0; i < words; i++)
        write_random_word(&draft, i == 0);
    draft.text[draft.size] = '\0';
    return make(draft.text);
}

static void print_scores(struct harness *harness, struct buffer *out)
{
    quern_layer *layer = quern_layer_of(harness->doc, "entity");
    double score = 0;
    print_entities(harness->doc, out);
    for (size_t i = 0; i < quern_spans_of(layer).count; i++)
        if (quern_get_score(layer, i, &score))
            buffer_print(out, " %.3f", score);
}

static struct harness *open_with(const char *kernels)
{
    setenv("QUERN_ENTITIES_KERNELS", kernels, 1);
    struct harness *harness = harness_open(stage, NULL);
    assert_true(harness->opened);
    return harness;
}

/* Whatever was read before and is kept, and whichever instructions are used, the names are the same. */
static void is_the_same_by_any_way(void **state)
{
    (void)state;
    struct buffer names = {0}, others = {0};
    struct harness *used = open_with("");
    for (int round = 0; round < 300; round++) {
        quern_document *doc = make_random();
        quern_string text = quern_text(doc);
        char *copy = strndup(text.data, text.size);
        assert_non_null(copy);
        assert_int_equal(harness_push_document(used, doc), QUERN_PASS);
        print_scores(used, &names);
        struct harness *fresh = open_with(round % 2 ? "plain" : "sse2");
        assert_int_equal(harness_push_document(fresh, make(copy)), QUERN_PASS);
        print_scores(fresh, &others);
        assert_string_equal(buffer_text(&names), buffer_text(&others));
        harness_close(fresh);
        free(copy);
    }
    harness_close(used);
    buffer_free(&names);
    buffer_free(&others);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_persons),
        cmocka_unit_test(tags_organisations),
        cmocka_unit_test(tags_places_and_peoples),
        cmocka_unit_test(leaves_other_capitals_alone),
        cmocka_unit_test(reads_lines_that_are_no_sentences),
        cmocka_unit_test(is_of_one_mind),
        cmocka_unit_test(tags_dates_and_times),
        cmocka_unit_test(says_which_days_are_meant),
        cmocka_unit_test(tags_amounts),
        cmocka_unit_test(writes_the_labels_that_are_wanted),
        cmocka_unit_test(takes_documents_without_layers),
        cmocka_unit_test(is_linear),
        cmocka_unit_test(passes_over_tokens_that_overlap),
        cmocka_unit_test(fails_by_a_damaged_model),
        cmocka_unit_test(is_the_same_by_any_way),
    };
    random_start();
    return cmocka_run_group_tests(tests, load_stage, NULL);
}

/* Records of JSON Lines and of text, made into documents and back. */
#include "codec/codec.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    quern_document *doc;
    struct buffer out;
    const char *why;
    size_t where;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->doc = quern_document_new();
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    quern_document_free(fixture->doc);
    buffer_free(&fixture->out);
    free(fixture);
    return 0;
}

static bool read_bytes(struct fixture *fixture, quern_string bytes)
{
    struct record record = {.bytes = bytes, .format = RECORD_JSONL, .input = "-", .line = 1};
    document_clear(fixture->doc);
    return record_read(&record, fixture->doc, &fixture->why, &fixture->where);
}

static void read_line(struct fixture *fixture, const char *json)
{
    if (!read_bytes(fixture, (quern_string){json, strlen(json)}))
        fail_msg("%s: %s at %zu", json, fixture->why, fixture->where);
}

static const char *write_line(struct fixture *fixture, quern_unit unit)
{
    buffer_clear(&fixture->out);
    record_write_jsonl(fixture->doc, unit, &fixture->out);
    assert_false(fixture->out.failed);
    return buffer_text(&fixture->out);
}

/* Reads a line, and expects another back, without its LF. */
static void check(struct fixture *fixture, const char *json, const char *expected)
{
    read_line(fixture, json);
    const char *line = write_line(fixture, QUERN_CODE_POINTS);
    assert_int_equal(line[fixture->out.size - 1], '\n');
    fixture->out.data[fixture->out.size - 1] = '\0';
    assert_string_equal(line, expected);
}

static void check_unchanged(struct fixture *fixture, const char *json)
{
    check(fixture, json, json);
}

static void check_refused(struct fixture *fixture, const char *json, size_t where, const char *why)
{
    if (read_bytes(fixture, (quern_string){json, strlen(json)}))
        fail_msg("not refused: %s", json);
    if (strcmp(fixture->why, why) != 0 || fixture->where != where)
        fail_msg("%s: %s at %zu", json, fixture->why, fixture->where);
}

/* ---- What is kept ---- */

static void test_plain(void **state)
{
    check_unchanged(*state, "{\"text\":\"\"}");
    check_unchanged(*state, "{\"id\":\"1\",\"text\":\"a\"}");
    check(*state, " { \"text\" : \"caf\\u00e9\\ttea\" } \r", "{\"text\":\"caf\\u00e9\\ttea\"}");
    check(*state, "{\"text\":\"a\",\"id\":null,\"metadata\":null,\"spans\":null,\"edits\":[]}",
          "{\"text\":\"a\"}");
}

static void test_dolma(void **state)
{
    check_unchanged(*state,
                    "{\"id\":\"x\",\"text\":\"a\",\"source\":\"web\",\"created\":\"2023-01-01\","
                    "\"added\":1.50,\"version\":null,\"attributes\":{\"a__b\":[[0, 1, 0.5]]},"
                    "\"metadata\":{\"url\":\"http:\\/\\/x\",\"n\":1e3,\"deep\":[{}]}}");
    check(*state, "{\"z\":1,\"created\":2,\"source\":3,\"a\":4,\"text\":\"\"}",
          "{\"text\":\"\",\"source\":3,\"created\":2,\"z\":1,\"a\":4}");
    check(*state, "{\"te\\u0078t\":\"a\",\"caf\\u00e9\":1}", "{\"text\":\"a\",\"caf\xC3\xA9\":1}");
}

static void test_id_may_be_a_number(void **state)
{
    struct fixture *fixture = *state;
    read_line(fixture, "{\"id\":17,\"text\":\"\"}");
    assert_true(quern_string_equal(quern_id(fixture->doc), QUERN_STRING("17")));
    check(*state, "{\"id\":17,\"text\":\"\"}", "{\"id\":17,\"text\":\"\"}");
    check(*state, "{\"id\":\"17\",\"text\":\"\"}", "{\"id\":\"17\",\"text\":\"\"}");
}

static void test_a_nul_follows_the_text(void **state)
{
    struct fixture *fixture = *state;
    static const char *const records[] = {"{\"text\":\"as it is\"}", "{\"text\":\"esc\\naped\"}",
                                          "{\"text\":\"\\n\"}",
                                          "{\"text\":\"\\ud800\",\"id\":\"x\"}", "{\"text\":\"\"}"};
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        read_line(fixture, records[i]);
        quern_string text = quern_text(fixture->doc);
        assert_int_equal(text.data[text.size], '\0');
    }
}

static void test_text_that_is_not_unicode(void **state)
{
    struct fixture *fixture = *state;
    read_line(fixture, "{\"text\":\"a\\ud800b\xFF\"}");
    const char *line = write_line(fixture, QUERN_CODE_POINTS);
    assert_string_equal(
        line,
        "{\"text\":\"a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
        "b\xEF\xBF\xBD\",\"edits\":["
        "{\"start\":1,\"end\":2,\"origin\":[1,2],\"stage\":\"read\",\"rule\":\"invalid-utf8\"},"
        "{\"start\":2,\"end\":3,\"origin\":[2,3],\"stage\":\"read\",\"rule\":\"invalid-utf8\"},"
        "{\"start\":3,\"end\":4,\"origin\":[3,4],\"stage\":\"read\",\"rule\":\"invalid-utf8\"},"
        "{\"start\":5,\"end\":6,\"origin\":[5,6],\"stage\":\"read\",\"rule\":\"invalid-utf8\"}]}\n");
    check_refused(fixture,
                  "{\"text\":\"\xFF\",\"edits\":[{\"start\":0,\"end\":0,\"origin\":[0,1],"
                  "\"stage\":\"a\",\"rule\":\"b\"}]}",
                  20, "a text with edits has to be valid Unicode");
}

/* ---- Spans ---- */

#define SPAN(layer, label, start, end, text, more)                                                 \
    "{\"layer\":\"" layer "\",\"label\":\"" label "\",\"start\":" start ",\"end\":" end            \
    ",\"text\":\"" text "\"" more "}"

static void test_spans(void **state)
{
    check_unchanged(
        *state,
        "{\"text\":\"Kim met Li\",\"spans\":[" SPAN("entity", "PER", "0", "3", "Kim", ",\"score\":0.75,\"origin\":[0,3]") "," SPAN(
            "entity", "PER", "8", "10", "Li",
            ",\"score\":1,\"attributes\":{\"a\":[1],\"b\":\"c\"},\"origin\":[8,10]") "," SPAN("token",
                                                                                              "\\\"",
                                                                                              "4",
                                                                                              "7",
                                                                                              "met",
                                                                                              ",\"origin\":[4,7]") "]}");
}

static void test_spans_are_sorted(void **state)
{
    check(
        *state,
        "{\"spans\":[{\"end\":2,\"start\":1,\"label\":\"b\",\"layer\":\"l\"},"
        "{\"end\":2,\"start\":0,\"label\":\"a\",\"layer\":\"l\"}],\"text\":\"xy\"}",
        "{\"text\":\"xy\",\"spans\":[" SPAN("l", "a", "0", "2", "xy", ",\"origin\":[0,2]") "," SPAN(
            "l", "b", "1", "2", "y", ",\"origin\":[1,2]") "]}");
}

/* "é😀x": code points 0 to 3, bytes 0 2 6 7, UTF-16 0 1 3 4. */
#define WIDE "\xC3\xA9\xF0\x9F\x98\x80x"

static void test_units(void **state)
{
    struct fixture *fixture = *state;
    static const char *const lines[] = {
        "{\"text\":\"" WIDE
        "\",\"spans\":[" SPAN("l", "a", "1", "2", "\xF0\x9F\x98\x80", ",\"origin\":[2,6]") "," SPAN(
            "l", "a", "2", "3", "x", ",\"origin\":[6,7]") "]}\n",
        "{\"text\":\"" WIDE "\",\"offsets\":\"byte\",\"spans\":[" SPAN(
            "l", "a", "2", "6", "\xF0\x9F\x98\x80",
            ",\"origin\":[2,6]") "," SPAN("l", "a", "6", "7", "x", ",\"origin\":[6,7]") "]}\n",
        "{\"text\":\"" WIDE "\",\"offsets\":\"utf16\",\"spans\":[" SPAN(
            "l", "a", "1", "3", "\xF0\x9F\x98\x80",
            ",\"origin\":[2,6]") "," SPAN("l", "a", "3", "4", "x", ",\"origin\":[6,7]") "]}\n",
    };
    for (int from = 0; from < 3; from++)
        for (int to = 0; to < 3; to++) {
            read_line(fixture, lines[from]);
            assert_string_equal(write_line(fixture, (quern_unit)to), lines[to]);
        }
    read_line(fixture, "{\"text\":\"" WIDE "\",\"spans\":[{\"layer\":\"l\",\"label\":\"a\","
                       "\"start\":6,\"end\":7}],\"offsets\":\"byte\"}");
}

/* The unit that spans and edits were read in turns out to be another. */
static void test_late_unit(void **state)
{
    struct fixture *fixture = *state;
    read_line(fixture,
              "{\"text\":\"" WIDE "\",\"spans\":[" SPAN("l", "a", "0", "3", "", "") "," SPAN(
                  "m", "b", "3", "4", "",
                  "") "],"
                      "\"edits\":[{\"start\":0,\"end\":3,\"origin\":[5,6],\"stage\":\"s\","
                      "\"rule\":\"r\"}],\"offsets\":\"utf16\",\"spa\\u006es2\":0}");
    assert_string_equal(
        write_line(fixture, QUERN_BYTES),
        "{\"text\":\"" WIDE "\",\"spans2\":0,\"offsets\":\"byte\",\"spans\":[" SPAN(
            "l", "a", "0", "6", "\xC3\xA9\xF0\x9F\x98\x80",
            ",\"origin\":[5,6]") "," SPAN("m", "b", "6", "7", "x",
                                          ",\"origin\":[6,7]") "],\"edits\":[{\"start\":0,\"end\":6,\"origin\":[5,6],\"stage\":\"s\","
                                                               "\"rule\":\"r\"}]}\n");
}

static void test_edits(void **state)
{
    struct fixture *fixture = *state;
    check_unchanged(
        fixture,
        "{\"text\":\"abc\",\"spans\":[" SPAN(
            "l", "x", "1", "3", "bc",
            ",\"origin\":[4,9]") "],\"edits\":["
                                 "{\"start\":1,\"end\":1,\"origin\":[1,4],\"stage\":\"cut\",\"rule\":\"r\"},"
                                 "{\"start\":2,\"end\":3,\"origin\":[5,9],\"stage\":\"c\\\"\",\"rule\":\"s\"}]}");
    assert_null(quern_source(fixture->doc).data);
    check_unchanged(fixture,
                    "{\"text\":\"\",\"edits\":[{\"start\":0,\"end\":0,"
                    "\"origin\":[0,9223372036854775807],\"stage\":\"s\",\"rule\":\"r\"}]}");
}

static void test_text_records(void **state)
{
    struct fixture *fixture = *state;
    struct record record = {
        .bytes = QUERN_STRING("a\nb"), .format = RECORD_TEXT, .input = "dir/\xFF\"name"};
    assert_true(record_read(&record, fixture->doc, &fixture->why, &fixture->where));
    assert_string_equal(write_line(fixture, QUERN_CODE_POINTS),
                        "{\"id\":\"dir/\xEF\xBF\xBD\\\"name\",\"text\":\"a\\nb\","
                        "\"source\":\"dir/\xEF\xBF\xBD\\\"name\"}\n");
    buffer_clear(&fixture->out);
    record_write_text(fixture->doc, &fixture->out);
    assert_string_equal(buffer_text(&fixture->out), "a\nb");
}

static void test_rendered_record(void **state)
{
    struct fixture *fixture = *state;
    read_line(fixture, "{\"text\":\"\xC3\xA9\"}");
    quern_render_record(fixture->doc, QUERN_BYTES);
    assert_true(quern_string_equal(document_rendition(fixture->doc),
                                   QUERN_STRING("{\"text\":\"\xC3\xA9\",\"offsets\":\"byte\"}")));
}

static void test_record_is_one_line(void **state)
{
    struct fixture *fixture = *state;
    read_line(fixture, "{\"text\":\"\"}");
    quern_set_metadata(fixture->doc, "a\nb", QUERN_STRING("\n[1,\r\n2]\r"));
    assert_string_equal(write_line(fixture, QUERN_CODE_POINTS),
                        "{\"text\":\"\",\"metadata\":{\"a\\nb\": [1,  2] }}\n");
}

static void test_scores(void **state)
{
    static const struct {
        const char *read, *written;
    } scores[] = {{"0", "0"},
                  {"1", "1"},
                  {"0.5", "0.5"},
                  {"0.12344", "0.1234"},
                  {"0.12345", "0.1235"},
                  {"1e-2", "0.01"},
                  {"0.00001", "0"},
                  {"0.99999", "1"},
                  {"0.0101", "0.0101"}};
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof scores / sizeof *scores; i++) {
        char json[200], expected[40];
        snprintf(json, sizeof json,
                 "{\"text\":\"a\",\"spans\":[{\"layer\":\"l\",\"label\":\"b\","
                 "\"start\":0,\"end\":1,\"score\":%s}]}",
                 scores[i].read);
        snprintf(expected, sizeof expected, "\"score\":%s,\"origin\"", scores[i].written);
        read_line(fixture, json);
        assert_non_null(strstr(write_line(fixture, QUERN_CODE_POINTS), expected));
    }
}

/* ---- What is refused ---- */

static void test_text_goes_out_as_it_came(void **state)
{
    struct fixture *fixture = *state;
    check_unchanged(fixture, "{\"text\":\"\\u0041\\/\\u00e9\x7F\"}");
    check_unchanged(fixture, "{\"text\":\"\"}");
    check(fixture, "{ \"text\" : \"\\u0041\" }", "{\"text\":\"\\u0041\"}");
    check(fixture,
          "{\"text\":\"\\u0041b\",\"edits\":[{\"start\":1,\"end\":1,\"origin\":[1,2],"
          "\"stage\":\"s\",\"rule\":\"r\"}]}",
          "{\"text\":\"\\u0041b\",\"edits\":[{\"start\":1,\"end\":1,\"origin\":[1,2],"
          "\"stage\":\"s\",\"rule\":\"r\"}]}");
    read_line(fixture, "{\"text\":\"\\u0041\"}");
    assert_int_equal(document_own(fixture->doc), QUERN_OK);
    assert_string_equal(write_line(fixture, QUERN_CODE_POINTS), "{\"text\":\"A\"}\n");
    read_line(fixture, "{\"text\":\"\\u0041\"}");
    assert_int_equal(quern_set_text(fixture->doc, QUERN_STRING("B")), QUERN_OK);
    assert_string_equal(write_line(fixture, QUERN_CODE_POINTS), "{\"text\":\"B\"}\n");
}

/* Spans over all of a long text, which would make the record longer by as much each. */
static void test_long_spans_do_not_repeat_their_text(void **state)
{
    struct fixture *fixture = *state;
    struct buffer text = {0};
    for (size_t i = 0; i < 4097; i++)
        buffer_add_char(&text, 'x');
    document_clear(fixture->doc);
    quern_set_text(fixture->doc, (quern_string){text.data, text.size});
    quern_layer *layer = quern_layer_of(fixture->doc, "l");
    for (uint32_t size = 4096; size <= 4097; size++)
        quern_add_span(layer, 0, size, quern_label(fixture->doc, "x"));
    const char *spans = strstr(write_line(fixture, QUERN_CODE_POINTS), "\"spans\":");
    assert_non_null(strstr(spans, "\"end\":4097,\"origin\""));
    assert_non_null(strstr(spans, "\"end\":4096,\"text\":\"xxx"));
    buffer_free(&text);
}

static void test_refused_records(void **state)
{
    struct fixture *fixture = *state;
    check_refused(fixture, "", 0, "the record ends too early");
    check_refused(fixture, "[]", 0, "a record has to be an object");
    check_refused(fixture, "\xEF\xBB\xBF{\"text\":\"\"}", 0, "a record has to be an object");
    check_refused(fixture, "{}", 0, "the record has no text");
    check_refused(fixture, "{\"text\":\"a\"", 11, "the record ends too early");
    check_refused(fixture, "{\"text\":\"a\"} {}", 13, "something follows the record on its line");
    check_refused(fixture, "{\"text\":null}", 8, "the text has to be a string");
    check_refused(fixture, "{\"text\":\"a\tb\"}", 10,
                  "a control character in a string wants an escape");
    check_refused(fixture, "{\"text\":\"a\",\"text\":\"a\"}", 12, "a key occurs twice");
    check_refused(fixture, "{\"a\":1,\"\\u0061\":2,\"text\":\"\"}", 7, "a key occurs twice");
    check_refused(fixture, "{\"text\":\"\",\"metadata\":{\"a\":1,\"a\":1}}", 29,
                  "a key occurs twice");
    check_refused(fixture, "{\"text\":\"\",\"metadata\":[]}", 22,
                  "the metadata have to be an object");
    check_refused(fixture, "{\"text\":\"\",\"a\":01}", 16, "a number begins with a zero too many");
    check_refused(fixture, "{\"text\":\"\",\"a\":\"\xFF\"}", 11, "a value is not valid JSON");
    check_refused(fixture, "{\"text\":\"\",\"\\u0000\":1}", 11,
                  "a name holds U+0000, or is not valid Unicode");
    check_refused(fixture, "{\"text\":\"\",\"\\udddd\":1}", 11,
                  "a name holds U+0000, or is not valid Unicode");
    check_refused(fixture, "{\"text\":\"\",}", 11, "a string in quotes is missing");
    check_refused(fixture, "{\"id\":true,\"text\":\"\"}", 6,
                  "the id has to be a string or a number");
    check_refused(fixture, "{\"id\":\"\xFF\",\"text\":\"\"}", 6, "the id is not valid Unicode");
    check_refused(fixture, "{\"text\":\"\",\"offsets\":\"bits\"}", 21,
                  "the offsets have to be code-point, byte or utf16");
}

/* A record with one span, whose members are given. */
static void check_span_refused(struct fixture *fixture, const char *text, const char *members,
                               size_t where, const char *why)
{
    char json[400];
    int begin = snprintf(json, sizeof json, "{\"text\":\"%s\",\"spans\":[{", text);
    snprintf(json + begin, sizeof json - (size_t)begin, "%s}]}", members);
    check_refused(fixture, json, (size_t)begin + where, why);
}

#define BOTH "\"layer\":\"l\",\"label\":\"b\","

static void test_refused_spans(void **state)
{
    static const char outside[] = "a place lies outside of the text, or within a character";
    static const char whole[] = "this has to be a whole number, 0 or more";
    struct fixture *fixture = *state;
    const size_t both = sizeof BOTH - 1;
    check_span_refused(fixture, "ab", BOTH "\"start\":0,\"end\":3", both + 16, outside);
    check_span_refused(fixture, "ab", BOTH "\"start\":18446744073709551615,\"end\":3", both + 8,
                       outside);
    check_span_refused(fixture, "ab", BOTH "\"start\":18446744073709551616,\"end\":3", both + 8,
                       "a number is too large");
    check_span_refused(fixture, "ab", BOTH "\"start\":-1,\"end\":3", both + 8, whole);
    check_span_refused(fixture, "ab", BOTH "\"start\":1.0,\"end\":3", both + 8, whole);
    check_span_refused(fixture, "ab", BOTH "\"start\":1e0,\"end\":3", both + 8, whole);
    check_span_refused(fixture, "ab", BOTH "\"start\":01,\"end\":2", both + 9,
                       "a number begins with a zero too many");
    check_span_refused(fixture, "ab", BOTH "\"start\":\"1\",\"end\":2", both + 8, whole);
    check_span_refused(fixture, "ab", BOTH "\"start\":1,\"end\":1", (size_t)-1,
                       "a span has to start before it ends");
    check_span_refused(fixture, "ab", BOTH "\"start\":2,\"end\":1", (size_t)-1,
                       "a span has to start before it ends");
    check_span_refused(fixture, "ab", BOTH "\"end\":1", (size_t)-1,
                       "a span needs a layer, a label, a start and an end");
    check_span_refused(fixture, "ab", BOTH "\"start\":0,\"start\":0,\"end\":1", both + 10,
                       "a key occurs twice");
    check_span_refused(fixture, "ab", BOTH "\"starts\":0", both,
                       "a span has no member of that name");
    check_span_refused(fixture, "ab", "\"layer\":1", 8, "a string in quotes is missing");
    check_span_refused(fixture, "ab", "\"layer\":\"\\u0000\"", 8,
                       "a name holds U+0000, or is not valid Unicode");
    check_span_refused(fixture, "ab", "\"score\":1.5", 8, "a score has to be a number from 0 to 1");
    check_span_refused(fixture, "ab", "\"score\":\"\"", 8,
                       "a score has to be a number from 0 to 1");
    check_span_refused(fixture, "ab", "\"origin\":[1]", 11,
                       "an origin has to be an array of two numbers");
    check_span_refused(fixture, "ab", "\"text\":1", 7, "a string in quotes is missing");
    check_span_refused(fixture, "ab", BOTH "\"start\":0,\"end\":1,\"attributes\":[]", both + 31,
                       "attributes have to be an object");
    check_span_refused(fixture, "ab", BOTH "\"start\":0,\"end\":1,\"attributes\":{\"a\":1,\"a\":2}",
                       both + 38, "a key occurs twice");
    check_refused(fixture, "{\"text\":\"\",\"spans\":{}}", 19, "the spans have to be an array");
    check_refused(fixture, "{\"text\":\"\",\"spans\":[1]}", 20, "a span has to be an object");
    check_refused(fixture,
                  "{\"offsets\":\"utf16\",\"text\":\"" WIDE "\",\"spans\":[{\"start\":2}]}", 54,
                  outside);
    check_refused(fixture, "{\"offsets\":\"byte\",\"text\":\"" WIDE "\",\"spans\":[{\"start\":1}]}",
                  53, outside);
}

static void test_refused_edits(void **state)
{
    static const char ascend[] = "edits have to ascend, in the text and in the source";
    struct fixture *fixture = *state;
#define EDIT(start, end, from, to)                                                                 \
    "{\"start\":" start ",\"end\":" end ",\"origin\":[" from "," to                                \
    "],\"stage\":\"s\",\"rule\":\"r\"}"
    check_refused(fixture, "{\"text\":\"ab\",\"edits\":[" EDIT("2", "1", "2", "3") "]}", 22,
                  ascend);
    check_refused(fixture, "{\"text\":\"ab\",\"edits\":[" EDIT("0", "1", "5", "4") "]}", 22,
                  ascend);
    check_refused(
        fixture,
        "{\"text\":\"ab\",\"edits\":[" EDIT("1", "2", "1", "4") "," EDIT("0", "1", "4", "4") "]}",
        80, ascend);
    check_refused(fixture, "{\"text\":\"ab\",\"edits\":[{\"start\":0}]}", 22,
                  "an edit needs start, end, origin, stage and rule");
    check_refused(fixture, "{\"text\":\"ab\",\"edits\":[{\"begin\":0}]}", 23,
                  "an edit has no member of that name");
    check_refused(fixture, "{\"text\":\"ab\",\"edits\":[{\"rule\":\"\\u0000\"}]}", 30,
                  "a name holds U+0000, or is not valid Unicode");
    check_refused(fixture, "{\"text\":\"ab\",\"edits\":[[]]}", 22, "an edit has to be an object");
    check_refused(fixture, "{\"text\":\"ab\",\"edits\":1}", 21, "the edits have to be an array");
}

/* ---- Much, and at random ---- */

static void test_every_cut_is_refused(void **state)
{
    struct fixture *fixture = *state;
    static const char json[] =
        "{\"id\":\"i\",\"text\":\"ab\\n\",\"more\":[1,{\"a\":null}],\"metadata\":{\"k\":\"v\"},"
        "\"spans\":[" SPAN("l", "x", "0", "1", "a",
                           ",\"score\":0.5,\"attributes\":{\"a\":1}") "],"
                                                                      "\"edits\":[" EDIT(
                                                                          "1", "1", "1", "2") "]}";
    for (size_t size = 0; size < sizeof json - 1; size++)
        assert_false(read_bytes(fixture, (quern_string){json, size}));
    read_line(fixture, json);
}

static size_t random_place(quern_string text)
{
    size_t place = random_below(text.size + 1);
    while (place < text.size && !utf8_is_start(text.data[place]))
        place++;
    return place;
}

static void add_random_spans(quern_document *doc)
{
    static const char *const names[] = {"a", "b\"", "\xC3\xA9"};
    quern_string text = quern_text(doc);
    for (size_t spans = random_below(40); spans; spans--) {
        size_t begin = random_place(text), end = random_place(text);
        quern_layer *layer = quern_layer_of(doc, names[random_below(3)]);
        if (begin >= end)
            continue;
        size_t index = quern_add_span(layer, begin, end, quern_label(doc, names[random_below(3)]));
        if (random_below(2))
            quern_set_score(layer, index, (double)random_below(10001) / 10000);
        if (random_below(3) == 0)
            quern_set_attribute(layer, index, names[random_below(3)], QUERN_STRING("[0]"));
    }
}

static void edit_at_random(quern_document *doc)
{
    quern_editor *edit = quern_edit(doc, NULL);
    size_t size = quern_text(doc).size;
    for (size_t at = 0; at < size;) {
        size_t begin = at + random_below(size - at + 1);
        while (begin < size && !utf8_is_start(quern_text(doc).data[begin]))
            begin++;
        size_t end = begin < size && random_below(3) ? begin + 1 : begin;
        while (end < size && !utf8_is_start(quern_text(doc).data[end]))
            end++;
        quern_replace(edit, begin, end,
                      random_below(2) ? QUERN_STRING("\xE2\x82\xAC") : QUERN_STRING(""), "rule");
        at = end + 1 + random_below(40);
        while (at < size && !utf8_is_start(quern_text(doc).data[at]))
            at++;
    }
    assert_int_equal(quern_commit(edit), QUERN_PASS);
}

static size_t fill_at_random(char *text, size_t limit)
{
    size_t size = 0, ascii = random_below(2);
    for (size_t wanted = random_below(limit - 4); size < wanted;) {
        uint32_t code =
            (uint32_t)(ascii || random_below(2) ? random_below(0x80) : random_below(0x20000));
        if (code < 0xD800 || code > 0xDFFF)
            size += utf8_encode(code, text + size);
    }
    return size;
}

/* What was written in one unit is, once read and written in another and back, the same bytes. */
static void test_there_and_back(void **state)
{
    struct fixture *fixture = *state;
    static char text[3000];
    for (int run = 0; run < 3000; run++) {
        struct buffer first = {0}, second = {0};
        document_clear(fixture->doc);
        quern_set_text(fixture->doc, (quern_string){text, fill_at_random(text, sizeof text)});
        add_random_spans(fixture->doc);
        if (random_below(2))
            edit_at_random(fixture->doc);
        quern_unit units[] = {(quern_unit)random_below(3), (quern_unit)random_below(3)};
        record_write_jsonl(fixture->doc, units[0], &first);
        assert_true(read_bytes(fixture, (quern_string){first.data, first.size}));
        record_write_jsonl(fixture->doc, units[1], &second);
        assert_true(read_bytes(fixture, (quern_string){second.data, second.size}));
        write_line(fixture, units[0]);
        assert_int_equal(fixture->out.size, first.size);
        assert_memory_equal(fixture->out.data, first.data, first.size);
        buffer_free(&first);
        buffer_free(&second);
    }
}

/* Spans that jump to and fro over a long text, and a million keys, take no longer than their
 * number asks for: under quadratic behaviour this test would run for minutes. */
static void test_hostile(void **state)
{
    enum { SIZE = 4 << 20, SPANS = 200000 };
    struct fixture *fixture = *state;
    struct buffer json = {0};
    buffer_add_text(&json, "{\"text\":\"");
    for (size_t i = 0; i < SIZE; i++)
        buffer_add_text(&json, "\xC3\xA9");
    buffer_add_text(&json, "\",\"spans\":[");
    for (size_t i = 0; i < SPANS; i++) {
        size_t start = i % 2 ? SIZE - 1 - i : i;
        buffer_print(&json, "%s{\"layer\":\"%zu\",\"label\":\"a%zu\",\"start\":%zu,\"end\":%zu}",
                     i ? "," : "", i % 3, i, start, start + 1);
    }
    buffer_add_text(&json, "]");
    for (size_t i = 0; i < SPANS; i++)
        buffer_print(&json, ",\"k%zu\":%zu", i, i);
    buffer_add_text(&json, "}");
    assert_true(read_bytes(fixture, (quern_string){json.data, json.size}));
    write_line(fixture, QUERN_UTF16);
    buffer_free(&json);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_plain),
        TEST(test_dolma),
        TEST(test_id_may_be_a_number),
        TEST(test_a_nul_follows_the_text),
        TEST(test_text_that_is_not_unicode),
        TEST(test_spans),
        TEST(test_spans_are_sorted),
        TEST(test_units),
        TEST(test_late_unit),
        TEST(test_edits),
        TEST(test_text_records),
        TEST(test_rendered_record),
        TEST(test_record_is_one_line),
        TEST(test_scores),
        TEST(test_text_goes_out_as_it_came),
        TEST(test_long_spans_do_not_repeat_their_text),
        TEST(test_refused_records),
        TEST(test_refused_spans),
        TEST(test_refused_edits),
        TEST(test_every_cut_is_refused),
        TEST(test_there_and_back),
        TEST(test_hostile),
    };
    random_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The stage "format" over random documents made of pieces that mean something in some format: what
 * comes out is well-formed, whatever goes in. QUERN_SEED repeats a run.
 */
#include "../formats.h"
#include "random.h"

#include <setjmp.h>

#include <cmocka.h>

enum { DOCUMENTS = 20000, PIECES_MAX = 40, SPANS_MAX = 12 };

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
    "]]>",
    "=1+1",
    "{{id}}",
};

static const char *const layers[] = {"block", "entity", "sentence", "token"};
static const char *const labels[] = {"title", "heading",   "list-item", "quote",  "summary",
                                     "verse", "table",     "separator", "PERSON", "\">\033[1m<b>\t",
                                     "ORG",   "paragraph", "byline"};

static size_t pick_place(quern_string text)
{
    size_t place = random_below(text.size + 1);
    while (place < text.size && !utf8_is_start(text.data[place]))
        place++;
    return place;
}

static void add_span(quern_document *doc)
{
    quern_string text = quern_text(doc);
    quern_layer *layer = quern_layer_of(doc, layers[random_below(4)]);
    size_t begin = pick_place(text), end = pick_place(text);
    uint32_t label = quern_label(doc, labels[random_below(sizeof labels / sizeof *labels)]);
    size_t index = SIZE_MAX;
    if (begin != end)
        index = quern_add_span(layer, begin < end ? begin : end, begin < end ? end : begin, label);
    if (index == SIZE_MAX || random_below(3))
        return;
    quern_set_score(layer, index, (double)random_below(100) / 99);
    quern_set_attribute(layer, index, "xpos", QUERN_STRING("\"N\\tN|\\u001b\""));
    quern_set_attribute(layer, index, "\"><x>", QUERN_STRING("[\"]]>\"]"));
}

static quern_document *make_document(void)
{
    struct buffer text = {0};
    quern_document *doc = quern_document_new();
    for (size_t i = random_below(PIECES_MAX); i > 0; i--)
        buffer_add_text(&text, pieces[random_below(sizeof pieces / sizeof *pieces)]);
    assert_int_equal(quern_set_text(doc, (quern_string){buffer_text(&text), text.size}), QUERN_OK);
    buffer_free(&text);
    for (size_t i = random_below(SPANS_MAX); i > 0; i--)
        add_span(doc);
    quern_set_metadata(doc, "language", QUERN_STRING("\"\\\"><script>\""));
    const char *id = pieces[random_below(sizeof pieces / sizeof *pieces)];
    document_set_id(doc, (quern_string){id, strlen(id)}, false);
    assert_int_equal(quern_document_status(doc), QUERN_OK);
    return doc;
}

static void output_is_well_formed(void **state)
{
    struct formats formats;
    (void)state;
    random_start();
    formats_open(&formats);
    for (size_t i = 0; i < DOCUMENTS; i++) {
        quern_document *doc = make_document();
        formats_check(&formats, i % FORMAT_COUNT, doc);
        quern_document_free(doc);
    }
    formats_close(&formats);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(output_is_well_formed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

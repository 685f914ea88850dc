/*
 * The stage set: metadata that are set, replaced, removed.
 */
#define QUERN_STATIC_STAGE
#include "../../plugins/set/set.c"
#include "../harness.c"

static void expect(struct harness *harness, const char *key, const char *json)
{
    quern_string have = quern_metadata(harness->doc, key);
    if (json)
        assert_true(quern_string_equal(have, (quern_string){json, strlen(json)}));
    else
        assert_null(have.data);
}

static void sets_and_removes(void **state)
{
    (void)state;
    struct harness *harness =
        harness_open(&set_LTX_quern_plugin, "metadata", "language=en", "metadata", "year=1999",
                     "metadata", "tags=[\"a\"]", "remove", "draft", "remove", "year", NULL);
    quern_document *doc = quern_document_new();
    quern_set_text(doc, QUERN_STRING("text"));
    quern_set_metadata(doc, "draft", QUERN_STRING("true"));
    quern_set_metadata(doc, "language", QUERN_STRING("\"de\""));
    quern_set_metadata(doc, "other", QUERN_STRING("null"));
    assert_int_equal(harness_push_document(harness, doc), QUERN_PASS);
    expect(harness, "draft", NULL);
    expect(harness, "language", "\"en\"");
    expect(harness, "year", "1999");
    expect(harness, "tags", "[\"a\"]");
    expect(harness, "other", "null");
    harness_close(harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sets_and_removes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The stage cleanup: what is left of HTML. Character references are held against html5lib's tests by
 * plugins/cleanup/tools/entities; here stands what those do not ask.
 */
#define QUERN_STATIC_STAGE
#include "cleanup.h"

#include <string.h>

static void expect(struct harness *harness, const char *in, const char *out)
{
    assert_int_equal(harness_push(harness, (quern_string){in, strlen(in)}), QUERN_PASS);
    harness_expect_text(harness, out);
}

/* Each name is found, and none is hidden by a shorter one. */
static void finds_every_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < REFERENCE_NAMES; i++) {
        const struct reference_name *name = &reference_names[i];
        char text[REFERENCE_NAME_MAX + 3] = "&";
        strcat(text, name->name);
        struct reference found;
        assert_true(reference_read((quern_string){text, strlen(text)}, 0, &found));
        assert_int_equal(found.size, strlen(text));
        assert_memory_equal(found.codes, name->codes, sizeof found.codes);
    }
}

static void reads_numbers(void **state)
{
    (void)state;
    struct harness *harness =
        harness_open(&cleanup_LTX_quern_plugin, "html", "unescape", "final_newline", "false", NULL);
    expect(harness, "&#65;&#x42;&#X43 &#68", "ABC D");
    expect(harness, "&#128;&#x9f;", "€Ÿ");
    expect(harness, "a&#0;&#xD800;&#x110000;&#99999999999999999999;", "a\uFFFD\uFFFD\uFFFD\uFFFD");
    expect(harness, "&#;&#x;&#xg;&;& ", "&#;&#x;&#xg;&;&");
    harness_close(harness);
}

static void decodes_what_was_escaped_twice(void **state)
{
    (void)state;
    struct harness *harness =
        harness_open(&cleanup_LTX_quern_plugin, "html", "unescape", "final_newline", "false", NULL);
    expect(harness, "&amp;amp;amp;lt; &amp;#38;eacute; &amp; &ampx", "< é & &x");
    expect(harness, "<a b=\"&quot;&eacute;&lt;&amp;\">", "<a b=\"&quot;é&lt;&amp;\">");
    harness_close(harness);
}

static void strips_tags_alone(void **state)
{
    (void)state;
    struct harness *harness =
        harness_open(&cleanup_LTX_quern_plugin, "html", "strip", "final_newline", "false", NULL);
    expect(harness, "a<b>b</b>c<SPAN\tx='>'>d</span\n>e<img/>", "abcde");
    expect(harness, "a < b, <c>, <you@there>, <3, </, <b", "a < b, <c>, <you@there>, <3, </, <b");
    expect(harness, "<div>a</div><div>b</div>\n<p>c<p>d", "a\nb\n\nc\n\nd");
    expect(harness, "a<script>b</script>c<style>d", "acd");
    expect(harness, "a<!-- b -->c<!-- d", "ac<!-- d");
    expect(harness, "a&lt;br&gt;b", "a\nb");
    harness_close(harness);
}

/* A search for an end that is not there must not be made again and again. */
static void takes_linear_time(void **state)
{
    (void)state;
    static const char *const parts[] = {"<a ",     "<!--",       "<script>", "<style><",
                                        "<p a=\"", "&amp;",      "&#x000",   "&Not",
                                        "</",      "<script></", "<p>",      "<td>"};
    struct harness *harness = harness_open(&cleanup_LTX_quern_plugin, "html", "strip", NULL);
    struct buffer text = {0};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        buffer_clear(&text);
        while (text.size < 1000000)
            buffer_add_text(&text, parts[i]);
        assert_int_equal(harness_push(harness, (quern_string){text.data, text.size}), QUERN_PASS);
    }
    buffer_free(&text);
    harness_close(harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_every_name),
        cmocka_unit_test(reads_numbers),
        cmocka_unit_test(decodes_what_was_escaped_twice),
        cmocka_unit_test(strips_tags_alone),
        cmocka_unit_test(takes_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The stage template: runs of blank lines.
 */
#define QUERN_STATIC_STAGE
#include "../../plugins/template/template.c"
#include "../harness.c"

static void squeezes_runs(void **state)
{
    (void)state;
    const quern_string text = QUERN_STRING("\n\na\n \n\t\n\nb\r\n\r\n\r\nc\n");
    struct harness *harness = harness_open(&template_LTX_quern_plugin, NULL);
    assert_int_equal(harness_push(harness, text), QUERN_PASS);
    harness_expect_text(harness, "\na\n \nb\r\n\r\nc\n");
    harness_close(harness);
    harness = harness_open(&template_LTX_quern_plugin, "keep", "0", NULL);
    assert_int_equal(harness_push(harness, text), QUERN_PASS);
    harness_expect_text(harness, "a\nb\r\nc\n");
    harness_close(harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(squeezes_runs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

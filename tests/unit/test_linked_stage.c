/*
 * Stages that are part of the program: libltdl's preloaded modules. The list below is what libtool
 * would write for -dlpreopen.
 */
#define QUERN_STATIC_STAGE
#include "../stages/shout.c"

#include "plugin/plugin.h"

#include <ltdl.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const quern_stage two_words = {.abi = QUERN_ABI,
                                      .size = sizeof(quern_stage),
                                      .option_size = sizeof(quern_option),
                                      .name = "two-words",
                                      .summary = "Does something else",
                                      .version = "1.0",
                                      .state_size = sizeof(struct shout),
                                      .options = options,
                                      .process = process};
static const quern_stage too_new = {.abi = QUERN_ABI + 1};
static int something_else;

static const lt_dlsymlist modules[] = {
    {"@PROGRAM@", NULL},
    {"shout.a", NULL},
    {"shout_LTX_quern_plugin", (void *)(uintptr_t)&shout_LTX_quern_plugin},
    {"two_words.a", NULL},
    {"two_words_LTX_quern_plugin", (void *)(uintptr_t)&two_words},
    {"too_new.a", NULL},
    {"too_new_LTX_quern_plugin", (void *)(uintptr_t)&too_new},
    {"elsewhere.a", NULL},
    {"elsewhere_LTX_something", &something_else},
    {NULL, NULL},
};

static const struct place nowhere = {0};

struct fixture {
    struct loader *loader;
    struct problems problems;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){0};
    unsetenv("QUERN_PLUGIN_PATH");
    *state = &fixture;
    if (lt_dlpreload_default(modules) != 0)
        return -1;
    fixture.loader = loader_open(NULL, 0, &fixture.problems);
    return fixture.loader ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    loader_close(fixture->loader);
    problems_free(&fixture->problems);
    return 0;
}

static void finds_linked_stages(void **state)
{
    struct fixture *fixture = *state;
    const struct plugin *plugin =
        loader_find(fixture->loader, "shout", nowhere, &fixture->problems);
    assert_non_null(plugin);
    assert_ptr_equal(plugin->stage, &shout_LTX_quern_plugin);
    assert_string_equal(plugin->path, "(linked in)");
    assert_ptr_equal(loader_find(fixture->loader, "shout", nowhere, &fixture->problems), plugin);
    plugin = loader_find(fixture->loader, "two-words", nowhere, &fixture->problems);
    assert_non_null(plugin);
    assert_ptr_equal(plugin->stage, &two_words);
    assert_int_equal(fixture->problems.count, 0);
}

static void checks_linked_stages(void **state)
{
    struct fixture *fixture = *state;
    assert_null(loader_find(fixture->loader, "too-new", nowhere, &fixture->problems));
    assert_non_null(strstr(fixture->problems.items[0].message, "(linked in)"));
    assert_null(loader_find(fixture->loader, "elsewhere", nowhere, &fixture->problems));
    assert_non_null(strstr(fixture->problems.items[1].message, "no stage is called"));
    assert_null(loader_find(fixture->loader, "shuot", nowhere, &fixture->problems));
    assert_non_null(strstr(fixture->problems.items[2].hint, "shout"));
}

static void lists_linked_stages(void **state)
{
    struct fixture *fixture = *state;
    const struct plugin **plugins = loader_list(fixture->loader, &fixture->problems);
    size_t linked = 0;
    assert_non_null(plugins);
    for (size_t i = 0; plugins[i]; i++)
        linked += plugins[i]->handle && strcmp(plugins[i]->path, "(linked in)") == 0;
    assert_int_equal(linked, 2);
    assert_int_equal(fixture->problems.errors, 1);
    free(plugins);
}

static void ignore_report(void *user, const struct message *message)
{
    (void)user, (void)message;
}

static void ignore_document(void *user, quern_document *doc)
{
    (void)user;
    quern_document_free(doc);
}

static void runs_linked_stages(void **state)
{
    struct fixture *fixture = *state;
    const struct plugin *plugin =
        loader_find(fixture->loader, "shout", nowhere, &fixture->problems);
    struct options values;
    quern_document *doc = quern_document_new();
    quern_call *call =
        call_open("shout", (struct call_sink){.report = ignore_report, .emit = ignore_document});
    assert_true(options_open(&values, plugin->stage));
    assert_int_equal(quern_set_text(doc, QUERN_STRING("so be it, \303\266l")), QUERN_OK);
    assert_int_equal(plugin->stage->process(values.state, doc, call), QUERN_PASS);
    assert_true(quern_string_equal(quern_text(doc), QUERN_STRING("SO BE IT, \303\266L")));
    call_close(call);
    quern_document_free(doc);
    options_close(&values);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(finds_linked_stages),
        TEST(checks_linked_stages),
        TEST(lists_linked_stages),
        TEST(runs_linked_stages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

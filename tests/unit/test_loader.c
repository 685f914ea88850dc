/*
 * Finding and refusing plugins. QUERN_BUILD names the build folder, where the stages of
 * tests/stages and the faulty plugins of tests/misuse are; the current folder is a fresh one.
 */
#include "plugin/plugin.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const struct place line_three = {"news.yaml", 3, 10};

struct fixture {
    struct loader *loader;
    struct problems problems;
    char *good_plugin; /* the file of the stage "nothing" */
};

/* ---- Helpers ---- */

static char *build_path(const char *path)
{
    struct buffer whole = {0};
    const char *build = getenv("QUERN_BUILD");
    assert_non_null(build);
    buffer_print(&whole, "%s/%s", build, path);
    assert_false(whole.failed);
    return whole.data;
}

static void copy_file(const char *from, const char *to)
{
    char bytes[65536];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    assert_non_null(in);
    assert_non_null(out);
    for (size_t size; (size = fread(bytes, 1, sizeof bytes, in)) > 0;)
        assert_int_equal(fwrite(bytes, 1, size, out), size);
    assert_int_equal(fclose(out), 0);
    fclose(in);
}

static void write_file(const char *path, const char *text)
{
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static void make_folder(const char *path)
{
    assert_int_equal(mkdir(path, 0755), 0);
}

/* A folder with the stage "nothing" in it. */
static void make_plugin_folder(const struct fixture *fixture, const char *folder)
{
    struct buffer path = {0};
    make_folder(folder);
    buffer_print(&path, "%s/nothing.so", folder);
    copy_file(fixture->good_plugin, buffer_text(&path));
    buffer_free(&path);
}

static void set_mode(const char *path, mode_t mode)
{
    assert_int_equal(chmod(path, mode), 0);
}

static void open_loader(struct fixture *fixture, const char *folder)
{
    fixture->loader = loader_open(&folder, folder ? 1 : 0, &fixture->problems);
    assert_non_null(fixture->loader);
    assert_int_equal(fixture->problems.count, 0);
}

static const struct plugin *find(struct fixture *fixture, const char *name)
{
    return loader_find(fixture->loader, name, line_three, &fixture->problems);
}

static bool says(const struct problem *problem, const char *part)
{
    return strstr(problem->message, part) || (problem->hint && strstr(problem->hint, part));
}

static void assert_said(const struct fixture *fixture, const char *part)
{
    for (size_t i = 0; i < fixture->problems.count; i++)
        if (says(&fixture->problems.items[i], part))
            return;
    problems_print(&fixture->problems, (quern_string){0}, stderr);
    fail_msg("no message says: %s", part);
}

static void assert_refused(struct fixture *fixture, const char *name, const char *why,
                           const char *hint)
{
    assert_null(find(fixture, name));
    const struct problem *last = &fixture->problems.items[fixture->problems.count - 1];
    assert_int_equal(last->severity, QUERN_ERROR);
    assert_string_equal(last->file, line_three.file);
    assert_int_equal(last->line, line_three.line);
    assert_int_equal(last->column, line_three.column);
    assert_said(fixture, why);
    if (hint)
        assert_said(fixture, hint);
}

static int set_up(void **state)
{
    static int number;
    char folder[32];
    struct fixture *fixture = calloc(1, sizeof *fixture);
    umask(022);
    snprintf(folder, sizeof folder, "test-%d", number++);
    fixture->good_plugin = build_path("tests/stages/nothing.so");
    unsetenv("QUERN_PLUGIN_PATH");
    *state = fixture;
    return mkdir(folder, 0755) || chdir(folder);
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    loader_close(fixture->loader);
    problems_free(&fixture->problems);
    free(fixture->good_plugin);
    free(fixture);
    return chdir("..");
}

/* ---- Finding ---- */

static void finds_a_stage(void **state)
{
    struct fixture *fixture = *state;
    make_plugin_folder(fixture, "mine");
    open_loader(fixture, "mine");
    const struct plugin *plugin = find(fixture, "nothing");
    assert_non_null(plugin);
    assert_string_equal(plugin->stage->name, "nothing");
    assert_int_equal(plugin->path[0], '/');
    assert_non_null(strstr(plugin->path, "/mine/nothing.so"));
    assert_ptr_equal(find(fixture, "nothing"), plugin);
    assert_int_equal(fixture->problems.count, 0);
}

static void resolves_relative_folders_at_once(void **state)
{
    struct fixture *fixture = *state;
    make_plugin_folder(fixture, "mine");
    make_folder("elsewhere");
    open_loader(fixture, "mine");
    assert_int_equal(chdir("elsewhere"), 0);
    assert_non_null(find(fixture, "nothing"));
    assert_int_equal(chdir(".."), 0);
}

static void never_looks_in_the_current_folder(void **state)
{
    struct fixture *fixture = *state;
    copy_file(fixture->good_plugin, "nothing.so");
    open_loader(fixture, NULL);
    assert_refused(fixture, "nothing", "no stage is called \"nothing\"", NULL);
}

static void takes_the_first_folder(void **state)
{
    struct fixture *fixture = *state;
    const char *const folders[] = {"one", "two"};
    make_plugin_folder(fixture, "one");
    make_plugin_folder(fixture, "two");
    make_plugin_folder(fixture, "three");
    setenv("QUERN_PLUGIN_PATH", "three", 1);
    fixture->loader = loader_open(folders, 2, &fixture->problems);
    assert_non_null(strstr(find(fixture, "nothing")->path, "/one/"));
}

static void reads_the_variable(void **state)
{
    struct fixture *fixture = *state;
    make_plugin_folder(fixture, "mine");
    setenv("QUERN_PLUGIN_PATH", "not-there:mine", 1);
    open_loader(fixture, NULL);
    assert_non_null(find(fixture, "nothing"));
}

static void refuses_empty_entries(void **state)
{
    static const char *const paths[] = {":", "mine:", ":mine", "mine::mine"};
    struct fixture *fixture = *state;
    make_plugin_folder(fixture, "mine");
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        setenv("QUERN_PLUGIN_PATH", paths[i], 1);
        assert_null(loader_open(NULL, 0, &fixture->problems));
        assert_int_equal(fixture->problems.count, i + 1);
        assert_said(fixture, "QUERN_PLUGIN_PATH has an empty entry");
    }
}

static void refuses_folders_that_are_none(void **state)
{
    struct fixture *fixture = *state;
    const char *folder = "not-there";
    assert_null(loader_open(&folder, 1, &fixture->problems));
    assert_said(fixture, "--plugin-dir: cannot use the folder \"not-there\": No such file");
    write_file("file", "");
    folder = "file";
    assert_null(loader_open(&folder, 1, &fixture->problems));
    assert_said(fixture, "\"file\": Not a directory");
}

static void suggests_names(void **state)
{
    struct fixture *fixture = *state;
    make_plugin_folder(fixture, "mine");
    open_loader(fixture, "mine");
    assert_refused(fixture, "nothign", "no stage is called \"nothign\"",
                   "did you mean \"nothing\"?");
    assert_refused(fixture, "xyz", "no stage is called \"xyz\"", "quern list");
}

static void refuses_names_that_are_paths(void **state)
{
    static const char *const names[] = {
        "", "../mine/nothing", "/etc/passwd", "Nothing", "-n", "a.b", "a_b", "n\303\266thing"};
    struct fixture *fixture = *state;
    make_plugin_folder(fixture, "mine");
    open_loader(fixture, "mine");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_refused(fixture, names[i], "is not the name of a stage", NULL);
}

static void refuses_long_names(void **state)
{
    struct fixture *fixture = *state;
    char name[200] = {0};
    memset(name, 'a', sizeof name - 1);
    open_loader(fixture, NULL);
    assert_refused(fixture, name, "is not the name of a stage", NULL);
}

static void loads_a_file(void **state)
{
    struct fixture *fixture = *state;
    copy_file(fixture->good_plugin, "nothing.so");
    copy_file(fixture->good_plugin, "other.so");
    open_loader(fixture, NULL);
    assert_non_null(
        loader_load_file(fixture->loader, "nothing.so", line_three, &fixture->problems));
    assert_null(loader_load_file(fixture->loader, "other.so", line_three, &fixture->problems));
    assert_said(fixture, "it holds the stage \"nothing\", not \"other\"");
    assert_null(loader_load_file(fixture->loader, "nothing", line_three, &fixture->problems));
    assert_said(fixture, "\"nothing\" is not a plugin");
    assert_null(loader_load_file(fixture->loader, "./gone.so", line_three, &fixture->problems));
    assert_said(fixture, "cannot look at \"./gone.so\": No such file");
}

static void lists_all_and_what_is_refused(void **state)
{
    static const char *const names[] = {"hold", "nothing", "shout"};
    struct fixture *fixture = *state;
    char *stages = build_path("tests/stages");
    const char *const folders[] = {"mine", stages};
    make_plugin_folder(fixture, "mine");
    copy_file(fixture->good_plugin, "mine/broken.so");
    write_file("mine/README", "no plugin");
    write_file("mine/Not A Name.so", "no plugin");
    fixture->loader = loader_open(folders, 2, &fixture->problems);
    const struct plugin **plugins = loader_list(fixture->loader, &fixture->problems);
    assert_non_null(plugins);
    for (size_t i = 0, found = 0; found < sizeof names / sizeof *names; i++) {
        assert_non_null(plugins[i]);
        found += strcmp(plugins[i]->stage->name, names[found]) == 0;
    }
    assert_non_null(strstr(find(fixture, "nothing")->path, "/mine/"));
    assert_int_equal(fixture->problems.count, 1);
    assert_said(fixture, "it holds the stage \"nothing\", not \"broken\"");
    free(plugins);
    free(stages);
}

/* ---- Trust ---- */

static void refuses_what_others_can_write_to(void **state)
{
    static const struct {
        const char *path;
        mode_t mode;
        const char *why, *hint;
    } cases[] = {
        {"above/mine/nothing.so", 0646, "can be written to by anybody", "chmod go-w"},
        {"above/mine/nothing.so", 0664, "can be written to by its group", "chmod go-w"},
        {"above/mine", 0757, "can be written to by anybody", "chmod go-w"},
        {"above/mine", 01777, "can be written to by anybody", "chmod go-w"},
        {"above/mine", 0775, "can be written to by its group", "chmod go-w"},
        {"above", 0777, "can be written to by anybody", "chmod o-w"},
    };
    struct fixture *fixture = *state;
    make_folder("above");
    make_plugin_folder(fixture, "above/mine");
    open_loader(fixture, "above/mine");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stat before;
        assert_int_equal(stat(cases[i].path, &before), 0);
        set_mode(cases[i].path, cases[i].mode);
        assert_refused(fixture, "nothing", cases[i].why, cases[i].hint);
        assert_said(fixture, cases[i].path);
        set_mode(cases[i].path, before.st_mode & 07777);
    }
    set_mode("above", 01777);
    assert_non_null(find(fixture, "nothing"));
}

static void does_not_pass_over_what_it_refuses(void **state)
{
    struct fixture *fixture = *state;
    const char *const folders[] = {"one", "two"};
    make_plugin_folder(fixture, "one");
    make_plugin_folder(fixture, "two");
    set_mode("one/nothing.so", 0666);
    fixture->loader = loader_open(folders, 2, &fixture->problems);
    assert_refused(fixture, "nothing", "/one/nothing.so\" is refused", NULL);
    const struct plugin **plugins = loader_list(fixture->loader, &fixture->problems);
    assert_non_null(plugins);
    assert_null(plugins[0]);
    free(plugins);
}

static void follows_links_to_what_they_mean(void **state)
{
    struct fixture *fixture = *state;
    make_plugin_folder(fixture, "real");
    make_folder("mine");
    assert_int_equal(symlink("../real/nothing.so", "mine/nothing.so"), 0);
    assert_int_equal(symlink("gone.so", "mine/dangling.so"), 0);
    open_loader(fixture, "mine");
    set_mode("real", 0777);
    assert_refused(fixture, "nothing", "/real\" can be written to by anybody", NULL);
    set_mode("real", 0755);
    set_mode("mine", 0777);
    assert_refused(fixture, "nothing", "/mine\" can be written to by anybody", NULL);
    set_mode("mine", 0755);
    assert_refused(fixture, "dangling", "No such file or directory", NULL);
    assert_non_null(find(fixture, "nothing"));
}

static void refuses_what_belongs_to_others(void **state)
{
    const uid_t nobody = 65534;
    struct fixture *fixture = *state;
    if (geteuid() != 0)
        skip(); /* only root can give a file away */
    make_plugin_folder(fixture, "mine");
    open_loader(fixture, "mine");
    assert_int_equal(chown("mine/nothing.so", nobody, (gid_t)-1), 0);
    assert_refused(fixture, "nothing", "nothing.so\" belongs to another user", "chown");
    assert_int_equal(chown("mine/nothing.so", 0, (gid_t)-1), 0);
    assert_int_equal(chown("mine", nobody, (gid_t)-1), 0);
    assert_refused(fixture, "nothing", "/mine\" belongs to another user", "chown");
    assert_int_equal(chown("mine", 0, (gid_t)-1), 0);
    assert_non_null(find(fixture, "nothing"));
}

/* ---- Files that are no plugins ---- */

static void refuses_what_is_no_shared_object(void **state)
{
    struct fixture *fixture = *state;
    make_folder("mine");
    make_folder("mine/folder.so");
    write_file("mine/empty.so", "");
    write_file("mine/text.so",
               "#!/bin/sh\n# This is no shared object, though it is as long as the head of one.\n");
    open_loader(fixture, "mine");
    assert_refused(fixture, "empty", "cannot be opened: file too short", NULL);
    assert_refused(fixture, "text", "cannot be opened: invalid ELF header", NULL);
    assert_refused(fixture, "folder", "is not a file", NULL);
}

static void says_what_is_wrong_with_a_plugin(void **state)
{
    static const struct {
        const char *name, *why;
    } cases[] = {
        {"ancient-abi", "built for version 0 of the plugin interface, and the oldest"},
        {"newer-abi", "built for version 3 of the plugin interface, and the newest"},
        {"small-descriptor", "its descriptor has 16 bytes where version 2 has"},
        {"large-descriptor", "its descriptor has"},
        {"wide-options", "its options have"},
        {"foreign-name", "it holds the stage \"somebody-else\", not \"foreign-name\""},
        {"unspeakable-name", "its name \"Unspeakable_Name\" is not made of"},
        {"no-process", "it has no function 'process'"},
        {"no-symbol", "it does not export the symbol \"quern_plugin\""},
        {"wrong-symbol", "it does not export the symbol \"quern_plugin\""},
        {"missing-symbol", "undefined symbol: symbol_that_nobody_has"},
        {"mode", "its mode is neither"},
        {"flush", "it has a function 'flush'"},
        {"summary", "it has no summary"},
        {"version", "it has no version"},
        {"contradiction", "it writes the layer \"token\", and preserves it"},
        {"unknown-need", "it needs what this quern does not know"},
        {"default", "its option \"keep\" has a default out of range"},
        {"range", "its option \"share\" has an empty range"},
        {"choice", "its option \"form\" has a default that is not one of its choices"},
        {"choices", "its option \"form\" names a choice twice"},
        {"twice", "its option \"keep\" stands in the table twice"},
        {"outside", "its option \"keep\" lies outside the state"},
        {"help", "its option \"first\" has no help"},
        {"type", "row 2 of its options has no valid name and type"},
    };
    struct fixture *fixture = *state;
    char *folder = build_path("tests/misuse");
    open_loader(fixture, folder);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_refused(fixture, cases[i].name, cases[i].why, NULL);
        assert_said(fixture, cases[i].name);
        problems_free(&fixture->problems);
    }
    free(folder);
}

/* A plugin that was built before stages could declare what they need. */
static void takes_the_first_interface(void **state)
{
    struct fixture *fixture = *state;
    char *folder = build_path("tests/stages");
    open_loader(fixture, folder);
    const struct plugin *plugin =
        loader_find(fixture->loader, "first-abi", line_three, &fixture->problems);
    assert_non_null(plugin);
    assert_int_equal(plugin->stage->abi, 1);
    assert_int_equal(stage_needs(plugin->stage), 0);
    free(folder);
}

static void needs_have_words(void **state)
{
    const quern_stage stage = {.abi = QUERN_ABI,
                               .needs = QUERN_NEEDS_PROCESSES | QUERN_NEEDS_NETWORK};
    struct buffer words = {0};
    (void)state;
    stage_describe_needs(&stage, &words);
    assert_string_equal(buffer_text(&words), "network processes");
    buffer_free(&words);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(finds_a_stage),
        TEST(resolves_relative_folders_at_once),
        TEST(never_looks_in_the_current_folder),
        TEST(takes_the_first_folder),
        TEST(reads_the_variable),
        TEST(refuses_empty_entries),
        TEST(refuses_folders_that_are_none),
        TEST(suggests_names),
        TEST(refuses_names_that_are_paths),
        TEST(refuses_long_names),
        TEST(loads_a_file),
        TEST(lists_all_and_what_is_refused),
        TEST(refuses_what_others_can_write_to),
        TEST(does_not_pass_over_what_it_refuses),
        TEST(follows_links_to_what_they_mean),
        TEST(refuses_what_belongs_to_others),
        TEST(refuses_what_is_no_shared_object),
        TEST(says_what_is_wrong_with_a_plugin),
        TEST(takes_the_first_interface),
        TEST(needs_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

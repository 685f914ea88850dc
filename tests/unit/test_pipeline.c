/*
 * Pipeline files: what they become, and every mistake that they can hold.
 */
#include "pipeline/pipeline.h"

#include <errno.h>
#include <ltdl.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- Stages ---- */

struct mill {
    int64_t keep;
    double share;
    bool fine;
    int form;
    const char *prefix;
    quern_list parts, grains;
    quern_map set;
};

static const quern_option mill_options[] = {
    QUERN_INT(struct mill, keep, 1, 0, 100, "how many"),
    QUERN_REAL(struct mill, share, 0.5, 0, 1, "how much"),
    QUERN_BOOL(struct mill, fine, false, "how fine"),
    QUERN_CHOICE(struct mill, form, "flour", "flour meal bran", "what comes out"),
    QUERN_TEXT(struct mill, prefix, NULL, "what comes first"),
    QUERN_LIST(struct mill, parts, NULL, "what goes in"),
    QUERN_LIST(struct mill, grains, "rye oats", "which grains"),
    QUERN_MAP(struct mill, set, "what to say"),
    QUERN_END,
};

static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    (void)state, (void)doc, (void)call;
    return QUERN_PASS;
}

#define STAGE(name_, ...)                                                                          \
    {                                                                                              \
        .abi = QUERN_ABI, .size = sizeof(quern_stage), .option_size = sizeof(quern_option),        \
        .name = name_, .summary = "Is part of a test", .version = "1", .process = process,         \
        __VA_ARGS__                                                                                \
    }

static const quern_stage mill =
    STAGE("mill", .options = mill_options, .state_size = sizeof(struct mill));
static const quern_stage tokens = STAGE("tokens", .writes = "sentence token");
static const quern_stage entities = STAGE("entities", .reads = "token", .writes = "entity");
static const quern_stage bake = STAGE("bake", .renders = true);

#define LINKED(name)                                                                               \
    {#name ".a", NULL},                                                                            \
    {                                                                                              \
#name "_LTX_quern_plugin", (void *)(uintptr_t) & (name)                                    \
    }

static const lt_dlsymlist modules[] = {{"@PROGRAM@", NULL}, LINKED(mill), LINKED(tokens),
                                       LINKED(entities),    LINKED(bake), {NULL, NULL}};

/* ---- Helpers ---- */

static struct loader *loader;

static int set_up(void **state)
{
    struct problems problems = {0};
    (void)state;
    unsetenv("QUERN_PLUGIN_PATH");
    if (lt_dlpreload_default(modules) != 0)
        return -1;
    loader = loader_open(NULL, 0, &problems);
    return loader ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    loader_close(loader);
    return 0;
}

/* "line:column: message | hint", a line each. */
static void describe(const struct problems *problems, struct buffer *out)
{
    for (size_t i = 0; i < problems->count; i++) {
        const struct problem *problem = &problems->items[i];
        buffer_print(out, "%zu:%zu: %s", problem->line, problem->column, problem->message);
        if (problem->hint)
            buffer_print(out, " | %s", problem->hint);
        buffer_add_char(out, '\n');
        assert_string_equal(problem->file, "a.yaml");
    }
}

static struct pipeline *parse(const char *text, struct problems *problems)
{
    size_t size = strlen(text);
    char *exact = malloc(size ? size : 1);
    assert_non_null(exact);
    memcpy(exact, text, size);
    struct pipeline *pipeline =
        pipeline_parse("a.yaml", (quern_string){exact, size}, loader, problems);
    free(exact);
    return pipeline;
}

static struct pipeline *read_good(const char *text)
{
    struct problems problems = {0};
    struct buffer told = {0};
    struct pipeline *pipeline = parse(text, &problems);
    describe(&problems, &told);
    assert_string_equal(buffer_text(&told), "");
    assert_non_null(pipeline);
    buffer_free(&told);
    return pipeline;
}

static void refuse(const char *text, const char *wanted)
{
    struct problems problems = {0};
    struct buffer told = {0};
    assert_null(parse(text, &problems));
    describe(&problems, &told);
    assert_string_equal(buffer_text(&told), wanted);
    assert_int_equal(problems.errors, problems.count);
    buffer_free(&told);
    problems_free(&problems);
}

/* The same with one step, "use: mill", whose other keys these are. */
static void refuse_step(const char *keys, const char *wanted)
{
    struct buffer text = {0};
    buffer_print(&text, "name: n\nstages:\n- use: mill\n%s", keys);
    refuse(buffer_text(&text), wanted);
    buffer_free(&text);
}

/* The same with one test. */
static void refuse_test(const char *keys, const char *wanted)
{
    struct buffer text = {0};
    buffer_print(&text, "name: n\nstages: [{use: mill}]\ntests:\n%s", keys);
    refuse(buffer_text(&text), wanted);
    buffer_free(&text);
}

static void assert_json(quern_string json, const char *wanted)
{
    assert_int_equal(json.size, strlen(wanted));
    assert_memory_equal(json.data, wanted, json.size);
}

/* ---- What they become ---- */

static void reads_the_least(void **state)
{
    struct pipeline *pipeline = read_good("name: n\nstages: [{use: mill}]\n");
    (void)state;
    assert_string_equal(pipeline->path, "a.yaml");
    assert_string_equal(pipeline->name, "n");
    assert_null(pipeline->summary);
    assert_int_equal(pipeline->from, FORMAT_AUTO);
    assert_int_equal(pipeline->to, FORMAT_AUTO);
    assert_int_equal(pipeline->offsets, QUERN_CODE_POINTS);
    assert_int_equal(pipeline->test_count, 0);
    assert_int_equal(pipeline->step_count, 1);
    const struct step *step = pipeline->steps;
    assert_string_equal(step->label, "mill");
    assert_ptr_equal(step->plugin->stage, &mill);
    assert_null(step->when);
    assert_int_equal(step->on_error, ON_ERROR_QUARANTINE);
    assert_true(step->limit_time == 0 && step->limit_memory == 0);
    assert_int_equal(step->place.line, 2);
    assert_int_equal(step->place.column, 16);
    const struct mill *values = step->options.state;
    assert_int_equal(values->keep, 1);
    assert_int_equal(values->parts.count, 0);
    pipeline_free(pipeline);
}

static void reads_every_key_of_a_step(void **state)
{
    struct pipeline *pipeline =
        read_good("name: n\n"
                  "summary: 'All of it'\n"
                  "input: {from: jsonl}\n"
                  "output: {to: text, offsets: utf16}\n"
                  "stages:\n"
                  "- use: mill\n"
                  "  label: first\n"
                  "  when: metadata.language == \"en\"\n"
                  "  on_error: stop\n"
                  "  limits: {time: 500ms, memory: 64MiB}\n"
                  "  with:\n"
                  "    keep: 5\n"
                  "    share: \"0.25\"\n"
                  "    fine: true\n"
                  "    form: bran\n"
                  "    prefix: ''\n"
                  "    parts: [a, 2, 'c d']\n"
                  "    grains: rye\n"
                  "    set: {a: 1, b: {c: [null, x, 'true', []]}, d: {}}\n");
    (void)state;
    assert_string_equal(pipeline->summary, "All of it");
    assert_int_equal(pipeline->from, FORMAT_JSONL);
    assert_int_equal(pipeline->to, FORMAT_TEXT);
    assert_int_equal(pipeline->offsets, QUERN_UTF16);
    const struct step *step = pipeline->steps;
    assert_string_equal(step->label, "first");
    assert_non_null(step->when);
    assert_int_equal(step->on_error, ON_ERROR_STOP);
    assert_true(step->limit_time == 0.5);
    assert_int_equal(step->limit_memory, 67108864);
    const struct mill *values = step->options.state;
    assert_int_equal(values->keep, 5);
    assert_true(values->share == 0.25);
    assert_true(values->fine);
    assert_int_equal(values->form, 2);
    assert_string_equal(values->prefix, "");
    assert_int_equal(values->parts.count, 3);
    assert_string_equal(values->parts.items[1], "2");
    assert_string_equal(values->parts.items[2], "c d");
    assert_int_equal(values->grains.count, 1);
    assert_int_equal(values->set.count, 3);
    assert_string_equal(values->set.items[1].key, "b");
    assert_json(values->set.items[1].json, "{\"c\":[null,\"x\",\"true\",[]]}");
    assert_json(values->set.items[2].json, "{}");
    pipeline_free(pipeline);
}

static void labels_steps_apart(void **state)
{
    static const char *const wanted[] = {"mill", "mill-2", "mill-4", "mill-5", "tokens", "mill-3"};
    struct pipeline *pipeline =
        read_good("name: n\nstages: [{use: mill}, {use: mill}, {use: tokens, label: mill-4},\n"
                  "{use: mill}, {use: tokens}, {use: mill, label: mill-3}]\n");
    (void)state;
    assert_int_equal(pipeline->step_count, 6);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(pipeline->steps[i].label, wanted[i]);
    pipeline_free(pipeline);
}

static void reads_tests(void **state)
{
    struct pipeline *pipeline = read_good("name: n\n"
                                          "stages: [{use: mill}]\n"
                                          "tests:\n"
                                          "- name: one\n"
                                          "  input: |\n"
                                          "    A text.\n"
                                          "  expect:\n"
                                          "    text: ''\n"
                                          "    output: \"a\\0b\"\n"
                                          "    spans:\n"
                                          "    - {layer: entity, label: PERSON, text: Ann}\n"
                                          "    - {label: ORG}\n"
                                          "    no_spans: [{layer: token}]\n"
                                          "    metadata: {a: [1], b: null}\n"
                                          "- name: two\n"
                                          "  record: {text: x, metadata: {a: '1'}}\n"
                                          "  expect: {dropped: true}\n"
                                          "- name: three\n"
                                          "  record: '{\"text\":\"x\"}'\n"
                                          "  expect: {failed: 'too long'}\n");
    (void)state;
    assert_int_equal(pipeline->test_count, 3);
    const struct pipeline_test *test = pipeline->tests;
    assert_string_equal(test->name, "one");
    assert_int_equal(test->place.line, 4);
    assert_false(test->input_is_record);
    assert_json(test->input, "A text.\n");
    assert_non_null(test->expect_text.data);
    assert_int_equal(test->expect_text.size, 0);
    assert_int_equal(test->expect_output.size, 3);
    assert_int_equal(test->expect_span_count, 2);
    assert_string_equal(test->expect_spans[0].text, "Ann");
    assert_null(test->expect_spans[1].layer);
    assert_int_equal(test->expect_no_span_count, 1);
    assert_int_equal(test->expect_metadata.count, 2);
    assert_json(test->expect_metadata.items[0].json, "[1]");
    assert_null(test->expect_dropped);
    test++;
    assert_true(test->input_is_record);
    assert_json(test->input, "{\"text\":\"x\",\"metadata\":{\"a\":\"1\"}}");
    assert_string_equal(test->expect_dropped, "");
    assert_null(test->expect_text.data);
    test++;
    assert_true(test->input_is_record);
    assert_string_equal(test->expect_failed, "too long");
    pipeline_free(pipeline);
}

static void shares_by_anchors(void **state)
{
    struct pipeline *pipeline = read_good("name: n\n"
                                          "stages:\n"
                                          "- use: mill\n"
                                          "  with: &w {keep: 7}\n"
                                          "- use: mill\n"
                                          "  with: *w\n");
    (void)state;
    assert_int_equal(((const struct mill *)pipeline->steps[1].options.state)->keep, 7);
    pipeline_free(pipeline);
}

static void makes_a_pipeline_of_a_stage(void **state)
{
    struct problems problems = {0};
    struct pipeline *pipeline = pipeline_of_stage("mill", loader, &problems);
    (void)state;
    assert_non_null(pipeline);
    assert_int_equal(problems.count, 0);
    assert_null(pipeline->path);
    assert_string_equal(pipeline->name, "mill");
    assert_int_equal(pipeline->step_count, 1);
    assert_string_equal(pipeline->steps->label, "mill");
    assert_int_equal(((const struct mill *)pipeline->steps->options.state)->keep, 1);
    pipeline_free(pipeline);
    assert_null(pipeline_of_stage("mil", loader, &problems));
    assert_int_equal(problems.count, 1);
    problems_free(&problems);
    pipeline_free(NULL);
}

/* Every key has a help text, and a list or a map of keys says which. */
static void check_table(const struct pipeline_key *keys)
{
    for (const struct pipeline_key *key = keys; key->name; key++) {
        assert_true(key->help && *key->help);
        assert_non_null(key->read);
        assert_int_equal(key->keys != NULL, key->kind == KIND_KEYS || key->kind == KIND_KEYS_LIST ||
                                                key->kind == KIND_STEPS);
        assert_int_equal(key->choices != NULL, key->kind == KIND_CHOICE);
        if (key->keys)
            check_table(key->keys);
    }
}

static void has_complete_tables(void **state)
{
    (void)state;
    check_table(pipeline_keys);
}

/* ---- The environment ---- */

static void puts_in_variables(void **state)
{
    (void)state;
    setenv("QUERN_TEST_A", "5", 1);
    setenv("QUERN_TEST_B", "x: [y]", 1);
    setenv("QUERN_TEST_C", "text", 1);
    struct pipeline *pipeline =
        read_good("name: ${QUERN_TEST_A}\n"
                  "input: {from: '${QUERN_TEST_C}'}\n"
                  "env: [QUERN_TEST_A, QUERN_TEST_B, QUERN_TEST_C]\n"
                  "stages:\n"
                  "- use: mill\n"
                  "  with:\n"
                  "    keep: ${QUERN_TEST_A}0\n"
                  "    prefix: '<${QUERN_TEST_B}${QUERN_TEST_A}> $${QUERN_TEST_A} $5 $'\n"
                  "    parts: ['${QUERN_TEST_B}']\n"
                  "    set: {a: '${QUERN_TEST_A}', b: [\"${QUERN_TEST_B}\", 1]}\n");
    assert_string_equal(pipeline->name, "${QUERN_TEST_A}");
    assert_int_equal(pipeline->from, FORMAT_TEXT);
    const struct mill *values = pipeline->steps->options.state;
    assert_int_equal(values->keep, 50);
    assert_string_equal(values->prefix, "<x: [y]5> ${QUERN_TEST_A} $5 $");
    assert_string_equal(values->parts.items[0], "x: [y]");
    assert_json(values->set.items[0].json, "\"5\"");
    assert_json(values->set.items[1].json, "[\"x: [y]\",1]");
    pipeline_free(pipeline);
}

static void leaves_variables_where_none_are_asked_for(void **state)
{
    struct pipeline *pipeline =
        read_good("name: n\nstages: [{use: mill, with: {prefix: '$${A}'}}]");
    (void)state;
    assert_string_equal(((const struct mill *)pipeline->steps->options.state)->prefix, "$${A}");
    pipeline_free(pipeline);
}

static void reports_variables(void **state)
{
    (void)state;
    setenv("QUERN_TEST_D", "\xFF", 1);
    refuse("name: n\n"
           "env: [QUERN_TEST_NONE, 5A, [a], QUERN_TEST_D, ~]\n"
           "stages:\n"
           "- use: mill\n"
           "  with:\n"
           "    prefix: é ${QUERN_TEST_NONE} ${OTHER}\n"
           "    parts: [\"a ${X:-y}\", '${', '${A', \"\\t${}\"]\n"
           "    set: {a: ['${Z}']}\n",
           "2:7: env: the variable \"QUERN_TEST_NONE\" is not set\n"
           "2:24: env: \"5A\" is not the name of a variable\n"
           "2:28: env: wanted a list of names, not a list\n"
           "2:33: env: the variable \"QUERN_TEST_D\" is not valid UTF-8\n"
           "2:47: env: wanted a list of names, but there is no value\n"
           "6:34: the variable \"OTHER\" is not listed under \"env\"\n"
           "7:16: \"${\" has to be followed by a name and \"}\" | $${ stands for the characters "
           "themselves\n"
           "7:27: \"${\" has to be followed by a name and \"}\" | $${ stands for the characters "
           "themselves\n"
           "7:33: \"${\" has to be followed by a name and \"}\" | $${ stands for the characters "
           "themselves\n"
           "7:42: \"${\" has to be followed by a name and \"}\" | $${ stands for the characters "
           "themselves\n"
           "8:16: the variable \"Z\" is not listed under \"env\"\n");
}

/* ---- Mistakes ---- */

static void reports_the_top(void **state)
{
    (void)state;
    refuse("", "0:0: the file is empty\n");
    refuse("- use: mill\n", "1:1: a pipeline: wanted a map of keys, not a list\n");
    refuse("mill", "1:1: a pipeline: wanted a map of keys, not a text\n");
    refuse("summary: s\n", "1:1: a pipeline needs the key \"name\"\n"
                           "1:1: a pipeline needs the key \"stages\"\n");
    refuse("name: n\nstages: []\n", "2:9: stages: there has to be at least one\n");
    refuse("name: n\nstages:\n", "2:8: stages: wanted a list of steps, but there is no value\n");
    refuse("name: n\nstages: mill\n", "2:9: stages: wanted a list of steps, not a text\n");
    refuse("name: ''\nstages: [{use: mill}]\n", "1:7: name: it is empty\n");
    refuse("name: [n]\nstages: [{use: mill}]\n", "1:7: name: wanted a text, not a list\n");
    refuse("name: \"\\0\"\nstages: [{use: mill}]\n", "1:7: the text holds a NUL character\n");
    refuse(
        "name: n\nstages: [{use: mill}]\nsumary: s\nx: y\n",
        "3:1: a pipeline has no key \"sumary\" | did you mean \"summary\"?\n"
        "4:1: a pipeline has no key \"x\" | its keys: name, summary, env, input, stages, output, "
        "tests\n");
    refuse("name: n\nname: m\nstages: [{use: mill}]\n",
           "2:1: \"name\" stands here a second time; the first is on line 1\n");
}

static void reports_input_and_output(void **state)
{
    (void)state;
    refuse(
        "name: n\nstages: [{use: mill}]\ninput: {from: txt, to: text}\n"
        "output: {to: html, offsets: code_points}\n",
        "3:15: from: \"txt\" is none of its choices | did you mean \"text\"?\n"
        "3:20: input has no key \"to\" | its keys: from, separator\n"
        "4:14: to: \"html\" is none of its choices | its choices: auto, text, jsonl\n"
        "4:29: offsets: \"code_points\" is none of its choices | did you mean \"code-points\"?\n");
    refuse("name: n\nstages: [{use: mill}]\ninput: text\noutput: {to: [text]}\n",
           "3:8: input: wanted a map, not a text\n"
           "4:14: to: wanted a word, not a list\n");
}

static void reports_steps(void **state)
{
    (void)state;
    refuse("name: n\nstages:\n- mill\n- []\n- with: {}\n- use:\n",
           "3:3: a step: wanted a map of keys, not a text\n"
           "4:3: a step: wanted a map of keys, not a list\n"
           "5:3: a step needs the key \"use\"\n"
           "6:7: use: wanted the name of a stage, but there is no value\n");
    refuse_step("  wiht: {}\n  on_err: stop\n",
                "4:3: a step has no key \"wiht\" | did you mean \"with\"?\n"
                "5:3: a step has no key \"on_err\" | did you mean \"on_error\"?\n");
    refuse_step(
        "  on_error: skip\n  with: 5\n",
        "4:13: on_error: \"skip\" is none of its choices | its choices: quarantine, stop, pass\n"
        "5:9: with: wanted a map of options, not a text\n");
    refuse_step("  label: a\n- use: mill\n  label: a\n- use: mill\n  label: ''\n",
                "6:10: label: another step is labelled \"a\"\n"
                "8:10: label: it is empty\n");
    refuse_step(
        "  limits: {time: 0, memory: lots, cpu: 5}\n",
        "4:18: time: \"0\" is not a time of more than 0 and at most a week | such as 5s, "
        "500ms, 2m, 1h, or a number of seconds\n"
        "4:29: memory: \"lots\" is not a size of at least 1 byte | such as 64MiB, 1GB, or a "
        "number of bytes\n"
        "4:35: limits has no key \"cpu\" | its keys: time, memory\n");
    refuse_step("  limits: 5s\n", "4:11: limits: wanted a map, not a text\n");
}

/* What follows a stage that cannot be loaded is checked all the same, its options apart. */
static void reports_unknown_stages(void **state)
{
    (void)state;
    refuse("name: n\nstages:\n- use: entitys\n  with: {what: ever}\n  on_eror: stop\n"
           "- use: mill\n  with: {kep: 1}\n",
           "3:8: no stage is called \"entitys\" | did you mean \"entities\"?\n"
           "5:3: a step has no key \"on_eror\" | did you mean \"on_error\"?\n"
           "7:10: the stage \"mill\" has no option \"kep\" | did you mean \"keep\"?\n");
}

static void reports_options(void **state)
{
    (void)state;
    refuse_step("  with: {keep: [1], form: brun, share: 2, fine: maybe, prefix: , parts: {a: 1}}\n",
                "4:16: keep: wanted an integer, 0 to 100, not a list\n"
                "4:27: form: \"brun\" is none of flour, meal, bran | did you mean \"bran\"?\n"
                "4:40: share: 2 is out of range (0 to 1)\n"
                "4:49: fine: \"maybe\" is neither true nor false\n"
                "4:64: prefix: wanted a text, but there is no value\n"
                "4:73: parts: wanted a list of texts, not a map\n");
    refuse_step("  with: {keep: 1.5, parts: [a, [b], ~], grains: [rye, oat], set: x}\n",
                "4:16: keep: \"1.5\" is not an integer\n"
                "4:32: parts: wanted texts in its list, not a list\n"
                "4:37: parts: wanted texts in its list, but there is no value\n"
                "4:55: grains: \"oat\" is none of rye, oats | did you mean \"oats\"?\n"
                "4:66: set: wanted a map of JSON values, not a text\n");
    refuse_step(
        "  with: {keep: 1, keep: 2, quantity: 1, set: {a: .inf, b: 0xffffffffffffffffff}}\n",
        "4:19: \"keep\" stands here a second time; the first is on line 4\n"
        "4:28: the stage \"mill\" has no option \"quantity\" | its options: keep, share, "
        "fine, form, prefix, parts, grains, set\n"
        "4:50: JSON has no way to write the number .inf | in quotes it is a text\n"
        "4:59: JSON has no way to write the number 0xffffffffffffffffff | in quotes it is "
        "a text\n");
    refuse_step("  with: {prefix: \"a\\0\", set: {\"b\\0\": 1}, \"keep\\0\": 1}\n",
                "4:18: the text holds a NUL character\n"
                "4:31: the text holds a NUL character\n"
                "4:42: the stage \"mill\" has no option \"keep\" | did you mean \"keep\"?\n");
    refuse("name: n\nstages: [{use: tokens, with: {keep: 1}}]\n",
           "2:31: the stage \"tokens\" has no option \"keep\"\n");
}

static void reports_conditions(void **state)
{
    (void)state;
    refuse_step("  when: metadata.a = 1\n",
                "4:20: condition: \"=\" means nothing here | write \"==\"\n");
    refuse_step("  when: 'é' == 1\n", "4:13: did not find expected key while parsing a block "
                                      "mapping that begins on line 3\n");
    refuse_step("  when: \"'é' == 1\"\n", "4:17: condition: a text and a number are never equal\n");
    refuse_step("  when: 'id == ''a'' or'\n", "4:24: condition: a value is missing at the end\n");
    refuse_step("  when: >\n    id == 'a'\n    and 1\n",
                "6:9: condition: a number is neither true nor false | compare it with "
                "something\n");
    refuse_step(
        "  when: >-\n    length > 5\n\n      and has(entity) > 1\n",
        "7:11: condition: a truth value is neither less nor greater than anything | numbers "
        "and texts have an order\n");
    refuse_step("  when: |\n    length > 5 and\n    not nothing\n",
                "6:9: condition: \"nothing\" is not known | a text has to stand in quotes\n");
    refuse_step("  when: [true]\n", "4:9: when: wanted a text, not a list\n");
    refuse_step("  when: ''\n", "4:10: condition: a value is missing at the end\n");
}

static void reports_the_order(void **state)
{
    (void)state;
    refuse(
        "name: n\nstages:\n- use: entities\n- use: tokens\n",
        "3:8: \"entities\" needs the layer \"token\", which nothing before it writes | \"tokens\" "
        "writes it: put it before\n");
    refuse(
        "name: n\nstages:\n- use: entities\n- use: bake\n- use: mill\n",
        "3:8: \"entities\" needs the layer \"token\", which nothing before it writes | if it comes "
        "in with the documents, say \"input: {from: jsonl}\"\n"
        "5:8: nothing can stand after \"bake\", which turns documents into output | put it before "
        "\"bake\"\n");
    refuse(
        "name: n\nstages:\n- use: tokens\n- use: mill\n"
        "  when: has(token) and count(entites.PERSON) > 1\n",
        "5:30: \"mill\" needs the layer \"entites\", which nothing before it writes | if it comes "
        "in with the documents, say \"input: {from: jsonl}\"\n");
    refuse(
        "name: n\nstages:\n- use: entities\n  when: has(entity)\n- use: tokens\n",
        "3:8: \"entities\" needs the layer \"token\", which nothing before it writes | \"tokens\" "
        "writes it: put it before\n"
        "4:13: \"entities\" needs the layer \"entity\", which nothing before it writes | if it "
        "comes in with the documents, say \"input: {from: jsonl}\"\n");
}

static void reports_documents_that_would_not_be_rendered(void **state)
{
    (void)state;
    static const char expected[] =
        "3:8: \"bake\" turns documents into output, so that none can go on without it: no "
        "\"when\", no \"on_error: pass\" | to leave documents out, let a step before it drop them\n";
    refuse("name: n\nstages:\n- use: bake\n  when: id == 'a'\n", expected);
    refuse("name: n\nstages:\n- use: bake\n  on_error: pass\n", expected);
}

/* What an unknown stage writes is not known, and so no layer can be said to be missing after it. */
static void reports_the_order_around_unknown_stages(void **state)
{
    (void)state;
    refuse(
        "name: n\nstages:\n- use: entities\n- use: nothing-like-it\n- use: entities\n"
        "- use: bake\n- use: nothing-else\n",
        "3:8: \"entities\" needs the layer \"token\", which nothing before it writes | if it "
        "comes in with the documents, say \"input: {from: jsonl}\"\n"
        "4:8: no stage is called \"nothing-like-it\" | \"quern list\" shows those that there "
        "are\n"
        "7:8: no stage is called \"nothing-else\" | \"quern list\" shows those that there are\n"
        "7:8: nothing can stand after \"bake\", which turns documents into output | put it before "
        "\"bake\"\n");
}

static void warns_of_edits_behind_spans(void **state)
{
    struct problems problems = {0};
    struct buffer told = {0};
    (void)state;
    pipeline_free(parse("name: n\nstages:\n- use: tokens\n- use: mill\n  label: late\n"
                        "- use: entities\n  when: has(sentence)\n",
                        &problems));
    describe(&problems, &told);
    assert_string_equal(
        buffer_text(&told),
        "6:8: \"entities\" needs the layer \"token\", which \"tokens\" writes for a "
        "text that \"late\" then edits | put \"late\" before \"tokens\"\n");
    assert_int_equal(problems.errors, 0);
    buffer_free(&told);
    problems_free(&problems);
}

static void accepts_a_good_order(void **state)
{
    (void)state;
    pipeline_free(read_good("name: n\nstages:\n- use: tokens\n- use: entities\n"
                            "  when: has(sentence)\n- use: bake\n"));
    pipeline_free(read_good("name: n\ninput: {from: jsonl}\nstages:\n- use: entities\n"
                            "  when: has(anything)\n"));
}

static void reports_tests(void **state)
{
    (void)state;
    refuse_test("- input: a\n  expect: {text: a}\n", "4:3: a test needs the key \"name\"\n");
    refuse_test("- name: a\n  input: a\n", "4:3: a test needs the key \"expect\"\n");
    refuse_test("- name: a\n  expect: {text: a}\n",
                "4:3: a test needs the key \"input\" or \"record\"\n");
    refuse_test("- name: a\n  input: a\n  record: {}\n  expect: {text: a}\n",
                "6:3: a test has either \"input\" or \"record\"\n");
    refuse_test("- name: a\n  input: a\n  expect: {}\n", "6:11: expect needs at least one key\n");
    refuse_test("- name: a\n  inptu: a\n  expect: {txt: a}\n",
                "4:3: a test needs the key \"input\" or \"record\"\n"
                "5:3: a test has no key \"inptu\" | did you mean \"input\"?\n"
                "6:12: expect has no key \"txt\" | did you mean \"text\"?\n");
    refuse_test("- name: a\n  input: a\n  expect: {text: , dropped: false}\n"
                "- name: a\n  input: [a]\n  expect: a\n- a\n",
                "6:18: text: wanted a text, but there is no value\n"
                "6:20: nothing else can stand beside \"dropped\"\n"
                "6:29: dropped: it is true, or a part of the reason\n"
                "7:9: name: another test is called \"a\"\n"
                "8:10: input: wanted a text, not a list\n"
                "9:11: expect: wanted a map, not a text\n"
                "10:3: a test: wanted a map of keys, not a text\n");
    refuse_test("- name: a\n  input: a\n  expect: {dropped: true, text: a}\n"
                "- name: b\n  input: a\n  expect: {text: a, failed: short}\n",
                "6:12: nothing else can stand beside \"dropped\"\n"
                "9:21: nothing else can stand beside \"failed\"\n");
    refuse_test("- name: a\n  record: [a]\n  expect: {text: a}\n"
                "- name: b\n  record: '{\"a\"'\n  expect: {text: a}\n"
                "- name: c\n  record: '5'\n  expect: {text: a}\n"
                "- name: d\n  record: {a: .nan}\n  expect: {text: a}\n",
                "5:11: record: wanted a map, or JSON in a text, not a list\n"
                "8:11: record: the text is not a JSON object\n"
                "11:11: record: the text is not a JSON object\n"
                "14:15: JSON has no way to write the number .nan | in quotes it is a text\n");
    refuse_test("- name: a\n  input: a\n  expect:\n    spans: [a, {}, {lable: b}]\n"
                "    no_spans: {layer: a}\n    metadata: [a]\n",
                "7:13: an expected span: wanted a map of keys, not a text\n"
                "7:16: an expected span needs at least one key\n"
                "7:21: an expected span has no key \"lable\" | did you mean \"label\"?\n"
                "8:15: no_spans: wanted a list, not a map\n"
                "9:15: metadata: wanted a map, not a list\n");
}

static void bounds_the_number_of_steps(void **state)
{
    struct buffer text = {0};
    (void)state;
    buffer_add_text(&text, "name: n\nstages:\n");
    for (int i = 0; i < 1000; i++)
        buffer_add_text(&text, "- use: mill\n");
    struct pipeline *pipeline = read_good(buffer_text(&text));
    assert_string_equal(pipeline->steps[999].label, "mill-1000");
    pipeline_free(pipeline);
    buffer_add_text(&text, "- use: mill\n");
    refuse(buffer_text(&text), "3:1: stages: there are more than 1000\n");
    buffer_free(&text);
}

/* ---- Files ---- */

static struct pipeline *load(const char *path, struct buffer *source, struct problems *problems)
{
    return pipeline_load(path, loader, source, problems);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void loads_a_file(void **state)
{
    struct problems problems = {0};
    struct buffer source = {0};
    (void)state;
    write_file("good.yaml", "\xEF\xBB\xBFname: n\nstages: [{use: mill}]\n");
    struct pipeline *pipeline = load("good.yaml", &source, &problems);
    assert_non_null(pipeline);
    assert_string_equal(pipeline->path, "good.yaml");
    assert_string_equal(buffer_text(&source), "name: n\nstages: [{use: mill}]\n");
    pipeline_free(pipeline);
    assert_int_equal(problems.count, 0);
    write_file("bad.yaml", "nam: n\n");
    assert_null(load("bad.yaml", &source, &problems));
    assert_string_equal(buffer_text(&source), "nam: n\n");
    assert_int_equal(problems.count, 3);
    problems_free(&problems);
    buffer_free(&source);
}

static void loads_standard_input(void **state)
{
    struct problems problems = {0};
    struct buffer source = {0};
    (void)state;
    write_file("input.yaml", "name: n\nstages: [{use: mill}]\n");
    assert_non_null(freopen("input.yaml", "rb", stdin));
    struct pipeline *pipeline = load("-", &source, &problems);
    assert_non_null(pipeline);
    assert_string_equal(pipeline->path, "-");
    pipeline_free(pipeline);
    buffer_free(&source);
}

static void expect_unreadable(const char *path, const char *why)
{
    struct problems problems = {0};
    struct buffer source = {0};
    char wanted[200];
    snprintf(wanted, sizeof wanted, "the file cannot be read: %s", why);
    assert_null(load(path, &source, &problems));
    assert_int_equal(problems.count, 1);
    assert_string_equal(problems.items[0].message, wanted);
    assert_string_equal(problems.items[0].file, path);
    assert_int_equal(problems.items[0].line, 0);
    assert_int_equal(source.size, 0);
    problems_free(&problems);
    buffer_free(&source);
}

static void reports_files_that_cannot_be_read(void **state)
{
    (void)state;
    expect_unreadable("no-such.yaml", strerror(ENOENT));
    expect_unreadable(".", strerror(EISDIR));
    expect_unreadable("good.yaml/x.yaml", strerror(ENOTDIR));
    if (geteuid() != 0) {
        write_file("closed.yaml", "");
        assert_int_equal(chmod("closed.yaml", 0), 0);
        expect_unreadable("closed.yaml", strerror(EACCES));
    }
}

static void reads_no_more_than_it_needs(void **state)
{
    struct problems problems = {0};
    struct buffer source = {0};
    (void)state;
    assert_null(load("/dev/zero", &source, &problems));
    assert_string_equal(problems.items[0].message, "the file is larger than 1 MiB");
    problems_free(&problems);
    buffer_free(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_least),
        cmocka_unit_test(reads_every_key_of_a_step),
        cmocka_unit_test(labels_steps_apart),
        cmocka_unit_test(reads_tests),
        cmocka_unit_test(shares_by_anchors),
        cmocka_unit_test(makes_a_pipeline_of_a_stage),
        cmocka_unit_test(has_complete_tables),
        cmocka_unit_test(puts_in_variables),
        cmocka_unit_test(leaves_variables_where_none_are_asked_for),
        cmocka_unit_test(reports_variables),
        cmocka_unit_test(reports_the_top),
        cmocka_unit_test(reports_input_and_output),
        cmocka_unit_test(reports_steps),
        cmocka_unit_test(reports_unknown_stages),
        cmocka_unit_test(reports_options),
        cmocka_unit_test(reports_conditions),
        cmocka_unit_test(reports_the_order),
        cmocka_unit_test(reports_documents_that_would_not_be_rendered),
        cmocka_unit_test(reports_the_order_around_unknown_stages),
        cmocka_unit_test(warns_of_edits_behind_spans),
        cmocka_unit_test(accepts_a_good_order),
        cmocka_unit_test(reports_tests),
        cmocka_unit_test(bounds_the_number_of_steps),
        cmocka_unit_test(loads_a_file),
        cmocka_unit_test(loads_standard_input),
        cmocka_unit_test(reports_files_that_cannot_be_read),
        cmocka_unit_test(reads_no_more_than_it_needs),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

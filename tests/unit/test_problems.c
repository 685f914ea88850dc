/*
 * How problems are kept and shown.
 */
#include "base/base.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What problems_print writes; to be freed. */
static char *print(const struct problems *problems, quern_string source)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = tmpfile();
    assert_non_null(stream);
    problems_print(problems, source, stream);
    size = (size_t)ftell(stream);
    text = calloc(size + 1, 1);
    assert_non_null(text);
    rewind(stream);
    assert_int_equal(fread(text, 1, size, stream), size);
    fclose(stream);
    return text;
}

static void expect(struct problems *problems, quern_string source, const char *wanted)
{
    char *text = print(problems, source);
    assert_string_equal(text, wanted);
    free(text);
    problems_free(problems);
}

static const quern_string none;

static void shows_line_caret_and_hint(void **state)
{
    struct problems problems = {0};
    (void)state;
    problems_add(&problems, QUERN_ERROR, (struct place){"a.yaml", 2, 8}, "did you mean 'b'?",
                 "no stage is called '%s'", "c");
    assert_int_equal(problems.errors, 1);
    expect(&problems, QUERN_STRING("stages:\n- use: c\n"),
           "a.yaml:2:8: error: no stage is called 'c'\n"
           "     2 | - use: c\n"
           "       |        ^ did you mean 'b'?\n");
}

static void shows_what_it_has(void **state)
{
    struct problems problems = {0};
    (void)state;
    problems_add(&problems, QUERN_WARNING, (struct place){"a.yaml", 9, 3}, "look", "one");
    problems_add(&problems, QUERN_NOTE, (struct place){"a.yaml", 1, 0}, "there", "two");
    problems_add(&problems, QUERN_ERROR, (struct place){"a.yaml", 0, 0}, NULL, "three");
    problems_add(&problems, QUERN_ERROR, (struct place){0}, "here", "four");
    assert_int_equal(problems.errors, 2);
    expect(&problems, QUERN_STRING("text"),
           "a.yaml:9:3: warning: one\n"
           "       = look\n"
           "a.yaml:1: note: two\n"
           "     1 | text\n"
           "       = there\n"
           "a.yaml: error: three\n"
           "error: four\n"
           "       = here\n");
}

static void needs_no_source(void **state)
{
    struct problems problems = {0};
    (void)state;
    problems_add(&problems, QUERN_ERROR, (struct place){"a", 1, 1}, NULL, "one");
    expect(&problems, none, "a:1:1: error: one\n");
}

static void keeps_tabs_and_widths(void **state)
{
    struct problems problems = {0};
    (void)state;
    problems_add(&problems, QUERN_ERROR, (struct place){"a", 1, 6}, NULL, "one");
    /* a tab, a wide character, a letter with a combining accent */
    expect(&problems, QUERN_STRING("\t字e\xCC\x81x!\n"),
           "a:1:6: error: one\n"
           "     1 | \t字e\xCC\x81x!\n"
           "       | \t    ^\n");
}

static void makes_control_characters_harmless(void **state)
{
    struct problems problems = {0};
    (void)state;
    problems_add(&problems, QUERN_ERROR, (struct place){"a\033[2J", 1, 8}, "h\nh", "m\r\xFFm");
    expect(&problems, QUERN_STRING("\033[31m\xE2\x80\x8B\xFF!"),
           "a\xEF\xBF\xBD[2J:1:8: error: m\xEF\xBF\xBD\xEF\xBF\xBDm\n"
           "     1 | \xEF\xBF\xBD[31m\xEF\xBF\xBD\xEF\xBF\xBD!\n"
           "       |        ^ h\xEF\xBF\xBDh\n");
}

static void counts_every_line_end(void **state)
{
    struct problems problems = {0};
    (void)state;
    problems_add(&problems, QUERN_ERROR, (struct place){"a", 4, 1}, NULL, "one");
    problems_add(&problems, QUERN_ERROR, (struct place){"a", 2, 1}, NULL, "two");
    problems_add(&problems, QUERN_ERROR, (struct place){"a", 5, 1}, NULL, "three");
    expect(&problems, QUERN_STRING("a\r\nb\rc\nd"),
           "a:4:1: error: one\n     4 | d\n       | ^\n"
           "a:2:1: error: two\n     2 | b\n       | ^\n"
           "a:5:1: error: three\n");
}

static void goes_beyond_the_end_of_a_line(void **state)
{
    struct problems problems = {0};
    (void)state;
    problems_add(&problems, QUERN_ERROR, (struct place){"a", 1, 9}, NULL, "one");
    problems_add(&problems, QUERN_ERROR, (struct place){"a", 2, 1}, NULL, "two");
    expect(&problems, QUERN_STRING("ab\n"),
           "a:1:9: error: one\n     1 | ab\n       |   ^\n"
           "a:2:1: error: two\n     2 | \n       | ^\n");
}

static void cuts_long_lines_around_the_column(void **state)
{
    enum { SIZE = 10000000, MIDDLE = SIZE / 2 };
    struct problems problems = {0};
    struct buffer wanted = {0};
    char *line = malloc(SIZE);
    (void)state;
    assert_non_null(line);
    memset(line, 'x', SIZE);
    line[MIDDLE] = '!';
    buffer_print(&wanted, "a:1:%d: error: one\n     1 | …%.70s!%.69s…\n       |  %70s^\n",
                 MIDDLE + 1, line, line, "");
    buffer_print(&wanted, "a:1:1: error: two\n     1 | %.70s…\n       | ^\n", line);
    buffer_print(&wanted, "a:1:%d: error: three\n     1 | …%.71s\n       |  %70s^\n", SIZE, line,
                 "");
    problems_add(&problems, QUERN_ERROR, (struct place){"a", 1, MIDDLE + 1}, NULL, "one");
    problems_add(&problems, QUERN_ERROR, (struct place){"a", 1, 1}, NULL, "two");
    problems_add(&problems, QUERN_ERROR, (struct place){"a", 1, SIZE}, NULL, "three");
    expect(&problems, (quern_string){line, SIZE}, buffer_text(&wanted));
    buffer_free(&wanted);
    free(line);
}

static void has_no_colours_in_a_file(void **state)
{
    FILE *stream = tmpfile();
    (void)state;
    assert_false(stream_wants_colour(stream));
    fclose(stream);
}

/* A terminal of our own: what is written to one end can be read at the other. */
static FILE *open_terminal(int *master)
{
    *master = posix_openpt(O_RDWR | O_NOCTTY);
    if (*master < 0 || grantpt(*master) != 0 || unlockpt(*master) != 0)
        return NULL;
    return fopen(ptsname(*master), "w");
}

static void has_colours_on_a_terminal(void **state)
{
    int master;
    char text[200] = "";
    struct problems problems = {0};
    FILE *stream = open_terminal(&master);
    (void)state;
    if (!stream)
        skip();
    unsetenv("NO_COLOR");
    assert_true(stream_wants_colour(stream));
    setenv("NO_COLOR", "1", 1);
    assert_false(stream_wants_colour(stream));
    unsetenv("NO_COLOR");
    problems_add(&problems, QUERN_ERROR, (struct place){"a", 1, 2}, NULL, "one");
    problems_print(&problems, QUERN_STRING("xy"), stream);
    fflush(stream);
    static const char wanted[] = "\033[1ma:1:2: \033[0m\033[1;31merror: \033[0mone\r\n"
                                 "     1 | xy\r\n       |  \033[1;32m^\033[0m\r\n";
    /* A terminal hands over as much as it has. */
    for (size_t size = 0; size < sizeof wanted - 1;) {
        ssize_t more = read(master, text + size, sizeof text - 1 - size);
        assert_true(more > 0);
        size += (size_t)more;
    }
    assert_string_equal(text, wanted);
    problems_free(&problems);
    fclose(stream);
    close(master);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_line_caret_and_hint),
        cmocka_unit_test(shows_what_it_has),
        cmocka_unit_test(needs_no_source),
        cmocka_unit_test(keeps_tabs_and_widths),
        cmocka_unit_test(makes_control_characters_harmless),
        cmocka_unit_test(counts_every_line_end),
        cmocka_unit_test(goes_beyond_the_end_of_a_line),
        cmocka_unit_test(cuts_long_lines_around_the_column),
        cmocka_unit_test(has_no_colours_in_a_file),
        cmocka_unit_test(has_colours_on_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

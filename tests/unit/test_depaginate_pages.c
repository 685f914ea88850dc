/*
 * Any text, set in pages of a random style and taken apart again, is the text that it was; a text
 * without pages is not touched. QUERN_SEED repeats a run, QUERN_RUNS says how many texts.
 */
#define QUERN_STATIC_STAGE
#include "depaginate.h"

#include "random.h"

enum { LINES_MAX = 4096 };

/* ---- Text ---- */

/* A line to be set; a blank one is empty. */
struct source {
    char *lines[LINES_MAX];
    size_t count;
};

static const char *const vocabulary[] = {
    "the",   "of",     "a",      "and",     "to",     "was",    "boat",   "harbour", "in",
    "quay",  "he",     "keeper", "lantern", "that",   "rope",   "with",   "evening", "some",
    "tide",  "letter", "under",  "slowly",  "wooden", "before", "nobody", "upon",    "had",
    "first", "market", "could",  "weather", "from",   "until",  "grey",   "twelve",  "stone"};

static void put_line(struct source *source, const char *text)
{
    if (source->count < LINES_MAX)
        source->lines[source->count++] = strdup(text);
}

static size_t pick_word(char *out, size_t room, bool capital)
{
    const char *word = vocabulary[random_below(sizeof vocabulary / sizeof *vocabulary)];
    int size = snprintf(out, room, "%s", word);
    if (capital)
        out[0] = (char)(out[0] - 'a' + 'A');
    return (size_t)size;
}

/* A paragraph of sentences, filled to a width. */
static void add_paragraph(struct source *source, size_t width, size_t sentences)
{
    char line[256] = "", word[32];
    size_t size = 0, left = 0;
    while (sentences || left) {
        bool start = !left;
        if (start) {
            left = 4 + random_below(20);
            sentences--;
        }
        size_t length = pick_word(word, sizeof word - 2, start);
        left--;
        if (!left)
            word[length++] = '.';
        else if (!random_below(9))
            word[length++] = ',';
        word[length] = '\0';
        if (size && size + 1 + length > width) {
            put_line(source, line);
            size = 0;
        }
        size += (size_t)snprintf(line + size, sizeof line - size, "%s%s", size ? " " : "", word);
    }
    put_line(source, line);
}

static void write_text(struct source *source)
{
    size_t width = 50 + random_below(28), chapters = 1 + random_below(4);
    *source = (struct source){0};
    for (size_t chapter = 1; chapter <= chapters; chapter++) {
        char head[32];
        snprintf(head, sizeof head, "CHAPTER %zu", chapter);
        put_line(source, head);
        put_line(source, "");
        for (size_t i = 10 + random_below(25); i > 0; i--) {
            add_paragraph(source, width, 1 + random_below(7));
            put_line(source, "");
        }
    }
    free(source->lines[--source->count]);
}

static void free_text(struct source *source)
{
    for (size_t i = 0; i < source->count; i++)
        free(source->lines[i]);
}

/* ---- Pages ---- */

enum shape {
    SHAPE_NONE,
    SHAPE_NUMBER,
    SHAPE_DASHED,
    SHAPE_PAGE,
    SHAPE_TITLE,
    SHAPE_BOTH,
    SHAPE_MIRROR,
    SHAPES
};

struct style {
    enum shape head, foot;
    size_t length;             /* lines of text on a page */
    size_t ragged;             /* fewer, by at most so many */
    size_t first;              /* number of the first page */
    size_t over, under, below; /* blank lines: behind the head, before the foot, behind it */
    bool roman, feed;
    const char *title;
};

static bool has_number(enum shape shape)
{
    return shape != SHAPE_NONE && shape != SHAPE_TITLE;
}

static struct style pick_style(void)
{
    static const char *const titles[] = {"The Grey Harbour", "A HISTORY OF ROPE",
                                         "Annual Report 2011", "Letters to a Keeper"};
    struct style style = {.head = (enum shape)random_below(SHAPES),
                          .foot = (enum shape)random_below(SHAPES),
                          .length = 24 + random_below(36),
                          .ragged = random_below(2) * random_below(3),
                          .first = 1 + random_below(2) * random_below(200),
                          .over = 1 + random_below(2),
                          .under = 1 + random_below(2),
                          .below = random_below(3),
                          .roman = !random_below(4),
                          .feed = random_below(2),
                          .title = titles[random_below(4)]};
    if (!has_number(style.head) && !has_number(style.foot))
        style.head = SHAPE_BOTH;
    return style;
}

static void write_number(char out[16], size_t number, bool roman)
{
    if (roman)
        out[write_roman((uint32_t)number, out)] = '\0';
    else
        snprintf(out, 16, "%zu", number);
}

static void write_furniture(struct buffer *out, const struct style *style, enum shape shape,
                            size_t page)
{
    char number[16];
    write_number(number, page, style->roman);
    switch (shape) {
    case SHAPE_NUMBER:
        buffer_print(out, "%*s%s\n", 30, "", number);
        return;
    case SHAPE_DASHED:
        buffer_print(out, "%*s- %s -\n", 28, "", number);
        return;
    case SHAPE_PAGE:
        buffer_print(out, "%*sPage %s\n", 40, "", number);
        return;
    case SHAPE_TITLE:
        buffer_print(out, "%*s%s\n", 20, "", style->title);
        return;
    case SHAPE_BOTH:
        buffer_print(out, "%s%*s\n", style->title, 40, number);
        return;
    case SHAPE_MIRROR:
        if (page % 2)
            buffer_print(out, "%s%*s\n", style->title, 40, number);
        else
            buffer_print(out, "%-*s%s\n", 40, number, style->title);
        return;
    default:
        return;
    }
}

static void write_blanks(struct buffer *out, size_t count)
{
    while (count--)
        buffer_print(out, "\n");
}

static void set_pages(struct buffer *out, const struct source *source, const struct style *style)
{
    size_t page = style->first;
    for (size_t at = 0; at < source->count; page++) {
        size_t length = style->length - (style->ragged ? random_below(style->ragged + 1) : 0);
        if (style->head != SHAPE_NONE) {
            write_furniture(out, style, style->head, page);
            write_blanks(out, style->over);
        }
        for (size_t i = 0; i < length && at < source->count; i++)
            buffer_print(out, "%s\n", source->lines[at++]);
        if (style->foot != SHAPE_NONE) {
            write_blanks(out, style->under);
            write_furniture(out, style, style->foot, page);
            write_blanks(out, style->below);
        }
        if (style->feed && at < source->count)
            buffer_print(out, "\f");
    }
}

static quern_string whole(struct buffer *buffer)
{
    return (quern_string){buffer_text(buffer), strlen(buffer_text(buffer))};
}

/* ---- Comparing ---- */

struct score {
    size_t taken, left, lost; /* lines of furniture taken out and left in; lines of text lost */
};

static bool next_line(quern_string text, quern_line *line, quern_string *words_of)
{
    while (quern_next_line(text, line)) {
        size_t begin = line->begin;
        while (begin < line->end && (text.data[begin] == '\f' || text.data[begin] == ' '))
            begin++;
        *words_of = (quern_string){text.data + begin, line->end - begin};
        if (words_of->size)
            return true;
    }
    return false;
}

/* What came out is the text with lines between, or without some of its lines. */
static void compare(const struct source *source, quern_string out, struct score *score)
{
    quern_line line = {0};
    quern_string have;
    bool more = next_line(out, &line, &have);
    for (size_t i = 0; i < source->count; i++) {
        quern_string want = {source->lines[i], strlen(source->lines[i])};
        if (!want.size)
            continue;
        quern_line ahead = line;
        quern_string seen = have;
        bool found = more;
        size_t skipped = 0;
        while (found && !quern_string_equal(seen, want) && skipped <= 6) {
            found = next_line(out, &ahead, &seen);
            skipped++;
        }
        if (!found || skipped > 6) {
            score->lost++;
            continue;
        }
        score->left += skipped;
        line = ahead;
        more = next_line(out, &line, &have);
    }
    while (more) {
        score->left++;
        more = next_line(out, &line, &have);
    }
}

static size_t count_texts(void)
{
    const char *runs = getenv("QUERN_RUNS");
    return runs ? strtoull(runs, NULL, 10) : 200;
}

static size_t count_words_lines(quern_string text)
{
    quern_line line = {0};
    quern_string unused;
    size_t count = 0;
    while (next_line(text, &line, &unused))
        count++;
    return count;
}

static void print_style(const struct style *style, const struct score *score)
{
    printf("left %zu lost %zu: head %d foot %d length %zu ragged %zu first %zu over %zu under %zu "
           "below %zu roman %d feed %d\n",
           score->left, score->lost, style->head, style->foot, style->length, style->ragged,
           style->first, style->over, style->under, style->below, style->roman, style->feed);
}

static void takes_pages_apart(void **state)
{
    (void)state;
    struct score all = {0};
    struct harness *harness = harness_open(&depaginate_LTX_quern_plugin, NULL);
    for (size_t i = count_texts(); i > 0; i--) {
        static struct source source;
        struct buffer in = {0};
        struct score score = {0};
        write_text(&source);
        struct style style = pick_style();
        set_pages(&in, &source, &style);
        assert_int_equal(harness_push(harness, whole(&in)), QUERN_PASS);
        compare(&source, quern_text(harness->doc), &score);
        size_t lines = count_words_lines(whole(&in)) - count_words_lines(quern_text(harness->doc));
        if (score.left || score.lost)
            print_style(&style, &score);
        all.taken += lines - score.lost;
        all.left += score.left;
        all.lost += score.lost;
        free_text(&source);
        buffer_free(&in);
    }
    double taken = (double)all.taken;
    double f1 = 2 * taken / (2 * taken + (double)(all.left + all.lost));
    printf("furniture taken out %zu, left %zu, text lost %zu: F1 %.4f\n", all.taken, all.left,
           all.lost, f1);
    harness_close(harness);
    assert_true(f1 >= 0.97);
}

static void leaves_text_alone(void **state)
{
    (void)state;
    struct harness *harness = harness_open(&depaginate_LTX_quern_plugin, NULL);
    for (size_t i = count_texts(); i > 0; i--) {
        static struct source source;
        struct buffer in = {0};
        write_text(&source);
        for (size_t n = 0; n < source.count; n++)
            buffer_print(&in, "%s\n", source.lines[n]);
        assert_int_equal(harness_push(harness, whole(&in)), QUERN_PASS);
        harness_expect_text(harness, buffer_text(&in));
        free_text(&source);
        buffer_free(&in);
    }
    harness_close(harness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_pages_apart),
        cmocka_unit_test(leaves_text_alone),
    };
    random_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

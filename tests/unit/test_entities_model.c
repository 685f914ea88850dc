/*
 * The model of the stage entities: the same numbers by every way of adding them up, the best tags
 * and their shares as counted out by hand, and files that are refused.
 */
#include "../../plugins/entities/kernels.c"
#include "../../plugins/entities/keys.c"
#include "../../plugins/entities/model.c"
#include "../../plugins/entities/sequence.c"

#include "random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* ---- Kernels ---- */

static int16_t random_points(void)
{
    static const int ranges[] = {10, 300, 40000};
    int range = ranges[random_below(3)];
    return add_points(0, (int)random_below(2 * (size_t)range + 1) - range);
}

static struct score random_score(void)
{
    struct score score;
    for (unsigned tag = 0; tag < TAGS; tag++)
        score.of[tag] = random_points();
    return score;
}

static void rows_add_up_alike(void **state)
{
    (void)state;
    enum { ROWS = 64, ADDED = 300 };
    static struct row rows[ROWS];
    static uint32_t which[ADDED];
    for (int round = 0; round < 500; round++) {
        for (size_t i = 0; i < ROWS * TAGS; i++)
            rows[i / TAGS].of[i % TAGS] = (int8_t)((int)random_below(255) - 127);
        for (size_t i = 0; i < ADDED; i++)
            which[i] = (uint32_t)random_below(round % 2 ? ROWS : 2);
        struct score first = random_score(), more = random_score(), plain = first;
        kernels_plain.add_rows(rows, which, ADDED, &plain);
        kernels_plain.add(&more, &plain);
        for (const struct kernels *const *all = kernels_all(); *all; all++) {
            struct score sum = first;
            (*all)->add_rows(rows, which, ADDED, &sum);
            (*all)->add(&more, &sum);
            assert_memory_equal(&sum, &plain, sizeof sum);
        }
    }
}

static void steps_lead_alike(void **state)
{
    (void)state;
    for (int round = 0; round < 5000; round++) {
        struct step_points steps;
        for (unsigned from = 0; from < STATES; from++) {
            steps.into[from] = random_score();
            steps.outside[from] = random_points();
        }
        struct way before = {random_score(), random_points()}, plain, after;
        struct score score = random_score();
        kernels_plain.step_on(&steps, &before, &score, &plain);
        for (const struct kernels *const *all = kernels_all(); *all; all++) {
            (*all)->step_on(&steps, &before, &score, &after);
            assert_memory_equal(&after.to, &plain.to, sizeof after.to);
            assert_int_equal(after.outside, plain.outside);
        }
    }
}

/* ---- Chains ---- */

static bool may_follow(unsigned from, unsigned to)
{
    bool ended = from == TAG_OUTSIDE || TAG_PLACE(from) == TAG_L || TAG_PLACE(from) == TAG_U;
    bool begins = to == TAG_OUTSIDE || TAG_PLACE(to) == TAG_B || TAG_PLACE(to) == TAG_U;
    return ended ? begins : !begins && TAG_KIND(from) == TAG_KIND(to);
}

static struct model_header header;

static struct sequence *random_sequence(const struct kernels *kernels)
{
    static struct sequence sequence;
    static struct model model;
    model.header = &header;
    for (unsigned from = 0; from < STATES; from++)
        for (unsigned to = 0; to < STATES; to++)
            header.steps[from][to] =
                (int16_t)(may_follow(from, to) ? (int)random_below(61) - 30 : MODEL_NEVER);
    sequence_open(&sequence, &model, kernels);
    return &sequence;
}

/* Points of a way to tag three words, or INT_MIN for one that cannot be. */
enum { WORDS = 3 };
static int points_of(const struct score scores[WORDS], const uint8_t tags[WORDS])
{
    int points = 0;
    unsigned before = TAG_OUTSIDE;
    for (int i = 0; i <= WORDS; i++) {
        unsigned tag = i < WORDS ? tags[i] : TAG_OUTSIDE;
        if (!may_follow(before, tag))
            return INT_MIN;
        points += header.steps[before][tag] + (tag < TAGS ? scores[i].of[tag] : 0);
        before = tag;
    }
    return points;
}

static void set_tags(uint8_t tags[WORDS], unsigned number)
{
    for (int i = 0; i < WORDS; i++, number /= STATES)
        tags[i] = (uint8_t)(number % STATES);
}

static void sequences_are_as_counted_out(void **state)
{
    (void)state;
    const unsigned ways = STATES * STATES * STATES;
    for (int round = 0; round < 50; round++) {
        struct score scores[WORDS];
        uint8_t found[WORDS], tags[WORDS];
        for (int i = 0; i < WORDS; i++)
            for (unsigned tag = 0; tag < TAGS; tag++)
                scores[i].of[tag] = (int16_t)((int)random_below(101) - 50);
        struct sequence *sequence = random_sequence(kernels_choose());
        sequence_find(sequence, scores, WORDS, found);
        sequence_weigh(sequence, scores, WORDS);
        double all = 0, share = 0, kinds[5] = {0};
        int most = INT_MIN;
        for (unsigned number = 0; number < ways; number++) {
            set_tags(tags, number);
            int points = points_of(scores, tags);
            if (points == INT_MIN)
                continue;
            double weight = exp2(points / 16.0);
            most = points > most ? points : most;
            all += weight;
            share += memcmp(tags, found, WORDS) == 0 ? weight : 0;
            kinds[TAG_KIND(tags[1])] += weight;
        }
        assert_int_equal(points_of(scores, found), most);
        assert_true(fabs(share / all - (double)sequence_share(sequence, 0, WORDS, found)) < 1e-4);
        float told[5];
        sequence_kinds(sequence, 1, told);
        for (int kind = 0; kind < 5; kind++)
            assert_true(fabs(kinds[kind] / all - (double)told[kind]) < 1e-4);
    }
}

/* Whatever the numbers are, the tags are tags. */
static void sequences_take_any_numbers(void **state)
{
    (void)state;
    static struct score scores[SEQUENCE_WORDS];
    static uint8_t tags[SEQUENCE_WORDS];
    for (int round = 0; round < 200; round++) {
        struct sequence *sequence = random_sequence(kernels_choose());
        size_t count = 1 + random_below(SEQUENCE_WORDS);
        for (size_t i = 0; i < count; i++)
            scores[i] = random_score();
        sequence_find(sequence, scores, count, tags);
        sequence_weigh(sequence, scores, count);
        for (size_t i = 0; i < count; i++)
            assert_true(tags[i] < STATES);
        assert_true(sequence_share(sequence, 0, count, tags) < 1.01F);
    }
}

/* ---- Files ---- */

static char *image;
static size_t image_size;

static int read_image(void **state)
{
    (void)state;
    random_start();
    char path[4096];
    const char *source = getenv("QUERN_SOURCE");
    snprintf(path, sizeof path, "%s/plugins/entities/models/news-en.bin", source ? source : ".");
    FILE *file = fopen(path, "rb");
    struct stat status;
    if (!file || stat(path, &status) != 0)
        return -1;
    image_size = (size_t)status.st_size;
    image = malloc(image_size);
    bool read = image && fread(image, 1, image_size, file) == image_size;
    fclose(file);
    return read ? 0 : -1;
}

static int free_image(void **state)
{
    (void)state;
    free(image);
    return 0;
}

/* What is said of the model with one of its bytes changed; `sealed` with its checksum mended. */
static const char *changed(size_t at, char by, bool sealed)
{
    struct model model = {0};
    struct model_header kept;
    memcpy(&kept, image, sizeof kept);
    image[at] ^= by;
    struct model_header *now = (void *)image;
    if (sealed)
        now->checksum = model_checksum(image, image_size);
    const char *problem = model_use(&model, image, image_size);
    image[at] ^= by;
    memcpy(image, &kept, sizeof kept);
    return problem ? problem : "";
}

static void refuses_what_is_no_model(void **state)
{
    (void)state;
    struct model model = {0};
    assert_null(model_use(&model, image, image_size));
    assert_string_equal(model_use(&model, image, 10), "is no model");
    assert_string_equal(model_use(&model, image, image_size - 64),
                        "is cut short, or has more than a model");
    assert_string_equal(changed(0, 1, true), "is no model");
    assert_string_equal(changed(offsetof(struct model_header, version), 2, true),
                        "is a model of another version");
    for (int i = 0; i < 20; i++)
        assert_string_equal(changed(sizeof(struct model_header) +
                                        random_below(image_size - sizeof(struct model_header)),
                                    4, false),
                            "is damaged: its checksum is another");
    uint64_t offsets[PARTS];
    model_lay_out((const void *)image, offsets);
    assert_string_equal(changed(offsets[PART_FEATURE_STARTS] + 402, 1, true), "is no sound model");
    assert_string_equal(changed(offsets[PART_CLUSTERS] + 1, 0x40, true), "is no sound model");
}

static void says_why_a_file_cannot_be_mapped(void **state)
{
    (void)state;
    struct model model;
    assert_string_equal(model_open(&model, "/nowhere"), "No such file or directory");
    assert_string_equal(model_open(&model, "/"), "is no model");
    assert_string_equal(model_open(&model, "/dev/null"), "is no model");
}

/* ---- Keys ---- */

static void keys_are_numbered_as_they_come(void **state)
{
    (void)state;
    struct keys first, second;
    keys_open(&first);
    keys_open(&second);
    assert_int_equal(keys_find(&first, 1), KEYS_NONE);
    for (uint32_t round = 0; round < 2; round++)
        for (uint32_t i = 0; i < 50000; i++) {
            uint64_t key = (uint64_t)i << 40;
            assert_int_equal(keys_add(&first, key), i);
            assert_int_equal(keys_add(&second, key), i);
            assert_int_equal(keys_find(&second, key), i);
        }
    assert_int_equal(keys_find(&first, 3), KEYS_NONE);
    keys_clear(&first);
    assert_int_equal(keys_add(&first, 7), 0);
    keys_close(&first);
    keys_close(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_add_up_alike),
        cmocka_unit_test(steps_lead_alike),
        cmocka_unit_test(sequences_are_as_counted_out),
        cmocka_unit_test(sequences_take_any_numbers),
        cmocka_unit_test(refuses_what_is_no_model),
        cmocka_unit_test(says_why_a_file_cannot_be_mapped),
        cmocka_unit_test(keys_are_numbered_as_they_come),
    };
    return cmocka_run_group_tests(tests, read_image, free_image);
}

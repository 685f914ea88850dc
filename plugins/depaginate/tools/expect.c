/*
 * expect.c - writes expected.c: what two lines look like that a blank line parts, in texts in general.
 *
 * Reads texts from standard input, each ended by a NUL, in the order in which they are to be learnt
 * from; none of them is set in pages.
 */
#include "paragraphs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { PAIRS_OF_TEXT = 400 };

const int8_t paragraphs_expected[WEIGHTS]; /* nothing, to begin with */

/* This program is no stage, and has nothing but plain memory. */
void *quern_scratch(quern_call *call, size_t count, size_t size)
{
    (void)call;
    return calloc(count, size);
}

static void learn_text(struct paragraphs *paragraphs, const struct lines *lines, double step)
{
    size_t skip = lines->count / PAIRS_OF_TEXT, above = lines_after(lines, SIZE_MAX);
    paragraphs->lines = lines;
    paragraphs->width = lines_full_width(lines);
    while (above < lines->count) {
        uint16_t parts[PARTS];
        size_t below = lines_after(lines, above);
        if (below < lines->count) {
            paragraphs_describe(paragraphs, above, below, parts);
            paragraphs_learn_pair(paragraphs, parts, below > above + 1, step);
        }
        above = lines_after(lines, above + skip);
    }
}

static int weight_at(const struct paragraphs *paragraphs, unsigned i)
{
    double weight = round(paragraphs->weights[i] * WEIGHT_UNIT);
    return weight > INT8_MAX ? INT8_MAX : weight < INT8_MIN ? INT8_MIN : (int)weight;
}

static void print_weights(const struct paragraphs *paragraphs)
{
    printf("/* expected.c - what holds for texts in general. Written by tools/expect.c. */\n"
           "#include \"paragraphs.h\"\n\n"
           "const int8_t paragraphs_expected[WEIGHTS] = {");
    for (unsigned i = 0; i < WEIGHTS; i++)
        printf("%s%d%s", i % 16 ? " " : "\n    ", weight_at(paragraphs, i),
               i + 1 < WEIGHTS ? "," : "};\n");
}

int main(void)
{
    static const double steps[] = {0.05, 0.02, 0.01};
    static struct paragraphs paragraphs;
    static struct lines texts[1 << 15];
    size_t count = 0, room = 0;
    for (char *data = NULL; count < sizeof texts / sizeof *texts; data = NULL, room = 0) {
        ssize_t size = getdelim(&data, &room, '\0', stdin);
        if (size <= 0)
            break;
        if (size == 1)
            continue;
        if (!lines_read(&texts[count++], (quern_string){data, (size_t)size - 1}, NULL))
            return 1;
    }
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        for (size_t text = 0; text < count; text++)
            learn_text(&paragraphs, &texts[text], steps[i]);
    print_weights(&paragraphs);
    return 0;
}

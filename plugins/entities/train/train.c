/*
 * train.c - quern-train: makes the model of the stage entities.
 *
 *     quern-train clusters VECTORS.json CLUSTERS.bin
 *     quern-train model RECIPE FOLDER CLUSTERS.bin MODEL.bin
 *
 * The first sorts words into clusters by their vectors and writes a model that knows nothing else.
 * The second learns from the corpora in FOLDER that the recipe names, a line each:
 *
 *     wikigold/train.tsv 1.0 PER,ORG,LOC,MISC
 *     crossner/train.tsv 1.0 PER,ORG,LOC,MISC sentences
 *     newswire.tsv 0.2 none
 *
 * file, weight, the kinds of name that were labelled in it, and whether each sentence stands alone.
 * "none": what is in the tags is not looked at; a first model labels it, and a second one learns
 * from all. The same input gives the same bytes on the same machine.
 */
#include "train.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Clusters ---- */

#define FINE 2048
#define MIDDLE 512
#define COARSE 64
#define LEARN_FROM 100000
#define ROUNDS 8

static void make_clusters(const char *vectors_path, const char *path)
{
    static const uint32_t coarser[CLUSTER_GRAINS - 1] = {MIDDLE, COARSE};
    struct vectors vectors = {0};
    vectors_read(&vectors, vectors_path);
    uint16_t *belongs = allocate(vectors.count, sizeof *belongs);
    float *centres = allocate(FINE, vectors.size * sizeof *centres);
    cluster_points(vectors.values, vectors.count, vectors.size, FINE, LEARN_FROM, ROUNDS, belongs,
                   centres);
    struct parts parts = {.word_count = vectors.count, .clusters = FINE};
    parts.words = allocate(vectors.count, sizeof *parts.words);
    parts.coarser = allocate(FINE * (CLUSTER_GRAINS - 1), sizeof *parts.coarser);
    for (size_t i = 0; i < vectors.count; i++)
        parts.words[i] = (struct word_entry){vectors.keys[i], (uint32_t)i, belongs[i]};
    float *above = allocate(MIDDLE, vectors.size * sizeof *above);
    for (int i = 0; i < CLUSTER_GRAINS - 1; i++)
        cluster_points(centres, FINE, vectors.size, coarser[i], FINE, 2 * ROUNDS,
                       parts.coarser + (size_t)i * FINE, above);
    image_write(&parts, path);
    printf("%zu words in %d clusters\n", parts.word_count, FINE);
}

/* ---- Model ---- */

/* What a recipe can set, and what it is otherwise. */
struct plan {
    struct settings learn;
    float rows, least_seen, sure;
};

static const struct plan usual = {
    .learn = {.rounds = 10, .step = 0.1F, .penalty = 0.3F, .dropout = 0.3F, .seed = 20261124},
    .rows = 255000,
    .least_seen = 2,
    .sure = 0.85F};

static void set(struct plan *plan, const char *name, float value)
{
    const struct {
        const char *name;
        float *value;
    } rows[] = {
        {"rounds", &plan->learn.rounds},       {"step", &plan->learn.step},
        {"penalty", &plan->learn.penalty},     {"dropout", &plan->learn.dropout},
        {"blindness", &plan->learn.blindness}, {"rows", &plan->rows},
        {"least-seen", &plan->least_seen},     {"sure", &plan->sure},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].name, name) == 0) {
            *rows[i].value = value;
            return;
        }
    die(name, "no such setting");
}

static unsigned read_kinds(const char *list)
{
    static const char *const names[NAME_KINDS] = {"PER", "ORG", "LOC", "MISC"};
    unsigned kinds = 0;
    for (unsigned kind = 0; kind < NAME_KINDS; kind++)
        if (strstr(list, names[kind]))
            kinds |= 1U << kind;
    return kinds;
}

static bool read_recipe(struct plan *plan, struct examples *examples, const struct model *clusters,
                        const char *recipe, const char *folder)
{
    char line[512], file[256], weight[64], list[64], more[64], path[4096];
    bool unlabelled = false;
    FILE *input = fopen(recipe, "r");
    if (!input)
        die(recipe, strerror(errno));
    while (fgets(line, sizeof line, input)) {
        more[0] = '\0';
        if (line[0] == '#' || line[0] == '\n')
            continue;
        if (sscanf(line, "set %63s %63s", list, more) == 2) {
            set(plan, list, strtof(more, NULL));
            continue;
        }
        if (sscanf(line, "%255s %63s %63s %63s", file, weight, list, more) < 3)
            die(recipe, line);
        struct corpus corpus = {.path = file,
                                .weight = strtof(weight, NULL),
                                .kinds = read_kinds(list),
                                .sentences = strcmp(more, "sentences") == 0};
        snprintf(path, sizeof path, "%s/%s", folder, file);
        examples_add(examples, clusters, &corpus, path);
        unlabelled |= corpus.kinds == 0;
        printf("%s: %zu words, %zu features\n", file, examples->word_count, examples->key_count);
        fflush(stdout);
    }
    fclose(input);
    return unlabelled;
}

/* ---- Weights of eight bits ---- */

static int points(float weight, int most)
{
    float value = roundf(weight * (float)(MODEL_POINTS_DOUBLE / M_LN2));
    return value > (float)most ? most : value < (float)-most ? -most : (int)value;
}

static int largest(const float row[TAGS])
{
    int most = 0;
    for (unsigned tag = 0; tag < TAGS; tag++) {
        int value = abs(points(row[tag], INT8_MAX));
        most = value > most ? value : most;
    }
    return most;
}

/* The least that a row's largest weight must be for no more than `most_rows` to stay. */
static int find_least(const struct examples *examples, const struct weights *weights,
                      size_t most_rows)
{
    size_t counts[INT8_MAX + 1] = {0}, sum = 0;
    for (size_t i = 0; i < examples->key_count; i++)
        counts[largest(weights->rows[i])]++;
    int least = INT8_MAX;
    while (least > 1 && sum + counts[least] <= most_rows)
        sum += counts[least--];
    return least + 1;
}

static void round_weights(const struct examples *examples, const struct weights *weights,
                          size_t most_rows, struct parts *parts)
{
    int least = find_least(examples, weights, most_rows);
    parts->rows = allocate(examples->key_count, sizeof *parts->rows);
    for (size_t i = 0; i < examples->key_count; i++) {
        if (largest(weights->rows[i]) < least)
            continue;
        struct row_entry *row = &parts->rows[parts->row_count++];
        row->key = examples->keys[i];
        for (unsigned tag = 0; tag < TAGS; tag++)
            row->weights.of[tag] = (int8_t)points(weights->rows[i][tag], INT8_MAX);
    }
    for (unsigned from = 0; from <= TAGS; from++)
        for (unsigned to = 0; to <= TAGS; to++)
            parts->steps[from][to] =
                (int16_t)(may_follow(from, to) ? points(weights->steps[from][to], 1000)
                                               : MODEL_NEVER);
    printf("%zu of %zu rows, largest weight at least %d\n", parts->row_count, examples->key_count,
           least);
}

static void make_model(const char *recipe, const char *folder, const char *clusters_path,
                       const char *path)
{
    struct model clusters;
    struct examples examples = {0};
    struct weights weights = {0};
    struct parts parts = {.other = &clusters};
    const char *problem = model_open(&clusters, clusters_path);
    if (!problem)
        problem = model_verify(&clusters);
    if (problem)
        die(clusters_path, problem);
    struct plan plan = usual;
    bool unlabelled = read_recipe(&plan, &examples, &clusters, recipe, folder);
    examples_prune(&examples, (uint32_t)plan.least_seen);
    crf_learn(&examples, &plan.learn, &weights);
    if (unlabelled) {
        crf_label(&examples, &weights, plan.sure);
        free(weights.rows);
        weights = (struct weights){0};
        crf_learn(&examples, &plan.learn, &weights);
    }
    round_weights(&examples, &weights, (size_t)plan.rows, &parts);
    image_write(&parts, path);
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "clusters") == 0)
        make_clusters(argv[2], argv[3]);
    else if (argc == 6 && strcmp(argv[1], "model") == 0)
        make_model(argv[2], argv[3], argv[4], argv[5]);
    else
        die("usage", "quern-train clusters VECTORS CLUSTERS | model RECIPE FOLDER CLUSTERS MODEL");
    return 0;
}

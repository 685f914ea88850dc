/*
 * order.c - whether the steps can stand in the order that they have.
 */
#include "pipeline/condition.h"
#include "pipeline/reader.h"

#include <stdlib.h>
#include <string.h>

/* The next of words with a space between two; `data` is NULL at the end. */
static quern_string next_word(const char **at)
{
    const char *begin = *at ? *at + strspn(*at, " ") : "";
    size_t size = strcspn(begin, " ");
    *at = begin + size;
    return (quern_string){size ? begin : NULL, size};
}

/* What a stage that could not be loaded writes is not known. */
static bool is_known(const struct step *step)
{
    return step->plugin && step->label;
}

static bool writes(const struct step *step, quern_string layer)
{
    return words_contain(step->plugin->stage->writes, layer);
}

static bool may_come_before(const struct pipeline *pipeline, size_t number, quern_string layer)
{
    for (size_t i = 0; i < number; i++)
        if (!is_known(&pipeline->steps[i]) || writes(&pipeline->steps[i], layer))
            return true;
    return false;
}

static const struct step *find_later(const struct pipeline *pipeline, size_t number,
                                     quern_string layer)
{
    for (size_t i = number + 1; i < pipeline->step_count; i++)
        if (is_known(&pipeline->steps[i]) && writes(&pipeline->steps[i], layer))
            return &pipeline->steps[i];
    return NULL;
}

/* Says which later step writes the layer, or else how it could come in. */
static void check_layer(const struct pipeline *pipeline, size_t number, quern_string layer,
                        struct place place, struct problems *problems)
{
    struct buffer hint = {0};
    if (may_come_before(pipeline, number, layer))
        return;
    const struct step *later = find_later(pipeline, number, layer);
    if (later)
        buffer_print(&hint, "\"%s\" writes it: put it before", later->label);
    else
        buffer_add_text(&hint, "if it comes in with the documents, say \"input: {from: jsonl}\"");
    problems_add(problems, QUERN_ERROR, place, buffer_text(&hint),
                 "\"%s\" needs the layer \"%.*s\", which nothing before it writes",
                 pipeline->steps[number].label, (int)layer.size, layer.data);
    buffer_free(&hint);
}

static void check_layers(const struct pipeline *pipeline, size_t number, struct problems *problems)
{
    const struct step *step = &pipeline->steps[number];
    const char *at = step->plugin->stage->reads;
    for (quern_string word; (word = next_word(&at)).data;)
        check_layer(pipeline, number, word, step->place, problems);
    const struct condition_layer *layer = step->when ? step->when->layers : NULL;
    for (; layer; layer = layer->next)
        check_layer(pipeline, number, (quern_string){layer->name, strlen(layer->name)},
                    layer->place, problems);
}

/* What is put between renditions, and around them, fits no document that has none: a step that
 * renders ends the pipeline and leaves no document out. */
static void check_rendering(const struct pipeline *pipeline, size_t number,
                            struct problems *problems)
{
    const struct step *step = &pipeline->steps[number];
    if (number + 1 < pipeline->step_count)
        problems_add(problems, QUERN_ERROR, step[1].place, NULL,
                     "nothing can stand after \"%s\", which turns documents into output",
                     step->label);
    if (step->when || step->on_error == ON_ERROR_PASS)
        problems_add(problems, QUERN_ERROR, step->place, NULL,
                     "\"%s\" turns documents into output, so that none can go on without it: no "
                     "\"when\", no \"on_error: pass\"",
                     step->label);
}

bool pipeline_check_order(const struct pipeline *pipeline, struct problems *problems)
{
    size_t errors = problems->errors;
    for (size_t i = 0; i < pipeline->step_count; i++) {
        const struct step *step = &pipeline->steps[i];
        if (!is_known(step))
            continue;
        if (pipeline->from != FORMAT_JSONL)
            check_layers(pipeline, i, problems);
        if (step->plugin->stage->renders)
            check_rendering(pipeline, i, problems);
    }
    return problems->errors == errors;
}

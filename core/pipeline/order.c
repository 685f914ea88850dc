/*
 * order.c - whether the steps can stand in the order that they have.
 */
#include "pipeline/condition.h"
#include "pipeline/reader.h"

#include <stdlib.h>
#include <string.h>

/* What a stage that could not be loaded writes is not known. */
static bool is_known(const struct step *step)
{
    return step->plugin && step->label;
}

static bool writes(const struct step *step, quern_string layer)
{
    return words_find(step->plugin->stage->writes, layer) >= 0;
}

/* The last step before that number which writes the layer, or may; NULL for none. */
static const struct step *find_writer(const struct pipeline *pipeline, size_t number,
                                      quern_string layer)
{
    for (size_t i = number; i-- > 0;)
        if (!is_known(&pipeline->steps[i]) || writes(&pipeline->steps[i], layer))
            return &pipeline->steps[i];
    return NULL;
}

/* Whether the step may leave spans of the layer that do not fit the text any more. */
static bool may_upset(const struct step *step, quern_string layer)
{
    const quern_stage *stage = step->plugin->stage;
    bool all = stage->preserves && strcmp(stage->preserves, QUERN_ALL_SPANS) == 0;
    return !stage->keeps_text && !all && words_find(stage->preserves, layer) < 0;
}

/* A step that edits text after spans were made for it, and does not say that they are none the worse
 * for it, most likely stands too late. True when that was said. */
static bool warn_of_edits(const struct step *writer, const struct step *reader, quern_string layer,
                          struct place place, struct problems *problems)
{
    const struct step *step = writer + 1;
    while (step < reader && (!is_known(step) || !may_upset(step, layer)))
        step++;
    if (!is_known(writer) || step == reader)
        return false;
    struct buffer hint = {0};
    buffer_print(&hint, "put \"%s\" before \"%s\"", step->label, writer->label);
    problems_add(problems, QUERN_WARNING, place, buffer_text(&hint),
                 "\"%s\" needs the layer \"%.*s\", which \"%s\" writes for a text that \"%s\" then "
                 "edits",
                 reader->label, (int)layer.size, layer.data, writer->label, step->label);
    buffer_free(&hint);
    return true;
}

static const struct step *find_later(const struct pipeline *pipeline, size_t number,
                                     quern_string layer)
{
    for (size_t i = number + 1; i < pipeline->step_count; i++)
        if (is_known(&pipeline->steps[i]) && writes(&pipeline->steps[i], layer))
            return &pipeline->steps[i];
    return NULL;
}

/* Says which later step writes the layer, or else how it could come in. One layer of a step that an
 * edit may have upset is enough to speak of. */
static void check_layer(const struct pipeline *pipeline, size_t number, quern_string layer,
                        struct place place, bool *upset, struct problems *problems)
{
    struct buffer hint = {0};
    const struct step *writer = find_writer(pipeline, number, layer);
    if (writer && !*upset)
        *upset = warn_of_edits(writer, &pipeline->steps[number], layer, place, problems);
    if (writer)
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
    bool upset = false;
    for (quern_string word; (word = words_next(&at)).data;)
        check_layer(pipeline, number, word, step->place, &upset, problems);
    const struct condition_layer *layer = step->when ? step->when->layers : NULL;
    for (; layer; layer = layer->next)
        check_layer(pipeline, number, (quern_string){layer->name, strlen(layer->name)},
                    layer->place, &upset, problems);
}

/* What is put between renditions, and around them, fits no document that has none: a step that
 * renders ends the pipeline and leaves no document out. */
static void check_rendering(const struct pipeline *pipeline, size_t number,
                            struct problems *problems)
{
    const struct step *step = &pipeline->steps[number];
    struct buffer hint = {0};
    buffer_print(&hint, "put it before \"%s\"", step->label);
    if (number + 1 < pipeline->step_count)
        problems_add(problems, QUERN_ERROR, step[1].place, buffer_text(&hint),
                     "nothing can stand after \"%s\", which turns documents into output",
                     step->label);
    if (step->when || step->on_error == ON_ERROR_PASS)
        problems_add(problems, QUERN_ERROR, step->place,
                     "to leave documents out, let a step before it drop them",
                     "\"%s\" turns documents into output, so that none can go on without it: no "
                     "\"when\", no \"on_error: pass\"",
                     step->label);
    buffer_free(&hint);
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

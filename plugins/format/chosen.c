/*
 * Chosen layers; see chosen.h.
 */
#include "chosen.h"

static bool is_chosen(const struct settings *settings, const char *preset, const char *name)
{
    bool chosen = !settings->layers.count && (!preset || strcmp(preset, name) == 0);
    for (size_t i = 0; i < settings->layers.count && !chosen; i++)
        chosen = strcmp(settings->layers.items[i], name) == 0;
    return chosen;
}

quern_layer *next_chosen_layer(const struct job *job, const char *preset, const quern_layer *layer)
{
    quern_layer *next = quern_next_layer(job->doc, layer);
    while (next && !is_chosen(job->settings, preset, quern_layer_name(next)))
        next = quern_next_layer(job->doc, next);
    return next;
}

/*
 * chosen.h - the layers that a format of spans writes.
 */
#ifndef FORMAT_CHOSEN_H
#define FORMAT_CHOSEN_H

#include "format.h"

/* Steps through the layers that the option `layers` names; where it names none, `preset` alone, or
 * all when that is NULL. Start with NULL; NULL ends. */
quern_layer *next_chosen_layer(const struct job *job, const char *preset, const quern_layer *layer);

#endif

/*
 * table.h - what options.c needs of option tables beside what plugin.h offers. Only for
 * core/plugin.
 */
#ifndef QUERN_PLUGIN_TABLE_H
#define QUERN_PLUGIN_TABLE_H

#include "plugin/plugin.h"

/* The number of the choice, from 0; -1 when the option has no such choice. */
int option_choice(const quern_option *option, const char *text);

/* The choice that `text` was most likely meant to be, allocated in the arena; NULL when none is
 * near, or memory is short. */
const char *option_nearest_choice(const quern_option *option, const char *text,
                                  struct arena *arena);

/* "0 to 100", "at least 1"; nothing when there are no bounds. */
void option_describe_range(const quern_option *option, struct buffer *out);

/* "one, two, three" */
void option_describe_choices(const quern_option *option, struct buffer *out);

#endif

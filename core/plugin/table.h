/*
 * table.h - what options.c needs of option tables beside what plugin.h offers. Only for
 * core/plugin.
 */
#ifndef QUERN_PLUGIN_TABLE_H
#define QUERN_PLUGIN_TABLE_H

#include "plugin/plugin.h"

/* The number of the choice, from 0; -1 when the option has no such choice. */
int option_choice(const quern_option *option, const char *text);

/* "0 to 100", "at least 1"; nothing when there are no bounds. */
void option_describe_range(const quern_option *option, struct buffer *out);

#endif

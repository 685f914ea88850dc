/*
 * mustache.h - templates in the language Mustache (mustache.github.io/mustache.5.html): variables,
 * sections, inverted sections and comments. It has no partials, no lambdas, and no change of the
 * braces, so that a template is one file that reads no other and runs nothing.
 */
#ifndef FORMAT_MUSTACHE_H
#define FORMAT_MUSTACHE_H

#include "output.h"

#include <jansson.h>

struct mustache;

/* Reads a template, which has to stay. NULL, with the reason and the line, when it is wrong. */
struct mustache *mustache_parse(quern_string text, const char **why, size_t *line);
void mustache_free(struct mustache *mustache); /* NULL is allowed */

/* Whether a name, or the first part of one that has dots, stands in the template. */
bool mustache_names(const struct mustache *mustache, const char *name);

void mustache_render(const struct mustache *mustache, const json_t *context, struct output *output);

#endif

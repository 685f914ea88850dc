/*
 * json.h - texts as JSON strings.
 */
#ifndef FORMAT_JSON_H
#define FORMAT_JSON_H

#include "output.h"

/* Writes valid UTF-8 as a JSON string, with its quotes. Nothing is lost; what would drive a
 * terminal or turn around the order of what follows is written as an escape. */
void output_json(struct output *output, quern_string text);
void output_json_name(struct output *output, const char *name);

#endif

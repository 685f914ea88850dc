/*
 * values.h - what the values in a pipeline file mean.
 */
#ifndef QUERN_VALUES_H
#define QUERN_VALUES_H

#include "pipeline/yaml.h"

/* What a scalar is under the core schema of YAML 1.2.2 (section 10.3.2). */
enum value_type { VALUE_NULL, VALUE_TRUE, VALUE_FALSE, VALUE_NUMBER, VALUE_TEXT };
enum value_type value_type_of(const struct yaml_node *scalar);

/* Appends a scalar as JSON. False when JSON cannot say it: infinities, what is not a number, and
 * hexadecimal and octal numbers of more than 64 bits. */
bool value_to_json(const struct yaml_node *scalar, struct buffer *out);

/* "500ms", "5s", "2m", "1h", or seconds; at most a week. */
bool value_to_seconds(const char *text, double *seconds);

#endif

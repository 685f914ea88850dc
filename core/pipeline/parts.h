/*
 * parts.h - what reads the larger parts of a pipeline file.
 */
#ifndef QUERN_PARTS_H
#define QUERN_PARTS_H

#include "pipeline/reader.h"

/* The keys of an entry of `stages`, and what takes the list. */
extern const struct pipeline_key step_keys[];
void steps_take(struct reader *reader, const struct yaml_node *list, void *into);

/* The keys of an entry of `tests`, and what takes the list. */
extern const struct pipeline_key test_keys[];
void tests_take(struct reader *reader, const struct yaml_node *list, void *into);

#endif

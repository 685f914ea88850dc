/*
 * expect.h - whether what came of a test's document is what was expected. For the files of this
 * folder alone.
 */
#ifndef QUERN_EXPECT_H
#define QUERN_EXPECT_H

#include "pipeline/pipeline.h"

/* Appends a line for each thing of a document that is not as expected; nothing when all is. */
void expect_document(const struct pipeline_test *test, quern_document *doc, struct buffer *out);

/* Lines that two texts differ in, with "-" what was expected and "+" what is there. */
void expect_difference(quern_string expected, quern_string actual, struct buffer *out);

#endif

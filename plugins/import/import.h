/*
 * import.h - what a format is that can be read. Each stands in a file of its own, and in the table
 * of import.c.
 */
#ifndef IMPORT_H
#define IMPORT_H

#include "builder.h"

/* Reads a whole file and emits its documents. False, after quern_fail() with the line, when it is
 * not in the format. */
typedef bool import_function(quern_string text, struct builder *builder, quern_call *call);

extern import_function import_columns, import_conllu, import_brat;

#endif

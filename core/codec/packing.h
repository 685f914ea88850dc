/*
 * packing.h - tells packed bytes by how they begin, and loads what takes them apart.
 */
#ifndef QUERN_CODEC_PACKING_H
#define QUERN_CODEC_PACKING_H

#include "packed/packed.h"

/* How many bytes from the start of a file tell. */
enum { PACKING_HEAD = 512 };

/* What a file is that begins like that: one stream, an archive, or neither. */
struct packing_kind {
    enum packing packing;
    bool archive;
};
struct packing_kind packing_of(quern_string head);

/* Whether more bytes may still make a difference. */
bool packing_is_open(quern_string head);

/* What a file that is to have this name has to be packed by. */
enum packing packing_of_name(const char *name);

/* The length of a name without the ending that tells of packing. */
size_t packing_stem(const char *name);

/* NULL, with the reason, when the library is not there. */
const struct packed_functions *packing_functions(const char **why);

#endif

/*
 * functions.h - the functions of packed.h, for the table. For the files of this folder alone.
 */
#ifndef QUERN_PACKED_FUNCTIONS_H
#define QUERN_PACKED_FUNCTIONS_H

#include "packed.h"

struct unpacker *unpacker_open(enum packing packing, struct packed_source source);
ptrdiff_t unpacker_read(struct unpacker *unpacker, char *to, size_t room, const char **why);
void unpacker_close(struct unpacker *unpacker);

struct archive_reader *reader_open(struct packed_source source);
int reader_next(struct archive_reader *reader, const char **name, const char **why);
ptrdiff_t reader_read(struct archive_reader *reader, char *to, size_t room, const char **why);
void reader_close(struct archive_reader *reader);

struct packer *packer_open(enum packing packing);
bool packer_write(struct packer *packer, quern_string bytes, bool last,
                  struct packed_target target);
void packer_close(struct packer *packer);

#endif

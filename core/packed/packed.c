/* packed.c - what the library exports. */
#include "functions.h"

extern QUERN_API const struct packed_functions quern_packed;

const struct packed_functions quern_packed = {
    PACKED_VERSION, unpacker_open, unpacker_read, unpacker_close, reader_open,  reader_next,
    reader_read,    reader_close,  packer_open,   packer_write,   packer_close,
};

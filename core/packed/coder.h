/*
 * coder.h - what gzip, xz, zstd and bzip2 have in common, in both directions: each takes bytes,
 * gives bytes, and says when a stream has ended.
 */
#ifndef QUERN_CODER_H
#define QUERN_CODER_H

#include "packed.h"

#define ZLIB_CONST
#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

/* Bytes on their way through a step. */
struct flow {
    const char *in;
    char *out;
    size_t in_size, out_size;
    bool last; /* nothing follows what comes in */
};

enum coder_outcome { CODER_GOES_ON, CODER_ENDED, CODER_DAMAGED, CODER_NO_MEMORY };

union coder_state {
    z_stream gzip;
    lzma_stream xz;
    bz_stream bzip2;
    ZSTD_DCtx *unpack_zstd;
    ZSTD_CCtx *pack_zstd;
};

struct coder {
    bool (*begin)(union coder_state *state); /* of zeros; false when memory is short */
    /* Moves the flow on over what was taken in and given out. */
    enum coder_outcome (*step)(union coder_state *state, struct flow *flow);
    void (*end)(union coder_state *state);
};

/* By enum packing. */
extern const struct coder unpacking_coders[], packing_coders[];

enum { CODER_CHUNK = 64 << 10 };

/* No library here is given more than this at a time: some count in 32 bits. */
#define CODER_MOST ((size_t)1 << 30)

#endif

/*
 * coder.c - gzip (RFC 1952) by zlib, xz by liblzma, zstd (RFC 8878) by libzstd, bzip2 by libbz2, in
 * the settings that their own programs have when they are asked for nothing.
 */
#include "coder.h"

/* What a stream may ask for to be read: its header says how much it takes. It is enough for what
 * any level of xz makes; zstd has its own bound, a window of 128 MiB. */
enum { XZ_MEMORY_MAX = 256 << 20 };

enum {
    GZIP_WINDOW = MAX_WBITS + 16,
    GZIP_MEMORY = 8,
    XZ_LEVEL = 6,
    ZSTD_LEVEL = 3,
    BZIP2_LEVEL = 9
};

/* Three of the libraries call these by the same names. */
#define GIVE(stream, flow, byte, count)                                                            \
    ((stream)->next_in = (byte *)(flow)->in, (stream)->avail_in = (count)(flow)->in_size,          \
     (stream)->next_out = (byte *)(flow)->out, (stream)->avail_out = (count)(flow)->out_size)
#define TAKE(stream, flow)                                                                         \
    ((flow)->in = (const char *)(stream)->next_in, (flow)->in_size = (stream)->avail_in,           \
     (flow)->out = (char *)(stream)->next_out, (flow)->out_size = (stream)->avail_out)

/* ---- gzip ---- */

static bool gunzip_begin(union coder_state *state)
{
    return inflateInit2(&state->gzip, GZIP_WINDOW) == Z_OK;
}

static void gunzip_end(union coder_state *state)
{
    inflateEnd(&state->gzip);
}

static bool gzip_begin(union coder_state *state)
{
    return deflateInit2(&state->gzip, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY,
                        Z_DEFAULT_STRATEGY) == Z_OK;
}

static void gzip_end(union coder_state *state)
{
    deflateEnd(&state->gzip);
}

/* Z_BUF_ERROR is no error: it could do nothing. */
static enum coder_outcome judge_gzip(int result)
{
    if (result == Z_STREAM_END)
        return CODER_ENDED;
    if (result == Z_MEM_ERROR)
        return CODER_NO_MEMORY;
    return result == Z_OK || result == Z_BUF_ERROR ? CODER_GOES_ON : CODER_DAMAGED;
}

static enum coder_outcome gunzip_step(union coder_state *state, struct flow *flow)
{
    GIVE(&state->gzip, flow, Bytef, uInt);
    int result = inflate(&state->gzip, Z_NO_FLUSH);
    TAKE(&state->gzip, flow);
    return judge_gzip(result);
}

static enum coder_outcome gzip_step(union coder_state *state, struct flow *flow)
{
    GIVE(&state->gzip, flow, Bytef, uInt);
    int result = deflate(&state->gzip, flow->last ? Z_FINISH : Z_NO_FLUSH);
    TAKE(&state->gzip, flow);
    return judge_gzip(result);
}

/* ---- xz ---- */

static bool unxz_begin(union coder_state *state)
{
    return lzma_stream_decoder(&state->xz, XZ_MEMORY_MAX, 0) == LZMA_OK;
}

static bool xz_begin(union coder_state *state)
{
    return lzma_easy_encoder(&state->xz, XZ_LEVEL, LZMA_CHECK_CRC64) == LZMA_OK;
}

static void xz_end(union coder_state *state)
{
    lzma_end(&state->xz);
}

static enum coder_outcome xz_step(union coder_state *state, struct flow *flow)
{
    GIVE(&state->xz, flow, uint8_t, size_t);
    lzma_ret result = lzma_code(&state->xz, flow->last ? LZMA_FINISH : LZMA_RUN);
    TAKE(&state->xz, flow);
    switch (result) {
    case LZMA_OK:
    case LZMA_BUF_ERROR:
        return CODER_GOES_ON;
    case LZMA_STREAM_END:
        return CODER_ENDED;
    case LZMA_MEM_ERROR:
    case LZMA_MEMLIMIT_ERROR:
        return CODER_NO_MEMORY;
    default:
        return CODER_DAMAGED;
    }
}

/* ---- zstd ---- */

static bool unzstd_begin(union coder_state *state)
{
    return (state->unpack_zstd = ZSTD_createDCtx()) != NULL;
}

static void unzstd_end(union coder_state *state)
{
    ZSTD_freeDCtx(state->unpack_zstd);
}

static bool zstd_begin(union coder_state *state)
{
    state->pack_zstd = ZSTD_createCCtx();
    if (!state->pack_zstd)
        return false;
    ZSTD_CCtx_setParameter(state->pack_zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
    ZSTD_CCtx_setParameter(state->pack_zstd, ZSTD_c_checksumFlag, 1);
    return true;
}

static void zstd_end(union coder_state *state)
{
    ZSTD_freeCCtx(state->pack_zstd);
}

static enum coder_outcome judge_zstd(size_t result, struct flow *flow, const ZSTD_inBuffer *in,
                                     const ZSTD_outBuffer *out, bool ends)
{
    flow->in += in->pos, flow->in_size -= in->pos;
    flow->out += out->pos, flow->out_size -= out->pos;
    if (ZSTD_isError(result))
        return CODER_DAMAGED;
    return ends && result == 0 ? CODER_ENDED : CODER_GOES_ON;
}

static enum coder_outcome unzstd_step(union coder_state *state, struct flow *flow)
{
    ZSTD_inBuffer in = {flow->in, flow->in_size, 0};
    ZSTD_outBuffer out = {flow->out, flow->out_size, 0};
    return judge_zstd(ZSTD_decompressStream(state->unpack_zstd, &out, &in), flow, &in, &out, true);
}

static enum coder_outcome zstd_step(union coder_state *state, struct flow *flow)
{
    ZSTD_inBuffer in = {flow->in, flow->in_size, 0};
    ZSTD_outBuffer out = {flow->out, flow->out_size, 0};
    ZSTD_EndDirective directive = flow->last ? ZSTD_e_end : ZSTD_e_continue;
    size_t result = ZSTD_compressStream2(state->pack_zstd, &out, &in, directive);
    return judge_zstd(result, flow, &in, &out, flow->last);
}

/* ---- bzip2 ---- */

static bool unbzip2_begin(union coder_state *state)
{
    return BZ2_bzDecompressInit(&state->bzip2, 0, 0) == BZ_OK;
}

static void unbzip2_end(union coder_state *state)
{
    BZ2_bzDecompressEnd(&state->bzip2);
}

static bool bzip2_begin(union coder_state *state)
{
    return BZ2_bzCompressInit(&state->bzip2, BZIP2_LEVEL, 0, 0) == BZ_OK;
}

static void bzip2_end(union coder_state *state)
{
    BZ2_bzCompressEnd(&state->bzip2);
}

static enum coder_outcome judge_bzip2(int result)
{
    if (result == BZ_STREAM_END)
        return CODER_ENDED;
    if (result == BZ_MEM_ERROR)
        return CODER_NO_MEMORY;
    return result >= BZ_OK ? CODER_GOES_ON : CODER_DAMAGED;
}

static enum coder_outcome unbzip2_step(union coder_state *state, struct flow *flow)
{
    GIVE(&state->bzip2, flow, char, unsigned);
    int result = BZ2_bzDecompress(&state->bzip2);
    TAKE(&state->bzip2, flow);
    return judge_bzip2(result);
}

static enum coder_outcome bzip2_step(union coder_state *state, struct flow *flow)
{
    GIVE(&state->bzip2, flow, char, unsigned);
    int result = BZ2_bzCompress(&state->bzip2, flow->last ? BZ_FINISH : BZ_RUN);
    TAKE(&state->bzip2, flow);
    return judge_bzip2(result);
}

const struct coder unpacking_coders[] = {
    [PACKING_GZIP] = {gunzip_begin, gunzip_step, gunzip_end},
    [PACKING_XZ] = {unxz_begin, xz_step, xz_end},
    [PACKING_ZSTD] = {unzstd_begin, unzstd_step, unzstd_end},
    [PACKING_BZIP2] = {unbzip2_begin, unbzip2_step, unbzip2_end},
};

const struct coder packing_coders[] = {
    [PACKING_GZIP] = {gzip_begin, gzip_step, gzip_end},
    [PACKING_XZ] = {xz_begin, xz_step, xz_end},
    [PACKING_ZSTD] = {zstd_begin, zstd_step, zstd_end},
    [PACKING_BZIP2] = {bzip2_begin, bzip2_step, bzip2_end},
};

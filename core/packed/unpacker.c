/* unpacker.c - reads compressed streams. */
#include "coder.h"
#include "functions.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct unpacker {
    const struct coder *coder;
    struct packed_source source;
    union coder_state state;
    bool within;     /* a stream has begun, and has not ended */
    bool ended;      /* the source has */
    const char *why; /* nothing more can be had */
    size_t begin, size;
    char in[CODER_CHUNK];
};

struct unpacker *unpacker_open(enum packing packing, struct packed_source source)
{
    struct unpacker *unpacker = malloc(sizeof *unpacker);
    if (!unpacker)
        return NULL;
    unpacker->coder = &unpacking_coders[packing];
    unpacker->source = source;
    unpacker->within = unpacker->ended = false;
    unpacker->why = NULL;
    unpacker->begin = unpacker->size = 0;
    return unpacker;
}

static void end_stream(struct unpacker *unpacker)
{
    if (unpacker->within)
        unpacker->coder->end(&unpacker->state);
    unpacker->within = false;
}

void unpacker_close(struct unpacker *unpacker)
{
    end_stream(unpacker);
    free(unpacker);
}

static void fill(struct unpacker *unpacker)
{
    if (unpacker->ended || unpacker->begin < unpacker->size)
        return;
    ptrdiff_t count = unpacker->source.read(unpacker->source.user, unpacker->in, CODER_CHUNK);
    unpacker->begin = 0;
    unpacker->size = count > 0 ? (size_t)count : 0;
    unpacker->ended = count == 0;
    if (count < 0)
        unpacker->why = strerror(errno);
}

static bool begin_stream(struct unpacker *unpacker)
{
    memset(&unpacker->state, 0, sizeof unpacker->state);
    unpacker->within = unpacker->coder->begin(&unpacker->state);
    if (!unpacker->within)
        unpacker->why = strerror(ENOMEM);
    return unpacker->within;
}

static void step(struct unpacker *unpacker, struct flow *flow)
{
    char *out = flow->out;
    flow->in = unpacker->in + unpacker->begin;
    flow->in_size = unpacker->size - unpacker->begin;
    enum coder_outcome outcome = unpacker->coder->step(&unpacker->state, flow);
    unpacker->begin = unpacker->size - flow->in_size;
    if (outcome == CODER_ENDED)
        end_stream(unpacker);
    else if (outcome == CODER_DAMAGED)
        unpacker->why = "the compressed data are damaged";
    else if (outcome == CODER_NO_MEMORY)
        unpacker->why = "the compressed data take more memory than there is for them";
    else if (flow->out == out && !flow->in_size && unpacker->ended)
        unpacker->why = "the compressed data end too early";
}

ptrdiff_t unpacker_read(struct unpacker *unpacker, char *to, size_t room, const char **why)
{
    struct flow flow = {.out = to, .out_size = room < CODER_MOST ? room : CODER_MOST};
    while (flow.out == to && !unpacker->why) {
        fill(unpacker);
        bool nothing = unpacker->ended && unpacker->begin == unpacker->size;
        if (!unpacker->within && nothing)
            return 0;
        if (!unpacker->why && (unpacker->within || begin_stream(unpacker)))
            step(unpacker, &flow);
    }
    *why = unpacker->why;
    return flow.out > to ? flow.out - to : -1;
}

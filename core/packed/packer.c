/* packer.c - writes compressed streams. */
#include "coder.h"
#include "functions.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct packer {
    const struct coder *coder;
    union coder_state state;
    bool within; /* a stream has begun, and has not ended */
    char out[CODER_CHUNK];
};

struct packer *packer_open(enum packing packing)
{
    struct packer *packer = malloc(sizeof *packer);
    if (!packer)
        return NULL;
    packer->coder = &packing_coders[packing];
    packer->within = false;
    return packer;
}

static void end_stream(struct packer *packer)
{
    if (packer->within)
        packer->coder->end(&packer->state);
    packer->within = false;
}

void packer_close(struct packer *packer)
{
    end_stream(packer);
    free(packer);
}

static bool begin_stream(struct packer *packer)
{
    memset(&packer->state, 0, sizeof packer->state);
    packer->within = packer->coder->begin(&packer->state);
    errno = ENOMEM;
    return packer->within;
}

/* Packs until all is taken in, and given out when it is the last of a stream. */
static bool pack(struct packer *packer, quern_string bytes, bool last, struct packed_target target)
{
    struct flow flow = {.in = bytes.data, .in_size = bytes.size, .last = last};
    while (flow.in_size || (last && packer->within)) {
        flow.out = packer->out;
        flow.out_size = sizeof packer->out;
        enum coder_outcome outcome = packer->coder->step(&packer->state, &flow);
        quern_string out = {packer->out, (size_t)(flow.out - packer->out)};
        if (outcome == CODER_ENDED)
            end_stream(packer);
        errno = ENOMEM;
        if (outcome > CODER_ENDED || (out.size && !target.write(target.user, out)))
            return false;
    }
    return true;
}

bool packer_write(struct packer *packer, quern_string bytes, bool last, struct packed_target target)
{
    if (!packer->within && !begin_stream(packer))
        return false;
    for (; bytes.size > CODER_MOST; bytes.data += CODER_MOST, bytes.size -= CODER_MOST)
        if (!pack(packer, (quern_string){bytes.data, CODER_MOST}, false, target))
            return false;
    return pack(packer, bytes, last, target);
}

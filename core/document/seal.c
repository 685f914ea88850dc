/*
 * Sealed documents: what a stage can still hold on to when it has handed a document on. What was in
 * it has moved to another; the shell stands in pages of its own that cannot be read or written. The
 * first touch faults, is noted, and opens the pages, so that the stage goes on with an empty
 * document.
 */
#include "document/internal.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* How many are kept, the last ones. */
enum { SEALS_MAX = 64 };

static bool allowed;
static size_t shell_size; /* a whole number of pages, so that nothing else stands in them */
static quern_document *shells[SEALS_MAX];
static size_t next;
static struct sigaction before;
static volatile sig_atomic_t broken;

static quern_document **find(const void *address)
{
    for (size_t i = 0; i < SEALS_MAX; i++)
        if (shells[i] && (uintptr_t)address - (uintptr_t)shells[i] < shell_size)
            return &shells[i];
    return NULL;
}

static void open_pages(quern_document *doc)
{
    mprotect(doc, shell_size, PROT_READ | PROT_WRITE);
}

/* What is none of ours meets what was there before: a fault comes again by itself, a signal that
 * somebody sent does not. */
static void catch_touch(int number, siginfo_t *info, void *context)
{
    bool fault = info->si_code > 0;
    quern_document **touched = fault ? find(info->si_addr) : NULL;
    (void)context;
    if (!touched) {
        sigaction(number, &before, NULL);
        if (!fault)
            raise(number);
        return;
    }
    broken = 1;
    open_pages(*touched);
}

void document_allow_seals(void)
{
    struct sigaction trap = {.sa_sigaction = catch_touch};
    trap.sa_flags = SA_SIGINFO | SA_ONSTACK;
    if (allowed)
        return;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    shell_size = (sizeof(quern_document) + page - 1) / page * page;
    allowed = sigaction(SIGSEGV, &trap, &before) == 0;
}

quern_document *seal_alloc(void)
{
    void *memory = NULL;
    if (!allowed)
        return memory_new(1, sizeof(quern_document));
    if (posix_memalign(&memory, (size_t)sysconf(_SC_PAGESIZE), shell_size) != 0)
        return NULL;
    quern_document *doc = memset(memory, 0, shell_size);
    doc->alone = true;
    return doc;
}

bool document_is_sealed(const quern_document *doc)
{
    return find(doc) != NULL;
}

/* From here on it is a document like others. */
static quern_document *unseal(quern_document **slot)
{
    quern_document *doc = *slot;
    *slot = NULL;
    open_pages(doc);
    return doc;
}

void seal_break(quern_document *doc)
{
    quern_document **slot = find(doc);
    if (!slot)
        return;
    unseal(slot);
    broken = 1;
}

void document_free_sealed(void)
{
    for (size_t i = 0; i < SEALS_MAX; i++)
        if (shells[i])
            quern_document_free(unseal(&shells[i]));
}

static void seal(quern_document *doc)
{
    if (shells[next])
        quern_document_free(unseal(&shells[next]));
    shells[next] = doc;
    next = (next + 1) % SEALS_MAX;
    mprotect(doc, shell_size, PROT_NONE);
}

/* Only its editor and its layers point back to a document. */
static void move(quern_document *to, quern_document *from)
{
    *to = *from;
    to->editor.doc = to;
    for (size_t i = 0; i < to->layer_count; i++)
        to->layers[i]->doc = to;
    memset(from, 0, sizeof *from);
    from->alone = true;
    document_init(from);
}

quern_document *document_seal(quern_document *doc)
{
    quern_document *moved = doc->alone ? quern_document_new() : NULL;
    if (!moved)
        return NULL;
    move(moved, doc);
    seal(doc);
    return moved;
}

bool document_seal_was_broken(void)
{
    bool was = broken;
    broken = 0;
    return was;
}

/*
 * chain.h - how an opened pipeline is made up. For the files of this folder alone.
 */
#ifndef QUERN_CHAIN_H
#define QUERN_CHAIN_H

#include "runner/lines.h"
#include "runner/runner.h"

#include <sys/queue.h>

/* Where a document came from. It is attached to the document and goes with it. */
struct ticket {
    struct record record;
    char *bytes, *input; /* of the record, when the ticket owns them */
    struct line_index lines;
    struct station *holder; /* the step that holds the document; NULL for none */
    const char *misuse;     /* what that did wrong when it began to; NULL for nothing */
    TAILQ_ENTRY(ticket) link;
};
TAILQ_HEAD(ticket_list, ticket);

/* A number for the records of documents that a stage made. */
#define RECORD_MADE UINT64_MAX

/* What becomes of a document at a step. */
enum fate { FATE_THROUGH, FATE_DROPPED, FATE_HELD, FATE_FAILED };

/* What a stage is held to under --paranoid. */
struct contract {
    struct buffer text;          /* before, when it is to be kept */
    enum fate fate;              /* what became of the document the first time */
    struct buffer result, again; /* what came of it the first time, and the second */
    struct buffer reason;        /* why the document failed */
};

/* A point in time, or a while, in nanoseconds; 0 where it is not measured. */
struct moment {
    uint64_t clock, processor;
};

/* A step with its stage opened. */
struct station {
    struct chain *chain;
    const struct step *step;
    void *state;
    quern_call *call;
    size_t segment;
    quern_document *current; /* what it is working on */
    const char *misuse;      /* what it did wrong beside its verdict */
    char reason[120];        /* of ours, why a document failed there */
    struct moment away;      /* what later steps took while it was emitting */
    char *passed_over;       /* why the current document goes on without this step */
    struct contract contract;
    struct step_counts *counts, counts_before;
    struct ticket_list held; /* in the order in which they came */
    struct ticket_list gone; /* freed by the stage while it was flushed */
    bool opened, flushing;
};

/* Steps that a document takes without leaving its worker: all `each`, or one `stream`. */
struct segment {
    size_t first, end; /* steps */
    bool stream;
    bool may_pass;        /* some step is to be left out when it fails */
    struct buffer before; /* the document as it came in here, when it may be needed again */
};

struct chain {
    const struct pipeline *pipeline;
    struct chain_events events;
    step_watch *watch; /* NULL for none */
    void *watcher;
    enum measure measure;
    bool stopped, paranoid;
    bool passing;              /* the next document goes on without some steps */
    bool rehearsing;           /* the document takes its way a second time, for comparison */
    struct problems *problems; /* those of opening the stages */
    const struct station *muted_until; /* the document goes its way again: all this was said */
    struct station *stations;
    struct step_counts *counts, *own_counts; /* of all stations */
    struct segment *segments;
    size_t segment_count;
    quern_document *doc; /* for the next record; NULL when a stage held it */
    struct ticket ticket;
};

/* Takes a document through one segment. What is lost is told to the chain's events. */
enum fate segment_run(struct chain *chain, struct segment *segment, quern_document *doc);

/* Takes a document through the segments from that one on. False when it is held: then it belongs to
 * a stage. */
bool chain_advance(struct chain *chain, size_t segment, quern_document *doc);

/* Tells that a document is lost at a step. */
void chain_lose(struct chain *chain, enum loss_kind kind, const quern_document *doc,
                const struct step *step, const char *reason);

/* Tells who watches which step goes to work; NULL for none. */
void station_show(const struct station *station, const struct step *step,
                  const quern_document *doc);

/* What the stage of a station did wrong with a document that it lets go, or NULL. */
const char *station_find_fault(const struct station *station, const quern_document *doc);

/* Writes why a document failed that took longer than so many seconds. */
void explain_time(double limit, char *reason, size_t size);

/* Under --paranoid (contract.c): before a stage works on a document, and afterwards; then why the
 * document fails, or NULL. */
void contract_begin(struct station *station, quern_document *doc);
const char *contract_check(struct station *station, quern_document *doc);

/* Sees whether the stage used a document that it has handed on: a misuse. */
void contract_note_touch(struct station *station);

/* Keeps what came of a document at a station; and, the second time, compares. */
void contract_keep_result(struct station *station, quern_document *doc, enum fate fate,
                          const char *why);
const char *contract_compare_result(struct station *station, quern_document *doc, enum fate fate,
                                    const char *why);
void contract_free(struct contract *contract);

/* Now, by the clock and by the processor time of this thread, as far as the station is measured;
 * and what passed since then. */
struct moment moment_now(const struct station *station);
struct moment moment_since(const struct station *station, struct moment start);

/* Counts what passed while the stage worked, without what later steps took. Returns the nanoseconds of
 * processor time. */
uint64_t station_add_time(struct station *station, struct moment start);

/* Tells of the edits that were made to a document, the last of them by that station. */
void chain_tell_edits(struct station *station, quern_document *doc);

struct ticket *ticket_of(const quern_document *doc);

/* Ties a ticket to a document, which has none. */
void ticket_attach(struct ticket *ticket, quern_document *doc);

/* Gives a document a ticket that outlives its record. False when memory is short. */
bool ticket_keep(quern_document *doc);

/* The station holds the document, whose ticket was kept before. */
void ticket_hold(quern_document *doc, struct station *holder);

/* Its holder holds the document no more. */
void ticket_let_go(struct ticket *ticket);

/* The ticket of a document that its holder emits; made when the stage made the document. NULL when
 * memory is short. */
struct ticket *ticket_emit(quern_document *doc, struct station *station);
void ticket_free(struct ticket *ticket);

#endif

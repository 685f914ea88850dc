/*
 * Tickets: where the documents came from that a stage holds or makes. Who holds one owns its bytes,
 * so that it can go to quarantine as it came however late it fails.
 */
#include "runner/chain.h"

#include <stdlib.h>
#include <string.h>

struct ticket *ticket_of(const quern_document *doc)
{
    return document_attachment(doc);
}

void ticket_free(struct ticket *ticket)
{
    lines_free(&ticket->lines);
    free(ticket->bytes);
    free(ticket->input);
    free(ticket);
}

static void tell(const struct ticket *ticket, const struct chain *chain, const struct step *step)
{
    const struct hold hold = {ticket->record.number, step};
    if (chain->events.hold)
        chain->events.hold(chain->events.user, &hold);
}

void ticket_let_go(struct ticket *ticket)
{
    struct station *holder = ticket->holder;
    TAILQ_REMOVE(&holder->held, ticket, link);
    ticket->holder = NULL;
    tell(ticket, holder->chain, NULL);
}

/* The document was freed. If a stage did that with one it held, the document counts as dropped;
 * while it is flushed, it is not known before the end whether it knew what it did. */
static void release(void *attachment)
{
    struct ticket *ticket = attachment;
    struct station *holder = ticket->holder;
    if (holder)
        ticket_let_go(ticket);
    if (holder && holder->flushing) {
        TAILQ_INSERT_TAIL(&holder->gone, ticket, link);
        return;
    }
    if (holder)
        holder->counts->dropped++;
    ticket_free(ticket);
}

static struct ticket *make_ticket(const struct record *record)
{
    struct ticket *ticket = memory_new(1, sizeof *ticket);
    char *bytes = memory_copy(record->bytes.data, record->bytes.size);
    char *input = memory_copy(record->input, strlen(record->input));
    if (!ticket || !bytes || !input) {
        free(bytes);
        free(input);
        free(ticket);
        return NULL;
    }
    ticket->record = *record;
    ticket->record.bytes.data = ticket->bytes = bytes;
    ticket->record.input = ticket->input = input;
    return ticket;
}

void ticket_attach(struct ticket *ticket, quern_document *doc)
{
    document_attach(doc, ticket, ticket->bytes ? release : NULL);
}

bool ticket_keep(quern_document *doc)
{
    struct ticket *ticket = ticket_of(doc);
    if (ticket->bytes)
        return true;
    ticket = make_ticket(&ticket->record);
    if (ticket)
        ticket_attach(ticket, doc);
    return ticket != NULL;
}

void ticket_hold(quern_document *doc, struct station *holder)
{
    struct ticket *ticket = ticket_of(doc);
    ticket->holder = holder;
    TAILQ_INSERT_TAIL(&holder->held, ticket, link);
    tell(ticket, holder->chain, holder->step);
}

/* A document that a stage made has no record but what it is itself. */
static struct ticket *make_record(quern_document *doc, const struct station *station)
{
    struct buffer bytes = {0};
    record_write_jsonl(doc, QUERN_CODE_POINTS, &bytes);
    struct record record = {.bytes = {buffer_text(&bytes), bytes.size},
                            .format = RECORD_JSONL,
                            .input = station->step->label,
                            .line = 1,
                            .number = RECORD_MADE};
    struct ticket *ticket = bytes.failed ? NULL : make_ticket(&record);
    buffer_free(&bytes);
    if (ticket)
        ticket_attach(ticket, doc);
    return ticket;
}

struct ticket *ticket_emit(quern_document *doc, struct station *station)
{
    struct ticket *ticket = ticket_of(doc);
    if (!ticket)
        return make_record(doc, station);
    if (ticket->holder)
        ticket_let_go(ticket);
    return ticket;
}

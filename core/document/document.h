/*
 * document.h - what the floors above may do with a document beside what quern.h offers.
 */
#ifndef QUERN_DOCUMENT_H
#define QUERN_DOCUMENT_H

#include "base/base.h"

/* Makes `source`, behind which a NUL has to stand, the source of an empty document, which borrows its
 * bytes: they have to stay until the document is cleared or owns them. No copy is made of what is
 * valid UTF-8. */
quern_status document_load(quern_document *doc, quern_string source);

/* Makes `text` the text of an empty document whose source did not come along, borrowed as above,
 * and `change` after `change` the way back to it. They have to be ascending. Spans stay. */
quern_status document_restore(quern_document *doc, quern_string text);
quern_status document_restore_change(quern_document *doc, quern_change change, quern_string stage,
                                     quern_string rule);

/* Remembers the JSON string that the text at hand was decoded from, whose bytes are borrowed. */
void document_set_raw_text(quern_document *doc, quern_string json);
/* That string; `data` is NULL when there is none, or the text was changed or moved since. */
quern_string document_raw_text(const quern_document *doc);

/* Copies what is borrowed, so that the document can outlive its record. */
quern_status document_own(quern_document *doc);

/* Empties the document for the next one. Keeps buffers, but lets go of large ones. */
void document_clear(quern_document *doc);

/* Records may write an identifier as a number; what it was is kept. */
quern_status document_set_id(quern_document *doc, quern_string id, bool is_number);
bool document_id_is_number(const quern_document *doc);

/* The first error sticks. */
void document_fail(quern_document *doc, quern_status status);
bool document_has_open_editor(const quern_document *doc);

/* ---- Holding stages to what they declare ---- */

/* Forgets which layers were written so far. */
void document_watch_layers(quern_document *doc);

/* Whether spans of the layer were added, changed or removed since then, other than by edits of the
 * text; `*place` is where in the text that happened first. */
bool document_layer_was_written(const quern_layer *layer, size_t *place);

/* From now on new documents can be sealed. For the whole process. */
void document_allow_seals(void);

/* Moves all that a document is to a new one, which is returned, and leaves the old one empty and
 * sealed: that somebody touches it is noted. Freeing it counts as that; nobody has to. NULL, with
 * the document as it was, when memory is short or it was made before seals were allowed. */
quern_document *document_seal(quern_document *doc);
bool document_is_sealed(const quern_document *doc);

/* Frees those that are sealed. */
void document_free_sealed(void);

/* Whether a sealed document was touched since this was asked last. */
bool document_seal_was_broken(void);

/* ---- Limits ---- */

/* Bounds the memory that the document may hold from now on; 0 for no bound. */
void document_limit_memory(quern_document *doc, size_t bytes);
size_t document_memory(const quern_document *doc);

/* Bytes of text copied by commits since the document was cleared. */
uint64_t document_copied(const quern_document *doc);

/* Tells how many edits were committed by each rule since this was asked last, or the document was
 * cleared. What is told is good until the document is. */
void document_take_edits(quern_document *doc, void *user,
                         void (*take)(void *user, const char *stage, const char *rule,
                                      uint64_t count));

/* What stages have rendered so far. `data` is NULL when none has. Asking for the buffer, to append
 * to it, counts as rendering. */
quern_string document_rendition(const quern_document *doc);
struct buffer *document_rendition_buffer(quern_document *doc);

/* Ties something to a document that goes with it: `release`, unless it is NULL, is called with it
 * when the document is cleared or freed. It takes the place of what was tied before, which is not
 * released. */
void document_attach(quern_document *doc, void *thing, void (*release)(void *thing));
void *document_attachment(const quern_document *doc); /* NULL for none */
/* Unties it without releasing it. */
void *document_detach(quern_document *doc);

/* ---- Calls ---- */

/* A message from a stage about a document, with its place in the text. */
struct message {
    quern_severity severity;
    size_t begin, end;
    const char *text;
};

/* What a stage has against the value of an option. */
struct refusal {
    const char *option;
    size_t entry, offset;
    const char *why;
};

/* Where what a stage says and emits goes, while it runs. */
struct call_sink {
    void *user;
    void (*report)(void *user, const struct message *message);
    void (*emit)(void *user, quern_document *doc); /* takes the document */
    void (*refuse)(void *user, const struct refusal *refusal);
};

/* Makes a call for the step of that label, which has to outlive it; it serves any number of
 * function calls, one after the other. NULL when memory is short. */
quern_call *call_open(const char *step, struct call_sink sink);
void call_close(quern_call *call);

/* Before each function of a stage: scratch memory and the reason are gone. */
void call_reset(quern_call *call);

/* Why the stage dropped or failed; "" when it gave no reason. Good until the call is reset. */
const char *call_reason(quern_call *call);

/* Whether it refused the value of an option. */
bool call_refused(const quern_call *call);

/* The frame that the stage set when it was opened; all NULL when it set none. */
quern_frame call_frame(const quern_call *call);

#endif

/*
 * Stages held to what they declare, under --paranoid. Before a stage works on a document its text is
 * kept; afterwards text and layers are held against the descriptor. What came of it is kept too, for
 * the second time that a document takes the same way, which has to come to the same.
 */
#include "runner/chain.h"

#include <string.h>

/* Bytes of a difference that are shown, on both sides. */
enum { SHOWN = 24 };

static const char no_memory[] = "out of memory";

/* ---- What is declared ---- */

void contract_begin(struct station *station, quern_document *doc)
{
    struct contract *contract = &station->contract;
    buffer_clear(&contract->text);
    if (station->step->plugin->stage->keeps_text)
        buffer_add_string(&contract->text, quern_text(doc));
    document_watch_layers(doc);
}

static size_t find_difference(quern_string a, quern_string b)
{
    size_t i = 0;
    while (i < a.size && i < b.size && a.data[i] == b.data[i])
        i++;
    return i;
}

static const char *explain(struct contract *contract, const char *format, ...) QUERN_PRINTF(2, 3);

static const char *explain(struct contract *contract, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    buffer_clear(&contract->reason);
    buffer_print_list(&contract->reason, format, list);
    va_end(list);
    return contract->reason.failed ? no_memory : buffer_text(&contract->reason);
}

static const char *check_text(struct station *station, const quern_document *doc)
{
    struct contract *contract = &station->contract;
    quern_string before = {contract->text.data, contract->text.size}, after = quern_text(doc);
    if (contract->text.failed)
        return no_memory;
    if (!station->step->plugin->stage->keeps_text || quern_string_equal(before, after))
        return NULL;
    return explain(contract,
                   "the stage changed the text, which it declares to keep, first at byte %zu",
                   find_difference(before, after));
}

static const char *check_layer(struct station *station, const quern_layer *layer)
{
    const quern_stage *stage = station->step->plugin->stage;
    const char *text = quern_layer_name(layer);
    quern_string name = {text, strlen(text)};
    size_t place;
    if (!document_layer_was_written(layer, &place) || words_find(stage->writes, name) >= 0)
        return NULL;
    bool all = stage->preserves && strcmp(stage->preserves, QUERN_ALL_SPANS) == 0;
    bool preserved = all || words_find(stage->preserves, name) >= 0;
    return explain(&station->contract,
                   preserved
                       ? "the stage changed the layer \"%s\", which it declares to preserve, "
                         "first at byte %zu"
                       : "the stage wrote the layer \"%s\", which it does not declare, first at "
                         "byte %zu",
                   text, place);
}

const char *contract_check(struct station *station, quern_document *doc)
{
    const char *fault = check_text(station, doc);
    for (quern_layer *layer = quern_next_layer(doc, NULL); !fault && layer;
         layer = quern_next_layer(doc, layer))
        fault = check_layer(station, layer);
    return fault;
}

void contract_note_touch(struct station *station)
{
    if (station->chain->paranoid && document_seal_was_broken())
        station->misuse = "the stage used a document that it had handed on";
}

/* ---- The same again ---- */

/* The document as a record, its rendition, and why it was dropped. */
static void write_result(quern_document *doc, enum fate fate, const char *why, struct buffer *out)
{
    buffer_clear(out);
    record_write_jsonl(doc, QUERN_BYTES, out);
    buffer_add_string(out, document_rendition(doc));
    if (fate == FATE_DROPPED)
        buffer_add_text(out, why);
}

void contract_keep_result(struct station *station, quern_document *doc, enum fate fate,
                          const char *why)
{
    station->contract.fate = fate;
    write_result(doc, fate, why, &station->contract.result);
}

/* What stands around a place, whole characters. */
static quern_string excerpt(const struct buffer *buffer, size_t place)
{
    size_t begin = place < SHOWN ? 0 : place - SHOWN;
    size_t end = place + SHOWN < buffer->size ? place + SHOWN : buffer->size;
    while (begin < end && !utf8_is_start(buffer->data[begin]))
        begin++;
    return (quern_string){buffer->data + begin,
                          utf8_valid_prefix(buffer->data + begin, end - begin)};
}

const char *contract_compare_result(struct station *station, quern_document *doc, enum fate fate,
                                    const char *why)
{
    struct contract *contract = &station->contract;
    if (fate != contract->fate)
        return explain(contract, "run again on the same document, the stage %s",
                       fate == FATE_DROPPED ? "dropped it, and had passed it"
                                            : "passed it, and had dropped it");
    write_result(doc, fate, why, &contract->again);
    const struct buffer *a = &contract->result, *b = &contract->again;
    if (a->failed || b->failed)
        return no_memory;
    quern_string first = {a->data, a->size}, second = {b->data, b->size};
    if (quern_string_equal(first, second))
        return NULL;
    size_t place = find_difference(first, second);
    first = excerpt(a, place);
    second = excerpt(b, place);
    return explain(
        contract, "run again on the same document, the stage gave `%.*s` where it had given `%.*s`",
        (int)second.size, second.data, (int)first.size, first.data);
}

void contract_free(struct contract *contract)
{
    buffer_free(&contract->text);
    buffer_free(&contract->result);
    buffer_free(&contract->again);
    buffer_free(&contract->reason);
}

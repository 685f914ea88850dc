/*
 * parcel.c - outcomes as bytes: a head of fixed size, numbers, and strings behind their lengths, and the
 * output at the end.
 */
#include "runner/parcel.h"
#include "runner/bytes.h"
#include "runner/chain.h"

#include <stdlib.h>
#include <string.h>

struct head {
    uint64_t output, count, remarks, holds, spans_left_out;
    uint8_t failed, flush_failed, more, uncounted;
};

struct remark_head {
    uint64_t step, number, record_line, line, column;
    uint8_t severity, trifle, inner, has_input;
};

struct hold_head {
    uint64_t step, number;
};

struct loss_head {
    uint64_t step, where;
    uint8_t made; /* its record follows */
};

/* ---- Packing ---- */

/* Steps are counted from 1; 0 is none. */
static uint64_t number_of(const struct pipeline *pipeline, const struct step *step)
{
    return step ? (uint64_t)(step - pipeline->steps) + 1 : 0;
}

static void put_remark(struct buffer *out, const struct pipeline *pipeline,
                       const struct remark *remark)
{
    const struct remark_head head = {.step = number_of(pipeline, remark->step),
                                     .number = remark->number,
                                     .record_line = remark->record_line,
                                     .line = remark->line,
                                     .column = remark->column,
                                     .severity = (uint8_t)remark->severity,
                                     .trifle = remark->trifle,
                                     .inner = remark->inner,
                                     .has_input = remark->input != NULL};
    bytes_put(out, &head, sizeof head);
    bytes_put_text(out, remark->input ? remark->input : "");
    bytes_put_text(out, remark->text);
}

static void put_hold(struct buffer *out, const struct pipeline *pipeline, const struct hold *hold)
{
    const struct hold_head head = {number_of(pipeline, hold->step), hold->number};
    bytes_put(out, &head, sizeof head);
}

static void put_failure(struct buffer *out, const struct pipeline *pipeline,
                        const struct loss *failure)
{
    const struct loss_head head = {.step = number_of(pipeline, failure->step),
                                   .where = failure->where,
                                   .made = failure->record->number == RECORD_MADE};
    bytes_put(out, &head, sizeof head);
    bytes_put_string(out, failure->id);
    bytes_put_text(out, failure->reason);
    if (head.made) {
        bytes_put_text(out, failure->record->input);
        bytes_put_string(out, failure->record->bytes);
    }
}

static void pack(struct buffer *out, const struct outcome *outcome, const struct pipeline *pipeline)
{
    const struct head head = {.output = outcome->output.size,
                              .count = outcome->count,
                              .remarks = outcome->remark_count,
                              .holds = outcome->hold_count,
                              .spans_left_out = outcome->spans_left_out,
                              .failed = outcome->failure != NULL,
                              .flush_failed = outcome->flush_failed,
                              .more = outcome->more,
                              .uncounted = outcome->uncounted};
    bytes_put(out, &head, sizeof head);
    bytes_put(out, outcome->steps, pipeline->step_count * sizeof *outcome->steps);
    bytes_put(out, outcome->ends, outcome->count * sizeof *outcome->ends);
    for (size_t i = 0; i < outcome->remark_count; i++)
        put_remark(out, pipeline, &outcome->remarks[i]);
    for (size_t i = 0; i < outcome->hold_count; i++)
        put_hold(out, pipeline, &outcome->holds[i]);
    if (outcome->failure)
        put_failure(out, pipeline, outcome->failure);
    bytes_put_string(out, outcome->tallies);
}

void parcel_add_all_but_output(struct buffer *list, const struct outcome *outcome,
                               const struct pipeline *pipeline)
{
    uint64_t size = 0;
    size_t begin = list->size;
    bytes_put(list, &size, sizeof size);
    pack(list, outcome, pipeline);
    size = list->size - begin - sizeof size + outcome->output.size;
    if (!list->failed)
        memcpy(list->data + begin, &size, sizeof size);
}

void parcel_add(struct buffer *list, const struct outcome *outcome, const struct pipeline *pipeline)
{
    parcel_add_all_but_output(list, outcome, pipeline);
    buffer_add_string(list, outcome->output);
}

/* ---- Unpacking ---- */

bool parcel_next(quern_string *list, quern_string *parcel)
{
    uint64_t size;
    if (list->size < sizeof size)
        return false;
    memcpy(&size, list->data, sizeof size);
    if (size > list->size - sizeof size)
        return false;
    *parcel = (quern_string){list->data + sizeof size, (size_t)size};
    list->data = parcel->data + size;
    list->size -= sizeof size + (size_t)size;
    return true;
}

struct reader {
    struct bytes bytes;
    struct parcel *parcel;
    const struct pipeline *pipeline;
};

static bool fail(struct reader *reader)
{
    reader->bytes.failed = true;
    return false;
}

static quern_string get_string(struct reader *reader)
{
    quern_string string = bytes_get_string(&reader->bytes);
    if (string.data)
        string.data = arena_copy(&reader->parcel->arena, string);
    if (!string.data)
        fail(reader);
    return string;
}

static bool get_step(struct reader *reader, uint64_t number, const struct step **step)
{
    if (number > reader->pipeline->step_count)
        return fail(reader);
    *step = number ? &reader->pipeline->steps[number - 1] : NULL;
    return true;
}

static void get_remark(struct reader *reader, struct remark *remark)
{
    struct remark_head head;
    *remark = (struct remark){0};
    if (!bytes_copy(&reader->bytes, &head, sizeof head) ||
        !get_step(reader, head.step, &remark->step))
        return;
    if (head.severity > QUERN_ERROR || (!head.has_input && !remark->step)) {
        fail(reader);
        return;
    }
    const char *input = get_string(reader).data;
    remark->severity = (quern_severity)head.severity;
    remark->trifle = head.trifle != 0;
    remark->inner = head.inner != 0;
    remark->number = head.number;
    remark->record_line = head.record_line;
    remark->line = head.line;
    remark->column = head.column;
    remark->input = head.has_input ? input : NULL;
    remark->text = get_string(reader).data;
}

static void get_failure(struct reader *reader, const struct record *record)
{
    struct parcel *parcel = reader->parcel;
    struct loss *failure = &parcel->failure;
    struct loss_head head;
    *failure = (struct loss){.kind = LOSS_FAILED, .record = record};
    if (!bytes_copy(&reader->bytes, &head, sizeof head) ||
        !get_step(reader, head.step, &failure->step))
        return;
    failure->where = (size_t)head.where;
    failure->id = get_string(reader);
    failure->reason = get_string(reader).data;
    if (head.made) {
        parcel->record = (struct record){.format = RECORD_JSONL, .line = 1, .number = RECORD_MADE};
        parcel->record.input = get_string(reader).data;
        parcel->record.bytes = get_string(reader);
        failure->record = &parcel->record;
    }
    if (!failure->record)
        fail(reader);
}

/* Ends ascend up to the size of the output. */
static void get_ends(struct reader *reader, uint64_t count, uint64_t output)
{
    struct parcel *parcel = reader->parcel;
    size_t before = 0;
    if (count > reader->bytes.rest.size / sizeof *parcel->ends ||
        !memory_grow(&parcel->ends, &parcel->end_capacity, (size_t)count, sizeof *parcel->ends) ||
        !bytes_copy(&reader->bytes, parcel->ends, count * sizeof *parcel->ends)) {
        fail(reader);
        return;
    }
    for (uint64_t i = 0; i < count; before = parcel->ends[i++])
        if (parcel->ends[i] < before || parcel->ends[i] > output)
            fail(reader);
}

static void get_remarks(struct reader *reader, uint64_t count)
{
    struct parcel *parcel = reader->parcel;
    if (count > reader->bytes.rest.size / sizeof(struct remark_head) ||
        !memory_grow(&parcel->remarks, &parcel->remark_capacity, (size_t)count,
                     sizeof *parcel->remarks)) {
        fail(reader);
        return;
    }
    for (uint64_t i = 0; i < count && !reader->bytes.failed; i++)
        get_remark(reader, &parcel->remarks[i]);
}

static void get_holds(struct reader *reader, uint64_t count)
{
    struct parcel *parcel = reader->parcel;
    struct hold_head head;
    if (count > reader->bytes.rest.size / sizeof head ||
        !memory_grow(&parcel->holds, &parcel->hold_capacity, (size_t)count,
                     sizeof *parcel->holds)) {
        fail(reader);
        return;
    }
    for (uint64_t i = 0; i < count; i++) {
        struct hold *hold = &parcel->holds[i];
        if (!bytes_copy(&reader->bytes, &head, sizeof head) ||
            !get_step(reader, head.step, &hold->step))
            return;
        hold->number = head.number;
    }
}

bool parcel_unpack(quern_string bytes, const struct pipeline *pipeline, const struct record *record,
                   struct parcel *parcel)
{
    struct reader reader = {.bytes = {.rest = bytes}, .parcel = parcel, .pipeline = pipeline};
    struct head head = {0};
    size_t steps = pipeline->step_count * sizeof *parcel->steps;
    arena_reset(&parcel->arena);
    if (!parcel->steps)
        parcel->steps = memory_new(pipeline->step_count, sizeof *parcel->steps);
    if (!parcel->steps || !bytes_copy(&reader.bytes, &head, sizeof head) ||
        !bytes_copy(&reader.bytes, parcel->steps, steps))
        return false;
    get_ends(&reader, head.count, head.output);
    get_remarks(&reader, head.remarks);
    get_holds(&reader, head.holds);
    if (head.failed)
        get_failure(&reader, record);
    const quern_string tallies = bytes_get_string(&reader.bytes);
    const char *output = bytes_get(&reader.bytes, head.output);
    parcel->outcome = (struct outcome){.record = head.more ? NULL : record,
                                       .output = {output, (size_t)head.output},
                                       .ends = parcel->ends,
                                       .count = (size_t)head.count,
                                       .remarks = parcel->remarks,
                                       .remark_count = (size_t)head.remarks,
                                       .holds = parcel->holds,
                                       .hold_count = (size_t)head.holds,
                                       .failure = head.failed ? &parcel->failure : NULL,
                                       .steps = parcel->steps,
                                       .spans_left_out = head.spans_left_out,
                                       .flush_failed = head.flush_failed != 0,
                                       .tallies = tallies,
                                       .uncounted = head.uncounted != 0,
                                       .more = head.more != 0};
    return !reader.bytes.failed;
}

void parcel_free(struct parcel *parcel)
{
    free(parcel->steps);
    free(parcel->ends);
    free(parcel->remarks);
    free(parcel->holds);
    arena_free(&parcel->arena);
}

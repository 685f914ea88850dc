/*
 * Random edits against a slow and obvious model: an array that holds, for every byte of the text,
 * where it came from and which spans it lies in. QUERN_SEED repeats a run, QUERN_ROUNDS sets how
 * many documents are tried.
 */
#include "document/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { SPANS = 8, LONGEST = 4000, COMMITS = 6, EDITS = 12 };

struct byte {
    char byte;
    bool copied;
    uint8_t spans; /* a bit for each */
    uint64_t begin, end;
};

struct model {
    struct byte bytes[LONGEST];
    size_t size;
    uint64_t source_size;
};

static uint64_t state;

static uint64_t random_number(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static size_t below(size_t bound)
{
    return bound ? (size_t)(random_number() % bound) : 0;
}

static bool is_start(const struct model *model, size_t place)
{
    return place >= model->size || utf8_is_start(model->bytes[place].byte);
}

static size_t random_place(const struct model *model, size_t low, size_t high)
{
    size_t place = low + below(high - low + 1);
    while (!is_start(model, place))
        place++;
    return place;
}

static size_t random_text(char *out, size_t characters)
{
    static const char *const alphabet[] = {"a", "b", "\n", " ", "é", "–", "☂", "𝄞", "Z"};
    size_t size = 0;
    while (characters--) {
        const char *character = alphabet[below(sizeof alphabet / sizeof *alphabet)];
        memcpy(out + size, character, strlen(character));
        size += strlen(character);
    }
    return size;
}

/* ---- The model ---- */

static void model_load(struct model *model, const char *text, size_t size)
{
    model->size = size;
    model->source_size = size;
    for (size_t i = 0; i < size; i++)
        model->bytes[i] = (struct byte){text[i], true, 0, i, i + 1};
}

static uint64_t begin_at(const struct model *model, size_t place)
{
    return place < model->size ? model->bytes[place].begin : model->source_size;
}

static quern_origin model_origin(const struct model *model, size_t begin, size_t end)
{
    quern_origin origin = {begin_at(model, begin), 0, begin < end};
    if (begin == end) {
        uint64_t before = begin ? model->bytes[begin - 1].end : 0;
        origin.end = before > origin.begin ? before : origin.begin;
        return origin;
    }
    for (size_t i = begin; i < end; i++) {
        const struct byte *byte = &model->bytes[i];
        if (byte->begin < origin.begin)
            origin.begin = byte->begin;
        if (byte->end > origin.end)
            origin.end = byte->end;
        if (!byte->copied || (i > begin && byte->begin != byte[-1].end))
            origin.copied = false;
    }
    return origin;
}

static uint8_t model_spans(const struct model *model, size_t begin, size_t end)
{
    if (begin == end)
        return begin && begin < model->size
                   ? model->bytes[begin - 1].spans & model->bytes[begin].spans
                   : 0;
    uint8_t spans = UINT8_MAX;
    for (size_t i = begin; i < end; i++)
        spans &= model->bytes[i].spans;
    return spans;
}

struct model_edit {
    size_t begin, end, size;
    char with[64];
};

static void model_apply(struct model *model, const struct model_edit *edits, size_t count)
{
    static struct model old;
    old = *model;
    size_t done = 0;
    model->size = 0;
    for (size_t i = 0; i < count; i++) {
        const struct model_edit *edit = &edits[i];
        for (; done < edit->begin; done++)
            model->bytes[model->size++] = old.bytes[done];
        quern_origin origin = model_origin(&old, edit->begin, edit->end);
        uint8_t spans = model_spans(&old, edit->begin, edit->end);
        for (size_t j = 0; j < edit->size; j++)
            model->bytes[model->size++] =
                (struct byte){edit->with[j], false, spans, origin.begin, origin.end};
        done = edit->end;
    }
    for (; done < old.size; done++)
        model->bytes[model->size++] = old.bytes[done];
}

/* ---- The document against it ---- */

static void add_spans(quern_document *doc, struct model *model)
{
    quern_layer *layer = quern_layer_of(doc, "test");
    for (unsigned i = 0; i < SPANS; i++) {
        size_t begin = random_place(model, 0, model->size);
        size_t end = random_place(model, begin, model->size);
        if (begin == end)
            continue;
        const char label[] = {(char)('0' + i), '\0'};
        assert_true(quern_add_span(layer, begin, end, quern_label(doc, label)) != SIZE_MAX);
        for (size_t j = begin; j < end; j++)
            model->bytes[j].spans |= (uint8_t)(1U << i);
    }
}

static size_t random_edits(const struct model *model, struct model_edit *edits)
{
    size_t count = below(EDITS), place = 0;
    for (size_t i = 0; i < count; i++) {
        struct model_edit *edit = &edits[i];
        edit->begin = random_place(model, place, below(3) ? model->size : place);
        size_t reach = edit->begin + below(8);
        edit->end = random_place(model, edit->begin, reach < model->size ? reach : model->size);
        if (below(3) == 0)
            edit->end = edit->begin;
        edit->size = random_text(edit->with, below(5));
        place = edit->end;
    }
    return count;
}

static void commit(quern_document *doc, const struct model_edit *edits, size_t count)
{
    static const char *const rules[] = {"one", "two"};
    quern_editor *edit = quern_edit(doc, NULL);
    for (size_t i = 0; i < count; i++)
        quern_replace(edit, edits[i].begin, edits[i].end,
                      (quern_string){edits[i].with, edits[i].size}, rules[below(2)]);
    assert_int_equal(quern_commit(edit), QUERN_PASS);
}

static void check_text(const quern_document *doc, const struct model *model)
{
    quern_string text = quern_text(doc);
    assert_int_equal(text.size, model->size);
    for (size_t i = 0; i < text.size; i++)
        assert_int_equal(text.data[i], model->bytes[i].byte);
}

static void check_origins(const quern_document *doc, const struct model *model)
{
    for (size_t i = 0; i < 64; i++) {
        size_t begin = below(model->size + 1);
        size_t end = begin + below(model->size - begin + 1);
        quern_origin expected = model_origin(model, begin, end);
        quern_origin actual = quern_find_origin(doc, begin, end);
        assert_int_equal(actual.begin, expected.begin);
        assert_int_equal(actual.end, expected.end);
        assert_int_equal(actual.copied, expected.copied);
    }
}

/* Between changes, the text is the source, byte for byte. */
static void check_changes(const quern_document *doc)
{
    quern_string text = quern_text(doc), source = quern_source(doc);
    quern_changes changes = quern_find_changes(doc);
    size_t at = 0, from = 0;
    for (size_t i = 0; i <= changes.count; i++) {
        const quern_change *change = i < changes.count ? &changes.items[i] : NULL;
        size_t end = change ? change->begin : text.size;
        assert_true(end >= at && end - at <= source.size - from);
        assert_memory_equal(text.data + at, source.data + from, end - at);
        if (!change)
            break;
        at = change->end;
        from = change->source_end;
    }
}

static void check_spans(quern_document *doc, const struct model *model)
{
    quern_spans spans = quern_find_spans(doc, "test");
    uint8_t seen = 0, expected = 0;
    for (size_t i = 0; i < model->size; i++)
        expected |= model->bytes[i].spans;
    for (size_t i = 0; i < spans.count; i++) {
        const quern_span *span = &spans.items[i];
        unsigned number = (unsigned)(quern_label_name(doc, span->label)[0] - '0');
        seen |= (uint8_t)(1U << number);
        for (size_t j = 0; j < model->size; j++)
            assert_int_equal(model->bytes[j].spans >> number & 1,
                             j >= span->begin && j < span->end);
        if (i)
            assert_true(span[-1].begin < span->begin ||
                        (span[-1].begin == span->begin && span[-1].end >= span->end));
    }
    assert_int_equal(seen, expected);
}

static void check_round(quern_document *doc)
{
    static struct model model;
    static struct model_edit edits[EDITS];
    char text[1024];
    size_t size = random_text(text, below(200));
    assert_int_equal(quern_set_text(doc, (quern_string){text, size}), QUERN_OK);
    model_load(&model, text, size);
    add_spans(doc, &model);
    for (size_t i = below(COMMITS); i; i--) {
        size_t count = random_edits(&model, edits);
        commit(doc, edits, count);
        model_apply(&model, edits, count);
        check_text(doc, &model);
        check_origins(doc, &model);
        check_changes(doc);
        check_spans(doc, &model);
    }
    document_clear(doc);
}

static void test_random_edits(void **unused)
{
    (void)unused;
    const char *rounds = getenv("QUERN_ROUNDS");
    quern_document *doc = quern_document_new();
    assert_non_null(doc);
    for (unsigned long i = rounds ? strtoul(rounds, NULL, 10) : 5000; i; i--)
        check_round(doc);
    quern_document_free(doc);
}

int main(void)
{
    const char *seed = getenv("QUERN_SEED");
    state = seed ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL) * 0x9E3779B97F4A7C15U;
    state += state == 0;
    printf("QUERN_SEED=%llu\n", (unsigned long long)state);
    fflush(stdout);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_edits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

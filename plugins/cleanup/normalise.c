/*
 * Normal forms of Unicode (Unicode 15, chapter 3.11, and Annex 15).
 *
 * Characters are collected from one that begins a sequence up to the next. Most sequences are
 * seen to be in the normal form by their classes and the order of their marks, and go on as they
 * are. Of the others, only what differs is changed.
 *
 * Decompositions and compositions come from utf8proc. Marks are put in order here, by counting:
 * a million marks on one letter, which a hostile text may bring, take a million steps, and the
 * result is exact; there is no need to break such a run up (Annex 15, "Stream-Safe Text Format").
 */
#include "cleanup.h"

#include <string.h>
#include <utf8proc.h>

enum { DECOMPOSITION_MAX = 32 };

static bool is_normal(const struct cleaner *cleaner)
{
    const struct item *items = cleaner->sequence.items;
    uint8_t last = 0;
    for (size_t i = 0; i < cleaner->sequence.count; i++) {
        uint8_t class = items[i].code == NOTHING ? 0 : class_of(cleaner->options, items[i].code);
        if (class & CLASS_CHECK)
            return false;
        if (!(class & CLASS_TRAILING))
            continue;
        uint8_t order = combining_class(items[i].code);
        if (order && order < last)
            return false;
        last = order;
    }
    return true;
}

/* ---- The normal form of the sequence ---- */

static utf8proc_option_t form_flags(const struct cleaner *cleaner)
{
    int form = cleaner->options->unicode;
    utf8proc_option_t flags = UTF8PROC_STABLE;
    flags |= form == FORM_NFC || form == FORM_NFKC ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE;
    return flags | (form == FORM_NFKC || form == FORM_NFKD ? UTF8PROC_COMPAT : 0);
}

static bool decompose(struct cleaner *cleaner)
{
    const struct item *items = cleaner->sequence.items;
    struct array *codes = &cleaner->codes;
    codes->count = 0;
    for (size_t i = 0; i < cleaner->sequence.count; i++) {
        if (items[i].code == NOTHING)
            continue;
        if (!array_reserve(cleaner, codes, codes->count + DECOMPOSITION_MAX, sizeof(int32_t)))
            return false;
        codes->count += (size_t)utf8proc_decompose_char(
            (int32_t)items[i].code, (int32_t *)codes->items + codes->count, DECOMPOSITION_MAX,
            form_flags(cleaner), NULL);
    }
    return true;
}

/* Puts marks in the order of their classes, and leaves those of one class as they are. */
static bool sort_marks(struct cleaner *cleaner, int32_t *codes, size_t count)
{
    if (!array_reserve(cleaner, &cleaner->spare, count, sizeof(int32_t)))
        return false;
    int32_t *sorted = cleaner->spare.items;
    size_t places[257] = {0};
    for (size_t i = 0; i < count; i++)
        places[combining_class((uint32_t)codes[i]) + 1]++;
    for (size_t i = 1; i < 257; i++)
        places[i] += places[i - 1];
    for (size_t i = 0; i < count; i++)
        sorted[places[combining_class((uint32_t)codes[i])]++] = codes[i];
    memcpy(codes, sorted, count * sizeof *codes);
    return true;
}

static bool order_marks(struct cleaner *cleaner)
{
    int32_t *codes = cleaner->codes.items;
    size_t count = cleaner->codes.count;
    for (size_t begin = 0, end; begin < count; begin = end) {
        bool sorted = true;
        uint8_t last = 0, order = 0;
        for (end = begin; end < count && (order = combining_class((uint32_t)codes[end])); end++) {
            sorted = sorted && last <= order;
            last = order;
        }
        if (!sorted && !sort_marks(cleaner, codes + begin, end - begin))
            return false;
        end += end == begin;
    }
    return true;
}

static void compose(struct cleaner *cleaner)
{
    utf8proc_option_t flags = form_flags(cleaner);
    if (flags & UTF8PROC_COMPOSE)
        cleaner->codes.count = (size_t)utf8proc_normalize_utf32(
            cleaner->codes.items, (utf8proc_ssize_t)cleaner->codes.count, flags);
}

/* ---- What differs ---- */

/* Items and codes that are still to be compared: [first, last) of each. */
struct remainder {
    size_t item, item_end, code, code_end;
};

/* Passes on what is the same at the start of both, and leaves out what is at the end. */
static struct remainder compare(struct cleaner *cleaner)
{
    const struct item *items = cleaner->sequence.items;
    const int32_t *codes = cleaner->codes.items;
    struct remainder rest = {0, cleaner->sequence.count, 0, cleaner->codes.count};
    for (; rest.item < rest.item_end; rest.item++) {
        const struct item *item = &items[rest.item];
        bool same = rest.code < rest.code_end && item->code == (uint32_t)codes[rest.code];
        if (!same && item->code != NOTHING)
            break;
        layout_add(cleaner, *item);
        rest.code += same;
    }
    for (; rest.item_end > rest.item; rest.item_end--) {
        const struct item *item = &items[rest.item_end - 1];
        bool same = rest.code_end > rest.code && item->code == (uint32_t)codes[rest.code_end - 1];
        if (!same && item->code != NOTHING)
            break;
        rest.code_end -= same;
    }
    return rest;
}

/* The first new character takes the place of all that differs, and the others follow it. */
static void add_difference(struct cleaner *cleaner, struct remainder rest)
{
    const struct item *items = cleaner->sequence.items;
    const int32_t *codes = cleaner->codes.items;
    enum rule rule = (enum rule)(RULE_NFC + cleaner->options->unicode);
    uint32_t begin = items[rest.item].begin, end = items[rest.item_end - 1].end;
    for (size_t i = rest.code; i < rest.code_end; i++) {
        layout_add(cleaner, (struct item){begin, end, (uint32_t)codes[i], rule});
        begin = end;
    }
    if (rest.code == rest.code_end)
        layout_add(cleaner, (struct item){begin, end, NOTHING, rule});
}

static void normalise(struct cleaner *cleaner)
{
    if (!decompose(cleaner) || !order_marks(cleaner))
        return;
    compose(cleaner);
    struct remainder rest = compare(cleaner);
    if (rest.item < rest.item_end)
        add_difference(cleaner, rest);
    const struct item *items = cleaner->sequence.items;
    for (size_t i = rest.item_end; i < cleaner->sequence.count; i++)
        layout_add(cleaner, items[i]);
}

/* ---- Sequences ---- */

void sequence_end(struct cleaner *cleaner)
{
    const struct item *items = cleaner->sequence.items;
    if (is_normal(cleaner))
        for (size_t i = 0; i < cleaner->sequence.count; i++)
            layout_add(cleaner, items[i]);
    else
        normalise(cleaner);
    cleaner->sequence.count = 0;
}

/* Whether it was dropped right behind another, for the same reason: a run of them is one item. */
static bool add_to_run(struct array *sequence, struct item item)
{
    struct item *last =
        sequence->count ? (struct item *)sequence->items + sequence->count - 1 : NULL;
    if (!last || item.code != NOTHING || last->code != NOTHING || last->rule != item.rule ||
        last->end != item.begin)
        return false;
    last->end = item.end;
    return true;
}

void sequence_add(struct cleaner *cleaner, struct item item)
{
    if (add_to_run(&cleaner->sequence, item))
        return;
    if (item.code != NOTHING && !(class_of(cleaner->options, item.code) & CLASS_TRAILING))
        sequence_end(cleaner);
    struct item *added = array_add(cleaner, &cleaner->sequence, sizeof *added);
    if (added)
        *added = item;
}

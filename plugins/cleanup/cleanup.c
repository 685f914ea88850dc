/*
 * cleanup: a text that the other stages can rely on.
 *
 * Line ends are LF; there are no control characters but TAB, LF and FF; nothing invisible is left
 * that has no effect; Unicode is in one normal form; no line ends in white space; the text ends
 * with its last line. Bytes that are not UTF-8 are decoded where it is clear what they are. What the
 * author chose (quotation marks, dashes, bullets, no-break spaces) stays unless an option says
 * otherwise. Every edit carries the name of its rule; README.md lists them.
 *
 * One editor, one pass: the scanner passes over what needs no work, and around each place that may
 * need some, characters are taken one at a time until there is a plain one again.
 */
#include "cleanup.h"

#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 8 };

static const quern_option options[] = {
    QUERN_TEXT(struct cleanup, encoding, NULL,
               "the encoding of the source, as iconv names it; by default UTF-8, or what it shows"),
    QUERN_CHOICE(struct cleanup, on_invalid, "guess", "guess replace fail",
                 "bytes that are not UTF-8: decode them where they show what they are, replace by "
                 "U+FFFD, or fail the document"),
    QUERN_CHOICE(struct cleanup, html, "keep", "keep unescape strip",
                 "what is left of HTML: keep, decode character references, or remove tags as well"),
    QUERN_BOOL(struct cleanup, mojibake, true, "read anew what is UTF-8 read in another encoding"),
    QUERN_CHOICE(struct cleanup, unicode, "nfc", "nfc nfkc nfd nfkd none", "Unicode normal form"),
    QUERN_CHOICE(struct cleanup, controls, "remove", "remove keep",
                 "control characters other than white space"),
    QUERN_CHOICE(struct cleanup, zero_width, "remove", "remove keep",
                 "zero-width spaces and joiners where they have no effect"),
    QUERN_CHOICE(struct cleanup, bidi, "keep", "keep remove",
                 "invisible controls of the direction of writing"),
    QUERN_CHOICE(struct cleanup, no_break_spaces, "keep", "keep space",
                 "no-break spaces: keep, or make them plain spaces"),
    QUERN_CHOICE(struct cleanup, quotes, "keep", "keep straight",
                 "curly quotation marks and apostrophes"),
    QUERN_CHOICE(struct cleanup, primes, "keep", "keep straight", "signs of feet, minutes, inches"),
    QUERN_CHOICE(struct cleanup, dashes, "keep", "keep hyphen",
                 "hyphens, dashes and minus signs that ASCII lacks: keep, or write - and --"),
    QUERN_CHOICE(struct cleanup, ellipsis, "keep", "keep dots", "the ellipsis: keep, or write ..."),
    QUERN_CHOICE(struct cleanup, ligatures, "keep", "keep split", "ligatures such as U+FB01"),
    QUERN_CHOICE(struct cleanup, width, "keep", "keep fold", "fullwidth and halfwidth forms"),
    QUERN_CHOICE(struct cleanup, disguises, "keep", "keep plain",
                 "letters of mathematical alphabets, struck out, or under heaps of marks"),
    QUERN_CHOICE(struct cleanup, private_use, "keep", "remove keep", "private use characters"),
    QUERN_CHOICE(struct cleanup, soft_hyphens, "keep", "remove keep", "soft hyphens"),
    QUERN_CHOICE(struct cleanup, tabs, "keep", "keep spaces", "tabs: keep, or fill with spaces"),
    QUERN_INT(struct cleanup, tab_width, 8, 1, 16, "columns from one tab stop to the next"),
    QUERN_BOOL(struct cleanup, trailing_space, true, "remove white space at the end of lines"),
    QUERN_INT(struct cleanup, blank_lines, -1, -1, 1000000,
              "blank lines that a run may keep; -1: any number"),
    QUERN_BOOL(struct cleanup, final_newline, true, "end the last line"),
    QUERN_END,
};

/* ---- Arrays ---- */

bool array_reserve(struct cleaner *cleaner, struct array *array, size_t wanted, size_t size)
{
    if (wanted <= array->capacity)
        return true;
    size_t capacity = wanted < 64 ? 64 : wanted * 2;
    void *items = quern_scratch(cleaner->call, capacity, size);
    if (!items) {
        cleaner->failed = true;
        return false;
    }
    if (array->count)
        memcpy(items, array->items, array->count * size);
    array->items = items;
    array->capacity = capacity;
    return true;
}

void *array_add(struct cleaner *cleaner, struct array *array, size_t size)
{
    if (!array_reserve(cleaner, array, array->count + 1, size))
        return NULL;
    return (char *)array->items + size * array->count++;
}

size_t encode_character(uint32_t code, char *to)
{
    static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = size; --i; code >>= 6)
        to[i] = (char)(0x80 | (code & 0x3F));
    to[0] = (char)(leads[size] | code);
    return size;
}

/* ---- The pass over the text ---- */

static uint8_t class_at(const struct cleaner *cleaner, size_t *place)
{
    return class_of(cleaner->options, quern_next_char(cleaner->text, place));
}

/* Over characters that are not ASCII and need no work: plain ones, and single marks behind them
 * that stand in the normal form. Stops at the first that is neither, or is ASCII. */
static size_t skip_foreign(const struct cleaner *cleaner, size_t place)
{
    bool marked = false;
    while (place < cleaner->text.size && (unsigned char)cleaner->text.data[place] >= 0x80) {
        size_t next = place;
        uint8_t class = class_at(cleaner, &next);
        bool mark = class & CLASS_TRAILING;
        if (!class_is_plain(class & (uint8_t)~CLASS_TRAILING) || (mark && marked))
            break;
        marked = mark;
        place = next;
    }
    return place;
}

/* The first place behind `place` that may need work. */
static size_t skip_plain(const struct cleaner *cleaner, size_t place)
{
    const struct cleanup *cleanup = cleaner->options;
    const struct scan scan = {cleanup->tabs == TABS_SPACES, cleanup->blank_lines == 0,
                              cleanup->blank_lines > 0};
    quern_string text = cleaner->text;
    for (;;) {
        place = scan_clean(text.data, place, text.size, scan);
        if (place == text.size || (unsigned char)text.data[place] < 0x80)
            return place;
        place = skip_foreign(cleaner, place);
        if (place < text.size && (unsigned char)text.data[place] >= 0x80)
            return place;
    }
}

static bool is_ascii_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n';
}

/* Where reading has to begin for the work at `place`: with the character that its sequence begins
 * with, and where that is white space, with all of it. Nothing before `begin` is needed. */
static size_t step_back(const struct cleaner *cleaner, size_t begin, size_t place)
{
    const char *text = cleaner->text.data;
    bool trailing = true;
    while (place > begin && trailing) {
        do
            place--;
        while (((unsigned char)text[place] & 0xC0) == 0x80);
        size_t next = place;
        trailing = class_at(cleaner, &next) & CLASS_TRAILING;
    }
    if (is_ascii_space(text[place]))
        while (place > begin && is_ascii_space(text[place - 1]))
            place--;
    return place;
}

/* Reads from `place` to `until`, and on to a plain character, which is not read. */
static size_t read_work(struct cleaner *cleaner, size_t place, size_t until)
{
    while (place < cleaner->text.size && !cleaner->failed) {
        size_t next = place;
        if (place >= until && class_is_plain(class_at(cleaner, &next)))
            break;
        read_character(cleaner, &place);
    }
    sequence_end(cleaner);
    return place;
}

static void clean(struct cleaner *cleaner)
{
    size_t size = cleaner->text.size;
    size_t place = read_work(cleaner, 0, 0);
    while (place < size && !cleaner->failed) {
        cleaner->started = true;
        layout_pause(cleaner);
        size_t work = skip_plain(cleaner, place);
        place = step_back(cleaner, place, work);
        place = read_work(cleaner, place, work < size ? work + 1 : size);
    }
    layout_end(cleaner);
}

/* ---- The stage ---- */

/* Bidi controls that stay can make a text, or a program, look other than it is. */
static void report_bidi(struct cleaner *cleaner)
{
    if (cleaner->hidden)
        quern_report(cleaner->call, QUERN_WARNING, cleaner->hidden_begin, cleaner->hidden_end,
                     "%zu bidirectional control%s: the text may look other than it is",
                     cleaner->hidden, cleaner->hidden == 1 ? "" : "s");
}

static bool open(void *state, quern_call *call)
{
    struct cleanup *cleanup = state;
    if (cleanup->encoding && !encoding_is_known(cleanup->encoding)) {
        quern_refuse(call, "encoding", 0, 0, "iconv knows no such encoding");
        return false;
    }
    cleanup->classes = calloc(0x110000, 1);
    if (!cleanup->classes)
        quern_fail(call, "out of memory");
    return cleanup->classes != NULL;
}

/* One pass over the text. */
static quern_verdict clean_text(const struct cleanup *cleanup, quern_document *doc,
                                quern_call *call, bool invalid, bool *changed)
{
    struct cleaner cleaner = {.options = cleanup,
                              .doc = doc,
                              .call = call,
                              .text = quern_text(doc),
                              .layout = {.at_start = true, .in_gap = true}};
    if (invalid) {
        const quern_change *first = invalid_judge(&cleaner);
        if (first && cleanup->on_invalid == INVALID_FAIL)
            return quern_fail(call, "not UTF-8 at byte %llu of the source",
                              (unsigned long long)first->source_begin);
    }
    cleaner.edit = quern_edit(doc, call);
    clean(&cleaner);
    if (cleaner.failed) {
        quern_abandon(cleaner.edit);
        return quern_fail(call, "out of memory");
    }
    report_bidi(&cleaner);
    *changed |= cleaner.edited;
    return quern_commit(cleaner.edit);
}

/* What is cleaned may show mojibake that was hidden, and the other way round; compatibility forms may
 * give characters that are to be replaced, and marks that change places stand on a letter that has enough. */
static quern_verdict process(void *state, quern_document *doc, quern_call *call)
{
    const struct cleanup *cleanup = state;
    quern_verdict verdict = source_decode(cleanup, doc, call);
    bool changed = true;
    bool unsettled = cleanup->disguises == DISGUISES_PLAIN || cleanup->unicode == FORM_NFKC ||
                     cleanup->unicode == FORM_NFKD;
    bool invalid = cleanup->on_invalid != INVALID_REPLACE && invalid_present(doc);
    for (int round = 0; round < ROUNDS && changed && verdict == QUERN_PASS; round++) {
        changed = false;
        if (cleanup->html != HTML_KEEP)
            verdict = html_decode(cleanup, doc, call, &changed);
        if (verdict == QUERN_PASS && cleanup->mojibake)
            verdict = mojibake_repair(doc, call, &changed);
        if (verdict == QUERN_PASS && (changed || !round || unsettled))
            verdict = clean_text(cleanup, doc, call, invalid, &changed);
    }
    return verdict;
}

static void close(void *state)
{
    struct cleanup *cleanup = state;
    free(cleanup->classes);
}

QUERN_PLUGIN(cleanup) = {
    QUERN_HEAD("cleanup"),
    .summary = "Makes valid, normalised, tidy text out of anything",
    .version = QUERN_VERSION,
    .mode = QUERN_EACH,
    .state_size = sizeof(struct cleanup),
    .options = options,
    .preserves = QUERN_ALL_SPANS,
    .open = open,
    .process = process,
    .close = close,
};

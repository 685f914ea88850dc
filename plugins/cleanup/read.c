/*
 * Reading: takes characters from the text, and drops or replaces those that mean nothing, or harm,
 * in a text: control characters, line ends of other systems, invisible characters where they have
 * no effect, what stands for ill-formed bytes.
 */
#include "cleanup.h"

enum { MARKS_MAX = 4 };

static void pass_on(struct cleaner *cleaner, struct item item)
{
    uint8_t class = class_of(cleaner->options, item.code);
    if (!(class & CLASS_TRAILING) && kind_of(cleaner->options, item.code) != KIND_MARK) {
        cleaner->base = class;
        cleaner->marks = 0;
    }
    if (!(class & CLASS_SPACE))
        cleaner->started = true;
    sequence_add(cleaner, item);
}

static void keep_character(struct cleaner *cleaner, size_t begin, size_t end, uint32_t code)
{
    pass_on(cleaner, (struct item){(uint32_t)begin, (uint32_t)end, code, RULE_NONE});
}

static void change_character(struct cleaner *cleaner, size_t begin, size_t end, uint32_t code,
                             enum rule rule)
{
    pass_on(cleaner, (struct item){(uint32_t)begin, (uint32_t)end, code, rule});
}

static void drop_character(struct cleaner *cleaner, size_t begin, size_t end, enum rule rule)
{
    sequence_add(cleaner, (struct item){(uint32_t)begin, (uint32_t)end, NOTHING, rule});
}

/* CR LF, CR, VT, NEL and LINE SEPARATOR become one LF, PARAGRAPH SEPARATOR two. */
static void read_line_end(struct cleaner *cleaner, size_t begin, size_t end, uint32_t code)
{
    if (code == '\r' && end < cleaner->text.size && cleaner->text.data[end] == '\n') {
        drop_character(cleaner, begin, end, RULE_LINE_END);
        return;
    }
    change_character(cleaner, begin, end, '\n', RULE_LINE_END);
    if (code == 0x2029)
        change_character(cleaner, end, end, '\n', RULE_LINE_END);
}

static void read_substitute(struct cleaner *cleaner, size_t begin, size_t end, uint32_t code)
{
    struct substitute substitute;
    substitute_read(cleaner->options, code, &substitute);
    for (size_t i = 0; i < substitute.count; i++, begin = end)
        change_character(cleaner, begin, end, (uint32_t)substitute.codes[i], substitute.rule);
}

/* Ill-formed bytes that are Windows-1252 are decoded, all of one change at once. */
static void read_invalid(struct cleaner *cleaner, size_t begin, size_t *place)
{
    const quern_change *found = cleaner->windows ? invalid_find(cleaner, begin) : NULL;
    if (!found) {
        keep_character(cleaner, begin, *place, 0xFFFD);
        return;
    }
    const char *source = quern_source(cleaner->doc).data;
    *place = found->end;
    for (uint64_t at = found->source_begin; at < found->source_end; at++) {
        uint32_t code = windows1252_decode((uint8_t)source[at]);
        if (kind_of(cleaner->options, code) == KIND_SUBSTITUTE)
            read_substitute(cleaner, begin, *place, code);
        else
            change_character(cleaner, begin, *place, code, RULE_WINDOWS_1252);
        begin = *place;
    }
}

/* U+FEFF is a mark of the encoding at the start, and elsewhere a no-break space without width. */
static void read_bom(struct cleaner *cleaner, size_t begin, size_t end)
{
    if (!cleaner->started)
        drop_character(cleaner, begin, end, RULE_BOM);
    else if (cleaner->options->zero_width == DISPOSAL_REMOVE)
        drop_character(cleaner, begin, end, RULE_ZERO_WIDTH);
    else
        keep_character(cleaner, begin, end, 0xFEFF);
}

static void read_bidi_control(struct cleaner *cleaner, size_t begin, size_t end, uint32_t code)
{
    if (cleaner->options->bidi == BIDI_REMOVE) {
        drop_character(cleaner, begin, end, RULE_BIDI);
        return;
    }
    if (!cleaner->hidden++) {
        cleaner->hidden_begin = begin;
        cleaner->hidden_end = end;
    }
    keep_character(cleaner, begin, end, code);
}

/* Keeps the character where the one before gives it a meaning. */
static void read_joiner(struct cleaner *cleaner, size_t begin, size_t end, uint32_t code,
                        uint8_t meaningful)
{
    if (cleaner->base & meaningful)
        keep_character(cleaner, begin, end, code);
    else
        drop_character(cleaner, begin, end, RULE_ZERO_WIDTH);
}

/* Selectors of a variant, and tags, mean nothing without a character that they belong to. */
static void read_selector(struct cleaner *cleaner, size_t begin, size_t end, uint32_t code,
                          bool meaningful)
{
    if (meaningful && cleaner->base)
        keep_character(cleaner, begin, end, code);
    else
        drop_character(cleaner, begin, end, RULE_ZERO_WIDTH);
}

/* Overlays (of combining class 1, or enclosing) strike letters out; no writing has more than four
 * marks on a letter. */
static void read_mark(struct cleaner *cleaner, size_t begin, size_t end, uint32_t code)
{
    bool overlay = combining_class(code) == 1 || (code >= 0x20DD && code <= 0x20E4);
    if (++cleaner->marks > MARKS_MAX || (overlay && cleaner->base & CLASS_SOLE))
        drop_character(cleaner, begin, end, RULE_DISGUISE);
    else
        keep_character(cleaner, begin, end, code);
}

void read_character(struct cleaner *cleaner, size_t *place)
{
    size_t begin = *place;
    uint32_t code = quern_next_char(cleaner->text, place);
    size_t end = *place;
    switch (kind_of(cleaner->options, code)) {
    case KIND_PLAIN:
        keep_character(cleaner, begin, end, code);
        break;
    case KIND_CONTROL:
        drop_character(cleaner, begin, end, RULE_CONTROL);
        break;
    case KIND_LINE_END:
        read_line_end(cleaner, begin, end, code);
        break;
    case KIND_INVALID:
        read_invalid(cleaner, begin, place);
        break;
    case KIND_BOM:
        read_bom(cleaner, begin, end);
        break;
    case KIND_ZERO_WIDTH_SPACE:
        read_joiner(cleaner, begin, end, code, CLASS_UNSPACED);
        break;
    case KIND_JOINER:
        read_joiner(cleaner, begin, end, code, CLASS_JOINED);
        break;
    case KIND_ZERO_WIDTH:
        drop_character(cleaner, begin, end, RULE_ZERO_WIDTH);
        break;
    case KIND_BIDI_MARK:
        drop_character(cleaner, begin, end, RULE_BIDI);
        break;
    case KIND_BIDI_CONTROL:
        read_bidi_control(cleaner, begin, end, code);
        break;
    case KIND_SELECTOR:
        read_selector(cleaner, begin, end, code, !(cleaner->base & CLASS_SOLE));
        break;
    case KIND_TAG:
        read_selector(cleaner, begin, end, code, cleaner->base & CLASS_JOINED);
        break;
    case KIND_MARK:
        read_mark(cleaner, begin, end, code);
        break;
    case KIND_NONCHARACTER:
        drop_character(cleaner, begin, end, RULE_NONCHARACTER);
        break;
    case KIND_PRIVATE_USE:
        drop_character(cleaner, begin, end, RULE_PRIVATE_USE);
        break;
    case KIND_SOFT_HYPHEN:
        drop_character(cleaner, begin, end, RULE_SOFT_HYPHEN);
        break;
    case KIND_SUBSTITUTE:
        read_substitute(cleaner, begin, end, code);
        break;
    }
}

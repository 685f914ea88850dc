/*
 * Reading: takes characters from the text, and drops or replaces those that mean nothing, or harm,
 * in a text: control characters, line ends of other systems, invisible characters where they have
 * no effect, what stands for ill-formed bytes.
 */
#include "cleanup.h"

static void pass_on(struct cleaner *cleaner, struct item item)
{
    uint8_t class = class_of(cleaner->options, item.code);
    if (!(class & CLASS_TRAILING))
        cleaner->base = class;
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

/* U+2018 to U+201B are single, U+201C to U+201F double. */
static uint32_t straighten(uint32_t code)
{
    return code < 0x201C ? '\'' : '"';
}

static uint32_t decode(const struct cleanup *options, uint8_t byte)
{
    uint32_t code = windows1252_decode(byte);
    enum kind kind = kind_of(options, code);
    if (kind == KIND_NO_BREAK)
        return ' ';
    return kind == KIND_QUOTE ? straighten(code) : code;
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
        change_character(cleaner, begin, *place, decode(cleaner->options, (uint8_t)source[at]),
                         RULE_WINDOWS_1252);
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
    case KIND_NO_BREAK:
        change_character(cleaner, begin, end, ' ', RULE_NO_BREAK);
        break;
    case KIND_QUOTE:
        change_character(cleaner, begin, end, straighten(code), RULE_QUOTE);
        break;
    }
}

/*
 * Layout: white space and line ends, and the edits themselves.
 *
 * What becomes of white space is known only when it ends: before a line end it goes, elsewhere it
 * stays. So the edits within a stretch of white space, a gap, wait for its end, and are replaced by
 * a single one where the white space goes altogether.
 */
#include "cleanup.h"

#include <string.h>

enum { EDITS_WAITING = 64 };

static const char *const rule_names[] = {
#define CLEANUP_RULE_NAME(number, name) name,
    CLEANUP_RULES(CLEANUP_RULE_NAME)
#undef CLEANUP_RULE_NAME
};

/* ---- Tabs ---- */

static size_t count_characters(const char *text, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

static void advance_column(struct layout *layout, const char *text, size_t size)
{
    const char *line_end = memrchr(text, '\n', size);
    if (line_end)
        layout->column = 0;
    const char *from = line_end ? line_end + 1 : text;
    layout->column += count_characters(from, (size_t)(text + size - from));
}

/* Up to the next tab stop. */
static quern_string spaces_for_tab(const struct cleaner *cleaner)
{
    static const char spaces[] = "                ";
    size_t width = (size_t)cleaner->options->tab_width;
    return (quern_string){spaces, width - cleaner->layout.column % width};
}

/* ---- Edits ---- */

static void apply_edit(struct cleaner *cleaner, const struct edit *edit)
{
    struct layout *layout = &cleaner->layout;
    quern_string with = {edit->size ? (const char *)layout->bytes.items + edit->with : "",
                         edit->size};
    if (cleaner->options->tabs == TABS_SPACES) {
        advance_column(layout, cleaner->text.data + layout->counted, edit->begin - layout->counted);
        if (edit->rule == RULE_TAB)
            with = spaces_for_tab(cleaner);
        advance_column(layout, with.data, with.size);
        layout->counted = edit->end;
    }
    cleaner->edited = true;
    quern_replace(cleaner->edit, edit->begin, edit->end, with, rule_names[edit->rule]);
}

static void apply_edits(struct cleaner *cleaner)
{
    struct layout *layout = &cleaner->layout;
    const struct edit *edits = layout->edits.items;
    for (size_t i = 0; i < layout->edits.count; i++)
        apply_edit(cleaner, &edits[i]);
    layout->edits.count = layout->bytes.count = 0;
}

static struct edit *last_edit(struct layout *layout)
{
    size_t count = layout->edits.count;
    return count ? (struct edit *)layout->edits.items + count - 1 : NULL;
}

static void add_edit(struct cleaner *cleaner, size_t begin, size_t end, enum rule rule)
{
    struct edit *edit = array_add(cleaner, &cleaner->layout.edits, sizeof *edit);
    if (edit)
        *edit = (struct edit){(uint32_t)begin, (uint32_t)end, (uint32_t)cleaner->layout.bytes.count,
                              0, rule};
}

/* Appends a character to the new text of the last edit. */
static void add_bytes(struct cleaner *cleaner, uint32_t code)
{
    struct array *bytes = &cleaner->layout.bytes;
    struct edit *edit = last_edit(&cleaner->layout);
    if (!edit || !array_reserve(cleaner, bytes, bytes->count + 4, 1))
        return;
    size_t size = encode_character(code, (char *)bytes->items + bytes->count);
    bytes->count += size;
    edit->size += (uint32_t)size;
}

static void add_item(struct cleaner *cleaner, struct item item)
{
    if (item.rule == RULE_NONE)
        return;
    add_edit(cleaner, item.begin, item.end, item.rule);
    if (item.code != NOTHING && item.rule != RULE_TAB)
        add_bytes(cleaner, item.code);
}

/* Replaces the edits from number `from` on by one that takes [begin, end) out. */
static void cut_instead(struct cleaner *cleaner, size_t from, size_t begin, size_t end,
                        enum rule rule)
{
    cleaner->layout.edits.count = from;
    if (begin < end)
        add_edit(cleaner, begin, end, rule);
}

/* ---- Gaps ---- */

static void begin_line(struct layout *layout, size_t place)
{
    layout->line_begin = place;
    layout->line_edits = layout->edits.count;
    layout->spaces = false;
}

static void open_gap(struct layout *layout, size_t place)
{
    if (layout->in_gap)
        return;
    layout->in_gap = true;
    layout->newlines = 0;
    begin_line(layout, place);
}

static void close_gap(struct layout *layout, bool fed)
{
    layout->in_gap = layout->at_start = false;
    layout->fed = fed;
}

static void trim_line(struct cleaner *cleaner, size_t end)
{
    struct layout *layout = &cleaner->layout;
    if (layout->in_gap && layout->spaces && cleaner->options->trailing_space)
        cut_instead(cleaner, layout->line_edits, layout->line_begin, end, RULE_TRAILING_SPACE);
}

/* A run of blank lines that goes is one edit. */
static void cut_line(struct cleaner *cleaner, size_t end)
{
    struct layout *layout = &cleaner->layout;
    layout->edits.count = layout->line_edits;
    struct edit *last = last_edit(layout);
    if (last && last->rule == RULE_BLANK_RUN && last->end == layout->line_begin)
        last->end = (uint32_t)end;
    else
        cut_instead(cleaner, layout->line_edits, layout->line_begin, end, RULE_BLANK_RUN);
}

/* Whether the line that ends here is a blank one too many. */
static bool is_surplus(const struct cleaner *cleaner)
{
    int64_t limit = cleaner->options->blank_lines;
    return limit >= 0 && cleaner->layout.newlines > (size_t)limit + 1;
}

static void add_line_end(struct cleaner *cleaner, struct item item)
{
    struct layout *layout = &cleaner->layout;
    open_gap(layout, item.begin);
    layout->newlines++;
    if (layout->at_start && cleaner->options->blank_lines >= 0) {
        cut_instead(cleaner, 0, 0, item.end, RULE_TEXT_START);
    } else if (is_surplus(cleaner)) {
        cut_line(cleaner, item.end);
    } else {
        trim_line(cleaner, item.begin);
        add_item(cleaner, item);
    }
    begin_line(layout, item.end);
    if (layout->newlines == 1) {
        layout->first_end = layout->line_begin;
        layout->first_edits = layout->line_edits;
    }
}

static void add_space(struct cleaner *cleaner, struct item item)
{
    open_gap(&cleaner->layout, item.begin);
    cleaner->layout.spaces = true;
    if (item.code == '\t' && cleaner->options->tabs == TABS_SPACES)
        item.rule = RULE_TAB;
    add_item(cleaner, item);
}

static void add_plain(struct cleaner *cleaner, struct item item)
{
    struct layout *layout = &cleaner->layout;
    bool feed = item.code == '\f';
    if (feed)
        trim_line(cleaner, item.begin);
    close_gap(layout, feed);
    if (layout->edits.count >= EDITS_WAITING)
        apply_edits(cleaner);
    add_item(cleaner, item);
}

/* A character that follows from the item before goes into the same edit. */
static void add_following(struct cleaner *cleaner, struct item item)
{
    if (!(class_of(cleaner->options, item.code) & CLASS_SPACE))
        close_gap(&cleaner->layout, false);
    add_bytes(cleaner, item.code);
}

void layout_add(struct cleaner *cleaner, struct item item)
{
    if (item.code == NOTHING)
        add_item(cleaner, item);
    else if (item.code == '\n')
        add_line_end(cleaner, item);
    else if (item.begin == item.end)
        add_following(cleaner, item);
    else if (item.code != '\f' && class_of(cleaner->options, item.code) & CLASS_SPACE)
        add_space(cleaner, item);
    else
        add_plain(cleaner, item);
}

void layout_pause(struct cleaner *cleaner)
{
    close_gap(&cleaner->layout, false);
    apply_edits(cleaner);
}

/* ---- The end of the text ---- */

static void end_text(struct cleaner *cleaner)
{
    struct layout *layout = &cleaner->layout;
    size_t size = cleaner->text.size;
    if (layout->newlines > 1 || (layout->newlines && layout->spaces))
        cut_instead(cleaner, layout->first_edits, layout->first_end, size, RULE_TEXT_END);
    else
        trim_line(cleaner, size);
}

/* Behind a form feed no line end is needed: a page may end with one. */
static void end_line(struct cleaner *cleaner)
{
    struct layout *layout = &cleaner->layout;
    if (!cleaner->options->final_newline || layout->fed || (layout->in_gap && layout->newlines))
        return;
    add_edit(cleaner, cleaner->text.size, cleaner->text.size, RULE_FINAL_NEWLINE);
    add_bytes(cleaner, '\n');
}

void layout_end(struct cleaner *cleaner)
{
    struct layout *layout = &cleaner->layout;
    if (layout->at_start) {
        if (layout->newlines)
            cut_instead(cleaner, 0, 0, cleaner->text.size, RULE_TEXT_START);
        else
            trim_line(cleaner, cleaner->text.size);
    } else {
        if (layout->in_gap)
            end_text(cleaner);
        end_line(cleaner);
    }
    apply_edits(cleaner);
}

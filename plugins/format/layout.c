/*
 * Blocks and runs; see layout.h.
 */
#include "layout.h"

#include "character.h"

#include <string.h>

/* ---- Blocks ---- */

static const struct kind {
    const char *label;
    enum block_kind kind;
    enum enclosure encloses; /* it holds blocks, and is none */
} kinds[] = {
    {"title", BLOCK_TITLE, IN_NOTHING},         {"heading", BLOCK_HEADING, IN_NOTHING},
    {"list-item", BLOCK_ITEM, IN_NOTHING},      {"byline", BLOCK_BYLINE, IN_NOTHING},
    {"dateline", BLOCK_DATELINE, IN_NOTHING},   {"verse", BLOCK_VERSE, IN_NOTHING},
    {"table", BLOCK_PREFORMATTED, IN_NOTHING},  {"code", BLOCK_PREFORMATTED, IN_NOTHING},
    {"separator", BLOCK_SEPARATOR, IN_NOTHING}, {"summary", BLOCK_PARAGRAPH, IN_SUMMARY},
    {"quote", BLOCK_PARAGRAPH, IN_QUOTE},
};

static struct kind kind_of(const struct layout *layout, const quern_span *span)
{
    const char *label = quern_label_name(layout->doc, span->label);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].label, label) == 0)
            return kinds[i];
    return (struct kind){label, BLOCK_PARAGRAPH, IN_NOTHING};
}

struct layout layout_open(quern_document *doc)
{
    struct layout layout = {.doc = doc, .text = quern_text(doc)};
    layout.blocks = quern_find_spans(doc, "block");
    layout.entities = quern_find_spans(doc, "entity");
    if (layout.blocks.count)
        layout.layer = quern_layer_of(doc, "block");
    for (size_t i = 0; i < layout.blocks.count; i++)
        layout.titled |= kind_of(&layout, &layout.blocks.items[i]).kind == BLOCK_TITLE;
    return layout;
}

static bool is_tab_or_space(char byte)
{
    return byte == ' ' || byte == '\t';
}

static void trim(quern_string text, size_t *begin, size_t *end)
{
    while (*begin < *end &&
           (is_space((unsigned char)text.data[*begin]) || text.data[*begin] == '\r'))
        ++*begin;
    while (*begin < *end &&
           (is_space((unsigned char)text.data[*end - 1]) || text.data[*end - 1] == '\r'))
        --*end;
}

/* The length of a bullet at the start of [at, end); 0 when there is none. */
static size_t bullet_length(quern_string text, size_t at, size_t end)
{
    static const char *const bullets[] = {"-",      "*",      "+",      "\u2022",
                                          "\u2013", "\u2014", "\u00B7", "\u25E6",
                                          "\u25AA", "\u2023", "\u25CF", "\u25A0"};
    for (size_t i = 0; i < sizeof bullets / sizeof *bullets; i++) {
        size_t size = strlen(bullets[i]);
        if (size < end - at && memcmp(text.data + at, bullets[i], size) == 0 &&
            is_space((unsigned char)text.data[at + size]))
            return size;
    }
    return 0;
}

/* "3." or "3)": at most nine digits, as Markdown takes them. */
static size_t number_length(quern_string text, size_t at, size_t end, uint32_t *number)
{
    size_t size = 0;
    uint32_t value = 0;
    for (;
         size < 9 && at + size < end && text.data[at + size] >= '0' && text.data[at + size] <= '9';
         size++)
        value = value * 10 + (uint32_t)(text.data[at + size] - '0');
    if (!value || at + size + 1 >= end ||
        (text.data[at + size] != '.' && text.data[at + size] != ')') ||
        !is_space((unsigned char)text.data[at + size + 1]))
        return 0;
    *number = value;
    return size + 1;
}

static void take_item_mark(quern_string text, struct block *block)
{
    size_t size = bullet_length(text, block->begin, block->end);
    if (!size)
        size = number_length(text, block->begin, block->end, &block->number);
    block->begin += size;
    trim(text, &block->begin, &block->end);
}

enum { DEEPEST = 6 };

static int level_of(const struct layout *layout, size_t index, enum block_kind kind)
{
    double level = 1;
    if (kind != BLOCK_HEADING)
        return kind == BLOCK_TITLE;
    quern_json_number(quern_get_attribute(layout->layer, index, "level"), &level);
    level += layout->titled;
    return level < 1 ? 1 : level > DEEPEST ? DEEPEST : (int)level;
}

/* Where a block begins with its marker, "3." or a bullet: a stage may leave that outside, and name
 * it in an attribute. */
static size_t begin_of(const struct layout *layout, size_t index)
{
    const quern_span *span = &layout->blocks.items[index];
    const quern_string text = layout->text;
    size_t begin = span->begin;
    quern_string marker;
    if (!quern_json_text(layout->doc, quern_get_attribute(layout->layer, index, "marker"), &marker))
        return begin;
    while (begin > layout->at && is_tab_or_space(text.data[begin - 1]))
        begin--;
    bool there = marker.size <= begin - layout->at &&
                 memcmp(text.data + begin - marker.size, marker.data, marker.size) == 0;
    return there ? begin - marker.size : span->begin;
}

/* Where the next block begins; blocks that are inside of what came before are passed over. It is
 * looked for once, and not again for each paragraph before it. */
static size_t find_next_block(struct layout *layout)
{
    if (layout->found)
        return layout->begin;
    while (layout->next_block < layout->blocks.count &&
           layout->blocks.items[layout->next_block].begin < layout->at)
        layout->next_block++;
    layout->begin = layout->next_block < layout->blocks.count ? begin_of(layout, layout->next_block)
                                                              : layout->text.size;
    layout->found = true;
    return layout->begin;
}

/* The next paragraph of text before `end` that is in no span. */
static bool next_loose_block(struct layout *layout, size_t end, struct block *block)
{
    const quern_string text = part_of(layout->text, 0, end);
    quern_line line = {.next = layout->at};
    bool found = false;
    *block = (struct block){.enclosure = layout->enclosure};
    while (quern_next_line(text, &line) && !(line.blank && found)) {
        if (!found)
            block->begin = line.begin;
        found = !line.blank;
        block->end = line.end;
        layout->at = line.next;
    }
    trim(text, &block->begin, &block->end);
    return found;
}

/* Takes the span at which the layout has come. True when it is a block with some text. */
static bool take_block(struct layout *layout, struct block *block)
{
    const size_t index = layout->next_block++;
    layout->found = false;
    const quern_span *span = &layout->blocks.items[index];
    const struct kind kind = kind_of(layout, span);
    if (kind.encloses) {
        if (!layout->enclosure) {
            layout->enclosure = kind.encloses;
            layout->enclosure_end = span->end;
        }
        return false;
    }
    *block = (struct block){.begin = layout->begin,
                            .end = span->end,
                            .kind = kind.kind,
                            .enclosure = layout->enclosure,
                            .level = level_of(layout, index, kind.kind)};
    const size_t begin = block->begin;
    layout->at = span->end;
    trim(layout->text, &block->begin, &block->end);
    if (kind.kind == BLOCK_ITEM)
        take_item_mark(layout->text, block);
    while (kind.kind == BLOCK_PREFORMATTED && block->begin > begin &&
           is_tab_or_space(layout->text.data[block->begin - 1]))
        block->begin--; /* its first line is aligned with the others */
    return block->begin < block->end;
}

bool layout_next_block(struct layout *layout, struct block *block)
{
    for (;;) {
        if (layout->enclosure && layout->at >= layout->enclosure_end)
            layout->enclosure = IN_NOTHING;
        size_t begin = find_next_block(layout);
        bool closes = layout->enclosure && layout->enclosure_end < begin;
        size_t end = closes ? layout->enclosure_end : begin;
        if (next_loose_block(layout, end, block))
            return true;
        layout->at = end;
        if (closes)
            continue;
        if (layout->next_block == layout->blocks.count)
            return false;
        if (take_block(layout, block))
            return true;
    }
}

/* ---- Runs ---- */

/* The first entity that ends behind `at` and is not inside of, or across, one before it. */
static const quern_span *find_entity(struct layout *layout, size_t at)
{
    for (; layout->next_entity < layout->entities.count; layout->next_entity++) {
        const quern_span *entity = &layout->entities.items[layout->next_entity];
        if (entity->begin < layout->covered)
            continue;
        if (entity->end > at)
            return entity;
        layout->covered = entity->end;
    }
    return NULL;
}

bool layout_next_run(struct layout *layout, const struct block *block, struct run *run)
{
    size_t at = run->end ? run->end : block->begin;
    if (at >= block->end)
        return false;
    const quern_span *entity = find_entity(layout, at);
    *run = (struct run){.begin = at, .end = block->end};
    if (!entity || entity->begin >= block->end)
        return true;
    if (entity->begin > at) {
        run->end = entity->begin;
        return true;
    }
    run->label = quern_label_name(layout->doc, entity->label);
    run->end = entity->end < block->end ? entity->end : block->end;
    return true;
}

/* ---- Colours ---- */

/* Colours stand in the order of the hues. Labels that are seen together lie apart. */
static const struct {
    const char *label;
    unsigned colour;
} label_colours[] = {
    {"PERSON", 7}, {"ORG", 9},     {"LOC", 4},       {"MISC", 1},    {"DATE", 6},      {"TIME", 5},
    {"MONEY", 2},  {"PERCENT", 3}, {"QUANTITY", 11}, {"ORDINAL", 8}, {"CARDINAL", 10},
};

unsigned colour_of_label(const char *label)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < sizeof label_colours / sizeof *label_colours; i++)
        if (strcmp(label_colours[i].label, label) == 0)
            return label_colours[i].colour;
    for (; *label; label++)
        hash = (hash ^ (unsigned char)*label) * 16777619u;
    return hash % LABEL_COLOURS;
}

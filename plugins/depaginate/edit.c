/*
 * edit.c - takes out what was found, and puts the text together again.
 */
#include "depaginate.h"

struct rebuild {
    quern_editor *edit;
    const struct lines *lines;
    const struct hyphens *hyphens;
    const struct patterns *kept;
    struct sides sides;
    size_t line; /* those before it have been seen to */
    size_t done; /* where the last edit ended */
};

/* Where hardly anything but furniture is left, places overlap: what was seen to stays so. */
static void replace(struct rebuild *rebuild, size_t begin, size_t end, quern_string with,
                    const char *rule)
{
    begin = begin > rebuild->done ? begin : rebuild->done;
    end = end > begin ? end : begin;
    quern_replace(rebuild->edit, begin, end, with, rule);
    rebuild->done = end;
}

static void cut(struct rebuild *rebuild, size_t begin, size_t end, const char *rule)
{
    replace(rebuild, begin, end, QUERN_STRING(""), rule);
}

static const char *rule_of(const struct lines *lines, size_t line, bool head)
{
    enum { MARK_LETTERS = 9 };
    struct number numbers[NUMBERS_PER_LINE];
    const struct line *item = &lines->items[line];
    size_t count = numbers_find(lines, line, numbers);
    if (count && numbers[0].slot == SLOT_ALONE)
        return numbers[0].marked ? "page-mark" : "page-number";
    if (count && numbers[0].slot == SLOT_PAGE && item->letters <= MARK_LETTERS &&
        !(item->flags & LINE_GAP))
        return "page-mark";
    return head ? "running-head" : "running-foot";
}

/* Cuts the form feeds before a line that stays. */
static void cut_feeds(struct rebuild *rebuild, size_t line)
{
    const struct line *item = &rebuild->lines->items[line];
    if (!(item->flags & LINE_FEED))
        return;
    for (uint32_t i = item->begin; i < item->text; i++)
        if (rebuild->lines->text.data[i] == '\f')
            cut(rebuild, i, i + 1, "form-feed");
}

static bool ends_line(const struct lines *lines, size_t begin)
{
    return begin > 0 && lines->text.data[begin - 1] == '\n';
}

/* Puts a line feed where a line of the body has none, because a form feed ended it. */
static void end_line(struct rebuild *rebuild, const struct page_end *place)
{
    size_t begin = rebuild->lines->items[place->above + 1].begin;
    if (place->above != SIZE_MAX && place->below < rebuild->lines->count &&
        !ends_line(rebuild->lines, begin))
        replace(rebuild, begin, begin, QUERN_STRING("\n"), "form-feed");
}

/* In place of the line feed behind the last line before the break. */
static void join_lines(struct rebuild *rebuild, const struct page_end *place)
{
    const struct line *above = &rebuild->lines->items[place->above];
    bool hyphened = ends_hyphened(line_text(rebuild->lines, place->above));
    size_t hyphen = hyphened && rebuild->hyphens
                        ? hyphen_to_cut(rebuild->hyphens, place->above, place->below)
                        : 0;
    replace(rebuild, above->end - hyphen, above[1].begin,
            hyphened ? QUERN_STRING("") : QUERN_STRING(" "),
            hyphened ? "hyphen-join" : "line-join");
}

/* Blank lines of the place become the one between two paragraphs, as far as there are some. */
static bool keeps_blank(const struct rebuild *rebuild, size_t line, bool *wanted)
{
    if (!*wanted || !line_is_blank(rebuild->lines, line) ||
        rebuild->lines->items[line].flags & LINE_FEED)
        return false;
    *wanted = false;
    return true;
}

static bool is_kept(const struct rebuild *rebuild, size_t line)
{
    return !line_is_blank(rebuild->lines, line) &&
           patterns_match(rebuild->kept, line_text(rebuild->lines, line));
}

static void edit_place(struct rebuild *rebuild, const struct page_end *place, enum joint joint)
{
    const struct lines *lines = rebuild->lines;
    size_t head = sides_first_head(rebuild->sides, place, lines);
    bool wanted = joint == JOINT_PARAGRAPH;
    size_t first = place->above + 1;
    if (place->below <= rebuild->line)
        return;
    if (first < rebuild->line)
        first = rebuild->line;
    else if (joint == JOINT_SPACE)
        join_lines(rebuild, place);
    else
        end_line(rebuild, place);
    rebuild->line = place->below;
    for (size_t i = first; i < place->below; i++) {
        if (keeps_blank(rebuild, i, &wanted) || is_kept(rebuild, i))
            continue;
        cut(rebuild, lines->items[i].begin, lines->items[i + 1].begin,
            line_is_blank(lines, i) ? "page-break-blank" : rule_of(lines, i, i >= head));
    }
    if (place->below >= lines->count)
        return;
    if (wanted)
        replace(rebuild, lines->items[place->below].begin, lines->items[place->below].begin,
                QUERN_STRING("\n"), "paragraph-break");
    cut_feeds(rebuild, place->below);
}

static bool has_space(const struct lines *lines, size_t line, size_t at)
{
    return at >= lines->items[line].text && at < lines->items[line].end &&
           is_space(lines->text.data[at]);
}

/* With the space before it, or else behind it, where one is left over. */
static void cut_mark(struct rebuild *rebuild, const struct mark *mark)
{
    const struct lines *lines = rebuild->lines;
    size_t begin = mark->begin, end = mark->end;
    bool starts = begin == lines->items[mark->line].text,
         ends = end == lines->items[mark->line].end;
    bool before = begin && has_space(lines, mark->line, begin - 1);
    bool behind = has_space(lines, mark->line, end);
    if (before && (behind || ends))
        begin--;
    else if (starts && behind)
        end++;
    cut(rebuild, begin, end, "page-mark");
}

void pages_edit(quern_editor *edit, const struct pages *pages, const struct lines *lines,
                const uint8_t *joints, const struct hyphens *hyphens)
{
    struct rebuild rebuild = {.edit = edit,
                              .lines = lines,
                              .hyphens = hyphens,
                              .kept = pages->kept,
                              .sides = sides_find(pages, lines)};
    size_t mark = 0;
    for (size_t i = 0; i < pages->count; i++) {
        for (; mark < pages->mark_count && pages->marks[mark].line < pages->places[i].below; mark++)
            cut_mark(&rebuild, &pages->marks[mark]);
        edit_place(&rebuild, &pages->places[i], (enum joint)joints[i]);
    }
    for (; mark < pages->mark_count; mark++)
        cut_mark(&rebuild, &pages->marks[mark]);
}

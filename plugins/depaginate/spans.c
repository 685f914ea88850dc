/*
 * spans.c - the layer "page": what stood on each page, with the number that the page showed.
 */
#include "depaginate.h"

#include <stdio.h>

/* Where one page ends and the next begins, and the number that each shows there; empty for
 * none. */
struct boundary {
    size_t end, begin;
    quern_string before, behind;
};

struct pager {
    quern_document *doc;
    quern_layer *layer;
    uint32_t label;
    size_t ordinal;
    size_t begin; /* of the page */
    quern_string number;
};

static struct boundary at_place(const struct page_end *place, struct sides sides,
                                const struct lines *lines)
{
    struct boundary boundary = {
        .end = place->above == SIZE_MAX ? 0 : lines->items[place->above].end,
        .begin = place->below < lines->count ? lines->items[place->below].text : lines->text.size};
    quern_string number = {lines->text.data + place->begin, place->end - place->begin};
    if (place->value && place->line < sides_first_head(sides, place, lines))
        boundary.before = number;
    else if (place->value)
        boundary.behind = number;
    return boundary;
}

static struct boundary at_mark(const struct mark *mark, const struct lines *lines)
{
    return (struct boundary){
        .end = mark->begin,
        .begin = mark->end,
        .behind = {lines->text.data + mark->number_begin, mark->number_end - mark->number_begin}};
}

/* Adds the page that ends here, if it has any text, and begins the next. */
static void turn_page(struct pager *pager, struct boundary boundary, quern_string text)
{
    size_t begin = pager->begin, end = boundary.end;
    quern_string number = boundary.before.size ? boundary.before : pager->number;
    while (begin < end && (is_space(text.data[begin]) || text.data[begin] == '\n'))
        begin++;
    while (end > begin && (is_space(text.data[end - 1]) || text.data[end - 1] == '\n'))
        end--;
    if (begin < end) {
        size_t span = quern_add_span(pager->layer, begin, end, pager->label);
        char digits[24];
        int size = snprintf(digits, sizeof digits, "%zu", ++pager->ordinal);
        quern_set_attribute(pager->layer, span, "ordinal", (quern_string){digits, (size_t)size});
        if (number.size)
            quern_set_attribute(pager->layer, span, "label", quern_to_json(pager->doc, number));
    }
    pager->begin = boundary.begin;
    pager->number = boundary.behind;
}

void pages_add_layer(quern_document *doc, const struct pages *pages, const struct lines *lines)
{
    struct pager pager = {
        .doc = doc, .layer = quern_layer_of(doc, "page"), .label = quern_label(doc, "page")};
    struct sides sides = sides_find(pages, lines);
    size_t mark = 0;
    for (size_t i = 0; i < pages->count; i++) {
        const struct page_end *place = &pages->places[i];
        for (; mark < pages->mark_count && pages->marks[mark].line < place->below; mark++)
            turn_page(&pager, at_mark(&pages->marks[mark], lines), lines->text);
        turn_page(&pager, at_place(place, sides, lines), lines->text);
    }
    for (; mark < pages->mark_count; mark++)
        turn_page(&pager, at_mark(&pages->marks[mark], lines), lines->text);
    turn_page(&pager, (struct boundary){.end = lines->text.size}, lines->text);
}

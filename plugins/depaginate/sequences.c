/*
 * sequences.c - what could be the furniture of a run of pages, one line a page.
 *
 * Numbers that grow by one are found as chains: each number looks back for the one before it, in
 * whatever place of the line that stood, so that left and right pages may differ; the chain whose
 * links fit best is kept. Lines that recur are found by their masks. Which of the sequences are
 * pages is decided later.
 */
#include "depaginate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    PAGE_ROWS_MIN = 8, /* the shortest page, and the longest, in rows of text */
    PAGE_ROWS_MAX = 250,
    LOOK_BACK = 8,  /* numbers of equal value that are tried as the one before */
    LOOKS_MAX = 64, /* numbers in one bucket that are looked at for it */
    RECUR_MIN = 3,
    LISTING_MIN = 3
};

static const uint32_t none = UINT32_MAX;

/* A number in a line, and the best chain that ends with it. */
struct node {
    uint32_t line, value, key; /* key: equal for numbers that can stand in one chain */
    uint32_t begin, end;
    uint32_t rest;   /* hash of the line without the number */
    uint32_t before; /* the node before it in its chain */
    uint32_t older;  /* the last node before it in its bucket */
    float score;
    uint16_t length; /* of the chain */
    uint16_t letters, of;
    uint8_t slot, kind, run; /* lines directly above that number themselves, and this one */
    bool wide, marked, used;
};

struct chains {
    const struct lines *lines;
    quern_call *call;
    size_t last;    /* line of the text with something in it */
    uint32_t *seen; /* how often a mask was seen, by the mask's low bits */
    uint32_t seen_mask;
    struct node *nodes;
    size_t count, room;
    uint32_t *buckets;
    uint32_t bucket_mask;
};

/* ---- How often masks are seen ---- */

static bool count_masks(struct chains *chains)
{
    const struct lines *lines = chains->lines;
    size_t size = 1024;
    while (size < lines->count)
        size *= 2;
    chains->seen = quern_scratch(chains->call, size, sizeof *chains->seen);
    if (!chains->seen)
        return false;
    chains->seen_mask = (uint32_t)(size - 1);
    for (size_t i = 0; i < lines->count; i++)
        if (!(lines->items[i].flags & (LINE_BLANK | LINE_LONG)))
            chains->seen[lines->items[i].mask & chains->seen_mask]++;
    return true;
}

static uint32_t times_seen(const struct chains *chains, size_t line)
{
    return chains->seen[chains->lines->items[line].mask & chains->seen_mask];
}

/* ---- Nodes ---- */

static struct node *add_node(struct chains *chains)
{
    if (chains->count == chains->room) {
        size_t room = chains->room ? chains->room * 2 : 256;
        struct node *nodes = quern_scratch(chains->call, room, sizeof *nodes);
        if (!nodes)
            return NULL;
        if (chains->count)
            memcpy(nodes, chains->nodes, chains->count * sizeof *nodes);
        chains->nodes = nodes;
        chains->room = room;
    }
    return &chains->nodes[chains->count++];
}

/* The line without the number: spaces count as one, and none at the ends. */
static uint32_t hash_rest(const struct lines *lines, size_t line, const struct number *number)
{
    const struct line *item = &lines->items[line];
    uint32_t hash = 2166136261u;
    bool space = false;
    for (uint32_t i = item->text; i < item->end; i++) {
        if (i == number->begin) {
            i = number->end - 1;
            space = true;
            continue;
        }
        char c = lines->text.data[i];
        if (is_space(c)) {
            space = true;
            continue;
        }
        hash = space ? (hash ^ ' ') * 16777619u : hash;
        hash = (hash ^ (unsigned char)c) * 16777619u;
        space = false;
    }
    return hash;
}

static uint32_t key_of(const struct number *number)
{
    uint32_t key = number->prefix ^ ((uint32_t)number->kind * 0x9e3779b9u);
    return key;
}

/* Whether a line has a number where this one has its own. */
static bool same_column(const struct lines *lines, size_t line, size_t other, enum slot slot)
{
    const struct line *a = &lines->items[line], *b = &lines->items[other];
    if (b->flags & (LINE_BLANK | LINE_LONG))
        return false;
    if (a->mask == b->mask)
        return true;
    if (slot == SLOT_ALONE)
        return !b->letters;
    return is_digit(lines->text.data[slot == SLOT_LEFT ? b->text : b->end - 1]);
}

/* A row of a table, or of a list: it stands among lines like it, without a gap. */
static bool is_row(const struct lines *lines, size_t line, enum slot slot)
{
    size_t first = line, last = line;
    while (first > 0 && line - first < 2 && same_column(lines, line, first - 1, slot))
        first--;
    while (last + 1 < lines->count && last - line < 2 && same_column(lines, line, last + 1, slot))
        last++;
    return last - first >= 2;
}

static bool may_be_furniture(const struct chains *chains, size_t line, const struct number *number)
{
    if (number->value == 0 || number->kind == NUMBER_NONE)
        return false;
    if (number->listed && number->slot != SLOT_ALONE)
        return false;
    return number->wide || number->marked || times_seen(chains, line) >= RECUR_MIN;
}

/* Lines that number themselves, three or more one after the other, are the lines of a listing. */
static void mark_listing(struct chains *chains, size_t node)
{
    struct node *last = &chains->nodes[node];
    for (size_t i = node; i-- > 0 && chains->nodes[i].line + 2 >= last->line;) {
        struct node *before = &chains->nodes[i];
        if (before->line == last->line || before->slot != last->slot ||
            before->kind != last->kind || before->value + 1 != last->value)
            continue;
        last->run = (uint8_t)(before->run < UINT8_MAX ? before->run + 1 : UINT8_MAX);
        if (last->run < LISTING_MIN)
            return;
        last->used = true;
        for (size_t n = i + 1; n-- > 0 && chains->nodes[n].line + 4 >= last->line;)
            if (chains->nodes[n].slot == last->slot && chains->nodes[n].value < last->value &&
                chains->nodes[n].value + LISTING_MIN > last->value)
                chains->nodes[n].used = true;
        return;
    }
}

static bool add_number(struct chains *chains, size_t line, const struct number *number)
{
    if (!may_be_furniture(chains, line, number))
        return true;
    struct node *node = add_node(chains);
    if (!node)
        return false;
    *node = (struct node){.line = (uint32_t)line,
                          .value = number->value,
                          .key = key_of(number),
                          .begin = number->begin,
                          .end = number->end,
                          .rest = hash_rest(chains->lines, line, number),
                          .before = none,
                          .length = 1,
                          .letters = chains->lines->items[line].letters,
                          .of = (uint16_t)(number->of <= UINT16_MAX ? number->of : 0),
                          .slot = (uint8_t)number->slot,
                          .kind = (uint8_t)number->kind,
                          .wide = number->wide,
                          .marked = number->marked,
                          .run = 1};
    mark_listing(chains, chains->count - 1);
    return true;
}

static bool collect_nodes(struct chains *chains)
{
    const struct lines *lines = chains->lines;
    struct number numbers[NUMBERS_PER_LINE];
    for (size_t i = 0; i < lines->count; i++) {
        if (lines->items[i].flags & (LINE_BLANK | LINE_LONG))
            continue;
        size_t count = numbers_find(lines, i, numbers);
        for (size_t n = 0; n < count; n++)
            if (!is_row(lines, i, numbers[n].slot) && !add_number(chains, i, &numbers[n]))
                return false;
    }
    return true;
}

/* ---- Links ---- */

static uint32_t rows_between(const struct chains *chains, const struct node *a,
                             const struct node *b)
{
    return chains->lines->items[b->line].row - chains->lines->items[a->line].row;
}

/* The last page may be as short as it likes. */
static bool ends_text(const struct chains *chains, const struct node *node)
{
    return node->line == chains->last;
}

static bool is_apart(const struct node *node)
{
    return node->wide || node->marked;
}

/* How well `node` follows `before`: the same place in the line, the same rest, and the distance
 * that the chain had so far, on this page or, as left and right pages differ, on the last but one. */
static float rate_link(const struct chains *chains, const struct node *before,
                       const struct node *node)
{
    const struct node *second = before->before == none ? NULL : &chains->nodes[before->before];
    uint32_t pages = node->value - before->value;
    float rows = (float)rows_between(chains, before, node) / (float)pages, score = 1;
    bool same_slot = before->slot == node->slot || (second && second->slot == node->slot);
    bool same_rest = before->rest == node->rest || (second && second->rest == node->rest);
    score += same_slot ? 0.5f : -0.5f;
    score += is_apart(before) && is_apart(node) ? 0.5f : -0.5f;
    score += same_rest ? 1 : 0;
    score += before->of && before->of == node->of ? 1 : 0;
    score -= pages > 1 ? 1.5f : 0;
    if (second && !ends_text(chains, node)) {
        float last =
            (float)rows_between(chains, second, before) / (float)(before->value - second->value);
        float change = fabsf(rows - last) / (last > rows ? last : rows);
        score += change < 0.02f   ? 1.5f
                 : change < 0.15f ? 1
                 : change < 0.3f  ? 0.3f
                 : change < 0.5f  ? -0.7f
                                  : -2.5f;
    }
    return score;
}

static uint32_t *bucket_of(const struct chains *chains, uint32_t key, uint32_t value)
{
    uint32_t hash = (key ^ value) * 0x9e3779b1u;
    return &chains->buckets[(hash ^ (hash >> 15)) & chains->bucket_mask];
}

/* Links `node` to the best of the numbers that are `pages` less. */
static void link_back(const struct chains *chains, struct node *node, uint32_t pages)
{
    if (node->value <= pages)
        return;
    uint32_t at = *bucket_of(chains, node->key, node->value - pages);
    unsigned tries = 0;
    for (unsigned looks = 0; at != none && tries < LOOK_BACK && looks < LOOKS_MAX;
         at = chains->nodes[at].older, looks++) {
        const struct node *before = &chains->nodes[at];
        uint32_t rows = rows_between(chains, before, node);
        if (rows > PAGE_ROWS_MAX * pages)
            return;
        if (before->key != node->key || before->value + pages != node->value)
            continue;
        tries++;
        if (rows < PAGE_ROWS_MIN * pages && !ends_text(chains, node))
            continue;
        float score = before->score + rate_link(chains, before, node);
        if (score <= node->score)
            continue;
        node->score = score;
        node->before = at;
        node->length = (uint16_t)(before->length + (before->length < UINT16_MAX));
    }
}

static bool link_nodes(struct chains *chains)
{
    size_t size = 64;
    while (size < chains->count * 2)
        size *= 2;
    chains->buckets = quern_scratch(chains->call, size, sizeof *chains->buckets);
    if (!chains->buckets)
        return false;
    chains->bucket_mask = (uint32_t)(size - 1);
    memset(chains->buckets, 0xff, size * sizeof *chains->buckets);
    for (size_t i = 0; i < chains->count; i++) {
        struct node *node = &chains->nodes[i];
        if (node->used)
            continue;
        link_back(chains, node, 1);
        link_back(chains, node, 2);
        uint32_t *bucket = bucket_of(chains, node->key, node->value);
        node->older = *bucket;
        *bucket = (uint32_t)i;
    }
    return true;
}

/* ---- Chains into sequences ---- */

static struct sequence *add_sequence(struct sequences *found, quern_call *call)
{
    if (found->count == found->room) {
        size_t room = found->room ? found->room * 2 : 64;
        struct sequence *items = quern_scratch(call, room, sizeof *items);
        if (!items)
            return NULL;
        if (found->count)
            memcpy(items, found->items, found->count * sizeof *items);
        found->items = items;
        found->room = room;
    }
    return &found->items[found->count++];
}

/* How many lines of a chain have a property. */
struct form {
    size_t same_rest, marked, named, total, narrow, flush;
    bool closes; /* the first shows 1, and the last is the last line of the text, as a foot is */
};

/* What speaks for a chain by the form of its lines. That its numbers grow is worth little: so do
 * those of chapters, figures and lists. */
static double rate_form(size_t count, const struct form *form)
{
    double links = (double)(count - 1);
    double growth = links * 0.8 < 3.2 ? links * 0.8 : 3.2;
    double mark = form->named * 2 > count ? 3.5 : form->marked * 2 > count ? 2.5 : 0;
    double narrow = form->narrow * 2 <= count ? 0 : count > 3 ? -2.5 : -4;
    double flush = form->flush * 2 > count ? 1 : 0;
    double closes = form->closes ? 1.5 : 0;
    return closes + growth + mark + narrow + flush + 2 * (double)form->same_rest / links +
           (form->total * 2 > count ? 2 : 0);
}

static size_t chain_length(const struct chains *chains, uint32_t at)
{
    size_t length = 0;
    for (; at != none && !chains->nodes[at].used; at = chains->nodes[at].before)
        length++;
    return length;
}

static bool same_rest(const struct chains *chains, const struct node *node)
{
    for (unsigned back = 1; back <= 2 && node->before != none; back++) {
        const struct node *before = &chains->nodes[node->before];
        if (node->letters >= 3 && before->rest == node->rest)
            return true;
        if (back == 1 && before->before == none)
            break;
        if (back == 1)
            return node->letters >= 3 && chains->nodes[before->before].rest == node->rest;
    }
    return false;
}

/* Set against the right margin, as on the last page. */
static bool is_flush(const struct chains *chains, const struct node *node, const struct node *last)
{
    enum { MARGIN = 50 };
    unsigned width = chains->lines->items[node->line].width;
    return node->wide && node->slot != SLOT_LEFT && width >= MARGIN &&
           width == chains->lines->items[last->line].width;
}

/* Lines between those of a chain that are like them and do not belong to it: the number of a page
 * stands on it once. Only so many are looked at that the time stays linear. */
static bool is_contradicted(const struct chains *chains, uint32_t end, uint32_t start,
                            size_t length)
{
    const struct node *last = &chains->nodes[end];
    size_t others = 0, looks = length * 16;
    for (uint32_t i = end; i > start && looks > 0; i--, looks--) {
        const struct node *node = &chains->nodes[i];
        others += !node->used && node->key == last->key && node->slot == last->slot &&
                  node->rest == last->rest;
    }
    return others * 3 > length;
}

static bool add_chain(struct sequences *found, struct chains *chains, uint32_t end)
{
    size_t length = chain_length(chains, end);
    struct form form = {0};
    uint32_t start = end;
    if (length < 2)
        return true;
    struct member *members = quern_scratch(chains->call, length, sizeof *members);
    struct sequence *sequence = add_sequence(found, chains->call);
    if (!members || !sequence)
        return false;
    uint32_t at = end;
    for (size_t i = length; i-- > 0; at = chains->nodes[at].before) {
        struct node *node = &chains->nodes[at];
        members[i] = (struct member){node->line, node->value, node->begin, node->end};
        form.same_rest += i > 0 && same_rest(chains, node);
        form.marked += node->marked;
        form.narrow += !is_apart(node);
        form.flush += is_flush(chains, node, &chains->nodes[end]);
        form.named += node->slot == SLOT_PAGE;
        form.closes = node->value == 1 && ends_text(chains, &chains->nodes[end]);
        start = at;
        form.total += node->of > 0 && node->of == chains->nodes[end].of;
        node->used = true;
    }
    *sequence = (struct sequence){.members = members,
                                  .count = length,
                                  .kind = SEQUENCE_NUMBERS,
                                  .numbers = (enum number_kind)chains->nodes[end].kind,
                                  .narrow = form.narrow * 2 > length,
                                  .named = form.marked * 2 > length,
                                  .prior = rate_form(length, &form)};
    if (is_contradicted(chains, end, start, length))
        sequence->prior -= 3;
    return true;
}

struct ranked {
    float score;
    uint32_t node;
};

static int by_score(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return x->node < y->node ? -1 : 1;
}

/* The best chain first; a node belongs to one. */
static bool add_chains(struct sequences *found, struct chains *chains)
{
    size_t count = 0;
    struct ranked *ranked = quern_scratch(chains->call, chains->count, sizeof *ranked);
    if (chains->count && !ranked)
        return false;
    for (size_t i = 0; i < chains->count; i++)
        if (chains->nodes[i].length > 1)
            ranked[count++] = (struct ranked){chains->nodes[i].score, (uint32_t)i};
    if (count)
        qsort(ranked, count, sizeof *ranked, by_score);
    for (size_t i = 0; i < count; i++)
        if (!chains->nodes[ranked[i].node].used && !add_chain(found, chains, ranked[i].node))
            return false;
    return true;
}

/* ---- Lines that recur ---- */

/* Sorts by the masks, the upper halves of the entries; equal ones stay in the order of lines. */
static uint64_t *sort_entries(uint64_t *entries, uint64_t *other, size_t count)
{
    enum { DIGIT_BITS = 8, DIGITS = 1 << DIGIT_BITS };
    for (unsigned shift = 32; shift < 64; shift += DIGIT_BITS) {
        size_t starts[DIGITS] = {0}, sum = 0;
        for (size_t i = 0; i < count; i++)
            starts[entries[i] >> shift & (DIGITS - 1)]++;
        for (size_t digit = 0; digit < DIGITS; digit++) {
            size_t size = starts[digit];
            starts[digit] = sum;
            sum += size;
        }
        for (size_t i = 0; i < count; i++)
            other[starts[entries[i] >> shift & (DIGITS - 1)]++] = entries[i];
        uint64_t *sorted = other;
        other = entries;
        entries = sorted;
    }
    return entries;
}

static bool recurs(const struct chains *chains, size_t line)
{
    const struct line *item = &chains->lines->items[line];
    return !(item->flags & (LINE_BLANK | LINE_LONG)) && item->letters >= 3 &&
           times_seen(chains, line) >= RECUR_MIN &&
           times_seen(chains, line) <= chains->lines->count / PAGE_ROWS_MIN + RECUR_MIN;
}

/* Apart from the text on one side at least. */
static bool is_isolated(const struct lines *lines, size_t line)
{
    return line == 0 || line_is_blank(lines, line - 1) || line_is_blank(lines, line + 1) ||
           (lines->items[line].flags | lines->items[line + 1].flags) & LINE_FEED;
}

/* Far from where the lines around it begin. */
static bool is_centred(const struct lines *lines, size_t line)
{
    const size_t far = 10;
    size_t above = lines_before(lines, line), below = lines_after(lines, line);
    size_t indent = lines->items[line].indent;
    return indent >= far && (above == SIZE_MAX || lines->items[above].indent + far <= indent) &&
           (below == lines->count || lines->items[below].indent + far <= indent);
}

/* Members of a class that lie a page apart from the one before; the others are left out. */
static size_t choose_members(const struct lines *lines, const uint64_t *entries, size_t count,
                             struct member *members)
{
    size_t kept = 0;
    for (size_t i = 0; i < count && (i - kept) * 3 <= count; i++) {
        uint32_t line = (uint32_t)entries[i];
        if (kept) {
            uint32_t last = members[kept - 1].line;
            if (lines->items[line].row - lines->items[last].row < PAGE_ROWS_MIN ||
                lines_compare(lines, last, line, 1) == UNLIKE)
                continue;
        }
        members[kept++] = (struct member){.line = line};
    }
    return kept < RECUR_MIN || kept * 3 < count * 2 ? 0 : kept;
}

/* A first look, which spares most classes the closer one: not even nearly regular. */
static bool is_irregular(const struct lines *lines, const struct member *members, size_t count)
{
    size_t near = 0;
    double mean =
        (double)(lines->items[members[count - 1].line].row - lines->items[members[0].line].row) /
        (double)(count - 1);
    for (size_t i = 1; i < count; i++) {
        double rows = lines->items[members[i].line].row - lines->items[members[i - 1].line].row;
        near += rows >= mean * 0.5 && rows <= mean * 1.6;
    }
    return near * 2 < count - 1;
}

static bool add_class(struct sequences *found, const struct chains *chains, const uint64_t *entries,
                      size_t count, struct member *buffer)
{
    const struct lines *lines = chains->lines;
    size_t kept = choose_members(lines, entries, count, buffer), isolated = 0, centred = 0;
    if (!kept || is_irregular(lines, buffer, kept))
        return true;
    for (size_t i = 0; i < kept; i++) {
        isolated += is_isolated(lines, buffer[i].line);
        centred += is_centred(lines, buffer[i].line);
    }
    if (isolated * 5 < kept * 4)
        return true;
    struct member *members = quern_scratch(chains->call, kept, sizeof *members);
    struct sequence *sequence = add_sequence(found, chains->call);
    if (!members || !sequence)
        return false;
    memcpy(members, buffer, kept * sizeof *members);
    *sequence = (struct sequence){.members = members,
                                  .count = kept,
                                  .kind = SEQUENCE_RECURRING,
                                  .prior = centred * 5 >= kept * 4 ? 1.5 : 0};
    return true;
}

static bool add_classes(struct sequences *found, const struct chains *chains,
                        const uint64_t *entries, size_t count)
{
    size_t from = 0;
    struct member *buffer = quern_scratch(chains->call, count, sizeof *buffer);
    if (!buffer)
        return false;
    for (size_t i = 1; i <= count; i++)
        if (i == count || entries[i] >> 32 != entries[from] >> 32) {
            if (i - from >= RECUR_MIN &&
                !add_class(found, chains, entries + from, i - from, buffer))
                return false;
            from = i;
        }
    return true;
}

static bool add_recurring(struct sequences *found, const struct chains *chains)
{
    const struct lines *lines = chains->lines;
    size_t count = 0;
    for (size_t i = 0; i < lines->count; i++)
        count += recurs(chains, i);
    if (!count)
        return true;
    uint64_t *entries = quern_scratch(chains->call, count, sizeof *entries);
    uint64_t *other = quern_scratch(chains->call, count, sizeof *other);
    if (!entries || !other)
        return false;
    count = 0;
    for (size_t i = 0; i < lines->count; i++)
        if (recurs(chains, i))
            entries[count++] = (uint64_t)lines->items[i].mask << 32 | i;
    return add_classes(found, chains, sort_entries(entries, other, count), count);
}

/* ---- Form feeds ---- */

static bool add_feeds(struct sequences *found, const struct lines *lines, quern_call *call)
{
    size_t count = 0;
    for (size_t i = 0; i < lines->count; i++)
        count += (lines->items[i].flags & LINE_FEED) != 0;
    if (!count)
        return true;
    struct member *members = quern_scratch(call, count, sizeof *members);
    struct sequence *sequence = add_sequence(found, call);
    if (!members || !sequence)
        return false;
    count = 0;
    for (size_t i = 0; i < lines->count; i++)
        if (lines->items[i].flags & LINE_FEED)
            members[count++] = (struct member){.line = (uint32_t)i};
    *sequence = (struct sequence){.members = members, .count = count, .kind = SEQUENCE_FEEDS};
    return true;
}

/* The more there is to choose from, the likelier something looks regular by chance. */
static void discount_choice(struct sequences *found)
{
    size_t classes = 0, chains = 0;
    for (size_t i = 0; i < found->count; i++) {
        classes += found->items[i].kind == SEQUENCE_RECURRING;
        chains += found->items[i].kind == SEQUENCE_NUMBERS;
    }
    for (size_t i = 0; i < found->count; i++)
        if (found->items[i].kind == SEQUENCE_RECURRING)
            found->items[i].prior -= log((double)classes);
        else if (found->items[i].kind == SEQUENCE_NUMBERS)
            found->items[i].prior -= 0.5 * log((double)chains);
}

bool sequences_find(struct sequences *found, const struct lines *lines, quern_call *call)
{
    struct chains chains = {
        .lines = lines, .call = call, .last = lines_before(lines, lines->count)};
    if (!add_feeds(found, lines, call) || !count_masks(&chains) || !collect_nodes(&chains) ||
        !link_nodes(&chains) || !add_chains(found, &chains) || !add_recurring(found, &chains))
        return false;
    discount_choice(found);
    return true;
}

/*
 * chains.c - numbers that grow by one from page to page.
 *
 * Each number looks back for the one before it, in whatever place of the line that stood, so that
 * left and right pages may differ; the chain whose links fit best is kept.
 */
#include "sequences.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOOK_BACK = 8, /* numbers of equal value that are tried as the one before */
    LOOKS_MAX = 64 /* numbers in one bucket that are looked at for it */
};

struct chains {
    const struct nodes *nodes;
    quern_call *call;
    size_t last;       /* line of the text with something in it */
    uint32_t *buckets; /* nodes by key and value: the last of each */
    uint32_t bucket_mask;
};

/* ---- Links ---- */

static uint32_t rows_between(const struct chains *chains, const struct node *a,
                             const struct node *b)
{
    return chains->nodes->lines->items[b->line].row - chains->nodes->lines->items[a->line].row;
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
    const struct node *second =
        before->before == NO_NODE ? NULL : node_at(chains->nodes, before->before);
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
    for (unsigned looks = 0; at != NO_NODE && tries < LOOK_BACK && looks < LOOKS_MAX;
         at = node_at(chains->nodes, at)->older, looks++) {
        const struct node *before = node_at(chains->nodes, at);
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
    while (size < chains->nodes->list.count * 2)
        size *= 2;
    chains->buckets = quern_scratch(chains->call, size, sizeof *chains->buckets);
    if (!chains->buckets)
        return false;
    chains->bucket_mask = (uint32_t)(size - 1);
    memset(chains->buckets, 0xff, size * sizeof *chains->buckets);
    for (size_t i = 0; i < chains->nodes->list.count; i++) {
        struct node *node = node_at(chains->nodes, i);
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
    for (; at != NO_NODE && !node_at(chains->nodes, at)->used;
         at = node_at(chains->nodes, at)->before)
        length++;
    return length;
}

static bool same_rest(const struct chains *chains, const struct node *node)
{
    for (unsigned back = 1; back <= 2 && node->before != NO_NODE; back++) {
        const struct node *before = node_at(chains->nodes, node->before);
        if (node->letters >= 3 && before->rest == node->rest)
            return true;
        if (back == 1 && before->before == NO_NODE)
            break;
        if (back == 1)
            return node->letters >= 3 && node_at(chains->nodes, before->before)->rest == node->rest;
    }
    return false;
}

/* Set against the right margin, as on the last page. */
static bool is_flush(const struct chains *chains, const struct node *node, const struct node *last)
{
    enum { MARGIN = 50 };
    unsigned width = chains->nodes->lines->items[node->line].width;
    return node->wide && node->slot != SLOT_LEFT && width >= MARGIN &&
           width == chains->nodes->lines->items[last->line].width;
}

/* Lines between those of a chain that are like them and do not belong to it: the number of a page
 * stands on it once. Only so many are looked at that the time stays linear. */
static bool is_contradicted(const struct chains *chains, uint32_t end, uint32_t start,
                            size_t length)
{
    const struct node *last = node_at(chains->nodes, end);
    size_t others = 0, looks = length * 16;
    for (uint32_t i = end; i > start && looks > 0; i--, looks--) {
        const struct node *node = node_at(chains->nodes, i);
        others += !node->used && node->key == last->key && node->slot == last->slot &&
                  node->rest == last->rest;
    }
    return others * 3 > length;
}

static bool add_chain(struct list *found, struct chains *chains, uint32_t end)
{
    size_t length = chain_length(chains, end);
    struct form form = {0};
    const struct node *last = node_at(chains->nodes, end);
    uint32_t start = end;
    if (length < 2)
        return true;
    struct member *members = quern_scratch(chains->call, length, sizeof *members);
    struct sequence *sequence = list_add(found);
    if (!members || !sequence)
        return false;
    uint32_t at = end;
    for (size_t i = length; i-- > 0; at = node_at(chains->nodes, at)->before) {
        struct node *node = node_at(chains->nodes, at);
        members[i] = (struct member){node->line, node->value, node->begin, node->end};
        form.same_rest += i > 0 && same_rest(chains, node);
        form.marked += node->marked;
        form.narrow += !is_apart(node);
        form.flush += is_flush(chains, node, last);
        form.named += node->slot == SLOT_PAGE;
        form.closes = node->value == 1 && ends_text(chains, last);
        start = at;
        form.total += node->of > 0 && node->of == last->of;
        node->used = true;
    }
    *sequence = (struct sequence){.members = members,
                                  .count = length,
                                  .kind = SEQUENCE_NUMBERS,
                                  .numbers = (enum number_kind)last->kind,
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
static bool add_all(struct list *found, struct chains *chains)
{
    size_t count = 0;
    struct ranked *ranked = quern_scratch(chains->call, chains->nodes->list.count, sizeof *ranked);
    if (chains->nodes->list.count && !ranked)
        return false;
    for (size_t i = 0; i < chains->nodes->list.count; i++) {
        const struct node *node = node_at(chains->nodes, i);
        if (node->length > 1)
            ranked[count++] = (struct ranked){node->score, (uint32_t)i};
    }
    if (count)
        qsort(ranked, count, sizeof *ranked, by_score);
    for (size_t i = 0; i < count; i++)
        if (!node_at(chains->nodes, ranked[i].node)->used &&
            !add_chain(found, chains, ranked[i].node))
            return false;
    return true;
}

bool chains_add(struct list *found, const struct nodes *nodes)
{
    struct chains chains = {.nodes = nodes,
                            .call = nodes->list.call,
                            .last = lines_before(nodes->lines, nodes->lines->count)};
    return link_nodes(&chains) && add_all(found, &chains);
}

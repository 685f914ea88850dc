/*
 * decide.c - decides what each name is, once the whole document has been read.
 *
 * What speaks for each kind is added up over all places where the same name stands, so that a name
 * is one thing all over the document. A person's full name lends its parts: "Kim" is a person
 * after "Kim Jong Un". A capital that may be owed to its place counts only if the same word stands
 * elsewhere with a capital of its own.
 */
#include "findings.h"

/* What the document says about a name. */
struct memory {
    uint64_t key; /* 0 for a free one */
    int32_t score[NAME_KINDS];
    uint32_t persons; /* full names of persons of which it is a part */
    uint32_t sure;    /* places where its capital is its own */
};

/* An open-addressed table that grows before it is half full. */
struct memories {
    struct memory *items;
    size_t capacity, count; /* a power of two */
};

#define FIRST_CAPACITY 256

static struct memory *find(const struct memories *memories, uint64_t key)
{
    size_t i = key & (memories->capacity - 1);
    while (memories->items[i].key != 0 && memories->items[i].key != key)
        i = (i + 1) & (memories->capacity - 1);
    return &memories->items[i];
}

/* The memory of a name; there is room for it. */
static struct memory *recall(struct memories *memories, uint64_t key)
{
    struct memory *memory = find(memories, key);
    memories->count += memory->key == 0;
    memory->key = key;
    return memory;
}

/* Makes room for as many new names. */
static bool make_room(struct memories *memories, size_t more, quern_call *call)
{
    if (memories->capacity > 0 && (memories->count + more) * 2 <= memories->capacity)
        return true;
    struct memories grown = {.count = memories->count};
    grown.capacity = memories->capacity == 0 ? FIRST_CAPACITY : memories->capacity * 2;
    grown.items = quern_scratch(call, grown.capacity, sizeof *grown.items);
    if (!grown.items)
        return false;
    for (size_t i = 0; i < memories->capacity; i++)
        if (memories->items[i].key != 0)
            *find(&grown, memories->items[i].key) = memories->items[i];
    *memories = grown;
    return true;
}

static int32_t clamp(int32_t value, int32_t limit)
{
    return value > limit ? limit : value < -limit ? -limit : value;
}

static enum label best(const int32_t score[NAME_KINDS], int32_t *points)
{
    enum label label = LABEL_PERSON;
    for (int kind = LABEL_PERSON; kind <= LABEL_MISC; kind++)
        if (score[kind] > score[label])
            label = (enum label)kind;
    *points = score[label];
    return label;
}

/* ---- Learning ---- */

#define NAME_PARTS 8

static bool parts_names(char byte)
{
    return byte == ' ' || byte == '-' || byte == '\n' || byte == '\t';
}

static size_t next_part(quern_string name, size_t *at)
{
    while (*at < name.size && parts_names(name.data[*at]))
        ++*at;
    size_t begin = *at;
    while (*at < name.size && !parts_names(name.data[*at]))
        ++*at;
    return begin;
}

/* The parts of a person's name that may stand for it: no initials and no particles. */
static void learn_parts(struct memories *memories, quern_string name)
{
    size_t at = 0;
    for (int parts = 0; parts < NAME_PARTS && at < name.size; parts++) {
        size_t begin = next_part(name, &at);
        if (at - begin < 2 || (name.data[begin] >= 'a' && name.data[begin] <= 'z') ||
            name.data[at - 1] == '.')
            continue;
        struct phrase phrase = {0};
        phrase_add(&phrase, name.data + begin, at - begin, FOLD_NOTHING);
        recall(memories, phrase_key(&phrase))->persons++;
    }
}

static void learn(struct memories *memories, const struct finding *finding, quern_string text)
{
    struct memory *memory = recall(memories, finding->key);
    int32_t own[NAME_KINDS], points;
    for (int kind = 0; kind < NAME_KINDS; kind++) {
        own[kind] = finding->score[kind];
        memory->score[kind] = clamp(memory->score[kind] + own[kind], 1 << 20);
    }
    memory->sure += !finding->weak;
    if (!finding->alone && best(own, &points) == LABEL_PERSON && points >= 4)
        learn_parts(memories,
                    (quern_string){text.data + finding->begin, finding->end - finding->begin});
}

/* ---- Deciding ---- */

static enum label decide(const struct memories *memories, const struct finding *finding)
{
    const struct memory *memory = find(memories, finding->key);
    int32_t score[NAME_KINDS], points;
    for (int kind = 0; kind < NAME_KINDS; kind++)
        score[kind] = 2 * finding->score[kind] + clamp(memory->score[kind], 20);
    if (finding->alone && memory->persons > 0)
        score[LABEL_PERSON] += 20;
    enum label label = best(score, &points);
    if (finding->weak && memory->sure == 0 && memory->persons == 0)
        return points >= 24 ? label : LABEL_NONE;
    return points > 0 ? label : LABEL_NONE;
}

bool findings_decide(struct findings *findings, quern_string text, quern_call *call)
{
    struct memories memories = {0};
    for (size_t i = 0; i < findings->count; i++) {
        if (!findings->items[i].name)
            continue;
        if (!make_room(&memories, 1 + NAME_PARTS, call))
            return false;
        learn(&memories, &findings->items[i], text);
    }
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].name)
            findings->items[i].label = (uint8_t)decide(&memories, &findings->items[i]);
    return true;
}

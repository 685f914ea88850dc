/*
 * decide.c - decides what each name is, once the whole document has been read.
 *
 * What speaks for each kind is added up over all places where the same name stands, so that a name
 * is one thing all over the document. A person's full name lends its parts: "Kim" is a person
 * after "Kim Jong Un". A capital that may be owed to its place counts only if the same word stands
 * elsewhere with a capital of its own.
 */
#include "findings.h"

#include <stdlib.h>

/* What the document says about a name. */
struct memory {
    int32_t score[NAME_KINDS];
    uint32_t persons; /* full names of persons of which it is a part */
    uint32_t sure;    /* places where its capital is its own */
};

#define FIRST_CAPACITY 256
#define KEPT_CAPACITY 8192

static bool make_room(struct memories *memories, uint32_t number)
{
    if (number < memories->capacity)
        return true;
    size_t capacity = memories->capacity == 0 ? FIRST_CAPACITY : memories->capacity * 2;
    struct memory *items = NULL;
    if (capacity <= SIZE_MAX / sizeof *items)
        items = realloc(memories->items, capacity * sizeof *items);
    if (!items)
        return false;
    memories->items = items;
    memories->capacity = capacity;
    return true;
}

/* The memory of a name, which is new when it was not known; NULL when there is no room for it. */
static struct memory *recall(struct memories *memories, uint64_t key)
{
    uint32_t known = memories->keys.count;
    uint32_t number = keys_add(&memories->keys, key);
    if (number == KEYS_NONE || !make_room(memories, number))
        return NULL;
    if (number == known)
        memories->items[number] = (struct memory){0};
    return &memories->items[number];
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
static bool learn_parts(struct memories *memories, quern_string name)
{
    size_t at = 0;
    for (int parts = 0; parts < NAME_PARTS && at < name.size; parts++) {
        size_t begin = next_part(name, &at);
        if (at - begin < 2 || (name.data[begin] >= 'a' && name.data[begin] <= 'z') ||
            name.data[at - 1] == '.')
            continue;
        struct phrase phrase = {0};
        phrase_add(&phrase, name.data + begin, at - begin, FOLD_NOTHING);
        struct memory *memory = recall(memories, phrase_key(&phrase));
        if (!memory)
            return false;
        memory->persons++;
    }
    return true;
}

static bool learn(struct memories *memories, const struct finding *finding, quern_string text)
{
    struct memory *memory = recall(memories, finding->key);
    if (!memory)
        return false;
    int32_t own[NAME_KINDS], points;
    for (int kind = 0; kind < NAME_KINDS; kind++) {
        own[kind] = finding->score[kind];
        memory->score[kind] = clamp(memory->score[kind] + own[kind], 1 << 20);
    }
    memory->sure += !finding->weak;
    if (finding->alone || best(own, &points) != LABEL_PERSON || points < 4)
        return true;
    quern_string name = {text.data + finding->begin, finding->end - finding->begin};
    return learn_parts(memories, name);
}

/* ---- Deciding ---- */

static void decide(const struct memories *memories, struct finding *finding)
{
    const struct memory *memory = &memories->items[keys_find(&memories->keys, finding->key)];
    int32_t score[NAME_KINDS], points;
    for (int kind = 0; kind < NAME_KINDS; kind++)
        score[kind] = 2 * finding->score[kind] + clamp(memory->score[kind], 20);
    if (finding->alone && memory->persons > 0)
        score[LABEL_PERSON] += 20;
    enum label label = best(score, &points);
    bool doubtful = finding->weak && memory->sure == 0 && memory->persons == 0;
    finding->label = (uint8_t)(points >= (doubtful ? 24 : 1) ? label : LABEL_NONE);
    finding->points = (int16_t)clamp(points, INT16_MAX);
}

bool findings_decide(struct findings *findings, struct memories *memories, quern_string text)
{
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].name && !learn(memories, &findings->items[i], text))
            return false;
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].name)
            decide(memories, &findings->items[i]);
    return true;
}

/* ---- Memories ---- */

void memories_open(struct memories *memories)
{
    *memories = (struct memories){0};
    keys_open(&memories->keys);
}

void memories_clear(struct memories *memories)
{
    keys_clear(&memories->keys);
    if (memories->capacity > KEPT_CAPACITY) {
        free(memories->items);
        memories->items = NULL;
        memories->capacity = 0;
    }
}

void memories_close(struct memories *memories)
{
    keys_close(&memories->keys);
    free(memories->items);
}

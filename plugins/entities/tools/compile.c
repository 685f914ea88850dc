/*
 * compile.c - compiles the lists of data/ into the table that the plugin holds.
 *
 *     compile TABLE LIST...
 *
 * A list's name says its class; see gazetteer.h. Runs when the project is built.
 */
#include "../gazetteer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for twice as many phrases as the lists have; tables that are half empty need few probes. */
#define SLOTS 524288
#define SETS 4096
#define LINE 512

struct table {
    uint64_t key[SLOTS];
    classes content[SLOTS];
    size_t count;
};

static struct table all;

static void die(const char *what, const char *which)
{
    fprintf(stderr, "compile: %s: %s\n", what, which);
    exit(1);
}

static void add(const struct phrase *phrase, classes class)
{
    uint64_t key = phrase_key(phrase);
    size_t i = key % SLOTS;
    while (all.key[i] != 0 && all.key[i] != key)
        i = (i + 1) % SLOTS;
    if (all.key[i] == 0 && ++all.count > SLOTS / 2)
        die("too many phrases", "raise SLOTS");
    all.key[i] = key;
    all.content[i] |= class;
}

static bool is_letter(char byte)
{
    return (unsigned char)byte >= 0x80 || (byte >= '0' && byte <= '9') ||
           (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

/* Adds a phrase, and as PREFIX whatever of it a tokenizer may see first. */
static void add_line(const char *line, size_t size, classes class)
{
    struct phrase phrase = {0};
    for (size_t i = 0, next; i < size; i = next) {
        bool inside = i > 0 && is_letter(line[i]) && is_letter(line[i - 1]);
        if (i > 0 && !inside && !phrase.spaced)
            add(&phrase, CLASS(PREFIX));
        for (next = i + 1; next < size && ((unsigned char)line[next] & 0xC0) == 0x80;)
            next++;
        phrase_add(&phrase, line + i, next - i, FOLD_NOTHING);
    }
    add(&phrase, class);
}

static classes find_class(const char *path)
{
    static const struct {
        const char *file;
        classes class;
    } lists[] = {
#define LIST(name, class) {name ".txt", CLASS(class)},
        GAZETTEER_LISTS(LIST)
#undef LIST
    };
    const char *slash = strrchr(path, '/');
    const char *file = slash ? slash + 1 : path;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (strcmp(lists[i].file, file) == 0)
            return lists[i].class;
    die("no class has a list of this name", path);
    return 0;
}

static void read_list(const char *path)
{
    classes class = find_class(path);
    char line[LINE];
    FILE *file = fopen(path, "r");
    if (!file)
        die(path, strerror(errno));
    while (fgets(line, sizeof line, file)) {
        size_t size = strcspn(line, "\n");
        if (line[size] != '\n')
            die(path, "a line is too long, or is not ended");
        if (size > 0 && line[0] != '#')
            add_line(line, size, class);
    }
    if (ferror(file) || fclose(file) != 0)
        die(path, strerror(errno));
}

/* The number of a set of classes, which is added to the sets when it is new. */
static uint64_t number_of(classes *sets, uint64_t *count, classes set)
{
    for (uint64_t i = 0; i < *count; i++)
        if (sets[i] == set)
            return i;
    if (*count == SETS)
        die("too many sets of classes", "raise SETS");
    sets[*count] = set;
    return (*count)++;
}

static void place(uint64_t *slots, uint64_t count, uint64_t key, uint64_t set)
{
    uint64_t i = gazetteer_home(key, count);
    for (; slots[i] != 0; i = i + 1 == count ? 0 : i + 1)
        if (GAZETTEER_CHECK(slots[i]) == GAZETTEER_CHECK(key))
            die("two phrases have the same key", "change the hash");
    slots[i] = GAZETTEER_CHECK(key) | set;
}

static void write_table(const char *path)
{
    static classes sets[SETS];
    struct gazetteer_header header = {.slots = all.count + all.count / 2 + 1, .sets = 1};
    uint64_t *slots = calloc(header.slots, sizeof *slots);
    if (!slots)
        die(path, strerror(errno));
    for (size_t i = 0; i < SLOTS; i++)
        if (all.key[i] != 0)
            place(slots, header.slots, all.key[i], number_of(sets, &header.sets, all.content[i]));
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(&header, sizeof header, 1, file) != 1 ||
        fwrite(slots, sizeof *slots, header.slots, file) != header.slots ||
        fwrite(sets, sizeof *sets, header.sets, file) != header.sets || fclose(file) != 0)
        die(path, strerror(errno));
    free(slots);
}

int main(int argc, char **argv)
{
    if (argc < 3)
        die("usage", "compile TABLE LIST...");
    for (int i = 2; i < argc; i++)
        read_list(argv[i]);
    write_table(argv[1]);
    return 0;
}

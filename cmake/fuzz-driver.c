/* Runs a fuzz target without libFuzzer: replays the files it is given (folders too, one level
 * deep), then calls the target with random changes of them. Takes libFuzzer's arguments -runs=N
 * (-1: no end), -seed=N and -max_total_time=SECONDS, and passes over others. It does not look at
 * coverage; what it is for is to replay corpora in ordinary builds. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_INPUTS = 1 << 14, MAX_SIZE = 1 << 16 };

struct input {
    uint8_t *bytes;
    size_t size;
};

static struct input inputs[MAX_INPUTS];
static size_t input_count;
static uint64_t random_state = 1;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* splitmix64 */
static size_t random_below(size_t limit)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (size_t)((z ^ (z >> 31)) % limit);
}

/* Copies to memory of exactly the right size, so that sanitizers see a read past the end. */
static void run_target(const uint8_t *bytes, size_t size)
{
    uint8_t *exact = malloc(size ? size : 1);
    if (!exact)
        exit(1);
    memcpy(exact, bytes, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static void add_input(const uint8_t *bytes, size_t size)
{
    struct input *input = &inputs[input_count];
    input->bytes = malloc(size ? size : 1);
    if (!input->bytes)
        exit(1);
    memcpy(input->bytes, bytes, size);
    input->size = size;
    input_count++;
}

static void read_file(const char *path)
{
    static uint8_t bytes[MAX_SIZE];
    FILE *file = fopen(path, "rb");
    if (!file || input_count == MAX_INPUTS) {
        perror(path);
        exit(1);
    }
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    add_input(bytes, size);
}

static void read_inputs(const char *path)
{
    char name[4096];
    DIR *folder = opendir(path);
    if (!folder) {
        read_file(path);
        return;
    }
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        read_file(name);
    }
    closedir(folder);
}

/* One change: a byte set, a stretch removed, or a stretch of another input put in. */
static size_t change(uint8_t *bytes, size_t size)
{
    const struct input *other = &inputs[random_below(input_count)];
    size_t at = random_below(size + 1), rest = size - at, count = random_below(16) + 1;
    switch (random_below(3)) {
    case 0:
        if (rest)
            bytes[at] = (uint8_t)random_below(256);
        return size;
    case 1:
        count = count < rest ? count : rest;
        memmove(bytes + at, bytes + at + count, rest - count);
        return size - count;
    default:
        count = count < other->size ? count : other->size;
        if (size + count > MAX_SIZE)
            return size;
        memmove(bytes + at + count, bytes + at, rest);
        memcpy(bytes + at, other->bytes + random_below(other->size - count + 1), count);
        return size + count;
    }
}

static void run_changed(void)
{
    static uint8_t bytes[MAX_SIZE];
    const struct input *input = &inputs[random_below(input_count)];
    size_t size = input->size;
    memcpy(bytes, input->bytes, size);
    for (size_t changes = random_below(8) + 1; changes; changes--)
        size = change(bytes, size);
    run_target(bytes, size);
}

int main(int argc, char **argv)
{
    long runs = -1, seconds = 0;
    unsigned long seed = (unsigned long)time(NULL);
    for (int i = 1; i < argc; i++)
        if (argv[i][0] != '-')
            read_inputs(argv[i]);
        else if (sscanf(argv[i], "-runs=%ld", &runs) + sscanf(argv[i], "-seed=%lu", &seed) +
                     sscanf(argv[i], "-max_total_time=%ld", &seconds) <=
                 0)
            fprintf(stderr, "passing over %s\n", argv[i]);
    printf("-seed=%lu\n", seed);
    random_state = seed;
    add_input((const uint8_t *)"", 0);
    for (size_t i = 0; i < input_count; i++)
        run_target(inputs[i].bytes, inputs[i].size);
    time_t end = seconds ? time(NULL) + seconds : 0;
    for (long run = 0; (runs < 0 || run < runs) && (!end || time(NULL) < end); run++)
        run_changed();
    for (size_t i = 0; i < input_count; i++)
        free(inputs[i].bytes);
    return 0;
}

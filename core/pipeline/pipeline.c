/*
 * pipeline.c - a pipeline file from its bytes to its steps.
 */
#include "pipeline/parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- The keys at the top ---- */

static void take_name(struct reader *reader, const struct yaml_node *node, void *into)
{
    ((struct pipeline *)into)->name = reader_take_text(reader, node);
}

static void take_summary(struct reader *reader, const struct yaml_node *node, void *into)
{
    ((struct pipeline *)into)->summary = reader_take_text(reader, node);
}

#define FORMATS "auto text jsonl"
#define INPUT_FORMATS FORMATS " lines formfeed mbox file"
#define UNITS "code-points bytes utf16"

static void take_from(struct reader *reader, const struct yaml_node *node, void *into)
{
    int number = reader_take_choice(reader, node, "from", INPUT_FORMATS);
    if (number >= 0)
        ((struct pipeline *)into)->from = (enum format)number;
}

static void take_separator(struct reader *reader, const struct yaml_node *node, void *into)
{
    struct pipeline *pipeline = into;
    quern_string separator = reader_take_string(reader, node);
    if (separator.data && (!separator.size || separator.size > SEPARATOR_MAX))
        reader_refuse(reader, node->place, NULL, "separator: it has to have 1 to %d bytes",
                      SEPARATOR_MAX);
    else if (pipeline->from != FORMAT_AUTO)
        reader_refuse(reader, node->place, NULL, "separator: `from` says already what parts them");
    pipeline->separator = separator;
}

static void take_to(struct reader *reader, const struct yaml_node *node, void *into)
{
    int number = reader_take_choice(reader, node, "to", FORMATS);
    if (number >= 0)
        ((struct pipeline *)into)->to = (enum format)number;
}

static void take_offsets(struct reader *reader, const struct yaml_node *node, void *into)
{
    int number = reader_take_choice(reader, node, "offsets", UNITS);
    if (number >= 0)
        ((struct pipeline *)into)->offsets = (quern_unit)number;
}

static const struct pipeline_key input_keys[] = {
    {.name = "from",
     .help = "what the inputs hold",
     .kind = KIND_CHOICE,
     .choices = INPUT_FORMATS,
     .read = take_from},
    {.name = "separator",
     .help = "what stands between two documents of an input",
     .kind = KIND_TEXT,
     .read = take_separator},
    {.name = NULL},
};

static const struct pipeline_key output_keys[] = {
    {.name = "to",
     .help = "what is put out",
     .kind = KIND_CHOICE,
     .choices = FORMATS,
     .read = take_to},
    {.name = "offsets",
     .help = "what offsets count in JSONL",
     .kind = KIND_CHOICE,
     .choices = UNITS,
     .read = take_offsets},
    {.name = NULL},
};

static void take_input(struct reader *reader, const struct yaml_node *node, void *into)
{
    reader_take_keys(reader, node, input_keys, "input", into);
}

static void take_output(struct reader *reader, const struct yaml_node *node, void *into)
{
    reader_take_keys(reader, node, output_keys, "output", into);
}

/* `env` comes before what it is put into. */
const struct pipeline_key pipeline_keys[] = {
    {.name = "name",
     .help = "name of the pipeline",
     .kind = KIND_NAME,
     .presence = KEY_REQUIRED,
     .read = take_name},
    {.name = "summary",
     .help = "one line that says what it is for",
     .kind = KIND_TEXT,
     .read = take_summary},
    {.name = "env",
     .help = "variables of the environment that ${NAME} may stand for",
     .kind = KIND_VARIABLES,
     .read = reader_take_env},
    {.name = "input",
     .help = "how inputs are read",
     .kind = KIND_KEYS,
     .keys = input_keys,
     .expands = true,
     .read = take_input},
    {.name = "stages",
     .help = "the stages, in the order in which a document passes them",
     .kind = KIND_STEPS,
     .presence = KEY_REQUIRED,
     .keys = step_keys,
     .read = steps_take},
    {.name = "output",
     .help = "how documents are written",
     .kind = KIND_KEYS,
     .keys = output_keys,
     .expands = true,
     .read = take_output},
    {.name = "tests",
     .help = "inputs and what has to become of them",
     .kind = KIND_KEYS_LIST,
     .keys = test_keys,
     .read = tests_take},
    {.name = NULL},
};

/* ---- Parsing ---- */

static void read_file(struct pipeline *pipeline, struct loader *loader, struct problems *problems)
{
    struct reader reader = {.file = pipeline->path,
                            .pipeline = pipeline,
                            .loader = loader,
                            .arena = &pipeline->arena,
                            .problems = problems};
    const struct yaml_node *root =
        yaml_parse(pipeline->path, pipeline->source, &pipeline->arena, problems);
    pipeline->root = root;
    if (root) {
        reader_take_keys(&reader, root, pipeline_keys, "a pipeline", pipeline);
        pipeline_check_order(pipeline, problems);
    }
}

static struct pipeline *refuse_memory(const char *path, struct problems *problems)
{
    problems_add(problems, QUERN_ERROR, (struct place){.file = path}, NULL, "out of memory");
    return NULL;
}

struct pipeline *pipeline_parse(const char *path, quern_string text, struct loader *loader,
                                struct problems *problems)
{
    struct pipeline *pipeline = memory_new(1, sizeof *pipeline);
    size_t errors = problems->errors, first = problems->count;
    if (!pipeline)
        return refuse_memory(path, problems);
    pipeline->path = arena_copy(&pipeline->arena, (quern_string){path, strlen(path)});
    pipeline->source = (quern_string){arena_copy(&pipeline->arena, text), text.size};
    if (pipeline->path && pipeline->source.data)
        read_file(pipeline, loader, problems);
    else
        refuse_memory(path, problems);
    problems_sort(problems, first);
    if (problems->errors == errors)
        return pipeline;
    pipeline_free(pipeline);
    return NULL;
}

/* ---- Reading ---- */

/* Reads one byte more than a pipeline file may have, so that one that is larger is seen to be. */
static bool read_stream(FILE *stream, struct buffer *source)
{
    const size_t most = YAML_FILE_MAX + 1;
    if (!buffer_reserve(source, most)) {
        errno = ENOMEM;
        return false;
    }
    source->size = fread(source->data, 1, most, stream);
    return !ferror(stream);
}

static void drop_byte_order_mark(struct buffer *source)
{
    if (source->size < 3 || memcmp(source->data, "\xEF\xBB\xBF", 3) != 0)
        return;
    source->size -= 3;
    memmove(source->data, source->data + 3, source->size);
}

struct pipeline *pipeline_load(const char *path, struct loader *loader, struct buffer *source,
                               struct problems *problems)
{
    bool is_input = strcmp(path, "-") == 0;
    FILE *stream = is_input ? stdin : fopen(path, "rb");
    buffer_clear(source);
    bool complete = stream && read_stream(stream, source);
    if (!complete)
        problems_add(problems, QUERN_ERROR, (struct place){.file = path}, NULL,
                     "the file cannot be read: %s", strerror(errno));
    if (stream && !is_input)
        fclose(stream);
    if (!complete) {
        buffer_clear(source);
        return NULL;
    }
    drop_byte_order_mark(source);
    return pipeline_parse(path, (quern_string){source->data, source->size}, loader, problems);
}

/* ---- A pipeline of one stage ---- */

static bool fill_in_stage(struct pipeline *pipeline, const struct plugin *plugin)
{
    pipeline->steps = arena_alloc(&pipeline->arena, 1, sizeof *pipeline->steps);
    if (!pipeline->steps)
        return false;
    pipeline->name = plugin->stage->name;
    pipeline->step_count = 1;
    *pipeline->steps = (struct step){.label = plugin->stage->name, .plugin = plugin};
    return options_open(&pipeline->steps->options, plugin->stage);
}

struct pipeline *pipeline_of_stage(const char *name, struct loader *loader,
                                   struct problems *problems)
{
    const struct plugin *plugin = loader_find(loader, name, (struct place){0}, problems);
    if (!plugin)
        return NULL;
    struct pipeline *pipeline = memory_new(1, sizeof *pipeline);
    if (pipeline && fill_in_stage(pipeline, plugin))
        return pipeline;
    pipeline_free(pipeline);
    return refuse_memory(NULL, problems);
}

void pipeline_free(struct pipeline *pipeline)
{
    if (!pipeline)
        return;
    for (size_t i = 0; i < pipeline->step_count; i++) {
        options_close(&pipeline->steps[i].options);
        condition_free(pipeline->steps[i].when);
    }
    arena_free(&pipeline->arena);
    free(pipeline);
}

/*
 * steps.c - `stages` in a pipeline file: the stages by name, their options, and what the runner is
 * told about each.
 */
#include "pipeline/condition.h"
#include "pipeline/parts.h"
#include "pipeline/values.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- Options ---- */

static void refuse_option(struct reader *reader, const quern_stage *stage,
                          const struct yaml_node *key)
{
    size_t count = 0;
    for (const quern_option *option = stage->options; option && option->type; option++)
        count++;
    const char **names = memory_new(count, sizeof *names);
    for (size_t i = 0; names && i < count; i++)
        names[i] = stage->options[i].name;
    char *hint = names ? reader_hint(key->text.data, names, count, "its options") : NULL;
    reader_refuse(reader, key->place, hint, "the stage \"%s\" has no option \"%.*s\"", stage->name,
                  yaml_clip(key->text), key->text.data);
    free(hint);
    free(names);
}

static void set_member(struct reader *reader, struct step *step, const quern_option *option,
                       const struct yaml_entry *entry)
{
    const char *key = reader_take_text(reader, entry->key);
    quern_string json = key ? reader_take_json(reader, entry->value) : (quern_string){0};
    if (json.data)
        options_set_member(&step->options, option, key, json, entry->key->place, reader->problems);
}

static void set_scalar(struct reader *reader, struct step *step, const quern_option *option,
                       const struct yaml_node *node)
{
    const char *text = reader_take_text(reader, node);
    if (text)
        options_set(&step->options, option, text, node->place, reader->problems);
}

static void set_list(struct reader *reader, struct step *step, const quern_option *option,
                     const struct yaml_node *list)
{
    for (const struct yaml_entry *entry = list->entries; entry; entry = entry->next)
        if (reader_expect(reader, entry->value, YAML_SCALAR, option->name, "texts in its list"))
            set_scalar(reader, step, option, entry->value);
}

static void set_map(struct reader *reader, struct step *step, const quern_option *option,
                    const struct yaml_node *map)
{
    for (const struct yaml_entry *entry = map->entries; entry; entry = entry->next)
        set_member(reader, step, option, entry);
}

static void refuse_value(struct reader *reader, const quern_option *option, enum yaml_kind kind,
                         const struct yaml_node *node)
{
    static const char *const articles[] = {
        [QUERN_TYPE_BOOL] = "",   [QUERN_TYPE_INT] = "an ", [QUERN_TYPE_REAL] = "a ",
        [QUERN_TYPE_TEXT] = "a ", [QUERN_TYPE_CHOICE] = "", [QUERN_TYPE_LIST] = "a ",
        [QUERN_TYPE_MAP] = "a "};
    struct buffer takes = {0};
    buffer_add_text(&takes, articles[option->type]);
    options_describe(option, &takes);
    reader_expect(reader, node, kind, option->name, buffer_text(&takes));
    buffer_free(&takes);
}

static void set_option(struct reader *reader, struct step *step, const quern_option *option,
                       const struct yaml_node *node)
{
    enum yaml_kind kind = option->type == QUERN_TYPE_MAP ? YAML_MAP : YAML_SCALAR;
    if (option->type == QUERN_TYPE_LIST && node->kind == YAML_LIST)
        kind = YAML_LIST;
    if (!reader_fits(node, kind))
        refuse_value(reader, option, kind, node);
    else if (kind == YAML_MAP)
        set_map(reader, step, option, node);
    else if (kind == YAML_LIST)
        set_list(reader, step, option, node);
    else
        set_scalar(reader, step, option, node);
}

/* Options of a stage that could not be loaded are not known, and not looked at. */
static void take_options(struct reader *reader, const struct yaml_node *map, void *into)
{
    struct step *step = into;
    if (!step->plugin)
        return;
    step->with = map;
    for (const struct yaml_entry *entry = map->entries; entry; entry = entry->next) {
        const quern_option *option = NULL;
        if (!memchr(entry->key->text.data, '\0', entry->key->text.size))
            option = options_find(step->plugin->stage->options, entry->key->text.data);
        if (option)
            set_option(reader, step, option, entry->value);
        else
            refuse_option(reader, step->plugin->stage, entry->key);
    }
}

/* ---- Options that a stage refuses ---- */

/* What the entry of an option was set from; NULL when it was not set. */
static const struct yaml_node *find_value(const struct step *step, const struct refusal *refusal)
{
    const struct yaml_entry *option = step->with ? step->with->entries : NULL;
    while (option && strcmp(option->key->text.data, refusal->option) != 0)
        option = option->next;
    if (!option || option->value->kind == YAML_SCALAR)
        return option ? option->value : NULL;
    const struct yaml_entry *entry = option->value->entries;
    for (size_t number = refusal->entry; entry && number; number--)
        entry = entry->next;
    return entry ? entry->value : option->value;
}

void pipeline_refuse(const struct pipeline *pipeline, const struct step *step,
                     const struct refusal *refusal, struct problems *problems)
{
    const struct yaml_node *value = find_value(step, refusal);
    struct place place = value ? value->place : step->place;
    bool exact =
        value && value->kind == YAML_SCALAR && !(pipeline->has_env && reader_has_variable(value));
    if (exact)
        place = yaml_place(value, refusal->offset);
    if (exact || !refusal->offset)
        problems_add(problems, QUERN_ERROR, place, NULL, "%s: %s", refusal->option, refusal->why);
    else
        problems_add(problems, QUERN_ERROR, place, NULL, "%s: at byte %zu: %s", refusal->option,
                     refusal->offset, refusal->why);
}

/* ---- What the runner is told ---- */

static void take_use(struct reader *reader, const struct yaml_node *node, void *into)
{
    struct step *step = into;
    const char *name = reader_take_text(reader, node);
    step->place = node->place;
    if (!name)
        return;
    step->plugin = loader_find(reader->loader, name, node->place, reader->problems);
    if (step->plugin && !options_open(&step->options, step->plugin->stage)) {
        step->plugin = NULL;
        reader_refuse_for_memory(reader);
    }
}

static void take_label(struct reader *reader, const struct yaml_node *node, void *into)
{
    struct step *step = into;
    const struct pipeline *pipeline = reader->pipeline;
    const char *label = reader_take_text(reader, node);
    if (!label)
        return;
    for (const struct step *other = pipeline->steps; other < step; other++)
        if (other->label && strcmp(other->label, label) == 0)
            reader_refuse(reader, node->place, NULL, "label: another step is labelled \"%.*s\"",
                          yaml_clip(node->text), label);
    step->label = label;
}

static void take_when(struct reader *reader, const struct yaml_node *node, void *into)
{
    struct step *step = into;
    if (reader_take_text(reader, node))
        step->when = condition_parse(node, reader->problems);
}

#define ON_ERRORS "quarantine stop pass"

static void take_on_error(struct reader *reader, const struct yaml_node *node, void *into)
{
    int number = reader_take_choice(reader, node, "on_error", ON_ERRORS);
    if (number >= 0)
        ((struct step *)into)->on_error = (enum on_error)number;
}

static void take_time(struct reader *reader, const struct yaml_node *node, void *into)
{
    const char *text = reader_take_text(reader, node);
    if (text && !value_to_seconds(text, &((struct step *)into)->limit_time))
        reader_refuse(reader, node->place, "such as 5s, 500ms, 2m, 1h, or a number of seconds",
                      "time: \"%.*s\" is not a time of more than 0 and at most a week",
                      yaml_clip(node->text), text);
}

static void take_memory(struct reader *reader, const struct yaml_node *node, void *into)
{
    const char *text = reader_take_text(reader, node);
    if (text && !value_to_bytes(text, &((struct step *)into)->limit_memory))
        reader_refuse(reader, node->place, "such as 64MiB, 1GB, or a number of bytes",
                      "memory: \"%.*s\" is not a size of at least 1 byte", yaml_clip(node->text),
                      text);
}

static const struct pipeline_key limit_keys[] = {
    {.name = "time",
     .help = "processor time for a document: 5s, 500ms, or seconds",
     .kind = KIND_TIME,
     .read = take_time},
    {.name = "memory",
     .help = "memory that a document may hold: 64MiB, 1GB, or bytes",
     .kind = KIND_SIZE,
     .read = take_memory},
    {.name = NULL},
};

static void take_limits(struct reader *reader, const struct yaml_node *node, void *into)
{
    reader_take_keys(reader, node, limit_keys, "limits", into);
}

/* `use` comes before `with`, which needs the stage. */
const struct pipeline_key step_keys[] = {
    {.name = "use",
     .help = "name of the stage",
     .kind = KIND_STAGE,
     .presence = KEY_REQUIRED,
     .read = take_use},
    {.name = "with",
     .help = "options of the stage",
     .kind = KIND_OPTIONS,
     .expands = true,
     .read = take_options},
    {.name = "label",
     .help = "name of the step in messages and in the record of edits",
     .kind = KIND_NAME,
     .read = take_label},
    {.name = "when",
     .help = "condition on a document; where it does not hold, the step is passed over",
     .kind = KIND_TEXT,
     .read = take_when},
    {.name = "on_error",
     .help = "what becomes of a document that the stage fails on",
     .kind = KIND_CHOICE,
     .choices = ON_ERRORS,
     .read = take_on_error},
    {.name = "limits",
     .help = "what a document may cost in this step",
     .kind = KIND_KEYS,
     .keys = limit_keys,
     .read = take_limits},
    {.name = NULL},
};

/* ---- Labels of steps that were given none ---- */

static bool is_label_taken(const struct pipeline *pipeline, const char *label)
{
    for (size_t i = 0; i < pipeline->step_count; i++)
        if (pipeline->steps[i].label && strcmp(pipeline->steps[i].label, label) == 0)
            return true;
    return false;
}

/* The stage's name, or that with a number that makes it unique: "squeeze-2" for the second. */
static const char *find_label(struct reader *reader, const struct step *step)
{
    struct buffer label = {0};
    const char *name = step->plugin->stage->name;
    uint64_t number = 1;
    for (const struct step *other = reader->pipeline->steps; other < step; other++)
        number += other->plugin == step->plugin;
    if (number < 2)
        number = 2;
    buffer_add_text(&label, name);
    for (; is_label_taken(reader->pipeline, buffer_text(&label)); number++) {
        buffer_clear(&label);
        buffer_print(&label, "%s-%" PRIu64, name, number);
    }
    const char *copy =
        label.failed ? NULL : arena_copy(reader->arena, (quern_string){label.data, label.size});
    if (!copy)
        reader_refuse_for_memory(reader);
    buffer_free(&label);
    return copy;
}

void steps_take(struct reader *reader, const struct yaml_node *list, void *into)
{
    struct pipeline *pipeline = into;
    size_t count = reader_count(list);
    if (count == 0)
        reader_refuse(reader, list->place, NULL, "stages: there has to be at least one");
    if (count > PIPELINE_STEPS_MAX) {
        reader_refuse(reader, list->place, NULL, "stages: there are more than %d",
                      PIPELINE_STEPS_MAX);
        return;
    }
    pipeline->steps = reader_alloc(reader, count, sizeof *pipeline->steps);
    if (!pipeline->steps)
        return;
    for (const struct yaml_entry *entry = list->entries; entry; entry = entry->next) {
        struct step *step = &pipeline->steps[pipeline->step_count++];
        step->place = entry->value->place;
        reader_take_keys(reader, entry->value, step_keys, "a step", step);
    }
    for (size_t i = 0; i < count; i++) {
        struct step *step = &pipeline->steps[i];
        if (step->plugin && !step->label)
            step->label = find_label(reader, step);
    }
}

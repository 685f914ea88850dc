/*
 * Whether a descriptor can be used. The versions come first: nothing else in it has a meaning, or
 * even a place, before they are known.
 */
#include "plugin/finding.h"

#include <string.h>

/* The layouts that this library knows. A change to quern_stage or to quern_option, be it an
 * addition at the end, is a new version, so that for each the sizes are exact: another size means
 * another header, or a compiler that lays structs out differently. */
static const struct layout {
    uint32_t abi, size, option_size;
} layouts[] = {
    {1, offsetof(quern_stage, needs), sizeof(quern_option)},
    {2, sizeof(quern_stage), sizeof(quern_option)},
};
_Static_assert(sizeof layouts / sizeof *layouts == QUERN_ABI - QUERN_ABI_OLDEST + 1,
               "a layout for each version that is taken");

unsigned stage_needs(const quern_stage *stage)
{
    return stage->abi >= 2 ? stage->needs : 0;
}

void stage_describe_needs(const quern_stage *stage, struct buffer *out)
{
    static const struct {
        unsigned need;
        const char *word;
    } words[] = {{QUERN_NEEDS_NETWORK, "network"},
                 {QUERN_NEEDS_FILES, "files"},
                 {QUERN_NEEDS_PROCESSES, "processes"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (stage_needs(stage) & words[i].need)
            buffer_print(out, "%s%s", out->size ? " " : "", words[i].word);
}

struct check {
    const quern_stage *stage;
    const char *path;
    struct place place;
    struct problems *problems;
};

static bool refuse(const struct check *check, const char *hint, const char *format, ...)
    QUERN_PRINTF(3, 4);

static bool refuse(const struct check *check, const char *hint, const char *format, ...)
{
    struct buffer why = {0};
    va_list list;
    va_start(list, format);
    buffer_print_list(&why, format, list);
    va_end(list);
    problems_add(check->problems, QUERN_ERROR, check->place, hint, "plugin \"%s\" is refused: %s",
                 check->path, buffer_text(&why));
    buffer_free(&why);
    return false;
}

static bool check_layout(const struct check *check)
{
    static const char rebuild[] = "build the plugin again with the quern.h of this quern";
    const quern_stage *stage = check->stage;
    if (stage->abi < QUERN_ABI_OLDEST)
        return refuse(check, rebuild,
                      "it was built for version %u of the plugin interface, and the oldest that "
                      "this quern takes is %d",
                      stage->abi, QUERN_ABI_OLDEST);
    if (stage->abi > QUERN_ABI)
        return refuse(check, "it needs a newer quern",
                      "it was built for version %u of the plugin interface, and the newest that "
                      "this quern knows is %d",
                      stage->abi, QUERN_ABI);
    const struct layout *layout = &layouts[stage->abi - QUERN_ABI_OLDEST];
    if (stage->size != layout->size)
        return refuse(check, rebuild, "its descriptor has %u bytes where version %u has %u",
                      stage->size, stage->abi, layout->size);
    if (stage->option_size != layout->option_size)
        return refuse(check, rebuild, "its options have %u bytes where version %u has %u",
                      stage->option_size, stage->abi, layout->option_size);
    return true;
}

static bool check_name(const struct check *check, const char *name)
{
    const char *own = check->stage->name;
    if (!own || !plugin_name_is_valid(own))
        return refuse(check, "write it in QUERN_HEAD",
                      "its name \"%s\" is not made of a-z, 0-9 and '-'", own ? own : "");
    if (strcmp(own, name) != 0)
        return refuse(check, "the file has to be called as the stage is",
                      "it holds the stage \"%s\", not \"%s\"", own, name);
    return true;
}

static bool check_functions(const struct check *check)
{
    const quern_stage *stage = check->stage;
    if (stage->mode != QUERN_EACH && stage->mode != QUERN_STREAM)
        return refuse(check, NULL, "its mode is neither QUERN_EACH nor QUERN_STREAM");
    if (!stage->process)
        return refuse(check, NULL, "it has no function 'process'");
    if (stage->flush && stage->mode != QUERN_STREAM)
        return refuse(check, NULL, "it has a function 'flush', but its mode is not QUERN_STREAM");
    return true;
}

static bool check_texts(const struct check *check)
{
    const quern_stage *stage = check->stage;
    if (!stage->summary || !*stage->summary)
        return refuse(check, NULL, "it has no summary");
    if (!stage->version || !*stage->version)
        return refuse(check, NULL, "it has no version");
    return true;
}

/* What is written is not left alone. */
static bool check_layers(const struct check *check)
{
    const char *at = check->stage->writes;
    while (at && *(at += strspn(at, " "))) {
        quern_string layer = {at, strcspn(at, " ")};
        if (words_find(check->stage->preserves, layer) >= 0)
            return refuse(check, NULL, "it writes the layer \"%.*s\", and preserves it",
                          (int)layer.size, layer.data);
        at += layer.size;
    }
    return true;
}

static bool check_needs(const struct check *check)
{
    const unsigned known = QUERN_NEEDS_NETWORK | QUERN_NEEDS_FILES | QUERN_NEEDS_PROCESSES;
    if (stage_needs(check->stage) & ~known)
        return refuse(check, "use QUERN_NEEDS_NETWORK and those beside it",
                      "it needs what this quern does not know");
    return true;
}

static bool check_options(const struct check *check)
{
    return options_check_table(check->stage, (struct place){.file = check->path},
                               check->problems) ||
           refuse(check, NULL, "its table of options is wrong");
}

bool descriptor_check(const quern_stage *stage, const char *name, const char *path,
                      struct place place, struct problems *problems)
{
    const struct check check = {stage, path, place, problems};
    return check_layout(&check) && check_name(&check, name) && check_functions(&check) &&
           check_texts(&check) && check_layers(&check) && check_needs(&check) &&
           check_options(&check);
}

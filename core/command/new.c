/*
 * quern new: a stage or a pipeline to start from. The stage is that of plugins/template under
 * another name.
 */
#include "command/command.h"
#include "command/skeleton.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct flag flags[] = {
    SWITCH('f', "force", force, "write a stage whose name another has already"),
    QUIET_FLAG,
    COMMON_FLAGS,
    {0}};

/* A file to write: copied from the skeleton `from`, and called `to`, where '@' is the name. */
struct copy {
    const char *from, *to;
};

#define STAGE_FILE "template.c"

static const struct copy stage_copies[] = {{STAGE_FILE, "@.c"},
                                           {"CMakeLists.txt", "CMakeLists.txt"},
                                           {"README.md", "README.md"},
                                           {"stage.yaml", "@.yaml"},
                                           {NULL, NULL}};
static const struct copy pipeline_copies[] = {{"pipeline.yaml", "@.yaml"}, {NULL, NULL}};

static bool is_name(const char *name)
{
    size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return islower((unsigned char)*name) && !name[size] && name[size - 1] != '-';
}

/* ---- Texts ---- */

static void add_replaced(struct buffer *out, quern_string text, const char *word, const char *with)
{
    const char *at = text.data, *end = text.data + text.size, *found;
    while ((found = memmem(at, (size_t)(end - at), word, strlen(word)))) {
        buffer_append(out, at, (size_t)(found - at));
        buffer_add_text(out, with);
        at = found + strlen(word);
    }
    buffer_append(out, at, (size_t)(end - at));
}

/* In C, the stage "two-words" is two_words; everywhere else it has its name. */
static void add_stage(struct buffer *out, quern_string text, const char *name)
{
    static const char skeleton[] = STAGE_FILE;
    struct buffer word = {0}, definition = {0}, plugin = {0}, named = {0};
    buffer_append(&word, skeleton, strlen(skeleton) - strlen(".c"));
    buffer_print(&definition, "QUERN_PLUGIN(%s)", buffer_text(&word));
    buffer_print(&plugin, "QUERN_PLUGIN(%s)", name);
    for (char *at = plugin.data; !plugin.failed && at < plugin.data + plugin.size; at++)
        if (*at == '-')
            *at = '_';
    add_replaced(&named, text, buffer_text(&definition), buffer_text(&plugin));
    add_replaced(out, (quern_string){named.data, named.size}, buffer_text(&word), name);
    out->failed |= word.failed || definition.failed || plugin.failed || named.failed;
    buffer_free(&word);
    buffer_free(&definition);
    buffer_free(&plugin);
    buffer_free(&named);
}

/* ---- Files ---- */

static bool refuse(const char *path)
{
    fprintf(stderr, "quern new: %s: %s\n", path,
            errno == EEXIST ? "exists already, and is left as it is" : strerror(errno));
    return false;
}

/* Never over a file that exists. */
static bool write_file(const char *path, const struct buffer *text)
{
    errno = ENOMEM;
    FILE *file = text->failed ? NULL : fopen(path, "wxe");
    if (!file)
        return refuse(path);
    bool fine = fwrite(text->data, 1, text->size, file) == text->size;
    if (fclose(file) == 0 && fine)
        return true;
    return refuse(path);
}

static quern_string find_skeleton(const char *name)
{
    const struct skeleton_file *file = skeleton_files;
    while (strcmp(file->name, name) != 0)
        file++;
    return file->text;
}

static bool copy_file(const struct copy *copy, const char *folder, const char *name, bool quiet)
{
    struct buffer path = {0}, text = {0};
    const char *at = strchr(copy->to, '@');
    if (at)
        buffer_print(&path, "%s/%s%s", folder, name, at + 1);
    else
        buffer_print(&path, "%s/%s", folder, copy->to);
    quern_string skeleton = find_skeleton(copy->from);
    if (strcmp(copy->from, STAGE_FILE) == 0)
        add_stage(&text, skeleton, name);
    else
        add_replaced(&text, skeleton, "@NAME@", name);
    bool fine = write_file(buffer_text(&path), &text);
    if (fine && !quiet)
        puts(buffer_text(&path));
    buffer_free(&path);
    buffer_free(&text);
    return fine;
}

static int copy_files(const struct copy *copies, const char *folder, const char *name, bool quiet)
{
    if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        refuse(folder);
        return STATUS_IO;
    }
    for (; copies->from; copies++)
        if (!copy_file(copies, folder, name, quiet))
            return STATUS_IO;
    return STATUS_FINE;
}

/* Whether a stage of that name is found. */
static bool is_taken(const struct arguments *arguments, const char *name)
{
    struct problems problems = {0};
    struct loader *loader = open_plugins(arguments);
    bool taken = loader && loader_find(loader, name, (struct place){0}, &problems);
    problems_free(&problems);
    loader_close(loader);
    return taken;
}

static int run(struct arguments *arguments)
{
    const struct words *operands = &arguments->operands;
    const char *kind = operands->items[0], *name = operands->items[1];
    bool stage = strcmp(kind, "stage") == 0;
    if (!stage && strcmp(kind, "pipeline") != 0)
        return usage_error(arguments->command, "a stage or a pipeline can be made, not a '%s'",
                           kind);
    if (!is_name(name))
        return usage_error(arguments->command,
                           "'%s' cannot be the name: it takes a-z, 0-9 and hyphens, and begins "
                           "with a letter",
                           name);
    if (stage && !arguments->force && is_taken(arguments, name))
        return usage_error(arguments->command,
                           "there is a stage '%s' already, and pipelines would mean one or the "
                           "other; take another name, or --force",
                           name);
    const char *folder = operands->count > 2 ? operands->items[2] : stage ? name : ".";
    return copy_files(stage ? stage_copies : pipeline_copies, folder, name, arguments->quiet);
}

const struct command command_new = {
    .name = "new",
    .operands = "stage|pipeline NAME [FOLDER]",
    .summary = "write a stage or a pipeline to start from",
    .text =
        "A stage gets a folder of its own, with its source, a CMakeLists.txt that builds it "
        "against the Quern that is installed, and a pipeline that tests it. A pipeline gets a "
        "file in the current folder. Files that exist are left as they are. The name of a stage "
        "that can be found is refused, unless --force is given.",
    .examples = "quern new stage squeeze\n"
                "cd squeeze && cmake -B build && cmake --build build && ctest --test-dir build",
    .least = 2,
    .most = 3,
    .flags = flags,
    .run = run};

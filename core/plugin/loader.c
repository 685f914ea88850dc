/*
 * Loading plugins with libltdl.
 *
 * libltdl does the opening, of files as well as of modules that are linked in; it is never given a
 * search path, nor a name without a folder for it to look for. What may be opened is decided in
 * search.c and trust.c, what was opened is judged in descriptor.c.
 */
#include "plugin/finding.h"

#include <errno.h>
#include <ltdl.h>
#include <stdlib.h>
#include <string.h>

static const char linked_in[] = "(linked in)";

struct loader {
    struct strings search; /* folders */
    lt_dladvise advice;
    struct plugin **plugins; /* those that were loaded; each stays where it is */
    size_t count, capacity;
    struct plugin *linked; /* modules that are part of the program, not looked at yet */
    size_t linked_count, linked_capacity;
    bool started, short_of_memory;
};

/* What is looked for, and where to complain. */
struct request {
    struct loader *loader;
    const char *name;
    struct place place;
    struct problems *problems;
};

/* ---- Opening ---- */

/* The loader that is being opened: libltdl's callback has no argument of ours. */
static _Thread_local struct loader *collecting;

/* Modules without our symbol are somebody else's. */
static int collect_linked(lt_dlhandle handle)
{
    struct loader *loader = collecting;
    const quern_stage *stage = lt_dlsym(handle, QUERN_SYMBOL);
    if (!stage || !memory_grow(&loader->linked, &loader->linked_capacity, loader->linked_count + 1,
                               sizeof *loader->linked)) {
        loader->short_of_memory |= stage != NULL;
        lt_dlclose(handle);
        return 0;
    }
    loader->linked[loader->linked_count++] = (struct plugin){stage, linked_in, handle};
    return 0;
}

static bool start_ltdl(struct loader *loader, struct problems *problems)
{
    loader->started = lt_dlinit() == 0;
    if (!loader->started || lt_dladvise_init(&loader->advice) != 0 ||
        lt_dladvise_local(&loader->advice) != 0) {
        problems_add(problems, QUERN_ERROR, (struct place){0}, NULL, "libltdl does not start: %s",
                     lt_dlerror());
        return false;
    }
    collecting = loader;
    lt_dlpreload_open(NULL, collect_linked); /* an error means that there are none */
    collecting = NULL;
    if (loader->short_of_memory)
        problems_add(problems, QUERN_ERROR, (struct place){0}, NULL, "out of memory");
    return !loader->short_of_memory;
}

struct loader *loader_open(const char *const *folders, size_t count, struct problems *problems)
{
    struct loader *loader = memory_new(1, sizeof *loader);
    if (!loader)
        problems_add(problems, QUERN_ERROR, (struct place){0}, NULL, "out of memory");
    if (!loader ||
        (start_ltdl(loader, problems) && search_open(&loader->search, folders, count, problems)))
        return loader;
    loader_close(loader);
    return NULL;
}

static void free_plugin(struct plugin *plugin)
{
    if (plugin->path != linked_in) {
        lt_dlclose(plugin->handle);
        free((char *)(uintptr_t)plugin->path);
    }
    free(plugin);
}

void loader_close(struct loader *loader)
{
    if (!loader)
        return;
    for (size_t i = 0; i < loader->count; i++)
        free_plugin(loader->plugins[i]);
    for (size_t i = 0; i < loader->linked_count; i++)
        lt_dlclose(loader->linked[i].handle);
    if (loader->advice)
        lt_dladvise_destroy(&loader->advice);
    if (loader->started)
        lt_dlexit();
    strings_free(&loader->search);
    free(loader->plugins);
    free(loader->linked);
    free(loader);
}

/* ---- Loading ---- */

static const struct plugin *refuse_memory(const struct request *request)
{
    problems_add(request->problems, QUERN_ERROR, request->place, NULL, "out of memory");
    return NULL;
}

/* Why a file does not open. libltdl tries its loaders in turn and keeps the last one's message,
 * which is always "file not found": the one that opens files has to be asked on its own. */
static const char *opening_error(const struct loader *loader, const char *path)
{
    const lt_dlvtable *files = lt_dlloader_find("lt_dlopen");
    lt_module module =
        files ? files->module_open(files->dlloader_data, path, loader->advice) : NULL;
    if (module)
        files->module_close(files->dlloader_data, module);
    const char *error = lt_dlerror();
    return error ? error : "it does not open";
}

/* "/a/b.so: file too short" says the path once more than is needed. */
static void refuse_opening(const struct request *request, const char *path)
{
    const char *error = opening_error(request->loader, path);
    size_t size = strlen(path);
    if (strncmp(error, path, size) == 0 && strncmp(error + size, ": ", 2) == 0)
        error += size + 2;
    problems_add(request->problems, QUERN_ERROR, request->place, NULL,
                 "plugin \"%s\" is refused: it cannot be opened: %s", path, error);
}

static const quern_stage *find_descriptor(const struct request *request, const char *path,
                                          lt_dlhandle handle)
{
    const quern_stage *stage = lt_dlsym(handle, QUERN_SYMBOL);
    if (!stage) {
        problems_add(request->problems, QUERN_ERROR, request->place,
                     "a plugin defines its stage with QUERN_PLUGIN",
                     "plugin \"%s\" is refused: it does not export the symbol \"%s\"", path,
                     QUERN_SYMBOL);
        return NULL;
    }
    return descriptor_check(stage, request->name, path, request->place, request->problems) ? stage
                                                                                           : NULL;
}

/* Keeps a plugin that passed every check. Takes `path` and the handle if it succeeds. */
static const struct plugin *keep_plugin(struct loader *loader, struct plugin plugin)
{
    struct plugin *kept = memory_new(1, sizeof *kept);
    if (!kept || !memory_grow(&loader->plugins, &loader->capacity, loader->count + 1,
                              sizeof(struct plugin *))) {
        free(kept);
        return NULL;
    }
    *kept = plugin;
    loader->plugins[loader->count++] = kept;
    return kept;
}

static const struct plugin *open_file(const struct request *request, const char *path)
{
    struct stat seen;
    if (!trust_file(path, &seen, request->place, request->problems))
        return NULL;
    lt_dlhandle handle = lt_dlopenadvise(path, request->loader->advice);
    if (!handle) {
        refuse_opening(request, path);
        return NULL;
    }
    const struct plugin *plugin = NULL;
    const quern_stage *stage = NULL;
    if (trust_unchanged(path, &seen, request->place, request->problems))
        stage = find_descriptor(request, path, handle);
    char *copy = stage ? memory_copy(path, strlen(path)) : NULL;
    if (copy)
        plugin = keep_plugin(request->loader, (struct plugin){stage, copy, handle});
    if (stage && !plugin)
        refuse_memory(request);
    if (!plugin) {
        free(copy);
        lt_dlclose(handle);
    }
    return plugin;
}

static const struct plugin *loaded_from(const struct loader *loader, const char *path)
{
    for (size_t i = 0; i < loader->count; i++)
        if (strcmp(loader->plugins[i]->path, path) == 0)
            return loader->plugins[i];
    return NULL;
}

static const struct plugin *load_file(const struct request *request, const char *path)
{
    const struct plugin *loaded = loaded_from(request->loader, path);
    return loaded ? loaded : open_file(request, path);
}

/* dlopen() goes looking for what has no '/' in it; this never shall. */
static char *path_with_folder(const char *path)
{
    struct buffer whole = {0};
    buffer_print(&whole, "%s%s", strchr(path, '/') ? "" : "./", path);
    if (whole.failed)
        buffer_free(&whole);
    return whole.data;
}

const struct plugin *loader_load_file(struct loader *loader, const char *path, struct place place,
                                      struct problems *problems)
{
    const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
    size_t size = strlen(file);
    size = size > 3 && strcmp(file + size - 3, ".so") == 0 ? size - 3 : 0;
    char *name = memory_copy(file, size), *whole = path_with_folder(path);
    const struct request request = {loader, name, place, problems};
    const struct plugin *plugin = NULL;
    if (!name || !whole)
        refuse_memory(&request);
    else if (!plugin_name_is_valid(name))
        problems_add(problems, QUERN_ERROR, place, NULL,
                     "\"%s\" is not a plugin: its name is not NAME.so, of a-z, 0-9 and '-'", path);
    else
        plugin = load_file(&request, whole);
    free(name);
    free(whole);
    return plugin;
}

/* ---- Finding by name ---- */

/* libltdl knows modules by C identifiers: '-' is '_' there. */
static bool is_linked_as(const struct plugin *linked, const char *name)
{
    const char *module = lt_dlgetinfo(linked->handle)->name;
    for (; *name && *module == (*name == '-' ? '_' : *name); name++)
        module++;
    return !*name && !*module;
}

static const struct plugin *load_linked(const struct request *request, const struct plugin *linked)
{
    struct loader *loader = request->loader;
    for (size_t i = 0; i < loader->count; i++)
        if (loader->plugins[i]->handle == linked->handle)
            return loader->plugins[i];
    if (!descriptor_check(linked->stage, request->name, linked_in, request->place,
                          request->problems))
        return NULL;
    const struct plugin *plugin = keep_plugin(loader, *linked);
    return plugin ? plugin : refuse_memory(request);
}

static const struct plugin *find_linked(const struct request *request, bool *found)
{
    const struct loader *loader = request->loader;
    for (size_t i = 0; i < loader->linked_count; i++)
        if (is_linked_as(&loader->linked[i], request->name)) {
            *found = true;
            return load_linked(request, &loader->linked[i]);
        }
    return NULL;
}

/* The first folder that has the name decides, be it that the file is refused. */
static const struct plugin *find_file(const struct request *request, bool *found)
{
    const struct strings *search = &request->loader->search;
    const struct plugin *plugin = NULL;
    struct buffer path = {0};
    for (size_t i = 0; !*found && i < search->count; i++) {
        struct stat status;
        buffer_clear(&path);
        buffer_print(&path, "%s/%s.so", search->items[i], request->name);
        *found = path.failed || lstat(buffer_text(&path), &status) == 0 ||
                 (errno != ENOENT && errno != ENOTDIR);
    }
    if (*found)
        plugin = path.failed ? refuse_memory(request) : load_file(request, buffer_text(&path));
    buffer_free(&path);
    return plugin;
}

static const struct plugin *find_plugin(const struct request *request, bool *found)
{
    const struct plugin *plugin = find_linked(request, found);
    return *found ? plugin : find_file(request, found);
}

/* ---- All of them ---- */

/* Under the name of a stage, as far as it can be told. */
static bool add_linked_names(const struct loader *loader, struct strings *names)
{
    for (size_t i = 0; i < loader->linked_count; i++) {
        const char *module = lt_dlgetinfo(loader->linked[i].handle)->name;
        if (!strings_add(names, module, strlen(module)))
            return false;
        for (char *at = names->items[names->count - 1]; (at = strchr(at, '_'));)
            *at = '-';
    }
    return true;
}

static bool find_names(const struct loader *loader, struct strings *names,
                       struct problems *problems)
{
    bool good = add_linked_names(loader, names) && search_names(&loader->search, names, problems);
    strings_sort(names);
    return good;
}

const struct plugin **loader_list(struct loader *loader, struct problems *problems)
{
    struct strings names = {0};
    size_t count = 0;
    const struct plugin **plugins = NULL;
    if (find_names(loader, &names, problems))
        plugins = memory_new(names.count + 1, sizeof *plugins);
    for (size_t i = 0; plugins && i < names.count; i++) {
        bool found = false;
        const struct request request = {loader, names.items[i], {0}, problems};
        const struct plugin *plugin = find_plugin(&request, &found);
        if (plugin)
            plugins[count++] = plugin;
    }
    strings_free(&names);
    return plugins;
}

/* ---- One of them ---- */

static void refuse_unknown(const struct request *request)
{
    struct strings names = {0};
    struct buffer hint = {0};
    const char *nearest = NULL;
    if (find_names(request->loader, &names, request->problems))
        nearest = words_nearest(request->name, (const char *const *)names.items, names.count);
    if (nearest)
        buffer_print(&hint, "did you mean \"%s\"?", nearest);
    else
        buffer_add_text(&hint, "\"quern list\" shows those that there are");
    problems_add(request->problems, QUERN_ERROR, request->place, buffer_text(&hint),
                 "no stage is called \"%s\"", request->name);
    buffer_free(&hint);
    strings_free(&names);
}

const struct plugin *loader_find(struct loader *loader, const char *name, struct place place,
                                 struct problems *problems)
{
    const struct request request = {loader, name, place, problems};
    bool found = false;
    if (!plugin_name_is_valid(name)) {
        problems_add(problems, QUERN_ERROR, place, NULL,
                     "\"%s\" is not the name of a stage, which is made of a-z, 0-9 and '-'", name);
        return NULL;
    }
    const struct plugin *plugin = find_plugin(&request, &found);
    if (!found)
        refuse_unknown(&request);
    return plugin;
}

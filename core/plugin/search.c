/*
 * The folders in which plugins are looked for, and the names of what is in them.
 *
 * The current folder is never among them unless it is named: an empty entry of QUERN_PLUGIN_PATH,
 * which other search paths take for it, is an error.
 */
#include "plugin/finding.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool strings_add(struct strings *names, const char *name, size_t size)
{
    if (!memory_grow(&names->items, &names->capacity, names->count + 1, sizeof *names->items))
        return false;
    char *copy = memory_copy(name, size);
    if (copy)
        names->items[names->count++] = copy;
    return copy;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void strings_sort(struct strings *names)
{
    size_t kept = 0;
    if (names->count)
        qsort(names->items, names->count, sizeof *names->items, compare_names);
    for (size_t i = 0; i < names->count; i++)
        if (kept && strcmp(names->items[kept - 1], names->items[i]) == 0)
            free(names->items[i]);
        else
            names->items[kept++] = names->items[i];
    names->count = kept;
}

void strings_free(struct strings *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
    *names = (struct strings){0};
}

bool plugin_name_is_valid(const char *name)
{
    size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return size > 0 && size <= PLUGIN_NAME_MAX && !name[size] && name[0] != '-';
}

/* ---- Folders ---- */

static const struct place nowhere = {0};

/* `folder` is as realpath() gave it. */
static bool add_real_folder(struct strings *search, const char *folder, struct problems *problems)
{
    for (size_t i = 0; i < search->count; i++)
        if (strcmp(search->items[i], folder) == 0)
            return true;
    if (strings_add(search, folder, strlen(folder)))
        return true;
    problems_add(problems, QUERN_ERROR, nowhere, NULL, "out of memory");
    return false;
}

static bool add_folder(struct strings *search, const char *folder, const char *from, bool optional,
                       struct problems *problems)
{
    char *real = realpath(folder, NULL);
    struct stat status;
    int error = !real || stat(real, &status) != 0 ? errno : S_ISDIR(status.st_mode) ? 0 : ENOTDIR;
    bool good = error == 0 && add_real_folder(search, real, problems);
    free(real);
    if (error == 0)
        return good;
    if (optional && (error == ENOENT || error == ENOTDIR))
        return true;
    problems_add(problems, QUERN_ERROR, nowhere, NULL, "%s: cannot use the folder \"%s\": %s", from,
                 folder, strerror(error));
    return false;
}

static bool add_variable(struct strings *search, struct problems *problems)
{
    static const char variable[] = "QUERN_PLUGIN_PATH";
    const char *path = getenv(variable);
    if (!path || !*path)
        return true;
    bool good = true;
    for (const char *end; good; path = end + 1) {
        end = strchrnul(path, ':');
        char *folder = memory_copy(path, (size_t)(end - path));
        if (!folder || end == path)
            problems_add(problems, QUERN_ERROR, nowhere,
                         folder ? "write '.' if the current folder is meant" : NULL, "%s",
                         folder ? "QUERN_PLUGIN_PATH has an empty entry" : "out of memory");
        good = folder && end != path && add_folder(search, folder, variable, true, problems);
        free(folder);
        if (!*end)
            break;
    }
    return good;
}

/* A folder given by its path from the program's own. */
static bool add_from_program(struct strings *search, const char *program, const char *folder,
                             const char *from, struct problems *problems)
{
    struct buffer path = {0};
    buffer_print(&path, "%s/%s", program, folder);
    bool good = add_folder(search, buffer_text(&path), from, true, problems);
    buffer_free(&path);
    return good;
}

/* A build folder is known by the file that CMake leaves in it. */
static bool is_build(const char *program)
{
    struct buffer path = {0};
    buffer_print(&path, "%s/CMakeCache.txt", program);
    bool found = access(buffer_text(&path), F_OK) == 0;
    buffer_free(&path);
    return found;
}

/* What belongs to the program, wherever it stands: an installation may have been moved. */
static bool add_own(struct strings *search, struct problems *problems)
{
    static const char installed[] = "installed plugins";
    char *program = realpath("/proc/self/exe", NULL);
    bool good = true;
    if (program) {
        *strrchr(program, '/') = '\0';
        if (is_build(program))
            good = add_from_program(search, program, "plugins", "build folder", problems);
        else
            good =
                add_from_program(search, program, QUERN_PLUGIN_FROM_PROGRAM, installed, problems);
    }
    free(program);
    return good && add_folder(search, QUERN_PLUGIN_DIR, installed, true, problems);
}

bool search_open(struct strings *search, const char *const *folders, size_t count,
                 struct problems *problems)
{
    for (size_t i = 0; i < count; i++)
        if (!add_folder(search, folders[i], "--plugin-dir", false, problems))
            return false;
    return add_variable(search, problems) && add_own(search, problems);
}

/* ---- What is in them ---- */

static bool add_name_of_file(struct strings *names, const char *file)
{
    size_t size = strlen(file);
    if (size <= 3 || strcmp(file + size - 3, ".so") != 0)
        return true;
    char name[PLUGIN_NAME_MAX + 1];
    if (size - 3 > PLUGIN_NAME_MAX)
        return true;
    memcpy(name, file, size - 3);
    name[size - 3] = '\0';
    return !plugin_name_is_valid(name) || strings_add(names, name, size - 3);
}

static bool add_names(struct strings *names, const char *folder, struct problems *problems)
{
    bool good = true;
    DIR *directory = opendir(folder);
    if (!directory)
        problems_add(problems, QUERN_WARNING, nowhere, NULL, "cannot read the folder \"%s\": %s",
                     folder, strerror(errno));
    if (!directory)
        return true;
    for (struct dirent *entry; good && (entry = readdir(directory));)
        good = add_name_of_file(names, entry->d_name);
    closedir(directory);
    return good;
}

bool search_names(const struct strings *search, struct strings *names, struct problems *problems)
{
    bool good = true;
    for (size_t i = 0; good && i < search->count; i++)
        good = add_names(names, search->items[i], problems);
    return good;
}

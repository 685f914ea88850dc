/* filter.c - which of the files in a folder or an archive are taken. */
#include "filter.h"
#include <fnmatch.h>
#include <limits.h>
#include <string.h>

/* A pattern with a slash is about the path, one without about the name. */
static bool fits(const char *pattern, const char *path)
{
    if (strchr(pattern, '/'))
        return fnmatch(pattern, path, FNM_PATHNAME) == 0;
    const char *slash = strrchr(path, '/');
    return fnmatch(pattern, slash ? slash + 1 : path, 0) == 0;
}

static bool fits_any(const struct source_patterns *patterns, const char *path)
{
    for (size_t i = 0; i < patterns->count; i++)
        if (fits(patterns->items[i], path))
            return true;
    return false;
}

/* What is left out of a folder's name is left out with all that is in it. */
static bool is_excluded(const struct source_patterns *patterns, const char *path)
{
    char part[PATH_MAX];
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        size_t size = (size_t)(slash - path);
        if (size >= sizeof part)
            break;
        memcpy(part, path, size);
        part[size] = '\0';
        if (fits_any(patterns, part))
            return true;
    }
    return fits_any(patterns, path);
}

bool filter_accepts(const struct source_settings *settings, const char *path)
{
    if (settings->include.count && !fits_any(&settings->include, path))
        return false;
    return !settings->exclude.count || !is_excluded(&settings->exclude, path);
}

bool path_is_hidden(const char *path)
{
    while (path) {
        size_t size = strcspn(path, "/");
        bool itself = size == 1 || (size == 2 && path[1] == '.');
        if (*path == '.' && !itself)
            return true;
        path = path[size] ? path + size + 1 : NULL;
    }
    return false;
}

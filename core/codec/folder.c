/*
 * folder.c - the files of a folder and of those in it, sorted by path.
 *
 * Names that begin with a dot are left out, as are devices, sockets and pipes. A link to a file is
 * a file; a link to a folder is not followed, so that no path leads in a circle.
 */
#include "folder.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct folder {
    struct folder *outer;
    struct buffer path;  /* ends in a slash */
    struct buffer names; /* each ends in a NUL */
    const char **sorted;
    size_t count, next;
};

static void leave(struct folder **folders)
{
    struct folder *folder = *folders;
    *folders = folder->outer;
    buffer_free(&folder->path);
    buffer_free(&folder->names);
    free(folder->sorted);
    free(folder);
}

void folder_leave_all(struct folder **folders)
{
    while (*folders)
        leave(folders);
}

/* Whether it is a folder, or something that is left out. What cannot be looked at counts as a file:
 * opening it tells why. */
static void look_at(DIR *stream, const char *name, bool *is_folder, bool *left_out)
{
    struct stat status, target;
    *is_folder = *left_out = false;
    if (fstatat(dirfd(stream), name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return;
    *is_folder = S_ISDIR(status.st_mode);
    if (!S_ISLNK(status.st_mode))
        *left_out = !*is_folder && !S_ISREG(status.st_mode);
    else
        *left_out = fstatat(dirfd(stream), name, &target, 0) == 0 && !S_ISREG(target.st_mode);
}

static void add_entry(struct folder *folder, DIR *stream, const struct dirent *entry)
{
    bool is_folder = entry->d_type == DT_DIR, left_out = false;
    if (entry->d_name[0] == '.')
        return;
    if (entry->d_type != DT_DIR && entry->d_type != DT_REG)
        look_at(stream, entry->d_name, &is_folder, &left_out);
    if (left_out)
        return;
    buffer_add_text(&folder->names, entry->d_name);
    if (is_folder)
        buffer_add_char(&folder->names, '/');
    buffer_add_char(&folder->names, '\0');
    folder->count++;
}

/* False, with errno set, when the folder cannot be read to its end. */
static bool list(struct folder *folder)
{
    DIR *stream = opendir(buffer_text(&folder->path));
    if (!stream)
        return false;
    errno = 0;
    for (const struct dirent *entry; (entry = readdir(stream)); errno = 0)
        add_entry(folder, stream, entry);
    int error = folder->names.failed ? ENOMEM : errno;
    closedir(stream);
    errno = error;
    return !error;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool sort(struct folder *folder)
{
    folder->sorted = memory_new(folder->count, sizeof *folder->sorted);
    if (!folder->sorted)
        return false;
    const char *name = folder->names.data;
    for (size_t i = 0; i < folder->count; i++, name += strlen(name) + 1)
        folder->sorted[i] = name;
    qsort(folder->sorted, folder->count, sizeof *folder->sorted, compare);
    return true;
}

bool folder_enter(struct folder **folders, const char *path, struct problems *problems)
{
    struct folder *folder = memory_new(1, sizeof *folder);
    errno = ENOMEM;
    if (folder) {
        folder->outer = *folders;
        *folders = folder;
        buffer_add_text(&folder->path, path);
        if (!folder->path.failed && list(folder) && sort(folder))
            return true;
        leave(folders);
    }
    problems_add(problems, QUERN_ERROR, (struct place){path, 0, 0}, NULL,
                 "the folder cannot be read: %s", strerror(errno));
    return false;
}

int folder_next(struct folder **folders, struct buffer *path, struct problems *problems)
{
    while (*folders) {
        struct folder *folder = *folders;
        if (folder->next == folder->count) {
            leave(folders);
            continue;
        }
        const char *name = folder->sorted[folder->next++];
        buffer_clear(path);
        buffer_append(path, folder->path.data, folder->path.size);
        buffer_add_text(path, name);
        if (name[strlen(name) - 1] != '/')
            return 1;
        if (!folder_enter(folders, buffer_text(path), problems))
            return -1;
    }
    return 0;
}

/*
 * Whether a plugin file can be trusted: code that others may change is never loaded.
 *
 * The file and the folder that holds it, symbolic links resolved, must belong to somebody who can
 * change this process anyway: root, the user that it runs as, or the owner of the program itself.
 * Neither may be writable by group or others. (Where an access list lets others write, the group's
 * bit shows its mask, so that is caught as well.) The folders above have to belong to one of these
 * too and must not be writable by others, or somebody could put another folder in the place of
 * ours, except where the sticky bit forbids just that, as in /tmp.
 */
#include "plugin/finding.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct check {
    const char *path; /* the plugin, as it was asked for */
    struct place place;
    struct problems *problems;
};

static bool refuse_error(const struct check *check, const char *path, int error)
{
    problems_add(check->problems, QUERN_ERROR, check->place, NULL,
                 "plugin \"%s\" is refused: cannot look at \"%s\": %s", check->path, path,
                 strerror(error));
    return false;
}

static bool refuse(const struct check *check, const char *path, const char *why, const char *mend)
{
    struct buffer hint = {0};
    buffer_print(&hint, "%s '%s'", mend, path);
    problems_add(check->problems, QUERN_ERROR, check->place, buffer_text(&hint),
                 "plugin \"%s\" is refused: \"%s\" %s", check->path, path, why);
    buffer_free(&hint);
    return false;
}

/* Whoever owns the program could change that instead. */
static bool is_owner_trusted(uid_t owner)
{
    struct stat program;
    return owner == 0 || owner == geteuid() ||
           (stat("/proc/self/exe", &program) == 0 && owner == program.st_uid);
}

static bool check_owner(const struct check *check, const char *path, const struct stat *status)
{
    return is_owner_trusted(status->st_uid) ||
           refuse(check, path, "belongs to another user",
                  "make sure that it is what you want, then: chown \"$(id -u)\"");
}

static bool check_writers(const struct check *check, const char *path, const struct stat *status)
{
    if (!check_owner(check, path, status))
        return false;
    if (status->st_mode & S_IWOTH)
        return refuse(check, path, "can be written to by anybody", "chmod go-w");
    if (status->st_mode & S_IWGRP)
        return refuse(check, path, "can be written to by its group", "chmod go-w");
    return true;
}

static bool check_ancestor(const struct check *check, const char *path)
{
    struct stat status;
    if (lstat(path, &status) != 0)
        return refuse_error(check, path, errno);
    if (!check_owner(check, path, &status))
        return false;
    if ((status.st_mode & S_IWOTH) && !(status.st_mode & S_ISVTX))
        return refuse(check, path, "can be written to by anybody", "chmod o-w");
    return true;
}

/* Cuts a path back to the folder that holds it; false when it is the root. */
static bool step_up(char *path)
{
    char *slash = strrchr(path, '/');
    if (!path[1])
        return false;
    slash[slash == path] = '\0';
    return true;
}

/* `path` is absolute and without symbolic links; it is cut to pieces on the way. */
static bool check_folders(const struct check *check, char *path)
{
    struct stat status;
    step_up(path);
    if (lstat(path, &status) != 0)
        return refuse_error(check, path, errno);
    if (!check_writers(check, path, &status))
        return false;
    while (step_up(path))
        if (!check_ancestor(check, path))
            return false;
    return true;
}

/* The folder in which the name stands counts as well as the one where a link leads to. */
static bool check_link(const struct check *check, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct buffer folder = {0};
    buffer_append(&folder, slash ? path : "./", slash ? (size_t)(slash - path) + 1 : 2);
    char *real = realpath(buffer_text(&folder), NULL);
    buffer_clear(&folder);
    buffer_print(&folder, "%s/.", real ? real : "");
    bool good = real && !folder.failed ? check_folders(check, folder.data)
                                       : refuse_error(check, path, real ? ENOMEM : errno);
    buffer_free(&folder);
    free(real);
    return good;
}

static bool check_file(const struct check *check, const char *real, struct stat *seen)
{
    if (lstat(real, seen) != 0)
        return refuse_error(check, real, errno);
    if (!S_ISREG(seen->st_mode))
        return refuse(check, real, "is not a file", "look at it with: ls -ld");
    return check_writers(check, real, seen);
}

bool trust_file(const char *path, struct stat *seen, struct place place, struct problems *problems)
{
    const struct check check = {.path = path, .place = place, .problems = problems};
    char *real = realpath(path, NULL);
    if (!real)
        return refuse_error(&check, path, errno);
    bool good =
        check_file(&check, real, seen) && check_folders(&check, real) && check_link(&check, path);
    free(real);
    return good;
}

/*
 * libltdl opens by name, so that what it opens need not be what was looked at. Nobody but the
 * trusted owners can bring that about, and a file that is not the same afterwards is refused. What
 * remains: a plugin that an owner replaces in between has run its constructors by then, and one
 * that is replaced and put back, or that is written to while it is mapped, is not noticed.
 */
bool trust_unchanged(const char *path, const struct stat *seen, struct place place,
                     struct problems *problems)
{
    const struct check check = {.path = path, .place = place, .problems = problems};
    struct stat now;
    if (stat(path, &now) != 0)
        return refuse_error(&check, path, errno);
    if (now.st_dev == seen->st_dev && now.st_ino == seen->st_ino && now.st_size == seen->st_size &&
        now.st_ctim.tv_sec == seen->st_ctim.tv_sec && now.st_ctim.tv_nsec == seen->st_ctim.tv_nsec)
        return true;
    return refuse(&check, path, "changed while it was loaded", "try again once it is in place:");
}

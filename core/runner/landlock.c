/*
 * The second wall of the sandbox: Landlock (Documentation/userspace-api/landlock.rst of Linux), which
 * takes the right to write files by what is done to a file and not by which system call does it. It
 * has no wrappers in the C library.
 */
#include "runner/sandbox.h"

#if defined QUERN_SANDBOX && __has_include(<linux/landlock.h>)

#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Later than the oldest headers that this is built with. */
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

/* All rights that change something. A kernel refuses those that its version does not know. */
static unsigned long long find_rights(long version)
{
    unsigned long long rights = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                                LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                                LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                                LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                                LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
    if (version >= 2)
        rights |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= 3)
        rights |= LANDLOCK_ACCESS_FS_TRUNCATE;
    return rights;
}

/* A set of rules without a rule: what it handles is allowed nowhere. */
bool landlock_enter(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1)
        return false;
    const struct landlock_ruleset_attr rules = {.handled_access_fs = find_rights(version)};
    int set = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0);
    if (set < 0)
        return false;
    bool entered = syscall(SYS_landlock_restrict_self, set, 0) == 0;
    close(set);
    return entered;
}

#else

bool landlock_enter(void)
{
    return false;
}

#endif

/*
 * The sandbox: what happens when a worker enters it, and at a system call that it forbids. The
 * walls themselves are in filter.c and landlock.c.
 */
#include "runner/sandbox.h"

#include <signal.h>
#include <sys/prctl.h>

static volatile int *told;

/* The second SIGSYS finds the default again, which ends the process. Where SIGSYS is blocked the
 * kernel ends it without asking here. */
static void catch_forbidden(int number, siginfo_t *info, void *context)
{
    (void)context;
    *told = info->si_syscall + 1;
    raise(number);
}

static bool set_trap(volatile int *forbidden)
{
    struct sigaction trap = {.sa_sigaction = catch_forbidden};
    trap.sa_flags = (int)(SA_SIGINFO | SA_RESETHAND | SA_NODEFER | SA_ONSTACK);
    told = forbidden;
    return sigaction(SIGSYS, &trap, NULL) == 0;
}

/* The filter comes last: it forbids what makes the other wall. */
unsigned sandbox_enter(unsigned needs, volatile int *forbidden)
{
    unsigned walls = 0;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return walls;
    if (!(needs & QUERN_NEEDS_FILES) && landlock_enter())
        walls |= SANDBOX_FILES;
    if (set_trap(forbidden) && filter_enter(needs))
        walls |= SANDBOX_CALLS;
    return walls;
}

void sandbox_explain(int forbidden, struct buffer *out)
{
    const char *name, *need;
    if (forbidden == 0) {
        buffer_add_text(out, "the stage made a system call that the sandbox forbids, with signals "
                             "blocked, as the C library does when it starts a program");
        return;
    }
    if (!filter_describe(forbidden - 1, &name, &need)) {
        buffer_print(out, "the stage made the system call %d, which the sandbox forbids",
                     forbidden - 1);
        return;
    }
    buffer_print(out, "the stage called %s, which the sandbox forbids", name);
    if (need)
        buffer_print(out, " unless it declares %s", need);
}

const char *sandbox_text(unsigned walls)
{
    static const char *const texts[] = {"none", "system calls are filtered",
                                        "files cannot be changed",
                                        "system calls are filtered, files cannot be changed"};
    return texts[walls & (SANDBOX_CALLS | SANDBOX_FILES)];
}

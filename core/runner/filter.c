/*
 * The first wall of the sandbox: a filter of system calls (seccomp(2)) in the kernel's small machine
 * language, which is put together here. A worker keeps what work on text takes: memory, threads,
 * clocks, reading files, the descriptors that it has. What is on no list is trapped, so that a call
 * that comes with a newer kernel is forbidden until somebody has looked at it.
 *
 * libseccomp would do the same, and takes 2 ms of each worker's start for it; this takes what the
 * kernel takes.
 */
#include "runner/sandbox.h"

#if defined QUERN_SANDBOX && (defined __x86_64__ || defined __aarch64__)

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#ifdef __x86_64__
#define MACHINE AUDIT_ARCH_X86_64
#else
#define MACHINE AUDIT_ARCH_AARCH64
#endif

/* ---- Which calls ---- */

static const short allowed[] = {
    /* memory */
    SYS_brk,
    SYS_mmap,
    SYS_munmap,
    SYS_mremap,
    SYS_mprotect,
    SYS_madvise,
    SYS_mincore,
    SYS_msync,
    SYS_mlock,
    SYS_munlock,
    SYS_memfd_create,
    SYS_membarrier,
    SYS_get_mempolicy,
    /* what is open already */
    SYS_read,
    SYS_readv,
    SYS_pread64,
    SYS_preadv,
    SYS_preadv2,
    SYS_write,
    SYS_writev,
    SYS_pwrite64,
    SYS_pwritev,
    SYS_pwritev2,
    SYS_lseek,
    SYS_close,
    SYS_close_range,
    SYS_dup,
    SYS_dup3,
    SYS_pipe2,
    SYS_ftruncate,
    SYS_fallocate,
    SYS_fsync,
    SYS_fdatasync,
    SYS_flock,
    SYS_fadvise64,
    SYS_readahead,
    SYS_recvfrom,
    SYS_recvmsg,
    /* looking at files */
    SYS_fstat,
    SYS_newfstatat,
    SYS_statx,
    SYS_statfs,
    SYS_fstatfs,
    SYS_faccessat,
    SYS_faccessat2,
    SYS_readlinkat,
    SYS_getdents64,
    SYS_getcwd,
    SYS_chdir,
    SYS_fchdir,
    SYS_getxattr,
    SYS_lgetxattr,
    SYS_fgetxattr,
    SYS_listxattr,
    SYS_llistxattr,
    SYS_flistxattr,
    /* waiting */
    SYS_ppoll,
    SYS_pselect6,
    SYS_epoll_create1,
    SYS_epoll_ctl,
    SYS_epoll_pwait,
    SYS_epoll_pwait2,
    SYS_eventfd2,
    SYS_signalfd4,
    SYS_futex,
    SYS_futex_waitv,
    SYS_nanosleep,
    SYS_clock_nanosleep,
    SYS_sched_yield,
    SYS_restart_syscall,
    SYS_wait4,
    SYS_waitid,
    /* clocks and timers */
    SYS_clock_gettime,
    SYS_clock_getres,
    SYS_gettimeofday,
    SYS_times,
    SYS_setitimer,
    SYS_getitimer,
    SYS_timer_create,
    SYS_timer_settime,
    SYS_timer_gettime,
    SYS_timer_getoverrun,
    SYS_timer_delete,
    SYS_timerfd_create,
    SYS_timerfd_settime,
    SYS_timerfd_gettime,
    /* threads, signals, the end */
    SYS_set_robust_list,
    SYS_get_robust_list,
    SYS_set_tid_address,
    SYS_rseq,
    SYS_sigaltstack,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_rt_sigpending,
    SYS_rt_sigtimedwait,
    SYS_rt_sigsuspend,
    SYS_exit,
    SYS_exit_group,
    /* who and where it is */
    SYS_getpid,
    SYS_getppid,
    SYS_gettid,
    SYS_getpgid,
    SYS_getsid,
    SYS_getuid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getegid,
    SYS_getresuid,
    SYS_getresgid,
    SYS_getgroups,
    SYS_capget,
    SYS_uname,
    SYS_sysinfo,
    SYS_getrusage,
    SYS_getpriority,
    SYS_getcpu,
    SYS_sched_getaffinity,
    SYS_sched_getparam,
    SYS_sched_getscheduler,
    SYS_sched_get_priority_min,
    SYS_sched_get_priority_max,
    SYS_getrandom,
#ifdef __x86_64__ /* older calls for the same */
    SYS_dup2,
    SYS_pipe,
    SYS_stat,
    SYS_lstat,
    SYS_access,
    SYS_readlink,
    SYS_getdents,
    SYS_poll,
    SYS_select,
    SYS_epoll_create,
    SYS_epoll_wait,
    SYS_eventfd,
    SYS_signalfd,
    SYS_pause,
    SYS_time,
    SYS_alarm,
    SYS_arch_prctl,
    SYS_getpgrp,
    SYS_getrlimit,
#endif
};

#define CALL(name, need)                                                                           \
    {                                                                                              \
        SYS_##name, need, #name                                                                    \
    }

/* Calls that are forbidden, by name, and the need of a stage that allows each, 0 for none. Others
 * are as forbidden, but what is said then gives only their number. */
static const struct forbidden {
    short number;
    unsigned short need;
    const char *name;
} forbidden_calls[] = {
    CALL(socket, QUERN_NEEDS_NETWORK),
    CALL(socketpair, QUERN_NEEDS_NETWORK),
    CALL(connect, QUERN_NEEDS_NETWORK),
    CALL(bind, QUERN_NEEDS_NETWORK),
    CALL(listen, QUERN_NEEDS_NETWORK),
    CALL(accept, QUERN_NEEDS_NETWORK),
    CALL(accept4, QUERN_NEEDS_NETWORK),
    CALL(getsockname, QUERN_NEEDS_NETWORK),
    CALL(getpeername, QUERN_NEEDS_NETWORK),
    CALL(getsockopt, QUERN_NEEDS_NETWORK),
    CALL(setsockopt, QUERN_NEEDS_NETWORK),
    CALL(shutdown, QUERN_NEEDS_NETWORK),
    CALL(sendto, QUERN_NEEDS_NETWORK),
    CALL(sendmsg, QUERN_NEEDS_NETWORK),
    CALL(sendmmsg, QUERN_NEEDS_NETWORK),
    CALL(recvmmsg, QUERN_NEEDS_NETWORK),

    CALL(openat, QUERN_NEEDS_FILES),
    CALL(openat2, QUERN_NEEDS_FILES),
    CALL(mkdirat, QUERN_NEEDS_FILES),
    CALL(unlinkat, QUERN_NEEDS_FILES),
    CALL(renameat, QUERN_NEEDS_FILES),
    CALL(renameat2, QUERN_NEEDS_FILES),
    CALL(linkat, QUERN_NEEDS_FILES),
    CALL(symlinkat, QUERN_NEEDS_FILES),
    CALL(mknodat, QUERN_NEEDS_FILES),
    CALL(fchmod, QUERN_NEEDS_FILES),
    CALL(fchmodat, QUERN_NEEDS_FILES),
    CALL(fchown, QUERN_NEEDS_FILES),
    CALL(fchownat, QUERN_NEEDS_FILES),
    CALL(truncate, QUERN_NEEDS_FILES),
    CALL(utimensat, QUERN_NEEDS_FILES),
    CALL(umask, QUERN_NEEDS_FILES),
    CALL(setxattr, QUERN_NEEDS_FILES),
    CALL(lsetxattr, QUERN_NEEDS_FILES),
    CALL(fsetxattr, QUERN_NEEDS_FILES),
    CALL(removexattr, QUERN_NEEDS_FILES),
    CALL(lremovexattr, QUERN_NEEDS_FILES),
    CALL(fremovexattr, QUERN_NEEDS_FILES),
    CALL(sync, QUERN_NEEDS_FILES),
    CALL(syncfs, QUERN_NEEDS_FILES),
    CALL(sync_file_range, QUERN_NEEDS_FILES),
    CALL(copy_file_range, QUERN_NEEDS_FILES),
    CALL(sendfile, QUERN_NEEDS_FILES),

    CALL(clone, QUERN_NEEDS_PROCESSES),
    CALL(clone3, QUERN_NEEDS_PROCESSES),
    CALL(execve, QUERN_NEEDS_PROCESSES),
    CALL(execveat, QUERN_NEEDS_PROCESSES),
    CALL(kill, QUERN_NEEDS_PROCESSES),
    CALL(tkill, QUERN_NEEDS_PROCESSES),
    CALL(tgkill, QUERN_NEEDS_PROCESSES),
    CALL(rt_sigqueueinfo, QUERN_NEEDS_PROCESSES),
    CALL(rt_tgsigqueueinfo, QUERN_NEEDS_PROCESSES),
    CALL(pidfd_open, QUERN_NEEDS_PROCESSES),
    CALL(pidfd_send_signal, QUERN_NEEDS_PROCESSES),
    CALL(setpgid, QUERN_NEEDS_PROCESSES),
    CALL(setsid, QUERN_NEEDS_PROCESSES),
    CALL(rt_sigaction, QUERN_NEEDS_PROCESSES),

#ifdef __x86_64__
    CALL(open, QUERN_NEEDS_FILES),
    CALL(creat, QUERN_NEEDS_FILES),
    CALL(mkdir, QUERN_NEEDS_FILES),
    CALL(rmdir, QUERN_NEEDS_FILES),
    CALL(unlink, QUERN_NEEDS_FILES),
    CALL(rename, QUERN_NEEDS_FILES),
    CALL(link, QUERN_NEEDS_FILES),
    CALL(symlink, QUERN_NEEDS_FILES),
    CALL(mknod, QUERN_NEEDS_FILES),
    CALL(chmod, QUERN_NEEDS_FILES),
    CALL(chown, QUERN_NEEDS_FILES),
    CALL(lchown, QUERN_NEEDS_FILES),
    CALL(utime, QUERN_NEEDS_FILES),
    CALL(utimes, QUERN_NEEDS_FILES),
    CALL(futimesat, QUERN_NEEDS_FILES),
    CALL(fork, QUERN_NEEDS_PROCESSES),
    CALL(vfork, QUERN_NEEDS_PROCESSES),
#endif

    CALL(ptrace, 0),
    CALL(process_vm_readv, 0),
    CALL(process_vm_writev, 0),
    CALL(process_madvise, 0),
    CALL(pidfd_getfd, 0),
    CALL(kcmp, 0),
    CALL(io_uring_setup, 0),
    CALL(io_uring_enter, 0),
    CALL(io_uring_register, 0),
    CALL(io_setup, 0),
    CALL(bpf, 0),
    CALL(perf_event_open, 0),
    CALL(userfaultfd, 0),
    CALL(seccomp, 0),
    CALL(prctl, 0),
    CALL(prlimit64, 0),
    CALL(setrlimit, 0),
    CALL(setpriority, 0),
    CALL(sched_setaffinity, 0),
    CALL(sched_setscheduler, 0),
    CALL(ioctl, 0),
    CALL(fcntl, 0),
    CALL(add_key, 0),
    CALL(request_key, 0),
    CALL(keyctl, 0),
    CALL(mount, 0),
    CALL(umount2, 0),
    CALL(fsopen, 0),
    CALL(fsconfig, 0),
    CALL(fsmount, 0),
    CALL(move_mount, 0),
    CALL(open_tree, 0),
    CALL(mount_setattr, 0),
    CALL(pivot_root, 0),
    CALL(chroot, 0),
    CALL(unshare, 0),
    CALL(setns, 0),
    CALL(open_by_handle_at, 0),
    CALL(fanotify_init, 0),
    CALL(quotactl, 0),
    CALL(acct, 0),
    CALL(swapon, 0),
    CALL(reboot, 0),
    CALL(init_module, 0),
    CALL(finit_module, 0),
    CALL(delete_module, 0),
    CALL(kexec_load, 0),
    CALL(setuid, 0),
    CALL(setgid, 0),
    CALL(setreuid, 0),
    CALL(setregid, 0),
    CALL(setresuid, 0),
    CALL(setresgid, 0),
    CALL(setfsuid, 0),
    CALL(setfsgid, 0),
    CALL(setgroups, 0),
    CALL(capset, 0),
    CALL(personality, 0),
    CALL(sethostname, 0),
    CALL(setdomainname, 0),
    CALL(settimeofday, 0),
    CALL(clock_settime, 0),
    CALL(clock_adjtime, 0),
    CALL(adjtimex, 0),
    CALL(shmget, 0),
    CALL(semget, 0),
    CALL(msgget, 0),
    CALL(mq_open, 0),
    CALL(syslog, 0),
};

enum { FORBIDDEN_COUNT = sizeof forbidden_calls / sizeof *forbidden_calls };

bool filter_describe(int number, const char **name, const char **need)
{
    static const char *const needs[] = {[QUERN_NEEDS_NETWORK] = "QUERN_NEEDS_NETWORK",
                                        [QUERN_NEEDS_FILES] = "QUERN_NEEDS_FILES",
                                        [QUERN_NEEDS_PROCESSES] = "QUERN_NEEDS_PROCESSES"};
    for (size_t i = 0; i < FORBIDDEN_COUNT; i++) {
        if (forbidden_calls[i].number != number)
            continue;
        *name = forbidden_calls[i].name;
        *need = needs[forbidden_calls[i].need];
        return true;
    }
    return false;
}

/* ---- The program ---- */

/* At most three steps for every second number, six for each condition, and some twenty. */
enum { CALLS_MAX = 512, PROGRAM_MAX = 1024 };

/* It holds the number of the call in its one register, but where it looks at an argument. */
struct program {
    struct sock_filter steps[PROGRAM_MAX];
    unsigned short count;
    bool passes[CALLS_MAX]; /* by number */
};

static void add_step(struct program *program, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
    program->steps[program->count++] = (struct sock_filter){code, yes, no, k};
}

static void add_load(struct program *program, size_t offset)
{
    add_step(program, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void add_answer(struct program *program, uint32_t answer)
{
    add_step(program, BPF_RET | BPF_K, answer, 0, 0);
}

/* If the register is `value`, goes on; else steps over as many steps as are said. */
static void add_test(struct program *program, uint32_t value, uint8_t over)
{
    add_step(program, BPF_JMP | BPF_JEQ | BPF_K, value, 0, over);
}

/* Calls of other machines, which a processor may also run, have other numbers. */
static void add_head(struct program *program)
{
    add_load(program, offsetof(struct seccomp_data, arch));
    add_step(program, BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0);
    add_answer(program, SECCOMP_RET_KILL_PROCESS);
    add_load(program, offsetof(struct seccomp_data, nr));
}

/* Two comparisons for each run of numbers that pass. */
static void add_runs(struct program *program)
{
    for (uint32_t begin = 0, end; begin < CALLS_MAX; begin = end + 1) {
        for (end = begin; end < CALLS_MAX && program->passes[end]; end++)
            ;
        if (begin == end)
            continue;
        add_step(program, BPF_JMP | BPF_JGE | BPF_K, begin, 0, 2);
        add_step(program, BPF_JMP | BPF_JGE | BPF_K, end, 1, 0);
        add_answer(program, SECCOMP_RET_ALLOW);
    }
}

/* An argument with which a call is allowed. All are of 32 bits: the kernel does not look at more. */
struct condition {
    short call;
    short argument;
    uint32_t mask, value;
};

static void add_condition(struct program *program, const struct condition *condition)
{
    if (program->passes[condition->call])
        return;
    add_test(program, (uint32_t)condition->call, 5);
    add_load(program,
             offsetof(struct seccomp_data, args) + (size_t)condition->argument * sizeof(uint64_t));
    add_step(program, BPF_ALU | BPF_AND | BPF_K, condition->mask, 0, 0);
    add_test(program, condition->value, 1);
    add_answer(program, SECCOMP_RET_ALLOW);
    add_load(program, offsetof(struct seccomp_data, nr));
}

/* What can also be asked for what is given up. */
static void add_conditions(struct program *program)
{
    const uint32_t whole = UINT32_MAX, self = (uint32_t)getpid();
    const uint32_t writing = O_ACCMODE | O_CREAT | O_TRUNC;
    const uint32_t spaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                            CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
    const struct condition conditions[] = {
#ifdef __x86_64__
        {SYS_open, 1, writing, 0},
#endif
        {SYS_openat, 2, writing, 0},
        {SYS_clone, 0, CLONE_THREAD | spaces, CLONE_THREAD},
        {SYS_kill, 0, whole, self},
        {SYS_tgkill, 0, whole, self},
        {SYS_rt_tgsigqueueinfo, 0, whole, self},
        {SYS_prctl, 0, whole, PR_SET_NAME},
        {SYS_prctl, 0, whole, PR_GET_NAME},
        {SYS_prctl, 0, whole, PR_SET_VMA},
        {SYS_ioctl, 1, whole, TCGETS},
        {SYS_ioctl, 1, whole, TIOCGWINSZ},
        {SYS_ioctl, 1, whole, FIONREAD},
        {SYS_fcntl, 1, whole, F_DUPFD},
        {SYS_fcntl, 1, whole, F_DUPFD_CLOEXEC},
        {SYS_fcntl, 1, whole, F_GETFD},
        {SYS_fcntl, 1, whole, F_SETFD},
        {SYS_fcntl, 1, whole, F_GETFL},
        {SYS_fcntl, 1, whole, F_SETFL},
        {SYS_fcntl, 1, whole, F_GET_SEALS},
        {SYS_fcntl, 1, whole, F_ADD_SEALS},
    };
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
        add_condition(program, &conditions[i]);
}

static void mark(struct program *program, unsigned needs)
{
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        program->passes[allowed[i]] = true;
    for (size_t i = 0; i < FORBIDDEN_COUNT; i++)
        if (forbidden_calls[i].need & needs)
            program->passes[forbidden_calls[i].number] = true;
}

/* Who caught SIGSYS could go on as if nothing had been. */
static void add_sigaction(struct program *program)
{
    if (program->passes[SYS_rt_sigaction])
        return;
    add_test(program, SYS_rt_sigaction, 4);
    add_load(program, offsetof(struct seccomp_data, args));
    add_step(program, BPF_JMP | BPF_JEQ | BPF_K, SIGSYS, 1, 0);
    add_answer(program, SECCOMP_RET_ALLOW);
    add_load(program, offsetof(struct seccomp_data, nr));
}

/* Limits may be asked for and not set: both halves of the pointer to the new one are 0. */
static void add_prlimit(struct program *program)
{
    const size_t limit = offsetof(struct seccomp_data, args) + 2 * sizeof(uint64_t);
    add_test(program, SYS_prlimit64, 6);
    add_load(program, limit);
    add_test(program, 0, 3);
    add_load(program, limit + sizeof(uint32_t));
    add_test(program, 0, 1);
    add_answer(program, SECCOMP_RET_ALLOW);
    add_load(program, offsetof(struct seccomp_data, nr));
}

/* These keep in memory what they are asked for, where no filter can look. That the kernel does not
 * have them makes the C library turn to the calls that they are newer forms of. */
static void add_tail(struct program *program)
{
    add_step(program, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 1, 0);
    add_test(program, SYS_openat2, 1);
    add_answer(program, SECCOMP_RET_ERRNO | ENOSYS);
    add_answer(program, SECCOMP_RET_TRAP);
}

bool filter_enter(unsigned needs)
{
    struct program program = {.count = 0};
    mark(&program, needs);
    add_head(&program);
    add_runs(&program);
    add_conditions(&program);
    add_sigaction(&program);
    add_prlimit(&program);
    add_tail(&program);
    const struct sock_fprog filter = {program.count, program.steps};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}

#else

bool filter_enter(unsigned needs)
{
    (void)needs;
    return false;
}

bool filter_describe(int number, const char **name, const char **need)
{
    (void)number, (void)name, (void)need;
    return false;
}

#endif

/*
 * The sandbox: children enter it and try what is forbidden, each of which has to end them by SIGSYS
 * with its name, and what has to go on working.
 */
#include "runner/sandbox.h"

#include <fcntl.h>
#include <iconv.h>
#include <linux/futex.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- What is tried; true when it worked ---- */

static bool open_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool make_pair(void)
{
    int ends[2];
    return socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) == 0;
}

static bool write_file(void)
{
    int file = open("new", O_WRONLY | O_CREAT, 0600);
    return file >= 0 && write(file, "x", 1) == 1;
}

static bool write_stream(void)
{
    return fopen("new", "w") != NULL;
}

static bool append_to_file(void)
{
    return open("old", O_RDWR | O_APPEND) >= 0;
}

static bool truncate_by_opening(void)
{
    return open("old", O_RDONLY | O_TRUNC) >= 0;
}

static bool hide_a_file(void)
{
    return open(".", O_TMPFILE | O_RDWR, 0600) >= 0;
}

static bool truncate_file(void)
{
    return truncate("old", 0) == 0;
}

static bool create_file(void)
{
    return creat("new", 0600) >= 0;
}

static bool make_folder(void)
{
    return mkdir("folder", 0700) == 0;
}

static bool unlink_file(void)
{
    return unlink("old") == 0;
}

static bool rename_file(void)
{
    return rename("old", "new") == 0;
}

static bool link_file(void)
{
    return symlink("old", "new") == 0;
}

static bool change_mode(void)
{
    return chmod("old", 0777) == 0;
}

static bool start_process(void)
{
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    return child > 0;
}

static bool start_process_by_vfork(void)
{
    return syscall(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, 0, 0, 0, 0) > 0;
}

static bool spawn_program(void)
{
    char *words[] = {"true", NULL};
    return posix_spawn(&(pid_t){0}, "/bin/true", NULL, NULL, words, NULL) == 0;
}

static bool run_command(void)
{
    return system("true") == 0;
}

static bool become_program(void)
{
    char *words[] = {"true", NULL};
    return execv("/bin/true", words) == 0;
}

static bool trace_parent(void)
{
    return ptrace(PTRACE_ATTACH, getppid(), 0, 0) == 0;
}

static bool read_parent(void)
{
    int here;
    struct iovec local = {&here, sizeof here}, remote = {&here, sizeof here};
    return process_vm_readv(getppid(), &local, 1, &remote, 1, 0) >= 0;
}

static bool kill_parent(void)
{
    return kill(getppid(), SIGKILL) == 0;
}

static bool kill_group(void)
{
    return kill(0, SIGKILL) == 0;
}

static bool find_parent(void)
{
    return syscall(SYS_pidfd_open, getppid(), 0) >= 0;
}

static bool limit_parent(void)
{
    const struct rlimit none = {0, 0};
    return prlimit(getppid(), RLIMIT_CPU, &none, NULL) == 0;
}

static bool set_up_ring(void)
{
    char parameters[256] = {0};
    return syscall(SYS_io_uring_setup, 4, parameters) >= 0;
}

static bool load_program(void)
{
    return syscall(SYS_bpf, 0, NULL, 0) >= 0;
}

static bool become_somebody(void)
{
    return setresuid(65534, 65534, 65534) == 0;
}

static bool mount_folder(void)
{
    return syscall(SYS_mount, "none", ".", "tmpfs", 0, NULL) == 0;
}

static bool type_on_terminal(void)
{
    enum { TYPE = 0x5412 }; /* TIOCSTI */
    return syscall(SYS_ioctl, 0, TYPE, "x") == 0;
}

static bool catch_the_trap(void)
{
    return signal(SIGSYS, SIG_IGN) != SIG_ERR;
}

static const struct attempt {
    bool (*try)(void);
    const char *told;
} attempts[] = {
    {open_socket,
     "called socket, which the sandbox forbids unless it declares QUERN_NEEDS_NETWORK"},
    {make_pair, "called socketpair, "},
    {write_file, "called openat, which the sandbox forbids unless it declares QUERN_NEEDS_FILES"},
    {write_stream, "called openat, "},
    {append_to_file, "called openat, "},
    {truncate_by_opening, "called openat, "},
    {hide_a_file, "called openat, "},
    {truncate_file, "called truncate, "},
    {create_file, "called creat, "},
    {make_folder, "called mkdir, "},
    {unlink_file, "called unlink, "},
    {rename_file, "called rename, "},
    {link_file, "called symlink, "},
    {change_mode, "called chmod, "},
    {start_process, "called clone, which the sandbox forbids unless it declares "
                    "QUERN_NEEDS_PROCESSES"},
    {start_process_by_vfork, "called clone, "},
    {spawn_program, "as the C library does when it starts a program"},
    {run_command, "as the C library does when it starts a program"},
    {become_program, "called execve, "},
    {trace_parent, "called ptrace, which the sandbox forbids"},
    {read_parent, "called process_vm_readv, "},
    {kill_parent, "called kill, "},
    {kill_group, "called kill, "},
    {find_parent, "called pidfd_open, "},
    {limit_parent, "called prlimit64, "},
    {set_up_ring, "called io_uring_setup, "},
    {load_program, "called bpf, "},
    {become_somebody, "called setresuid, "},
    {mount_folder, "called mount, "},
    {type_on_terminal, "called ioctl, "},
    {catch_the_trap, "called rt_sigaction, "},
};

enum { ATTEMPT_COUNT = sizeof attempts / sizeof *attempts };

/* ---- What goes on ---- */

static bool allocate(void)
{
    for (size_t size = 1; size < 1 << 22; size *= 2) {
        char *memory = malloc(size);
        if (!memory)
            return false;
        memset(memory, 1, size);
        memory = realloc(memory, 2 * size);
        if (!memory)
            return false;
        free(memory);
    }
    return true;
}

static bool read_file(void)
{
    char bytes[4] = {0};
    FILE *file = fopen("old", "r");
    bool fine = file && fread(bytes, 1, 3, file) == 3 && memcmp(bytes, "old", 3) == 0;
    return file && fclose(file) == 0 && fine;
}

/* Loads a module of the C library. */
static bool convert(void)
{
    iconv_t converter = iconv_open("UTF-8", "KOI8-R");
    if (converter == (iconv_t)-1)
        return false;
    char from[] = "\xC1", to[8], *in = from, *out = to;
    size_t in_left = 1, out_left = sizeof to;
    bool fine = iconv(converter, &in, &in_left, &out, &out_left) == 0 && out_left == 6;
    return iconv_close(converter) == 0 && fine;
}

static bool read_clocks(void)
{
    struct timespec now;
    return clock_gettime(CLOCK_MONOTONIC, &now) == 0 &&
           clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0 && time(NULL) > 0 &&
           nanosleep(&(struct timespec){0, 1}, NULL) == 0;
}

static void *work(void *argument)
{
    *(int *)argument = 1;
    return argument;
}

static bool start_threads(void)
{
    pthread_t threads[4];
    int done[4] = {0};
    for (int i = 0; i < 4; i++)
        if (pthread_create(&threads[i], NULL, work, &done[i]) != 0)
            return false;
    for (int i = 0; i < 4; i++)
        if (pthread_join(threads[i], NULL) != 0 || !done[i])
            return false;
    return true;
}

static bool share_memory(void)
{
    int file = memfd_create("large", MFD_CLOEXEC);
    if (file < 0 || ftruncate(file, 4096) != 0)
        return false;
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    return memory != MAP_FAILED && memset(memory, 1, 4096) && close(file) == 0;
}

static bool wake_and_wait(void)
{
    uint32_t word = 1;
    return syscall(SYS_futex, &word, FUTEX_WAKE, 1, NULL, NULL, 0) == 0 &&
           syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0) == -1;
}

static bool print(void)
{
    return fprintf(stderr, "%s", "") == 0 && fflush(stderr) == 0 && isatty(2) >= 0;
}

static bool ask_for_limits(void)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_STACK, &limit) == 0 && sysconf(_SC_NPROCESSORS_ONLN) > 0;
}

static volatile sig_atomic_t caught;

static void note(int number)
{
    caught = number;
}

static bool signal_itself(void)
{
    return signal(SIGUSR1, note) != SIG_ERR && raise(SIGUSR1) == 0 && caught == SIGUSR1 &&
           kill(getpid(), 0) == 0;
}

static bool (*const usual[])(void) = {allocate,       read_file,    convert,       read_clocks,
                                      start_threads,  share_memory, wake_and_wait, print,
                                      ask_for_limits, signal_itself};

enum { USUAL_COUNT = sizeof usual / sizeof *usual };

/* ---- Children ---- */

enum { WORKED, DID_NOT_WORK, NO_SANDBOX };

/* The exit status of a child that enters the sandbox and tries, or 128 and the signal that ended
 * it. */
static int run_child(bool (*try)(void), unsigned needs, volatile int *forbidden)
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        setpgid(0, 0);
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        unsigned walls = sandbox_enter(needs, forbidden);
        _exit(walls & SANDBOX_CALLS ? (try() ? WORKED : DID_NOT_WORK) : NO_SANDBOX);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void make_file(void)
{
    FILE *file = fopen("old", "w");
    assert_non_null(file);
    assert_true(fputs("old", file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static volatile int *share_number(void)
{
    void *memory =
        mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(memory, MAP_FAILED);
    return memory;
}

static void skip_without_sandbox(volatile int *forbidden)
{
    if (run_child(print, 0, forbidden) == NO_SANDBOX)
        skip();
}

/* ---- Tests ---- */

static void forbidden_calls_are_stopped_and_named(void **state)
{
    (void)state;
    volatile int *forbidden = share_number();
    skip_without_sandbox(forbidden);
    make_file();
    for (size_t i = 0; i < ATTEMPT_COUNT; i++) {
        struct buffer told = {0};
        *forbidden = 0;
        assert_int_equal(run_child(attempts[i].try, 0, forbidden), 128 + SIGSYS);
        sandbox_explain(*forbidden, &told);
        if (!strstr(buffer_text(&told), attempts[i].told))
            fail_msg("%s: %s", attempts[i].told, buffer_text(&told));
        buffer_free(&told);
        assert_int_equal(access("old", F_OK), 0);
        assert_int_not_equal(access("new", F_OK), 0);
    }
}

static void usual_calls_work(void **state)
{
    (void)state;
    volatile int *forbidden = share_number();
    skip_without_sandbox(forbidden);
    make_file();
    for (size_t i = 0; i < USUAL_COUNT; i++)
        if (run_child(usual[i], 0, forbidden) != WORKED)
            fail_msg("attempt %zu: call %d", i, *forbidden - 1);
}

static void needs_are_met(void **state)
{
    static const struct {
        bool (*try)(void);
        unsigned need;
    } met[] = {
        {open_socket, QUERN_NEEDS_NETWORK},     {make_pair, QUERN_NEEDS_NETWORK},
        {write_file, QUERN_NEEDS_FILES},        {rename_file, QUERN_NEEDS_FILES},
        {start_process, QUERN_NEEDS_PROCESSES}, {spawn_program, QUERN_NEEDS_PROCESSES},
        {run_command, QUERN_NEEDS_PROCESSES},   {become_program, QUERN_NEEDS_PROCESSES},
    };
    (void)state;
    volatile int *forbidden = share_number();
    skip_without_sandbox(forbidden);
    for (size_t i = 0; i < sizeof met / sizeof *met; i++) {
        make_file();
        *forbidden = 0;
        if (run_child(met[i].try, met[i].need, forbidden) != WORKED)
            fail_msg("attempt %zu: call %d", i, *forbidden - 1);
        for (unsigned other = 1; other <= QUERN_NEEDS_PROCESSES; other *= 2)
            if (other != met[i].need)
                assert_int_equal(run_child(met[i].try, other, forbidden), 128 + SIGSYS);
    }
    assert_int_equal(run_child(trace_parent,
                               QUERN_NEEDS_NETWORK | QUERN_NEEDS_FILES | QUERN_NEEDS_PROCESSES,
                               forbidden),
                     128 + SIGSYS);
}

/* A call that no table knows has its number told. */
static bool call_the_future(void)
{
    return syscall(500) == 0;
}

static void unknown_calls_are_numbered(void **state)
{
    (void)state;
    struct buffer told = {0};
    volatile int *forbidden = share_number();
    skip_without_sandbox(forbidden);
    assert_int_equal(run_child(call_the_future, 0, forbidden), 128 + SIGSYS);
    sandbox_explain(*forbidden, &told);
    sandbox_explain(0, &told);
    assert_string_equal(buffer_text(&told),
                        "the stage made the system call 500, which the sandbox forbids"
                        "the stage made a system call that the sandbox forbids, with signals "
                        "blocked, as the C library does when it starts a program");
    buffer_free(&told);
}

/* The second wall alone. */
static void files_are_guarded_twice(void **state)
{
    (void)state;
    int status;
    make_file();
    pid_t child = fork();
    if (child == 0) {
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !landlock_enter())
            _exit(NO_SANDBOX);
        bool wrote = write_file() || append_to_file() || truncate_file() || create_file() ||
                     make_folder() || unlink_file() || rename_file() || link_file();
        _exit(wrote || !read_file() ? DID_NOT_WORK : WORKED);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WEXITSTATUS(status) == NO_SANDBOX)
        skip();
    assert_int_equal(status, 0);
}

static void walls_are_told(void **state)
{
    (void)state;
    assert_string_equal(sandbox_text(0), "none");
    assert_string_equal(sandbox_text(SANDBOX_CALLS), "system calls are filtered");
    assert_string_equal(sandbox_text(SANDBOX_FILES), "files cannot be changed");
    assert_string_equal(sandbox_text(SANDBOX_CALLS | SANDBOX_FILES),
                        "system calls are filtered, files cannot be changed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forbidden_calls_are_stopped_and_named),
        cmocka_unit_test(usual_calls_work),
        cmocka_unit_test(needs_are_met),
        cmocka_unit_test(unknown_calls_are_numbered),
        cmocka_unit_test(files_are_guarded_twice),
        cmocka_unit_test(walls_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

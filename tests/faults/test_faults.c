/*
 * Every single allocation of Quern's own code is made to fail, one at a time, over every golden case:
 * the program has to end by itself, without a leak or an error that a sanitizer sees, and either with
 * the same output as without the fault, or with an exit status that says so and a message.
 *
 * Each run is a child of this process that does all the work itself, so that every allocation is
 * counted. The argument is a folder of cases.
 */
#include "command/command.h"
#include "faults.h"

#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the sanitizers end a process with; no status of Quern's own. */
enum { SANITIZER_STATUS = 99 };

const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "exitcode=99:allocator_may_return_null=1";
}

const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void)
{
    return "exitcode=99:print_stacktrace=1";
}

struct golden {
    const char *folder, *input; /* the second in the first */
};

/* A run's exit status, or the signal that ended it plus 256, and whether the fault was reached. */
struct outcome {
    int status;
    bool fired;
};

static bool *child_fired; /* shared with the children */

static void tell_parent(void)
{
    *child_fired = faults_fired();
}

static void redirect(int stream, const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0 || dup2(file, stream) < 0)
        _exit(SANITIZER_STATUS);
    close(file);
}

/* In the folder of the case, as run-cases does. */
static _Noreturn void run_child(const struct golden *golden, unsigned long nth, const char *output)
{
    char quarantine[4096 + sizeof "/quarantine"];
    char *arguments[] = {"quern",
                         "run",
                         "pipeline.yaml",
                         "--quarantine",
                         quarantine,
                         "--jobs",
                         "0",
                         (char *)(uintptr_t)golden->input,
                         NULL};
    redirect(STDOUT_FILENO, output);
    redirect(STDERR_FILENO, "messages");
    if (!getcwd(quarantine, 4096) || chdir(golden->folder) != 0)
        _exit(SANITIZER_STATUS);
    strcat(quarantine, "/quarantine");
    atexit(tell_parent);
    faults_arm(nth);
    exit(quern_main((int)(sizeof arguments / sizeof *arguments) - 1, arguments));
}

static struct outcome run(const struct golden *golden, unsigned long nth, const char *output)
{
    struct outcome outcome = {.status = -1};
    *child_fired = false;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        run_child(golden, nth, output);
    int status;
    if (child < 0 || waitpid(child, &status, 0) != child)
        return outcome;
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
    outcome.fired = *child_fired || outcome.status >= SANITIZER_STATUS;
    return outcome;
}

static bool is_empty(const char *path)
{
    FILE *file = fopen(path, "rb");
    bool empty = !file || getc(file) == EOF;
    if (file)
        fclose(file);
    return empty;
}

static bool same_content(const char *a, const char *b)
{
    FILE *first = fopen(a, "rb"), *second = fopen(b, "rb");
    bool same = first && second;
    for (int left = 0; same && left != EOF;)
        same = (left = getc(first)) == getc(second);
    if (first)
        fclose(first);
    if (second)
        fclose(second);
    return same;
}

static void show_messages(void)
{
    char line[512];
    FILE *file = fopen("messages", "rb");
    while (file && fgets(line, sizeof line, file))
        fputs(line, stdout);
    if (file)
        fclose(file);
}

/* NULL when the outcome is one of those that are allowed. */
static const char *find_fault(struct outcome outcome, int expected)
{
    if (outcome.status < 0)
        return "the run could not be started";
    if (outcome.status >= SANITIZER_STATUS)
        return "the run did not end by itself, or a sanitizer found an error";
    if (outcome.status == expected && same_content("output", "expected"))
        return NULL;
    if (outcome.status == 0)
        return "the output differs, and nothing says so";
    return is_empty("messages") ? "the run failed without a message" : NULL;
}

/* The exit status that a case expects. */
static int read_status(const char *folder)
{
    char path[4096];
    int status = STATUS_FINE;
    snprintf(path, sizeof path, "%s/expected.status", folder);
    FILE *file = fopen(path, "rb");
    if (file && fscanf(file, "%d", &status) != 1)
        status = -1;
    if (file)
        fclose(file);
    return status;
}

/* Returns the number of allocations that failed; 0 after a fault, which is printed. */
static unsigned long check_case(const struct golden *golden)
{
    struct outcome outcome = run(golden, 0, "expected");
    int expected = outcome.status;
    if (expected != read_status(golden->folder)) {
        printf("%s: exit status %d without a fault, which is not the one expected\n",
               golden->folder, expected);
        show_messages();
        return 0;
    }
    for (unsigned long nth = 1;; nth++) {
        outcome = run(golden, nth, "output");
        const char *fault = find_fault(outcome, expected);
        if (fault) {
            printf("%s: allocation %lu, exit status %d: %s\n", golden->folder, nth, outcome.status,
                   fault);
            show_messages();
            return 0;
        }
        if (!outcome.fired)
            return nth;
    }
}

/* The name of a case's input; NULL when it has none. */
static const char *find_input(const char *folder)
{
    static const char *const names[] = {"input.txt", "input.jsonl", "input.bin"};
    char path[4096];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        if (access(path, R_OK) == 0)
            return names[i];
    }
    return NULL;
}

int main(int count, char **arguments)
{
    const char *build = getenv("QUERN_BUILD");
    char plugins[4096], pattern[4096];
    if (!build || count != 2)
        return 1;
    snprintf(plugins, sizeof plugins, "%s/plugins", build);
    setenv("QUERN_PLUGIN_PATH", plugins, 1);
    child_fired =
        mmap(NULL, sizeof *child_fired, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (child_fired == MAP_FAILED)
        return 1;
    glob_t cases = {0};
    snprintf(pattern, sizeof pattern, "%s/*/", arguments[1]);
    glob(pattern, 0, NULL, &cases);
    size_t passed = 0, failed = 0;
    for (size_t i = 0; i < cases.gl_pathc; i++) {
        const struct golden golden = {cases.gl_pathv[i], find_input(cases.gl_pathv[i])};
        if (!golden.input)
            continue;
        unsigned long allocations = check_case(&golden);
        passed += allocations > 0;
        failed += allocations == 0;
        if (allocations)
            printf("%s: %lu allocations\n", golden.folder, allocations - 1);
    }
    globfree(&cases);
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed || !passed;
}

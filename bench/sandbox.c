/*
 * What it costs a worker to enter the sandbox: milliseconds of processor time, the median of forked
 * processes that enter and leave, and the least.
 */
#include "runner/sandbox.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 101 };

struct shared {
    int forbidden;
    unsigned walls;
    double took[ROUNDS];
};

static double read_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void enter(struct shared *shared, int round)
{
    double begin = read_clock();
    shared->walls = sandbox_enter(0, &shared->forbidden);
    shared->took[round] = read_clock() - begin;
    _exit(0);
}

static int compare(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

int main(void)
{
    struct shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return 1;
    for (int i = 0; i < ROUNDS; i++) {
        pid_t child = fork();
        if (child == 0)
            enter(shared, i);
        if (child < 0 || waitpid(child, NULL, 0) != child)
            return 1;
    }
    qsort(shared->took, ROUNDS, sizeof *shared->took, compare);
    printf("sandbox (%s): %.2f ms, at least %.2f ms\n", sandbox_text(shared->walls),
           shared->took[ROUNDS / 2], shared->took[0]);
    return 0;
}

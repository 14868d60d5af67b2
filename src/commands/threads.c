/* threads.c - the option, the environment or the processors say how many threads there are; a trial says how many the
 * machine allows. */
#include "threads.h"

#include <ctype.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../base/machine.h"
#include "../base/parallel.h"
#include "../base/text.h"

/* Losses keep blocks of voxels on the stack, up to half a megabyte in all. */
enum { MOST_THREADS = 4096, LEAST_STACK = 1 << 20, USUAL_STACK = 8 << 20 };

/* ---- the environment ---- */

/* OMP_NUM_THREADS may be a list, a number for each level of nesting. */
static seg_status check_threads(const char *name, bool list, seg_error *err)
{
    const char *text = getenv(name);
    char *end;

    while (text && *text) {
        long n = strtol(text, &end, 10);
        bool numeric = end != text;

        end += strspn(end, " \t");
        if (!numeric || n < 1 || n > MOST_THREADS || (*end && !(list && *end == ',')))
            return seg_fail(err, SEG_USAGE, "%s is '%s', a number from 1 to %d was wanted", name, getenv(name),
                            MOST_THREADS);
        text = *end ? end + 1 : end;
    }
    return SEG_OK;
}

/* The stack size of a variable like "512k" in bytes; 0 when it is not set. */
static seg_status read_stack(const char *name, size_t *bytes, seg_error *err)
{
    static const char UNITS[] = "bkmg";
    const char *text = getenv(name), *unit;
    char *end;
    unsigned long long n;

    *bytes = 0;
    if (!text || !*text)
        return SEG_OK;
    n = strtoull(text, &end, 10);
    end += strspn(end, " \t");
    unit = strchr(UNITS, *end ? tolower((unsigned char)*end) : 'k'); /* kilobytes, as OpenMP says */
    if (unit && n <= (1ull << 40))
        *bytes = (size_t)(n << 10 * (unit - UNITS));
    if (end == text || !unit || (*end && end[1 + strspn(end + 1, " \t")]) || *bytes < LEAST_STACK)
        return seg_fail(err, SEG_USAGE, "%s is '%s', a size of 1M or more was wanted", name, text);
    return SEG_OK;
}

/* ---- the stack ---- */

seg_status seg_command_stack(seg_error *err)
{
    struct rlimit limit;
    pthread_attr_t attributes;

    if (getrlimit(RLIMIT_STACK, &limit) || limit.rlim_cur >= LEAST_STACK) /* RLIM_INFINITY is the largest number */
        return SEG_OK;
    limit.rlim_cur = limit.rlim_max < USUAL_STACK ? limit.rlim_max : USUAL_STACK;
    if (limit.rlim_cur < LEAST_STACK || setrlimit(RLIMIT_STACK, &limit))
        return seg_fail(err, SEG_MEMORY, "the stack is limited to %llu kB, %d or more were wanted (see 'ulimit -s')",
                        (unsigned long long)limit.rlim_cur >> 10, LEAST_STACK >> 10);
    pthread_attr_init(&attributes); /* threads got their default from the old limit */
    (void)pthread_attr_setstacksize(&attributes, (size_t)limit.rlim_cur);
    (void)pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
    return SEG_OK;
}

/* ---- a trial ---- */

/* Waits until the trial is over. */
static void *wait_for_end(void *context)
{
    sem_t *end = context;

    while (sem_wait(end))
        ;
    return NULL;
}

/* How many threads can exist beside the first one, at most n, each with a stack of so many bytes (0: the usual). */
static int threads_beside(int n, size_t stack)
{
    pthread_t *thread = calloc((size_t)n, sizeof *thread);
    pthread_attr_t attributes;
    sem_t end;
    int started = 0;

    if (!thread || sem_init(&end, 0, 0)) {
        free(thread);
        return 0;
    }
    pthread_attr_init(&attributes);
    if (stack)
        (void)pthread_attr_setstacksize(&attributes, stack);
    while (started < n && !pthread_create(&thread[started], &attributes, wait_for_end, &end))
        started++;
    for (int i = 0; i < started; i++)
        sem_post(&end);
    for (int i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    pthread_attr_destroy(&attributes);
    sem_destroy(&end);
    free(thread);
    return started;
}

/* A team may have one thread more than workers (parallel.c), and a case that is worked on alone one that reads ahead. */
enum { THREADS_MORE = 1 };

static void fit(size_t stack, const seg_warnings *notes)
{
    int wanted = seg_thread_count(), got;

    if (wanted < 2)
        return;
    got = threads_beside(wanted + THREADS_MORE, stack) - THREADS_MORE;
    if (got >= wanted)
        return;
    got = got < 1 ? 1 : got;
    seg_set_threads(got);
    seg_warn(notes, "the machine allows %d of %d threads (see 'ulimit -u' and 'ulimit -v')", got, wanted);
}

/* ---- all together ---- */

static seg_status check_environment(size_t *stack, seg_error *err)
{
    size_t gnu;
    seg_status st = check_threads("SEGLOSS_THREADS", false, err);

    if (!st)
        st = check_threads("OMP_NUM_THREADS", true, err);
    if (!st)
        st = read_stack("OMP_STACKSIZE", stack, err);
    if (!st)
        st = read_stack("GOMP_STACKSIZE", &gnu, err);
    if (!st && !*stack)
        *stack = gnu;
    return st;
}

seg_status seg_command_threads(int asked, const seg_warnings *notes, seg_error *err)
{
    const char *text = getenv("SEGLOSS_THREADS");
    size_t stack;
    seg_status st = check_environment(&stack, err);
    int64_t n = asked;

    if (st)
        return st;
    if (!asked && text)
        (void)seg_read_int64(text, &n);
    if (n > 0)
        seg_set_threads((int)n);
    else if (!getenv("OMP_NUM_THREADS"))
        seg_set_threads(seg_slurm_processors()); /* 0: all */
    fit(stack, notes);
    return SEG_OK;
}

/* parallel.c - the OpenMP loops behind parallel.h. */
#include "parallel.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "memory.h"

#ifdef _OPENMP
#include <omp.h>
#endif

int seg_thread_count(void)
{
#ifdef _OPENMP
    return omp_in_parallel() ? 1 : omp_get_max_threads();
#else
    return 1;
#endif
}

void seg_set_threads(int n)
{
#ifdef _OPENMP
    omp_set_dynamic(0);
    omp_set_num_threads(n < 1 ? omp_get_num_procs() : n);
#else
    (void)n;
#endif
}

struct loop {
    seg_parallel_fn *work;
    void *context;
    size_t n;
    atomic_size_t next;
};

static void work_on(struct loop *l, int worker)
{
    for (size_t i = atomic_fetch_add(&l->next, 1); i < l->n; i = atomic_fetch_add(&l->next, 1))
        l->work(l->context, i, worker);
}

#ifdef _OPENMP
/* Waiting threads of OpenMP spin, which takes processor time from other processes. GNU's runtime lets them sleep soon
 * where there are more threads than processors. So a team that uses all processors has one thread more, without work. */
static int team_of(int workers)
{
    return workers < omp_get_num_procs() ? workers : workers + 1;
}
#endif

void seg_parallel_for(size_t n, seg_parallel_fn *work, void *context)
{
    struct loop l = {.work = work, .context = context, .n = n};
    int workers = seg_thread_count();

    if (workers == 1 || n < 2) {
        for (size_t i = 0; i < n; i++)
            work(context, i, 0);
        return;
    }
#ifdef _OPENMP
#pragma omp parallel num_threads(team_of(workers))
    if (omp_get_thread_num() < workers)
        work_on(&l, omp_get_thread_num());
#else
    work_on(&l, 0);
#endif
}

struct visit {
    seg_visit_fn *visit;
    void *context;
    size_t n;
};

static void visit_block(void *context, size_t block, int worker)
{
    const struct visit *v = context;
    size_t begin = block * SEG_BLOCK, end = begin + SEG_BLOCK;

    (void)worker;
    v->visit(v->context, begin, end < v->n ? end : v->n);
}

void seg_parallel_blocks(size_t n, seg_visit_fn *visit, void *context)
{
    struct visit v = {visit, context, n};

    seg_parallel_for((n + SEG_BLOCK - 1) / SEG_BLOCK, visit_block, &v);
}

struct sum {
    seg_sum_fn *add;
    void *context;
    double *parts; /* [blocks][width] */
    size_t n, width;
};

static void sum_block(void *context, size_t block, int worker)
{
    const struct sum *s = context;
    size_t begin = block * SEG_BLOCK, end = begin + SEG_BLOCK;

    (void)worker;
    s->add(s->context, begin, end < s->n ? end : s->n, s->parts + block * s->width);
}

seg_status seg_parallel_sum(size_t n, size_t width, seg_sum_fn *add, void *context, double *sums, seg_error *err)
{
    size_t blocks = (n + SEG_BLOCK - 1) / SEG_BLOCK;
    struct sum s = {add, context, NULL, n, width};
    seg_status st = seg_alloc(&s.parts, blocks * width, sizeof *s.parts, "block sums", err);

    if (st)
        return st;
    seg_parallel_for(blocks, sum_block, &s);
    for (size_t k = 0; k < width; k++)
        sums[k] = 0;
    for (size_t block = 0; block < blocks; block++)
        for (size_t k = 0; k < width; k++)
            sums[k] += s.parts[block * width + k];
    free(s.parts);
    return SEG_OK;
}

struct outcome {
    seg_status status;
    seg_error error;
};

struct items {
    seg_item_fn *item;
    void *context;
    double *sums; /* [n][width] */
    struct outcome *outcome;
    size_t width;
};

static void do_item(void *context, size_t i, int worker)
{
    const struct items *all = context;
    struct outcome *o = &all->outcome[i];

    o->status = all->item(all->context, i, worker, all->sums + i * all->width, &o->error);
}

seg_status seg_ordered_sum(size_t n, size_t width, seg_item_fn *item, void *context, double *sums, seg_error *err)
{
    struct items all = {.item = item, .context = context, .width = width};
    seg_status st = seg_alloc(&all.outcome, n, sizeof *all.outcome, "items", err);

    if (!st)
        st = seg_alloc(&all.sums, n * width, sizeof *all.sums, "items", err);
    if (!st)
        seg_parallel_for(n, do_item, &all);
    for (size_t k = 0; k < width; k++)
        sums[k] = 0;
    for (size_t i = 0; !st && i < n; i++) {
        st = all.outcome[i].status;
        if (st && err)
            *err = all.outcome[i].error;
        for (size_t k = 0; k < width; k++)
            sums[k] += all.sums[i * width + k];
    }
    free(all.sums);
    free(all.outcome);
    return st;
}

double seg_sum(const double *x, size_t n)
{
    double total = 0;

    if (n > 128)
        return seg_sum(x, n / 2) + seg_sum(x + n / 2, n - n / 2);
    for (size_t i = 0; i < n; i++)
        total += x[i];
    return total;
}

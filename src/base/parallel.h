/* parallel.h - sums and visits in parallel, with results that do not depend on the number of threads.
 *
 * Work is cut at places that depend on its size alone; every block adds up in its own locals, and the blocks' sums
 * are added in the order of the blocks. So 1 and 8 threads give the same bits, where an OpenMP reduction would not.
 * Called from inside a parallel region (a batch of cases side by side) everything here runs in the calling thread.
 */
#ifndef SEG_BASE_PARALLEL_H
#define SEG_BASE_PARALLEL_H

#include <stddef.h>

#include "error.h"

/* Voxels of one block: float values of one class fit the first-level cache twice over. */
enum { SEG_BLOCK = 16384 };

/* Adds the contribution of voxels [begin, end) to sums[], which arrives zeroed. Runs in any thread. */
typedef void seg_sum_fn(void *context, size_t begin, size_t end, double *sums);

/* sums[0..width) = the contributions of [0, n) in blocks of SEG_BLOCK, added in order. */
seg_status seg_parallel_sum(size_t n, size_t width, seg_sum_fn *add, void *context, double *sums, seg_error *err);

/* Calls visit(context, begin, end) for every block of [0, n); blocks must not depend on one another. */
typedef void seg_visit_fn(void *context, size_t begin, size_t end);
void seg_parallel_blocks(size_t n, seg_visit_fn *visit, void *context);

/* Calls work(context, i) for i in [0, n), one at a time per thread, in any order: for lines, slices, classes and
 * cases, whose cost differs. `worker` is in [0, seg_thread_count()) and never runs twice at the same moment, so it may
 * index per-thread work space. */
typedef void seg_parallel_fn(void *context, size_t i, int worker);
void seg_parallel_for(size_t n, seg_parallel_fn *work, void *context);

/* Does item i of [0, n) and adds to sums[width], which arrives zeroed; it may fail. `worker` as for seg_parallel_fn. */
typedef seg_status seg_item_fn(void *context, size_t i, int worker, double *sums, seg_error *err);

/* sums[0..width) = what the items added, in the order of the items; the error is that of the first item that failed.
 * Items may themselves be such sums (slices of rows, for example), and width may be 0. */
seg_status seg_ordered_sum(size_t n, size_t width, seg_item_fn *item, void *context, double *sums, seg_error *err);

/* How many threads a call from here would use: 1 inside a parallel region or without OpenMP. */
int seg_thread_count(void);

/* Threads for the rest of the process; n < 1 means all processors this process may run on. */
void seg_set_threads(int n);

/* Sums n numbers pairwise: the error grows with log n instead of n. */
double seg_sum(const double *x, size_t n);

#endif

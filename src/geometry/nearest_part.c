/* nearest_part.c - three passes, one for each axis, each over all lines along it.
 *
 * After a pass every voxel knows the least (squared distance, part) over the axes so far. Along a line the candidates of
 * voxel i are those of voxel k plus (i - k)^2, searched outwards from i until (i - k)^2 alone is larger than the best.
 */
#include "nearest_part.h"

#include <stdlib.h>

#include "../base/memory.h"
#include "../base/parallel.h"

struct pass {
    const size_t *n;
    int axis;
    uint32_t *part, *squared;
    uint64_t *line; /* [workers][length] candidates of the line under way: distance above, part below */
};

/* Candidates compare as numbers: the distance first, then the part. */
static uint64_t candidate(uint32_t squared, uint32_t part)
{
    return (uint64_t)squared << 32 | part;
}

static uint64_t best_of_line(const uint64_t *line, size_t length, size_t i)
{
    uint64_t best = line[i];

    for (uint64_t k = 1; k < length && k * k <= best >> 32; k++) {
        uint64_t step = k * k << 32, before = i >= k ? line[i - k] : UINT64_MAX;
        uint64_t after = i + k < length ? line[i + k] : UINT64_MAX;
        uint64_t least = before < after ? before : after;

        if (least < UINT64_MAX - step && least + step < best)
            best = least + step;
    }
    return best;
}

static void run_line(void *context, size_t index, int worker)
{
    const struct pass *p = context;
    size_t length = p->n[p->axis], stride = p->axis == 0 ? 1 : p->axis == 1 ? p->n[0] : p->n[0] * p->n[1];
    size_t first = p->axis == 0   ? index * p->n[0]
                   : p->axis == 1 ? index / p->n[0] * p->n[0] * p->n[1] + index % p->n[0]
                                  : index;
    uint64_t *line = p->line + (size_t)worker * length;

    for (size_t i = 0; i < length; i++) {
        size_t at = first + i * stride;

        line[i] = p->part[at] ? candidate(p->squared[at], p->part[at]) : UINT64_MAX;
    }
    for (size_t i = 0; i < length; i++) {
        uint64_t best = best_of_line(line, length, i);

        p->squared[first + i * stride] = (uint32_t)(best >> 32);
        p->part[first + i * stride] = best == UINT64_MAX ? 0 : (uint32_t)best;
    }
}

seg_status seg_nearest_parts(const size_t n[3], uint32_t *part, uint32_t *squared, seg_error *err)
{
    size_t all = n[0] * n[1] * n[2];
    seg_status st = SEG_OK;

    for (size_t i = 0; i < all; i++)
        squared[i] = part[i] ? 0 : UINT32_MAX;
    for (int axis = 0; axis < 3 && !st; axis++) {
        struct pass p = {n, axis, part, squared, NULL};

        if (n[axis] < 2)
            continue;
        st = seg_alloc(&p.line, n[axis] * (size_t)seg_thread_count(), sizeof *p.line, "a distance transform", err);
        if (!st)
            seg_parallel_for(all / n[axis], run_line, &p);
        free(p.line);
    }
    return st;
}

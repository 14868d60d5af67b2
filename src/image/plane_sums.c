/* plane_sums.c - adds planes of a map, all at once in memory or block by block as they are read.
 *
 *     q_j = sum over k with to[k] = j of p_k
 */
#include "plane_sums.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"

/* Values added up at a time, in double, on the stack. */
enum { CHUNK = 1024 };

typedef struct {
    const seg_probmap *base;
    int *to; /* [base->planes] */
    float *out;
    int plane; /* of the result, while it is computed in memory */
} plane_sums;

/* out[n] = voxels [begin, begin + n) of a plane of the sums; n <= CHUNK. */
static void add_chunk(const plane_sums *s, int plane, size_t begin, size_t n, float *out)
{
    double sum[CHUNK] = {0};
    float scratch[CHUNK];

    for (int k = 0; k < s->base->planes; k++) {
        const float *p = s->to[k] == plane ? seg_probmap_block(s->base, k, begin, n, scratch) : NULL;

        for (size_t i = 0; p && i < n; i++)
            sum[i] += (double)p[i];
    }
    for (size_t i = 0; i < n; i++)
        out[i] = (float)sum[i];
}

static void read_sums(void *context, int plane, size_t begin, size_t n, float *out)
{
    for (size_t i = 0; i < n; i += CHUNK)
        add_chunk(context, plane, begin + i, n - i < CHUNK ? n - i : CHUNK, out + i);
}

static seg_status check_sums(void *context, seg_error *err)
{
    return seg_probmap_check(((const plane_sums *)context)->base, err);
}

static void close_sums(void *context)
{
    free(((plane_sums *)context)->to);
    free(context);
}

static seg_status leave_in_file(seg_probmap *out, const plane_sums *s, seg_error *err)
{
    plane_sums *context;
    seg_status st = seg_alloc(&context, 1, sizeof *context, "merged channels", err);

    if (!st)
        st = seg_alloc(&context->to, (size_t)s->base->planes, sizeof *context->to, "merged channels", err);
    if (st) {
        free(context);
        return st;
    }
    memcpy(context->to, s->to, (size_t)s->base->planes * sizeof *context->to);
    context->base = s->base;
    out->source = (seg_plane_source){read_sums, check_sums, close_sums, context};
    return SEG_OK;
}

static void add_block(void *context, size_t begin, size_t end)
{
    const plane_sums *s = context;

    read_sums(context, s->plane, begin, end - begin, s->out + begin);
}

/* The only plane of the base that goes to plane 0, or -1 when none or several do. */
static int only_plane(const plane_sums *s)
{
    int only = -1;

    for (int k = 0; k < s->base->planes; k++)
        if (s->to[k] == 0 && only >= 0)
            return -1;
        else if (s->to[k] == 0)
            only = k;
    return only;
}

static seg_status add_in_memory(seg_probmap *out, plane_sums *s, seg_error *err)
{
    size_t voxels = seg_grid_voxels(&out->grid);
    int only = out->planes == 1 ? only_plane(s) : -1;
    seg_status st;

    out->borrowed = only >= 0;
    if (out->borrowed) {
        out->prob = s->base->prob + (size_t)only * voxels;
        return SEG_OK;
    }
    st = seg_alloc_big(&out->prob, voxels * (size_t)out->planes, sizeof *out->prob, "merged channels", err);
    for (s->plane = 0; !st && s->plane < out->planes; s->plane++) {
        s->out = out->prob + (size_t)s->plane * voxels;
        seg_parallel_blocks(voxels, add_block, s);
    }
    return st;
}

seg_status seg_plane_sums(seg_probmap *out, const seg_probmap *base, const int *to, int planes, seg_error *err)
{
    plane_sums s = {.base = base, .to = (int *)to};

    *out = (seg_probmap){.grid = base->grid, .planes = planes};
    return base->prob ? add_in_memory(out, &s, err) : leave_in_file(out, &s, err);
}

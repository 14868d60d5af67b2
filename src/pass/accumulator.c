/* accumulator.c - states, and the walk over the label runs of a tile. */
#include "accumulator.h"

#include <stdlib.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../image/label_runs.h"

enum { CACHE_LINE = 64 };

size_t seg_accumulator_stride(const seg_accumulator *kind, const void *params, int classes)
{
    return (kind->bytes(params, classes) + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
}

void seg_accumulator_merge(const seg_accumulator *kind, void *into, const void *state, size_t bytes)
{
    double *sum = into;
    const double *more = state;

    if (kind->merge)
        kind->merge(into, state);
    else
        for (size_t i = 0; i < bytes / sizeof *sum; i++)
            sum[i] += more[i];
}

/* ---- a list of them ---- */

static seg_status begin_one(seg_accumulation *a, int classes, size_t parts, int workers, seg_error *err)
{
    size_t states = a->kind->of_case ? 1 : (size_t)classes;

    a->slots = a->kind->exact ? (size_t)workers : parts;
    a->stride = seg_accumulator_stride(a->kind, a->params, classes);
    return seg_alloc(&a->state, states * a->slots, a->stride, "sums over voxels", err);
}

seg_status seg_accumulations_begin(seg_accumulations *a, const seg_labelmap *truth, int classes, size_t parts,
                                   int workers, seg_error *err)
{
    seg_status st = SEG_OK;

    seg_accumulations_reset(a);
    a->truth = truth;
    a->classes = classes;
    for (size_t i = 0; !st && i < a->n; i++)
        if (!a->item[i].kind->enabled || a->item[i].kind->enabled(a->item[i].params))
            st = begin_one(&a->item[i], classes, parts, workers, err);
    return st;
}

static char *first_state(const seg_accumulation *a, int cls)
{
    return a->state + (a->kind->of_case ? 0 : (size_t)cls * a->slots * a->stride);
}

/* The blocks of a run whose maximum reaches the bound. */
static void update_blocks(const seg_accumulation *a, void *state, const seg_class_tile *tile, seg_class_run run,
                          float bound)
{
    size_t at = (size_t)(run.p - tile->p), end = at + run.n;

    for (size_t next; at < end; at = next) {
        size_t block = at / SEG_BLOCK_MAX_VOXELS;

        next = (block + 1) * SEG_BLOCK_MAX_VOXELS < end ? (block + 1) * SEG_BLOCK_MAX_VOXELS : end;
        run.p = tile->p + at;
        run.n = next - at;
        if (tile->max[block] >= bound)
            a->kind->update(state, a->params, &run);
    }
}

static void update_one(const seg_accumulation *a, const seg_class_tile *tile, const seg_accumulations *all)
{
    const seg_accumulator *kind = a->kind;
    void *state = first_state(a, tile->cls) + (kind->exact ? (size_t)tile->worker : tile->part) * a->stride;
    float bound = kind->skip_below && !tile->flip ? kind->skip_below(a->params) : 0;
    seg_label_runs runs = seg_label_runs_of(all->truth, tile->begin, tile->begin + tile->n);
    seg_label_run s;

    while (seg_label_runs_next(&runs, &s)) {
        bool own = s.code == (uint32_t)tile->cls;
        seg_class_run run = {tile->p + (s.begin - tile->begin), s.end - s.begin, tile->flip, own, s.code, tile->cls};

        if (s.code == (uint32_t)all->classes || (kind->own_only && !own))
            continue;
        if (bound > 0 && !own)
            update_blocks(a, state, tile, run, bound);
        else
            kind->update(state, a->params, &run);
    }
}

void seg_accumulations_update(const seg_accumulations *a, const seg_class_tile *tile)
{
    for (size_t i = 0; i < a->n; i++) {
        double since = a->timing ? seg_seconds() : 0;

        if (!a->item[i].state)
            continue;
        update_one(&a->item[i], tile, a);
        if (a->item[i].name)
            seg_took(a->timing, &since, "loss", a->item[i].name);
    }
}

static void merge_class(void *context, size_t cls, int worker)
{
    const seg_accumulations *all = context;

    (void)worker;
    for (size_t i = 0; i < all->n; i++) {
        const seg_accumulation *a = &all->item[i];
        size_t slots = a->state && !(a->kind->of_case && cls) ? a->slots : 0;
        char *first = slots ? first_state(a, (int)cls) : NULL;

        for (size_t slot = 1; slot < slots; slot++)
            seg_accumulator_merge(a->kind, first, first + slot * a->stride, a->stride);
    }
}

void seg_accumulations_merge(const seg_accumulations *a)
{
    seg_accumulations all = *a;

    seg_parallel_for((size_t)a->classes, merge_class, &all);
}

const void *seg_accumulations_state(const seg_accumulations *a, const void *params, int cls)
{
    for (size_t i = 0; a && i < a->n; i++)
        if (a->item[i].params == params && a->item[i].state)
            return first_state(&a->item[i], cls);
    return NULL;
}

void seg_accumulations_reset(seg_accumulations *a)
{
    for (size_t i = 0; i < a->n; i++) {
        free(a->item[i].state);
        a->item[i].state = NULL;
    }
}

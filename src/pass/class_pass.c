/* class_pass.c - block after block of a plane, the label runs of each, the states merged in the order of the blocks. */
#include "class_pass.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../image/label_runs.h"

struct pass {
    const seg_pair *pair;
    const seg_accumulator *kind;
    const void *params;
    int cls;
    size_t bytes, slots;
    char *state;    /* [slots][bytes]: blocks, or workers where exact */
    size_t *voxels; /* [workers] of a state with a limit, since it was cleared */
    void *result;
    pthread_mutex_t lock; /* of the result, for states that are merged early */
};

static bool has_own_voxel(const struct pass *pass, size_t begin, size_t end)
{
    seg_label_runs runs = seg_label_runs_of(&pass->pair->truth, begin, end);
    seg_label_run s;

    while (seg_label_runs_next(&runs, &s))
        if (s.code == (uint32_t)pass->cls)
            return true;
    return false;
}

static bool adds_nothing(const struct pass *pass, size_t begin, size_t end)
{
    const seg_block_max *max = &pass->pair->block_max;
    const seg_accumulator *kind = pass->kind;
    bool skips = kind->own_only || (kind->skip_below && max->planes > 1 &&
                                    seg_block_max_bound(max, pass->cls, begin, end) < kind->skip_below(pass->params));

    return skips && !has_own_voxel(pass, begin, end);
}

/* Merges and clears the state of a worker before n more voxels would exceed its limit. */
static void keep_limit(struct pass *pass, int worker, size_t n, void *state)
{
    if (!pass->kind->limit)
        return;
    if (pass->voxels[worker] + n > pass->kind->limit) {
        pthread_mutex_lock(&pass->lock);
        seg_accumulator_merge(pass->kind, pass->result, state, pass->bytes);
        pthread_mutex_unlock(&pass->lock);
        memset(state, 0, pass->bytes);
        pass->voxels[worker] = 0;
    }
    pass->voxels[worker] += n;
}

static void do_block(void *context, size_t block, int worker)
{
    struct pass *pass = context;
    const seg_pair *pair = pass->pair;
    size_t begin = block * SEG_BLOCK, end = begin + SEG_BLOCK < pair->voxels ? begin + SEG_BLOCK : pair->voxels;
    void *state = pass->state + (pass->kind->exact ? (size_t)worker : block) * pass->bytes;
    seg_label_runs runs = seg_label_runs_of(&pair->truth, begin, end);
    float scratch[SEG_BLOCK];
    const float *p;
    seg_label_run s;
    bool flip;

    if (adds_nothing(pass, begin, end))
        return;
    keep_limit(pass, worker, end - begin, state);
    p = seg_pair_block(pair, pass->cls, begin, end - begin, scratch, &flip);
    while (seg_label_runs_next(&runs, &s)) {
        bool own = s.code == (uint32_t)pass->cls;
        seg_class_run run = {p + (s.begin - begin), s.end - s.begin, flip, own, s.code, pass->cls};

        if (s.code != (uint32_t)pair->classes && (own || !pass->kind->own_only))
            pass->kind->update(state, pass->params, &run);
    }
}

static size_t blocks_of(const seg_pair *pair)
{
    return (pair->voxels + SEG_BLOCK - 1) / SEG_BLOCK;
}

static size_t slots_of(const seg_pair *pair, const seg_accumulator *kind)
{
    return kind->exact ? (size_t)seg_thread_count() : blocks_of(pair);
}

size_t seg_class_pass_bytes(const seg_pair *pair, const seg_accumulator *kind, const void *params)
{
    return slots_of(pair, kind) * seg_accumulator_stride(kind, params, pair->classes);
}

static void walk(struct pass *pass)
{
    size_t size = pass->kind->bytes(pass->params, pass->pair->classes);

    pthread_mutex_init(&pass->lock, NULL);
    seg_parallel_for(blocks_of(pass->pair), do_block, pass);
    pthread_mutex_destroy(&pass->lock);
    for (size_t i = 0; i < pass->slots; i++)
        seg_accumulator_merge(pass->kind, pass->result, pass->state + i * pass->bytes, size);
}

seg_status seg_class_pass(const seg_pair *pair, const seg_accumulator *kind, const void *params, int cls, void *scratch,
                          void *result, seg_error *err)
{
    struct pass pass = {.pair = pair,
                        .kind = kind,
                        .params = params,
                        .cls = cls,
                        .result = result,
                        .state = scratch,
                        .bytes = seg_accumulator_stride(kind, params, pair->classes),
                        .slots = slots_of(pair, kind)};
    seg_status st = seg_alloc(&pass.voxels, (size_t)seg_thread_count(), sizeof *pass.voxels, "sums over voxels", err);

    if (!st && scratch)
        memset(scratch, 0, pass.slots * pass.bytes);
    else if (!st)
        st = seg_alloc(&pass.state, pass.slots, pass.bytes, "sums over voxels", err);
    if (!st)
        walk(&pass);
    free(pass.voxels);
    if (!scratch)
        free(pass.state);
    return st ? st : seg_probmap_check(&pair->prob, err);
}

/* pair.c - blocks of a pair, ready for arithmetic: probabilities in double, truth as codes or targets. */
#include "pair.h"

#include <stdlib.h>
#include <string.h>

#include "../base/parallel.h"
#include "../simd/simd.h"
#include "label_runs.h"

void seg_pair_widen(const float *p, size_t n, bool flip, double *y)
{
    seg_simd()->widen(p, n, flip, y);
}

/* A label map as probabilities 1 and 0. */
static void label_block(const seg_labelmap *map, uint32_t cls, size_t begin, size_t n, float *out)
{
    seg_label_runs runs = seg_label_runs_of(map, begin, begin + n);
    seg_label_run s;

    while (seg_label_runs_next(&runs, &s))
        for (size_t i = s.begin; i < s.end; i++)
            out[i - begin] = s.code == cls;
}

const float *seg_pair_block(const seg_pair *pair, int cls, size_t begin, size_t n, float *scratch, bool *flip)
{
    bool foreground = pair->prob.planes == 1;

    *flip = foreground && cls == 0;
    if (pair->prob.planes)
        return seg_probmap_block(&pair->prob, foreground ? 0 : cls, begin, n, scratch);
    label_block(&pair->pred_labels, (uint32_t)cls, begin, n, scratch);
    return scratch;
}

static void map_class(const seg_probmap *map, int cls, size_t begin, size_t n, double *y)
{
    float scratch[SEG_BLOCK];
    bool foreground = map->planes == 1;

    for (size_t done = 0; done < n; done += SEG_BLOCK) {
        size_t part = n - done < SEG_BLOCK ? n - done : SEG_BLOCK;
        const float *p = seg_probmap_block(map, foreground ? 0 : cls, begin + done, part, scratch);

        seg_pair_widen(p, part, foreground && cls == 0, y + done);
    }
}

static void label_class(const seg_labelmap *map, uint32_t cls, size_t begin, size_t n, double *y)
{
    seg_label_runs runs = seg_label_runs_of(map, begin, begin + n);
    seg_label_run s;

    memset(y, 0, n * sizeof *y);
    while (seg_label_runs_next(&runs, &s))
        for (size_t i = s.begin; s.code == cls && i < s.end; i++)
            y[i - begin] = 1;
}

void seg_pair_prob(const seg_pair *pair, int cls, size_t begin, size_t n, double *y)
{
    if (pair->prob.planes)
        map_class(&pair->prob, cls, begin, n, y);
    else
        label_class(&pair->pred_labels, (uint32_t)cls, begin, n, y);
}

void seg_pair_codes(const seg_pair *pair, size_t begin, size_t n, uint16_t *code)
{
    seg_labelmap_codes(&pair->truth, begin, n, code);
}

void seg_pair_target(const seg_pair *pair, int cls, size_t begin, size_t n, double *target)
{
    uint16_t code[SEG_BLOCK];

    if (!seg_pair_soft(pair)) {
        label_class(&pair->truth, (uint32_t)cls, begin, n, target);
        return;
    }
    map_class(&pair->soft_truth, cls, begin, n, target);
    for (size_t done = 0; pair->ignores && done < n; done += SEG_BLOCK) {
        size_t part = n - done < SEG_BLOCK ? n - done : SEG_BLOCK;

        seg_labelmap_codes(&pair->truth, begin + done, part, code);
        for (size_t i = 0; i < part; i++)
            if (code[i] == pair->classes)
                target[done + i] = 0;
    }
}

seg_status seg_pair_slice(seg_pair *out, const seg_pair *pair, int axis, size_t index, seg_error *err)
{
    seg_status st;

    *out = (seg_pair){.grid = seg_grid_slice(&pair->grid, axis),
                      .classes = pair->classes,
                      .id = pair->id,
                      .label = pair->label,
                      .zero_is_class = pair->zero_is_class,
                      .has_hidden = pair->has_hidden,
                      .has_objects = pair->has_objects,
                      .object_divisor = pair->object_divisor,
                      .ignores = pair->ignores};
    out->voxels = seg_grid_voxels(&out->grid);
    st = seg_labelmap_slice(&out->truth, &pair->truth, axis, index, err);
    if (!st)
        st = seg_labelmap_slice(&out->pred_labels, &pair->pred_labels, axis, index, err);
    for (int side = 0; side < 2 && !st && pair->has_objects; side++)
        st = seg_labelmap_slice(&out->objects[side], &pair->objects[side], axis, index, err);
    if (!st && pair->prob.planes)
        st = seg_probmap_slice(&out->prob, &pair->prob, axis, index, err);
    if (!st && pair->soft_truth.planes)
        st = seg_probmap_slice(&out->soft_truth, &pair->soft_truth, axis, index, err);
    if (st)
        seg_pair_free_maps(out);
    return st;
}

void seg_pair_free_maps(seg_pair *pair)
{
    seg_labelmap_free(&pair->truth);
    seg_labelmap_free(&pair->pred_labels);
    seg_labelmap_free(&pair->objects[0]);
    seg_labelmap_free(&pair->objects[1]);
    seg_probmap_free(&pair->prob);
    seg_probmap_free(&pair->soft_truth);
    seg_class_sums_free(&pair->sums);
    seg_block_max_free(&pair->block_max);
}

void seg_pair_free(seg_pair *pair)
{
    seg_pair_free_maps(pair);
    for (int cls = 0; pair->label && cls < pair->classes; cls++)
        free(pair->label[cls]);
    free(pair->label);
    free(pair->id);
    *pair = (seg_pair){0};
}

/* context.c - what several losses need of a pair, made when first asked for and kept. */
#include "context.h"

#include <stdlib.h>

#include "../base/memory.h"
#include "../pass/pair_class_sums.h"

seg_status seg_loss_ctx_begin(seg_loss_ctx *work, const seg_pair *pair, seg_error *err)
{
    size_t codes = (size_t)pair->classes + 1;
    seg_status st;

    *work = (seg_loss_ctx){.pair = pair, .distance_class = -1};
    st = seg_alloc(&work->truth_voxels, codes, sizeof *work->truth_voxels, "voxel counts", err);
    if (!st)
        seg_labelmap_count(&pair->truth, codes, work->truth_voxels);
    return st;
}

seg_status seg_loss_ctx_sums(seg_loss_ctx *work, const seg_class_sums **moments, seg_error *err)
{
    seg_status st = SEG_OK;

    if (!work->has_moments && !work->pair->sums.classes) {
        st = seg_pair_class_sums(&work->moments, work->pair, err);
        work->owns_moments = !st;
    } else if (!work->has_moments) {
        work->moments = work->pair->sums;
    }
    work->has_moments = !st;
    *moments = &work->moments;
    return st;
}

static seg_status make_distance(seg_loss_ctx *work, int cls, bool mm, seg_error *err)
{
    static const double voxel[3] = {1, 1, 1};
    seg_mask set = {0};
    seg_status st = seg_mask_of_code(&set, &work->pair->truth, (uint32_t)cls, err);

    work->distance_class = -1;
    if (!st && !work->distance)
        st = seg_alloc_big(&work->distance, work->pair->voxels, sizeof *work->distance, "a distance map", err);
    if (!st)
        st = seg_edt_signed(&set, mm ? work->pair->grid.mm : voxel, work->distance, err);
    if (!st) {
        work->distance_extent = seg_mask_extent(&set);
        work->distance_class = cls;
        work->distance_mm = mm;
    }
    seg_mask_free(&set);
    return st;
}

seg_status seg_loss_ctx_truth_distance(seg_loss_ctx *work, int cls, bool mm, const float **distance,
                                       seg_set_extent *extent, seg_error *err)
{
    seg_status st = SEG_OK;

    if (work->distance_class != cls || work->distance_mm != mm)
        st = make_distance(work, cls, mm, err);
    *distance = work->distance;
    *extent = work->distance_extent;
    return st;
}

seg_status seg_loss_ctx_scratch(seg_loss_ctx *work, size_t bytes, void **room, seg_error *err)
{
    seg_status st = SEG_OK;

    if (bytes > work->room_bytes) {
        free(work->room);
        work->room_bytes = 0;
        st = seg_alloc_big(&work->room, bytes, 1, "work space", err);
        work->room_bytes = st ? 0 : bytes;
    }
    *room = work->room;
    return st;
}

seg_status seg_loss_ctx_map(seg_loss_ctx *work, float **space, seg_error *err)
{
    void *room;
    seg_status st = seg_loss_ctx_scratch(work, work->pair->voxels * sizeof **space, &room, err);

    *space = room;
    return st;
}

bool seg_loss_ctx_includes(const seg_loss_ctx *work, const seg_classes *classes, seg_classes_kind preset, int cls)
{
    return !seg_pair_hidden(work->pair, cls) &&
           seg_classes_has(classes, preset, work->pair->id[cls], seg_pair_foreground(work->pair, cls),
                           work->truth_voxels[cls] > 0);
}

int seg_loss_ctx_included(const seg_loss_ctx *work, const seg_classes *classes, seg_classes_kind preset)
{
    int n = 0;

    for (int cls = 0; cls < work->pair->classes; cls++)
        n += seg_loss_ctx_includes(work, classes, preset, cls);
    return n;
}

void seg_loss_ctx_free(seg_loss_ctx *work)
{
    free(work->truth_voxels);
    free(work->distance);
    free(work->room);
    if (work->owns_moments)
        seg_class_sums_free(&work->moments);
    *work = (seg_loss_ctx){.distance_class = -1};
}

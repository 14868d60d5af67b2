/* context.h - a pair at work: the intermediate results that several losses share, each made when first asked for.
 *
 * A work belongs to one thread at a time; what it computes is parallel inside.
 */
#ifndef SEG_LOSSES_CONTEXT_H
#define SEG_LOSSES_CONTEXT_H

#include "../base/error.h"
#include "../base/params.h"
#include "../base/value.h"
#include "../geometry/edt.h"
#include "../image/class_sums.h"
#include "../image/pair.h"
#include "../pass/accumulator.h"

typedef struct {
    const seg_pair *pair;
    const seg_warnings *notes;              /* receives warnings of losses; NULL after _begin, set by the caller */
    const seg_accumulations *accumulations; /* fed while the map was first read; NULL after _begin; use
                                             * seg_loss_accumulated() */
    uint64_t *truth_voxels;         /* [classes + 1] voxels of each class in the truth; the last entry: ignored ones */
    seg_class_sums moments;         /* use seg_loss_ctx_sums() */
    bool has_moments, owns_moments; /* else they are the pair's */
    float *distance;                /* [voxels] the last map made; use seg_loss_ctx_truth_distance() */
    int distance_class;             /* -1: none */
    bool distance_mm;
    seg_set_extent distance_extent;
    void *room; /* use seg_loss_ctx_scratch() */
    size_t room_bytes;
} seg_loss_ctx;

seg_status seg_loss_ctx_begin(seg_loss_ctx *work, const seg_pair *pair, seg_error *err);

seg_status seg_loss_ctx_sums(seg_loss_ctx *work, const seg_class_sums **moments, seg_error *err);

/* The state of a class that the first reading made with these parameters, or NULL: then the loss needs a pass of its
 * own. */
static inline const void *seg_loss_accumulated(const seg_loss_ctx *work, const void *params, int cls)
{
    return seg_accumulations_state(work->accumulations, params, cls);
}

/* The signed distance map of a class of the truth (seg_edt_signed): positive outside, negative inside, all 0 when
 * *extent is not SEG_SET_PARTLY. In millimetres, or in voxel steps. Ignored voxels count as "another class". One map
 * is kept: valid until the next call with another class or unit. */
seg_status seg_loss_ctx_truth_distance(seg_loss_ctx *work, int cls, bool mm, const float **distance,
                                       seg_set_extent *extent, seg_error *err);

/* Room that one computation after another uses, so that its pages are fetched from the system once. What is in it is
 * left over from whoever had it before; it is valid until the next call. */
seg_status seg_loss_ctx_scratch(seg_loss_ctx *work, size_t bytes, void **room, seg_error *err);

/* That room as another map of the size of the pair, *space[voxels], for the time of one call. */
seg_status seg_loss_ctx_map(seg_loss_ctx *work, float **space, seg_error *err);

/* Whether a loss whose parameter is `classes` (with the default `preset`) takes this class. */
bool seg_loss_ctx_includes(const seg_loss_ctx *work, const seg_classes *classes, seg_classes_kind preset, int cls);

/* Voxels that count: all but the ignored ones. */
static inline double seg_loss_ctx_voxels(const seg_loss_ctx *work)
{
    return (double)(work->pair->voxels - work->truth_voxels[work->pair->classes]);
}

/* The status of a mean over voxels, or over classes, when there is none. */
#define SEG_NO_VOXELS SEG_NOT_COMPUTED "no voxel counts"
#define SEG_NO_CLASS  SEG_NOT_COMPUTED "no class to average over"

/* How many classes it takes. */
int seg_loss_ctx_included(const seg_loss_ctx *work, const seg_classes *classes, seg_classes_kind preset);

void seg_loss_ctx_free(seg_loss_ctx *work);

#endif

/* work.h - a pair at work: the intermediate results that several losses share, each made when first asked for.
 *
 * A work belongs to one thread at a time; what it computes is parallel inside.
 */
#ifndef SEG_LOSSES_WORK_H
#define SEG_LOSSES_WORK_H

#include "../base/error.h"
#include "../base/params.h"
#include "../geometry/edt.h"
#include "../volume/pair.h"
#include "moments.h"

typedef struct {
    const seg_pair *pair;
    uint64_t *truth_voxels;   /* [classes + 1] voxels of each class in the truth; the last entry: ignored ones */
    seg_moments moments;      /* use seg_work_moments() */
    bool has_moments;
    float *distance;          /* [voxels] the last map made; use seg_work_truth_distance() */
    int distance_class;       /* -1: none */
    bool distance_mm;
    seg_set_extent distance_extent;
} seg_work;

seg_status seg_work_begin(seg_work *work, const seg_pair *pair, seg_error *err);

seg_status seg_work_moments(seg_work *work, const seg_moments **moments, seg_error *err);

/* The signed distance map of a class of the truth (seg_edt_signed): positive outside, negative inside, all 0 when
 * *extent is not SEG_SET_PARTLY. In millimetres, or in voxel steps. Ignored voxels count as "another class". One map is kept: valid until the next
 * call with another class or unit. */
seg_status seg_work_truth_distance(seg_work *work, int class, bool mm, const float **distance,
                                   seg_set_extent *extent, seg_error *err);

/* Whether a loss whose parameter is `classes` (with the default `preset`) takes this class. */
bool seg_work_takes(const seg_work *work, const seg_classes *classes, seg_classes_kind preset, int class);

/* How many classes it takes. */
int seg_work_taken(const seg_work *work, const seg_classes *classes, seg_classes_kind preset);

void seg_work_free(seg_work *work);

#endif

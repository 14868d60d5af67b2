/* work.h - a pair at work: the intermediate results that several losses share, each made when first asked for.
 *
 * A work belongs to one thread at a time; what it computes is parallel inside.
 */
#ifndef SEG_LOSSES_WORK_H
#define SEG_LOSSES_WORK_H

#include "../base/error.h"
#include "../base/params.h"
#include "../base/value.h"
#include "../geometry/edt.h"
#include "../volume/pair.h"
#include "../volume/moments.h"
#include "../volume/witness.h"

typedef struct {
    const seg_pair *pair;
    const seg_notes *notes;   /* where losses make remarks; NULL after _begin, set by who wants to hear them */
    const seg_witnesses *witnesses; /* who looked when the map was first read; NULL after _begin; use seg_work_seen() */
    uint64_t *truth_voxels;   /* [classes + 1] voxels of each class in the truth; the last entry: ignored ones */
    seg_moments moments;      /* use seg_work_moments() */
    bool has_moments, owns_moments; /* else they are the pair's */
    float *distance;          /* [voxels] the last map made; use seg_work_truth_distance() */
    int distance_class;       /* -1: none */
    bool distance_mm;
    seg_set_extent distance_extent;
    void *room;               /* use seg_work_room() */
    size_t room_bytes;
} seg_work;

seg_status seg_work_begin(seg_work *work, const seg_pair *pair, seg_error *err);

seg_status seg_work_moments(seg_work *work, const seg_moments **moments, seg_error *err);

/* What the witness of the loss with these parameters has seen of this pair, or NULL: then the loss has to look itself. */
static inline void *seg_work_seen(const seg_work *work, const void *params)
{
    return seg_witnesses_seen(work->witnesses, params);
}

/* The signed distance map of a class of the truth (seg_edt_signed): positive outside, negative inside, all 0 when
 * *extent is not SEG_SET_PARTLY. In millimetres, or in voxel steps. Ignored voxels count as "another class". One map
 * is kept: valid until the next call with another class or unit. */
seg_status seg_work_truth_distance(seg_work *work, int class, bool mm, const float **distance,
                                   seg_set_extent *extent, seg_error *err);

/* Room that one computation after another uses, so that its pages are fetched from the system once. What is in it is
 * left over from whoever had it before; it is valid until the next call. */
seg_status seg_work_room(seg_work *work, size_t bytes, void **room, seg_error *err);

/* That room as another map of the size of the pair, *space[voxels], for the time of one call. */
seg_status seg_work_space(seg_work *work, float **space, seg_error *err);

/* Whether a loss whose parameter is `classes` (with the default `preset`) takes this class. */
bool seg_work_takes(const seg_work *work, const seg_classes *classes, seg_classes_kind preset, int class);

/* Voxels that count: all but the ignored ones. */
static inline double seg_work_voxels(const seg_work *work)
{
    return (double)(work->pair->voxels - work->truth_voxels[work->pair->classes]);
}

/* The status of a mean over voxels, or over classes, when there is none. */
#define SEG_NO_VOXELS SEG_NOT_COMPUTED "no voxel counts"
#define SEG_NO_CLASS SEG_NOT_COMPUTED "no class to average over"

/* How many classes it takes. */
int seg_work_taken(const seg_work *work, const seg_classes *classes, seg_classes_kind preset);

void seg_work_free(seg_work *work);

#endif

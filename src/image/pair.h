/* pair.h - a prediction and its truth on one grid, with one list of classes: the input of every loss and metric.
 *
 * The prediction is a map of probabilities or a map of labels; the losses take a label map as probabilities
 * 0 and 1. The truth is a map of labels, or (for the losses that allow it) a soft truth. Classes have an index
 * 0..classes-1, used by the code, and an id, the label in the files, used by people. Id 0 is the
 * background, unless the user's list of classes names it: then it is a class like the others (a street's road).
 */
#ifndef SEG_IMAGE_PAIR_H
#define SEG_IMAGE_PAIR_H

#include <stdint.h>

#include "../base/error.h"
#include "block_max.h"
#include "class_sums.h"
#include "grid.h"
#include "labelmap.h"
#include "probmap.h"

typedef struct {
    seg_grid grid; /* the truth's */
    size_t voxels;
    int classes;             /* at least 2 */
    int64_t *id;             /* [classes] */
    char **label;            /* [classes] names, entries may be NULL */
    bool zero_is_class;      /* id 0 is a class like the others; see seg_pair_foreground() */
    bool has_hidden;         /* the last class is hidden: all labels without a class; see seg_pair_hidden() */
    bool has_objects;        /* instances: objects of both sides by their ids instead of components */
    int64_t object_divisor;  /* 0: every id is an object of class 1; else of class id / divisor */
    seg_labelmap objects[2]; /* ids of the prediction and the truth; both have values, 0 is background */
    bool ignores;            /* some voxels are ignored: they count nowhere */
    seg_labelmap truth; /* codes are class indices; `classes` where ignored. With a soft truth: its largest class */
    seg_labelmap
        pred_labels;        /* the prediction as classes, coded likewise; ignored voxels have the code `classes` too */
    seg_probmap prob;       /* planes 0 when the prediction is a label map; planes 1: foreground of two classes */
    seg_probmap soft_truth; /* planes 0 when the truth is a label map */
    seg_class_sums sums; /* this and block_max: made while the prediction was checked, or empty; code that changes a */
    seg_block_max block_max; /* map frees both */
} seg_pair;

/* The probability of the class at voxels [begin, begin + n), n <= SEG_BLOCK, as stored: scratch has room for n. Values
 * may leave [0, 1] by rounding; where *flip is set the probability is 1 minus the value. */
const float *seg_pair_block(const seg_pair *pair, int cls, size_t begin, size_t n, float *scratch, bool *flip);

/* Stored values as probabilities (seg_clamp_prob()): y[n]. */
void seg_pair_widen(const float *p, size_t n, bool flip, double *y);

/* Probability of the class at voxels [begin, begin + n), in memory order, as double in [0, 1]: y[n].
 * Ignored voxels have values too: leave them out by their code. */
void seg_pair_prob(const seg_pair *pair, int cls, size_t begin, size_t n, double *y);

/* Class index of the truth at [begin, begin + n): code[n]; pair->classes where ignored. */
void seg_pair_codes(const seg_pair *pair, size_t begin, size_t n, uint16_t *code);

/* The truth as a map of the class: 1 or 0, or the soft truth's value; 0 where ignored. target[n]. */
void seg_pair_target(const seg_pair *pair, int cls, size_t begin, size_t n, double *target);

/* Whether a class is the hidden one: labels that are not scored, but wrong where they stand. It has no row and is in
 * no mean. */
static inline bool seg_pair_hidden(const seg_pair *pair, int cls)
{
    return pair->has_hidden && cls == pair->classes - 1;
}

/* The classes that have rows. */
static inline int seg_pair_scored(const seg_pair *pair)
{
    return pair->classes - pair->has_hidden;
}

/* Whether a class is neither the background nor hidden. */
static inline bool seg_pair_foreground(const seg_pair *pair, int cls)
{
    return (pair->zero_is_class || pair->id[cls] != 0) && !seg_pair_hidden(pair, cls);
}

/* True when the truth is a map of probabilities. */
static inline bool seg_pair_soft(const seg_pair *pair)
{
    return pair->soft_truth.planes > 0;
}

/* The slice `index` across `axis` as a pair of its own; shares id and label with the whole, which must live on. */
seg_status seg_pair_slice(seg_pair *out, const seg_pair *pair, int axis, size_t index, seg_error *err);

/* Frees all but id and label, which a slice shares. */
void seg_pair_free_maps(seg_pair *pair);
void seg_pair_free(seg_pair *pair);

#endif

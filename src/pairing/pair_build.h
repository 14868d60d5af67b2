/* pair_build.h - two images become one pair: do they lie in the same space, have the same classes, and come in this
 * order? */
#ifndef SEG_PAIRING_PAIR_BUILD_H
#define SEG_PAIRING_PAIR_BUILD_H

#include "../base/error.h"
#include "../image/image.h"
#include "../image/pair.h"
#include "../pass/accumulator.h"
#include "alignment.h"
#include "instances.h"
#include "label_name.h"
#include "regions.h"
#include "renaming.h"

typedef enum { SEG_NAN_ERROR, SEG_NAN_SKIP, SEG_NAN_ZERO } seg_nan_policy;
extern const char *const seg_nan_words[];

/* How two images become a pair. Everything is optional: {.threshold = NAN} takes all from the files. */
typedef struct {
    seg_geometry geometry;
    seg_nan_policy nan;     /* skip: voxels that are not finite are ignored */
    const int64_t *ignored; /* [n_ignored] labels of the truth whose voxels count nowhere */
    size_t n_ignored;
    bool ignore_nothing;    /* said: no label is ignored, whatever it may be */
    double threshold;       /* NAN: largest probability; 0.5 for one foreground map and for independent channels */
    const int64_t *classes; /* [n_classes] the classes that are scored, or NULL: all of the files */
    size_t n_classes;
    const seg_renaming *renaming[2]; /* of the prediction and of the truth; NULL: labels as stored */
    const seg_regions *regions;      /* scored one by one instead of labels; NULL: none */
    const seg_label_name *names;     /* names known for labels */
    size_t n_names;
    bool has_truth_threshold; /* labels of the truth above truth_threshold are class 1, the others background */
    double truth_threshold;
    seg_instances instances; /* values are objects */
    seg_image *mask;       /* only voxels inside count: a label map of 0 and 1, or NULL. Turned onto the truth's grid */
    bool soft_truth;       /* a truth with fractional values is wanted */
    bool missing_left_out; /* an independent class that the prediction lacks is left out instead of refused */
    seg_accumulations *accumulations; /* fed when the prediction is probabilities and the truth labels; may be NULL */
} seg_match_options;

/* Makes the pair of a prediction and a truth whose classes are exclusive. Takes the maps over from both images (which are
 * left empty) on success.
 * Checks: shape (SEG_MISMATCH), space (largest displacement of a corner of the volume, in mm), swapped operands,
 * labels that no class stands for, probabilities that are not finite, leave [0, 1] by more than 1e-3 or (a remark) do
 * not sum to 1.
 *
 * Probabilities become labels before anything is renamed or selected: a map has the metrics of the label map that its
 * argmax is. Labels that are not selected are background, or, when the selection names 0, a hidden class. */
seg_status seg_pair_match(seg_pair *pair, seg_image *prediction, seg_image *truth, const seg_match_options *options,
                          const seg_warnings *notes, seg_error *err);

/* The checks of two images before they become pairs: their order, numbers of channels, places. Turns the prediction and
 * the mask where that is asked for, renames labels, and reads masks of 0 and 255 as 0 and 1. */
seg_status seg_pair_check(seg_image *prediction, seg_image *truth, const seg_match_options *options,
                          const seg_warnings *notes, seg_error *err);

#endif

/* pair_build.h - two images become one pair: do they lie in the same space, speak of the same classes, and in this order? */
#ifndef SEG_PAIRING_PAIR_BUILD_H
#define SEG_PAIRING_PAIR_BUILD_H

#include "../base/error.h"
#include "../image/image.h"
#include "../image/pair.h"
#include "../pass/accumulator.h"

typedef enum { SEG_GEOMETRY_STRICT, SEG_GEOMETRY_WARN, SEG_GEOMETRY_IGNORE, SEG_GEOMETRY_REORIENT } seg_geometry;
extern const char *const seg_geometry_words[];

typedef enum { SEG_NAN_ERROR, SEG_NAN_SKIP, SEG_NAN_ZERO } seg_nan_policy;
extern const char *const seg_nan_words[];

/* A name for a label value. */
typedef struct {
    int64_t id;
    char *text;
} seg_label_name;

typedef struct {
    seg_geometry geometry;
    seg_nan_policy nan; /* skip: voxels that are not finite are ignored like ignore_label */
    bool has_ignore;
    int64_t ignore;
    double threshold;       /* NAN: largest probability; 0.5 for one foreground map */
    const int64_t *classes; /* ids of the classes, or NULL: from the files */
    size_t n_classes;
    const seg_label_name *names; /* names known for labels */
    size_t n_names;
    bool soft_truth;             /* a truth with fractional values is wanted */
    seg_accumulators *witnesses; /* look along when the prediction is probabilities, the truth labels; NULL: nobody */
} seg_match_options;

/* Makes the pair. Takes the maps over from both images (which are left empty) on success.
 * Checks: shape (SEG_MISMATCH), space (largest displacement of a corner of the volume, in mm), swapped operands,
 * labels outside the class list, probabilities that are not finite, leave [0, 1] by more than 1e-3 or (a remark) do
 * not sum to 1. */
seg_status seg_pair_match(seg_pair *pair, seg_image *prediction, seg_image *truth, const seg_match_options *options,
                          const seg_warnings *notes, seg_error *err);

#endif

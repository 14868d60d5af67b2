/* convention.h - the choices in which public tools differ under the same metric name, as data.
 *
 * DSC is the same everywhere until a mask is empty; HD95 is not. Five choices make the differences: what an element
 * of a boundary is, whether the edge of the image is boundary, how the two directions are joined, the percentile's
 * rule, and the weight of an element. One row of seg_conventions says how a tool chooses, and which values it gives
 * to empty masks; the metrics read the row and have no case for any tool.
 */
#ifndef SEG_METRICS_CONVENTION_H
#define SEG_METRICS_CONVENTION_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What distances are measured between. */
typedef enum {
    SEG_FACE,           /* voxels with a face neighbour outside of the mask; beyond the image is outside */
    SEG_FACE_OR_EDGE,   /* ... with a face or edge neighbour outside */
    SEG_FACE_TO_CORNER, /* ... with any neighbour outside */
    SEG_CROPPED_FACE,   /* SEG_FACE, but an axis along which the union is one voxel thick has no neighbours */
    SEG_OPEN_FACE,      /* beyond the image is nothing: voxels at its edge need another neighbour outside */
    SEG_OPEN_CORNER,
    SEG_OPEN_FACE_FROM_CORNER, /* from the voxels of SEG_OPEN_FACE to those of SEG_OPEN_CORNER of the other mask */
    SEG_VOXELS,                /* all voxels of the masks */
    SEG_DISAGREEING,           /* from the voxels of one mask outside of the other to all voxels of the other */
    SEG_SURFELS, /* elements of a marching cubes surface, at the corners between voxels, weighted by area */
    SEG_CELLS    /* the same places, weighted by the faces between voxels that meet there */
} seg_elements;

typedef enum { SEG_STEP_GRID, SEG_STEP_VOXEL, SEG_STEP_1_5_MM } seg_step_rule;

/* How the lists of distances from the prediction to the truth and back become one number. */
typedef enum { SEG_LARGER_OF_TWO, SEG_INTERNED, SEG_MEAN_OF_TWO } seg_joining;

typedef enum {
    SEG_RANK_LINEAR,   /* r = q (n - 1), linear between the neighbours: numpy's default */
    SEG_RANK_SHARE,    /* the first element at which the cumulated weight reaches the share q */
    SEG_RANK_FLOOR,    /* element floor(q (n - 1)) */
    SEG_RANK_FLOOR_Q_N /* element floor(q n - 1), in single precision */
} seg_rank_rule;

typedef enum { SEG_TOLERANCE_1, SEG_TOLERANCE_3, SEG_TOLERANCE_STEP, SEG_TOLERANCE_STEP_OR_1 } seg_tolerance_rule;
typedef enum { SEG_BAND_DIAGONAL, SEG_BAND_BORDER } seg_band_rule;
typedef enum { SEG_DIFFERENCE_SIGNED, SEG_DIFFERENCE_ABSOLUTE, SEG_DIFFERENCE_PERCENT } seg_difference_rule;

/* Values of a metric for a class without a voxel in the truth, the prediction, both. `metric` is a name,
 * SEG_ANY_DISTANCE or SEG_ANY_METRIC. */
typedef struct {
    const char *metric;
    double truth, prediction, both;
} seg_empty_row;

#define SEG_ANY_DISTANCE "(distance)"
#define SEG_ANY_METRIC   "(any)"
#define SEG_REFUSED      (-INFINITY) /* the tool stops: there is no value */
#define SEG_BY_FORMULA   (-1e300)    /* whatever the formula makes of it */

/* What a tool does with one class. Lists end with a tolerance of 0. */
typedef struct {
    int64_t id;
    double tolerance; /* of NSD, mm */
    bool cropped;     /* scored on the slices from the first of the truth to the last, which is left out */
} seg_class_rule;

typedef struct {
    const char *name;
    const char *aliases[3];
    const char *meaning; /* for `segloss list conventions` */
    const char *checked; /* the tool and version its values were compared with */
    const char *defines; /* the metrics it has a definition of, separated by spaces; NULL: all. A new metric is added
                             to every convention that has it */

    seg_elements elements;      /* for all distances, but */
    seg_elements below_maximum; /* for percentiles under 100, when not SEG_FACE */
    seg_elements contour;       /* for the contour mean distance */
    seg_step_rule step;
    seg_joining hausdorff, assd, nsd;
    seg_rank_rule rank;
    bool nsd_in_double; /* d <= tolerance compared in double; otherwise in float, as the header's spacing is */
    seg_tolerance_rule tolerance;
    const seg_class_rule *classes; /* or NULL: all classes alike. Classes that are not listed have no NSD */
    double nsd_needs_dsc;          /* NSD is 0 below this DSC */
    double dsc_smooth;             /* added to the denominator of DSC */
    seg_band_rule band;
    seg_difference_rule difference; /* of volumes, in rvd */
    bool similarity_signed;         /* volume similarity is 2 (P - G) / (P + G) */
    bool brier_of_both;             /* a class's Brier score is summed over p and 1 - p */
    bool bins_closed_above;         /* calibration bins are (l, u], and p = 0 is in none */
    bool precision_lines;           /* average precision joins its points by lines instead of steps */
    bool grey_stretched;        /* grey maps are stretched to [0, 1], thresholds are floor(255 p), F has beta^2 0.3 */
    bool lesions_dilated;       /* lesions are paired as in BraTS 2023, by the dilated truth, not by IoU */
    const seg_empty_row *empty; /* ends with a row without a name; what it lacks is as in the first convention */
} seg_convention;

extern const seg_convention seg_conventions[]; /* the first is segloss, the default */
extern const size_t seg_conventions_count;

/* The words of the metrics' parameter `convention`: "run", every name, "all". */
extern const char *const seg_convention_words[];

/* The rule of a class, or NULL. */
const seg_class_rule *seg_convention_class(const seg_convention *convention, int64_t id);

/* Index, or -1. */
int seg_convention_find(const char *name);
const char *seg_convention_nearest(const char *name);

/* Whether the convention defines the metric of this name. */
bool seg_convention_defines(int convention, const char *metric);

/* The row for a metric among `rows`, or NULL. `is_distance`: SEG_ANY_DISTANCE applies to it too. */
const seg_empty_row *seg_empty_row_find(const seg_empty_row *rows, const char *metric, bool is_distance);

#endif

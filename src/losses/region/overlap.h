/* overlap.h - the sums that Dice, IoU and both Tversky losses are made of, and the chain rule through them. */
#ifndef SEG_LOSSES_REGION_OVERLAP_H
#define SEG_LOSSES_REGION_OVERLAP_H

#include "../loss.h"

/* One class: t its truth, y its probability. */
typedef struct {
    double I;  /* overlap: sum t y */
    double S;  /* mass of the prediction: sum y */
    double N;  /* mass of the truth: sum t */
    double Q;  /* sum y^2 */
    double N2; /* sum t^2 */
} seg_overlap;

/* What I is for a soft truth; with a label truth both are the same. */
typedef enum {
    SEG_INTERSECTION_L1,     /* (S + N - sum |t - y|) / 2, the sum of min(t, y): largest for y = t */
    SEG_INTERSECTION_PRODUCT /* sum t y: a voxel of t = 0.5 adds most for y = 1 */
} seg_intersection;
extern const char *const seg_intersection_words[]; /* "l1", "product" */

seg_status seg_overlap_of(seg_loss_ctx *work, int cls, seg_intersection kind, seg_overlap *o, seg_error *err);

/* Added to numerator and denominator of a ratio. */
typedef struct {
    double above, below;
} seg_smooth;

/* From a parameter of one number (for both) or two. */
seg_smooth seg_smooth_of(const seg_numbers *list);
seg_status seg_smooth_check(const char *loss, const seg_numbers *list, seg_error *err);

/* above / below; where nothing is in either map (below = 0) the ratio is 1: the limit of equal smoothing. */
double seg_ratio(double above, double below);

/* Derivatives of a loss by the sums of one class. */
typedef struct {
    double I, S, Q;
} seg_overlap_slope;

/* gradient of L = sum over classes taken of L_c(I, S, Q). slope[class] has dL/dI, dL/dS, dL/dQ; 0 for classes that
 * are not taken. */
void seg_overlap_gradient(const seg_pair *pair, seg_intersection kind, const seg_overlap_slope *slope,
                          double *gradient);

/* The same for a loss with class_value; term gives the derivatives of the term of a class. */
typedef seg_overlap_slope seg_overlap_term_fn(const seg_overlap *o, const void *params);
seg_status seg_overlap_terms_gradient(seg_loss_ctx *work, const seg_loss *loss, seg_intersection kind,
                                      seg_overlap_term_fn *term, const void *params, double *gradient, seg_error *err);

/* A class as a sum over voxels: missed (t - i) + added (y - i) + squares (t^2 + y^2 - 2 i), i the overlap of a voxel, and
 * an offset. All 0 where the denominator is 0. */
typedef struct {
    double missed, added, squares, offset;
    bool product; /* i = t y, else min(t, y) */
} seg_overlap_term;
double seg_overlap_at(const void *term, const seg_voxel *v); /* without the offset */
typedef seg_overlap_term seg_overlap_map_fn(const seg_overlap *o, const void *params);
seg_status seg_overlap_terms_map(seg_loss_ctx *work, const seg_loss *loss, seg_intersection kind,
                                 seg_overlap_map_fn *term, const void *params, seg_loss_map *map, seg_error *err);

#define SEG_INTERSECTION_ROW(type_, field_)                                                                            \
    SEG_CHOICE("intersection", type_, field_, SEG_INTERSECTION_L1, seg_intersection_words,                             \
               "overlap with a soft truth: l1 is the sum of min(t, y), product that of t y")

#define SEG_SMOOTH_ROW(type_, help_)                                                                                   \
    {                                                                                                                  \
        .name = "smooth", .type = SEG_PARAM_NUMBERS, .at = offsetof(type_, smooth), .preset = 0, .min = 0,             \
        .max = HUGE_VAL, .help = help_                                                                                 \
    }

#endif

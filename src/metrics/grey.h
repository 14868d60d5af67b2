/* grey.h - one foreground map against its mask, pixel by pixel and at 256 thresholds: what saliency papers score. */
#ifndef SEG_METRICS_GREY_H
#define SEG_METRICS_GREY_H

#include "class_context.h"

enum { SEG_GREY_LEVELS = 256 };

/* Of one class, ignored voxels left out. */
typedef struct seg_grey_map {
    bool stretched; /* the smallest p became 0, the largest 1 */
    size_t n;
    double *p;     /* [n] probabilities */
    double *t;     /* [n] the truth, 0 or 1, or a soft truth */
    uint8_t *mask; /* [n] the truth as a mask */
    double positives, negatives;
    double tp[SEG_GREY_LEVELS], fp[SEG_GREY_LEVELS]; /* of threshold k / 255 */
    double tp_adaptive, fp_adaptive;                 /* of threshold min(2 mean p, 1) */
} seg_grey_map;

/* Made once for each class and kind of reading; belongs to the view. */
seg_status seg_class_view_grey(seg_class_ctx *view, const seg_grey_map **grey, seg_error *err);
void seg_grey_map_free(seg_grey_map *grey);

/* Whether the voxels are a whole image, row by row; else SEG_GREY_NO_IMAGE says why there is no value. */
bool seg_grey_is_image(const seg_class_ctx *view, const seg_grey_map *grey);
#define SEG_GREY_NO_IMAGE SEG_NOT_COMPUTED "defined for whole images, not for volumes or images with ignored pixels"

/* ---- sweeps over thresholds ---- */

enum { SEG_SWEEP_NONE, SEG_SWEEP_MAX, SEG_SWEEP_MEAN, SEG_SWEEP_ADAPTIVE };
extern const char *const seg_sweep_words[];

/* Which of them is asked for: SEG_SWEEP_NONE without parameters. */
int seg_sweep_of(const seg_numbers *sweep);

/* A score of counts, 0 where it is 0/0. `context` is the score's own. */
typedef double seg_grey_score(const void *context, double tp, double fp, double fn, double tn);

/* The maximum or mean of a score over 256 thresholds, or its value at the adaptive one. */
seg_status seg_sweep_value(seg_class_ctx *view, int sweep, seg_grey_score *score, const void *context, seg_value *value,
                           seg_error *err);

/* The score at the thresholds k / 255 when the sweep is for its maximum, else NAN in y[0]. */
seg_status seg_sweep_curve(seg_class_ctx *view, int sweep, seg_grey_score *score, const void *context, double *y,
                           seg_error *err);

#define SEG_SWEEP_ROW(type_)                                                                                           \
    {                                                                                                                  \
        .name = "sweep", .type = SEG_PARAM_NUMBERS, .at = offsetof(type_, sweep), .choices = seg_sweep_words,          \
        .words = true,                                                                                                 \
        .help = "over 256 thresholds of the map: the largest value, the mean, or that at twice the mean of the map; "  \
                "max/mean/adaptive gives a row for each; none: the mask"                                               \
    }

#endif

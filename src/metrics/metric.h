/* metric.h - what a metric is, and the engine that computes many of them on one pair of masks. */
#ifndef SEG_METRICS_METRIC_H
#define SEG_METRICS_METRIC_H

#include "../base/error.h"
#include "../base/params.h"
#include "../base/value.h"
#include "../volume/pair.h"

typedef enum { SEG_UNIT_NONE, SEG_UNIT_LENGTH, SEG_UNIT_VOLUME, SEG_UNIT_VOXELS } seg_unit;

typedef enum { SEG_EMPTY_NA, SEG_EMPTY_ZERO_ONE, SEG_EMPTY_NNUNET, SEG_EMPTY_MONAI, SEG_EMPTY_BRATS,
               SEG_EMPTY_DIAGONAL } seg_empty_policy;
extern const char *const seg_empty_words[]; /* "na", "zero-one", ... */

typedef enum {
    SEG_OVERLAP_METRIC, SEG_DISTANCE_METRIC, SEG_PROBABILITY_METRIC, SEG_STRUCTURE_METRIC, SEG_MULTICLASS_METRIC,
    SEG_METRIC_FAMILIES
} seg_metric_family;
extern const char *const seg_metric_family_names[SEG_METRIC_FAMILIES];

struct seg_class_view; /* one class of a pair: counts, and surfaces made when first asked for; see class_view.h */

typedef struct {
    const char *name;       /* hd95 */
    const char *aliases[4];
    const char *title;
    seg_metric_family family;
    seg_unit unit;
    int better;             /* +1 higher is better, -1 lower is better, 0 neither (a count, a volume) */
    const char *definition; /* plain text with the equation */
    const char *range;
    const char *empty;      /* value for empty truth, prediction, both */
    const char *reference;
    const seg_param *params;
    size_t size;

    /* A metric has a value per class (and then their mean over the foreground), or one for the case, or both. */
    seg_status (*class_value)(struct seg_class_view *view, const void *params, seg_value *value, seg_error *err);
    seg_status (*case_value)(const seg_pair *pair, const uint64_t *confusion, const void *params, seg_value *value,
                             seg_error *err); /* confusion[truth][prediction], classes x classes */
} seg_metric;

extern const seg_metric *const seg_metrics[];
extern const size_t seg_metrics_count;

const seg_metric *seg_metric_find(const char *name);
const char *seg_metric_nearest(const char *name);

typedef struct {
    const seg_metric *metric;
    const void *params;
    int convention; /* index into seg_conventions; the metric follows it */
} seg_metric_job;

/* Computes n metrics on one pair: results[n][classes + 1]; entry [i][c] is class c, entry [i][classes] the case: the
 * metric's own case value, or the mean over the foreground classes for which it is defined (infinite distances make
 * the mean infinite; undefined ones are left out). Classes run side by side. */
seg_status seg_metrics_compute(const seg_pair *pair, const seg_metric_job *jobs, size_t n, seg_empty_policy empty,
                               seg_value *results, seg_error *err);

/* Whose definition: "segloss", "metricsreloaded", "monai", ... */
typedef struct {
    const char *name;
    const char *meaning;  /* for `segloss list conventions` */
    const char *checked;  /* the tool and version its values were compared with */
} seg_convention;

extern const seg_convention seg_conventions[];
extern const size_t seg_conventions_count;
/* Index, or -1. */
int seg_convention_find(const char *name);

#endif

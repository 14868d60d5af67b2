/* metric.h - what a metric is, and the engine that computes many of them on one pair of masks. */
#ifndef SEG_METRICS_METRIC_H
#define SEG_METRICS_METRIC_H

#include "../base/error.h"
#include "../base/params.h"
#include "../base/timing.h"
#include "../base/value.h"
#include "../image/pair.h"
#include "convention.h"

typedef enum { SEG_UNIT_NONE, SEG_UNIT_LENGTH, SEG_UNIT_VOLUME, SEG_UNIT_VOXELS, SEG_UNIT_ML } seg_unit;

/* What an undefined or infinite value of an empty class becomes. na leaves it as the convention has it. */
typedef enum {
    SEG_EMPTY_NA,
    SEG_EMPTY_ZERO_ONE,
    SEG_EMPTY_NNUNET,
    SEG_EMPTY_MONAI,
    SEG_EMPTY_BRATS,
    SEG_EMPTY_DIAGONAL
} seg_empty_policy;
extern const char *const seg_empty_words[]; /* "na", "zero-one", ... */

typedef enum {
    SEG_OVERLAP_METRIC,
    SEG_DISTANCE_METRIC,
    SEG_PROBABILITY_METRIC,
    SEG_STRUCTURE_METRIC,
    SEG_MULTICLASS_METRIC,
    SEG_METRIC_FAMILIES
} seg_metric_family;
extern const char *const seg_metric_family_names[SEG_METRIC_FAMILIES];

/* The four cells of one class against all others, ignored voxels left out. */
typedef struct {
    uint64_t tp, fp, fn, tn;
} seg_counts;

/* What the value of a case is where classes are independent and may overlap. */
typedef enum {
    SEG_INDEPENDENT_MEAN,   /* the mean of the values that each class has against its own background */
    SEG_INDEPENDENT_COUNTS, /* case_value from the counts of the classes */
    SEG_INDEPENDENT_NONE    /* none: it compares all classes at once */
} seg_independent_value;

struct seg_class_ctx; /* one class of a pair: counts, and surfaces made when first asked for; see class_context.h */

typedef struct {
    const char *name; /* hd95 */
    const char *aliases[6];
    const char *title;
    seg_metric_family family;
    seg_unit unit;
    bool amount; /* a count or a volume: over classes and cases it is summed, and 0 for an empty class is a value */
    bool from_counts;       /* class_value and case_value need nothing but the counts of the classes */
    int better;             /* +1 higher is better, -1 lower is better, 0 neither (a count, a volume) */
    const char *definition; /* plain text with the equation */
    const char *range;
    const char *empty; /* value for empty truth, prediction, both */
    const char *reference;
    const seg_param *params; /* the first row is SEG_CONVENTION_ROW(): every struct of parameters begins with it */
    size_t size;
    seg_status (*check)(const void *params, seg_error *err); /* what the rows cannot say, or NULL */
    /* The score at each of SEG_CURVE_POINTS thresholds, when the largest of the mean curve over cases is a value of the
     * data set; y[0] is NAN when it is not asked for. NULL: never. */
    seg_status (*curve)(struct seg_class_ctx *view, const void *params, double *y, seg_error *err);
    bool (*reads_map)(const void *params);   /* whether the map is read once more, or NULL: as its family */
    seg_unit (*unit_of)(const void *params); /* where the unit depends on the parameters, or NULL */
    const char *each; /* a parameter that may list numbers: one job, and one row of the report, for each */

    /* A metric has a value per class (and then their mean over the foreground), or one for the case, or both. */
    seg_status (*class_value)(struct seg_class_ctx *view, const void *params, seg_value *value, seg_error *err);
    seg_status (*case_value)(const seg_pair *pair, const seg_counts *counts, const void *params, seg_value *value,
                             seg_error *err); /* counts[classes] */
    seg_independent_value independent;
} seg_metric;

extern const seg_metric *const seg_metrics[];
extern const size_t seg_metrics_count;

const seg_metric *seg_metric_find(const char *name);
const char *seg_metric_nearest(const char *name);

/* Parameters of a metric that has none of its own. SEG_CONVENTION_RUN: as the job (--convention) says. */
typedef struct {
    int convention; /* index into seg_convention_words: 0 the run's, 1 + index into seg_conventions, last "all" */
} seg_metric_params;

extern const seg_param seg_metric_rows[];
#define SEG_CONVENTION_ROW(type_)                                                                                      \
    SEG_CHOICE("convention", type_, convention, 0, seg_convention_words,                                               \
               "whose definition to follow; run: that of --convention; all: a row for each")

/* A job's params may be NULL for the presets of a metric without parameters of its own. */
typedef struct {
    const seg_metric *metric;
    const void *params;
    int convention; /* index into seg_conventions, unless the parameters name another one */
} seg_metric_job;

/* The jobs that a run consists of. {0} is none. */
typedef struct {
    seg_metric_job *job;
    size_t n, room;
} seg_metric_jobs;

/* Adds what "tolerance=1/2,convention=all" (NULL for no parameters) asks of the metric: usually one job, but one for
 * each number of a list and for each convention that defines the metric. */
seg_status seg_metric_jobs_add(seg_metric_jobs *jobs, const seg_metric *metric, const char *params, int convention,
                               seg_error *err);
void seg_metric_jobs_drop(seg_metric_jobs *jobs, size_t at);
void seg_metric_jobs_free(seg_metric_jobs *jobs);

/* The convention that a job follows: index into seg_conventions. */
int seg_metric_job_convention(const seg_metric_job *job);

/* The unit of a job's values on a grid: "mm", "mm2", "mm3", "px" where the size of a voxel is unknown or the convention
 * counts voxels, "%", or "". */
const char *seg_metric_job_unit(const seg_metric_job *job, const seg_grid *grid);

/* The value of a metric that is from_counts, of counts that need not be those of an image: counts[classes->classes], of
 * which only the ids and the flags are looked at. cls -1: over all classes at once (undefined without a case_value). No
 * policy for empty masks applies: 0/0 is undefined. */
seg_status seg_metric_from_counts(const seg_metric_job *job, const seg_pair *classes, const seg_counts *counts, int cls,
                                  seg_value *value, seg_error *err);

/* The value over classes of a metric without one of its own: the mean of those that are defined, or the sum of amounts;
 * of[n]. Its status says the worst reason why a class was left out or put in. */
seg_value seg_metric_over_classes(const seg_value *of, size_t n, bool amount);

/* The curve of a job for one class: y[SEG_CURVE_POINTS]; y[0] is NAN when it has none. */
enum { SEG_CURVE_POINTS = 256 };
seg_status seg_metric_curve(const seg_pair *pair, const seg_metric_job *job, int cls, double *y, seg_error *err);

/* Computes n metrics on one pair: results[n][classes + 1]; entry [i][c] is class c (not asked for the background, id
 * 0), entry [i][classes] the case: the metric's own case value, or the mean over the foreground classes for which it
 * is defined (infinite distances make the mean infinite; undefined ones are left out). Classes run side by side.
 * `timing` (may be NULL) gets each metric's time for every class; shared work counts for the first metric. */
seg_status seg_metrics_compute(const seg_pair *pair, const seg_metric_job *jobs, size_t n, seg_empty_policy empty,
                               const seg_timing *timing, seg_value *results, seg_error *err);

/* The counts of every class: counts[classes]. */
seg_status seg_metrics_counts(seg_counts *counts, const seg_pair *pair, seg_error *err);

#endif

/* pool.h - values of a whole data set: counts are summed over its cases, then the formula is applied once.
 *
 * A large case weighs more than a small one, a missed class lowers the value, and a class in neither map changes nothing:
 * no policy for empty masks applies. That is how street scenes are scored, and what "aggregated Dice" means. Sums are
 * whole numbers, so that cases may come in any order.
 */
#ifndef SEG_EVALUATE_POOL_H
#define SEG_EVALUATE_POOL_H

#include "../metrics/metric.h"
#include "../report/report.h"

typedef struct {
    int64_t id;
    const char *label;
    uint64_t tp, fp, fn;
} seg_pooled_class;

/* Objects of one class by one set of parameters. */
typedef struct {
    const char *params;
    bool aggregate;
    int64_t cls;
    double tp, fp, fn;
    double quality; /* summed over the matched objects */
    bool has_quality;
} seg_pooled_objects;

/* A curve of one class, summed over cases. */
typedef struct {
    const char *measure, *params;
    int64_t cls;
    size_t cases;
    double y[SEG_CURVE_POINTS];
} seg_pooled_curve;

/* {0} is empty. */
typedef struct {
    int convention; /* of the run */
    bool listed;    /* a list of classes was given: class 0 counts only when it names it */
    size_t cases;
    seg_pooled_class *cls; /* [n] in the order of arrival */
    size_t n, room;
    uint64_t voxels;     /* of all cases, ignored ones left out */
    bool without_counts; /* a case has no counts of its own: those of its rows tp, fp and fn are taken */
    bool without_tn;     /* and it has no row tn */
    bool zero_is_class;
    uint64_t
        *matrix; /* [side][side] truth by prediction, by the index of the class; labels that are no class stand last */
    size_t side;
    bool has_other;
    seg_pooled_objects *objects; /* [n_objects] */
    size_t n_objects, room_objects;
    seg_pooled_curve *curve; /* [curves] */
    size_t curves, room_curves;
    seg_intern pool;
} seg_pool;

/* Adds a case that was scored. */
seg_status seg_pool_add(seg_pool *pool, const seg_case *c, seg_error *err);

/* Adds a pooled entry to the summary for each of its entries that has one. */
seg_status seg_pool_rows(seg_pool *pool, seg_summary *summary, seg_error *err);

/* The pooled value of a metric, of a class (index into pool->cls) or (-1) over all; NAN when it has none. */
seg_status seg_pool_value(double *x, const seg_pool *pool, const seg_metric_job *job, int cls, seg_error *err);

void seg_pool_free(seg_pool *pool);

#endif

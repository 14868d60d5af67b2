/* pool.c - sums the counts of cases, and applies the metrics to the sums. */
#include "pool.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/text.h"
#include "../statistics/describe.h"

/* ---- classes ---- */

/* The place of a class, looked for near `near`: cases mostly have the same classes in the same order. */
static size_t find_class(const seg_pool *p, int64_t id, size_t near)
{
    for (size_t i = 0; i < p->n; i++) {
        size_t at = (near + i) % p->n;

        if (p->cls[at].id == id)
            return at;
    }
    return SIZE_MAX;
}

/* A wider matrix with the same numbers; the last row and column are the labels that are no class. */
static seg_status widen(seg_pool *p, size_t classes, seg_error *err)
{
    uint64_t *wide = NULL;
    size_t side = classes + 1;
    seg_status st = seg_alloc(&wide, side * side, sizeof *wide, "a confusion matrix", err);

    for (size_t i = 0; i < p->side * p->side && !st; i++) {
        size_t row = i / p->side, column = i % p->side;

        row = row + 1 == p->side ? side - 1 : row;
        column = column + 1 == p->side ? side - 1 : column;
        wide[row * side + column] = p->matrix[i];
    }
    if (st)
        return st;
    free(p->matrix);
    p->matrix = wide;
    p->side = side;
    return SEG_OK;
}

static seg_status add_class(seg_pool *p, const seg_case_class *cls, size_t near, size_t *at, seg_error *err)
{
    seg_status st = SEG_OK;

    *at = p->n ? find_class(p, cls->id, near) : SIZE_MAX;
    if (*at != SIZE_MAX)
        return SEG_OK;
    st = seg_grow(&p->cls, &p->room, p->n + 1, sizeof *p->cls, "pooled values", err);
    if (st)
        return st;
    *at = p->n++;
    p->cls[*at] = (seg_pooled_class){.id = cls->id, .label = seg_intern_keep(&p->pool, cls->label)};
    return cls->label && !p->cls[*at].label ? seg_fail(err, SEG_MEMORY, "not enough memory for pooled values") : SEG_OK;
}

static seg_status add_matrix(seg_pool *p, const seg_case *c, const size_t *at, seg_error *err)
{
    seg_status st = p->side < p->n + 1 ? widen(p, p->n, err) : SEG_OK;

    for (size_t i = 0; i < c->confused * c->confused && !st; i++) {
        size_t row = i / c->confused, column = i % c->confused;

        row = row < c->n_classes ? at[row] : p->side - 1;
        column = column < c->n_classes ? at[column] : p->side - 1;
        p->matrix[row * p->side + column] += c->confusion[i];
    }
    p->has_other |= c->confused > c->n_classes;
    return st;
}

/* ---- counts ---- */

/* The value of a row of a class; 0 when it has none. */
static uint64_t count_of(const seg_case *c, size_t cls, const char *measure, bool *there)
{
    for (size_t i = 0; i < c->n; i++) {
        const seg_row *row = &c->rows[i];

        if (row->slice < 0 && row->cls == (int)cls && row->kind == SEG_KIND_METRIC && !strcmp(row->measure, measure) &&
            row->value >= 0) {
            *there = true;
            return (uint64_t)row->value;
        }
    }
    return 0;
}

static seg_case_counts counts_of(seg_pool *p, const seg_case *c, size_t k, bool *there)
{
    seg_case_counts n = {0};
    bool tn = false;

    *there = c->counts != NULL;
    if (c->counts)
        return c->counts[k];
    n.tp = count_of(c, k, "tp", there);
    n.fp = count_of(c, k, "fp", there);
    n.fn = count_of(c, k, "fn", there);
    n.tn = count_of(c, k, "tn", &tn);
    p->without_tn |= *there && !tn;
    return n;
}

static seg_status add_counts(seg_pool *p, const seg_case *c, size_t *at, seg_error *err)
{
    uint64_t voxels = 0;
    seg_status st = SEG_OK;

    for (size_t k = 0; k < c->n_classes && !st; k++) {
        bool there;
        seg_case_counts n = counts_of(p, c, k, &there);

        st = add_class(p, &c->classes[k], k, &at[k], err);
        if (st)
            break;
        p->cls[at[k]].tp += n.tp;
        p->cls[at[k]].fp += n.fp;
        p->cls[at[k]].fn += n.fn;
        voxels = there && n.tp + n.fp + n.fn + n.tn > voxels ? n.tp + n.fp + n.fn + n.tn : voxels;
    }
    p->voxels += voxels;
    p->without_counts |= !c->counts;
    return st;
}

/* ---- objects ---- */

static seg_pooled_objects *objects_of(seg_pool *p, const char *params, bool aggregate, int64_t cls, seg_error *err)
{
    seg_pooled_objects *o;

    for (size_t i = 0; i < p->n_objects; i++) {
        o = &p->objects[i];
        if (o->aggregate == aggregate && (aggregate || o->cls == cls) && !strcmp(o->params, params))
            return o;
    }
    if (seg_grow(&p->objects, &p->room_objects, p->n_objects + 1, sizeof *p->objects, "pooled values", err))
        return NULL;
    o = &p->objects[p->n_objects];
    *o = (seg_pooled_objects){.params = seg_intern_keep(&p->pool, params), .aggregate = aggregate, .cls = cls};
    if (!o->params) {
        seg_fail(err, SEG_MEMORY, "not enough memory for pooled values");
        return NULL;
    }
    p->n_objects++;
    return o;
}

/* What a case has of the objects of one class by one set of parameters. */
typedef struct {
    double tp, fp, fn, sq, pq;
    bool counted;
} case_objects;

static void read_object(case_objects *o, const seg_row *row)
{
    double x = isfinite(row->value) ? row->value : 0;

    if (!strcmp(row->measure, "lesion-tp"))
        o->tp = x, o->counted = true;
    else if (!strcmp(row->measure, "lesion-fp"))
        o->fp = x;
    else if (!strcmp(row->measure, "lesion-fn"))
        o->fn = x;
    else if (!strcmp(row->measure, "lesion-sq"))
        o->sq = x;
    else if (!strcmp(row->measure, "lesion-pq"))
        o->pq = x;
}

static bool is_object_row(const seg_row *row)
{
    return row->slice < 0 && row->kind == SEG_KIND_METRIC && !strncmp(row->measure, "lesion-", 7);
}

/* lesion-pq is quality / (TP + FP/2 + FN/2), lesion-sq is quality / TP. */
static seg_status add_objects_of(seg_pool *p, const seg_case *c, const seg_row *first, seg_error *err)
{
    case_objects o = {.sq = NAN, .pq = NAN};
    seg_pooled_objects *sum;

    for (size_t i = 0; i < c->n; i++) {
        if (is_object_row(&c->rows[i]) && c->rows[i].cls == first->cls && !strcmp(c->rows[i].params, first->params))
            read_object(&o, &c->rows[i]);
    }
    sum = objects_of(p, first->params, first->cls < 0, first->cls < 0 ? 0 : c->classes[first->cls].id, err);
    if (!sum)
        return err ? err->status : SEG_MEMORY;
    sum->tp += o.tp;
    sum->fp += o.fp;
    sum->fn += o.fn;
    sum->has_quality |= o.counted && (isfinite(o.sq) || isfinite(o.pq));
    sum->quality += isfinite(o.pq) ? o.pq * (o.tp + (o.fp + o.fn) / 2) : isfinite(o.sq) ? o.sq * o.tp : 0;
    return SEG_OK;
}

static seg_status add_objects(seg_pool *p, const seg_case *c, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < c->n && !st; i++) {
        if (is_object_row(&c->rows[i]) && !strcmp(c->rows[i].measure, "lesion-tp"))
            st = add_objects_of(p, c, &c->rows[i], err);
    }
    return st;
}

/* ---- curves ---- */

static seg_status add_curve(seg_pool *p, const seg_case_curve *c, seg_error *err)
{
    seg_pooled_curve *sum = NULL;
    seg_status st;

    for (size_t i = 0; i < p->curves && !sum; i++)
        if (p->curve[i].cls == c->cls && !strcmp(p->curve[i].measure, c->measure) &&
            !strcmp(p->curve[i].params, c->params))
            sum = &p->curve[i];
    if (!sum) {
        st = seg_grow(&p->curve, &p->room_curves, p->curves + 1, sizeof *p->curve, "pooled values", err);
        if (st)
            return st;
        sum = &p->curve[p->curves++];
        *sum = (seg_pooled_curve){.measure = seg_intern_keep(&p->pool, c->measure),
                                  .params = seg_intern_keep(&p->pool, c->params),
                                  .cls = c->cls};
        if (!sum->measure || !sum->params)
            return seg_fail(err, SEG_MEMORY, "not enough memory for pooled values");
    }
    sum->cases++;
    for (int k = 0; k < SEG_CURVE_POINTS; k++)
        sum->y[k] += c->y[k];
    return SEG_OK;
}

/* The largest value of the mean curve of a class; over classes the mean of that. */
static bool curve_value(double *x, const seg_pool *p, const seg_summary_key *key)
{
    double sum = 0;
    size_t n = 0;

    for (size_t i = 0; i < p->curves; i++) {
        const seg_pooled_curve *c = &p->curve[i];
        double most = c->y[0];

        if (strcmp(c->measure, key->measure) || strcmp(c->params, key->params) ||
            (!key->aggregate && c->cls != key->cls))
            continue;
        for (int k = 1; k < SEG_CURVE_POINTS; k++)
            most = fmax(most, c->y[k]);
        sum += most / (double)c->cases;
        n++;
    }
    *x = n ? sum / (double)n : NAN;
    return n > 0;
}

seg_status seg_pool_add(seg_pool *pool, const seg_case *c, seg_error *err)
{
    size_t *at = NULL;
    seg_status st;

    if (!seg_case_ok(c))
        return SEG_OK;
    st = seg_alloc(&at, c->n_classes, sizeof *at, "pooled values", err);
    if (!st)
        st = add_counts(pool, c, at, err);
    if (!st && c->confusion)
        st = add_matrix(pool, c, at, err);
    if (!st)
        st = add_objects(pool, c, err);
    for (size_t i = 0; i < c->n_curves && !st; i++)
        st = add_curve(pool, &c->curves[i], err);
    for (size_t i = 0; i < c->n && !pool->zero_is_class; i++)
        pool->zero_is_class = c->rows[i].cls >= 0 && c->classes[c->rows[i].cls].id == 0;
    free(at);
    pool->cases++;
    return st;
}

/* ---- values ---- */

/* The classes as a pair that has no image, and their counts. */
typedef struct {
    seg_pair pair;
    seg_counts *counts;
} classes;

static bool has_background(const seg_pool *p)
{
    return p->n && find_class(p, 0, 0) != SIZE_MAX;
}

static seg_status make_classes(classes *c, const seg_pool *p, bool background, uint64_t voxels, seg_error *err)
{
    seg_status st = seg_alloc(&c->counts, p->n, sizeof *c->counts, "pooled values", err);

    c->pair = (seg_pair){.zero_is_class = p->zero_is_class || !has_background(p)};
    if (!st)
        st = seg_alloc(&c->pair.id, p->n, sizeof *c->pair.id, "pooled values", err);
    for (size_t k = 0; k < p->n && !st; k++) {
        const seg_pooled_class *cls = &p->cls[k];

        if (!background && cls->id == 0 && !p->zero_is_class)
            continue;
        c->counts[c->pair.classes] = (seg_counts){cls->tp, cls->fp, cls->fn, voxels - cls->tp - cls->fp - cls->fn};
        c->pair.id[c->pair.classes++] = cls->id;
    }
    return st;
}

static void free_classes(classes *c)
{
    free(c->counts);
    free(c->pair.id);
}

static seg_status value_of_class(double *x, const seg_pool *p, const seg_metric_job *job, int cls, uint64_t voxels,
                                 seg_error *err)
{
    classes c = {0};
    seg_value value = seg_value_undefined(NULL);
    seg_status st = make_classes(&c, p, true, voxels, err);

    if (!st && c.pair.classes)
        st = seg_metric_from_counts(job, &c.pair, c.counts, cls, &value, err);
    *x = value.x;
    free_classes(&c);
    return st;
}

/* Without the voxels that are in neither map only a value that does not depend on them is known. */
static seg_status class_value(double *x, const seg_pool *p, const seg_metric_job *job, int cls, seg_error *err)
{
    const seg_pooled_class *k = &p->cls[cls];
    uint64_t own = k->tp + k->fp + k->fn;
    double other;
    seg_status st;

    if (!p->without_counts || !p->without_tn)
        return value_of_class(x, p, job, cls, p->voxels, err);
    st = value_of_class(x, p, job, cls, own + 1000, err);
    if (!st)
        st = value_of_class(&other, p, job, cls, 2 * own + 5000, err);
    if (!st && *x != other)
        *x = NAN;
    return st;
}

static seg_status mean_of_classes(double *x, const seg_pool *p, const seg_metric_job *job, seg_error *err)
{
    double sum = 0;
    size_t n = 0;
    seg_status st = SEG_OK;

    for (size_t k = 0; k < p->n && !st; k++) {
        if (p->cls[k].id == 0 && has_background(p) && !p->zero_is_class)
            continue;
        st = class_value(x, p, job, (int)k, err);
        if (!st && !isnan(*x)) {
            sum += *x;
            n++;
        }
    }
    *x = n ? sum / (double)n : NAN;
    return st;
}

/* Class 0 counts when there is no list of classes, or when the list names it; the share of right voxels is of all. */
static seg_status value_over_classes(double *x, const seg_pool *p, const seg_metric_job *job, seg_error *err)
{
    bool all_voxels = !strcmp(job->metric->name, "pixel-accuracy") || job->metric->family == SEG_OVERLAP_METRIC;
    classes c = {0};
    seg_value value = seg_value_undefined(NULL);
    seg_status st = SEG_OK;

    *x = NAN;
    if (!has_background(p) && job->metric->independent == SEG_INDEPENDENT_NONE)
        return SEG_OK;
    if (p->without_counts && !p->zero_is_class) /* reports without counts say nothing of class 0 */
        return SEG_OK;
    st = make_classes(&c, p, all_voxels || !p->listed, p->voxels, err);
    if (!st && c.pair.classes)
        st = seg_metric_from_counts(job, &c.pair, c.counts, -1, &value, err);
    *x = value.x;
    free_classes(&c);
    return st;
}

seg_status seg_pool_value(double *x, const seg_pool *pool, const seg_metric_job *job, int cls, seg_error *err)
{
    *x = NAN;
    if (!job->metric->from_counts || !pool->n || (job->metric->reads_map && job->metric->reads_map(job->params)))
        return SEG_OK;
    if (cls >= 0)
        return class_value(x, pool, job, cls, err);
    return job->metric->case_value ? value_over_classes(x, pool, job, err) : mean_of_classes(x, pool, job, err);
}

/* ---- rows ---- */

static double object_value(const seg_pooled_objects *o, const char *measure)
{
    if (!strcmp(measure, "lesion-sensitivity"))
        return o->tp / (o->tp + o->fn);
    if (!strcmp(measure, "lesion-precision"))
        return o->tp / (o->tp + o->fp);
    if (!strcmp(measure, "lesion-f1"))
        return 2 * o->tp / (2 * o->tp + o->fp + o->fn);
    if (!strcmp(measure, "lesion-accuracy"))
        return o->tp / (o->tp + o->fp + o->fn);
    if (!strcmp(measure, "lesion-sq") && o->has_quality)
        return o->quality / o->tp;
    if (!strcmp(measure, "lesion-pq") && o->has_quality)
        return o->quality / (o->tp + (o->fp + o->fn) / 2);
    return NAN;
}

static const seg_pooled_objects *find_objects(const seg_pool *p, const seg_summary_key *key)
{
    for (size_t i = 0; i < p->n_objects; i++) {
        const seg_pooled_objects *o = &p->objects[i];

        if (o->aggregate == key->aggregate && (key->aggregate || o->cls == key->cls) && !strcmp(o->params, key->params))
            return o;
    }
    return NULL;
}

/* Over classes: the mean of the classes' values, as without pooling. */
static double object_mean(const seg_pool *p, const seg_summary_key *key)
{
    double sum = 0;
    size_t n = 0;

    for (size_t i = 0; i < p->n_objects; i++) {
        const seg_pooled_objects *o = &p->objects[i];
        double x = o->aggregate || strcmp(o->params, key->params) ? NAN : object_value(o, key->measure);

        sum += isnan(x) ? 0 : x;
        n += !isnan(x);
    }
    return n ? sum / (double)n : NAN;
}

/* "params" of the report as a specification; pooled=yes is no parameter of the metric. */
static seg_status make_job(seg_metric_jobs *jobs, const seg_pool *p, const seg_metric *metric, const char *params,
                           seg_error *err)
{
    char *text = *params ? seg_copy(params, SIZE_MAX) : NULL;
    seg_status st;

    for (char *c = text; c && *c; c++)
        *c = *c == ';' ? ',' : *c;
    st = *params && !text ? seg_fail(err, SEG_MEMORY, "not enough memory for pooled values")
                          : seg_metric_jobs_add(jobs, metric, text, p->convention, err);
    free(text);
    return st;
}

static seg_status value_of_job(double *x, const seg_pool *p, const seg_metric *metric, const seg_summary_key *key,
                               seg_error *err)
{
    size_t cls = key->aggregate ? 0 : find_class(p, key->cls, 0);
    seg_metric_jobs jobs = {0};
    seg_status st = cls == SIZE_MAX ? SEG_OK : make_job(&jobs, p, metric, key->params, err);

    if (!st && jobs.n == 1)
        st = seg_pool_value(x, p, &jobs.job[0], key->aggregate ? -1 : (int)cls, err);
    seg_metric_jobs_free(&jobs);
    return st;
}

/* Largest last: the sum does not depend on the order of the cases. */
static double sum_of(seg_summary_entry *entry)
{
    double *x = NULL, sum;

    if (seg_alloc(&x, entry->n, sizeof *x, "pooled values", NULL))
        return NAN;
    if (entry->n)
        memcpy(x, entry->x, entry->n * sizeof *x);
    seg_sort(x, entry->n);
    sum = seg_total(x, entry->n);
    free(x);
    return sum;
}

static seg_status pooled_value(double *x, const seg_pool *p, seg_summary_entry *entry, const seg_metric *metric,
                               bool *has, seg_error *err)
{
    bool object = !strncmp(metric->name, "lesion-", 7);
    const seg_pooled_objects *o = object ? find_objects(p, &entry->key) : NULL;

    *has = curve_value(x, p, &entry->key);
    if (*has || strstr(entry->key.params, "sweep=")) /* other sweeps are plain means */
        return SEG_OK;
    *has = metric->amount || metric->from_counts || o;
    if (metric->amount)
        *x = sum_of(entry);
    else if (o)
        *x = entry->key.aggregate ? object_mean(p, &entry->key) : object_value(o, entry->key.measure);
    else if (metric->from_counts)
        return value_of_job(x, p, metric, &entry->key, err);
    return SEG_OK;
}

/* A mean over slices is a value of the case; it pools nothing. */
static bool is_slice_mean(const char *params)
{
    size_t n = strlen(params), m = strlen(SEG_SLICE_MEAN_PARAMETER);

    return n >= m && !strcmp(params + n - m, SEG_SLICE_MEAN_PARAMETER);
}

static seg_status add_row(seg_pool *p, seg_summary *summary, size_t i, seg_error *err)
{
    seg_summary_key key = summary->entry[i].key;
    const seg_metric *metric = key.kind == SEG_KIND_METRIC ? seg_metric_find(key.measure) : NULL;
    seg_string params = {0};
    bool has = false;
    double x = NAN;
    seg_status st;

    if (!metric || summary->entry[i].pooled || is_slice_mean(key.params))
        return SEG_OK;
    st = pooled_value(&x, p, &summary->entry[i], metric, &has, err);
    seg_string_printf(&params, "%s%spooled=yes", key.params, *key.params ? ";" : "");
    if (!st)
        st = seg_string_check(&params, err);
    key.params = params.text;
    if (!st && has)
        st = seg_summary_add_pooled(summary, &key, x, p->cases, err);
    seg_string_free(&params);
    return st;
}

seg_status seg_pool_rows(seg_pool *pool, seg_summary *summary, seg_error *err)
{
    size_t n = summary->n;
    seg_status st = SEG_OK;

    for (size_t i = 0; i < n && !st; i++)
        st = add_row(pool, summary, i, err);
    return st;
}

void seg_pool_free(seg_pool *pool)
{
    free(pool->cls);
    free(pool->matrix);
    free(pool->objects);
    free(pool->curve);
    seg_intern_free(&pool->pool);
    *pool = (seg_pool){0};
}

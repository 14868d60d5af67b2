/* agree.h - which loss orders the cases as which metric does: rank correlations over the cases of reports. */
#ifndef SEG_COMPARE_AGREE_H
#define SEG_COMPARE_AGREE_H

#include <stdint.h>

#include "../report/read_report.h"
#include "case_facts.h"

/* A loss or a metric; `sign` turns it so that larger is worse. */
typedef struct {
    const char *name, *params; /* owned by the data */
    double sign;
} seg_agree_measure;

/* What the reports hold. {0} is empty. */
typedef struct {
    seg_intern cases, losses, metrics; /* by "name params" */
    seg_agree_measure *loss, *metric;
    size_t room_loss, room_metric, methods;
    double *x;       /* [methods][losses + metrics][cases]; NAN where undefined */
    size_t *cluster; /* [cases] or NULL */
    int *stratum;    /* [cases] from 1, or NULL */
    int strata;
    seg_intern pool, skipped; /* metrics without a good direction */
} seg_agree_data;

typedef struct {
    bool one_class;
    int64_t cls;        /* its rows instead of the aggregate */
    const char *strata; /* "COLUMN:K" or NULL */
    seg_facts_query facts;
    int (*better)(const char *metric); /* +1, -1, 0: neither */
} seg_agree_query;

/* Reads a report as the next method. */
seg_status seg_agree_read(seg_agree_data *data, const char *const *paths, size_t n, const seg_agree_query *query,
                          seg_error *err);
void seg_agree_free(seg_agree_data *data);

typedef struct {
    bool spearman, missing_worst;
    size_t boot;
    uint64_t seed;
} seg_agree_options;

/* One loss against one metric; NAN where there is no number. */
typedef struct {
    size_t loss, metric;
    int stratum; /* 0: all cases */
    double r, low, high;
    size_t n, left_out, groups;
    const char *why; /* "constant" or "few cases" without a number, else NULL */
} seg_agree_cell;

/* Cells by stratum (all cases first), loss, metric; free(*cells). Parallel, the same numbers for any number of threads. */
seg_status seg_agree_compute(seg_agree_cell **cells, size_t *n, const seg_agree_data *data,
                             const seg_agree_options *options, seg_error *err);

/* Which loss is first for a metric, over all cases: share of the resamples in which it stays first. */
typedef struct {
    size_t best[3]; /* losses in descending order; SIZE_MAX where there are fewer */
    double r[3];
    double stays; /* NAN when it cannot be told */
    size_t n;
} seg_agree_winner;
seg_status seg_agree_winner_of(seg_agree_winner *winner, const seg_agree_data *data, size_t metric,
                               const seg_agree_cell *cells, const seg_agree_options *options, seg_error *err);

/* The order of the losses in table and figure: order[losses]. cluster: average linkage on 1 - the correlation of two
 * losses, the lower index first; best: by the first metric. */
typedef enum { SEG_AGREE_GIVEN, SEG_AGREE_CLUSTER, SEG_AGREE_BEST } seg_agree_order;
extern const char *const seg_agree_order_words[]; /* "given", "cluster", "best" */
seg_status seg_agree_sort(size_t *order, const seg_agree_data *data, const seg_agree_cell *cells,
                          const seg_agree_options *options, seg_agree_order how, seg_error *err);

/* ---- forms ---- */

typedef struct {
    const seg_agree_data *data;
    const seg_agree_options *options;
    const seg_agree_cell *cell;
    size_t cells;
    const seg_agree_winner *winner; /* [metrics] */
    const size_t *order;            /* [losses] */
    bool interval;                  /* in the table */
    int digits;
} seg_agree_result;

seg_status seg_agree_table(const seg_agree_result *r, seg_string *out, seg_error *err);
void seg_agree_csv(const seg_agree_result *r, seg_string *out);
void seg_agree_json(const seg_agree_result *r, const seg_setting *settings, size_t n_settings, seg_string *out);
/* A heat map of all cases. */
seg_status seg_agree_figure(const seg_agree_result *r, seg_string *svg, seg_error *err);

#endif

/* agreement.h - rank correlations of numbers of which some count several times, as in a resample, in n log n steps. */
#ifndef SEG_STATISTICS_AGREEMENT_H
#define SEG_STATISTICS_AGREEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"

/* Two lists of n numbers, ordered once. */
typedef struct {
    size_t n, y_levels;
    size_t *by_x;    /* [n] indices in ascending x */
    uint32_t *x, *y; /* [n] level of each: equal numbers have the same, from 0 */
    uint64_t *tree;  /* [y_levels + 1] work space */
    double *rank;    /* [y_levels] work space */
} seg_agreement;

/* x and y may be infinite, not NAN. Free it also after an error. */
seg_status seg_agreement_make(seg_agreement *a, const double *x, const double *y, size_t n, seg_error *err);
void seg_agreement_free(seg_agreement *a);

/* Kendall's tau-b, or Spearman's correlation with mid-ranks, number i taken times[i] times (NULL: once). NAN when one side
 * is constant. */
double seg_agreement_tau(seg_agreement *a, const uint32_t *times);
double seg_agreement_spearman(seg_agreement *a, const uint32_t *times);

/* The two-sided 95 % percentile interval of x[n], linear between ranks; x is put in another order. */
void seg_percentile_interval(double *x, size_t n, double *low, double *high);

#endif

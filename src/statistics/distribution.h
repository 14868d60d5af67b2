/* distribution.h - tail probabilities and quantiles. */
#ifndef SEG_STATISTICS_DISTRIBUTION_H
#define SEG_STATISTICS_DISTRIBUTION_H

#include <stddef.h>

/* P(Z > z), P(Z <= z) and its inverse for the standard normal; p in (0, 1). */
double seg_normal_above(double z);
double seg_normal_below(double z);
double seg_normal_quantile(double p);

/* P(X > x) for chi-squared with df degrees of freedom, and for F with df1 and df2. */
double seg_chi2_above(double x, double df);
double seg_f_above(double x, double df1, double df2);

/* P(T > t) for Student's t with df degrees of freedom, and the t with P(T <= t) = p. */
double seg_t_above(double t, double df);
double seg_t_quantile(double p, double df);

/* The largest k with P(B <= k) <= p for B binomial with n trials of probability 1/2; -1 when there is none. */
long seg_binomial_half_quantile(double p, size_t n);

/* Range of k standard normals (studentised range with infinite degrees of freedom): P(Q <= q) and its inverse. */
double seg_range_below(double q, int k);
double seg_range_quantile(double p, int k);

#endif

/* figure.h - a comparison as SVG: dots with intervals for every measure and class, paired differences; and, apart,
 * critical-difference diagrams. */
#ifndef SEG_COMPARE_FIGURE_H
#define SEG_COMPARE_FIGURE_H

#include "table.h"

/* The grades should hold intervals when there are cases; every test result gets a panel of differences. */
seg_status seg_table_picture(const seg_table *table, seg_string *out, seg_error *err);

/* How many diagrams of average ranks there are: one for every test result of three rows or more. */
size_t seg_table_rank_pictures(const seg_table *table);
seg_status seg_table_rank_picture(const seg_table *table, seg_string *out, seg_error *err);

/* The groups of methods that Nemenyi's difference does not tell apart: rank[k] ascending, first[i]..last[i] inclusive,
 * none inside another. Returns their number, at most k; those of a single method are left out. */
size_t seg_rank_groups(const double *rank, size_t k, double difference, size_t *first, size_t *last);

#endif

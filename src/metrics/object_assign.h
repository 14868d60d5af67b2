/* object_assign.h - the largest one-to-one assignment of a sparse bipartite graph. */
#ifndef SEG_METRICS_OBJECT_ASSIGN_H
#define SEG_METRICS_OBJECT_ASSIGN_H

#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"

/* row and column may be paired, with a score in [0, 1]. */
typedef struct {
    uint32_t row, column;
    double score;
} seg_assign_edge;

/* Pairs rows and columns one to one: as many pairs as possible, and among those choices the largest sum of scores.
 * row_of[columns]: the row of each column, UINT32_MAX (as given) without one. */
seg_status seg_assign(const seg_assign_edge *edge, size_t n, size_t rows, size_t columns, uint32_t *row_of,
                      seg_error *err);

#endif

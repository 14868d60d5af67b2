/* embedding.h - rows of a slice as vectors of one number for each class, and how each looks in the window around it. */
#ifndef SEG_LOSSES_BOUNDARY_EMBEDDING_H
#define SEG_LOSSES_BOUNDARY_EMBEDDING_H

#include "../../simd/window_stats.h"
#include "slice_rows.h"

/* Rows [from, to), each with a margin on both sides whose pixels are ignored: a window never leaves the arrays. Class
 * by class, so that eight pixels are worked on side by side. */
typedef struct {
    seg_slice_rows rows; /* which; its y is not used */
    size_t half;         /* windows are 2 half + 1 pixels wide */
    size_t stride, margin, plane;
    double *f;      /* [classes][plane] the probabilities, or their logarithms */
    double *norm;   /* [plane] of the vectors, at least SEG_NORM_LEAST */
    int32_t *code;  /* [plane] class in the truth, `classes` where ignored */
    int32_t *right; /* [plane] 1 where that is predicted */
} seg_embedding;

#define SEG_NORM_LEAST 1e-8 /* below which a cosine is not steeper */

/* log_eps > 0: ln max(y, log_eps) instead of y, log_eps a normal number. Free it in any case. */
seg_status seg_embedding_load(seg_embedding *e, const seg_pair *pair, size_t z, size_t band, size_t half,
                              double log_eps, seg_error *err);
void seg_embedding_free(seg_embedding *e);

/* Where the pixel is in the arrays of a plane. */
static inline size_t seg_embedding_at(const seg_embedding *e, size_t x, size_t y)
{
    return (y - e->rows.from) * e->stride + e->margin + x;
}

/* Sets n1, n2, m1, m2 and, where anchor[k] is 1 and not 0, pairs and count for pixels x .. x + 7 of row y, as far as
 * they are in the slice and not ignored. only_right: pairs with neighbours that are predicted right. */
void seg_embedding_look(const seg_embedding *e, size_t x, size_t y, const double *anchor, bool only_right,
                        seg_window_stats *look);

/* The same, one pixel after another, for the tests. */
void seg_embedding_look_plainly(const seg_embedding *e, size_t x, size_t y, const double *anchor, bool only_right,
                                seg_window_stats *look);

#endif

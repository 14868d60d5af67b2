/* simd.h - the kernels that are compiled for several instruction sets, and the one place where a set is chosen.
 *
 * Each kernel is written once, in a .inc file, with the vector types of vec8.h. v4.c, v3.c and base.c compile all of them
 * for x86-64-v4 (AVX-512), for x86-64-v3 (AVX2) and for what the compiler flags select: x86-64 with SSE2, aarch64
 * with NEON. All sets give the same bits.
 */
#ifndef SEG_SIMD_SIMD_H
#define SEG_SIMD_SIMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../base/error.h"
#include "argmax.h"
#include "clamped_sums.h"
#include "envelope.h"
#include "error_bins.h"
#include "prob.h"
#include "run_sums.h"
#include "window_stats.h"

/* Kernels work on so many numbers at a time. */
enum { SEG_VEC_LANES = 8 };

typedef struct {
    const char *name; /* v4, v3 or base */

    /* Stored probabilities p[n], clamped as seg_clamp_prob() does; 1 minus that where flip. */
    bool (*probs_fit)(const float *p, size_t n);                   /* all of [-SLACK, 1 + SLACK]? */
    void (*widen)(const float *p, size_t n, bool flip, double *y); /* y[n] */
    size_t (*widen_uncertain)(const float *p, size_t n, bool flip, double *y, size_t *ones); /* see pass/true_class.h */
    void (*trim)(const float *p, int32_t cut, size_t *begin, size_t *end); /* leaves out whole groups of lanes at both
                                                                              ends of [begin, end) with bits <= cut */
    void (*ranking_keys)(const float *p, size_t n, bool flip, bool positive, uint32_t *key); /* see metrics/ranking.c */
    size_t (*sum_leading)(const float *p, size_t n, int32_t cut,
                          double *sum); /* whole groups with bits <= cut, added */

    /* Running argmax over the planes of a map: see pass/argmax_tile.h. */
    void (*argmax_init)(const seg_argmax_tile *tile, size_t n, float best);
    bool (*argmax_update)(const seg_argmax_tile *tile, const float *p, size_t n, int32_t cls, bool takes_part,
                          float *peak);
    void (*argmax_save)(const seg_argmax_tile *tile, size_t n, uint16_t *winner);
    void (*argmax_load)(const seg_argmax_tile *tile, size_t n, const uint16_t *winner);
    void (*argmax_check_sums)(const seg_argmax_tile *tile, size_t n, uint64_t off[SEG_SUM_SLACKS], double *worst);
    void (*argmax_labels)(const seg_argmax_tile *tile, size_t n, int32_t bad_code, uint16_t *code);
    int32_t (*argmax_clamped)(int32_t *best, int32_t *winner, const float *p, size_t n, int32_t cls);

    /* Sums over a run of voxels. */
    void (*sum_own)(const float *p, size_t n, bool flip, double eps, size_t factors, seg_run_sums *sums);
    void (*sum_other)(const float *p, size_t n, bool flip, seg_run_sums *sums);
    double (*sum_clamped)(const float *p, size_t n, bool flip, const seg_clamp *clamp);
    double (*sum_neg_log)(const float *p, size_t n, bool flip, const seg_clamp *clamp);
    double (*sum_neg_log1m)(const float *p, size_t n, bool flip, const seg_clamp *clamp);
    void (*sum_clamped_focal)(const float *p, size_t n, bool flip, const seg_clamp *clamp, double power, double eps,
                              seg_focal_sums3 *sums);
    double (*sum_focal)(const float *p, size_t n, bool flip, int gamma, double eps);
    double (*sum_log_powers)(const float *p, size_t n, bool flip, double eps, double gamma); /* (-log y)^gamma */

    /* Histograms. */
    void (*lovasz_count_floats)(uint64_t *packed, const float *p, size_t n, int32_t cut);
    void (*lovasz_count)(seg_bins_side *side, const float *p, size_t n, bool flip);
    void (*topk_keys)(const double *y, size_t n, double eps, uint64_t *key); /* room up to a multiple of the lanes */

    /* Rows of doubles. */
    void (*row_add)(double *sum, const double *x, size_t n);                             /* sum += x */
    void (*row_add_plus)(double *sum, const double *x, double plus, size_t n);           /* sum += x + plus */
    void (*row_add_difference)(double *sum, const double *a, const double *b, size_t n); /* sum += a - b */
    void (*row_max)(double *y, size_t n, double least);                                  /* y = max(y, least) */
    void (*row_extremes)(const double *x, size_t n, double *high, double *low);
    void (*row_above)(const double *y, size_t n, double threshold, uint64_t *bits);
    double (*row_dot)(const double *a, const double *b, size_t n);

    /* Distances. */
    void (*envelope_solve)(const seg_envelope *columns);
    double (*sum_squares_by_distance)(const double *e, const float *distance, bool inside, size_t n);
    double (*sum_lines_by_distance)(const double inside[2], const double outside[2], const float *distance,
                                    const double *y, size_t n);
    void (*gaps_lengthen)(uint8_t *gap, const uint8_t *next, size_t n); /* n: a multiple of 64 */
    void (*gaps_shorten)(uint8_t *gap, const uint8_t *next, size_t n);

    /* Windows of vectors with one number for each class, and a dense layer of a network. */
    void (*window_logs)(double *f, size_t n, double least); /* n: a multiple of the lanes */
    void (*window_norms)(const double *f, size_t plane, int classes, double least, double *norm);
    void (*window_add)(const seg_window_rows *rows, size_t i, size_t top, size_t bottom, const double *anchor,
                       bool only_right, seg_window_stats *stats);
    void (*dense_layer)(const float *weight, const float *bias, size_t in, size_t width, const double *x, double *out);

    /* at[n] = where the runs of equal voxels of a row begin, n > 0; returns how many there are. `size` bytes a voxel. */
    size_t (*run_starts)(const unsigned char *row, size_t n, size_t size, uint32_t *at);
} seg_simd_kernels;

/* The kernels in use: the best set of this processor, or that which the environment variable SEGLOSS_SIMD names. It is
 * decided by the first call and does not change. */
const seg_simd_kernels *seg_simd(void);

/* SEG_USAGE when SEGLOSS_SIMD names no set, or one that this processor or this program does not have; seg_simd() uses the
 * best one then. */
seg_status seg_simd_check(seg_error *err);

/* Set i of those that this processor can run, the plainest first, or NULL: for the tests. */
const seg_simd_kernels *seg_simd_at(int i);

#endif

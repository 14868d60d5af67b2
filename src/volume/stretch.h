/* stretch.h - the truth as stretches of voxels with one label, and sums of a class's probabilities over a stretch.
 *
 * Truths are long stretches of the same label, so a pass over a plane of probabilities asks "which label?" once a
 * stretch, not once a voxel, and the loops between are the same few instructions for every voxel.
 */
#ifndef SEG_VOLUME_STRETCH_H
#define SEG_VOLUME_STRETCH_H

#include <stdbool.h>

#include "../base/blocks.h"
#include "pair.h"

/* Voxels [begin, end) of the map have this code, the voxel at `end` (if asked for at all) has another. */
typedef struct {
    size_t begin, end;
    uint32_t code;
} seg_stretch;

/* Goes through the stretches of voxels [begin, end): for (... = seg_stretches_of(...); seg_stretches_next(...);) */
typedef struct {
    const seg_labelmap *map;
    size_t at, end;  /* what is left to give */
    size_t row, run; /* where `at` lies */
} seg_stretches;

seg_stretches seg_stretches_of(const seg_labelmap *map, size_t begin, size_t end);
bool seg_stretches_next(seg_stretches *s, seg_stretch *stretch);

/* The probability of `class` at voxels [begin, begin + n), n <= SEG_BLOCK, as stored: scratch has room for n. Values
 * may leave [0, 1] by rounding; where *flip is set the probability is 1 minus the value. */
const float *seg_plane_block(const seg_pair *pair, int class, size_t begin, size_t n, float *scratch, bool *flip);

/* Probability of `class` at voxels [begin, begin + n), any n: y[n]. As seg_pair_prob(), eight at a time. */
void seg_plane_prob(const seg_pair *pair, int class, size_t begin, size_t n, double *y);

/* The truth of `class` there, 1 or 0 (0 where ignored), or the soft truth: t[n]. */
void seg_plane_target(const seg_pair *pair, int class, size_t begin, size_t n, double *t);

/* Probability of the true class at the voxels of [begin, begin + n) that count, in order, n <= SEG_BLOCK; returns how
 * many. For label truths. As seg_pair_true_prob(), without the codes. */
size_t seg_stretch_true_prob(const seg_pair *pair, size_t begin, size_t n, double *y);

/* Goes through the voxels of a block that count and gives the stored probabilities of their true classes, piece by piece
 * in the order of the voxels: seg_own_begin(...); while (seg_own_next(...)). For label truths.
 *
 * A map that stays in its file is read some rows at a time, since the next stretches of a class are near: a read of
 * 16 KB costs little more than one of a hundred bytes. */
enum { SEG_OWN_WINDOWS = 8, SEG_OWN_WINDOW = 4096 };

typedef struct {
    const float *p; /* [n] as stored; the probability is 1 minus the value where flip */
    size_t n;
    uint32_t code;
    bool flip;
} seg_own_piece;

typedef struct {
    const seg_pair *pair;
    seg_stretches stretches;
    seg_stretch rest;                          /* what is left of the current stretch */
    seg_stretch window[SEG_OWN_WINDOWS];       /* what value[] holds */
    float value[SEG_OWN_WINDOWS][SEG_OWN_WINDOW];
} seg_own;

void seg_own_begin(seg_own *own, const seg_pair *pair, size_t begin, size_t end);
bool seg_own_next(seg_own *own, seg_own_piece *piece);

/* Sums over n stored values p (y = p moved into [0, 1], or 1 - that where flip). */
typedef struct {
    double mass;   /* y */
    double square; /* y^2 */
    double error;  /* (1 - y)^2 */
    double log;    /* -log(max(y, eps)) */
} seg_stretch_sums;

/* mass and square are added to. */
void seg_stretch_mass(const float *p, size_t n, bool flip, seg_stretch_sums *sums);
/* All four are added to. eps > 0. */
void seg_stretch_own(const float *p, size_t n, bool flip, double eps, seg_stretch_sums *sums);

/* The same, one voxel after another, for the tests. */
void seg_stretch_own_plainly(const float *p, size_t n, bool flip, double eps, seg_stretch_sums *sums);

#endif

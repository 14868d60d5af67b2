/* argmax_tile.h - the running argmax of some voxels while the planes of a map are read, and the sum of their classes. */
#ifndef SEG_PASS_ARGMAX_TILE_H
#define SEG_PASS_ARGMAX_TILE_H

#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../image/probmap.h"
#include "../simd/argmax.h"

/* Voxels of a tile: their state stays in the first-level cache while the planes are read. */
enum { SEG_ARGMAX_TILE = 1024 };

/* Memory of one tile, with gaps: loads and stores of addresses that differ by a multiple of 4096 bytes wait for each
 * other. */
typedef struct {
    float best[SEG_ARGMAX_TILE + 16], sum[SEG_ARGMAX_TILE + 16];
    int32_t winner[SEG_ARGMAX_TILE + 16], bad[SEG_ARGMAX_TILE + 16];
} seg_argmax_scratch;

static inline seg_argmax_tile seg_argmax_in(seg_argmax_scratch *scratch)
{
    return (seg_argmax_tile){scratch->best, scratch->sum, scratch->winner, scratch->bad};
}

/* `best` has to be exceeded; class 0 wins where no class does. */
void seg_argmax_init(const seg_argmax_tile *tile, size_t n, float best);

/* Adds the plane of a class. takes_part: false for a plane that only adds to the sums. *max grows to the largest value.
 * False: some are no probabilities; then the tile has to be made again with seg_argmax_update_ref(). */
bool seg_argmax_update(const seg_argmax_tile *tile, const float *p, size_t n, int32_t cls, bool takes_part, float *max);

/* Statistics of planes with values that are not probabilities. */
typedef struct {
    float low, high;           /* of the finite values */
    uint32_t outside, strange; /* values outside [0, 1], and not finite */
} seg_argmax_stats;
#define SEG_ARGMAX_NO_STATS                                                                                            \
    {                                                                                                                  \
        FLT_MAX, -FLT_MAX, 0, 0                                                                                        \
    }

/* The same for any values; those that are not finite count as 0. For probabilities both give the same. */
void seg_argmax_update_ref(const seg_argmax_tile *tile, const float *p, size_t n, int32_t cls, bool takes_part,
                           seg_argmax_stats *stats);

/* The state of n voxels, kept elsewhere between two planes; class numbers below 2^15. best and sum may be the arrays of
 * the tile. */
void seg_argmax_save(const seg_argmax_tile *tile, size_t n, float *best, float *sum, uint16_t *winner);
void seg_argmax_load(const seg_argmax_tile *tile, size_t n, const float *best, const float *sum,
                     const uint16_t *winner);

/* Voxels whose classes do not sum to 1, but for those with values that are not finite: adds their number to *off and
 * moves *worst to the sum farthest from 1. */
void seg_argmax_check_sums(const seg_argmax_tile *tile, size_t n, uint64_t off[SEG_SUM_SLACKS], double *worst);

/* Winners as codes; voxels with a value that is not finite get `bad_code` unless that is negative. */
void seg_argmax_labels(const seg_argmax_tile *tile, size_t n, int32_t bad_code, uint16_t *code);

#endif

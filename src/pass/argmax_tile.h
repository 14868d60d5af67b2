/* argmax_tile.h - some voxels on their way through the planes of a map: which class is ahead, and what the classes sum to. */
#ifndef SEG_PASS_ARGMAX_TILE_H
#define SEG_PASS_ARGMAX_TILE_H

#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../image/probmap.h"
#include "../simd/argmax.h"

/* Voxels that run at a time: what is kept of them stays in the first-level cache while the planes go by. */
enum { SEG_ARGMAX_TILE = 1024 };

/* Room for one race. Arrays a multiple of 4096 bytes apart would be taken for one another by the processor, so there is
 * a gap between them. */
typedef struct {
    float best[SEG_ARGMAX_TILE + 16], sum[SEG_ARGMAX_TILE + 16];
    int32_t winner[SEG_ARGMAX_TILE + 16], bad[SEG_ARGMAX_TILE + 16];
} seg_argmax_scratch;

static inline seg_argmax_tile seg_argmax_in(seg_argmax_scratch *room)
{
    return (seg_argmax_tile){room->best, room->sum, room->winner, room->bad};
}

/* The largest value so far is `best`; class 0 is the argmax when no value exceeds it. */
void seg_argmax_init(const seg_argmax_tile *race, size_t n, float best);

/* The plane of a class goes by. takes_part: false for a plane that only adds to the sums. *peak grows to the largest
 * value. False: some are no probabilities; then the race is spoilt, and to be run again plainly. */
bool seg_argmax_update(const seg_argmax_tile *race, const float *p, size_t n, int32_t cls, bool takes_part,
                       float *peak);

/* What planes with values that are no probabilities looked like. */
typedef struct {
    float low, high;           /* of the finite values */
    uint32_t outside, strange; /* values outside [0, 1], and not finite */
} seg_argmax_stats;
#define SEG_ARGMAX_NO_STATS                                                                                            \
    {                                                                                                                  \
        FLT_MAX, -FLT_MAX, 0, 0                                                                                        \
    }

/* The same for any values; what is not finite counts as 0. To probabilities both do the same. */
void seg_argmax_update_ref(const seg_argmax_tile *race, const float *p, size_t n, int32_t cls, bool takes_part,
                           seg_argmax_stats *seen);

/* The state of n voxels, kept elsewhere between two planes; class numbers below 2^15. best and sum may be the race's own
 * arrays. */
void seg_argmax_save(const seg_argmax_tile *race, size_t n, float *best, float *sum, uint16_t *winner);
void seg_argmax_load(const seg_argmax_tile *race, size_t n, const float *best, const float *sum,
                     const uint16_t *winner);

/* Voxels whose classes do not sum to 1, but for those with values that are not finite: adds their number to *off and
 * moves *worst to the sum farthest from 1. */
void seg_argmax_check_sums(const seg_argmax_tile *race, size_t n, uint64_t off[SEG_SUM_SLACKS], double *worst);

/* Winners as codes; voxels with a value that is not finite get `bad_code` unless that is negative. */
void seg_argmax_labels(const seg_argmax_tile *race, size_t n, int32_t bad_code, uint16_t *code);

#endif

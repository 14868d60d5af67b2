/* argmax_tile.c - one plane against the best of those before, eight voxels at a time.
 *
 * As long as all values are probabilities the octets run; the plain loop takes over for voxels among which one is not,
 * counts what it sees, and is what the octets are tested against. Of a map of 9 classes the octets take 0.2 ns per value,
 * the plain loop 3.5.
 */
#include "argmax_tile.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "../simd/simd.h"

static const float SLACK = SEG_PROB_SLACK;

void seg_argmax_init(const seg_argmax_tile *r, size_t n, float best)
{
    seg_simd()->argmax_init(r, n, best);
}

void seg_argmax_update_ref(const seg_argmax_tile *r, const float *p, size_t n, int32_t cls, bool takes_part,
                           seg_argmax_stats *stats)
{
    for (size_t i = 0; i < n; i++) {
        bool finite = fabsf(p[i]) <= FLT_MAX;
        float y = finite ? p[i] : 0;
        bool wins = takes_part && y > r->best[i];

        r->bad[i] |= finite ? 0 : -1;
        r->sum[i] += y;
        r->best[i] = wins ? y : r->best[i];
        r->winner[i] = wins ? cls : r->winner[i];
        stats->strange += !finite;
        stats->outside += y < -SLACK || y > 1 + SLACK;
        stats->low = finite && y < stats->low ? y : stats->low;
        stats->high = finite && y > stats->high ? y : stats->high;
    }
}

bool seg_argmax_update(const seg_argmax_tile *tile, const float *p, size_t n, int32_t cls, bool takes_part, float *max)
{
    return seg_simd()->argmax_update(tile, p, n, cls, takes_part, max);
}

/* ---- between planes ---- */

void seg_argmax_save(const seg_argmax_tile *tile, size_t n, float *best, float *sum, uint16_t *winner)
{
    if (best != tile->best) {
        memcpy(best, tile->best, n * sizeof *best);
        memcpy(sum, tile->sum, n * sizeof *sum);
    }
    seg_simd()->argmax_save(tile, n, winner);
}

void seg_argmax_load(const seg_argmax_tile *tile, size_t n, const float *best, const float *sum, const uint16_t *winner)
{
    if (best != tile->best) {
        memcpy(tile->best, best, n * sizeof *best);
        memcpy(tile->sum, sum, n * sizeof *sum);
    }
    seg_simd()->argmax_load(tile, n, winner);
}

/* ---- the finish ---- */

void seg_argmax_check_sums(const seg_argmax_tile *tile, size_t n, uint64_t off[SEG_SUM_SLACKS], double *worst)
{
    seg_simd()->argmax_check_sums(tile, n, off, worst);
}

void seg_argmax_labels(const seg_argmax_tile *tile, size_t n, int32_t bad_code, uint16_t *code)
{
    seg_simd()->argmax_labels(tile, n, bad_code, code);
}

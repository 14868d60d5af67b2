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
                           seg_argmax_stats *seen)
{
    for (size_t i = 0; i < n; i++) {
        bool finite = fabsf(p[i]) <= FLT_MAX;
        float y = finite ? p[i] : 0;
        bool wins = takes_part && y > r->best[i];

        r->bad[i] |= finite ? 0 : -1;
        r->sum[i] += y;
        r->best[i] = wins ? y : r->best[i];
        r->winner[i] = wins ? cls : r->winner[i];
        seen->strange += !finite;
        seen->outside += y < -SLACK || y > 1 + SLACK;
        seen->low = finite && y < seen->low ? y : seen->low;
        seen->high = finite && y > seen->high ? y : seen->high;
    }
}

bool seg_argmax_update(const seg_argmax_tile *race, const float *p, size_t n, int32_t cls, bool takes_part, float *peak)
{
    return seg_simd()->argmax_update(race, p, n, cls, takes_part, peak);
}

/* ---- between planes ---- */

void seg_argmax_save(const seg_argmax_tile *race, size_t n, float *best, float *sum, uint16_t *winner)
{
    if (best != race->best) {
        memcpy(best, race->best, n * sizeof *best);
        memcpy(sum, race->sum, n * sizeof *sum);
    }
    seg_simd()->argmax_save(race, n, winner);
}

void seg_argmax_load(const seg_argmax_tile *race, size_t n, const float *best, const float *sum, const uint16_t *winner)
{
    if (best != race->best) {
        memcpy(race->best, best, n * sizeof *best);
        memcpy(race->sum, sum, n * sizeof *sum);
    }
    seg_simd()->argmax_load(race, n, winner);
}

/* ---- the finish ---- */

void seg_argmax_check_sums(const seg_argmax_tile *race, size_t n, uint64_t off[SEG_SUM_SLACKS], double *worst)
{
    seg_simd()->argmax_check_sums(race, n, off, worst);
}

void seg_argmax_labels(const seg_argmax_tile *race, size_t n, int32_t bad_code, uint16_t *code)
{
    seg_simd()->argmax_labels(race, n, bad_code, code);
}

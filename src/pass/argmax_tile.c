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

#include "../simd/vec8.h"

static const float SLACK = SEG_PROB_SLACK;

SEG_MULTIARCH static void start(const seg_argmax_tile *r, size_t n, float best)
{
    size_t room = (n + SEG_VEC_LANES - 1) / SEG_VEC_LANES * SEG_VEC_LANES;
    seg_f32x8 bests = {best, best, best, best, best, best, best, best};

    memset(r->sum, 0, room * sizeof *r->sum);
    memset(r->bad, 0, room * sizeof *r->bad);
    memset(r->winner, 0, room * sizeof *r->winner);
    for (size_t i = 0; i < room; i += SEG_VEC_LANES)
        memcpy(r->best + i, &bests, sizeof bests);
}

void seg_argmax_init(const seg_argmax_tile *r, size_t n, float best)
{
    start(r, n, best);
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

/* *fine keeps its -1 where the values are probabilities. */
SEG_VEC_INLINE void note_fit(const seg_f32x8 *y, seg_i32x8 *fine)
{
    *fine &= (seg_i32x8)(*y >= -SLACK) & (seg_i32x8)(*y <= 1 + SLACK);
}

SEG_VEC_INLINE bool all_of(const seg_i32x8 *fine)
{
    uint64_t all[4];

    memcpy(all, fine, sizeof all);
    return (all[0] & all[1] & all[2] & all[3]) == UINT64_MAX;
}

/* Eight voxels from i on; *most are the bits of the largest, which are in the order of the floats. part: -1, or 0 as
 * takes_part. */
SEG_VEC_INLINE void enter_octet(const seg_argmax_tile *r, size_t i, const float *p, int32_t cls, int32_t part,
                                seg_i32x8 *fine, seg_i32x8 *most)
{
    seg_f32x8 y, best, sum;
    seg_i32x8 bits, more, wins, winner;

    memcpy(&y, p, sizeof y);
    memcpy(&bits, p, sizeof bits);
    more = (seg_i32x8)(bits > *most);
    *most = (bits & more) | (*most & ~more);
    memcpy(&best, r->best + i, sizeof best);
    memcpy(&sum, r->sum + i, sizeof sum);
    memcpy(&winner, r->winner + i, sizeof winner);
    note_fit(&y, fine);
    wins = (seg_i32x8)(y > best) & part;
    best = (seg_f32x8)(((seg_i32x8)y & wins) | ((seg_i32x8)best & ~wins));
    winner = (cls & wins) | (winner & ~wins);
    sum += y;
    memcpy(r->best + i, &best, sizeof best);
    memcpy(r->sum + i, &sum, sizeof sum);
    memcpy(r->winner + i, &winner, sizeof winner);
}

SEG_MULTIARCH static bool enter(const seg_argmax_tile *race, const float *p, size_t n, int32_t cls, bool takes_part,
                                float *peak)
{
    const seg_argmax_tile r = *race;
    seg_i32x8 fine = (seg_i32x8){0} - 1, most = {0};
    int32_t part = takes_part ? -1 : 0;
    float last[SEG_VEC_LANES] = {0};
    size_t i = 0;

    for (; i + SEG_VEC_LANES <= n; i += SEG_VEC_LANES)
        enter_octet(&r, i, p + i, cls, part, &fine, &most);
    if (i < n) {
        memcpy(last, p + i, (n - i) * sizeof *p);
        enter_octet(&r, i, last, cls, part, &fine, &most);
    }
    for (int lane = 0; lane < SEG_VEC_LANES; lane++) {
        float here;

        memcpy(&here, (const char *)&most + (size_t)lane * sizeof here, sizeof here);
        *peak = here > *peak ? here : *peak;
    }
    return all_of(&fine);
}

bool seg_argmax_update(const seg_argmax_tile *race, const float *p, size_t n, int32_t cls, bool takes_part, float *peak)
{
    return enter(race, p, n, cls, takes_part, peak);
}

/* ---- between planes ---- */

typedef uint16_t code8 __attribute__((vector_size(16)));

/* A voxel with a value that was not finite has the highest bit set. */
enum { BAD_SHIFT = 15, WINNER = (1 << BAD_SHIFT) - 1 };

SEG_MULTIARCH static void pause_winners(const seg_argmax_tile *r, size_t n, uint16_t *to)
{
    size_t i = 0;

    for (; i + SEG_VEC_LANES <= n; i += SEG_VEC_LANES) {
        seg_i32x8 winner, bad;
        code8 eight;

        memcpy(&winner, r->winner + i, sizeof winner);
        memcpy(&bad, r->bad + i, sizeof bad);
        eight = __builtin_convertvector(winner | (bad & (1 << BAD_SHIFT)), code8);
        memcpy(to + i, &eight, sizeof eight);
    }
    for (; i < n; i++)
        to[i] = (uint16_t)(r->winner[i] | (r->bad[i] & (1 << BAD_SHIFT)));
}

SEG_MULTIARCH static void resume_winners(const seg_argmax_tile *r, size_t n, const uint16_t *from)
{
    size_t i = 0;

    for (; i + SEG_VEC_LANES <= n; i += SEG_VEC_LANES) {
        code8 eight;
        seg_i32x8 both, winner, bad;

        memcpy(&eight, from + i, sizeof eight);
        both = __builtin_convertvector(eight, seg_i32x8);
        winner = both & WINNER;
        bad = -(both >> BAD_SHIFT);
        memcpy(r->winner + i, &winner, sizeof winner);
        memcpy(r->bad + i, &bad, sizeof bad);
    }
    for (; i < n; i++) {
        r->winner[i] = from[i] & WINNER;
        r->bad[i] = -(from[i] >> BAD_SHIFT);
    }
}

void seg_argmax_save(const seg_argmax_tile *race, size_t n, float *best, float *sum, uint16_t *winner)
{
    if (best != race->best) {
        memcpy(best, race->best, n * sizeof *best);
        memcpy(sum, race->sum, n * sizeof *sum);
    }
    pause_winners(race, n, winner);
}

void seg_argmax_load(const seg_argmax_tile *race, size_t n, const float *best, const float *sum, const uint16_t *winner)
{
    if (best != race->best) {
        memcpy(race->best, best, n * sizeof *best);
        memcpy(race->sum, sum, n * sizeof *sum);
    }
    resume_winners(race, n, winner);
}

/* ---- the finish ---- */

static void weigh(const seg_argmax_tile *r, size_t begin, size_t end, uint64_t *off_sums, double *worst)
{
    for (size_t i = begin; i < end; i++) {
        float off = fabsf(r->sum[i] - 1);

        if (off > SLACK && !r->bad[i]) {
            ++*off_sums;
            if (off > fabs(*worst - 1))
                *worst = r->sum[i];
        }
    }
}

/* Sums are mostly 1: octets in which all are need no closer look. */
SEG_MULTIARCH static void weigh_all(const seg_argmax_tile *r, size_t n, uint64_t *off, double *worst)
{
    size_t i = 0;

    for (; i + SEG_VEC_LANES <= n; i += SEG_VEC_LANES) {
        seg_f32x8 sum;
        seg_i32x8 fit;

        memcpy(&sum, r->sum + i, sizeof sum);
        sum -= 1;
        fit = (seg_i32x8)(sum <= SLACK) & (seg_i32x8)(sum >= -SLACK);
        if (!all_of(&fit))
            weigh(r, i, i + SEG_VEC_LANES, off, worst);
    }
    weigh(r, i, n, off, worst);
}

void seg_argmax_check_sums(const seg_argmax_tile *race, size_t n, uint64_t *off, double *worst)
{
    weigh_all(race, n, off, worst);
}

SEG_MULTIARCH static void write_codes(const seg_argmax_tile *r, size_t n, int32_t bad_code, uint16_t *code)
{
    int32_t skip = bad_code < 0 ? 0 : -1;
    size_t i = 0;

    for (; i + SEG_VEC_LANES <= n; i += SEG_VEC_LANES) {
        seg_i32x8 bad, winner;
        code8 eight;

        memcpy(&bad, r->bad + i, sizeof bad);
        memcpy(&winner, r->winner + i, sizeof winner);
        bad &= skip;
        eight = __builtin_convertvector((bad_code & bad) | (winner & ~bad), code8);
        memcpy(code + i, &eight, sizeof eight);
    }
    for (; i < n; i++)
        code[i] = (uint16_t)(r->bad[i] & skip ? bad_code : r->winner[i]);
}

void seg_argmax_labels(const seg_argmax_tile *race, size_t n, int32_t bad_code, uint16_t *code)
{
    write_codes(race, n, bad_code, code);
}

/* topk_histogram.c - probabilities of true classes counted in narrow bins, from which the largest costs are added up.
 *
 * p below 1/2 is counted by p, and above by 1 - p, which is a float too: both in 4096 bins to an octave, so that no bin
 * is wider than 1/4096 of what it holds. Of a bin the number n and the sum of p are known. The cost is convex: n voxels
 * with the mean p cost no more than those that are there, and voxels at both edges with the same mean no less. That
 * leaves 1e-8 of the cost in doubt at most, and the part that is chosen of the last bin a little more.
 */
#include "topk_histogram.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/memory.h"
#include "../../base/packed_histogram.h"
#include "../../base/parallel.h"
#include "../../image/label_runs.h"
#include "../../simd/vec8.h"

/* Bins are the leading bits of floats from 2^-24 to 1/2. What is smaller is in the first, one for each lane, whose rest is
 * the number of those that are not 0. */
enum {
    SHIFT = 11,
    LOW_BITS = (127 - 24) << 23,
    HALF_BITS = (127 - 1) << 23,
    FIRST = 8,
    BINS = FIRST + ((HALF_BITS - LOW_BITS) >> SHIFT) + 1
};

enum { BELOW, ABOVE, SIDES }; /* p < 1/2, and 1 - p where p is larger */

typedef struct {
    uint64_t side[SIDES][BINS];
    size_t n; /* since they were emptied */
} counts;

struct seg_topk_histogram {
    double eps;
    size_t workers;
    counts *worker;
    seg_bin_total *total; /* [SIDES][BINS] */
    atomic_bool emptied;
};

static double float_of(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/* ---- counting ---- */

/* Sides, bins and rests of eight values, moved as seg_vec_load_prob() does. */
SEG_VEC_INLINE void place(const float *p, int flip, uint32_t *side, uint32_t *bin, uint32_t *rest)
{
    const int32_t one = 0x3f800000, largest = 0x7f7fffff, low = LOW_BITS;
    const seg_i32x8 lane = {0, 1, 2, 3, 4, 5, 6, 7};
    seg_i32x8 bits, over, above, is_low, at, more;
    seg_f32x8 x, other;

    memcpy(&bits, p, sizeof bits);
    bits &= ~(bits >> 31);
    bits &= ~((largest - bits) >> 31);
    over = bits - one;
    bits = (over & (over >> 31)) + one;
    memcpy(&x, &bits, sizeof x);
    other = 1.0f - x; /* exact where x is at least 1/2 */
    above = ~((bits - HALF_BITS) >> 31);
    bits = ((seg_i32x8)other & above) | (bits & ~above);
    is_low = (bits - low) >> 31;
    at = ((((bits - low) >> SHIFT) + FIRST) & ~is_low) | (lane & is_low);
    more = (bits & ((1 << SHIFT) - 1) & ~is_low) | (is_low & (-bits >> 31) & 1);
    above = (flip ? ~above : above) & 1;
    memcpy(side, &above, sizeof above);
    memcpy(bin, &at, sizeof at);
    memcpy(rest, &more, sizeof more);
}

SEG_VEC_INLINE void add(counts *c, const float *eight, int flip, size_t n)
{
    uint32_t side[SEG_VEC_LANES], bin[SEG_VEC_LANES], rest[SEG_VEC_LANES];

    place(eight, flip, side, bin, rest);
    for (size_t k = 0; k < n; k++)
        c->side[side[k]][bin[k]] += SEG_PACKED_ONE + rest[k];
}

/* Certain voxels cost nothing and are not counted. */
SEG_VEC_INLINE void count_octets(counts *c, const float *p, size_t n, int flip)
{
    float last[SEG_VEC_LANES] = {0};
    size_t i = 0;

    for (; i + SEG_VEC_LANES <= n; i += SEG_VEC_LANES)
        if (flip || !seg_vec_all_one(p + i))
            add(c, p + i, flip, SEG_VEC_LANES);
    if (i < n)
        add(c, memcpy(last, p + i, (n - i) * sizeof *p), flip, n - i);
}

SEG_MULTIARCH static void count_sides_straight(counts *c, const float *p, size_t n)
{
    count_octets(c, p, n, 0);
}

SEG_MULTIARCH static void count_sides_flipped(counts *c, const float *p, size_t n)
{
    count_octets(c, p, n, 1);
}

static void empty(seg_topk_histogram *seen, counts *c)
{
    atomic_store_explicit(&seen->emptied, true, memory_order_relaxed);
    seg_packed_empty(&c->side[0][0], (size_t)SIDES * BINS, seen->total);
    c->n = 0;
}

void seg_topk_histogram_update(void *context, const seg_class_tile *sight)
{
    seg_topk_histogram *seen = context;
    counts *c = &seen->worker[sight->worker];
    seg_label_runs stretches = seg_label_runs_of(sight->showing->truth, sight->begin, sight->begin + sight->n);
    seg_label_run s;

    if (c->n + sight->n > SEG_PACKED_LIMIT)
        empty(seen, c);
    c->n += sight->n;
    while (seg_label_runs_next(&stretches, &s))
        if (s.code == (uint32_t)sight->cls)
            (sight->flip ? count_sides_flipped : count_sides_straight)(c, sight->p + (s.begin - sight->begin),
                                                                       s.end - s.begin);
}

/* ---- beginning and end ---- */

/* Smaller maps are still in a cache when the hardest voxels are looked for. The bins of more threads would not be. */
static const size_t WORTH_SEEING = (size_t)1 << 21;
enum { MOST_WORKERS = 32 };

bool seg_topk_histogram_wanted(double eps, const seg_pass_info *showing)
{
    return eps >= float_of(LOW_BITS) && showing->voxels >= WORTH_SEEING && showing->workers <= MOST_WORKERS;
}

seg_status seg_topk_histogram_begin(seg_topk_histogram **out, double eps, const seg_pass_info *showing, seg_error *err)
{
    seg_topk_histogram *seen;
    seg_status st = seg_alloc(out, 1, sizeof **out, "counts of costs", err);

    if (st)
        return st;
    seen = *out;
    seen->eps = eps;
    seen->workers = (size_t)showing->workers;
    st = seg_alloc(&seen->worker, seen->workers, sizeof *seen->worker, "counts of costs", err);
    return st ? st : seg_alloc(&seen->total, (size_t)SIDES * BINS, sizeof *seen->total, "counts of costs", err);
}

void seg_topk_histogram_free(void *context)
{
    seg_topk_histogram *seen = context;

    free(seen->worker);
    free(seen->total);
    free(seen);
}

/* ---- from counts to costs ---- */

static seg_bin counted(const seg_topk_histogram *seen, int side, size_t b)
{
    seg_bin bin = {0};

    for (size_t w = 0; w < seen->workers; w++)
        bin = seg_bin_sum(bin, seg_packed_bin(seen->worker[w].side[side][b]));
    if (seen->emptied) {
        const seg_bin_total *t = &seen->total[(size_t)side * BINS + b];

        bin = seg_bin_sum(bin, (seg_bin){t->n, t->rest});
    }
    return bin;
}

/* Adding up from the hardest on. */
struct sum {
    size_t left;        /* voxels to be chosen yet */
    double least, most; /* of those that are */
};

/* A voxel of which v is counted costs: */
static double cost(int side, double v, double eps)
{
    double p = side == BELOW ? v : 1 - v;

    return side == ABOVE ? -log1p(-v) : -log(p > eps ? p : eps);
}

/* Chooses n voxels, which cost this much each. */
static void choose(struct sum *s, uint64_t n, double least, double most)
{
    s->least += (double)n * least;
    s->most += (double)n * most;
    s->left -= n;
}

/* Voxels of a bin, whose v lie in [from, to]. The mean cost of all lies between that of their mean and that of the chord;
 * the hardest of them cost no less on the mean than all. At eps the cost is not convex. */
static void choose_bin(struct sum *s, const seg_topk_histogram *seen, int side, size_t b)
{
    uint32_t bits = LOW_BITS + ((uint32_t)(b - FIRST) << SHIFT);
    double from = float_of(bits), to = float_of(bits + (1u << SHIFT)), eps = seen->eps, at_from, at_to, share, least,
           most;
    seg_bin bin = counted(seen, side, b);
    bool bent = side == BELOW && eps > from && eps < to;

    if (!bin.n)
        return;
    share = (double)bin.rest / (double)bin.n / (1 << SHIFT);
    at_from = cost(side, from, eps);
    at_to = cost(side, to, eps);
    least = bent ? at_to : cost(side, from + share * (to - from), eps);
    most = bin.n > s->left || bent ? fmax(at_from, at_to) : at_from + share * (at_to - at_from);
    choose(s, bin.n < s->left ? bin.n : s->left, least, most);
}

/* What is too small for a bin: p is below eps, */
static void choose_impossible(struct sum *s, const seg_topk_histogram *seen)
{
    uint64_t n = 0;

    for (size_t b = 0; b < FIRST; b++)
        n += counted(seen, BELOW, b).n;
    choose(s, n < s->left ? n : s->left, -log(seen->eps), -log(seen->eps));
}

/* or nearly 1; all that are not counted are 1. */
static void choose_certain(struct sum *s, const seg_topk_histogram *seen)
{
    uint64_t n = 0;

    for (size_t b = 0; b < FIRST; b++)
        n += counted(seen, ABOVE, b).rest;
    choose(s, n < s->left ? n : s->left, 0, cost(ABOVE, float_of(LOW_BITS), 0));
    s->left = 0;
}

void seg_topk_histogram_sum(const seg_topk_histogram *seen, size_t count, double *sum, double *doubt)
{
    struct sum s = {count, 0, 0};

    choose_impossible(&s, seen);
    for (size_t b = FIRST; b < BINS && s.left; b++)
        choose_bin(&s, seen, BELOW, b);
    for (size_t b = BINS - 1; b >= FIRST && s.left; b--)
        choose_bin(&s, seen, ABOVE, b);
    choose_certain(&s, seen);
    *sum = (s.least + s.most) / 2;
    *doubt = (s.most - s.least) / 2;
}

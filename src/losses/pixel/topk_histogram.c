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
#include "../../simd/simd.h"

struct seg_topk_histogram {
    double eps;
    size_t workers;
    seg_topk_counts *worker;
    seg_bin_total *total; /* [SEG_TOPK_SIDES][SEG_TOPK_BINS] */
    atomic_bool emptied;
};

static double float_of(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/* ---- counting ---- */

static void empty(seg_topk_histogram *seen, seg_topk_counts *c)
{
    atomic_store_explicit(&seen->emptied, true, memory_order_relaxed);
    seg_packed_empty(&c->side[0][0], (size_t)SEG_TOPK_SIDES * SEG_TOPK_BINS, seen->total);
    c->n = 0;
}

void seg_topk_histogram_update(void *context, const seg_class_tile *sight)
{
    seg_topk_histogram *seen = context;
    seg_topk_counts *c = &seen->worker[sight->worker];
    seg_label_runs stretches = seg_label_runs_of(sight->showing->truth, sight->begin, sight->begin + sight->n);
    seg_label_run s;

    if (c->n + sight->n > SEG_PACKED_LIMIT)
        empty(seen, c);
    c->n += sight->n;
    while (seg_label_runs_next(&stretches, &s))
        if (s.code == (uint32_t)sight->cls)
            seg_simd()->topk_count(c, sight->p + (s.begin - sight->begin), s.end - s.begin, sight->flip);
}

/* ---- beginning and end ---- */

/* Smaller maps are still in a cache when the hardest voxels are looked for. The bins of more threads would not be. */
static const size_t WORTH_SEEING = (size_t)1 << 21;
enum { MOST_WORKERS = 32 };

bool seg_topk_histogram_wanted(double eps, const seg_pass_info *showing)
{
    return eps >= float_of(SEG_TOPK_LOW_BITS) && showing->voxels >= WORTH_SEEING && showing->workers <= MOST_WORKERS;
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
    return st ? st
              : seg_alloc(&seen->total, (size_t)SEG_TOPK_SIDES * SEG_TOPK_BINS, sizeof *seen->total, "counts of costs",
                          err);
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
        const seg_bin_total *t = &seen->total[(size_t)side * SEG_TOPK_BINS + b];

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
    double p = side == SEG_TOPK_BELOW ? v : 1 - v;

    return side == SEG_TOPK_ABOVE ? -log1p(-v) : -log(p > eps ? p : eps);
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
    uint32_t bits = SEG_TOPK_LOW_BITS + ((uint32_t)(b - SEG_TOPK_FIRST) << SEG_TOPK_SHIFT);
    double from = float_of(bits), to = float_of(bits + (1u << SEG_TOPK_SHIFT)), eps = seen->eps, at_from, at_to, share,
           least, most;
    seg_bin bin = counted(seen, side, b);
    bool bent = side == SEG_TOPK_BELOW && eps > from && eps < to;

    if (!bin.n)
        return;
    share = (double)bin.rest / (double)bin.n / (1 << SEG_TOPK_SHIFT);
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

    for (size_t b = 0; b < SEG_TOPK_FIRST; b++)
        n += counted(seen, SEG_TOPK_BELOW, b).n;
    choose(s, n < s->left ? n : s->left, -log(seen->eps), -log(seen->eps));
}

/* or nearly 1; all that are not counted are 1. */
static void choose_certain(struct sum *s, const seg_topk_histogram *seen)
{
    uint64_t n = 0;

    for (size_t b = 0; b < SEG_TOPK_FIRST; b++)
        n += counted(seen, SEG_TOPK_ABOVE, b).rest;
    choose(s, n < s->left ? n : s->left, 0, cost(SEG_TOPK_ABOVE, float_of(SEG_TOPK_LOW_BITS), 0));
    s->left = 0;
}

void seg_topk_histogram_sum(const seg_topk_histogram *seen, size_t count, double *sum, double *doubt)
{
    struct sum s = {count, 0, 0};

    choose_impossible(&s, seen);
    for (size_t b = SEG_TOPK_FIRST; b < SEG_TOPK_BINS && s.left; b++)
        choose_bin(&s, seen, SEG_TOPK_BELOW, b);
    for (size_t b = SEG_TOPK_BINS - 1; b >= SEG_TOPK_FIRST && s.left; b--)
        choose_bin(&s, seen, SEG_TOPK_ABOVE, b);
    choose_certain(&s, seen);
    *sum = (s.least + s.most) / 2;
    *doubt = (s.most - s.least) / 2;
}

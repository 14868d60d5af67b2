/* ece.c - calibration errors: how far the probabilities are from the frequencies they promise.
 *
 * Voxels are sorted into bins by confidence; in each bin the mean confidence is held against the share that is right.
 *
 *     ECE = sum over bins of  n_bin / n |confidence - share right|        MCE = the largest of these differences
 *
 * Of a class: confidence is the probability of the class, right means the voxel belongs to it. Of a case: confidence
 * is the largest probability of the voxel, right means it is that of the true class.
 *
 * Bins are [k/15, (k+1)/15), and p = 1 is a bin of its own, as in torchmetrics. Metrics Reloaded has 10 bins
 * (k/10, (k+1)/10] and leaves voxels with p = 0 out altogether.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/blocks.h"
#include "../base/memory.h"
#include "../base/octet.h"
#include "../volume/stretch.h"
#include "class_view.h"
#include "scores.h"

enum { MOST_BINS = 1000, PRESET_BINS = 15, PRESET_BINS_CLOSED_ABOVE = 10 };

struct calibration {
    int convention, bins;
};

struct task {
    const seg_pair *pair;
    int class;             /* -1: the class with the largest probability */
    int bins;
    bool closed_above;     /* (l, u] instead of [l, u) */
    float edge[MOST_BINS + 1];
};

/* The bin of a confidence, 0..bins; -1 for none. The edges are floats as the probabilities are. */
static int bin_of(const struct task *t, double confidence)
{
    float p = (float)confidence;
    int k = (int)(confidence * t->bins);

    if (t->closed_above) {
        while (k > 0 && p <= t->edge[k])
            k--;
        while (k + 1 < t->bins && p > t->edge[k + 1])
            k++;
        return p > 0 ? k : -1;
    }
    while (k > 0 && p < t->edge[k])
        k--;
    while (k < t->bins && p >= t->edge[k + 1])
        k++;
    return k;
}

/* sums: for each bin 0..bins voxels, confidence, right. */
static void add_voxel(const struct task *t, double confidence, bool right, double *sums)
{
    int bin = bin_of(t, confidence);

    if (bin < 0)
        return;
    sums[3 * bin]++;
    sums[3 * bin + 1] += confidence;
    sums[3 * bin + 2] += right;
}

/* ---- a class ---- */

/* How many voxels the leading octets have that are in the lowest bin alone, nearly all of a map of organs; *mass is the
 * sum of their probabilities. */
SEG_OCTET_KERNEL static size_t lowest_octets(const float *p, size_t n, int32_t cut, double *mass)
{
    seg_double8 sum = {0}, y;
    size_t i = 0;

    for (; i + SEG_OCTET <= n && seg_octet_none_above(p + i, cut); i += SEG_OCTET) {
        seg_octet_load(&y, p + i, 0);
        sum += y;
    }
    *mass = seg_octet_sum(&sum);
    return i;
}

static void add_stretch(const struct task *t, const float *p, size_t n, bool flip, bool right, double *sums)
{
    int32_t cut = t->closed_above || flip ? -1 : seg_octet_cut((double)t->edge[1]) - 1; /* -1: below every value */

    for (size_t i = 0, end; i < n; i = end) {
        double mass;
        size_t lowest = lowest_octets(p + i, n - i, cut, &mass);

        sums[0] += (double)lowest;
        sums[1] += mass;
        sums[2] += right ? (double)lowest : 0;
        i += lowest;
        end = n - i < SEG_OCTET ? n : i + SEG_OCTET;
        for (size_t k = i; k < end; k++)
            add_voxel(t, seg_octet_one(p[k], flip), right, sums);
    }
}

static void add_class(void *context, size_t begin, size_t end, double *sums)
{
    const struct task *t = context;
    seg_stretches stretches = seg_stretches_of(&t->pair->truth, begin, end);
    float scratch[SEG_BLOCK];
    bool flip;
    const float *p = seg_pair_block(t->pair, t->class, begin, end - begin, scratch, &flip);
    seg_stretch s;

    while (seg_stretches_next(&stretches, &s))
        if (s.code != (uint32_t)t->pair->classes)
            add_stretch(t, p + (s.begin - begin), s.end - s.begin, flip, s.code == (uint32_t)t->class, sums);
}

/* ---- a case: the class with the largest probability, the first of equal ones ---- */

/* Of each voxel of a block: the largest probability so far, as the bits of a float, and its class. */
struct race {
    int32_t best[SEG_BLOCK], class[SEG_BLOCK];
};

/* Eight voxels of a class against the best of those before; *least becomes the lesser of itself and their best. */
SEG_OCTET_INLINE void race_octet(struct race *r, size_t i, const float *p, int32_t class, seg_int8 *least)
{
    const int32_t one = 0x3f800000, largest = 0x7f7fffff; /* see seg_octet_load() */
    seg_int8 bits, best, winner, won, below;

    memcpy(&bits, p, sizeof bits);
    memcpy(&best, r->best + i, sizeof best);
    memcpy(&winner, r->class + i, sizeof winner);
    bits &= ~(bits >> 31);
    bits &= ~((largest - bits) >> 31);
    below = bits - one;
    bits = (below & (below >> 31)) + one;
    won = (best - bits) >> 31;
    best = (best & ~won) | (bits & won);
    winner = (winner & ~won) | (class & won);
    below = (best - *least) >> 31;
    *least = (*least & ~below) | (best & below);
    memcpy(r->best + i, &best, sizeof best);
    memcpy(r->class + i, &winner, sizeof winner);
}

/* Returns the bits of a probability that no voxel's best is below. */
SEG_OCTET_KERNEL static int32_t race_class(struct race *r, const float *p, size_t n, int32_t class)
{
    seg_int8 least = {0};
    float last[SEG_OCTET] = {0};
    int32_t lane[SEG_OCTET];
    size_t i = 0;

    least |= INT32_MAX;
    for (; i + SEG_OCTET <= n; i += SEG_OCTET)
        race_octet(r, i, p + i, class, &least);
    if (i < n) {
        memcpy(last, p + i, (n - i) * sizeof *last);
        race_octet(r, i, last, class, &least);
    }
    memcpy(lane, &least, sizeof lane);
    for (int k = 1; k < SEG_OCTET; k++)
        lane[0] = lane[k] < lane[0] ? lane[k] : lane[0];
    return lane[0];
}

static float float_of(int32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/* A class that nowhere in the block comes near the best of those before it, as the peaks tell, is not read. */
static void run_race(struct race *r, const seg_pair *pair, size_t begin, size_t n)
{
    float scratch[SEG_BLOCK];
    int32_t least = 0;
    bool flip;

    for (size_t i = 0; i < SEG_BLOCK; i++) {
        r->best[i] = -1;
        r->class[i] = 0;
    }
    for (int c = 0; c < pair->classes; c++)
        if (c == 0 || seg_peaks_bound(&pair->peaks, c, begin, begin + n) > float_of(least))
            least = race_class(r, seg_pair_block(pair, c, begin, n, scratch, &flip), n, c);
}

static void add_top(void *context, size_t begin, size_t end, double *sums)
{
    const struct task *t = context;
    seg_stretches stretches = seg_stretches_of(&t->pair->truth, begin, end);
    struct race race;
    seg_stretch s;

    run_race(&race, t->pair, begin, end - begin);
    while (seg_stretches_next(&stretches, &s))
        for (size_t i = s.begin - begin; s.code != (uint32_t)t->pair->classes && i < s.end - begin; i++)
            add_voxel(t, (double)float_of(race.best[i]), race.class[i] == (int32_t)s.code, sums);
}

/* Of a foreground map: p or 1 - p. */
static void add_top_of_two(void *context, size_t begin, size_t end, double *sums)
{
    const struct task *t = context;
    seg_stretches stretches = seg_stretches_of(&t->pair->truth, begin, end);
    float scratch[SEG_BLOCK];
    bool flip;
    const float *p = seg_pair_block(t->pair, 1, begin, end - begin, scratch, &flip);
    seg_stretch s;

    while (seg_stretches_next(&stretches, &s))
        for (size_t i = s.begin; s.code != (uint32_t)t->pair->classes && i < s.end; i++) {
            double y = seg_octet_one(p[i - begin], 0);
            uint32_t top = y > 1 - y;

            add_voxel(t, top ? y : 1 - y, top == s.code, sums);
        }
}

/* ---- errors ---- */

static void set_bins(struct task *t, const seg_convention *c, const struct calibration *p)
{
    t->closed_above = c->bins_closed_above;
    t->bins = p && p->bins ? p->bins : t->closed_above ? PRESET_BINS_CLOSED_ABOVE : PRESET_BINS;
    for (int k = 0; k <= t->bins; k++)
        t->edge[k] = (float)((double)k / t->bins);
}

static double expected(const double *sums, int bins)
{
    double n = 0, sum = 0;

    for (int k = 0; k <= bins; k++) {
        n += sums[3 * k];
        sum += fabs(sums[3 * k + 1] - sums[3 * k + 2]);
    }
    return sum / n;
}

static double largest(const double *sums, int bins)
{
    double most = NAN;

    for (int k = 0; k <= bins; k++)
        if (sums[3 * k] > 0)
            most = fmax(most, fabs(sums[3 * k + 1] - sums[3 * k + 2]) / sums[3 * k]);
    return most;
}

typedef double error_fn(const double *sums, int bins);

static seg_status measure(struct task *t, error_fn *error, seg_value *value, seg_error *err)
{
    seg_sum_fn *add = t->class >= 0 ? add_class : t->pair->prob.planes == 1 ? add_top_of_two : add_top;
    double *sums = NULL;
    size_t width = 3 * ((size_t)t->bins + 1);
    seg_status st;

    *value = seg_value_undefined(seg_scores_missing(t->pair));
    if (value->status)
        return SEG_OK;
    st = seg_alloc(&sums, width, sizeof *sums, "bins", err);
    if (!st)
        st = seg_blocks_sum(t->pair->voxels, width, add, t, sums, err);
    if (!st)
        *value = seg_value_of(error(sums, t->bins));
    free(sums);
    return st ? st : seg_probmap_check(&t->pair->prob, err);
}

static seg_status class_error(seg_class_view *view, const void *params, error_fn *error, seg_value *value,
                              seg_error *err)
{
    struct task t = {.pair = view->pair, .class = view->class};

    set_bins(&t, view->convention, params);
    return measure(&t, error, value, err);
}

/* The case has one definition: that of the first convention. */
static seg_status case_error(const seg_pair *pair, const void *params, error_fn *error, seg_value *value,
                             seg_error *err)
{
    struct task t = {.pair = pair, .class = -1};

    set_bins(&t, &seg_conventions[0], params);
    return measure(&t, error, value, err);
}

static seg_status ece_value(seg_class_view *view, const void *params, seg_value *value, seg_error *err)
{
    return class_error(view, params, expected, value, err);
}

static seg_status ece_case(const seg_pair *pair, const seg_counts *counts, const void *params, seg_value *value,
                           seg_error *err)
{
    (void)counts;
    return case_error(pair, params, expected, value, err);
}

static seg_status mce_value(seg_class_view *view, const void *params, seg_value *value, seg_error *err)
{
    return class_error(view, params, largest, value, err);
}

static seg_status mce_case(const seg_pair *pair, const seg_counts *counts, const void *params, seg_value *value,
                           seg_error *err)
{
    (void)counts;
    return case_error(pair, params, largest, value, err);
}

static const seg_param rows[] = {
    SEG_CONVENTION_ROW(struct calibration),
    SEG_INTEGER("bins", struct calibration, bins, 0, 0, MOST_BINS, "how many bins; 0: 15, or the convention's"),
    {0}
};

#define COMMON .family = SEG_PROBABILITY_METRIC, .unit = SEG_UNIT_NONE, .better = -1, .range = "[0, 1]",             \
    .empty = "a value", .reference = "Naeini et al. 2015, AAAI", .params = rows, .size = sizeof(struct calibration)

const seg_metric seg_metric_ece = {
    .name = "ece", .aliases = {"expected-calibration-error"}, .title = "Expected calibration error", COMMON,
    .definition = "sum over bins of n_bin / n |mean confidence - share right|; of a class: p against belonging to it;\n"
                  "of a case: the largest p of a voxel against being that of the true class",
    .class_value = ece_value, .case_value = ece_case
};
const seg_metric seg_metric_mce = {
    .name = "mce", .aliases = {"maximum-calibration-error"}, .title = "Maximum calibration error", COMMON,
    .definition = "the largest |mean confidence - share right| of the bins of ece",
    .class_value = mce_value, .case_value = mce_case
};

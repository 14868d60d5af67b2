/* calibration.c - calibration of every class, and overlap of soft maps.
 *
 *     classwise ECE = mean over all classes, the background too, of sum over bins of n_bin / n |mean p_k - share of k|
 *     ACE           = mean over bins of equal count of |mean p_k - share of k|, voxels sorted by p_k
 *     soft DSC      = 2 sum min(p, g) / (sum p + sum g)
 */
#include "calibration.h"

#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "class_context.h"

enum { PRESET_BINS = 15, PRESET_BINS_CLOSED_ABOVE = 10 };

struct calibration {
    int convention, bins;
};

/* Voxels of a class and their probabilities, ignored ones left out. */
struct block {
    double p[SEG_BLOCK];
    bool hit[SEG_BLOCK];
    size_t n;
};

static void take_block(struct block *b, const seg_pair *pair, int cls, size_t begin)
{
    size_t n = pair->voxels - begin < SEG_BLOCK ? pair->voxels - begin : SEG_BLOCK;
    uint16_t code[SEG_BLOCK];
    double y[SEG_BLOCK];

    seg_pair_prob(pair, cls, begin, n, y);
    seg_pair_codes(pair, begin, n, code);
    b->n = 0;
    for (size_t i = 0; i < n; i++)
        if (code[i] < pair->classes) {
            b->p[b->n] = y[i];
            b->hit[b->n++] = code[i] == cls;
        }
}

/* ---- bins of equal width ---- */

/* [l, u) and the last one closed; or (l, u], and p = 0 in none: -1. */
static int bin_of(double p, int bins, bool closed_above)
{
    int k = (int)(p * bins);

    if (closed_above)
        return p <= 0 ? -1 : (k > 0 && p <= (double)k / bins) || k == bins ? k - 1 : k;
    return k < bins ? k : bins - 1;
}

void seg_calibration_bins_add(seg_calibration_bin *bin, const seg_pair *pair, int cls, int bins, bool closed_above)
{
    struct block b;

    for (size_t begin = 0; begin < pair->voxels; begin += SEG_BLOCK) {
        take_block(&b, pair, cls, begin);
        for (size_t i = 0; i < b.n; i++) {
            int k = bin_of(b.p[i], bins, closed_above);

            if (k < 0)
                continue;
            bin[k].n++;
            bin[k].p += b.p[i];
            bin[k].hits += b.hit[i];
        }
    }
}

static double class_error(const seg_pair *pair, int cls, int bins, bool closed_above)
{
    seg_calibration_bin bin[SEG_CALIBRATION_BINS] = {{0, 0, 0}};
    double n = 0, sum = 0;

    seg_calibration_bins_add(bin, pair, cls, bins, closed_above);
    for (int k = 0; k < bins; k++) {
        n += bin[k].n;
        sum += fabs(bin[k].p - bin[k].hits);
    }
    return sum / n;
}

static int bins_of(const struct calibration *p, const seg_convention *c)
{
    return p->bins ? p->bins : c->bins_closed_above ? PRESET_BINS_CLOSED_ABOVE : PRESET_BINS;
}

static seg_status classwise_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    (void)err;
    *value = seg_value_of(
        class_error(view->pair, view->cls, bins_of(params, view->convention), view->convention->bins_closed_above));
    return SEG_OK;
}

static seg_status classwise_case(const seg_pair *pair, const seg_counts *counts, const void *params, seg_value *value,
                                 seg_error *err)
{
    const struct calibration *p = params;
    const seg_convention *c = &seg_conventions[p->convention > 0 ? p->convention - 1 : 0];
    double sum = 0;

    (void)counts, (void)err;
    for (int cls = 0; cls < pair->classes; cls++)
        sum += class_error(pair, cls, bins_of(p, c), c->bins_closed_above);
    *value = seg_value_of(sum / pair->classes);
    return SEG_OK;
}

/* ---- bins of equal count ---- */

struct ranked {
    double p;
    uint32_t at;
    bool hit;
};

/* Equal probabilities in file order. */
static int by_probability(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;

    if (a->p != b->p)
        return a->p < b->p ? -1 : 1;
    return a->at < b->at ? -1 : a->at > b->at;
}

/* The first n mod bins bins have one voxel more. */
static double equal_count_error(const struct ranked *r, size_t n, size_t bins)
{
    double sum = 0;
    size_t at = 0;

    if (bins > n)
        bins = n;
    for (size_t k = 0; k < bins; k++) {
        size_t size = n / bins + (k < n % bins);
        double p = 0, hits = 0;

        for (size_t end = at + size; at < end; at++) {
            p += r[at].p;
            hits += r[at].hit;
        }
        sum += fabs(p / (double)size - hits / (double)size);
    }
    return sum / (double)bins;
}

static seg_status adaptive_error(const seg_pair *pair, int cls, int bins, double *x, seg_error *err)
{
    struct ranked *r;
    struct block b;
    size_t n = 0;
    seg_status st = seg_alloc(&r, pair->voxels, sizeof *r, "ranked probabilities", err);

    for (size_t begin = 0; begin < pair->voxels && !st; begin += SEG_BLOCK) {
        take_block(&b, pair, cls, begin);
        for (size_t i = 0; i < b.n; i++, n++)
            r[n] = (struct ranked){b.p[i], (uint32_t)n, b.hit[i]};
    }
    if (!st && n)
        qsort(r, n, sizeof *r, by_probability);
    *x = !st && n ? equal_count_error(r, n, (size_t)bins) : NAN;
    free(r);
    return st;
}

static seg_status ace_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    const struct calibration *p = params;
    double x;
    seg_status st = adaptive_error(view->pair, view->cls, p->bins ? p->bins : PRESET_BINS, &x, err);

    *value = seg_value_of(x);
    return st;
}

static seg_status ace_case(const seg_pair *pair, const seg_counts *counts, const void *params, seg_value *value,
                           seg_error *err)
{
    const struct calibration *p = params;
    double sum = 0, x = 0;
    seg_status st = SEG_OK;

    (void)counts;
    for (int cls = 0; cls < pair->classes && !st; cls++) {
        st = adaptive_error(pair, cls, p->bins ? p->bins : PRESET_BINS, &x, err);
        sum += x;
    }
    *value = seg_value_of(sum / pair->classes);
    return st;
}

/* ---- soft maps ---- */

static seg_status soft_dsc_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    const seg_pair *pair = view->pair;
    double common = 0, both = 0, y[SEG_BLOCK], t[SEG_BLOCK];
    uint16_t code[SEG_BLOCK];

    (void)params, (void)err;
    for (size_t begin = 0; begin < pair->voxels; begin += SEG_BLOCK) {
        size_t n = pair->voxels - begin < SEG_BLOCK ? pair->voxels - begin : SEG_BLOCK;

        seg_pair_prob(pair, view->cls, begin, n, y);
        seg_pair_target(pair, view->cls, begin, n, t);
        seg_pair_codes(pair, begin, n, code);
        for (size_t i = 0; i < n; i++)
            if (code[i] < pair->classes) {
                common += fmin(y[i], t[i]);
                both += y[i] + t[i];
            }
    }
    *value = seg_value_of(2 * common / both);
    return SEG_OK;
}

/* ---- descriptors ---- */

#define BINS_ROW(help_) SEG_INTEGER("bins", struct calibration, bins, 0, 0, SEG_CALIBRATION_BINS, help_)
static const seg_param width_rows[] = {
    SEG_CONVENTION_ROW(struct calibration), BINS_ROW("how many bins; 0: 15, or the convention's"), {0}};
static const seg_param count_rows[] = {SEG_CONVENTION_ROW(struct calibration), BINS_ROW("how many bins; 0: 15"), {0}};

const seg_metric seg_metric_classwise_ece = {
    .name = "classwise-ece",
    .aliases = {"cwece", "static-calibration-error"},
    .title = "Classwise expected calibration error",
    .family = SEG_PROBABILITY_METRIC,
    .better = -1,
    .definition =
        "mean over all classes, the background too, of sum over bins of n_bin / n |mean p - share of the class|;\n"
        "bins [l, u), the last one closed; in the convention of Metrics Reloaded (l, u] and 10 bins",
    .range = "[0, 1]",
    .empty = "a value",
    .reference = "Nixon et al. 2019, arXiv 1904.01685; Kull et al. 2019, NeurIPS",
    .params = width_rows,
    .size = sizeof(struct calibration),
    .class_value = classwise_value,
    .case_value = classwise_case};
const seg_metric seg_metric_ace = {
    .name = "ace",
    .aliases = {"adaptive-calibration-error"},
    .title = "Adaptive calibration error",
    .family = SEG_PROBABILITY_METRIC,
    .better = -1,
    .definition =
        "mean over bins of equal count of |mean p - share of the class|, voxels sorted by p, equal ones in file\n"
        "order; of the case: the mean over all classes, the background too",
    .range = "[0, 1]",
    .empty = "a value",
    .reference = "Nixon et al. 2019, arXiv 1904.01685",
    .params = count_rows,
    .size = sizeof(struct calibration),
    .class_value = ace_value,
    .case_value = ace_case};
const seg_metric seg_metric_soft_dsc = {
    .name = "soft-dsc",
    .aliases = {"soft-dice", "fuzzy-dice"},
    .title = "Soft DSC",
    .family = SEG_PROBABILITY_METRIC,
    .better = 1,
    .definition = "2 sum min(p, g) / (sum p + sum g), Crum's overlap of fuzzy sets; no smoothing, unlike the Dice loss",
    .range = "[0, 1]",
    .empty = "truth 0, prediction 0, both undefined",
    .reference = "Crum et al. 2006, IEEE TMI 25",
    .params = seg_metric_rows,
    .size = sizeof(seg_metric_params),
    .class_value = soft_dsc_value};

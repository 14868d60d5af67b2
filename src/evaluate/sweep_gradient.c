/* sweep_gradient.c - marks band and object in the truth, and adds up the gradient over them. */
#include "sweep_gradient.h"

#include <math.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../geometry/components.h"

enum { BAND = 1, OBJECT = 2 };

/* ---- band ---- */

struct band {
    const seg_pair *pair;
    const uint16_t *code; /* [voxels] */
    uint8_t *flag;
};

static bool differs(const struct band *b, size_t i, size_t neighbour)
{
    return b->code[neighbour] != b->code[i] && b->code[neighbour] != b->pair->classes;
}

static void mark_row(void *context, size_t row, int worker)
{
    const struct band *b = context;
    const size_t *n = b->pair->grid.n, y = row % n[1], z = row / n[1], plane = n[0] * n[1];

    (void)worker;
    for (size_t x = 0, i = row * n[0]; x < n[0]; x++, i++) {
        if (b->code[i] == b->pair->classes)
            continue;
        if ((x > 0 && differs(b, i, i - 1)) || (x + 1 < n[0] && differs(b, i, i + 1)) ||
            (y > 0 && differs(b, i, i - n[0])) || (y + 1 < n[1] && differs(b, i, i + n[0])) ||
            (z > 0 && differs(b, i, i - plane)) || (z + 1 < n[2] && differs(b, i, i + plane)))
            b->flag[i] |= BAND;
    }
}

static seg_status mark_band(seg_gradient_regions *regions, const seg_pair *pair, seg_error *err)
{
    uint16_t *code = NULL;
    struct band b = {pair, NULL, regions->flag};
    seg_status st = seg_alloc_big(&code, pair->voxels, sizeof *code, "the classes of all voxels", err);

    if (st)
        return st;
    seg_pair_codes(pair, 0, pair->voxels, code);
    b.code = code;
    seg_parallel_for(pair->grid.n[1] * pair->grid.n[2], mark_row, &b);
    free(code);
    return SEG_OK;
}

/* ---- object ---- */

struct smallest {
    seg_components of; /* the parts of its class */
    size_t component;
    uint64_t voxels; /* 0: none yet */
};

static seg_status look_at_class(struct smallest *best, const seg_pair *pair, int cls, seg_error *err)
{
    seg_mask mask = {0};
    seg_components found = {0};
    bool better = false;
    seg_status st = seg_mask_of_code(&mask, &pair->truth, (uint32_t)cls, err);

    if (!st)
        st = seg_components_find(&found, &mask, SEG_CONN_CORNER, err);
    for (size_t i = 0; !st && i < found.n; i++)
        if (!best->voxels || found.voxels[i] < best->voxels) {
            best->voxels = found.voxels[i];
            best->component = i;
            better = true;
        }
    if (better) {
        seg_components_free(&best->of);
        best->of = found;
    } else {
        seg_components_free(&found);
    }
    seg_mask_free(&mask);
    return st;
}

static void mark_component(uint8_t *flag, size_t width, const struct smallest *s)
{
    for (size_t row = 0; row < s->of.rows; row++)
        for (size_t k = s->of.first[row]; k < s->of.first[row + 1]; k++) {
            const seg_component_run *part = &s->of.stretch[k];

            for (uint32_t x = part->begin; part->component == s->component && x < part->end; x++)
                flag[row * width + x] |= OBJECT;
        }
}

static seg_status mark_object(seg_gradient_regions *regions, const seg_pair *pair, seg_error *err)
{
    struct smallest best = {0};
    seg_status st = SEG_OK;

    for (int cls = 0; cls < pair->classes && !st; cls++)
        if (pair->id[cls] != 0)
            st = look_at_class(&best, pair, cls, err);
    regions->has_object = !st && best.voxels;
    if (regions->has_object)
        mark_component(regions->flag, pair->grid.n[0], &best);
    seg_components_free(&best.of);
    return st;
}

seg_status seg_gradient_regions_find(seg_gradient_regions *regions, const seg_pair *pair, seg_error *err)
{
    seg_status st = seg_alloc(&regions->flag, pair->voxels, sizeof *regions->flag, "the border of the truth", err);

    if (!st)
        st = mark_band(regions, pair, err);
    return st ? st : mark_object(regions, pair, err);
}

void seg_gradient_regions_free(seg_gradient_regions *regions)
{
    free(regions->flag);
    *regions = (seg_gradient_regions){0};
}

/* ---- sums ---- */

struct measuring {
    const seg_gradient_regions *regions;
    const seg_pair *pair;
    const double *gradient;
    bool by_logit;
};

enum { ALL, SQUARE, IN_BAND, IN_OBJECT, SUMS };
enum { STRIP = 1024 }; /* voxels weighed at a time */

/* a(v) of `n` voxels from `begin`. */
static void weigh(const struct measuring *m, size_t begin, size_t n, double *a)
{
    double y[STRIP], mean[STRIP] = {0};

    for (int c = 0; m->by_logit && c < m->pair->classes; c++) {
        const double *g = m->gradient + (size_t)c * m->pair->voxels + begin;

        seg_pair_prob(m->pair, c, begin, n, y);
        for (size_t i = 0; i < n; i++)
            mean[i] += y[i] * g[i];
    }
    for (size_t i = 0; i < n; i++)
        a[i] = 0;
    for (int c = 0; c < m->pair->classes; c++) {
        const double *g = m->gradient + (size_t)c * m->pair->voxels + begin;

        if (m->by_logit)
            seg_pair_prob(m->pair, c, begin, n, y);
        for (size_t i = 0; i < n; i++)
            a[i] += fabs(m->by_logit ? y[i] * (g[i] - mean[i]) : g[i]);
    }
}

static void add_up(void *context, size_t begin, size_t end, double *sums)
{
    const struct measuring *m = context;
    double a[STRIP], all = 0, square = 0, band = 0, object = 0;

    for (size_t at = begin, n; at < end; at += n) {
        n = end - at < STRIP ? end - at : STRIP;
        weigh(m, at, n, a);
        for (size_t i = 0; i < n; i++) {
            const uint8_t flag = m->regions->flag[at + i];

            all += a[i];
            square += a[i] * a[i];
            band += flag & BAND ? a[i] : 0;
            object += flag & OBJECT ? a[i] : 0;
        }
    }
    sums[ALL] = all, sums[SQUARE] = square, sums[IN_BAND] = band, sums[IN_OBJECT] = object;
}

seg_status seg_gradient_measure(seg_gradient_shares *shares, const seg_gradient_regions *regions, const seg_pair *pair,
                                const double *gradient, bool by_logit, seg_error *err)
{
    struct measuring m = {regions, pair, gradient, by_logit};
    double sums[SUMS];
    seg_status st = seg_parallel_sum(pair->voxels, SUMS, add_up, &m, sums, err);

    *shares = (seg_gradient_shares){NAN, NAN, NAN};
    if (st || !(sums[ALL] > 0))
        return st;
    shares->boundary = sums[IN_BAND] / sums[ALL];
    shares->smallest = regions->has_object ? sums[IN_OBJECT] / sums[ALL] : NAN;
    shares->voxels = sums[ALL] / sums[SQUARE] * sums[ALL];
    return SEG_OK;
}

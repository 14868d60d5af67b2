/* loss_maps.c - a formula's map is the sum of its losses' maps, its gradient follows by the chain rule. */
#include "loss_maps.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"

const char *seg_map_measure(const seg_map_source *s)
{
    return s->item->is_expression ? s->plan->expression[s->item->index].name : s->plan->loss[s->item->index].loss->name;
}

const char *seg_map_params(const seg_map_source *s)
{
    return s->item->is_expression ? s->plan->expression_text[s->item->index] : s->plan->loss[s->item->index].text;
}

static seg_value total_of(const void *context, size_t loss)
{
    return ((const seg_score *)context)[loss].total;
}

static seg_value value_of(const seg_map_source *s)
{
    return s->item->is_expression ? seg_expression_value(&s->plan->expression[s->item->index], total_of, s->score)
                                  : s->score[s->item->index].total;
}

/* factor[losses]: how much a unit of each loss changes the item. Returns whether the item is linear in them. */
static bool factors_of(const seg_map_source *s, double *factor)
{
    if (s->item->is_expression)
        return seg_expression_slopes(&s->plan->expression[s->item->index], s->plan->losses, total_of, s->score, factor);
    for (size_t k = 0; k < s->plan->losses; k++)
        factor[k] = k == s->item->index;
    return true;
}

/* ---- loss maps ---- */

struct adding {
    size_t voxels;
    double factor;
    int cls;     /* SEG_MAP_ALL_CLASSES, SEG_MAP_SUM_OF_CLASSES or a class */
    double *out; /* or NULL */
    double sum;
};

struct block_sum {
    const double *plane;
    double *to;
    double factor;
};

static void add_block(void *context, size_t begin, size_t end, double *sums)
{
    const struct block_sum *b = context;

    for (size_t i = begin; b->to && i < end; i++)
        b->to[i] += b->factor * b->plane[i];
    sums[0] = seg_sum(b->plane + begin, end - begin);
}

static seg_status take(void *context, int cls, const double *plane, seg_error *err)
{
    struct adding *a = context;
    struct block_sum b = {plane, NULL, a->factor};
    double sum;
    seg_status st;

    if (a->out && (a->cls < 0 || a->cls == cls))
        b.to = a->out + (a->cls == SEG_MAP_ALL_CLASSES ? (size_t)cls * a->voxels : 0);
    st = seg_parallel_sum(a->voxels, 1, add_block, &b, &sum, err);
    a->sum += a->factor * sum;
    return st;
}

/* How far map and value may be apart. */
static double allowed(const seg_map_source *s, const double *factor, double value)
{
    double bound = 1e-12 * fmax(1, fabs(value));

    for (size_t k = 0; k < s->plan->losses; k++)
        if (factor[k] != 0)
            bound += fabs(factor[k]) * s->plan->loss[k].loss->map_error * fmax(1, fabs(s->score[k].total.x));
    return bound;
}

static seg_map_kind joined(seg_map_kind a, seg_map_kind b)
{
    return a == SEG_MAP_NONE || a == b ? b : SEG_MAP_MIXED;
}

/* The common kind of the losses; SEG_MAP_NONE when one of them has no map. */
static seg_map_kind kind_of(const seg_map_source *s, const double *factor)
{
    seg_map_kind kind = SEG_MAP_NONE;

    for (size_t k = 0; k < s->plan->losses; k++) {
        if (factor[k] == 0)
            continue;
        if (!s->plan->loss[k].loss->map)
            return SEG_MAP_NONE;
        kind = joined(kind, s->plan->loss[k].loss->map_kind);
    }
    return kind;
}

static seg_status add_losses(const seg_map_source *s, const double *factor, int cls, double *out, double *plane,
                             seg_map_sum *sum, seg_error *err)
{
    const seg_pair *pair = s->work->pair;
    struct adding adding = {.voxels = pair->voxels, .cls = cls, .out = out};
    double constant = sum->value.x;
    seg_status st = SEG_OK;

    for (size_t k = 0; !st && k < s->plan->losses; k++) {
        seg_loss_map map = {pair, plane, 0, take, &adding};

        if (factor[k] == 0)
            continue;
        adding.factor = factor[k];
        st = s->plan->loss[k].loss->map(s->work, s->plan->loss[k].params, &map, err);
        sum->offset += factor[k] * map.offset;
        constant -= factor[k] * s->score[k].total.x;
    }
    if (s->item->is_expression) /* "+ 1" in a formula */
        sum->offset += fabs(constant) > 1e-14 * fmax(1, fabs(sum->value.x)) ? constant : 0;
    if (!st && !(fabs(adding.sum + sum->offset - sum->value.x) <= allowed(s, factor, sum->value.x)))
        st = seg_fail(err, SEG_BUG,
                      "%s: the map adds up to %.17g and the offset is %.17g, but the loss is %.17g; "
                      "this is a bug in segloss",
                      seg_map_measure(s), adding.sum, sum->offset, sum->value.x);
    return st;
}

seg_status seg_map_loss(const seg_map_source *s, int cls, double *out, seg_map_sum *sum, seg_error *err)
{
    size_t voxels = s->work->pair->voxels;
    double *factor = NULL, *plane = NULL;
    seg_status st = seg_alloc(&factor, s->plan->losses, sizeof *factor, "a formula", err);

    *sum = (seg_map_sum){.value = value_of(s)};
    if (!st && isfinite(sum->value.x) && factors_of(s, factor))
        sum->kind = kind_of(s, factor);
    if (!st && sum->kind != SEG_MAP_NONE)
        st = seg_alloc_big(&plane, voxels, sizeof *plane, "the map of a class", err);
    if (!st && out && sum->kind != SEG_MAP_NONE)
        memset(out, 0, voxels * (cls == SEG_MAP_ALL_CLASSES ? (size_t)s->work->pair->classes : 1) * sizeof *out);
    if (!st && sum->kind != SEG_MAP_NONE)
        st = add_losses(s, factor, cls, out, plane, sum, err);
    free(plane);
    free(factor);
    return st;
}

/* ---- gradients ---- */

struct scaled_sum {
    const double *from;
    double *to;
    double factor;
    bool first;
};

static void add_scaled(void *context, size_t begin, size_t end)
{
    const struct scaled_sum *s = context;

    for (size_t i = begin; i < end; i++)
        s->to[i] = (s->first ? 0 : s->to[i]) + s->factor * s->from[i];
}

static seg_status loss_gradient(const seg_map_source *s, size_t k, double *gradient, seg_error *err)
{
    const seg_loss *loss = s->plan->loss[k].loss;

    if (!loss->gradient)
        return seg_fail(err, SEG_USAGE, "%s has no gradient: %s", loss->name, loss->no_gradient);
    return loss->gradient(s->work, s->plan->loss[k].params, gradient, err);
}

static seg_status formula_gradient(const seg_map_source *s, const double *factor, double *gradient, seg_error *err)
{
    size_t values = s->work->pair->voxels * (size_t)s->work->pair->classes;
    struct scaled_sum sum = {.to = gradient, .first = true};
    double *one;
    seg_status st = seg_alloc_big(&one, values, sizeof *one, "the gradient of a loss", err);

    for (size_t k = 0; !st && k < s->plan->losses; k++) {
        if (factor[k] == 0)
            continue;
        st = loss_gradient(s, k, one, err);
        sum.from = one;
        sum.factor = factor[k];
        if (!st)
            seg_parallel_blocks(values, add_scaled, &sum);
        sum.first = false;
    }
    if (!st && sum.first)
        memset(gradient, 0, values * sizeof *gradient);
    free(one);
    return st;
}

seg_status seg_map_gradient(const seg_map_source *s, double *gradient, seg_error *err)
{
    double *factor = NULL;
    seg_status st;

    if (s->work->pair->prob.planes == 0)
        return seg_fail(err, SEG_USAGE,
                        "the prediction is a map of labels, and labels have no gradient (give "
                        "probabilities, or ask for the loss map)");
    if (!s->item->is_expression)
        return loss_gradient(s, s->item->index, gradient, err);
    st = seg_alloc(&factor, s->plan->losses, sizeof *factor, "a formula", err);
    if (!st) {
        factors_of(s, factor);
        st = formula_gradient(s, factor, gradient, err);
    }
    free(factor);
    return st;
}

struct planes {
    const seg_pair *pair;
    double *gradient;
};

enum { PIECE = 1024 };

static void to_logit(void *context, size_t begin, size_t end)
{
    const struct planes *p = context;
    double y[PIECE], mean[PIECE];

    for (size_t at = begin, n; at < end; at += n) {
        n = end - at < PIECE ? end - at : PIECE;
        memset(mean, 0, n * sizeof *mean);
        for (int c = 0; c < p->pair->classes; c++) {
            const double *g = p->gradient + (size_t)c * p->pair->voxels + at;

            seg_pair_prob(p->pair, c, at, n, y);
            for (size_t i = 0; i < n; i++)
                mean[i] += y[i] * g[i];
        }
        for (int c = 0; c < p->pair->classes; c++) {
            double *g = p->gradient + (size_t)c * p->pair->voxels + at;

            seg_pair_prob(p->pair, c, at, n, y);
            for (size_t i = 0; i < n; i++)
                g[i] = y[i] * (g[i] - mean[i]);
        }
    }
}

void seg_map_to_logit(const seg_pair *pair, double *gradient)
{
    struct planes p = {pair, gradient};

    seg_parallel_blocks(pair->voxels, to_logit, &p);
}

struct magnitude {
    const seg_pair *pair;
    const double *gradient;
    double *a;
};

static void add_magnitude(void *context, size_t begin, size_t end, double *sums)
{
    const struct magnitude *m = context;

    for (size_t i = begin; i < end; i++) {
        double sum = 0, bad = 0;

        for (int c = 0; c < m->pair->classes; c++) {
            double g = m->gradient[(size_t)c * m->pair->voxels + i];

            sum += fabs(g);
            bad += !isfinite(g);
        }
        m->a[i] = bad > 0 ? 0 : sum;
        sums[0] += bad;
    }
}

size_t seg_map_magnitude(const seg_pair *pair, const double *gradient, double *a)
{
    struct magnitude m = {pair, gradient, a};
    double bad = 0;

    (void)seg_parallel_sum(pair->voxels, 1, add_magnitude, &m, &bad, NULL);
    return (size_t)bad;
}

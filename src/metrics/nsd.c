/* nsd.c - normalised surface distance (surface Dice): the share of both boundaries that lies within a tolerance.
 *
 *     NSD = (|{p of P's boundary: d(p, G) <= tau}| + |{g of G's boundary: d(g, P) <= tau}|) / (n_P + n_G)
 *
 * A spacing of 0.8 in a NIfTI header is 0.800000011920929, and 3 x 0.8 = 2.4000000000000004 in double: so that a
 * tolerance of three voxels means three voxels, d and tau are compared in single precision unless a convention says
 * otherwise.
 */
#include <math.h>

#include "class_context.h"
#include "direction.h"

struct nsd {
    int convention, direction;
    seg_numbers tolerance;
};

static double smallest_step(const seg_class_ctx *view)
{
    double step[3];

    seg_class_view_step(view, step);
    if (seg_grid_dims(&view->pair->grid) == 2)
        return fmin(step[0], step[1]);
    return fmin(fmin(step[0], step[1]), step[2]);
}

static double preset_tolerance(const seg_class_ctx *view)
{
    switch (view->convention->tolerance) {
    case SEG_TOLERANCE_3:
        return 3;
    case SEG_TOLERANCE_STEP:
        return smallest_step(view);
    case SEG_TOLERANCE_STEP_OR_1:
        return fmax(smallest_step(view), 1);
    default:
        return 1;
    }
}

static const char NO_TOLERANCE[] = SEG_NOT_COMPUTED "the convention has no tolerance for this class";

/* The tolerance of a class: as typed, else the convention's; NAN where it has none. */
static seg_status tolerance_of(const seg_class_ctx *view, const struct nsd *p, double *tau, seg_error *err)
{
    const seg_pair *pair = view->pair;
    const seg_class_rule *rule = seg_convention_class(view->convention, pair->id[view->cls]);

    *tau = !view->convention->classes ? preset_tolerance(view) : rule ? rule->tolerance : NAN;
    if (!p || p->tolerance.word >= 0)
        return SEG_OK;
    return seg_class_number(&p->tolerance, pair, view->cls, "nsd: tolerance", tau, err);
}

/* The weight of the elements of a side that lie within tau. */
static double within(const seg_distances *d, int side, double tau, bool in_double)
{
    double sum = 0;

    for (size_t i = 0; i < d->n[side]; i++) {
        double x = d->d[side][i];

        if (in_double ? x <= tau : (float)x <= (float)tau)
            sum += d->weight[side] ? d->weight[side][i] : 1;
    }
    return sum;
}

static double share(const seg_distances *d, const seg_convention *c, int direction, double tau)
{
    double in[SEG_SIDES];

    for (int side = 0; side < SEG_SIDES; side++)
        in[side] = within(d, side, tau, c->nsd_in_double);
    if (direction != SEG_BOTH_WAYS)
        return in[seg_direction_side(direction)] / d->size[seg_direction_side(direction)];
    if (c->nsd == SEG_MEAN_OF_TWO)
        return (in[0] / d->size[0] + in[1] / d->size[1]) / 2;
    return (in[0] + in[1]) / (d->size[0] + d->size[1]);
}

static seg_status nsd_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    const struct nsd *p = params;
    const seg_convention *c = view->convention;
    double tp = (double)view->n.tp, dsc = 2 * tp / (2 * tp + (double)view->n.fp + (double)view->n.fn);
    const seg_distances *d;
    double tau;
    seg_status st = tolerance_of(view, p, &tau, err);

    if (!st && isnan(tau)) {
        *value = seg_value_undefined(NO_TOLERANCE);
        return SEG_OK;
    }
    if (!st)
        st = seg_class_view_distances(view, c->elements, &d, err);
    if (!st)
        *value = seg_value_of(dsc < c->nsd_needs_dsc ? 0 : share(d, c, p ? p->direction : SEG_BOTH_WAYS, tau));
    return st;
}

static const char *const tolerance_words[] = {"auto", NULL};
static const seg_param rows[] = {
    SEG_CONVENTION_ROW(struct nsd),
    SEG_DIRECTION_ROW(struct nsd),
    {.name = "tolerance",
     .alias = "tau",
     .type = SEG_PARAM_NUMBERS,
     .at = offsetof(struct nsd, tolerance),
     .choices = tolerance_words,
     .min = 0,
     .max = 1e9,
     .by_class = true,
     .help = "largest distance that counts as agreement, mm; 1/2/3 gives a row for each, liver:5/spleen:3 a tolerance "
             "to each class; auto: 1, or the convention's"},
    {0}};

const seg_metric seg_metric_nsd = {
    .name = "nsd",
    .aliases = {"surface-dice", "nsdsc", "normalised-surface-distance", "normalized-surface-dice"},
    .title = "Normalised surface distance (surface Dice)",
    .family = SEG_DISTANCE_METRIC,
    .unit = SEG_UNIT_NONE,
    .better = 1,
    .definition = "the share of the boundary voxels of both masks that lie within the tolerance of the other boundary",
    .range = "[0, 1]",
    .empty = "truth 0, prediction 0, both undefined",
    .reference = "Nikolov et al. 2018, arXiv 1809.04430",
    .params = rows,
    .size = sizeof(struct nsd),
    .each = "tolerance",
    .class_value = nsd_value};

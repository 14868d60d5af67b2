/* boundary_f.c - F of the boundaries: precision and recall of the boundary voxels within a tolerance (bfscore).
 *
 *     P = share of P's face boundary within tau of G's      R = share of G's within tau of P's      F = 2 P R / (P + R)
 */
#include <math.h>

#include "class_context.h"

struct boundary_f {
    int convention;
    seg_numbers tolerance;
};

/* 0.75 % of the image's diagonal. */
static double preset_tolerance(const seg_class_ctx *view)
{
    const seg_grid *g = &view->pair->grid;
    double sum = 0;

    for (int a = 0; a < seg_grid_dims(g); a++)
        sum += (double)g->n[a] * g->mm[a] * ((double)g->n[a] * g->mm[a]);
    return 0.0075 * sqrt(sum);
}

static double share_within(const seg_distances *d, int side, double tau)
{
    size_t n = 0;

    for (size_t i = 0; i < d->n[side]; i++)
        n += (float)d->d[side][i] <= (float)tau;
    return (double)n / (double)d->n[side];
}

static seg_status boundary_f_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    const struct boundary_f *p = params;
    double tau = p->tolerance.word < 0 ? p->tolerance.x[0] : preset_tolerance(view), precision, recall;
    const char *empty = seg_class_view_status(view);
    const seg_distances *d;
    seg_status st;

    if (empty) {
        bool both = !view->tally->side[SEG_TRUTH].voxels && !view->tally->side[SEG_PREDICTION].voxels;

        *value = seg_value_of(both ? NAN : 0);
        return SEG_OK;
    }
    st = seg_class_view_distances(view, SEG_FACE, &d, err);
    if (st)
        return st;
    precision = share_within(d, SEG_PREDICTION, tau);
    recall = share_within(d, SEG_TRUTH, tau);
    *value = seg_value_of(precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0);
    return SEG_OK;
}

static const char *const tolerance_words[] = {"auto", NULL};
static const seg_param rows[] = {
    SEG_CONVENTION_ROW(struct boundary_f),
    {.name = "tolerance",
     .alias = "tau",
     .type = SEG_PARAM_NUMBERS,
     .at = offsetof(struct boundary_f, tolerance),
     .choices = tolerance_words,
     .min = 0,
     .max = 1e9,
     .help = "largest distance that counts as agreement, mm; 1/2.5 gives a row for each; auto: 0.75 % of the diagonal"},
    {0}};

const seg_metric seg_metric_boundary_f = {
    .name = "boundary-f",
    .aliases = {"bf-score", "bfscore", "boundary-f1"},
    .title = "Boundary F score",
    .family = SEG_DISTANCE_METRIC,
    .better = 1,
    .definition =
        "2 P R / (P + R): the shares of the boundary voxels of the prediction (P) and of the truth (R) within the\n"
        "tolerance of the other boundary. NSD pools both boundaries instead",
    .range = "[0, 1]",
    .empty = "truth 0, prediction 0, both undefined",
    .reference = "Csurka et al. 2013, BMVC",
    .params = rows,
    .size = sizeof(struct boundary_f),
    .each = "tolerance",
    .class_value = boundary_f_value};

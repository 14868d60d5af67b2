/* distance_ce.c - distance-penalised cross-entropy: voxels near a border of the truth count up to twice.
 *
 *     L = 1/N sum_n (1 + F_n) (-log max(p_n, eps))
 *     F_n = (D - d_n) / (D - d)          d_n: distance to the nearest voxel of another class
 *
 * D and d are the largest and smallest d_n in the region of the voxel's class (the background is a region too), so F is
 * 1 next to the border and 0 deepest inside, whatever the size of the region. F = 0 in a region that is one voxel thin
 * everywhere (D = d) and when one class fills the image. form=survey: sum_n (1 + 1/d_n) (-log p_n).
 */
#include <math.h>

#include "../../base/parallel.h"
#include "../../image/label_runs.h"
#include "../gradient.h"
#include "../loss.h"

enum { MM, VOXEL };
static const char *const unit_words[] = {"mm", "voxel", NULL};

struct distance_ce {
    int units, reduction, form;
    double eps;
};

/* The region of one class. */
struct region {
    const seg_pair *pair;
    const struct distance_ce *p;
    int cls;
    const float *distance; /* [voxels] minus the distance, inside the region */
    bool has_border;
    double shallow, deep; /* d and D */
};

/* The weight of a voxel of the region. */
static double weight_of(const struct region *r, size_t i)
{
    double d = -(double)r->distance[i];

    if (!r->has_border)
        return 1;
    if (r->p->form == SEG_FORM_SURVEY)
        return 1 + 1 / d;
    return r->deep > r->shallow ? 1 + (r->deep - d) / (r->deep - r->shallow) : 1;
}

/* D and d. Touches only voxels of the class: over all classes that is the image once. */
static void measure_depth(struct region *r)
{
    seg_label_runs runs = seg_label_runs_of(&r->pair->truth, 0, r->pair->voxels);
    seg_label_run s;

    r->deep = 0;
    r->shallow = INFINITY;
    while (r->has_border && seg_label_runs_next(&runs, &s))
        for (size_t i = s.begin; s.code == (uint32_t)r->cls && i < s.end; i++) {
            double d = -(double)r->distance[i];

            r->deep = d > r->deep ? d : r->deep;
            r->shallow = d < r->shallow ? d : r->shallow;
        }
}

static seg_status make_region(struct region *r, seg_loss_ctx *work, int cls, const struct distance_ce *p,
                              seg_error *err)
{
    seg_set_extent extent;
    seg_status st;

    *r = (struct region){.pair = work->pair, .p = p, .cls = cls};
    st = seg_loss_ctx_truth_distance(work, cls, p->units == MM, &r->distance, &extent, err);
    if (st)
        return st;
    r->has_border = extent == SEG_SET_PARTLY;
    measure_depth(r);
    return SEG_OK;
}

static void add_block(void *context, size_t begin, size_t end, double *sums)
{
    const struct region *r = context;
    seg_label_runs runs = seg_label_runs_of(&r->pair->truth, begin, end);
    double y[SEG_BLOCK];
    seg_label_run s;

    while (seg_label_runs_next(&runs, &s)) {
        if (s.code != (uint32_t)r->cls)
            continue;
        seg_pair_prob(r->pair, r->cls, s.begin, s.end - s.begin, y);
        for (size_t i = s.begin; i < s.end; i++) {
            double p = y[i - s.begin];

            if (p < 1)
                sums[0] -= weight_of(r, i) * log(p > r->p->eps ? p : r->p->eps);
        }
    }
}

static bool sums_up(const struct distance_ce *p)
{
    return p->form == SEG_FORM_SURVEY || p->reduction == SEG_REDUCE_SUM;
}

/* The mean over the class's own voxels, or their sum. */
static seg_status class_value(seg_loss_ctx *work, int cls, const void *params, seg_value *value, seg_error *err)
{
    const struct distance_ce *p = params;
    double n = (double)work->truth_voxels[cls], sum;
    struct region r;
    seg_status st;

    if (n == 0) {
        *value = seg_value_undefined(SEG_EMPTY_TRUTH);
        return SEG_OK;
    }
    st = make_region(&r, work, cls, p, err);
    if (!st)
        st = seg_parallel_sum(work->pair->voxels, 1, add_block, &r, &sum, err);
    if (!st)
        *value = seg_value_of(sums_up(p) ? sum : sum / n);
    return st;
}

static double weight(const seg_loss_ctx *work, const void *params, int cls)
{
    return sums_up(params) ? 1 : (double)work->truth_voxels[cls] / seg_loss_ctx_voxels(work);
}

static bool takes(const seg_loss_ctx *work, const void *params, int cls)
{
    (void)work;
    (void)params;
    (void)cls;
    return true;
}

struct slope {
    const struct region *r;
    double divisor;
};

/* value:    L  =  w (-log y) / N
 * gradient: L' = -w / (N y) on the true class; below eps the slope at eps */
static double slope(const void *context, const seg_voxel *v)
{
    const struct slope *s = context;

    if (v->t == 0)
        return 0;
    return -weight_of(s->r, v->index) / (s->divisor * (v->y > s->r->p->eps ? v->y : s->r->p->eps));
}

static seg_status gradient(seg_loss_ctx *work, const void *params, double *out, seg_error *err)
{
    const struct distance_ce *p = params;
    double divisor = sums_up(p) ? 1 : seg_loss_ctx_voxels(work);
    struct region r;
    seg_status st = SEG_OK;

    for (int cls = 0; !st && cls < work->pair->classes; cls++) {
        st = make_region(&r, work, cls, p, err);
        if (!st)
            seg_gradient_fill_class(work->pair, cls, slope, &(struct slope){&r, divisor}, out);
    }
    return st;
}

/* map: w (-log y) / N on the true class */
static double term(const void *context, const seg_voxel *v)
{
    const struct slope *s = context;

    return -weight_of(s->r, v->index) * log(v->y > s->r->p->eps ? v->y : s->r->p->eps) / s->divisor;
}

static seg_status loss_map(seg_loss_ctx *work, const void *params, seg_loss_map *map, seg_error *err)
{
    const struct distance_ce *p = params;
    double divisor = sums_up(p) ? 1 : seg_loss_ctx_voxels(work);
    struct region r;
    seg_status st = SEG_OK;

    for (int cls = 0; !st && cls < work->pair->classes; cls++) {
        st = make_region(&r, work, cls, p, err);
        if (!st)
            st = seg_loss_map_own(map, cls, term, &(struct slope){&r, divisor}, err);
    }
    return st;
}

static const seg_param rows[] = {
    SEG_CHOICE("units", struct distance_ce, units, MM, unit_words, "voxel spacing: from the header, or 1"),
    SEG_REDUCTION_ROW(struct distance_ce),
    SEG_EPS_ROW(struct distance_ce),
    SEG_FORM_ROW(struct distance_ce),
    {0},
};

const seg_loss seg_loss_distance_ce = {
    .name = "distance-ce",
    .aliases = {"dpce", "distance-map-ce"},
    .title = "Distance-map-penalised cross-entropy",
    .level = SEG_PIXEL,
    .equation = "L = 1/N sum_n (1 + F_n) (-log max(p_n, eps))\n"
                "F_n = (D - d_n) / (D - d)",
    .symbols = "p_n    probability of the true class of voxel n\n"
               "d_n    Euclidean distance from n to the nearest voxel of another class of the ground truth\n"
               "D, d   largest and smallest d_n among the voxels of the same class\n"
               "N      voxels",
    .range = "[0, -2 log eps]; 0 for a perfect prediction",
    .empty = "A class without voxels adds nothing; when one class fills the image F = 0 and this is ce.",
    .advantages = "Up to twice the weight near borders, where most errors lie, with the smooth gradients of "
                  "cross-entropy everywhere.",
    .disadvantages =
        "Needs a distance transform for every class and image; label errors near a border count double; class "
        "imbalance is not addressed.",
    .use_cases = "Structures whose outline matters more than their volume, such as bones and cartilage.",
    .reference =
        "Caliva, Iriondo, Martinez, Majumdar, Pedoia: Distance Map Loss Penalty Term for Semantic Segmentation, "
        "MIDL 2019, arXiv 1908.03679",
    .survey = "Equation 5 is a sum, with the inverse of the distance map as penalty. form=survey uses 1/d_n, so its "
              "value depends on the unit of length, unlike the reference.",
    .elsewhere =
        "SegLoss computes the penalty and then returns the plain cross-entropy; it also ignores the voxel size and "
        "divides 0 by 0 for thin objects.",
    .params = rows,
    .size = sizeof(struct distance_ce),
    .class_value = class_value,
    .includes_class = takes,
    .weight = weight,
    .gradient = gradient,
    .map = loss_map,
    .map_kind = SEG_MAP_EXACT,
};

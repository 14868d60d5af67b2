/* iou.c - IoU (Jaccard) loss: one minus intersection over union, with probabilities.
 *
 *     L = mean over classes of  1 - (I + s) / (S + N - I + s)          I = sum t y, S = sum y, N = sum t
 *
 * A class that is in neither map costs 0, one that only one map has costs 1 (s = 0).
 */
#include <math.h>

#include "overlap.h"

struct iou {
    seg_classes classes;
    seg_numbers smooth;
    int intersection, form;
};

static seg_smooth smooth_of(const struct iou *p)
{
    return p->form == SEG_FORM_SURVEY ? (seg_smooth){0, 0} : seg_smooth_of(&p->smooth);
}

static seg_intersection intersection_of(const struct iou *p)
{
    return (seg_intersection)p->intersection;
}

static seg_status class_value(seg_loss_ctx *work, int cls, const void *params, seg_value *value, seg_error *err)
{
    seg_smooth s = smooth_of(params);
    seg_overlap o;
    seg_status st = seg_overlap_of(work, cls, intersection_of(params), &o, err);

    if (!st)
        *value = seg_value_of(1 - seg_ratio(o.I + s.above, o.S + o.N - o.I + s.below));
    return st;
}

/* value:    L = 1 - A / B,   A = I + s,   B = S + N - I + s
 * gradient: dL/dI = -1 / B - A / B^2,   dL/dS = A / B^2 */
static seg_overlap_slope slope(const seg_overlap *o, const void *params)
{
    seg_smooth s = smooth_of(params);
    double A = o->I + s.above, B = o->S + o->N - o->I + s.below;

    if (B <= 0)
        return (seg_overlap_slope){0, 0, 0};
    return (seg_overlap_slope){-1 / B - A / (B * B), A / (B * B), 0};
}

static bool takes(const seg_loss_ctx *work, const void *params, int cls)
{
    const struct iou *p = params;

    return p->form == SEG_FORM_SURVEY || seg_loss_ctx_includes(work, &p->classes, SEG_CLASSES_FG, cls);
}

static seg_status gradient(seg_loss_ctx *work, const void *params, double *out, seg_error *err)
{
    return seg_overlap_terms_gradient(work, &seg_loss_iou, intersection_of(params), slope, params, out, err);
}

static seg_status check(const void *params, seg_error *err)
{
    return seg_smooth_check("iou", &((const struct iou *)params)->smooth, err);
}

/* map: L = (S + N - 2 I + below - above) / B,  B = S + N - I + below */
static seg_overlap_term map_term(const seg_overlap *o, const void *params)
{
    seg_smooth s = smooth_of(params);
    double B = o->S + o->N - o->I + s.below, share = B > 0 ? 1 / B : 0;

    return (seg_overlap_term){share, share, 0, (s.below - s.above) * share, false};
}

static seg_status loss_map(seg_loss_ctx *work, const void *params, seg_loss_map *map, seg_error *err)
{
    return seg_overlap_terms_map(work, &seg_loss_iou, intersection_of(params), map_term, params, map, err);
}

static const seg_param rows[] = {
    SEG_CLASSES_ROW(struct iou, "fg"),
    SEG_SMOOTH_ROW(struct iou, "added to numerator (to I) and denominator; two numbers for different values"),
    SEG_INTERSECTION_ROW(struct iou, intersection),
    SEG_FORM_ROW(struct iou),
    {0},
};

const seg_loss seg_loss_iou = {
    .name = "iou",
    .aliases = {"jaccard"},
    .title = "IoU (Jaccard) loss",
    .level = SEG_REGION,
    .equation = "L = mean over classes of  1 - (I + s) / (S + N - I + s)",
    .symbols = "I   intersection: sum of the class's probability over its voxels in the ground truth\n"
               "S   sum of its probability over all voxels\n"
               "N   its voxels in the ground truth\n"
               "s   smooth",
    .range = "[0, 1]; 0 for a perfect prediction (above 0 with intersection=product and a soft truth). With the Dice "
             "coefficient D of the same sums: 1 - D / (2 - D)",
    .empty = "In neither map: 0. In one map only: 1 when smooth is 0, however small the predicted sum.",
    .advantages = "A soft version of the intersection over union that benchmarks report; independent of the size of "
                  "the background.",
    .disadvantages = "Large and unstable gradients for small objects; for a soft map it differs from the IoU of the "
                     "thresholded mask; independent of the location of errors.",
    .use_cases = "Objects of one kind against a background, where IoU is the evaluation measure.",
    .reference =
        "Rahman, Wang: Optimizing Intersection-Over-Union in Deep Neural Networks for Image Segmentation, ISVC "
        "2016, doi 10.1007/978-3-319-50835-1_22",
    .survey = "Equation 11 is this ratio over all classes; form=survey takes all classes with s = 0.",
    .elsewhere =
        "MONAI's DiceLoss(jaccard=True) adds smooth to 2 I, so it has half the effect. Code without smoothing returns "
        "NaN where a class is in neither map.",
    .params = rows,
    .size = sizeof(struct iou),
    .flags = SEG_LOSS_SOFT_TRUTH,
    .check = check,
    .class_value = class_value,
    .includes_class = takes,
    .gradient = gradient,
    .map = loss_map,
    .map_kind = SEG_MAP_EXACT,
    .single_pass = seg_always_single_pass,
};

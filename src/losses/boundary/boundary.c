/* boundary.c - boundary loss: probabilities summed over the signed distance map of the truth.
 *
 *     L_c = 1/N sum over n of phi_c(n) y_n^c,      L = mean over c
 *     phi_c = EDT(G_c) outside G_c,  -(EDT(not G_c) - off) inside,  0 if G_c is empty or the whole image
 *
 * G_c voxels of class c in the truth, EDT distance to the nearest voxel of a set, off = inside_offset (1, in
 * the unit of the distance, as in the authors' code: next to the edge phi is 0 inside and 1 outside). phi
 * does not depend on the prediction, so the loss is linear and its gradient is phi / N. A good prediction is
 * negative, a perfect one the smallest possible, whose value depends on the object: values of two images do
 * not compare.
 */
#include <math.h>

#include "../loss.h"
#include "distance_weighted.h"
#include "masked_class.h"

struct boundary {
    seg_classes classes;
    int distance;
    double inside_offset;
    int reduction, form;
};

/* The survey prints the plain integral (eq. 23): a sum, and a distance that is not moved. */
static bool is_sum(const struct boundary *t)
{
    return t->form == SEG_FORM_SURVEY || t->reduction == SEG_REDUCE_SUM;
}

static bool takes(const seg_loss_ctx *work, const void *params, int cls)
{
    return seg_loss_ctx_includes(work, &((const struct boundary *)params)->classes, SEG_CLASSES_FG, cls);
}

static double weight(const seg_loss_ctx *work, const void *params, int cls)
{
    const struct boundary *t = params;

    (void)cls;
    return is_sum(t) ? 1 : 1.0 / seg_loss_ctx_included(work, &t->classes, SEG_CLASSES_FG);
}

static seg_status lines(seg_distance_lines *phi, seg_loss_ctx *work, const void *params, seg_error *err)
{
    const struct boundary *t = params;
    bool mm = t->distance == SEG_DISTANCE_MM;
    seg_set_extent extent;
    seg_status st = seg_loss_ctx_truth_distance(work, phi->cls, mm, &phi->distance, &extent, err);

    phi->inside[0] = t->form == SEG_FORM_SURVEY ? 0 : t->inside_offset;
    phi->inside[1] = phi->outside[1] = 1;
    phi->scale = is_sum(t) ? 1 : 1 / fmax(seg_loss_ctx_voxels(work), 1);
    if (extent != SEG_SET_PARTLY)
        phi->distance = NULL;
    return st;
}

static const seg_lines_loss along_lines = {lines, takes, weight};

static seg_status class_value(seg_loss_ctx *work, int cls, const void *params, seg_value *value, seg_error *err)
{
    return seg_lines_value(&along_lines, work, cls, params, value, err);
}

static seg_status gradient(seg_loss_ctx *work, const void *params, double *gradient, seg_error *err)
{
    return seg_lines_gradient(&along_lines, work, params, gradient, err);
}

static seg_status loss_map(seg_loss_ctx *work, const void *params, seg_loss_map *map, seg_error *err)
{
    return seg_lines_map(&along_lines, work, params, map, err);
}

static const seg_param rows[] = {
    SEG_CLASSES_ROW(struct boundary, "fg"),
    SEG_DISTANCE_ROW(struct boundary),
    SEG_NUMBER("inside_offset", struct boundary, inside_offset, 1, 0, 1e9,
               "subtracted from the distance inside the object, in the unit of the distance"),
    SEG_REDUCTION_ROW(struct boundary),
    SEG_FORM_ROW(struct boundary),
    {0}};

const seg_loss seg_loss_boundary = {
    .name = "boundary",
    .title = "Boundary loss",
    .level = SEG_BOUNDARY,
    .equation = "L = 1/(N K) sum_c sum_n phi_c(n) y_n^c\n"
                "phi_c = EDT(G_c) outside G_c,  -(EDT(not G_c) - off) inside",
    .symbols = "y_n^c  probability of class c at voxel n\n"
               "G_c  voxels of class c in the ground truth; EDT  distance to the nearest voxel of a set\n"
               "off  inside_offset\n"
               "N, K  voxels and classes",
    .range = "no bounds; negative for good predictions, a perfect one is the minimum for its ground truth, not 0",
    .empty = "a class that is empty in the ground truth, or fills the image, gives 0 for any prediction; an empty "
             "prediction gives 0",
    .advantages =
        "Weights errors by their distance to the boundary, not by the size of the class; linear and cheap, as "
        "the distance map of the ground truth is computed once.",
    .disadvantages =
        "On its own it is minimised by (near-)empty predictions, so it is combined with a region loss whose weight "
        "decreases during training. A mean over all voxels: the same error counts less in a larger image. No gradient "
        "for a class that is absent from the ground truth.",
    .use_cases = "Small lesions in a large background, together with Dice or cross-entropy.",
    .reference = "H. Kervadec et al., Boundary loss for highly unbalanced segmentation, MIDL 2019 and "
                 "Medical Image Analysis 67, 2021, arXiv:1812.07032",
    .survey = "Eq. 23 is the bare integral of phi times y: no mean, no offset inside, and the sign of phi is not "
              "stated; form=survey is reduction=sum, inside_offset=0.",
    .elsewhere = "RegionWiseLoss' copy has no offset inside (inside_offset=0). SegWithDistMap sets the "
                 "inner edge to 0 instead of subtracting 1. The authors subtract 1 also in millimetres, so "
                 "with voxels below 1 mm the inner edge is slightly positive.",
    .params = rows,
    .size = sizeof(struct boundary),
    .class_value = class_value,
    .includes_class = takes,
    .weight = weight,
    .gradient = gradient,
    .map = loss_map,
    .map_kind = SEG_MAP_EXACT,
};

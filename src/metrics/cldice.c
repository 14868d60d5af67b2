/* cldice.c - centreline Dice: the share of each skeleton that lies inside the other mask.
 *
 *     Tp = |S_P and G| / |S_P|      Ts = |S_G and P| / |S_G|      clDice = 2 Tp Ts / (Tp + Ts)
 *
 * S: the skeleton on voxels, whatever their size, as scikit-image's skeletonize makes it of arrays in the order z, y, x.
 * Thinning can delete a small object completely; a mask without a skeleton leaves the value undefined.
 */
#include <math.h>

#include "../geometry/skeleton.h"
#include "class_context.h"

/* The share of the skeleton of a mask that lies in another one; NAN without a skeleton. */
static seg_status share_inside(const seg_mask *mask, const seg_mask *other, bool flat, double *share, seg_error *err)
{
    seg_box all = {{0, 0, 0}, {mask->n[0], mask->n[1], mask->n[2]}};
    seg_mask skeleton = {0};
    size_t length;
    seg_status st = seg_mask_cut(&skeleton, mask, &all, err);

    if (!st)
        st = flat ? seg_skeleton_2d(&skeleton, err) : seg_skeleton_3d(&skeleton, err);
    length = seg_mask_count(&skeleton);
    for (size_t i = 0; i < skeleton.n[1] * skeleton.n[2] * skeleton.words; i++)
        skeleton.bit[i] &= other->bit[i];
    *share = (double)seg_mask_count(&skeleton) / (double)length;
    seg_mask_free(&skeleton);
    return st;
}

static seg_status cldice_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    bool flat = seg_grid_dims(&view->pair->grid) == 2;
    const seg_mask *mask = view->mask;
    double tp = NAN, ts = NAN;
    seg_status st = seg_class_view_masks(view, err);

    (void)params;
    if (!st)
        st = share_inside(&mask[SEG_PREDICTION], &mask[SEG_TRUTH], flat, &tp, err);
    if (!st)
        st = share_inside(&mask[SEG_TRUTH], &mask[SEG_PREDICTION], flat, &ts, err);
    *value = seg_value_of(tp + ts == 0 ? 0 : 2 * tp * ts / (tp + ts));
    return st;
}

const seg_metric seg_metric_cldice = {
    .name = "cldice",
    .aliases = {"centreline-dice", "centerline-dice"},
    .title = "Centreline Dice",
    .family = SEG_STRUCTURE_METRIC,
    .unit = SEG_UNIT_NONE,
    .better = 1,
    .definition =
        "2 Tp Ts / (Tp + Ts): Tp the share of the prediction's skeleton inside the truth, Ts the share of\n"
        "the truth's skeleton inside the prediction. Skeletons are those of scikit-image's skeletonize (0.19.3, "
        "arrays\n"
        "in the order z, y, x): in 2D Zhang and Suen 1984 with its own table of neighbourhoods, in 3D Lee, Kashyap\n"
        "and Chu 1994. The clDice loss of the paper has soft skeletons and other values",
    .range = "[0, 1]",
    .empty = "undefined, also where thinning leaves no skeleton; 0 when neither skeleton meets the other mask",
    .reference = "Shit et al. 2021, CVPR, arXiv 2003.07311",
    .params = seg_metric_rows,
    .size = sizeof(seg_metric_params),
    .class_value = cldice_value};

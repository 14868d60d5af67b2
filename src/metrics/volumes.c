/* volumes.c - how much there is, not where: volumes of both masks, their difference, and the bare counts.
 *
 * P, G: voxels of the prediction and the truth. Names hide two traps: volume similarity is unsigned here and signed
 * in ITK and seg-metrics; RVD is signed here, absolute in Metrics Reloaded, and in percent in CHAOS. The convention
 * decides.
 */
#include <math.h>

#include "class_context.h"

static double voxels_of(const seg_class_ctx *view, int side)
{
    return (double)view->tally->side[side].voxels;
}

/* 1 - |P - G| / (P + G), or 2 (P - G) / (P + G) */
static seg_status similarity_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    double p = voxels_of(view, SEG_PREDICTION), g = voxels_of(view, SEG_TRUTH);

    (void)params, (void)err;
    *value = seg_value_of(view->convention->similarity_signed ? 2 * (p - g) / (p + g) : 1 - fabs(p - g) / (p + g));
    return SEG_OK;
}

/* (P - G) / G; nothing is undefined rather than infinitely more than nothing. */
static seg_status rvd_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    double p = voxels_of(view, SEG_PREDICTION), g = voxels_of(view, SEG_TRUTH), x = g > 0 ? (p - g) / g : NAN;

    (void)params, (void)err;
    if (view->convention->difference != SEG_DIFFERENCE_SIGNED)
        x = fabs(x);
    *value = seg_value_of(view->convention->difference == SEG_DIFFERENCE_PERCENT ? 100 * x : x);
    return SEG_OK;
}

#define CLASS_VALUE(name_, value_)                                                                                     \
    static seg_status name_##_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)         \
    {                                                                                                                  \
        (void)params, (void)err;                                                                                       \
        *value = seg_value_of(value_);                                                                                 \
        return SEG_OK;                                                                                                 \
    }

CLASS_VALUE(volume_prediction, voxels_of(view, SEG_PREDICTION) * seg_class_view_voxel_size(view))
CLASS_VALUE(volume_truth, voxels_of(view, SEG_TRUTH) * seg_class_view_voxel_size(view))
CLASS_VALUE(tp, (double)view->n.tp)
CLASS_VALUE(fp, (double)view->n.fp)
CLASS_VALUE(fn, (double)view->n.fn)
CLASS_VALUE(tn, (double)view->n.tn)

#define COMMON .family = SEG_OVERLAP_METRIC, .params = seg_metric_rows, .size = sizeof(seg_metric_params)
#define COUNT  COMMON, .amount = true, .unit = SEG_UNIT_VOXELS, .range = "[0, voxels]", .empty = "a value"
#define VOLUME                                                                                                         \
    COMMON, .amount = true, .unit = SEG_UNIT_VOLUME, .range = "[0, inf)", .empty = "a value, 0 for the empty mask"

const seg_metric seg_metric_volume_similarity = {
    .name = "volume-similarity",
    .aliases = {"vs", "volumetric-similarity"},
    .title = "Volume similarity",
    COMMON,
    .from_counts = true,
    .better = 1,
    .definition = "1 - |P - G| / (P + G); signed, 2 (P - G) / (P + G), in the conventions of ITK and "
                  "seg-metrics",
    .range = "[0, 1]",
    .empty = "truth 0, prediction 0, both undefined",
    .reference = "Taha and Hanbury 2015, BMC Medical Imaging 15:29",
    .class_value = similarity_value};
const seg_metric seg_metric_rvd = {.name = "rvd",
                                   .aliases = {"relative-volume-difference", "ravd", "avdr"},
                                   .title = "Relative volume difference",
                                   COMMON,
                                   .from_counts = true,
                                   .better = 0,
                                   .definition =
                                       "(P - G) / G, negative where the prediction is too small; absolute in the "
                                       "convention of Metrics Reloaded, in percent in that of CHAOS",
                                   .range = "[-1, inf)",
                                   .empty = "truth undefined, prediction -1, both undefined",
                                   .reference = "Heimann et al. 2009, IEEE TMI 28",
                                   .class_value = rvd_value};
const seg_metric seg_metric_volume_prediction = {
    .name = "volume-prediction",
    .aliases = {"volume-pred"},
    .title = "Volume of the prediction",
    VOLUME,
    .definition = "voxels of the class times the volume of a voxel (the area of a pixel in 2D)",
    .reference = "",
    .class_value = volume_prediction_value};
const seg_metric seg_metric_volume_truth = {
    .name = "volume-truth",
    .aliases = {"volume-gt", "volume-reference"},
    .title = "Volume of the truth",
    VOLUME,
    .definition = "voxels of the class times the volume of a voxel (the area of a pixel in 2D)",
    .reference = "",
    .class_value = volume_truth_value};
const seg_metric seg_metric_tp = {.name = "tp",
                                  .aliases = {"true-positives"},
                                  .title = "True positives",
                                  COUNT,
                                  .definition = "voxels of the class in both masks",
                                  .reference = "",
                                  .class_value = tp_value};
const seg_metric seg_metric_fp = {.name = "fp",
                                  .aliases = {"false-positives"},
                                  .title = "False positives",
                                  COUNT,
                                  .definition = "voxels of the class in the prediction alone",
                                  .reference = "",
                                  .class_value = fp_value};
const seg_metric seg_metric_fn = {.name = "fn",
                                  .aliases = {"false-negatives"},
                                  .title = "False negatives",
                                  COUNT,
                                  .definition = "voxels of the class in the truth alone",
                                  .reference = "",
                                  .class_value = fn_value};
const seg_metric seg_metric_tn = {.name = "tn",
                                  .aliases = {"true-negatives"},
                                  .title = "True negatives",
                                  COUNT,
                                  .definition = "voxels of the class in neither mask",
                                  .reference = "",
                                  .class_value = tn_value};

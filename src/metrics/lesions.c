/* lesions.c - scores of a class counted in lesions, its connected components, instead of voxels.
 *
 * TP: lesions of the truth that are matched by one of the prediction, FN: missed ones, FP: invented ones.
 *
 *     sensitivity = TP / (TP + FN)      precision = TP / (TP + FP)      F1 = RQ = 2 TP / (2 TP + FP + FN)
 *     SQ = mean IoU of the matches, 0 without any                       PQ = SQ RQ
 *
 * A match is one to one, at an IoU of 0.5 or more, the best first: panoptica's rule. In the convention of BraTS 2023
 * it goes by the dilated truth instead, as lesion-dsc and lesion-hd95 always do (lesion_brats.c).
 */
#include "lesions.h"

#include <math.h>

struct by_iou {
    int convention, connectivity;
    double iou;
};

struct by_dilation {
    int convention, dilation;
    double min_volume, missed;
};

/* What BraTS 2023 has for most of its tasks. */
static const seg_dilated_rule BRATS = {.dilation = 3, .min_volume = 50, .missed = 374, .distances = false};

enum { CONNECTED_AUTO, CONNECTED_FACE, CONNECTED_EDGE, CONNECTED_CORNER };
static const char *const connectivity_words[] = {"auto", "face", "edge", "corner", NULL};

static seg_connectivity reach_of(const struct by_iou *p, const seg_class_ctx *view)
{
    static const seg_connectivity reach[] = {
        [CONNECTED_FACE] = SEG_CONN_FACE, [CONNECTED_EDGE] = SEG_CONN_EDGE, [CONNECTED_CORNER] = SEG_CONN_CORNER};

    if (p && p->connectivity != CONNECTED_AUTO)
        return reach[p->connectivity];
    return seg_grid_dims(&view->pair->grid) == 3 ? SEG_CONN_CORNER : SEG_CONN_FACE;
}

static seg_status count(seg_matches *m, seg_class_ctx *view, const struct by_iou *p, seg_error *err)
{
    seg_dilated_matches d;
    seg_status st;

    if (!view->convention->lesions_dilated)
        return seg_lesions_match(m, view, reach_of(p, view), p ? p->iou : 0.5, err);
    st = seg_lesions_match_dilated(&d, view, &BRATS, err);
    *m = (seg_matches){.matched = d.found, .missed = d.lesions - d.found, .invented = d.invented, .iou = NAN};
    return st;
}

static double recognition(double tp, double fp, double fn)
{
    return 2 * tp / (2 * tp + fp + fn);
}

/* No lesion on either side leaves nothing to rate. */
static double quality(double iou, double tp, double fp, double fn)
{
    return tp > 0 ? iou / tp : fp + fn > 0 ? 0 : NAN;
}

#define BY_IOU(name_, value_)                                                                                          \
    static seg_status name_##_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)         \
    {                                                                                                                  \
        seg_matches m;                                                                                                 \
        seg_status st = count(&m, view, params, err);                                                                  \
        double tp = (double)m.matched, fp = (double)m.invented, fn = (double)m.missed;                                 \
                                                                                                                       \
        (void)tp, (void)fp, (void)fn;                                                                                  \
        *value = seg_value_of(value_);                                                                                 \
        return st;                                                                                                     \
    }

BY_IOU(sensitivity, tp / (tp + fn))
BY_IOU(precision, tp / (tp + fp))
BY_IOU(f1, recognition(tp, fp, fn))
BY_IOU(sq, quality(m.iou, tp, fp, fn))
BY_IOU(pq, quality(m.iou, tp, fp, fn) * recognition(tp, fp, fn))
BY_IOU(tp, tp)
BY_IOU(fp, fp)
BY_IOU(fn, fn)

static seg_status count_dilated(seg_dilated_matches *d, seg_class_ctx *view, const struct by_dilation *p,
                                bool distances, seg_error *err)
{
    seg_dilated_rule rule = BRATS;

    if (p) {
        rule.dilation = p->dilation;
        rule.min_volume = p->min_volume;
        rule.missed = p->missed;
    }
    rule.distances = distances;
    return seg_lesions_match_dilated(d, view, &rule, err);
}

/* sum / (lesions + invented components). Without any of them the script of BraTS gives the perfect value. */
static double per_lesion(const seg_dilated_matches *d, double sum, const seg_convention *c, double perfect)
{
    size_t n = d->lesions + d->invented;

    return n > 0 ? sum / (double)n : c->lesions_dilated ? perfect : NAN;
}

/* (sum of DSC) / (lesions + invented components) */
static seg_status dsc_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    seg_dilated_matches d;
    seg_status st = count_dilated(&d, view, params, false, err);

    *value = seg_value_of(per_lesion(&d, d.dsc, view->convention, 1));
    return st;
}

/* (sum of HD95 + missed x invented) / (lesions + invented components) */
static seg_status hd95_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    const struct by_dilation *p = params;
    double missed = p ? p->missed : BRATS.missed;
    seg_dilated_matches d;
    seg_status st = count_dilated(&d, view, params, true, err);

    *value = seg_value_of(per_lesion(&d, d.hd95 + missed * (double)d.invented, view->convention, 0));
    return st;
}

static const seg_param iou_rows[] = {
    SEG_CONVENTION_ROW(struct by_iou),
    SEG_CHOICE("connectivity", struct by_iou, connectivity, CONNECTED_AUTO, connectivity_words,
               "neighbours that make one lesion: face 6 (2D 4), edge 18, corner 26 (2D 8); auto: 26, in 2D 4"),
    {.name = "iou",
     .type = SEG_PARAM_NUMBER,
     .at = offsetof(struct by_iou, iou),
     .preset = 0.5,
     .min = 0,
     .max = 1,
     .help = "least intersection over union of a match; 0: any common voxel"},
    {0}};
static const seg_param dilation_rows[] = {
    SEG_CONVENTION_ROW(struct by_dilation),
    SEG_INTEGER("dilation", struct by_dilation, dilation, 3, 0, 100, "steps by which lesions of the truth are dilated"),
    SEG_NUMBER("min-volume", struct by_dilation, min_volume, 50, 0, 1e12,
               "lesions of the truth up to this volume do not count, mm^3"),
    SEG_NUMBER("missed", struct by_dilation, missed, 374, 0, 1e9, "HD95 of a missed or invented lesion, mm"),
    {0}};

#define COMMON(title_) .title = title_, .family = SEG_STRUCTURE_METRIC
#define IOU                                                                                                            \
    .params = iou_rows, .size = sizeof(struct by_iou), .reference = "Kirillov et al. 2019, CVPR, arXiv 1801.00868"
#define DILATED .params = dilation_rows, .size = sizeof(struct by_dilation), .reference = "BraTS 2023, arXiv 2305.17033"

const seg_metric seg_metric_lesion_sensitivity = {
    .name = "lesion-sensitivity",
    .aliases = {"lesion-recall"},
    COMMON("Lesion sensitivity"),
    IOU,
    .better = 1,
    .definition = "TP / (TP + FN) in lesions: connected components, matched one to one by IoU",
    .range = "[0, 1]",
    .empty = "truth undefined, prediction 0, both undefined",
    .class_value = sensitivity_value};
const seg_metric seg_metric_lesion_precision = {
    .name = "lesion-precision",
    .aliases = {"lesion-ppv"},
    COMMON("Lesion precision"),
    IOU,
    .better = 1,
    .definition = "TP / (TP + FP) in lesions: connected components, matched one to one by IoU",
    .range = "[0, 1]",
    .empty = "truth 0, prediction undefined, both undefined",
    .class_value = precision_value};
const seg_metric seg_metric_lesion_f1 = {
    .name = "lesion-f1",
    .aliases = {"rq", "recognition-quality"},
    COMMON("Lesion F1 (recognition quality)"),
    IOU,
    .better = 1,
    .definition = "2 TP / (2 TP + FP + FN) in lesions: connected components, matched one to one by IoU",
    .range = "[0, 1]",
    .empty = "truth 0, prediction 0, both undefined",
    .class_value = f1_value};
const seg_metric seg_metric_lesion_sq = {.name = "lesion-sq",
                                         .aliases = {"sq", "segmentation-quality"},
                                         COMMON("Segmentation quality of lesions"),
                                         IOU,
                                         .better = 1,
                                         .definition = "mean IoU of the matched lesions, 0 when none is matched",
                                         .range = "[0, 1]",
                                         .empty = "truth 0, prediction 0, both undefined",
                                         .class_value = sq_value};
const seg_metric seg_metric_lesion_pq = {.name = "lesion-pq",
                                         .aliases = {"pq", "panoptic-quality"},
                                         COMMON("Panoptic quality of lesions"),
                                         IOU,
                                         .better = 1,
                                         .definition = "lesion-sq times lesion-f1",
                                         .range = "[0, 1]",
                                         .empty = "truth 0, prediction 0, both undefined",
                                         .class_value = pq_value};
const seg_metric seg_metric_lesion_tp = {
    .name = "lesion-tp",
    COMMON("Lesions found"),
    IOU,
    .amount = true,
    .definition = "lesions of the truth with a match in the prediction. In the convention of BraTS 2023 lesions are "
                  "paired by the dilated truth, as for lesion-dsc, and those up to 50 mm^3 do not count",
    .range = "[0, lesions]",
    .empty = "0",
    .class_value = tp_value};
const seg_metric seg_metric_lesion_fp = {.name = "lesion-fp",
                                         COMMON("Lesions invented"),
                                         IOU,
                                         .amount = true,
                                         .definition = "lesions of the prediction without a match in the truth",
                                         .range = "[0, lesions]",
                                         .empty = "a value",
                                         .class_value = fp_value};
const seg_metric seg_metric_lesion_fn = {.name = "lesion-fn",
                                         COMMON("Lesions missed"),
                                         IOU,
                                         .amount = true,
                                         .definition = "lesions of the truth without a match in the prediction",
                                         .range = "[0, lesions]",
                                         .empty = "a value",
                                         .class_value = fn_value};
const seg_metric seg_metric_lesion_dsc = {
    .name = "lesion-dsc",
    .aliases = {"lesion-dice"},
    COMMON("Lesion-wise DSC"),
    DILATED,
    .better = 1,
    .definition = "mean DSC over the lesions of the truth, each with all components of the prediction that meet it\n"
                  "dilated; every other component of the prediction counts as a lesion with DSC 0",
    .range = "[0, 1]",
    .empty = "truth 0, prediction 0, both undefined",
    .class_value = dsc_value};
const seg_metric seg_metric_lesion_hd95 = {
    .name = "lesion-hd95",
    COMMON("Lesion-wise HD95"),
    DILATED,
    .unit = SEG_UNIT_LENGTH,
    .better = -1,
    .definition = "mean HD95 (by surface area) over the lesions as for lesion-dsc; 374 mm for a missed or invented one",
    .range = "[0, 374]",
    .empty = "truth 374, prediction 374, both undefined",
    .class_value = hd95_value};

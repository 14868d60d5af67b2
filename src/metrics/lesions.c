/* lesions.c - scores of a class counted in objects (lesions) instead of voxels.
 *
 * TP: objects of the truth with a match in the prediction, FN: the others, FP: objects of the prediction without a match.
 *
 *     sensitivity = TP / (TP + FN)      precision = TP / (TP + FP)      F1 = RQ = 2 TP / (2 TP + FP + FN)
 *     accuracy = TP / (TP + FP + FN), StarDist's and Cellpose's "AP" at one threshold
 *     AP = mean of accuracy over thresholds, with optimal matching at each
 *
 * How objects are matched is in object_match.c; lesion-dsc and lesion-hd95 always go by the dilated truth
 * (lesion_brats.c).
 */
#include "lesions.h"

#include <math.h>
#include <stdlib.h>

#include "object_params.h"

struct by_dilation {
    int convention, dilation;
    double min_volume, missed;
};

#define BY_COUNTS(name_, value_)                                                                                       \
    static seg_status name_##_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)         \
    {                                                                                                                  \
        seg_object_counts c = {0};                                                                                     \
        seg_status st = seg_object_counts_of(view, params, &c, err);                                                   \
                                                                                                                       \
        *value = seg_value_of(value_);                                                                                 \
        return st;                                                                                                     \
    }

BY_COUNTS(precision, c.tp / (c.tp + c.fp))
BY_COUNTS(f1, 2 * c.tp / (2 * c.tp + c.fp + c.fn))
BY_COUNTS(accuracy, c.tp / (c.tp + c.fp + c.fn))
BY_COUNTS(tp, c.tp)
BY_COUNTS(fp, c.fp)
BY_COUNTS(fn, c.fn)

/* ---- sensitivity, also of a stratum of sizes ---- */

static seg_status stratum_value(seg_class_ctx *view, const seg_object_params *p, seg_value *value, seg_error *err)
{
    double voxel = seg_class_view_voxel_size(view), low = p->size.x[0], high = p->size.x[1], found = 0, all = 0;
    seg_object_matches m;
    const seg_objects *o;
    seg_status st;

    if (seg_object_match_kind(view, p) == SEG_MATCH_DILATED)
        return seg_fail(err, SEG_USAGE,
                        "lesion-sensitivity: size is not defined with match=dilated (choose another rule)");
    st = seg_object_matches_of(view, p, &o, &m, err);
    if (st)
        return st;
    for (size_t t = 0; t < o->of[SEG_TRUTH].n; t++) {
        double volume = (double)o->of[SEG_TRUTH].voxels[t] * voxel;

        if (volume >= low && volume < high) {
            all++;
            found += m.found[t];
        }
    }
    seg_object_matches_free(&m);
    *value = seg_value_of(found / all);
    return SEG_OK;
}

static seg_status sensitivity_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    const seg_object_params *p = params;
    seg_object_counts c = {0};
    seg_status st;

    if (p->size.word < 0)
        return stratum_value(view, p, value, err);
    st = seg_object_counts_of(view, p, &c, err);
    *value = seg_value_of(c.tp / (c.tp + c.fn));
    return st;
}

/* ---- thresholds ---- */

static const double THRESHOLDS[] = {0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95};

static seg_status ap_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    seg_object_params p = *(const seg_object_params *)params;
    bool preset = p.thresholds.word >= 0;
    const double *x = preset ? THRESHOLDS : p.thresholds.x;
    size_t n = preset ? sizeof THRESHOLDS / sizeof *THRESHOLDS : p.thresholds.n;
    double sum = 0;
    seg_status st = SEG_OK;

    p.match = SEG_MATCH_OPTIMAL;
    for (size_t i = 0; i < n && !st; i++) {
        seg_object_counts c = {0};

        p.threshold = x[i];
        st = seg_object_counts_of(view, &p, &c, err);
        sum += c.tp / (c.tp + c.fp + c.fn);
    }
    *value = seg_value_of(sum / (double)n);
    return st;
}

/* ---- counts ---- */

#define COUNT_OF(name_, side_)                                                                                         \
    static seg_status name_##_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)         \
    {                                                                                                                  \
        const seg_objects *o = NULL;                                                                                   \
        seg_status st = seg_objects_of(view, params, &o, err);                                                         \
                                                                                                                       \
        if (!st)                                                                                                       \
            *value = seg_value_of((double)o->of[side_].n);                                                             \
        return st;                                                                                                     \
    }

COUNT_OF(count_truth, SEG_TRUTH)
COUNT_OF(count_prediction, SEG_PREDICTION)

/* ---- by the dilated truth ---- */

static seg_status count_dilated(seg_dilated_matches *d, seg_class_ctx *view, const struct by_dilation *p,
                                bool distances, seg_error *err)
{
    const seg_dilated_rule rule = {p->dilation, p->min_volume, p->missed, distances};

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
    seg_dilated_matches d;
    seg_status st = count_dilated(&d, view, params, true, err);

    *value = seg_value_of(per_lesion(&d, d.hd95 + p->missed * (double)d.invented, view->convention, 0));
    return st;
}

/* ---- descriptors ---- */

static const char *const threshold_words[] = {"0.5/0.55/0.6/0.65/0.7/0.75/0.8/0.85/0.9/0.95", NULL};
static const char *const size_words[] = {"all", NULL};

static const seg_param match_rows[] = {SEG_CONVENTION_ROW(seg_object_params),
                                       SEG_OBJECT_MATCH_ROWS,
                                       SEG_OBJECT_CONNECTIVITY_ROW(SEG_REACH_AUTO),
                                       SEG_OBJECT_VOLUME_ROW,
                                       {0}};
static const seg_param sensitivity_rows[] = {
    SEG_CONVENTION_ROW(seg_object_params),
    SEG_OBJECT_MATCH_ROWS,
    SEG_OBJECT_CONNECTIVITY_ROW(SEG_REACH_AUTO),
    SEG_OBJECT_VOLUME_ROW,
    {.name = "size",
     .type = SEG_PARAM_NUMBERS,
     .at = offsetof(seg_object_params, size),
     .choices = size_words,
     .min = 0,
     .max = INFINITY,
     .strata = true,
     .help =
         "volumes (mm^3; 2D mm^2 or px) between strata of truth objects: 30/100 gives a row for each of 0-30, 30-100 "
         "and 100-"},
    {0}};
static const seg_param ap_rows[] = {SEG_CONVENTION_ROW(seg_object_params),
                                    SEG_OBJECT_CRITERION_ROW,
                                    {.name = "thresholds",
                                     .type = SEG_PARAM_NUMBERS,
                                     .at = offsetof(seg_object_params, thresholds),
                                     .choices = threshold_words,
                                     .min = 0,
                                     .max = 1,
                                     .help = "scores from which a pair fits; the mean over them is printed"},
                                    SEG_OBJECT_CONNECTIVITY_ROW(SEG_REACH_AUTO),
                                    SEG_OBJECT_VOLUME_ROW,
                                    {0}};
static const seg_param count_rows[] = {
    SEG_CONVENTION_ROW(seg_object_params), SEG_OBJECT_CONNECTIVITY_ROW(SEG_REACH_AUTO), SEG_OBJECT_VOLUME_ROW, {0}};
static const seg_param dilation_rows[] = {
    SEG_CONVENTION_ROW(struct by_dilation),
    SEG_INTEGER("dilation", struct by_dilation, dilation, 3, 0, 100, "steps by which lesions of the truth are dilated"),
    SEG_NUMBER("min-volume", struct by_dilation, min_volume, 50, 0, 1e12,
               "lesions of the truth up to this volume do not count, mm^3"),
    SEG_NUMBER("missed", struct by_dilation, missed, 374, 0, 1e9, "HD95 of a missed or invented lesion, mm"),
    {0}};

#define COMMON(title_) .title = title_, .family = SEG_STRUCTURE_METRIC
#define OBJECTS(rows_)                                                                                                 \
    .params = rows_, .size = sizeof(seg_object_params), .check = seg_object_params_check,                              \
    .reference = "Kirillov et al. 2019, CVPR, arXiv 1801.00868"
#define DILATED .params = dilation_rows, .size = sizeof(struct by_dilation), .reference = "BraTS 2023, arXiv 2305.17033"
#define MATCHED " in objects: components, or instances where the maps hold ids; see match for what is paired"

const seg_metric seg_metric_lesion_sensitivity = {.name = "lesion-sensitivity",
                                                  .aliases = {"lesion-recall"},
                                                  COMMON("Lesion sensitivity"),
                                                  OBJECTS(sensitivity_rows),
                                                  .better = 1,
                                                  .each = "size",
                                                  .definition = "TP / (TP + FN)" MATCHED,
                                                  .range = "[0, 1]",
                                                  .empty = "truth undefined, prediction 0, both undefined",
                                                  .class_value = sensitivity_value};
const seg_metric seg_metric_lesion_precision = {.name = "lesion-precision",
                                                .aliases = {"lesion-ppv"},
                                                COMMON("Lesion precision"),
                                                OBJECTS(match_rows),
                                                .better = 1,
                                                .definition = "TP / (TP + FP)" MATCHED,
                                                .range = "[0, 1]",
                                                .empty = "truth 0, prediction undefined, both undefined",
                                                .class_value = precision_value};
const seg_metric seg_metric_lesion_f1 = {.name = "lesion-f1",
                                         .aliases = {"rq", "recognition-quality"},
                                         COMMON("Lesion F1 (recognition quality)"),
                                         OBJECTS(match_rows),
                                         .better = 1,
                                         .definition = "2 TP / (2 TP + FP + FN)" MATCHED,
                                         .range = "[0, 1]",
                                         .empty = "truth 0, prediction 0, both undefined",
                                         .class_value = f1_value};
const seg_metric seg_metric_lesion_accuracy = {
    .name = "lesion-accuracy",
    COMMON("Lesion accuracy (AP at one threshold)"),
    OBJECTS(match_rows),
    .better = 1,
    .definition = "TP / (TP + FP + FN)" MATCHED ". StarDist, Cellpose and DSB 2018 call it AP at one threshold",
    .range = "[0, 1]",
    .empty = "truth 0, prediction 0, both undefined",
    .class_value = accuracy_value};
const seg_metric seg_metric_lesion_ap = {
    .name = "lesion-ap",
    COMMON("Mean lesion accuracy over thresholds"),
    OBJECTS(ap_rows),
    .better = 1,
    .definition =
        "mean over the thresholds of TP / (TP + FP + FN) in objects, with optimal matching at each, as StarDist and\n"
        "DSB 2018 have it. Not COCO's mAP, which needs a score for each detection",
    .range = "[0, 1]",
    .empty = "truth 0, prediction 0, both undefined",
    .class_value = ap_value};
const seg_metric seg_metric_lesion_tp = {.name = "lesion-tp",
                                         COMMON("Lesions found"),
                                         OBJECTS(match_rows),
                                         .amount = true,
                                         .definition =
                                             "objects of the truth with a match in the prediction. In the convention "
                                             "of BraTS 2023 lesions are paired by the\n"
                                             "dilated truth, as for lesion-dsc, and those up to 50 mm^3 do not count",
                                         .range = "[0, objects]",
                                         .empty = "0",
                                         .class_value = tp_value};
const seg_metric seg_metric_lesion_fp = {
    .name = "lesion-fp",
    COMMON("Lesions invented"),
    OBJECTS(match_rows),
    .amount = true,
    .definition =
        "objects of the prediction without a match in the truth; predictions merged into one match count once",
    .range = "[0, objects]",
    .empty = "a value",
    .class_value = fp_value};
const seg_metric seg_metric_lesion_fn = {.name = "lesion-fn",
                                         COMMON("Lesions missed"),
                                         OBJECTS(match_rows),
                                         .amount = true,
                                         .definition = "objects of the truth without a match in the prediction",
                                         .range = "[0, objects]",
                                         .empty = "a value",
                                         .class_value = fn_value};
const seg_metric seg_metric_lesion_count_truth = {.name = "lesion-count-truth",
                                                  COMMON("Lesions of the truth"),
                                                  OBJECTS(count_rows),
                                                  .amount = true,
                                                  .definition = "objects of the truth, above min-volume",
                                                  .range = "[0, objects]",
                                                  .empty = "a value",
                                                  .class_value = count_truth_value};
const seg_metric seg_metric_lesion_count_prediction = {.name = "lesion-count-prediction",
                                                       COMMON("Lesions of the prediction"),
                                                       OBJECTS(count_rows),
                                                       .amount = true,
                                                       .definition = "objects of the prediction, above min-volume",
                                                       .range = "[0, objects]",
                                                       .empty = "a value",
                                                       .class_value = count_prediction_value};
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

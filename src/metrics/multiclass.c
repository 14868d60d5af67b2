/* multiclass.c - one score for all classes of a case, from the counts of each.
 *
 * A class that is in neither map says nothing and is left out of means; a class in one of them alone counts as 0.
 */
#include <math.h>

#include "metric.h"

enum { MACRO, MICRO, FREQUENCY };

struct average {
    int convention, average;
    seg_classes classes;
};

struct generalized_dice {
    int convention, weights;
    seg_classes classes;
};

static double truth_of(const seg_counts *n)
{
    return (double)n->tp + (double)n->fn;
}

static double prediction_of(const seg_counts *n)
{
    return (double)n->tp + (double)n->fp;
}

static bool selected(const seg_pair *pair, const seg_counts *counts, const seg_classes *classes,
                     seg_classes_kind preset, int c)
{
    return !seg_pair_hidden(pair, c) &&
           seg_classes_has(classes, preset, pair->id[c], seg_pair_foreground(pair, c), truth_of(&counts[c]) > 0);
}

/* ---- means of IoU and DSC ---- */

struct score {
    double above, below;
};

static struct score iou_of(const seg_counts *n)
{
    return (struct score){(double)n->tp, (double)n->tp + (double)n->fp + (double)n->fn};
}

static struct score dsc_of(const seg_counts *n)
{
    return (struct score){2 * (double)n->tp, prediction_of(n) + truth_of(n)};
}

/* macro: sum w s / sum w with w = 1; frequency: w = voxels of the truth; micro: sum above / sum below. */
static double average_of(const seg_pair *pair, const seg_counts *counts, const seg_classes *classes,
                         seg_classes_kind preset, int average, struct score (*score)(const seg_counts *))
{
    double above = 0, below = 0;

    for (int c = 0; c < pair->classes; c++) {
        struct score s = score(&counts[c]);
        double weight = average == FREQUENCY ? truth_of(&counts[c]) : 1;

        if (!selected(pair, counts, classes, preset, c) || s.below == 0)
            continue;
        above += average == MICRO ? s.above : weight * (s.above / s.below);
        below += average == MICRO ? s.below : weight;
    }
    return above / below;
}

static seg_status miou_value(const seg_pair *pair, const seg_counts *counts, const void *params, seg_value *value,
                             seg_error *err)
{
    const struct average *p = params;

    (void)err;
    *value = seg_value_of(average_of(pair, counts, &p->classes, SEG_CLASSES_ALL, p->average, iou_of));
    return SEG_OK;
}

static seg_status fw_iou_value(const seg_pair *pair, const seg_counts *counts, const void *params, seg_value *value,
                               seg_error *err)
{
    static const seg_classes all = {.kind = SEG_CLASSES_ALL};

    (void)params, (void)err;
    *value = seg_value_of(average_of(pair, counts, &all, SEG_CLASSES_ALL, FREQUENCY, iou_of));
    return SEG_OK;
}

static seg_status mean_dsc_value(const seg_pair *pair, const seg_counts *counts, const void *params, seg_value *value,
                                 seg_error *err)
{
    const struct average *p = params;

    (void)err;
    *value = seg_value_of(average_of(pair, counts, &p->classes, SEG_CLASSES_FG, p->average, dsc_of));
    return SEG_OK;
}

static seg_status pixel_accuracy_value(const seg_pair *pair, const seg_counts *counts, const void *params,
                                       seg_value *value, seg_error *err)
{
    double agree = 0, all = 0;

    (void)params, (void)err;
    for (int c = 0; c < pair->classes; c++) {
        agree += (double)counts[c].tp;
        all += truth_of(&counts[c]);
    }
    *value = seg_value_of(agree / all);
    return SEG_OK;
}

/* Mean over the classes that the truth has of TP / (TP + FN). */
static seg_status mean_accuracy_value(const seg_pair *pair, const seg_counts *counts, const void *params,
                                      seg_value *value, seg_error *err)
{
    double sum = 0;
    int n = 0;

    (void)params, (void)err;
    for (int c = 0; c < seg_pair_scored(pair); c++) {
        if (truth_of(&counts[c]) > 0) {
            sum += (double)counts[c].tp / truth_of(&counts[c]);
            n++;
        }
    }
    *value = seg_value_of(sum / n);
    return SEG_OK;
}

/* ---- generalised Dice: 2 sum w_k TP_k / sum w_k (P_k + G_k) ---- */

enum { SQUARE, SIMPLE, UNIFORM };

static double weight_of(double truth, int weights)
{
    return weights == SQUARE ? 1 / (truth * truth) : weights == SIMPLE ? 1 / truth : 1;
}

/* A class without truth has an infinite weight; it takes the largest finite one of the image. */
static double largest_weight(const seg_pair *pair, const seg_counts *counts, const struct generalized_dice *p)
{
    double most = 0;

    for (int c = 0; c < pair->classes; c++) {
        double w = weight_of(truth_of(&counts[c]), p->weights);

        if (selected(pair, counts, &p->classes, SEG_CLASSES_ALL, c) && isfinite(w) && w > most)
            most = w;
    }
    return most;
}

static seg_status generalized_dice_value(const seg_pair *pair, const seg_counts *counts, const void *params,
                                         seg_value *value, seg_error *err)
{
    const struct generalized_dice *p = params;
    double most = largest_weight(pair, counts, p), above = 0, below = 0, predicted = 0;

    (void)err;
    for (int c = 0; c < pair->classes; c++) {
        double w = fmin(weight_of(truth_of(&counts[c]), p->weights), most);

        if (!selected(pair, counts, &p->classes, SEG_CLASSES_ALL, c))
            continue;
        above += 2 * w * (double)counts[c].tp;
        below += w * (prediction_of(&counts[c]) + truth_of(&counts[c]));
        predicted += prediction_of(&counts[c]);
    }
    /* Nothing to find: right when nothing was found. */
    *value = seg_value_of(below > 0 ? above / below : predicted > 0 ? 0 : 1);
    return SEG_OK;
}

/* ---- descriptors ---- */

static const char *const average_words[] = {"macro", "micro", "frequency", NULL};
static const char *const weight_words[] = {"square", "simple", "uniform", NULL};

#define AVERAGE_ROW                                                                                                    \
    SEG_CHOICE("average", struct average, average, MACRO, average_words,                                               \
               "macro: classes count alike; micro: voxels do; frequency: classes by their voxels in the truth")

static const seg_param miou_rows[] = {
    SEG_CONVENTION_ROW(struct average),
    AVERAGE_ROW,
    SEG_CLASS_LIST("classes", struct average, classes, "all", "the classes that are averaged"),
    {0}};
static const seg_param mean_dsc_rows[] = {
    SEG_CONVENTION_ROW(struct average),
    AVERAGE_ROW,
    SEG_CLASS_LIST("classes", struct average, classes, "fg", "the classes that are averaged"),
    {0}};
static const seg_param generalized_dice_rows[] = {
    SEG_CONVENTION_ROW(struct generalized_dice),
    SEG_CHOICE("weights", struct generalized_dice, weights, SQUARE, weight_words, "a class weighs 1/|G|^2, 1/|G| or 1"),
    SEG_CLASS_LIST("classes", struct generalized_dice, classes, "all", "the classes that take part"),
    {0}};

#define MULTICLASS                                                                                                     \
    .family = SEG_MULTICLASS_METRIC, .from_counts = true, .unit = SEG_UNIT_NONE, .better = 1, .range = "[0, 1]"

const seg_metric seg_metric_miou = {
    .name = "miou",
    .aliases = {"mean-iou", "mean-jaccard"},
    .title = "Mean IoU of all classes",
    MULTICLASS,
    .definition =
        "mean over the classes, the background included, of TP / (TP + FP + FN);\nof a whole data set from one "
        "confusion matrix, as benchmarks print it, with --pooled",
    .empty = "classes in neither map are left out; undefined without any",
    .reference = "Everingham et al. 2010, IJCV 88",
    .params = miou_rows,
    .size = sizeof(struct average),
    .case_value = miou_value,
    .independent = SEG_INDEPENDENT_COUNTS};
const seg_metric seg_metric_fw_iou = {
    .name = "fw-iou",
    .aliases = {"fwiou", "frequency-weighted-iou"},
    .title = "Frequency-weighted IoU",
    MULTICLASS,
    .definition = "sum over the classes of (voxels of the truth) IoU / sum of (voxels of the truth)",
    .empty = "classes without truth weigh nothing",
    .reference = "Long et al. 2015, CVPR, arXiv 1411.4038",
    .params = seg_metric_rows,
    .size = sizeof(seg_metric_params),
    .case_value = fw_iou_value,
    .independent = SEG_INDEPENDENT_COUNTS};
const seg_metric seg_metric_mean_dsc = {
    .name = "mean-dsc",
    .aliases = {"mean-dice", "mdsc"},
    .title = "Mean DSC of the foreground classes",
    MULTICLASS,
    .definition = "mean over the foreground classes of 2 TP / (2 TP + FP + FN), or pooled with average=micro",
    .empty = "classes in neither map are left out; undefined without any",
    .reference = "Dice 1945, Ecology 26",
    .params = mean_dsc_rows,
    .size = sizeof(struct average),
    .case_value = mean_dsc_value,
    .independent = SEG_INDEPENDENT_COUNTS};
const seg_metric seg_metric_generalized_dice = {
    .name = "generalized-dice",
    .aliases = {"generalised-dice", "gds", "gdsc"},
    .title = "Generalised Dice score",
    MULTICLASS,
    .definition = "2 sum w TP / sum w (P + G) over the classes, w = 1 / |G|^2; a class without truth has "
                  "the largest weight of the others",
    .empty = "1 when all selected classes are empty in both, 0 when only in the truth",
    .reference = "Crum et al. 2006, IEEE TMI 25; Sudre et al. 2017, arXiv 1707.03237",
    .params = generalized_dice_rows,
    .size = sizeof(struct generalized_dice),
    .case_value = generalized_dice_value,
    .independent = SEG_INDEPENDENT_COUNTS};
const seg_metric seg_metric_pixel_accuracy = {
    .name = "pixel-accuracy",
    .aliases = {"pa", "overall-accuracy", "voxel-accuracy"},
    .title = "Pixel accuracy",
    MULTICLASS,
    .definition = "the share of the voxels whose class is right, the background included",
    .empty = "undefined without a voxel that is not ignored",
    .reference = "Long et al. 2015, CVPR, arXiv 1411.4038",
    .params = seg_metric_rows,
    .size = sizeof(seg_metric_params),
    .case_value = pixel_accuracy_value,
    .independent = SEG_INDEPENDENT_NONE};
const seg_metric seg_metric_mean_accuracy = {
    .name = "mean-accuracy",
    .aliases = {"macc", "mean-class-accuracy"},
    .title = "Mean accuracy of the classes",
    MULTICLASS,
    .definition = "mean over the classes that the truth has, the background included, of TP / (TP + FN)",
    .empty = "classes that the truth lacks are left out",
    .reference = "Long et al. 2015, CVPR, arXiv 1411.4038",
    .params = seg_metric_rows,
    .size = sizeof(seg_metric_params),
    .case_value = mean_accuracy_value,
    .independent = SEG_INDEPENDENT_NONE};

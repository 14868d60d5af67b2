/* overlap.c - the scores that follow from the four counts of a class against all others.
 *
 * TP voxels of the class in both masks, FP in the prediction alone, FN in the truth alone, TN in neither. They agree
 * in every tool as long as no mask is empty; 0 / 0 is undefined here. Counts are multiplied as double: the four
 * factors under MCC's root overflow 64 bits on an ordinary volume.
 */
#include <math.h>

#include "grey.h"

struct swept {
    int convention;
    seg_numbers sweep;
};

struct fbeta {
    int convention;
    seg_numbers beta, sweep;
};

struct net_benefit {
    int convention;
    double exchange;
};

/* The counts as double, and the sums that scores are made of. */
struct table {
    double tp, fp, fn, tn, p, g, n; /* p, g: voxels of the prediction and the truth; n: all */
};

static struct table table_of(const seg_counts *c)
{
    struct table t = {(double)c->tp, (double)c->fp, (double)c->fn, (double)c->tn, 0, 0, 0};

    t.p = t.tp + t.fp;
    t.g = t.tp + t.fn;
    t.n = t.p + t.fn + t.tn;
    return t;
}

static double sensitivity(const struct table *t)
{
    return t->tp / t->g;
}

static double specificity(const struct table *t)
{
    return t->tn / (t->tn + t->fp);
}

static double precision(const struct table *t)
{
    return t->tp / t->p;
}

static double npv(const struct table *t)
{
    return t->tn / (t->tn + t->fn);
}

/* The classes' counts added up; each voxel is in the table of every class, so only tp, p, g and n are meant. */
static double agreement_by_chance(const seg_counts *counts, int classes, double *observed)
{
    double chance = 0, n = table_of(&counts[0]).n;

    *observed = 0;
    for (int c = 0; c < classes; c++) {
        struct table t = table_of(&counts[c]);

        *observed += t.tp / n;
        chance += t.p / n * (t.g / n);
    }
    return chance;
}

static double kappa(const struct table *t)
{
    double observed = (t->tp + t->tn) / t->n;
    double chance = t->p / t->n * (t->g / t->n) + (t->n - t->p) / t->n * ((t->n - t->g) / t->n);

    return (observed - chance) / (1 - chance);
}

static double mcc(const struct table *t)
{
    return (t->tp * t->tn - t->fp * t->fn) / sqrt(t->p * t->g * (t->tn + t->fp) * (t->tn + t->fn));
}

#define CLASS_VALUE(name_, formula_)                                                                                   \
    static seg_status name_##_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)         \
    {                                                                                                                  \
        struct table t = table_of(&view->n);                                                                           \
                                                                                                                       \
        (void)params, (void)err;                                                                                       \
        *value = seg_value_of(formula_);                                                                               \
        return SEG_OK;                                                                                                 \
    }

CLASS_VALUE(sensitivity, sensitivity(&t))
CLASS_VALUE(specificity, specificity(&t))
CLASS_VALUE(precision, precision(&t))
CLASS_VALUE(npv, npv(&t))
CLASS_VALUE(fpr, t.fp / (t.fp + t.tn))
CLASS_VALUE(fnr, t.fn / t.g)
CLASS_VALUE(fdr, t.fp / t.p)
CLASS_VALUE(accuracy, (t.tp + t.tn) / t.n)
CLASS_VALUE(balanced_accuracy, (sensitivity(&t) + specificity(&t)) / 2)
CLASS_VALUE(youden, sensitivity(&t) + specificity(&t) - 1)
CLASS_VALUE(kappa, kappa(&t))
CLASS_VALUE(mcc, mcc(&t))
CLASS_VALUE(markedness, precision(&t) + npv(&t) - 1)
CLASS_VALUE(fowlkes_mallows, sqrt(precision(&t) * sensitivity(&t)))
CLASS_VALUE(likelihood_ratio, t.fp > 0 ? sensitivity(&t) / (1 - specificity(&t)) : NAN)
CLASS_VALUE(net_benefit, (t.tp - ((const struct net_benefit *)params)->exchange * t.fp) / t.n)

/* ---- DSC, IoU, F: of the mask, or of a sweep over thresholds ---- */

static double swept_dsc(const void *context, double tp, double fp, double fn, double tn)
{
    (void)context, (void)tn;
    return tp > 0 ? 2 * tp / (2 * tp + fp + fn) : 0;
}

static double swept_iou(const void *context, double tp, double fp, double fn, double tn)
{
    (void)context, (void)tn;
    return tp > 0 ? tp / (tp + fp + fn) : 0;
}

/* (1 + b^2) TP / ((1 + b^2) TP + b^2 FN + FP) */
static double f_score(double b2, double tp, double fp, double fn)
{
    return (1 + b2) * tp / ((1 + b2) * tp + b2 * fn + fp);
}

static double swept_fbeta(const void *context, double tp, double fp, double fn, double tn)
{
    (void)tn;
    return tp > 0 ? f_score(*(const double *)context, tp, fp, fn) : 0;
}

static seg_status dsc_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    const struct swept *p = params;
    struct table t = table_of(&view->n);

    if (p && seg_sweep_of(&p->sweep))
        return seg_sweep_value(view, seg_sweep_of(&p->sweep), swept_dsc, NULL, value, err);
    *value = seg_value_of(2 * t.tp / (2 * t.tp + t.fp + t.fn + view->convention->dsc_smooth));
    return SEG_OK;
}

static seg_status iou_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    const struct swept *p = params;
    struct table t = table_of(&view->n);

    if (p && seg_sweep_of(&p->sweep))
        return seg_sweep_value(view, seg_sweep_of(&p->sweep), swept_iou, NULL, value, err);
    *value = seg_value_of(t.tp / (t.tp + t.fp + t.fn));
    return SEG_OK;
}

static seg_status fbeta_value(seg_class_ctx *view, const void *params, seg_value *value, seg_error *err)
{
    const struct fbeta *f = params;
    struct table t = table_of(&view->n);
    double preset = view->convention->grey_stretched ? 0.3 : 1;
    double b2 = f->beta.word < 0 ? f->beta.x[0] * f->beta.x[0] : preset;

    if (seg_sweep_of(&f->sweep))
        return seg_sweep_value(view, seg_sweep_of(&f->sweep), swept_fbeta, &b2, value, err);
    *value = seg_value_of(f_score(b2, t.tp, t.fp, t.fn));
    return SEG_OK;
}

static int sweep_of(const void *params)
{
    return params ? seg_sweep_of(&((const struct swept *)params)->sweep) : SEG_SWEEP_NONE;
}

static seg_status dsc_curve(seg_class_ctx *view, const void *params, double *y, seg_error *err)
{
    return seg_sweep_curve(view, sweep_of(params), swept_dsc, NULL, y, err);
}

static seg_status iou_curve(seg_class_ctx *view, const void *params, double *y, seg_error *err)
{
    return seg_sweep_curve(view, sweep_of(params), swept_iou, NULL, y, err);
}

static double squared_beta(const seg_class_ctx *view, const struct fbeta *f)
{
    double preset = view->convention->grey_stretched ? 0.3 : 1;

    return f->beta.word < 0 ? f->beta.x[0] * f->beta.x[0] : preset;
}

static seg_status fbeta_curve(seg_class_ctx *view, const void *params, double *y, seg_error *err)
{
    const struct fbeta *f = params;
    double b2 = squared_beta(view, f);

    return seg_sweep_curve(view, seg_sweep_of(&f->sweep), swept_fbeta, &b2, y, err);
}

static bool sweeps(const void *params)
{
    return params && seg_sweep_of(&((const struct swept *)params)->sweep);
}

static bool fbeta_sweeps(const void *params)
{
    return seg_sweep_of(&((const struct fbeta *)params)->sweep);
}

/* ---- one value for all classes ---- */

static seg_status kappa_case(const seg_pair *pair, const seg_counts *counts, const void *params, seg_value *value,
                             seg_error *err)
{
    double observed, chance = agreement_by_chance(counts, pair->classes, &observed);

    (void)params, (void)err;
    *value = seg_value_of((observed - chance) / (1 - chance));
    return SEG_OK;
}

/* Gorodkin's R_K: (o - sum p g) / sqrt((1 - sum p^2) (1 - sum g^2)), all as shares of the voxels. */
static seg_status mcc_case(const seg_pair *pair, const seg_counts *counts, const void *params, seg_value *value,
                           seg_error *err)
{
    double observed, chance = agreement_by_chance(counts, pair->classes, &observed), p2 = 0, g2 = 0;

    (void)params, (void)err;
    for (int c = 0; c < pair->classes; c++) {
        struct table t = table_of(&counts[c]);

        p2 += t.p / t.n * (t.p / t.n);
        g2 += t.g / t.n * (t.g / t.n);
    }
    *value = seg_value_of((observed - chance) / sqrt((1 - p2) * (1 - g2)));
    return SEG_OK;
}

/* The mean sensitivity over the classes that the truth has, the background included. */
static seg_status balanced_accuracy_case(const seg_pair *pair, const seg_counts *counts, const void *params,
                                         seg_value *value, seg_error *err)
{
    double sum = 0;
    int n = 0;

    (void)params, (void)err;
    for (int c = 0; c < pair->classes; c++) {
        struct table t = table_of(&counts[c]);

        if (t.g > 0) {
            sum += sensitivity(&t);
            n++;
        }
    }
    *value = seg_value_of(sum / n);
    return SEG_OK;
}

/* ---- descriptors ---- */

static const seg_param swept_rows[] = {SEG_CONVENTION_ROW(struct swept), SEG_SWEEP_ROW(struct swept), {0}};
static const char *const beta_words[] = {"auto", NULL};
static const seg_param fbeta_rows[] = {
    SEG_CONVENTION_ROW(struct fbeta),
    {.name = "beta",
     .type = SEG_PARAM_NUMBERS,
     .at = offsetof(struct fbeta, beta),
     .choices = beta_words,
     .min = 0,
     .max = 1e6,
     .help = "how much more sensitivity counts than precision; auto: 1, in the convention of PySODMetrics sqrt(0.3)"},
    SEG_SWEEP_ROW(struct fbeta),
    {0}};
static const seg_param net_benefit_rows[] = {
    SEG_CONVENTION_ROW(struct net_benefit),
    SEG_NUMBER("exchange", struct net_benefit, exchange, 1, 0, 1e6, "true positives that one false positive costs"),
    {0}};

#define OVERLAP                                                                                                        \
    .family = SEG_OVERLAP_METRIC, .from_counts = true, .unit = SEG_UNIT_NONE, .params = seg_metric_rows,               \
    .size = sizeof(seg_metric_params)
#define SWEPT                                                                                                          \
    .family = SEG_OVERLAP_METRIC, .unit = SEG_UNIT_NONE, .params = swept_rows, .size = sizeof(struct swept),           \
    .each = "sweep", .reads_map = sweeps, .from_counts = true
#define TAHA     "Taha and Hanbury 2015, BMC Medical Imaging 15:29"
#define RELOADED "Maier-Hein, Reinke et al. 2024, Nature Methods 21, arXiv 2206.01653"

const seg_metric seg_metric_dsc = {.name = "dsc",
                                   .aliases = {"dice", "dice-score", "dice-coefficient", "f1"},
                                   .title = "Dice similarity coefficient",
                                   SWEPT,
                                   .better = 1,
                                   .definition = "2 TP / (2 TP + FP + FN)",
                                   .range = "[0, 1]",
                                   .empty = "truth 0, prediction 0, both undefined",
                                   .reference = "Dice 1945, Ecology 26",
                                   .class_value = dsc_value,
                                   .curve = dsc_curve};
const seg_metric seg_metric_iou = {.name = "iou",
                                   .aliases = {"jaccard", "jc", "jaccard-index"},
                                   .title = "Intersection over union",
                                   SWEPT,
                                   .better = 1,
                                   .definition = "TP / (TP + FP + FN)",
                                   .range = "[0, 1]",
                                   .empty = "truth 0, prediction 0, both undefined",
                                   .reference = "Jaccard 1912, New Phytologist 11",
                                   .class_value = iou_value,
                                   .curve = iou_curve};
const seg_metric seg_metric_sensitivity = {.name = "sensitivity",
                                           .aliases = {"recall", "tpr", "true-positive-rate", "hit-rate"},
                                           .title = "Sensitivity",
                                           OVERLAP,
                                           .better = 1,
                                           .definition = "TP / (TP + FN)",
                                           .range = "[0, 1]",
                                           .empty = "truth undefined, prediction 0, both undefined",
                                           .reference = TAHA,
                                           .class_value = sensitivity_value};
const seg_metric seg_metric_specificity = {.name = "specificity",
                                           .aliases = {"tnr", "true-negative-rate", "selectivity"},
                                           .title = "Specificity",
                                           OVERLAP,
                                           .better = 1,
                                           .definition = "TN / (TN + FP); grows with the background around the object",
                                           .range = "[0, 1]",
                                           .empty = "a value; undefined where the truth fills the image",
                                           .reference = TAHA,
                                           .class_value = specificity_value};
const seg_metric seg_metric_precision = {.name = "precision",
                                         .aliases = {"ppv", "positive-predictive-value"},
                                         .title = "Precision",
                                         OVERLAP,
                                         .better = 1,
                                         .definition = "TP / (TP + FP)",
                                         .range = "[0, 1]",
                                         .empty = "truth 0, prediction undefined, both undefined",
                                         .reference = TAHA,
                                         .class_value = precision_value};
const seg_metric seg_metric_npv = {.name = "npv",
                                   .aliases = {"negative-predictive-value"},
                                   .title = "Negative predictive value",
                                   OVERLAP,
                                   .better = 1,
                                   .definition = "TN / (TN + FN)",
                                   .range = "[0, 1]",
                                   .empty = "a value; undefined where the prediction fills the image",
                                   .reference = RELOADED,
                                   .class_value = npv_value};
const seg_metric seg_metric_fpr = {.name = "fpr",
                                   .aliases = {"false-positive-rate", "fall-out"},
                                   .title = "False positive rate",
                                   OVERLAP,
                                   .better = -1,
                                   .definition = "FP / (FP + TN) = 1 - specificity",
                                   .range = "[0, 1]",
                                   .empty = "a value; undefined where the truth fills the image",
                                   .reference = TAHA,
                                   .class_value = fpr_value};
const seg_metric seg_metric_fnr = {.name = "fnr",
                                   .aliases = {"false-negative-rate", "miss-rate"},
                                   .title = "False negative rate",
                                   OVERLAP,
                                   .better = -1,
                                   .definition = "FN / (TP + FN) = 1 - sensitivity",
                                   .range = "[0, 1]",
                                   .empty = "truth undefined, prediction 1, both undefined",
                                   .reference = TAHA,
                                   .class_value = fnr_value};
const seg_metric seg_metric_fdr = {.name = "fdr",
                                   .aliases = {"false-discovery-rate"},
                                   .title = "False discovery rate",
                                   OVERLAP,
                                   .better = -1,
                                   .definition =
                                       "FP / (TP + FP) = 1 - precision; the 'false positive error' of ITK up to 5.2",
                                   .range = "[0, 1]",
                                   .empty = "truth 1, prediction undefined, both undefined",
                                   .reference = RELOADED,
                                   .class_value = fdr_value};
const seg_metric seg_metric_accuracy = {.name = "accuracy",
                                        .title = "Accuracy of one class against all others",
                                        OVERLAP,
                                        .better = 1,
                                        .definition = "(TP + TN) / (TP + FP + FN + TN)",
                                        .range = "[0, 1]",
                                        .empty = "a value",
                                        .reference = TAHA,
                                        .class_value = accuracy_value};
const seg_metric seg_metric_balanced_accuracy = {
    .name = "balanced-accuracy",
    .aliases = {"bacc"},
    .title = "Balanced accuracy",
    OVERLAP,
    .better = 1,
    .definition = "(sensitivity + specificity) / 2; of the case: the mean sensitivity of all classes in the truth. "
                  "The 'AUC' of tools that look at one threshold is this number",
    .range = "[0, 1]",
    .empty = "truth undefined, prediction 0.5, both undefined",
    .reference = RELOADED,
    .class_value = balanced_accuracy_value,
    .case_value = balanced_accuracy_case,
    .independent = SEG_INDEPENDENT_NONE};
const seg_metric seg_metric_fbeta = {.name = "fbeta",
                                     .aliases = {"f-beta", "f-score", "f-measure"},
                                     .title = "F-beta score",
                                     .family = SEG_OVERLAP_METRIC,
                                     .better = 1,
                                     .definition =
                                         "(1 + beta^2) TP / ((1 + beta^2) TP + beta^2 FN + FP); beta 1 is DSC",
                                     .range = "[0, 1]",
                                     .empty = "truth 0, prediction 0, both undefined",
                                     .reference = "van Rijsbergen 1979, Information Retrieval",
                                     .each = "sweep",
                                     .reads_map = fbeta_sweeps,
                                     .params = fbeta_rows,
                                     .size = sizeof(struct fbeta),
                                     .class_value = fbeta_value,
                                     .curve = fbeta_curve};
const seg_metric seg_metric_youden = {.name = "youden",
                                      .aliases = {"informedness", "youden-index"},
                                      .title = "Youden's index",
                                      OVERLAP,
                                      .better = 1,
                                      .definition = "sensitivity + specificity - 1",
                                      .range = "[-1, 1]",
                                      .empty = "truth undefined, prediction 0, both undefined",
                                      .reference = "Youden 1950, Cancer 3",
                                      .class_value = youden_value};
const seg_metric seg_metric_kappa = {
    .name = "kappa",
    .aliases = {"cohen-kappa", "cohens-kappa"},
    .title = "Cohen's kappa",
    OVERLAP,
    .better = 1,
    .definition = "(o - e) / (1 - e): o the share of voxels that agree, e the share that would by chance; of the case: "
                  "over all classes at once",
    .range = "[-1, 1]",
    .empty = "truth 0, prediction 0, both undefined",
    .reference = "Cohen 1960, Educational and Psychological Measurement 20",
    .class_value = kappa_value,
    .case_value = kappa_case,
    .independent = SEG_INDEPENDENT_NONE};
const seg_metric seg_metric_mcc = {
    .name = "mcc",
    .aliases = {"matthews", "phi"},
    .title = "Matthews correlation coefficient",
    OVERLAP,
    .better = 1,
    .definition = "(TP TN - FP FN) / sqrt((TP + FP) (TP + FN) (TN + FP) (TN + FN)); of the case: Gorodkin's R_K over "
                  "all classes",
    .range = "[-1, 1]",
    .empty = "undefined: a marginal is 0",
    .reference = "Matthews 1975, BBA 405; Gorodkin 2004",
    .class_value = mcc_value,
    .case_value = mcc_case,
    .independent = SEG_INDEPENDENT_NONE};
const seg_metric seg_metric_markedness = {.name = "markedness",
                                          .title = "Markedness",
                                          OVERLAP,
                                          .better = 1,
                                          .definition = "precision + npv - 1",
                                          .range = "[-1, 1]",
                                          .empty = "truth 0, prediction undefined, both undefined",
                                          .reference = "Powers 2011, Journal of Machine Learning Technologies 2",
                                          .class_value = markedness_value};
const seg_metric seg_metric_fowlkes_mallows = {.name = "fowlkes-mallows",
                                               .title = "Fowlkes-Mallows index",
                                               OVERLAP,
                                               .better = 1,
                                               .definition = "sqrt(precision sensitivity)",
                                               .range = "[0, 1]",
                                               .empty = "undefined",
                                               .reference = "Fowlkes and Mallows 1983, JASA 78",
                                               .class_value = fowlkes_mallows_value};
const seg_metric seg_metric_likelihood_ratio = {
    .name = "likelihood-ratio",
    .aliases = {"lr-plus", "positive-likelihood-ratio"},
    .title = "Positive likelihood ratio",
    OVERLAP,
    .better = 1,
    .definition = "sensitivity / (1 - specificity); undefined without a false positive",
    .range = "[0, inf)",
    .empty = "truth undefined, prediction undefined, both undefined",
    .reference = RELOADED,
    .class_value = likelihood_ratio_value};
const seg_metric seg_metric_net_benefit = {.name = "net-benefit",
                                           .title = "Net benefit",
                                           .family = SEG_OVERLAP_METRIC,
                                           .better = 1,
                                           .definition = "(TP - exchange FP) / (TP + FP + FN + TN)",
                                           .range = "[-exchange, 1]",
                                           .empty = "a value",
                                           .reference = "Vickers and Elkin 2006, Medical Decision Making 26",
                                           .params = net_benefit_rows,
                                           .size = sizeof(struct net_benefit),
                                           .class_value = net_benefit_value};

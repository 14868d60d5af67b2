/* test_golden.c - every value in tests/golden/metrics.csv of a metric and a convention that are defined is met.
 *
 * The rows are what the public tools themselves gave for the golden cases. A row is either compared, or belongs to a
 * line of `left_out` that says why not; a row that neither knows fails the test. The counts are printed.
 */
#include "support/metric_score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- from the file's names to ours ---- */

struct name {
    const char *golden, *ours;
    bool from_one; /* the tool gives 1 - ours */
};

static const struct name metrics[] = {
    {"adjusted_rand", "adjusted-rand", false},
    {"asd_gt_to_pred", "asd:direction=truth-to-prediction", false},
    {"asd_pred_to_gt", "asd", false},
    {"auc_single", "balanced-accuracy", false},
    {"avdr", "rvd", false},
    {"average_hausdorff", "average-hausdorff", false},
    {"balanced_accuracy", "balanced-accuracy", false},
    {"balanced_average_hausdorff", "balanced-average-hausdorff", false},
    {"boundary_iou@1", "boundary-iou:width=1", false},
    {"boundary_iou@2", "boundary-iou:width=2", false},
    {"boundary_iou@2%diag", "boundary-iou:fraction=0.02", false},
    {"boundary_iou@5%diag", "boundary-iou:fraction=0.05", false},
    {"com_distance", "centre-distance", false},
    {"contour_mean_distance", "contour-mean-distance", false},
    {"dsc_macro_nobg", "mean-dsc", false},
    {"dsc_micro_nobg", "mean-dsc:average=micro", false},
    {"dsc_weighted_nobg", "mean-dsc:average=frequency", false},
    {"expected_cost", "balanced-accuracy", true},
    {"f1", "fbeta", false},
    {"fbeta1", "fbeta", false},
    {"fbeta2", "fbeta:beta=2", false},
    {"fowlkes_mallows", "fowlkes-mallows", false},
    {"generalized_dice_simple", "generalized-dice:weights=simple", false},
    {"generalized_dice_simple_nobg", "generalized-dice:weights=simple,classes=fg", false},
    {"generalized_dice_square", "generalized-dice", false},
    {"generalized_dice_square_nobg", "generalized-dice:classes=fg", false},
    {"generalized_dice_uniform", "generalized-dice:weights=uniform", false},
    {"generalized_dice_uniform_nobg", "generalized-dice:weights=uniform,classes=fg", false},
    {"gce", "consistency-error", false},
    {"hd50", "hd95:percentile=50", false},
    {"hd99", "hd95:percentile=99", false},
    {"hd95_gt_to_pred", "hd95:direction=truth-to-prediction", false},
    {"hd95_pred_to_gt", "hd95:direction=prediction-to-truth", false},
    {"iou_cls", "iou", false},
    {"itk_false_negative", "fnr", false},
    {"itk_false_positive", "fdr", false},
    {"itk_mean_overlap", "dsc", false},
    {"itk_target_overlap", "sensitivity", false},
    {"itk_union_overlap", "iou", false},
    {"itk_volume_similarity_signed", "volume-similarity", false},
    {"lr_plus", "likelihood-ratio", false},
    {"max_asd", "contour-mean-distance", false},
    {"mean_overlap_all", "mean-dsc:average=micro", false},
    {"median_sd", "surface-median", false},
    {"mutual_information", "mutual-information", false},
    {"nec", "youden", true},
    {"net_benefit", "net-benefit", false},
    {"nsd@1", "nsd:tolerance=1", false},
    {"nsd@2", "nsd:tolerance=2", false},
    {"nsd@default", "nsd", false},
    {"rand", "rand-index", false},
    {"ravd_percent", "rvd", false},
    {"std_sd", "surface-sd", false},
    {"surface_overlap_gt@1", "nsd:direction=truth-to-prediction,tolerance=1", false},
    {"surface_overlap_gt@2", "nsd:direction=truth-to-prediction,tolerance=2", false},
    {"surface_overlap_pred@1", "nsd:direction=prediction-to-truth,tolerance=1", false},
    {"surface_overlap_pred@2", "nsd:direction=prediction-to-truth,tolerance=2", false},
    {"union_overlap_all", "miou:average=micro,classes=fg", false},
    {"variation_of_information", "variation-of-information", false},
    {"volume_similarity", "volume-similarity", false},
};

/* How the tool saw the images. */
enum grid { AS_FILED, IN_VOXELS, AS_3D };

/* How far it rounded. */
enum precision { DOUBLE, FLOAT, DIGITS };
static const double RELATIVE[] = {[DOUBLE] = 1e-9, [FLOAT] = 4e-6, [DIGITS] = 4e-6};
static const double ABSOLUTE[] = {[DOUBLE] = 1e-12, [FLOAT] = 4e-6, [DIGITS] = 5.1e-7}; /* half of the sixth decimal */

struct convention {
    const char *golden, *ours;
    enum precision precision;
    enum grid grid;
    seg_empty_policy empty;
};

static const struct convention conventions[] = {
    {"boundary-iou-api", "boundary-iou-api", DOUBLE, 0, 0},
    {"brats2023", "brats2023", DOUBLE, 0, 0},
    {"chaos", "chaos", DOUBLE, 0, 0},
    {"distorch", "distorch", FLOAT, 0, 0},
    {"distorch-centre", "distorch-centre", FLOAT, 0, 0},
    {"evaluatesegmentation", "evaluatesegmentation", DIGITS, 0, 0},
    {"evaluatesegmentation-run-max", "evaluatesegmentation", DIGITS, 0, 0},
    {"evaluatesegmentation-run-min", "evaluatesegmentation", DIGITS, 0, 0},
    {"evaluatesegmentation-voxel", "evaluatesegmentation", DIGITS, IN_VOXELS, 0},
    {"gandlf", "gandlf", DOUBLE, 0, 0},
    {"itk", "itk", DOUBLE, 0, 0},
    {"itk5.2", "itk", DOUBLE, 0, 0},
    {"medpy", "medpy", DOUBLE, 0, 0},
    {"medpy-as3d", "medpy", DOUBLE, AS_3D, 0},
    {"medpy-conn2", "medpy-conn2", DOUBLE, 0, 0},
    {"medpy-conn3", "medpy-conn3", DOUBLE, 0, 0},
    {"medpy-voxel", "medpy", DOUBLE, IN_VOXELS, 0},
    {"metricsreloaded", "metricsreloaded", DOUBLE, 0, 0},
    {"metricsreloaded-as3d", "metricsreloaded", DOUBLE, AS_3D, 0},
    {"monai", "monai", FLOAT, 0, 0},
    {"monai-as3d", "monai", FLOAT, AS_3D, 0},
    {"monai-keep-empty", "segloss", FLOAT, 0, SEG_EMPTY_ZERO_ONE},
    {"monai-subvoxel", "monai-subvoxel", FLOAT, 0, 0},
    {"nnunet", "nnunet", DOUBLE, 0, 0},
    {"panoptica", "panoptica", DOUBLE, 0, 0},
    {"plastimatch", "plastimatch", DIGITS, 0, 0},
    {"plastimatch-boundary", "plastimatch-boundary", DIGITS, 0, 0},
    {"seg-metrics", "seg-metrics", FLOAT, 0, 0},
    {"seg-metrics-notfully", "seg-metrics-notfully", FLOAT, 0, 0},
    {"segloss", "segloss", DOUBLE, 0, 0},
    {"sklearn", "segloss", DOUBLE, 0, 0},
    {"surface-distance", "surface-distance", DOUBLE, 0, 0},
    {"surface-distance-as3d", "surface-distance", DOUBLE, AS_3D, 0},
    {"torchmetrics", "segloss", FLOAT, 0, 0},
    {"totalsegmentator", "totalsegmentator", DOUBLE, 0, 0},
    {"transunet", "transunet", DOUBLE, 0, 0},
};

/* ---- what is left out, and why ---- */

/* NULL matches everything; `empty`: only the cases with an empty mask. */
struct left_out {
    const char *metric, *convention, *case_name, *value;
    bool empty;
    const char *why;
};

#define ELSEWHERE     "tested with the metrics of probabilities or structures"
#define NOT_OURS      "not a metric here"
#define NO_CONVENTION "the tool is not a convention here; only its values for two masks are compared"

static const struct left_out left_out[] = {
    {"auroc", NULL, NULL, NULL, false, ELSEWHERE},
    {"average_precision", NULL, NULL, NULL, false, ELSEWHERE},
    {"brier", NULL, NULL, NULL, false, ELSEWHERE},
    {"cldice", NULL, NULL, NULL, false, ELSEWHERE},
    {"cwece10", NULL, NULL, NULL, false, ELSEWHERE},
    {"ece10", NULL, NULL, NULL, false, ELSEWHERE},
    {"ece15", NULL, NULL, NULL, false, ELSEWHERE},
    {"ece15_toplabel", NULL, NULL, NULL, false, ELSEWHERE},
    {"mce15", NULL, NULL, NULL, false, ELSEWHERE},
    {"nll", NULL, NULL, NULL, false, ELSEWHERE},
    {"lesion_dice", NULL, NULL, NULL, false, ELSEWHERE},
    {"lesion_fn", NULL, NULL, NULL, false, ELSEWHERE},
    {"lesion_fp", NULL, NULL, NULL, false, ELSEWHERE},
    {"lesion_fp_brats", NULL, NULL, NULL, false, ELSEWHERE},
    {"lesion_hd95", NULL, NULL, NULL, false, ELSEWHERE},
    {"lesion_pq", NULL, NULL, NULL, false, ELSEWHERE},
    {"lesion_rq", NULL, NULL, NULL, false, ELSEWHERE},
    {"lesion_sq", NULL, NULL, NULL, false, ELSEWHERE},
    {"lesion_tp", NULL, NULL, NULL, false, ELSEWHERE},
    {"mahalanobis", NULL, NULL, NULL, false, NOT_OURS},
    {"probabilistic_distance", NULL, NULL, NULL, false, NOT_OURS},
    {"surface_area_gt", NULL, NULL, NULL, false, NOT_OURS},
    {"surface_area_pred", NULL, NULL, NULL, false, NOT_OURS},
    {"total_overlap_all", NULL, NULL, NULL, false, NOT_OURS},
    {"volume_similarity_all", NULL, NULL, NULL, false, NOT_OURS},
    {"false_negative_all", NULL, NULL, NULL, false, NOT_OURS},
    {"false_positive_all", NULL, NULL, NULL, false, NOT_OURS},
    {"max_average_hausdorff", NULL, NULL, NULL, false, NOT_OURS},
    {"icc", NULL, NULL, NULL, false, "a defect of the tool: it takes one mask as 0 to 255"},
    {NULL, "plastimatch", NULL, "error:rc", false, "the tool crashes"},
    {NULL, "plastimatch-boundary", NULL, "error:rc", false, "the tool crashes"},
    {NULL, NULL, NULL, "1.7976931348623", false, "the tool gives the largest double"},
    {NULL, NULL, NULL, "1.34078079299", false, "the tool gives the root of the largest double"},
    {NULL, "miseval", NULL, NULL, false, "a defect of the tool: a maximum from a border to a solid"},
    {NULL, "monai-chessboard", NULL, NULL, false, "another distance between voxels"},
    {NULL, "monai-taxicab", NULL, NULL, false, "another distance between voxels"},
    {"hd", "torchmetrics", NULL, NULL, false, "a defect of the tool: wrong on images that are not square, none in 3D"},
    {"nsd@1", "distorch", "perfect", "0.0", false, "a defect of the tool: equal masks score 0"},
    {"nsd@1", "distorch-centre", "perfect", "0.0", false, "a defect of the tool: equal masks score 0"},
    {"hd50", "surface-distance", "hard_shifted", NULL, false,
     "exactly half of the area: the tool's sum falls short by a rounding, ours has a tolerance"},
    {"hd", "panoptica", NULL, NULL, true, "the function fails; ours are what the tool's pipeline gives"},
    {"hd95", "panoptica", NULL, NULL, true, "the function returns garbage; ours are what the tool's pipeline gives"},
    {"mean_overlap_all", "itk5.2", "both_empty", NULL, false, "the tool divides by 0"},
    {"expected_cost", NULL, NULL, "nan", true, "classes that the truth lacks are left out of the mean"},
    {"balanced_accuracy", "metricsreloaded", NULL, "nan", true, "classes without truth are left out of the mean"},
    {NULL, "torchmetrics", NULL, NULL, true, NO_CONVENTION},
    {NULL, "sklearn", NULL, NULL, true, NO_CONVENTION},
};

/* ---- the test ---- */

struct row {
    char *field[6]; /* case, class, metric, convention, value */
    bool empty;
    char ours[80];
    bool from_one;
    const struct convention *convention;
};

static const struct left_out *why_left_out(const struct row *r)
{
    const char *const *f = (const char *const *)r->field;

    for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++) {
        const struct left_out *l = &left_out[i];

        if ((!l->metric || !strcmp(l->metric, f[2])) && (!l->convention || !strcmp(l->convention, f[3])) &&
            (!l->case_name || !strcmp(l->case_name, f[0])) &&
            (!l->value || !strncmp(l->value, f[4], strlen(l->value))) && (!l->empty || r->empty))
            return l;
    }
    return NULL;
}

static void translate(struct row *r)
{
    snprintf(r->ours, sizeof r->ours, "%s", r->field[2]);
    for (size_t i = 0; i < sizeof metrics / sizeof metrics[0]; i++)
        if (!strcmp(metrics[i].golden, r->field[2])) {
            snprintf(r->ours, sizeof r->ours, "%s", metrics[i].ours);
            r->from_one = metrics[i].from_one;
        }
    r->convention = NULL;
    for (size_t i = 0; i < sizeof conventions / sizeof conventions[0]; i++)
        if (!strcmp(conventions[i].golden, r->field[3]))
            r->convention = &conventions[i];
    if (!r->convention)
        fail_msg("no convention for %s", r->field[3]);
}

/* The slice between two empty ones: in a volume every voxel of it is boundary, as where a tool takes it as 3D. */
static void make_3d(seg_pair *pair)
{
    size_t n = pair->voxels, shape[3] = {pair->grid.n[0], pair->grid.n[1], 3};
    uint8_t *truth = calloc(n, 3), *hard = calloc(n, 3);
    uint16_t *code = malloc(n * sizeof *code);
    seg_pair volume;

    seg_labelmap_codes(&pair->truth, 0, n, code);
    for (size_t i = 0; i < n; i++)
        truth[n + i] = (uint8_t)code[i];
    seg_labelmap_codes(&pair->pred_labels, 0, n, code);
    for (size_t i = 0; i < n; i++)
        hard[n + i] = (uint8_t)code[i];
    fixture_labels(&volume, shape, pair->grid.mm, pair->classes, hard, truth);
    seg_pair_free(pair);
    *pair = volume;
    free(truth);
    free(hard);
    free(code);
}

static void read_case(seg_pair *pair, const char *name, enum grid grid)
{
    fixture_golden(pair, name, false);
    if (grid == IN_VOXELS)
        for (int a = 0; a < 3; a++)
            pair->grid.mm[a] = 1;
    if (grid == AS_3D)
        make_3d(pair);
}

static seg_value compute(const seg_pair *pair, const struct row *r)
{
    return score_with(pair, r->ours, r->convention->ours, r->convention->empty,
                      *r->field[1] ? atoi(r->field[1]) : SCORE_CASE);
}

/* Rows in which the tool can only be too large, by at most this share: ours are exact. */
struct bound {
    const char *metric, *convention;
    double share;
};

static const struct bound bounds[] = {
    {"hd95", "evaluatesegmentation-run-min", 1}, /* a random search that stops early */
    {"hd95", "evaluatesegmentation-run-max", 1},
    {"average_hausdorff", "evaluatesegmentation", 0.023}, /* misses neighbours where voxels are not cubes */
    {"balanced_average_hausdorff", "evaluatesegmentation", 0.023},
    {"average_hausdorff", "plastimatch", 1e-3}, /* Danielsson's distances are not exact */
    {"masd", "plastimatch-boundary", 1e-3},
    {"max_asd", "plastimatch-boundary", 1e-3},
};

static bool is_bounded(const struct row *r, double got, double wanted)
{
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++)
        if (!strcmp(bounds[i].metric, r->field[2]) && !strcmp(bounds[i].convention, r->field[3]) &&
            strstr(r->field[0], "3d"))
            return got <= wanted && got >= wanted * (1 - bounds[i].share);
    return false;
}

/* Metrics Reloaded adds up counts in single precision, but not distances. */
static enum precision precision_of(const struct row *r)
{
    const char *params;
    bool counts = score_metric(r->ours, &params)->family == SEG_OVERLAP_METRIC;

    return counts && !strcmp(r->convention->ours, "metricsreloaded") ? FLOAT : r->convention->precision;
}

static bool agrees(const struct row *r, seg_value value)
{
    double wanted = strtod(r->field[4], NULL), got = r->from_one ? 1 - value.x : value.x;
    enum precision precision = precision_of(r);

    if (!strcmp(r->field[2], "status")) {
        const char *status = !strcmp(r->field[4], "gt_empty")     ? SEG_EMPTY_TRUTH
                             : !strcmp(r->field[4], "pred_empty") ? SEG_EMPTY_PREDICTION
                             : !strcmp(r->field[4], "both_empty") ? SEG_BOTH_EMPTY
                                                                  : "";
        return !strcmp(value.status ? value.status : "", status);
    }
    if (!strncmp(r->field[4], "error:", 6))
        return isnan(got) && value.status && !strncmp(value.status, SEG_NOT_COMPUTED, strlen(SEG_NOT_COMPUTED));
    if (isnan(wanted) || isinf(wanted))
        return (isnan(wanted) && isnan(got)) || got == wanted;
    return is_bounded(r, got, wanted) || fabs(got - wanted) <= ABSOLUTE[precision] + RELATIVE[precision] * fabs(wanted);
}

static int check_row(struct row *r, seg_pair *pair, char *loaded)
{
    char key[64];
    seg_value value;

    translate(r);
    if (!strcmp(r->field[2], "status"))
        snprintf(r->ours, sizeof r->ours, "dsc");
    snprintf(key, sizeof key, "%s/%d", r->field[0], r->convention->grid);
    if (strcmp(key, loaded)) {
        seg_pair_free(pair);
        read_case(pair, r->field[0], r->convention->grid);
        snprintf(loaded, 64, "%s", key);
    }
    value = compute(pair, r);
    if (agrees(r, value))
        return 0;
    print_message("# %s class %s %s in %s: %.17g (%s), wanted %s\n", r->field[0], r->field[1], r->field[2], r->field[3],
                  value.x, value.status ? value.status : "ok", r->field[4]);
    return 1;
}

static void split(char *line, struct row *r)
{
    memset(r, 0, sizeof *r);
    line[strcspn(line, "\r\n")] = 0;
    for (int i = 0; i < 6; i++) {
        r->field[i] = strsep(&line, ",");
        assert_non_null(r->field[i]);
    }
    r->empty = strstr(r->field[0], "empty") != NULL;
}

static void every_row_is_met_or_left_out_with_a_reason(void **state)
{
    FILE *file = fopen(GOLDEN "/metrics.csv", "r");
    size_t skipped[sizeof left_out / sizeof left_out[0]] = {0};
    int checked = 0, wrong = 0, rows = 0;
    char *line = NULL, loaded[64] = "";
    seg_pair pair = {0};
    size_t room = 0;

    (void)state;
    assert_non_null(file);
    assert_true(getline(&line, &room, file) > 0);
    while (getline(&line, &room, file) > 0) {
        const struct left_out *l;
        struct row r;

        split(line, &r);
        rows++;
        l = why_left_out(&r);
        if (l) {
            skipped[l - left_out]++;
            continue;
        }
        checked++;
        wrong += check_row(&r, &pair, loaded);
    }
    print_message("# %d rows: %d compared, %d differ\n", rows, checked, wrong);
    for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++) {
        const struct left_out *l = &left_out[i];

        if (!skipped[i])
            fail_msg("nothing is left out by: %s %s", l->metric ? l->metric : "", l->why);
        print_message("# %5zu left out: %s in %s%s%s%s: %s\n", skipped[i], l->metric ? l->metric : "any metric",
                      l->convention ? l->convention : "any convention", l->case_name ? ", case " : "",
                      l->case_name ? l->case_name : "", l->empty ? ", empty masks" : "", l->why);
    }
    assert_int_equal(wrong, 0);
    assert_true(checked > 2000);
    seg_pair_free(&pair);
    free(line);
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_row_is_met_or_left_out_with_a_reason)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

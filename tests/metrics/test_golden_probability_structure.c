/* test_golden_probability_structure.c - the rows of tests/golden/metrics.csv about probabilities, skeletons, lesions.
 *
 * Each line of `rows` names a metric and a tool of the golden file, how we ask for the same, and how far the tool
 * rounds. Every row of the file that matches a line is compared.
 */
#include "support/fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "metrics/metric.h"

struct line {
    const char *golden, *tool; /* as in the file */
    const char *metric, *params, *convention;
    double tolerance;   /* absolute */
    const char *but;    /* rows with this value stand for an undefined value, see below */
    const char *not_in; /* cases that are left out, as case/class */
};

/* What tools do where there is nothing to measure, while we say undefined: sklearn raises, or gives 0; torchmetrics
 * gives 0. Their other values are compared. */
static const double EXACT = 1e-12, SINGLE = 4e-7;

/* Thousands of confidences added up in single precision. */
static const double SUMMED = 3e-6;

/* Metrics Reloaded thins the thresholds out when there are more than 1500 distinct probabilities: its AUROC is then
 * off in the fifth digit, its average precision in the second. */
static const double THINNED = 1e-4;
static const char *const MANY_PROBABILITIES = "bin2d_large/1 bin2d_small/1 multi2d/1 multi2d/2 multi2d/3";

#define ROW(golden_, tool_, metric_, params_, convention_, ...)                                                        \
    {                                                                                                                  \
        .golden = golden_, .tool = tool_, .metric = metric_, .params = params_, .convention = convention_, __VA_ARGS__ \
    }

static const struct line *line_of(const struct line *lines, size_t n, char *const field[6])
{
    char place[64];

    snprintf(place, sizeof place, "%s/%s", field[0], field[1]);
    for (size_t i = 0; i < n; i++)
        if (!strcmp(lines[i].golden, field[2]) && !strcmp(lines[i].tool, field[3]) &&
            !(lines[i].not_in && strstr(lines[i].not_in, place)))
            return &lines[i];
    return NULL;
}

static void split(char *text, char *field[6])
{
    text[strcspn(text, "\r\n")] = 0;
    for (int i = 0; i < 6; i++) {
        field[i] = strsep(&text, ",");
        assert_non_null(field[i]);
    }
}

static seg_value compute(const seg_pair *pair, const struct line *l, const char *cls)
{
    seg_metric_jobs jobs = {0};
    seg_error err = {0};
    const seg_metric *metric = seg_metric_find(l->metric);
    seg_value *of = calloc((size_t)pair->classes + 1, sizeof *of), value;

    assert_non_null(metric);
    assert_ok(seg_metric_jobs_add(&jobs, metric, l->params, seg_convention_find(l->convention), &err), &err);
    assert_ok(seg_metrics_compute(pair, jobs.job, jobs.n, SEG_EMPTY_NA, NULL, of, &err), &err);
    value = of[*cls ? atoi(cls) : pair->classes];
    seg_metric_jobs_free(&jobs);
    free(of);
    return value;
}

static void compare(const struct line *l, char *const field[6], seg_pair *pair, int *compared, int *wrong)
{
    double wanted = strtod(field[4], NULL);
    seg_value got = compute(pair, l, field[1]);
    bool way_out = l->but && !strncmp(field[4], l->but, strlen(l->but)) && isnan(got.x);

    (*compared)++;
    if (way_out || (isnan(wanted) && isnan(got.x)) || got.x == wanted || fabs(got.x - wanted) <= l->tolerance)
        return;
    (*wrong)++;
    print_message("# %s class %s %s in %s: %.17g (%s), wanted %s\n", field[0], field[1], field[2], field[3], got.x,
                  got.status ? got.status : "ok", field[4]);
}

static void check(const struct line *lines, size_t n, int wanted)
{
    FILE *file = fopen(GOLDEN "/metrics.csv", "r");
    char *text = NULL, loaded[64] = "", *field[6];
    int compared = 0, wrong = 0;
    seg_pair pair = {0};
    size_t room = 0;

    assert_non_null(file);
    while (getline(&text, &room, file) > 0) {
        const struct line *l;

        split(text, field);
        l = line_of(lines, n, field);
        if (!l)
            continue;
        if (strcmp(loaded, field[0])) {
            seg_pair_free(&pair);
            fixture_golden(&pair, field[0], false);
            snprintf(loaded, sizeof loaded, "%s", field[0]);
        }
        compare(l, field, &pair, &compared, &wrong);
    }
    print_message("# %d rows compared, %d differ\n", compared, wrong);
    seg_pair_free(&pair);
    free(text);
    fclose(file);
    assert_int_equal(wrong, 0);
    assert_int_equal(compared, wanted);
}

static void probabilities(void **state)
{
    const struct line lines[] = {
        ROW("auroc", "monai", "auroc", NULL, "segloss", .tolerance = EXACT),
        ROW("auroc", "sklearn", "auroc", NULL, "segloss", .tolerance = EXACT, .but = "error"),
        ROW("auroc", "torchmetrics", "auroc", NULL, "segloss", .tolerance = SINGLE, .but = "0.0"),
        ROW("auroc", "metricsreloaded", "auroc", NULL, "metricsreloaded", .tolerance = THINNED),
        ROW("average_precision", "monai", "average-precision", NULL, "monai", .tolerance = EXACT),
        ROW("average_precision", "sklearn", "average-precision", NULL, "segloss", .tolerance = EXACT, .but = "-0.0"),
        ROW("average_precision", "torchmetrics", "average-precision", NULL, "segloss", .tolerance = SINGLE,
            .but = "-0.0"),
        ROW("average_precision", "metricsreloaded", "average-precision", NULL, "metricsreloaded", .tolerance = SINGLE,
            .not_in = MANY_PROBABILITIES),
        ROW("brier", "sklearn", "brier", NULL, "segloss", .tolerance = 1e-9),
        ROW("brier", "metricsreloaded", "brier", NULL, "metricsreloaded", .tolerance = 1e-8),
        ROW("nll", "metricsreloaded", "nll", NULL, "metricsreloaded", .tolerance = SINGLE),
        ROW("ece10", "metricsreloaded", "ece", NULL, "metricsreloaded", .tolerance = 1e-7),
        ROW("ece15", "torchmetrics", "ece", NULL, "segloss", .tolerance = SINGLE),
        ROW("ece15_toplabel", "torchmetrics", "ece", NULL, "segloss", .tolerance = SUMMED),
        ROW("mce15", "torchmetrics", "mce", NULL, "segloss", .tolerance = SINGLE),
    };

    (void)state;
    check(lines, sizeof lines / sizeof lines[0], 225);
}

static void lesions(void **state)
{
    const struct line lines[] = {
        ROW("lesion_tp", "panoptica", "lesion-tp", NULL, "panoptica", .tolerance = 0),
        ROW("lesion_fp", "panoptica", "lesion-fp", NULL, "panoptica", .tolerance = 0),
        ROW("lesion_fn", "panoptica", "lesion-fn", NULL, "panoptica", .tolerance = 0),
        ROW("lesion_rq", "panoptica", "lesion-f1", NULL, "panoptica", .tolerance = EXACT),
        ROW("lesion_sq", "panoptica", "lesion-sq", NULL, "panoptica", .tolerance = EXACT),
        ROW("lesion_pq", "panoptica", "lesion-pq", NULL, "panoptica", .tolerance = EXACT),
        ROW("lesion_dice", "brats2023", "lesion-dsc", NULL, "brats2023", .tolerance = EXACT),
        ROW("lesion_hd95", "brats2023", "lesion-hd95", NULL, "brats2023", .tolerance = EXACT),
        ROW("lesion_fp_brats", "brats2023", "lesion-fp", NULL, "brats2023", .tolerance = 0),
    };

    (void)state;
    check(lines, sizeof lines / sizeof lines[0], 105);
}

static void skeletons(void **state)
{
    const struct line lines[] = {
        ROW("cldice", "metricsreloaded", "cldice", NULL, "metricsreloaded", .tolerance = EXACT),
        ROW("cldice", "panoptica", "cldice", NULL, "panoptica", .tolerance = EXACT),
    };

    (void)state;
    check(lines, sizeof lines / sizeof lines[0], 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(probabilities), cmocka_unit_test(lesions),
                                       cmocka_unit_test(skeletons)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

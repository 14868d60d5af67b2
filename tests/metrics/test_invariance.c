/* test_invariance.c - metrics do not depend on where and how the masks lie, only on the masks. */
#include "support/metric_score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The same distances, added in another order. */
static const double SAME = 1e-12;

static const size_t N[3] = {11, 9, 7};
static const double MM[3] = {0.7, 0.9, 3};
enum { VOXELS = 11 * 9 * 7, CLASSES = 3 };

struct sample {
    uint8_t prediction[VOXELS], truth[VOXELS];
};

static struct sample sample_of(uint64_t seed)
{
    struct sample s;

    score_random_labels(s.truth, VOXELS, CLASSES, 6, &seed);
    memcpy(s.prediction, s.truth, VOXELS);
    for (int i = 0; i < VOXELS / 4; i++)
        s.prediction[fixture_random(&seed) % VOXELS] = (uint8_t)(fixture_random(&seed) % CLASSES);
    return s;
}

typedef bool choice(const seg_metric *, const seg_convention *);

/* Every metric that has a value per class, in every convention that defines it. */
static void compare_all(const seg_pair *a, const seg_pair *b, choice *wanted)
{
    for (size_t m = 0; m < seg_metrics_count; m++)
        for (size_t c = 0; c < seg_conventions_count; c++) {
            const seg_metric *metric = seg_metrics[m];
            const char *name = seg_conventions[c].name;

            if (metric->family != SEG_OVERLAP_METRIC && metric->family != SEG_DISTANCE_METRIC)
                continue;
            if (!seg_convention_defines((int)c, metric->name) || !wanted(metric, &seg_conventions[c]))
                continue;
            for (int cls = 1; cls < CLASSES; cls++) {
                double x = score_with(a, metric->name, name, SEG_EMPTY_NA, cls).x;
                double y = score_with(b, metric->name, name, SEG_EMPTY_NA, cls).x;

                if (!(fabs(x - y) <= SAME * fabs(x) + SAME) && !(isnan(x) && isnan(y)))
                    fail_msg("%s in %s: %.17g and %.17g", metric->name, name, x, y);
            }
        }
}

static bool any_metric(const seg_metric *metric, const seg_convention *convention)
{
    (void)metric, (void)convention;
    return true;
}

static void permute(uint8_t *out, const uint8_t *in, const int from[3], const bool flip[3])
{
    size_t n[3] = {N[from[0]], N[from[1]], N[from[2]]};

    for (size_t i = 0; i < VOXELS; i++) {
        size_t at[3] = {i % n[0], i / n[0] % n[1], i / n[0] / n[1]}, old[3];

        for (int a = 0; a < 3; a++)
            old[from[a]] = flip[a] ? n[a] - 1 - at[a] : at[a];
        out[i] = in[old[0] + N[0] * (old[1] + N[1] * old[2])];
    }
}

static void permuted_and_mirrored_axes_change_nothing(void **state)
{
    static const int orders[][3] = {{0, 1, 2}, {1, 0, 2}, {2, 1, 0}, {1, 2, 0}};
    static const bool flips[][3] = {{true, false, true}, {false}, {false, true, false}, {true, true, true}};

    (void)state;
    for (int k = 0; k < 4; k++) {
        const int *from = orders[k];
        struct sample s = sample_of(21 + (uint64_t)k), t;
        size_t n[3] = {N[from[0]], N[from[1]], N[from[2]]};
        double mm[3] = {MM[from[0]], MM[from[1]], MM[from[2]]};
        seg_pair a, b;

        permute(t.prediction, s.prediction, from, flips[k]);
        permute(t.truth, s.truth, from, flips[k]);
        fixture_labels(&a, N, MM, CLASSES, s.prediction, s.truth);
        fixture_labels(&b, n, mm, CLASSES, t.prediction, t.truth);
        compare_all(&a, &b, any_metric);
        seg_pair_free(&a);
        seg_pair_free(&b);
    }
}

/* Those that see neither the background nor the edge of the image, which moves away. */
static bool sees_only_the_object(const seg_metric *metric, const seg_convention *convention)
{
    static const char *const background[] = {"specificity",
                                             "npv",
                                             "fpr",
                                             "accuracy",
                                             "balanced-accuracy",
                                             "youden",
                                             "kappa",
                                             "mcc",
                                             "markedness",
                                             "likelihood-ratio",
                                             "net-benefit",
                                             "tn",
                                             "rand-index",
                                             "adjusted-rand",
                                             "mutual-information",
                                             "boundary-iou",
                                             "variation-of-information",
                                             "consistency-error"};

    for (size_t i = 0; i < sizeof background / sizeof background[0]; i++)
        if (!strcmp(background[i], metric->name))
            return false;
    return convention->elements != SEG_OPEN_FACE && convention->elements != SEG_OPEN_CORNER &&
           convention->elements != SEG_OPEN_FACE_FROM_CORNER && convention->contour != SEG_OPEN_CORNER;
}

static void a_larger_field_of_view_changes_nothing_but_true_negatives(void **state)
{
    static const size_t big[3] = {80, 12, 9}, at[3] = {60, 2, 1}; /* across a word of 64 voxels */
    struct sample s = sample_of(3);
    uint8_t *p = calloc(80 * 12, 9), *g = calloc(80 * 12, 9);
    seg_pair a, b;

    (void)state;
    for (size_t i = 0; i < VOXELS; i++) {
        size_t x = at[0] + i % N[0], y = at[1] + i / N[0] % N[1], z = at[2] + i / N[0] / N[1];

        p[x + big[0] * (y + big[1] * z)] = s.prediction[i];
        g[x + big[0] * (y + big[1] * z)] = s.truth[i];
    }
    fixture_labels(&a, N, MM, CLASSES, s.prediction, s.truth);
    fixture_labels(&b, big, MM, CLASSES, p, g);
    compare_all(&a, &b, sees_only_the_object);
    seg_pair_free(&a);
    seg_pair_free(&b);
    free(p);
    free(g);
}

static void swapped_maps_swap_what_is_one_sided(void **state)
{
    static const char *const swaps[][2] = {{"dsc", "dsc"},
                                           {"iou", "iou"},
                                           {"hd", "hd"},
                                           {"hd95", "hd95"},
                                           {"assd", "assd"},
                                           {"masd", "masd"},
                                           {"nsd", "nsd"},
                                           {"mcc", "mcc"},
                                           {"kappa", "kappa"},
                                           {"boundary-iou", "boundary-iou"},
                                           {"centre-distance", "centre-distance"},
                                           {"volume-similarity", "volume-similarity"},
                                           {"fp", "fn"},
                                           {"sensitivity", "precision"},
                                           {"specificity", "npv"},
                                           {"volume-truth", "volume-prediction"},
                                           {"asd", "asd:direction=truth-to-prediction"},
                                           {"hd:direction=prediction-to-truth", "hd:direction=truth-to-prediction"},
                                           {"hd95:direction=prediction-to-truth", "hd95:direction=truth-to-prediction"},
                                           {"nsd:direction=prediction-to-truth", "nsd:direction=truth-to-prediction"},
                                           {"miou", "miou"},
                                           {"pixel-accuracy", "pixel-accuracy"}};
    struct sample s = sample_of(8);
    seg_pair a, b;

    (void)state;
    fixture_labels(&a, N, MM, CLASSES, s.prediction, s.truth);
    fixture_labels(&b, N, MM, CLASSES, s.truth, s.prediction);
    for (size_t i = 0; i < sizeof swaps / sizeof swaps[0]; i++)
        for (int cls = -1; cls < CLASSES; cls += cls < 0 ? 2 : 1) {
            assert_near(score(&a, swaps[i][0], cls), score(&b, swaps[i][1], cls), SAME, 0);
            assert_near(score(&a, swaps[i][1], cls), score(&b, swaps[i][0], cls), SAME, 0);
        }
    seg_pair_free(&a);
    seg_pair_free(&b);
}

static void lengths_grow_with_the_spacing_and_volumes_with_its_cube(void **state)
{
    const double scale = 2.5, mm[3] = {MM[0] * scale, MM[1] * scale, MM[2] * scale};
    struct sample s = sample_of(9);
    seg_pair a, b;

    (void)state;
    fixture_labels(&a, N, MM, CLASSES, s.prediction, s.truth);
    fixture_labels(&b, N, mm, CLASSES, s.prediction, s.truth);
    for (size_t m = 0; m < seg_metrics_count; m++) {
        const seg_metric *metric = seg_metrics[m];
        bool volume = metric->unit == SEG_UNIT_VOLUME || metric->unit == SEG_UNIT_ML;
        double factor = metric->unit == SEG_UNIT_LENGTH ? scale : volume ? pow(scale, 3) : 1;

        if ((metric->family == SEG_OVERLAP_METRIC || metric->family == SEG_DISTANCE_METRIC) &&
            strcmp(metric->name, "nsd"))
            assert_near(score(&b, metric->name, 1), factor * score(&a, metric->name, 1), SAME, 0);
    }
    assert_near(score(&b, "nsd:tolerance=2", 2), score(&a, "nsd:tolerance=0.8", 2), SAME, 0);
    seg_pair_free(&a);
    seg_pair_free(&b);
}

static void equal_maps_are_perfect(void **state)
{
    struct sample s = sample_of(10);
    seg_pair pair;

    (void)state;
    fixture_labels(&pair, N, MM, CLASSES, s.truth, s.truth);
    for (size_t m = 0; m < seg_metrics_count; m++)
        for (size_t c = 0; c < seg_conventions_count; c++) {
            const seg_metric *metric = seg_metrics[m];

            if (metric->family == SEG_PROBABILITY_METRIC || metric->family == SEG_STRUCTURE_METRIC ||
                !seg_convention_defines((int)c, metric->name))
                continue;
            if (metric->unit == SEG_UNIT_LENGTH)
                assert_near(score_with(&pair, metric->name, seg_conventions[c].name, 0, 1).x, 0, 0, 0);
            if (metric->better > 0 && metric->range && !strcmp(metric->range, "[0, 1]") &&
                strcmp(metric->name, "mutual-information"))
                assert_near(score_with(&pair, metric->name, seg_conventions[c].name, 0, SCORE_CASE).x,
                            seg_conventions[c].similarity_signed && !strcmp(metric->name, "volume-similarity") ? 0 : 1,
                            1e-8, 0); /* TotalSegmentator adds 1e-6 to DSC's denominator */
        }
    seg_pair_free(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(permuted_and_mirrored_axes_change_nothing),
        cmocka_unit_test(a_larger_field_of_view_changes_nothing_but_true_negatives),
        cmocka_unit_test(swapped_maps_swap_what_is_one_sided),
        cmocka_unit_test(lengths_grow_with_the_spacing_and_volumes_with_its_cube),
        cmocka_unit_test(equal_maps_are_perfect),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

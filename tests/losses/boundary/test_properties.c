/* test_properties.c - what every boundary and combination loss owes: the same bits for any number of threads, nothing
 * from ignored voxels, a number or a reason for every degenerate object, the right behaviour under spacing. */
#include "shapes.h"

#include "base/parallel.h"

static const char *const specs[] = {
    "boundary",
    "boundary:classes=all,distance=mm,reduction=sum",
    "boundary:form=survey",
    "hausdorff",
    "hausdorff:distance=mm,alpha=1.5,classes=all",
    "hausdorff:mask=argmax,field=inside,sides=one",
    "hausdorff:variant=er",
    "hausdorff:variant=er,normalize=none,threshold=0.1,classes=all",
    "hausdorff:variant=cv,radii=1/2.5/4",
    "hausdorff:variant=cv",
    "boundary-aware",
    "boundary-aware:q=boundary",
    "boundary-aware:R=7,K=3,distance=mm,classes=all",
    "active-boundary",
    "active-boundary:max_ratio=0.2,dist=exact",
    "active-boundary:form=survey",
    "conditional-boundary",
    "conditional-boundary:embedding=logit,ccas=no,anchors=nonzero,window=3",
    "boundary-dou",
    "boundary-dou:slices=2d",
    "boundary-dou:form=survey",
    "region-wise",
    "region-wise:kind=boundary,distance=mm",
    "region-wise:form=survey",
    "combo",
    "combo:classes=all,dice=mean,alpha=0.3,beta=0.8",
    "combo:dice=sum",
    "combo:form=survey,weights=inverse",
    "exp-log",
    "exp-log:gamma_dice=1,gamma_cross=2,smooth=0",
    "unified-focal",
    "unified-focal:asymmetric=no,gamma=0.2",
    "unified-focal:form=survey",
    "unified-focal:form=paper,asymmetric=no,tversky_reduction=sum",
};
enum { SPECS = sizeof specs / sizeof *specs };

static const size_t flat[3] = {67, 45, 1}, deep[3] = {33, 21, 6};

static void same_score(const char *spec, const scoring_result *a, const scoring_result *b, int classes)
{
    if (memcmp(&a->score.total.x, &b->score.total.x, sizeof(double)))
        fail_msg("%s: %.17g and %.17g", spec, a->score.total.x, b->score.total.x);
    for (int c = 0; c < classes; c++)
        assert_memory_equal(&a->room[c].x, &b->room[c].x, sizeof(double));
}

static void check_threads(const size_t n[3])
{
    seg_pair pair;

    shape_pair(&pair, n, THICK, 3, 1, 11);
    for (int s = 0; s < SPECS; s++) {
        scoring_result one, three;
        double *g1, *g3;
        size_t bytes = 3 * pair.voxels * sizeof *g1;

        seg_set_threads(1);
        scoring_compute(&pair, specs[s], &one);
        g1 = scoring_gradient(&pair, specs[s]);
        seg_set_threads(3);
        scoring_compute(&pair, specs[s], &three);
        g3 = scoring_gradient(&pair, specs[s]);
        same_score(specs[s], &one, &three, 3);
        if (memcmp(g1, g3, bytes))
            fail_msg("%s: the gradient depends on the number of threads", specs[s]);
        free(g1);
        free(g3);
    }
    seg_set_threads(0);
    seg_pair_free(&pair);
}

static void values_and_gradients_do_not_depend_on_threads(void **state)
{
    (void)state;
    check_threads(flat);
    check_threads(deep);
}

/* Whatever the prediction says where the truth is ignored. */
static void ignored_voxels_leave_every_sum(void **state)
{
    const size_t *sizes[] = {flat, deep};
    seg_pair pair;

    (void)state;
    for (int k = 0; k < 2; k++) {
        scoring_result before[SPECS], after;
        uint16_t *code;

        shape_pair(&pair, sizes[k], VOXEL, 3, 1, 23);
        code = malloc(pair.voxels * sizeof *code);
        seg_pair_codes(&pair, 0, pair.voxels, code);
        for (int s = 0; s < SPECS; s++)
            scoring_compute(&pair, specs[s], &before[s]);
        for (size_t i = 0; i < pair.voxels; i++)
            for (int c = 0; c < 3 && code[i] == 3; c++)
                pair.prob.prob[(size_t)c * pair.voxels + i] = c == 1;
        for (int s = 0; s < SPECS; s++) {
            scoring_compute(&pair, specs[s], &after);
            same_score(specs[s], &before[s], &after, 3);
        }
        free(code);
        seg_pair_free(&pair);
    }
}

static void gradients_are_0_at_ignored_voxels(void **state)
{
    seg_pair pair;
    uint16_t *code;

    (void)state;
    shape_pair(&pair, flat, VOXEL, 3, 1, 5);
    code = malloc(pair.voxels * sizeof *code);
    seg_pair_codes(&pair, 0, pair.voxels, code);
    for (int s = 0; s < SPECS; s++) {
        double *g = scoring_gradient(&pair, specs[s]);
        size_t moving = 0;

        for (size_t i = 0; i < 3 * pair.voxels; i++) {
            assert_true(isfinite(g[i]));
            if (code[i % pair.voxels] == 3 && g[i] != 0)
                fail_msg("%s: gradient %g at an ignored voxel", specs[s], g[i]);
            moving += g[i] != 0;
        }
        if (!moving)
            fail_msg("%s: the gradient is 0 everywhere", specs[s]);
        free(g);
    }
    free(code);
    seg_pair_free(&pair);
}

enum shape { NOTHING, EVERYTHING, ONE_VOXEL, LINE, PLANE, CORNER, FRAME, HALF, SHAPES };

static void draw(const size_t n[3], enum shape shape, uint8_t *label)
{
    for (size_t i = 0; i < n[0] * n[1] * n[2]; i++) {
        size_t x = i % n[0], y = i / n[0] % n[1], z = i / n[0] / n[1];
        bool in[SHAPES] = {false,
                           true,
                           x == n[0] / 2 && y == n[1] / 2 && z == n[2] / 2,
                           y == n[1] / 2 && z == 0,
                           x == n[0] / 2,
                           x < 2 && y < 2 && z < 2,
                           x == 0 || y == 0,
                           2 * x < n[0]};

        label[i] = in[shape];
    }
}

/* A number, or a status that says why there is none; never a number that is not finite without one. */
static void check_defined(const seg_pair *pair, int truth, int prediction)
{
    for (int s = 0; s < SPECS; s++) {
        scoring_result r;

        scoring_compute(pair, specs[s], &r);
        assert_true(r.score.total.asked);
        if (!isfinite(r.score.total.x) && !r.score.total.status)
            fail_msg("%s: %g without a reason, shapes %d and %d", specs[s], r.score.total.x, truth, prediction);
    }
}

static void degenerate_objects_have_a_value_or_a_reason(void **state)
{
    static const size_t sizes[][3] = {{9, 7, 1}, {5, 6, 4}, {1, 1, 1}, {1, 5, 1}, {5, 1, 1}, {2, 1, 3}, {1, 1, 4}};
    uint8_t truth[120], prediction[120];

    (void)state;
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
        for (int t = 0; t < SHAPES; t++)
            for (int p = 0; p < SHAPES; p++) {
                seg_pair pair;

                draw(sizes[k], t, truth);
                draw(sizes[k], p, prediction);
                fixture_labels(&pair, sizes[k], THICK, 2, prediction, truth);
                check_defined(&pair, t, p);
                seg_pair_free(&pair);
            }
}

static void everything_ignored_is_not_a_number(void **state)
{
    const size_t n[3] = {4, 3, 1};
    uint8_t truth[12];
    float prob[24];
    seg_pair pair;

    (void)state;
    memset(truth, IGNORED_LABEL, sizeof truth);
    for (int i = 0; i < 24; i++)
        prob[i] = 0.5F;
    fixture_prob_ignoring(&pair, n, VOXEL, 2, prob, truth, IGNORED_LABEL);
    for (int s = 0; s < SPECS; s++) {
        scoring_result r;

        scoring_compute(&pair, specs[s], &r);
        if (isfinite(r.score.total.x))
            fail_msg("%s: %g although every voxel is ignored", specs[s], r.score.total.x);
        assert_non_null(r.score.total.status);
    }
    seg_pair_free(&pair);
}

/* A label map is a map of probabilities 0 and 1. */
static void label_maps_are_hard_probabilities(void **state)
{
    uint8_t truth[33 * 21 * 6], prediction[33 * 21 * 6];
    float *prob = malloc(3 * sizeof prediction * sizeof *prob);
    uint64_t seed = 3;
    seg_pair labels, hard;

    (void)state;
    shape_balls(deep, 3, truth);
    shape_balls(deep, 3, prediction);
    for (size_t i = 0; i < sizeof prediction; i++) {
        if (fixture_uniform(&seed) < 0.1)
            prediction[i] = (uint8_t)(fixture_random(&seed) % 3);
        for (int c = 0; c < 3; c++)
            prob[(size_t)c * sizeof prediction + i] = prediction[i] == c;
    }
    fixture_labels(&labels, deep, THICK, 3, prediction, truth);
    fixture_prob(&hard, deep, THICK, 3, prob, truth);
    for (int s = 0; s < SPECS; s++) {
        scoring_result a, b;

        scoring_compute(&labels, specs[s], &a);
        scoring_compute(&hard, specs[s], &b);
        assert_near(a.score.total.x, b.score.total.x, 1e-13, 0); /* sums over runs and over voxels round apart */
    }
    seg_pair_free(&labels);
    seg_pair_free(&hard);
    free(prob);
}

/* Twice the millimetres: lengths double, areas quadruple, ratios and voxel distances stay. */
static void spacing_scales_as_lengths_do(void **state)
{
    static const struct {
        const char *spec, *doubled;
        double factor;
    } laws[] = {
        {"boundary:distance=mm,inside_offset=0", NULL, 2},
        {"boundary:distance=mm", "boundary:distance=mm,inside_offset=2", 2},
        {"boundary", NULL, 1},
        {"hausdorff:distance=mm", NULL, 4},
        {"hausdorff:distance=mm,alpha=3", NULL, 8},
        {"hausdorff", NULL, 1},
        {"hausdorff:variant=er", NULL, 1},
        {"hausdorff:variant=cv,radii=2", NULL, 1},
        {"region-wise:distance=mm", NULL, 1},
        {"region-wise:kind=boundary,distance=mm", NULL, 2},
        {"boundary-aware:distance=mm,unit=1", "boundary-aware:distance=mm,unit=2", 1},
        {"boundary-aware", NULL, 1},
    };
    double twice[3] = {2 * THICK[0], 2 * THICK[1], 2 * THICK[2]};
    seg_pair once, doubled;

    (void)state;
    shape_pair(&once, deep, THICK, 3, 0, 8);
    shape_pair(&doubled, deep, twice, 3, 0, 8);
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
        double a = scoring_value(&once, laws[i].spec);
        double b = scoring_value(&doubled, laws[i].doubled ? laws[i].doubled : laws[i].spec);

        assert_near(b, laws[i].factor * a, 1e-6, 0); /* distances are floats */
    }
    seg_pair_free(&once);
    seg_pair_free(&doubled);
}

/* In a slice of its own the size of a voxel along z says nothing. */
static void the_third_size_of_a_flat_image_does_not_matter(void **state)
{
    const double a[3] = {0.7, 0.9, 0.1}, b[3] = {0.7, 0.9, 50};
    seg_pair thin, thick;

    (void)state;
    shape_pair(&thin, flat, a, 3, 0, 4);
    shape_pair(&thick, flat, b, 3, 0, 4);
    for (int s = 0; s < SPECS; s++)
        assert_near(scoring_value(&thin, specs[s]), scoring_value(&thick, specs[s]), 0, 0);
    seg_pair_free(&thin);
    seg_pair_free(&thick);
}

/* Perfect costs no more than shifted by a few voxels. */
static void a_perfect_prediction_is_no_worse_than_a_shifted_one(void **state)
{
    const size_t n[3] = {40, 30, 1};
    uint8_t truth[1200], shifted[1200];
    seg_pair perfect, moved;

    (void)state;
    shape_balls(n, 2, truth);
    for (size_t i = 0; i < 1200; i++)
        shifted[i] = i % 40 >= 3 ? truth[i - 3] : 0;
    fixture_labels(&perfect, n, VOXEL, 2, truth, truth);
    fixture_labels(&moved, n, VOXEL, 2, shifted, truth);
    for (int s = 0; s < SPECS; s++) {
        double good = scoring_value(&perfect, specs[s]), bad = scoring_value(&moved, specs[s]);

        if (!(good <= bad + 1e-12))
            fail_msg("%s: perfect costs %g, shifted %g", specs[s], good, bad);
    }
    seg_pair_free(&perfect);
    seg_pair_free(&moved);
}

static void parameters_that_contradict_each_other_are_refused(void **state)
{
    static const struct {
        const char *loss, *params, *sentence;
    } cases[] = {
        {"hd", "alpha=0", "hausdorff: alpha must be above 0 with variant=dt"},
        {"hd", "threshold=0", "hausdorff: threshold must be above 0 with variant=dt"},
        {"hd", "variant=er,distance=mm", "hausdorff: variant=er counts voxels, so distance=mm is not possible"},
        {"boundary-aware", "R=3,K=5", "boundary-aware: K is 5, but R = 3 allows at most 4 bins"},
        {"bdou", "alpha_min=0.9", "boundary-dou: alpha_min 0.9 is above alpha_max 0.8"},
        {"cbl", "window=4", "conditional-boundary: window is 4, an odd number was wanted"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const seg_loss *loss = seg_loss_find(cases[i].loss);
        void *params = calloc(1, loss->size);
        seg_error err = {0};

        assert_ok(seg_params_preset(loss->params, params, loss->size, &err), &err);
        assert_ok(seg_params_read(loss->params, loss->name, cases[i].params, params, &err), &err);
        assert_int_equal(loss->check(params, &err), SEG_USAGE);
        assert_string_equal(err.text, cases[i].sentence);
        seg_params_free(loss->params, params);
        free(params);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_and_gradients_do_not_depend_on_threads),
        cmocka_unit_test(ignored_voxels_leave_every_sum),
        cmocka_unit_test(gradients_are_0_at_ignored_voxels),
        cmocka_unit_test(degenerate_objects_have_a_value_or_a_reason),
        cmocka_unit_test(everything_ignored_is_not_a_number),
        cmocka_unit_test(label_maps_are_hard_probabilities),
        cmocka_unit_test(spacing_scales_as_lengths_do),
        cmocka_unit_test(the_third_size_of_a_flat_image_does_not_matter),
        cmocka_unit_test(a_perfect_prediction_is_no_worse_than_a_shifted_one),
        cmocka_unit_test(parameters_that_contradict_each_other_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

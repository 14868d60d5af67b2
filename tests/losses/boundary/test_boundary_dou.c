/* test_boundary_dou.c - the Boundary DoU loss: closed forms for masks, and which voxels are boundary. */
#include "shapes.h"

/* Voxels of the class that have a face neighbour outside it or outside the image. */
static double boundary_voxels(const size_t n[3], const uint8_t *label, uint8_t cls, int axes)
{
    double count = 0;

    for (size_t i = 0; i < n[0] * n[1] * n[2]; i++) {
        size_t step = 1;
        bool edge = false;
        long at[3];

        shape_at(n, i, at);
        for (int a = 0; a < axes; a++, step *= n[a - 1])
            edge |= at[a] == 0 || at[a] + 1 == (long)n[a] || label[i - step] != cls || label[i + step] != cls;
        count += label[i] == cls && edge;
    }
    return count;
}

/* E / (|P| + T - (1 + a) TP), E = FN + FP, a = min(1 - 2 B/T, 0.8): without smoothing, for masks. */
static double closed_form(const size_t n[3], const uint8_t *prediction, const uint8_t *truth, uint8_t cls, int axes,
                          double least, double most)
{
    double P = 0, T = 0, TP = 0, a;

    for (size_t i = 0; i < n[0] * n[1] * n[2]; i++) {
        P += prediction[i] == cls;
        T += truth[i] == cls;
        TP += prediction[i] == cls && truth[i] == cls;
    }
    a = fmin(fmax(1 - 2 * boundary_voxels(n, truth, cls, axes) / T, least), most);
    return (P + T - 2 * TP) / (P + T - (1 + a) * TP);
}

static void masks_have_a_closed_form(void **state)
{
    static const size_t sizes[][3] = {{130, 37, 1}, {70, 20, 5}, {3, 3, 3}, {64, 9, 2}};
    uint64_t seed = 12;

    (void)state;
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        const size_t *n = sizes[k];
        int axes = n[2] > 1 ? 3 : 2;
        uint8_t truth[70 * 20 * 5], prediction[70 * 20 * 5];
        scoring_result r;
        seg_pair pair;

        shape_balls(n, 3, truth);
        shape_noise(n, 3, &seed, prediction);
        for (size_t i = 0; i < n[0] * n[1] * n[2]; i++)
            prediction[i] = fixture_uniform(&seed) < 0.8 ? truth[i] : prediction[i];
        truth[0] = 1; /* so that no class is absent, whatever the size */
        truth[1] = 2;
        fixture_labels(&pair, n, THICK, 3, prediction, truth);
        scoring_compute(&pair, "boundary-dou:smooth=0", &r);
        for (uint8_t c = 0; c < 3; c++)
            assert_near(r.room[c].x, closed_form(n, prediction, truth, c, axes, -1, 0.8), 1e-12, 1e-15);
        assert_near(r.score.total.x, (r.room[0].x + r.room[1].x + r.room[2].x) / 3, 1e-13, 0);
        scoring_compute(&pair, "boundary-dou:smooth=0,slices=2d,alpha_min=0,alpha_max=0.5", &r);
        for (uint8_t c = 0; c < 3; c++)
            assert_near(r.room[c].x, closed_form(n, prediction, truth, c, 2, 0, 0.5), 1e-12, 1e-15);
        scoring_compute(&pair, "boundary-dou:form=survey", &r);
        for (uint8_t c = 0; c < 3; c++)
            assert_near(r.room[c].x, closed_form(n, prediction, truth, c, axes, 0, 1), 1e-12, 1e-15);
        seg_pair_free(&pair);
    }
}

/* In a flat image the missing slices above and below are no neighbours: with six every voxel would be boundary. */
static void a_flat_image_has_four_neighbours(void **state)
{
    const size_t n[3] = {12, 12, 1};
    uint8_t truth[144] = {0}, prediction[144] = {0};
    seg_pair pair;
    double a = 1 - 2.0 * 28 / 64; /* a square of 8 x 8 has 28 voxels at its edge */

    (void)state;
    for (size_t i = 0; i < 144; i++) {
        truth[i] = i % 12 >= 2 && i % 12 < 10 && i / 12 >= 2 && i / 12 < 10;
        prediction[i] = truth[i] && i % 12 >= 3;
    }
    fixture_labels(&pair, n, VOXEL, 2, prediction, truth);
    assert_near(scoring_value(&pair, "bdou:classes=fg,smooth=0"), 8 / (56 + 64 - (1 + a) * 56), 1e-13, 0);
    seg_pair_free(&pair);
}

static void an_absent_class_costs_1(void **state)
{
    const size_t n[3] = {6, 5, 1};
    uint8_t nothing[30] = {0}, something[30] = {0};
    seg_pair pair;

    (void)state;
    something[8] = 1;
    fixture_labels(&pair, n, VOXEL, 2, something, nothing);
    assert_near(scoring_value(&pair, "bdou:classes=fg"), 1, 1e-4, 0); /* smoothing takes a little off */
    seg_pair_free(&pair);
    fixture_labels(&pair, n, VOXEL, 2, nothing, nothing);
    assert_near(scoring_value(&pair, "bdou:classes=fg"), 1, 0, 0);
    assert_near(scoring_value(&pair, "bdou:classes=fg,form=survey"), 0, 0, 0);
    seg_pair_free(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masks_have_a_closed_form),
        cmocka_unit_test(a_flat_image_has_four_neighbours),
        cmocka_unit_test(an_absent_class_costs_1),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

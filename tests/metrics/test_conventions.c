/* test_conventions.c - the choices of conventions that the golden cases leave open, on masks small enough to check
 * with a pencil. */
#include "support/metric_score.h"

#include <math.h>
#include <string.h>

static const double MM[3] = {1, 1, 1};

/* Single voxels of an image at x = 0 and x = `at`. */
static void voxels_in_a_row(seg_pair *pair, size_t at, const double mm[3])
{
    static const size_t n[3] = {9, 3, 1};
    uint8_t p[27] = {0}, g[27] = {0};

    p[9] = g[9 + at] = 1;
    fixture_labels(pair, n, mm, 2, p, g);
}

static double by(const seg_pair *pair, const char *spec, const char *convention)
{
    return score_with(pair, spec, convention, SEG_EMPTY_NA, 1).x;
}

/* The four corners of a voxel weigh the same: two lie 1 from the other voxel's, two lie 2. */
static void a_share_of_the_surface_is_reached_and_not_passed(void **state)
{
    seg_pair pair;

    (void)state;
    voxels_in_a_row(&pair, 2, MM);
    assert_near(by(&pair, "hd95:percentile=50", "surface-distance"), 1, 0, 0);
    assert_near(by(&pair, "hd95:percentile=51", "surface-distance"), 2, 0, 0);
    assert_near(by(&pair, "asd", "surface-distance"), 1.5, 1e-15, 0);
    seg_pair_free(&pair);
}

static void the_tolerance_of_a_tool_is_its_own(void **state)
{
    static const double wide[3] = {2, 2, 1}, narrow[3] = {0.5, 0.5, 1};
    seg_pair pair;

    (void)state;
    voxels_in_a_row(&pair, 1, wide); /* 2 mm apart */
    assert_near(by(&pair, "nsd", "segloss"), 0, 0, 0);
    assert_near(by(&pair, "nsd", "gandlf"), 1, 0, 0);
    assert_near(by(&pair, "nsd", "panoptica"), 1, 0, 0);
    assert_near(by(&pair, "nsd:tolerance=1", "panoptica"), 0, 0, 0);
    seg_pair_free(&pair);
    voxels_in_a_row(&pair, 2, narrow); /* 1 mm apart */
    assert_near(by(&pair, "nsd", "segloss"), 1, 0, 0);
    assert_near(by(&pair, "nsd", "gandlf"), 1, 0, 0);
    assert_near(by(&pair, "nsd", "panoptica"), 0, 0, 0);
    seg_pair_free(&pair);
}

/* Elements of two voxels n apart are n - 1 and n steps apart, half of each. */
static void totalsegmentator_counts_every_voxel_as_one_and_a_half_millimetres(void **state)
{
    static const struct {
        size_t at;
        double nsd;
    } rows[] = {{1, 1}, {2, 1}, {3, 0.5}, {4, 0}};
    static const double mm[3] = {7, 7, 7};
    seg_pair pair;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        voxels_in_a_row(&pair, rows[i].at, mm);
        assert_near(by(&pair, "nsd", "totalsegmentator"), rows[i].nsd, 1e-15, 0);
        seg_pair_free(&pair);
    }
}

/* A row of `length` voxels in the truth, its first in the prediction. */
static void flare22_gives_nothing_for_a_poor_overlap(void **state)
{
    static const size_t n[3] = {12, 1, 1};
    const uint8_t p[12] = {0, 1};
    seg_pair pair;

    (void)state;
    for (size_t length = 2; length < 11; length++) {
        uint8_t g[12] = {0};
        double wanted;

        memset(g + 1, 1, length);
        fixture_labels(&pair, n, MM, 2, p, g);
        wanted = 2. / (1 + (double)length) < 0.2 ? 0 : by(&pair, "nsd:tolerance=5", "surface-distance"); /* class 1 */
        assert_near(by(&pair, "nsd", "flare22"), wanted, 1e-15, 0);
        assert_true(by(&pair, "nsd:tolerance=5", "surface-distance") > 0);
        seg_pair_free(&pair);
    }
}

/* Two squares in one slice of a volume: plastimatch crops the volume to that slice. */
static void plastimatch_takes_a_flat_object_for_a_flat_image(void **state)
{
    static const size_t slice[3] = {12, 10, 1}, volume[3] = {12, 10, 5};
    uint8_t p[12 * 10 * 5] = {0}, g[12 * 10 * 5] = {0};
    seg_pair flat, deep;

    (void)state;
    for (size_t i = 0; i < 120; i++) {
        size_t x = i % 12, y = i / 12;

        p[2 * 120 + i] = x >= 1 && x < 7 && y >= 1 && y < 7;
        g[2 * 120 + i] = x >= 3 && x < 11 && y >= 2 && y < 9;
    }
    fixture_labels(&flat, slice, MM, 2, p + 240, g + 240);
    fixture_labels(&deep, volume, MM, 2, p, g);
    assert_near(by(&deep, "masd", "plastimatch-boundary"), by(&flat, "masd", "segloss"), 1e-15, 0);
    assert_true(by(&deep, "masd", "segloss") < by(&flat, "masd", "segloss")); /* every voxel is boundary there */
    seg_pair_free(&flat);
    seg_pair_free(&deep);
}

/* Two slabs that touch three edges of the image: open boundaries are their free faces alone, 2 apart. */
static void an_open_boundary_ends_at_the_edge_of_the_image(void **state)
{
    static const size_t n[3] = {8, 4, 3};
    uint8_t p[8 * 4 * 3], g[8 * 4 * 3];
    seg_pair pair;

    (void)state;
    for (size_t i = 0; i < sizeof p; i++) {
        p[i] = i % 8 < 3;
        g[i] = i % 8 < 5;
    }
    fixture_labels(&pair, n, MM, 2, p, g);
    assert_near(by(&pair, "assd", "chaos"), 2, 1e-15, 0);
    assert_near(by(&pair, "assd", "seg-metrics"), 2, 1e-15, 0);
    assert_true(by(&pair, "assd", "medpy") < 1);
    seg_pair_free(&pair);
}

/* Directed distances of a point and a row: 2 from the point, 2, 3 ... 5 from the row. */
static void the_two_directions_are_joined_as_the_tool_does(void **state)
{
    static const size_t n[3] = {9, 1, 1};
    const uint8_t p[9] = {0, 1}, g[9] = {0, 0, 0, 1, 1, 1, 1};
    seg_pair pair;

    (void)state;
    fixture_labels(&pair, n, MM, 2, p, g);
    assert_near(by(&pair, "hd", "segloss"), 5, 0, 0);
    assert_near(by(&pair, "hd:direction=prediction-to-truth", "segloss"), 2, 0, 0);
    assert_near(by(&pair, "hd95:percentile=50", "segloss"), 3.5, 1e-15, 0);     /* of 2 3 4 5 */
    assert_near(by(&pair, "hd95:percentile=50", "medpy"), 3, 1e-15, 0);         /* of 2 2 3 4 5 */
    assert_near(by(&pair, "hd95:percentile=50", "plastimatch"), 2.5, 1e-15, 0); /* mean of 2 and 3 */
    assert_near(by(&pair, "hd95:percentile=100", "medpy"), 5, 0, 0);
    assert_near(by(&pair, "assd", "segloss"), 16. / 5, 1e-15, 0);
    assert_near(by(&pair, "assd", "panoptica"), (2 + 3.5) / 2, 1e-15, 0);
    assert_near(by(&pair, "masd", "segloss"), (2 + 3.5) / 2, 1e-15, 0);
    assert_near(by(&pair, "contour-mean-distance", "segloss"), 3.5, 1e-15, 0);
    assert_near(by(&pair, "balanced-average-hausdorff", "segloss"), 16. / 8, 1e-15, 0);
    assert_near(by(&pair, "nsd:tolerance=3", "segloss"), 3. / 5, 1e-15, 0);
    assert_near(by(&pair, "nsd:tolerance=3", "panoptica"), (1 + 0.5) / 2, 1e-15, 0);
    seg_pair_free(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_of_the_surface_is_reached_and_not_passed),
        cmocka_unit_test(the_tolerance_of_a_tool_is_its_own),
        cmocka_unit_test(totalsegmentator_counts_every_voxel_as_one_and_a_half_millimetres),
        cmocka_unit_test(flare22_gives_nothing_for_a_poor_overlap),
        cmocka_unit_test(plastimatch_takes_a_flat_object_for_a_flat_image),
        cmocka_unit_test(an_open_boundary_ends_at_the_edge_of_the_image),
        cmocka_unit_test(the_two_directions_are_joined_as_the_tool_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

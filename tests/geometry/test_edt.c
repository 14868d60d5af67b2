/* test_edt.c - distance transforms against the definition, voxel by voxel. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "geometry/edt.h"
#include "support/sample_masks.h"

/* A float result is two additions and two squares away from the exact one, each within half a unit. */
static const double FLOAT_ROUNDING = 4e-7;

static const size_t SIZES[][3] = {
    {1, 1, 1},  {7, 1, 1},  {1, 9, 1},   {1, 1, 6},   {3, 4, 5},  {16, 5, 3},  {17, 6, 4}, {63, 3, 2},
    {64, 4, 2}, {65, 3, 3}, {128, 2, 2}, {130, 4, 1}, {2, 33, 9}, {33, 17, 1}, {5, 1, 40}, {21, 12, 7},
};
static const double STEPS[][3] = {{1, 1, 1}, {0.7, 0.9, 3}, {5, 0.5, 0.1}, {0.001, 1, 200}};
enum { N_SIZES = sizeof SIZES / sizeof SIZES[0], N_STEPS = sizeof STEPS / sizeof STEPS[0] };

static size_t voxels_of(const seg_mask *mask)
{
    return mask->n[0] * mask->n[1] * mask->n[2];
}

static float *room(size_t n)
{
    float *out = malloc(n * sizeof *out);

    assert_non_null(out);
    memset(out, 0xa5, n * sizeof *out);
    return out;
}

/* By definition: the smallest squared distance to a voxel whose membership is `member`. */
static double nearest_squared(const seg_mask *set, bool member, const double step[3], size_t i)
{
    size_t x = i % set->n[0], y = i / set->n[0] % set->n[1], z = i / set->n[0] / set->n[1];
    double best = INFINITY;

    for (size_t k = 0; k < voxels_of(set); k++) {
        size_t a = k % set->n[0], b = k / set->n[0] % set->n[1], c = k / set->n[0] / set->n[1];
        double dx = ((double)a - (double)x) * step[0], dy = ((double)b - (double)y) * step[1];
        double dz = ((double)c - (double)z) * step[2], d = dz * dz + dy * dy + dx * dx;

        if (seg_mask_has(set, a, b, c) == member && d < best)
            best = d;
    }
    return best;
}

static void expect_near(double got, double wanted, const seg_mask *set, size_t i, const char *what)
{
    if (got == wanted || fabs(got - wanted) <= FLOAT_ROUNDING * fabs(wanted))
        return;
    fail_msg("%s, %zu x %zu x %zu, voxel %zu: %.9g instead of %.9g", what, set->n[0], set->n[1], set->n[2], i, got,
             wanted);
}

static void check_mask(const seg_mask *set, const double step[3], const char *what)
{
    size_t n = voxels_of(set);
    float *squared = room(n), *sign = room(n);
    seg_set_extent extent = seg_mask_extent(set);

    assert_int_equal(seg_edt_squared(set, step, squared, NULL), SEG_OK);
    assert_int_equal(seg_edt_signed(set, step, sign, NULL), SEG_OK);
    for (size_t i = 0; i < n; i++) {
        double out = nearest_squared(set, true, step, i), in = nearest_squared(set, false, step, i);

        expect_near(squared[i], out, set, i, what);
        expect_near(sign[i], extent != SEG_SET_PARTLY ? 0 : out > 0 ? sqrt(out) : -sqrt(in), set, i, what);
    }
    free(squared);
    free(sign);
}

static void every_shape_follows_the_definition(void **state)
{
    (void)state;
    for (int s = 0; s < N_SIZES; s++)
        for (int shape = 0; shape < SAMPLE_SHAPES; shape++) {
            seg_mask set = sample_of_shape(SIZES[s], shape);

            check_mask(&set, STEPS[(s + shape) % N_STEPS], sample_shape_names[shape]);
            seg_mask_free(&set);
        }
}

static void noise_follows_the_definition(void **state)
{
    static const double DENSITIES[] = {0.001, 0.02, 0.1, 0.5, 0.99};
    uint64_t seed = 20231129;

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int s = 0; s < N_SIZES; s++)
        for (int d = 0; d < 5; d++) {
            seg_mask set = sample_noise(SIZES[s], DENSITIES[d], &seed);

            check_mask(&set, STEPS[(s + d) % N_STEPS], "noise");
            seg_mask_free(&set);
        }
}

static void extent_tells_empty_partly_and_full_apart(void **state)
{
    (void)state;
    for (int s = 0; s < N_SIZES; s++) {
        seg_mask none = sample_of_shape(SIZES[s], SAMPLE_EMPTY), all = sample_of_shape(SIZES[s], SAMPLE_FULL);
        seg_mask last = sample_of_shape(SIZES[s], SAMPLE_LAST_VOXEL);

        assert_int_equal(seg_mask_extent(&none), SEG_SET_EMPTY);
        assert_int_equal(seg_mask_extent(&all), SEG_SET_FULL);
        assert_int_equal(seg_mask_extent(&last), voxels_of(&last) == 1 ? SEG_SET_FULL : SEG_SET_PARTLY);
        seg_mask_free(&none);
        seg_mask_free(&all);
        seg_mask_free(&last);
    }
}

static void the_same_bits_for_any_number_of_threads(void **state)
{
    size_t n[3] = {150, 90, 37};
    uint64_t seed = 42;
    seg_mask set = sample_noise(n, 0.003, &seed);
    float *one = room(voxels_of(&set)), *many = room(voxels_of(&set));

    (void)state;
    seg_set_threads(1);
    assert_int_equal(seg_edt_signed(&set, STEPS[1], one, NULL), SEG_OK);
    for (int threads = 2; threads <= 7; threads += 5) {
        seg_set_threads(threads);
        assert_int_equal(seg_edt_signed(&set, STEPS[1], many, NULL), SEG_OK);
        assert_memory_equal(one, many, voxels_of(&set) * sizeof *one);
    }
    seg_set_threads(0);
    free(one);
    free(many);
    seg_mask_free(&set);
}

/* out(x, y, z) of the set equals out(y, z, x) of the set with its axes turned. */
static void turning_the_axes_turns_the_distances(void **state)
{
    size_t n[3] = {70, 21, 34}, turned_n[3] = {21, 34, 70};
    double step[3] = {0.7, 0.9, 3}, turned_step[3] = {0.9, 3, 0.7};
    uint64_t seed = 7;
    seg_mask set = sample_noise(n, 0.004, &seed), turned = sample_of_shape(turned_n, SAMPLE_EMPTY);
    float *a = room(voxels_of(&set)), *b = room(voxels_of(&set));

    (void)state;
    for (size_t z = 0; z < n[2]; z++)
        for (size_t y = 0; y < n[1]; y++)
            for (size_t x = 0; x < n[0]; x++)
                if (seg_mask_has(&set, x, y, z))
                    seg_mask_set(&turned, y, z, x);
    assert_int_equal(seg_edt_squared(&set, step, a, NULL), SEG_OK);
    assert_int_equal(seg_edt_squared(&turned, turned_step, b, NULL), SEG_OK);
    for (size_t i = 0; i < voxels_of(&set); i++) {
        size_t x = i % n[0], y = i / n[0] % n[1], z = i / n[0] / n[1];

        expect_near(b[y + n[1] * (z + n[2] * x)], a[i], &set, i, "turned");
    }
    free(a);
    free(b);
    seg_mask_free(&set);
    seg_mask_free(&turned);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shape_follows_the_definition),
        cmocka_unit_test(noise_follows_the_definition),
        cmocka_unit_test(extent_tells_empty_partly_and_full_apart),
        cmocka_unit_test(the_same_bits_for_any_number_of_threads),
        cmocka_unit_test(turning_the_axes_turns_the_distances),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_surface.c - boundary voxels and their distances against the definition, bit by bit. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "geometry/surface.h"
#include "support/sample_masks.h"

static const size_t SIZES[][3] = {
    {1, 1, 1},  {9, 1, 1},   {1, 9, 1},   {1, 1, 9},   {3, 4, 5},   {63, 4, 3},  {64, 4, 3},
    {65, 5, 1}, {128, 3, 2}, {130, 9, 4}, {12, 40, 1}, {20, 2, 30}, {21, 12, 9},
};
static const double STEPS[][3] = {{1, 1, 1}, {0.7, 0.9, 3}, {5, 0.5, 0.1}, {0.01, 1, 200}};
enum { N_SIZES = sizeof SIZES / sizeof SIZES[0], N_STEPS = sizeof STEPS / sizeof STEPS[0] };

static size_t voxels_of(const seg_mask *mask)
{
    return mask->n[0] * mask->n[1] * mask->n[2];
}

static bool has(const seg_mask *mask, size_t i)
{
    return seg_mask_has(mask, i % mask->n[0], i / mask->n[0] % mask->n[1], i / mask->n[0] / mask->n[1]);
}

/* ---- boundaries ---- */

/* Membership of a voxel that may lie beyond the mask. */
static bool member(const seg_mask *set, long x, long y, long z, bool beyond)
{
    long n[3] = {(long)set->n[0], (long)set->n[1], (long)set->n[2]};

    if (x < 0 || y < 0 || z < 0 || x >= n[0] || y >= n[1] || z >= n[2])
        return beyond;
    return seg_mask_has(set, (size_t)x, (size_t)y, (size_t)z);
}

static bool is_boundary(const seg_mask *set, const seg_surface_rule *rule, size_t i)
{
    long x = (long)(i % set->n[0]), y = (long)(i / set->n[0] % set->n[1]), z = (long)(i / set->n[0] / set->n[1]);

    if (!has(set, i))
        return false;
    for (int k = 0; k < 27; k++) {
        int d[3] = {k % 3 - 1, k / 3 % 3 - 1, k / 9 - 1}, differ = 0;
        bool flat = false;

        for (int a = 0; a < 3; a++) {
            differ += d[a] != 0;
            flat = flat || (d[a] != 0 && rule->flat[a]);
        }
        if (!flat && differ && differ <= 1 + (int)rule->reach && !member(set, x + d[0], y + d[1], z + d[2], rule->open))
            return true;
    }
    return false;
}

static void check_surface(const seg_mask *set, const char *what)
{
    for (int k = 0; k < 48; k++) {
        seg_surface_rule rule = {(seg_connectivity)(k % 3), k / 3 % 2, {k / 6 & 1, k / 12 & 1, k / 24 & 1}};
        seg_mask surface;

        assert_int_equal(seg_surface(&surface, set, &rule, NULL), SEG_OK);
        for (size_t i = 0; i < voxels_of(set); i++)
            if (has(&surface, i) != is_boundary(set, &rule, i))
                fail_msg("%s %zu x %zu x %zu, rule %d, voxel %zu", what, set->n[0], set->n[1], set->n[2], k, i);
        seg_mask_free(&surface);
    }
}

static void boundaries_follow_the_definition(void **state)
{
    uint64_t seed = 5;

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int s = 0; s < N_SIZES; s++) {
        for (int shape = 0; shape < SAMPLE_SHAPES; shape++) {
            seg_mask set = sample_of_shape(SIZES[s], shape);

            check_surface(&set, sample_shape_names[shape]);
            seg_mask_free(&set);
        }
        for (int d = 1; d < 6; d++) {
            seg_mask set = sample_noise(SIZES[s], 1 - 0.15 * d, &seed);

            check_surface(&set, "noise");
            seg_mask_free(&set);
        }
    }
}

/* ---- distances ---- */

/* The voxels of a mask: list[*n]. */
static size_t *listed(const seg_mask *mask, size_t *n)
{
    size_t *list = malloc((seg_mask_count(mask) + 1) * sizeof *list);

    assert_non_null(list);
    *n = 0;
    for (size_t i = 0; i < voxels_of(mask); i++)
        if (has(mask, i))
            list[(*n)++] = i;
    return list;
}

static double nearest(const size_t *list, size_t count, const size_t n[3], const double step[3], size_t i)
{
    double best = INFINITY;

    for (size_t k = 0; k < count; k++) {
        double dx = ((double)(list[k] % n[0]) - (double)(i % n[0])) * step[0];
        double dy = ((double)(list[k] / n[0] % n[1]) - (double)(i / n[0] % n[1])) * step[1];
        double dz = ((double)(list[k] / n[0] / n[1]) - (double)(i / n[0] / n[1])) * step[2];
        double squared = dz * dz + dy * dy + dx * dx;

        best = squared < best ? squared : best;
    }
    return sqrt(best);
}

static void check_distances(const seg_mask *query, const seg_mask *target, const double step[3], const char *what)
{
    double *got;
    size_t n, from, to, *a = listed(query, &from), *b = listed(target, &to);

    assert_int_equal(seg_surface_distances(query, target, step, &got, &n, NULL), SEG_OK);
    assert_int_equal(n, from);
    for (size_t i = 0; i < n; i++)
        if (got[i] != nearest(b, to, query->n, step, a[i]))
            fail_msg("%s %zu x %zu x %zu, voxel %zu: %.17g instead of %.17g", what, query->n[0], query->n[1],
                     query->n[2], a[i], got[i], nearest(b, to, query->n, step, a[i]));
    free(got);
    free(a);
    free(b);
}

static void distances_between_shapes_are_exact(void **state)
{
    (void)state;
    for (int s = 0; s < N_SIZES; s++)
        for (int a = 0; a < SAMPLE_SHAPES; a++) {
            int b = (a * 5 + 3 + s) % SAMPLE_SHAPES;
            seg_mask query = sample_of_shape(SIZES[s], a), target = sample_of_shape(SIZES[s], b);

            check_distances(&query, &target, STEPS[(s + a) % N_STEPS], sample_shape_names[a]);
            seg_mask_free(&query);
            seg_mask_free(&target);
        }
}

static void distances_between_noise_are_exact(void **state)
{
    static const double DENSITIES[] = {0.001, 0.02, 0.1, 0.5};
    uint64_t seed = 99;

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int s = 0; s < N_SIZES; s++)
        for (int d = 0; d < 4; d++) {
            seg_mask query = sample_noise(SIZES[s], 0.2, &seed), target = sample_noise(SIZES[s], DENSITIES[d], &seed);

            check_distances(&query, &target, STEPS[(s + d) % N_STEPS], "noise");
            seg_mask_free(&query);
            seg_mask_free(&target);
        }
}

/* Few queries are walked one by one. */
static void far_targets_are_exact(void **state)
{
    size_t n[3] = {200, 90, 40};
    uint64_t seed = 17;

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int d = 0; d < 8; d++) {
        seg_mask query = sample_noise(n, 1e-4, &seed), target = sample_noise(n, d % 2 ? 2e-5 : 1e-3, &seed);

        check_distances(&query, &target, STEPS[d / 2 % N_STEPS], "far");
        seg_mask_free(&query);
        seg_mask_free(&target);
    }
}

/* So many queries that a distance map pays, with slices that have no target voxel at all. */
static void many_far_targets_are_exact(void **state)
{
    size_t n[3] = {75, 41, 33};
    uint64_t seed = 23;

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int s = 0; s < N_STEPS; s++)
        for (int d = 0; d < 3; d++) {
            seg_mask query = sample_noise(n, 0.1, &seed), target = sample_noise(n, d ? 2e-4 * d : 3e-5, &seed);

            check_distances(&query, &target, STEPS[s], "many far");
            seg_mask_free(&query);
            seg_mask_free(&target);
        }
}

static void the_same_bits_for_any_number_of_threads(void **state)
{
    size_t n[3] = {150, 90, 37}, count, again;
    uint64_t seed = 3;
    seg_mask query = sample_noise(n, 0.05, &seed), target = sample_noise(n, 1e-4, &seed);
    double *one, *many;

    (void)state;
    seg_set_threads(1);
    assert_int_equal(seg_surface_distances(&query, &target, STEPS[1], &one, &count, NULL), SEG_OK);
    for (int threads = 2; threads <= 7; threads += 5) {
        seg_set_threads(threads);
        assert_int_equal(seg_surface_distances(&query, &target, STEPS[1], &many, &again, NULL), SEG_OK);
        assert_int_equal(count, again);
        assert_memory_equal(one, many, count * sizeof *one);
        free(many);
    }
    seg_set_threads(0);
    free(one);
    seg_mask_free(&query);
    seg_mask_free(&target);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boundaries_follow_the_definition),  cmocka_unit_test(distances_between_shapes_are_exact),
        cmocka_unit_test(distances_between_noise_are_exact), cmocka_unit_test(far_targets_are_exact),
        cmocka_unit_test(many_far_targets_are_exact),        cmocka_unit_test(the_same_bits_for_any_number_of_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

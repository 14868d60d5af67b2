/* test_percentile.c - selection against sorting, and numpy's rounding of interpolated percentiles. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/percentile.h"
#include "support/sample_masks.h"

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* Lists as surfaces give them: ties, ramps, peaks. */
static double entry(int kind, size_t i, size_t n, uint64_t *seed)
{
    switch (kind) {
    case 0:
        return sample_uniform(seed);
    case 1:
        return floor(8 * sample_uniform(seed));
    case 2:
        return (double)i;
    case 3:
        return (double)(n - i);
    case 4:
        return (double)(i < n / 2 ? i : n - i);
    default:
        return 2.5;
    }
}

static void any_rank_is_that_of_the_sorted_list(void **state)
{
    uint64_t seed = 11;

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (size_t n = 1; n < 60; n++)
        for (int kind = 0; kind < 6; kind++)
            for (size_t k = 0; k < n; k++) {
                double x[60], sorted[60];

                for (size_t i = 0; i < n; i++)
                    sorted[i] = x[i] = entry(kind, i, n, &seed);
                qsort(sorted, n, sizeof *sorted, ascending);
                assert_true(seg_select(x, n, k) == sorted[k]);
                for (size_t i = 0; i < n; i++)
                    assert_true(i < k ? x[i] <= x[k] : x[i] >= x[k]);
                qsort(x, n, sizeof *x, ascending);
                assert_memory_equal(x, sorted, n * sizeof *x);
            }
}

/* Values made with numpy.percentile 1.24, bit by bit. */
static void percentiles_round_as_numpy_does(void **state)
{
    const double list[] = {0.1, 2.7, 1.3, 0.7, 3.1, 0.2, 0.9};
    const struct {
        double q, wanted;
    } rows[] = {
        {0, 0.1},
        {100, 3.1},
        {50, 0.9},
        {95, 0x1.7d70a3d70a3d7p+1},
        {90, 0x1.6e147ae147ae2p+1},
        {33, 0x1.6147ae147ae14p-1},
        {75, 2},
        {12.5, 0x1.6666666666667p-3},
        {62.3, 0x1.31f8a0902de01p+0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double x[7];

        memcpy(x, list, sizeof x);
        assert_true(seg_percentile(x, 7, rows[i].q) == rows[i].wanted);
    }
}

static void percentiles_of_odd_lists(void **state)
{
    double one[] = {4}, endless[] = {1, INFINITY, INFINITY}, mixed[] = {1, 2, INFINITY};

    (void)state;
    assert_true(isnan(seg_percentile(one, 0, 50)));
    assert_true(seg_percentile(one, 1, 95) == 4);
    assert_true(seg_percentile(endless, 3, 95) == INFINITY);
    assert_true(seg_percentile(endless, 3, 0) == 1);
    assert_true(seg_percentile(mixed, 3, 50) == 2);
    assert_true(seg_percentile(mixed, 3, 60) == INFINITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_rank_is_that_of_the_sorted_list),
        cmocka_unit_test(percentiles_round_as_numpy_does),
        cmocka_unit_test(percentiles_of_odd_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

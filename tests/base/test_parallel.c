/* test_parallel.c - every voxel once, the same bits for any number of threads, workers that do not share a number. */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "support/fixture.h"

enum { MOST_THREADS = 5 };

static const size_t SIZES[] = {0, 1, SEG_BLOCK - 1, SEG_BLOCK, SEG_BLOCK + 1, 5 * SEG_BLOCK + 7};
enum { N_SIZES = sizeof SIZES / sizeof *SIZES };

static void count(void *context, size_t begin, size_t end)
{
    unsigned char *times = context;

    assert_true(begin < end && end - begin <= SEG_BLOCK);
    for (size_t i = begin; i < end; i++)
        times[i]++;
}

static void every_voxel_is_visited_once(void **state)
{
    (void)state;
    for (int threads = 1; threads <= MOST_THREADS; threads++)
        for (size_t s = 0; s < N_SIZES; s++) {
            unsigned char *times = calloc(SIZES[s] + 1, 1);

            seg_set_threads(threads);
            seg_parallel_blocks(SIZES[s], count, times);
            for (size_t i = 0; i < SIZES[s]; i++)
                if (times[i] != 1)
                    fail_msg("%d threads, %zu voxels: number %zu was visited %d times", threads, SIZES[s], i, times[i]);
            assert_int_equal(times[SIZES[s]], 0);
            free(times);
        }
}

static void add_powers(void *context, size_t begin, size_t end, double *sums)
{
    const double *x = context;

    for (size_t i = begin; i < end; i++) {
        sums[0] += x[i];
        sums[1] += x[i] * x[i];
        sums[2] += 1;
    }
}

/* Numbers of very different size: another order would give other bits. */
static void sums_have_the_same_bits_for_any_number_of_threads(void **state)
{
    enum { N = 5 * SEG_BLOCK + 7 };
    double *x = calloc(N, sizeof *x), one[3], many[3];
    uint64_t seed = 5;

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (size_t i = 0; i < N; i++)
        x[i] = ldexp(fixture_uniform(&seed) - 0.5, (int)(fixture_random(&seed) % 80));
    for (size_t s = 0; s < N_SIZES; s++) {
        seg_set_threads(1);
        assert_ok(seg_parallel_sum(SIZES[s], 3, add_powers, x, one, NULL), NULL);
        assert_near(one[2], (double)SIZES[s], 0, 0);
        for (int threads = 2; threads <= MOST_THREADS; threads++) {
            many[0] = many[1] = many[2] = NAN;
            seg_set_threads(threads);
            assert_ok(seg_parallel_sum(SIZES[s], 3, add_powers, x, many, NULL), NULL);
            assert_memory_equal(one, many, sizeof one);
        }
    }
    free(x);
}

struct crew {
    atomic_int busy[MOST_THREADS], shared, outside, nested;
    atomic_size_t done;
    int workers;
};

static void look_around(void *context, size_t i, int worker)
{
    struct crew *c = context;

    (void)i;
    if (worker < 0 || worker >= c->workers) {
        atomic_fetch_add(&c->outside, 1);
        return;
    }
    if (atomic_fetch_add(&c->busy[worker], 1))
        atomic_fetch_add(&c->shared, 1);
    if (seg_thread_count() != 1 && c->workers > 1)
        atomic_fetch_add(&c->nested, 1);
    atomic_fetch_sub(&c->busy[worker], 1);
    atomic_fetch_add(&c->done, 1);
}

static void a_workers_number_is_its_own_and_nothing_is_nested(void **state)
{
    (void)state;
    for (int threads = 1; threads <= MOST_THREADS; threads++)
        for (size_t n = 0; n <= 1000; n = 10 * n + 1) {
            struct crew c = {.workers = 0};

            seg_set_threads(threads);
            c.workers = seg_thread_count();
            assert_in_range(c.workers, 1, threads);
            seg_parallel_for(n, look_around, &c);
            assert_int_equal(c.done, n);
            assert_int_equal(c.shared, 0);
            assert_int_equal(c.outside, 0);
            if (n > 1)
                assert_int_equal(c.nested, 0);
        }
}

static void no_number_of_threads_is_too_small(void **state)
{
    (void)state;
    for (int n = -1; n < 1; n++) {
        seg_set_threads(n);
        assert_true(seg_thread_count() >= 1);
    }
}

/* n terms of the same size: one by one the error grows with n, pairwise with log n (here at most 1 + log2 8192 roundings
 * of half an ulp, and 128 within a leaf, which random rounding keeps far below its bound). */
static void a_pairwise_sum_stays_exact_to_a_few_units(void **state)
{
    enum { N = 1 << 20 };
    double *x = calloc(N, sizeof *x), naive = 0, wanted = 0.1 * N; /* exact: N is a power of two */

    (void)state;
    for (size_t i = 0; i < N; i++)
        naive += x[i] = 0.1;
    assert_near(seg_sum(x, N), wanted, 1e-14, 0);
    assert_true(fabs(naive - wanted) > 1e-12 * wanted); /* or the test would tell nothing */
    assert_near(seg_sum(x, 0), 0, 0, 0);
    for (size_t n = 1; n < 600; n += n < 100 ? 99 : 1)
        assert_near(seg_sum(x, n), 0.1 * (double)n, 1e-13, 0);
    free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_voxel_is_visited_once),
        cmocka_unit_test(sums_have_the_same_bits_for_any_number_of_threads),
        cmocka_unit_test(a_workers_number_is_its_own_and_nothing_is_nested),
        cmocka_unit_test(no_number_of_threads_is_too_small),
        cmocka_unit_test(a_pairwise_sum_stays_exact_to_a_few_units),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

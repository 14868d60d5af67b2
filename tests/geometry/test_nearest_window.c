/* test_nearest_window.c - windows give the bits of the definition and of the search through rows. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "geometry/bits.h"
#include "geometry/nearest_window.h"
#include "geometry/surface.h"
#include "support/sample_masks.h"

static const size_t SIZES[][3] = {{1, 1, 1},  {9, 1, 1},  {1, 9, 1},   {3, 4, 1},
                                  {63, 5, 1}, {64, 7, 1}, {65, 30, 1}, {130, 41, 1}};
static const double STEPS[][3] = {{1, 1, 1}, {0.7, 0.7, 3}, {5, 0.5, 0.1}, {0.3, 40, 200}};
enum { N_SIZES = sizeof SIZES / sizeof SIZES[0], N_STEPS = sizeof STEPS / sizeof STEPS[0] };

/* The windows alone: distances, and how many of each row were left open. */
struct found {
    double *distance;
    uint32_t *unsettled; /* [n[1]] */
    size_t n;
};

static struct found find(const seg_mask *query, const seg_mask *target, const double step[3])
{
    size_t rows = query->n[1];
    struct found f = {.distance = test_malloc((seg_mask_count(query) + 1) * sizeof *f.distance),
                      .unsettled = test_malloc(rows * sizeof *f.unsettled)};
    size_t *first = test_malloc(rows * sizeof *first);

    for (size_t y = 0; y < rows; y++) {
        first[y] = f.n;
        f.n += seg_bits_count(seg_mask_row(query, y, 0), query->words);
    }
    assert_int_equal(seg_window_distances(query, target, step, first, f.distance, f.unsettled, NULL), SEG_OK);
    test_free(first);
    return f;
}

static void free_found(struct found *f)
{
    test_free(f->distance);
    test_free(f->unsettled);
}

static double nearest(const seg_mask *target, const double step[3], size_t x, size_t y)
{
    double best = INFINITY;

    for (size_t v = 0; v < target->n[1]; v++)
        for (size_t u = 0, n = target->n[0]; (u = seg_bits_next(seg_mask_row(target, v, 0), n, u, true)) < n; u++) {
            double dx = ((double)u - (double)x) * step[0], dy = ((double)v - (double)y) * step[1];

            if (dy * dy + dx * dx < best)
                best = dy * dy + dx * dx;
        }
    return sqrt(best);
}

/* A distance is the definition's; it may be left open only where it takes SEG_WINDOW_ROWS rows. */
static void check(const seg_mask *query, const seg_mask *target, const double step[3], const char *what)
{
    struct found f = find(query, target, step);
    size_t at = 0;

    for (size_t y = 0; y < query->n[1]; y++) {
        uint32_t open = 0;

        for (size_t x = 0; x < query->n[0]; x++) {
            double wanted, got;

            if (!seg_mask_has(query, x, y, 0))
                continue;
            wanted = nearest(target, step, x, y);
            got = f.distance[at++];
            open += got == -INFINITY;
            if (got == -INFINITY ? wanted < SEG_WINDOW_ROWS * step[1] : got != wanted)
                fail_msg("%s %zu x %zu, pixel (%zu, %zu): %.17g instead of %.17g", what, query->n[0], query->n[1], x, y,
                         got, wanted);
        }
        assert_int_equal(open, f.unsettled[y]);
    }
    free_found(&f);
}

static void small_images_follow_the_definition(void **state)
{
    static const double DENSITIES[] = {0.001, 0.02, 0.1, 0.5};
    uint64_t seed = 12;

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int s = 0; s < N_SIZES; s++)
        for (int k = 0; k < SAMPLE_SHAPES; k++) {
            const double *step = STEPS[(s + k) % N_STEPS];
            seg_mask query = sample_of_shape(SIZES[s], k),
                     shape = sample_of_shape(SIZES[s], (k * 5 + 3) % SAMPLE_SHAPES);
            seg_mask noise = sample_noise(SIZES[s], DENSITIES[k % 4], &seed);

            check(&query, &shape, step, sample_shape_names[k]);
            check(&query, &noise, step, "noise");
            seg_mask_free(&query);
            seg_mask_free(&shape);
            seg_mask_free(&noise);
        }
}

/* One target pixel in an image taller and wider than any gap that is counted: every distance, every direction. */
static void gaps_that_are_cut_short_are_left_open(void **state)
{
    size_t n[3] = {600, 530, 1}, open = 0;
    seg_mask query = {0}, target = {0};

    (void)state;
    assert_int_equal(seg_mask_alloc(&query, n, NULL), SEG_OK);
    assert_int_equal(seg_mask_alloc(&target, n, NULL), SEG_OK);
    seg_mask_set(&target, 20, 5, 0);
    for (size_t y = 0; y < n[1]; y++)
        for (size_t x = y % 61; x < n[0]; x += 61)
            seg_mask_set(&query, x, y, 0);
    for (int k = 0; k < N_STEPS; k++) {
        struct found f = find(&query, &target, STEPS[k]);

        for (size_t i = 0; i < f.n; i++)
            open += f.distance[i] == -INFINITY;
        free_found(&f);
        check(&query, &target, STEPS[k], "one pixel");
    }
    assert_true(open > 0);
    seg_mask_free(&query);
    seg_mask_free(&target);
}

/* The same image with an empty slice behind it, which windows do not take. */
static seg_mask with_slice(const seg_mask *flat)
{
    size_t n[3] = {flat->n[0], flat->n[1], 2};
    seg_mask deep;

    assert_int_equal(seg_mask_alloc(&deep, n, NULL), SEG_OK);
    memcpy(deep.bit, flat->bit, flat->n[1] * flat->words * sizeof *flat->bit);
    return deep;
}

/* Outlines with wide gaps between them, in an image of several tasks. */
static seg_mask outlines(uint64_t *seed, size_t count)
{
    size_t n[3] = {1200, 600, 1};
    seg_mask set = {0}, outline = {0};

    assert_int_equal(seg_mask_alloc(&set, n, NULL), SEG_OK);
    for (size_t k = 0; k < count; k++) {
        size_t x = sample_next(seed) % 1100, y = sample_next(seed) % 560;

        for (size_t v = y; v < y + 40; v++)
            seg_bits_fill(seg_mask_row(&set, v, 0), x, x + 5 + sample_next(seed) % 95);
    }
    assert_int_equal(seg_surface(&outline, &set, &(seg_surface_rule){.flat = {false, false, true}}, NULL), SEG_OK);
    seg_mask_free(&set);
    return outline;
}

static void the_search_through_rows_finds_the_same_bits(void **state)
{
    static const size_t COUNTS[] = {1, 3, 12, 60};
    uint64_t seed = 2024;

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int k = 0; k < 8; k++) {
        const double *step = STEPS[k / 2];
        seg_mask query = outlines(&seed, 60), target = outlines(&seed, COUNTS[(k + k / 4) % 4]);
        seg_mask deep_query = with_slice(&query), deep_target = with_slice(&target);
        double *got, *wanted;
        size_t n, m;

        seg_set_threads(1 + k % 3);
        assert_true(seg_window_suits(&query, seg_mask_count(&query)));
        assert_false(seg_window_suits(&deep_query, seg_mask_count(&deep_query)));
        assert_int_equal(seg_surface_distances(&query, &target, step, &got, &n, NULL), SEG_OK);
        assert_int_equal(seg_surface_distances(&deep_query, &deep_target, step, &wanted, &m, NULL), SEG_OK);
        assert_int_equal(n, m);
        assert_memory_equal(got, wanted, n * sizeof *got);
        free(got);
        free(wanted);
        seg_mask_free(&query);
        seg_mask_free(&target);
        seg_mask_free(&deep_query);
        seg_mask_free(&deep_target);
    }
    seg_set_threads(0);
}

static void few_queries_and_huge_images_do_not_suit(void **state)
{
    (void)state;
    assert_true(seg_window_suits(&(seg_mask){.n = {1024, 512, 1}, .words = 16}, 5000));
    assert_false(seg_window_suits(&(seg_mask){.n = {1024, 512, 1}, .words = 16}, 5));
    assert_false(seg_window_suits(&(seg_mask){.n = {1 << 14, 1 << 14, 1}, .words = 1 << 8}, 1 << 28));
    /* two columns, but a word and two margins to the row: 1.6 GB */
    assert_false(seg_window_suits(&(seg_mask){.n = {2, 1 << 24, 1}, .words = 1}, 1 << 25));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_images_follow_the_definition),
        cmocka_unit_test(gaps_that_are_cut_short_are_left_open),
        cmocka_unit_test(the_search_through_rows_finds_the_same_bits),
        cmocka_unit_test(few_queries_and_huge_images_do_not_suit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_envelope.c - lower envelopes of 16 columns: the smallest values, and the same bits with every instruction set. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "simd/simd.h"
#include "support/sample_masks.h"

enum { LONGEST = 700 };

/* One set of columns with all its memory. */
struct columns {
    _Alignas(64) float f[LONGEST * SEG_ENVELOPE_COLUMNS];
    float squares[2 * LONGEST], out[LONGEST * SEG_ENVELOPE_COLUMNS];
    uint32_t at[LONGEST], first[LONGEST], last[LONGEST];
    seg_envelope c;
};

/* n rows, of which about `density` are candidates, their squares as large as `most`. */
static void fill(struct columns *d, size_t n, double density, double most, double step, uint64_t *seed)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        if (sample_uniform(seed) >= density && !(i + 1 == n && count == 0))
            continue;
        for (size_t lane = 0; lane < SEG_ENVELOPE_COLUMNS; lane++)
            d->f[count * SEG_ENVELOPE_COLUMNS + lane] = (float)(most * sample_uniform(seed));
        d->at[count++] = (uint32_t)i;
    }
    for (size_t i = 0; i < n; i++)
        d->squares[n - 1 + i] = d->squares[n - 1 - i] = (float)((double)i * step * ((double)i * step));
    memset(d->out, 0xa5, sizeof d->out);
    d->c = (seg_envelope){.candidates = count,
                          .f = d->f,
                          .at = d->at,
                          .square = d->squares + n - 1,
                          .n = n,
                          .first = d->first,
                          .last = d->last,
                          .out = d->out,
                          .stride = SEG_ENVELOPE_COLUMNS,
                          .width = SEG_ENVELOPE_COLUMNS};
}

static float least(const seg_envelope *c, size_t row, size_t lane)
{
    float best = INFINITY;

    for (size_t k = 0; k < c->candidates; k++) {
        float value = c->f[k * SEG_ENVELOPE_COLUMNS + lane] + c->square[(ptrdiff_t)c->at[k] - (ptrdiff_t)row];

        best = value < best ? value : best;
    }
    return c->root ? sqrtf(best) : best;
}

/* Candidates whose sums round to the same value may be taken for one another: the smallest value up to rounding. */
static void check(const struct columns *d)
{
    static const float untouched = -2.87e-16f; /* 0xa5a5a5a5 */

    for (size_t row = 0; row < d->c.n; row++)
        for (size_t lane = 0; lane < SEG_ENVELOPE_COLUMNS; lane++) {
            float got = d->out[row * SEG_ENVELOPE_COLUMNS + lane], wanted = least(&d->c, row, lane);

            if (lane < d->c.width)
                assert_true(got == wanted || fabsf(got - wanted) <= 2.4e-7f * wanted);
            else
                assert_true(fabsf(got / untouched - 1) < 0.01f);
        }
}

static void every_set_finds_the_smallest_values_with_the_same_bits(void **state)
{
    static const size_t LENGTHS[] = {1, 2, 3, 4, 5, 7, 8, 9, 31, 64, 100, 257, 640};
    static const double DENSITIES[] = {1, 0.5, 0.05, 0};
    static const double MOST[] = {0, 1, 300, 1e5};
    struct columns *d = aligned_alloc(64, (sizeof *d + 63) / 64 * 64);
    float *plain = malloc(sizeof d->out);
    uint64_t seed = 8;

    (void)state;
    assert_non_null(d);
    assert_non_null(plain);
    print_message("seed %llu\n", (unsigned long long)seed);
    for (size_t k = 0; k < 13 * 4 * 4; k++) {
        fill(d, LENGTHS[k % 13], DENSITIES[k / 13 % 4], MOST[k / 52], 0.8, &seed);
        d->c.root = k % 2;
        d->c.width = k % 3 ? SEG_ENVELOPE_COLUMNS : 1 + k % 15;
        seg_simd_at(0)->envelope_solve(&d->c);
        check(d);
        memcpy(plain, d->out, sizeof d->out);
        for (int set = 1; seg_simd_at(set); set++) {
            memset(d->out, 0xa5, sizeof d->out);
            seg_simd_at(set)->envelope_solve(&d->c);
            assert_memory_equal(plain, d->out, sizeof d->out);
        }
    }
    free(plain);
    free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_set_finds_the_smallest_values_with_the_same_bits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_agreement.c - tau-b and Spearman of resamples against the definitions on the numbers written out. */
#include "support/fixture.h"

#include <math.h>
#include <stdlib.h>

#include "statistics/agreement.h"
#include "statistics/rank.h"

enum { N = 40, MOST = 4 * N };

/* x and y with ties, and how often each is taken. */
struct data {
    double x[N], y[N], wide_x[MOST], wide_y[MOST];
    uint32_t times[N];
    size_t n; /* of the numbers written out */
};

static void draw(struct data *d, uint64_t seed)
{
    print_message("# seed %llu\n", (unsigned long long)seed);
    d->n = 0;
    for (size_t i = 0; i < N; i++) {
        d->x[i] = floor(10 * fixture_uniform(&seed));
        d->y[i] = d->x[i] + floor(8 * fixture_uniform(&seed));
        d->times[i] = (uint32_t)(4 * fixture_uniform(&seed));
        for (uint32_t k = 0; k < d->times[i]; k++) {
            d->wide_x[d->n] = d->x[i];
            d->wide_y[d->n++] = d->y[i];
        }
    }
    d->y[3] = INFINITY; /* a number like others, the largest */
    for (size_t i = 0, at = 0; i < N; at += d->times[i++])
        for (uint32_t k = 0; i == 3 && k < d->times[i]; k++)
            d->wide_y[at + k] = INFINITY;
}

static double spearman(const double *x, const double *y, size_t n)
{
    double *p = malloc(n * sizeof *p), *q = malloc(n * sizeof *q), xx = 0, yy = 0, xy = 0, m = ((double)n + 1) / 2;
    seg_error err = {0};

    assert_ok(seg_rank(x, n, p, NULL, &err), &err);
    assert_ok(seg_rank(y, n, q, NULL, &err), &err);
    for (size_t i = 0; i < n; i++) {
        xx += (p[i] - m) * (p[i] - m);
        yy += (q[i] - m) * (q[i] - m);
        xy += (p[i] - m) * (q[i] - m);
    }
    free(p);
    free(q);
    return xy / sqrt(xx * yy);
}

static void multiplicities_are_copies(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct data d;
        seg_agreement a;
        seg_error err = {0};

        draw(&d, seed);
        assert_ok(seg_agreement_make(&a, d.x, d.y, N, &err), &err);
        assert_near(seg_agreement_tau(&a, NULL), seg_kendall_of(d.x, d.y, N).tau, 1e-12, 0);
        assert_near(seg_agreement_tau(&a, d.times), seg_kendall_of(d.wide_x, d.wide_y, d.n).tau, 1e-12, 0);
        assert_near(seg_agreement_spearman(&a, NULL), spearman(d.x, d.y, N), 1e-12, 0);
        assert_near(seg_agreement_spearman(&a, d.times), spearman(d.wide_x, d.wide_y, d.n), 1e-12, 0);
        seg_agreement_free(&a);
    }
}

static void ends_and_constants(void **state)
{
    static const double up[] = {1, 2, 3, 4}, down[] = {4, 3, 2, 1}, flat[] = {2, 2, 2, 2};
    const uint32_t one[] = {0, 7, 0, 0};
    seg_agreement a;
    seg_error err = {0};

    (void)state;
    assert_ok(seg_agreement_make(&a, up, down, 4, &err), &err);
    assert_near(seg_agreement_tau(&a, NULL), -1, 0, 0);
    assert_near(seg_agreement_spearman(&a, NULL), -1, 1e-15, 0);
    assert_true(isnan(seg_agreement_tau(&a, one))); /* copies of one case */
    assert_true(isnan(seg_agreement_spearman(&a, one)));
    seg_agreement_free(&a);
    assert_ok(seg_agreement_make(&a, up, flat, 4, &err), &err);
    assert_true(isnan(seg_agreement_tau(&a, NULL)));
    assert_true(isnan(seg_agreement_spearman(&a, NULL)));
    seg_agreement_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(multiplicities_are_copies),
                                       cmocka_unit_test(ends_and_constants)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_clamped_sums.c - sums of held probabilities: eight voxels at a time give what one after another gives, for values
 * at both ends, beyond them and so small that 1 - p is 1. */
#include <float.h>
#include <math.h>

#include "simd/clamped_sums.h"
#include "support/fixture.h"

enum { MOST = 83 };

static const seg_clamp *hold_at(size_t i)
{
    static seg_clamp hold[4];

    hold[0] = seg_clamp_between(1e-7, 1 - 1e-7);
    hold[1] = seg_clamp_between(1e-2, 1 - 1e-2);
    hold[2] = seg_clamp_between(1e-15, 1 - 1e-15);
    hold[3] = seg_clamp_between(0, 1);
    return &hold[i];
}

/* A third are ends or odd values, a third small ones of any size, a third anything in between. */
static float odd_value(uint64_t *seed)
{
    static const float ends[] = {0,         1,       -0.0f,  -1e-5f, 1.0001f,  1e-7f,     1e-8f, 1e-2f,
                                 1 - 1e-7f, FLT_MIN, 1e-42f, 0.5f,   INFINITY, -INFINITY, NAN};

    switch (fixture_random(seed) % 3) {
    case 0:
        return ends[fixture_random(seed) % (sizeof ends / sizeof *ends)];
    case 1:
        return (float)pow(10, -20 * fixture_uniform(seed));
    default:
        return (float)fixture_uniform(seed);
    }
}

/* Some stretches are certain or impossible all along: those are only counted. */
static void fill(float *y, uint64_t *seed)
{
    uint64_t kind = fixture_random(seed) % 4;

    for (size_t i = 0; i < MOST; i++)
        y[i] = kind == 0 ? 1 : kind == 1 ? 1e-9f * (float)fixture_uniform(seed) : odd_value(seed);
}

/* All terms have one sign, so the sum is as good as its terms: a logarithm's last place, and the order. */
static const double TERMS = 1e-14;

static void octets_add_up_what_single_voxels_do(void **state)
{
    uint64_t seed = 20261121;
    float y[MOST];

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 4000; round++) {
        size_t begin = fixture_random(&seed) % 8, n = fixture_random(&seed) % (MOST - 8 + 1);
        const seg_clamp *hold = hold_at((size_t)round % 4);
        bool flip = round / 4 % 2;

        fill(y, &seed);
        assert_near(seg_sum_clamped(y + begin, n, flip, hold), seg_sum_clamped_ref(y + begin, n, flip, hold), TERMS, 0);
        assert_near(seg_sum_neg_log(y + begin, n, flip, hold), seg_sum_neg_log_ref(y + begin, n, flip, hold), TERMS, 0);
        assert_near(seg_sum_neg_log1m(y + begin, n, flip, hold), seg_sum_neg_log1m_ref(y + begin, n, flip, hold), TERMS,
                    0);
    }
}

static void focal_sums_are_those_of_single_voxels(void **state)
{
    static const double powers[] = {0, 0.3, 0.5, 1, 2}, eps[] = {1e-7, 1e-2, 1e-320};
    uint64_t seed = 41;
    float y[MOST];

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 4000; round++) {
        size_t n = fixture_random(&seed) % (MOST + 1);
        seg_focal_sums3 got = {0}, want = {0};
        double power = powers[round % 5], least = eps[round % 3];

        fill(y, &seed);
        seg_sum_clamped_focal(y, n, round / 4 % 2, hold_at((size_t)round % 4), power, least, &got);
        seg_sum_clamped_focal_ref(y, n, round / 4 % 2, hold_at((size_t)round % 4), power, least, &want);
        assert_near(got.mass, want.mass, TERMS, 0);
        assert_near(got.rest, want.rest, TERMS, 0);
        assert_near(got.focal, want.focal, TERMS, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(octets_add_up_what_single_voxels_do),
        cmocka_unit_test(focal_sums_are_those_of_single_voxels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

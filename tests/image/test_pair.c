/* test_pair.c - blocks of a pair against the arrays it was made of, at odd places and lengths; slices across any axis. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "pass/true_class.h"
#include "support/fixture.h"

enum { X = 37, Y = 29, Z = 19, VOXELS = X * Y * Z, CLASSES = 3, IGNORED = 9 };

static const size_t N[3] = {X, Y, Z};
static const double MM[3] = {1, 1, 2};

struct arrays {
    float prob[CLASSES * VOXELS];
    uint8_t truth[VOXELS];
};

/* Truth in stretches of some voxels, probabilities that leave [0, 1] by rounding. */
static struct arrays *draw(int classes, bool ignore, uint64_t *seed)
{
    struct arrays *a = calloc(1, sizeof *a);
    uint8_t label = 0;

    for (size_t i = 0; i < VOXELS; i++) {
        if (fixture_random(seed) % 5 == 0)
            label = (uint8_t)(fixture_random(seed) % (uint64_t)(classes + ignore));
        a->truth[i] = label == classes ? IGNORED : label;
    }
    a->truth[0] = (uint8_t)(classes - 1); /* all classes are there */
    for (size_t i = 0; i < (size_t)classes * VOXELS; i++) {
        double p = fixture_uniform(seed) * 1.2 - 0.1;

        a->prob[i] = (float)(p < 0 ? -1e-4 * (p < -0.05) : p > 1 ? 1 + 1e-4 * (p > 1.05) : p);
    }
    return a;
}

/* Places and lengths around the blocks of eight numbers and of SEG_BLOCK voxels. */
static const size_t SPANS[][2] = {{0, 1},
                                  {0, VOXELS},
                                  {1, 7},
                                  {3, 8},
                                  {VOXELS - 1, 1},
                                  {5, SEG_BLOCK},
                                  {7, SEG_BLOCK + 1},
                                  {VOXELS - SEG_BLOCK - 3, SEG_BLOCK + 3},
                                  {16385, 1000},
                                  {9, 17}};
enum { N_SPANS = sizeof SPANS / sizeof *SPANS };

static double naive_prob(const struct arrays *a, bool foreground, int cls, size_t i)
{
    double p = (double)a->prob[foreground ? i : (size_t)cls * VOXELS + i];

    p = p < 0 ? 0 : p > 1 ? 1 : p;
    return foreground && cls == 0 ? 1 - p : p;
}

static void check_true_prob(const seg_pair *pair, const struct arrays *a, bool foreground, size_t begin, size_t n)
{
    static double p[SEG_BLOCK];
    static uint16_t code[SEG_BLOCK];
    size_t kept = n <= SEG_BLOCK ? seg_true_class_prob(pair, begin, n, p, code) : 0, k = 0;

    for (size_t i = begin; n <= SEG_BLOCK && i < begin + n; i++)
        if (a->truth[i] != IGNORED) {
            assert_true(k < kept);
            assert_int_equal(code[k], a->truth[i]);
            assert_near(p[k++], naive_prob(a, foreground, a->truth[i], i), 0, 0);
        }
    assert_int_equal(k, kept);
}

static void check_span(const seg_pair *pair, const struct arrays *a, bool foreground, size_t begin, size_t n)
{
    static double y[VOXELS], target[VOXELS];
    static uint16_t code[VOXELS];

    seg_pair_codes(pair, begin, n, code);
    for (int cls = 0; cls < pair->classes; cls++) {
        seg_pair_prob(pair, cls, begin, n, y);
        seg_pair_target(pair, cls, begin, n, target);
        for (size_t i = 0; i < n; i++) {
            int truth = a->truth[begin + i];

            if (code[i] != (truth == IGNORED ? pair->classes : truth) || target[i] != (truth == cls) ||
                y[i] != naive_prob(a, foreground, cls, begin + i))
                fail_msg("class %d, voxel %zu of [%zu, %zu): code %d, target %g, p %g", cls, i, begin, begin + n,
                         code[i], target[i], y[i]);
        }
    }
    check_true_prob(pair, a, foreground, begin, n);
}

static void every_block_is_that_of_the_arrays(void **state)
{
    uint64_t seed = 2027;

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int form = 0; form < 4; form++) {
        bool foreground = form & 1, ignore = form & 2;
        struct arrays *a = draw(foreground ? 2 : CLASSES, ignore, &seed);
        seg_pair pair;

        fixture_prob_ignoring(&pair, N, MM, foreground ? 1 : CLASSES, a->prob, a->truth, ignore ? IGNORED : -1);
        assert_int_equal(pair.classes, foreground ? 2 : CLASSES);
        for (size_t s = 0; s < N_SPANS; s++)
            check_span(&pair, a, foreground, SPANS[s][0], SPANS[s][1]);
        seg_pair_free(&pair);
        free(a);
    }
}

static void a_soft_truth_is_a_target_of_its_values(void **state)
{
    static float prob[VOXELS], truth[VOXELS];
    static double target[VOXELS];
    uint64_t seed = 77;
    seg_pair pair;

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (size_t i = 0; i < VOXELS; i++) {
        prob[i] = (float)fixture_uniform(&seed);
        truth[i] = (float)fixture_uniform(&seed);
    }
    fixture_soft(&pair, N, 1, prob, truth);
    assert_true(seg_pair_soft(&pair));
    for (size_t s = 0; s < N_SPANS; s++)
        for (int cls = 0; cls < 2; cls++) {
            seg_pair_target(&pair, cls, SPANS[s][0], SPANS[s][1], target);
            for (size_t i = 0; i < SPANS[s][1]; i++) {
                double t = (double)truth[SPANS[s][0] + i];

                assert_near(target[i], cls ? t : 1 - t, 0, 0);
            }
        }
    seg_pair_free(&pair);
}

/* Voxel (a, b) of the slice is voxel (x, y, z) of the whole. */
static size_t whole_voxel(int axis, size_t index, size_t a, size_t b)
{
    size_t x = axis == 0 ? index : a, y = axis == 1 ? index : axis == 0 ? a : b, z = axis == 2 ? index : b;

    return x + X * (y + Y * z);
}

static void a_slice_across_any_axis_is_a_pair_with_the_same_voxels(void **state)
{
    uint64_t seed = 4;
    struct arrays *a = draw(CLASSES, true, &seed);
    seg_pair pair, slice;
    seg_error err = {0};
    static double whole[VOXELS], part[VOXELS];
    static uint16_t code[VOXELS];

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    fixture_prob_ignoring(&pair, N, MM, CLASSES, a->prob, a->truth, IGNORED);
    seg_pair_prob(&pair, 1, 0, VOXELS, whole);
    for (int axis = 0; axis < 3; axis++)
        for (size_t index = 0; index < N[axis]; index += N[axis] - 1) {
            assert_ok(seg_pair_slice(&slice, &pair, axis, index, &err), &err);
            assert_int_equal(slice.voxels, VOXELS / N[axis]);
            assert_int_equal(slice.grid.n[2], 1);
            assert_near(slice.grid.mm[1], axis == 2 ? MM[1] : MM[2], 0, 0);
            seg_pair_prob(&slice, 1, 0, slice.voxels, part);
            seg_pair_codes(&slice, 0, slice.voxels, code);
            for (size_t i = 0; i < slice.voxels; i++) {
                size_t v = whole_voxel(axis, index, i % slice.grid.n[0], i / slice.grid.n[0]);

                assert_near(part[i], whole[v], 0, 0);
                assert_int_equal(code[i], a->truth[v] == IGNORED ? CLASSES : a->truth[v]);
            }
            seg_pair_free_maps(&slice);
        }
    seg_pair_free(&pair);
    free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_block_is_that_of_the_arrays),
        cmocka_unit_test(a_soft_truth_is_a_target_of_its_values),
        cmocka_unit_test(a_slice_across_any_axis_is_a_pair_with_the_same_voxels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

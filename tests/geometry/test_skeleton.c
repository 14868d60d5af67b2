/* test_skeleton.c - what thinning must keep: voxels of the mask only, connections, lines. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "geometry/components.h"
#include "geometry/skeleton.h"
#include "support/fixture.h"
#include "support/sample_masks.h"

static const size_t SIZES[][3] = {{1, 1, 1}, {40, 30, 1}, {66, 20, 1}, {20, 18, 16}, {65, 9, 8}, {9, 10, 70}};
enum { N_SIZES = sizeof SIZES / sizeof SIZES[0] };

static seg_mask sample(int k, const size_t n[3], uint64_t *seed)
{
    return k < SAMPLE_SHAPES ? sample_of_shape(n, (sample_shape)k) : sample_noise(n, 0.2 * (1 + k % 4), seed);
}

static seg_mask thinned(const seg_mask *mask)
{
    seg_box all = {{0}, {mask->n[0], mask->n[1], mask->n[2]}};
    seg_mask thin = {0};

    assert_int_equal(seg_mask_cut(&thin, mask, &all, NULL), SEG_OK);
    assert_int_equal(mask->n[2] == 1 ? seg_skeleton_2d(&thin, NULL) : seg_skeleton_3d(&thin, NULL), SEG_OK);
    return thin;
}

static size_t words_of(const seg_mask *mask)
{
    return mask->n[1] * mask->n[2] * mask->words;
}

static size_t components(const seg_mask *mask, seg_connectivity reach)
{
    seg_components c;
    size_t n;

    assert_int_equal(seg_components_find(&c, mask, reach, NULL), SEG_OK);
    n = c.n;
    seg_components_free(&c);
    return n;
}

/* Components of what is not in the mask, in a frame of background: face-connected, the dual of the foreground's. */
static size_t holes(const seg_mask *mask)
{
    size_t n[3] = {mask->n[0] + 2, mask->n[1] + 2, mask->n[2] + 2}, count;
    seg_mask framed = {0};

    assert_int_equal(seg_mask_alloc(&framed, n, NULL), SEG_OK);
    for (size_t z = 0; z < mask->n[2]; z++)
        for (size_t y = 0; y < mask->n[1]; y++)
            for (size_t x = 0; x < mask->n[0]; x++)
                if (seg_mask_has(mask, x, y, z))
                    seg_mask_set(&framed, x + 1, y + 1, z + 1);
    seg_mask_invert(&framed);
    count = components(&framed, SEG_CONN_FACE);
    seg_mask_free(&framed);
    return count;
}

static void skeletons_are_part_of_the_mask_and_stay(void **state)
{
    uint64_t seed = 41;

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int s = 0; s < N_SIZES; s++)
        for (int k = 0; k < SAMPLE_SHAPES + 8; k++) {
            seg_mask mask = sample(k, SIZES[s], &seed), thin = thinned(&mask), again = thinned(&thin);

            for (size_t i = 0; i < words_of(&mask); i++)
                assert_int_equal(thin.bit[i] & ~mask.bit[i], 0);
            assert_memory_equal(thin.bit, again.bit, words_of(&mask) * sizeof *thin.bit);
            seg_mask_free(&mask);
            seg_mask_free(&thin);
            seg_mask_free(&again);
        }
}

static void a_volume_gets_no_new_parts_and_keeps_its_holes(void **state)
{
    uint64_t seed = 42;

    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    for (int s = 3; s < N_SIZES; s++)
        for (int k = 0; k < SAMPLE_SHAPES + 8; k++) {
            seg_mask mask = sample(k, SIZES[s], &seed), thin = thinned(&mask);

            /* small objects may vanish, as in scikit-image */
            assert_true(components(&thin, SEG_CONN_CORNER) <= components(&mask, SEG_CONN_CORNER));
            assert_int_equal(holes(&thin), holes(&mask));
            seg_mask_free(&mask);
            seg_mask_free(&thin);
        }
}

static void lines_are_their_own_skeleton(void **state)
{
    static const sample_shape LINES[] = {SAMPLE_LINE_X, SAMPLE_LINE_Y, SAMPLE_LINE_Z, SAMPLE_DIAGONAL};

    (void)state;
    for (int s = 0; s < N_SIZES; s++)
        for (int k = 0; k < 4; k++) {
            seg_mask mask = sample_of_shape(SIZES[s], LINES[k]), thin = thinned(&mask);

            assert_memory_equal(thin.bit, mask.bit, words_of(&mask) * sizeof *thin.bit);
            seg_mask_free(&mask);
            seg_mask_free(&thin);
        }
}

/* A bar of 3 x 20 pixels becomes its middle line, apart from its ends. */
static void a_bar_becomes_its_middle_line(void **state)
{
    const size_t n[3] = {30, 9, 1};
    seg_mask bar = sample_of_shape(n, SAMPLE_EMPTY), thin;

    (void)state;
    for (size_t y = 3; y < 6; y++)
        for (size_t x = 4; x < 24; x++)
            seg_mask_set(&bar, x, y, 0);
    thin = thinned(&bar);
    for (size_t x = 6; x < 22; x++)
        assert_true(!seg_mask_has(&thin, x, 3, 0) && seg_mask_has(&thin, x, 4, 0) && !seg_mask_has(&thin, x, 5, 0));
    assert_int_equal(components(&thin, SEG_CONN_CORNER), 1);
    seg_mask_free(&bar);
    seg_mask_free(&thin);
}

/* Every case of skeletons.txt: what scikit-image 0.19.3 leaves of the mask. */
static void skeletons_are_those_of_scikit_image(void **state)
{
    FILE *file = fopen(GOLDEN "/skeletons.txt", "r");
    size_t n[3], cases = 0, wrong = 0;
    char line[256];

    (void)state;
    assert_non_null(file);
    while (fscanf(file, "%zu %zu %zu\n", &n[0], &n[1], &n[2]) == 3) {
        seg_mask mask = {0}, wanted = {0}, thin;

        assert_int_equal(seg_mask_alloc(&mask, n, NULL), SEG_OK);
        assert_int_equal(seg_mask_alloc(&wanted, n, NULL), SEG_OK);
        for (size_t row = 0; row < n[1] * n[2]; row++) {
            assert_non_null(fgets(line, sizeof line, file));
            for (size_t x = 0; x < n[0]; x++) {
                if (line[x] != '.')
                    seg_mask_set(&mask, x, row % n[1], row / n[1]);
                if (line[x] == '#')
                    seg_mask_set(&wanted, x, row % n[1], row / n[1]);
            }
        }
        thin = thinned(&mask);
        wrong += memcmp(thin.bit, wanted.bit, words_of(&mask) * sizeof *thin.bit) != 0;
        cases++;
        seg_mask_free(&mask);
        seg_mask_free(&wanted);
        seg_mask_free(&thin);
    }
    fclose(file);
    assert_true(cases > 40);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(skeletons_are_those_of_scikit_image),
        cmocka_unit_test(skeletons_are_part_of_the_mask_and_stay),
        cmocka_unit_test(a_volume_gets_no_new_parts_and_keeps_its_holes),
        cmocka_unit_test(lines_are_their_own_skeleton),
        cmocka_unit_test(a_bar_becomes_its_middle_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

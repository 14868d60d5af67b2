/* test_embedding.c - eight windows side by side see what one after another sees, also where they leave the image. */
#include <math.h>
#include <stdlib.h>

#include "losses/boundary/embedding.h"
#include "support/fixture.h"

enum { CLASSES = 3 };

static void make(seg_pair *pair, const size_t n[3], uint64_t *seed)
{
    size_t voxels = n[0] * n[1] * n[2];
    float *p = malloc(CLASSES * voxels * sizeof *p);
    uint8_t *truth = malloc(voxels);

    for (size_t i = 0; i < voxels; i++) {
        double a = fixture_uniform(seed), b = fixture_uniform(seed) * (1 - a);

        p[i] = i % 5 ? (float)a : 1;
        p[voxels + i] = i % 5 ? (float)b : 0;
        p[2 * voxels + i] = i % 5 ? (float)(1 - a - b) : 0;
        truth[i] = fixture_random(seed) % 9 ? (uint8_t)(i / 4 % CLASSES) : 255;
    }
    fixture_prob_ignoring(pair, n, (const double[]){1, 1, 1}, CLASSES, p, truth, 255);
    free(p);
    free(truth);
}

static void same_doubles(const double *got, const double *want, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_near(got[i], want[i], 0, 0); /* the same operations in the same order */
}

/* A pixel that is ignored, or not in the slice, has no window: whatever is in its lane is not looked at. */
static void compare(const seg_embedding *e, size_t x, size_t y, bool only_right, seg_window_stats *got,
                    seg_window_stats *want)
{
    const double anchor[SEG_WINDOW_LANES] = {1, 1, 0, 1, 1, 1, 0, 1};
    size_t nx = e->rows.pair->grid.n[0];

    seg_embedding_look(e, x, y, anchor, only_right, got);
    seg_embedding_look_plainly(e, x, y, anchor, only_right, want);
    for (size_t k = 0; k < SEG_WINDOW_LANES && x + k < nx; k++) {
        if (e->code[seg_embedding_at(e, x + k, y)] == CLASSES)
            continue;
        same_doubles(&got->n1[k], &want->n1[k], 1);
        same_doubles(&got->n2[k], &want->n2[k], 1);
        same_doubles(&got->pairs[k], &want->pairs[k], 1);
        same_doubles(&got->count[k], &want->count[k], 1);
        for (size_t c = 0; c < CLASSES; c++) {
            same_doubles(&got->m1[c * SEG_WINDOW_LANES + k], &want->m1[c * SEG_WINDOW_LANES + k], 1);
            same_doubles(&got->m2[c * SEG_WINDOW_LANES + k], &want->m2[c * SEG_WINDOW_LANES + k], 1);
        }
    }
}

static void eight_windows_are_those_of_single_pixels(void **state)
{
    static const size_t sizes[][3] = {{21, 40, 2}, {8, 3, 1}, {1, 5, 1}, {67, 33, 1}, {3, 1, 2}};
    static const size_t halves[] = {1, 2, 3, 7};
    double room[4 * CLASSES * SEG_WINDOW_LANES];
    seg_window_stats got = {.m1 = room, .m2 = room + CLASSES * SEG_WINDOW_LANES};
    seg_window_stats want = {.m1 = room + 2 * CLASSES * SEG_WINDOW_LANES, .m2 = room + 3 * CLASSES * SEG_WINDOW_LANES};
    uint64_t seed = 11;
    seg_error err = {0};

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (size_t i = 0; i < 40; i++) {
        const size_t *n = sizes[i % 5];
        seg_embedding e;
        seg_pair pair;

        make(&pair, n, &seed);
        assert_ok(seg_embedding_load(&e, &pair, n[2] - 1, 0, halves[i % 4], i % 3 ? 0 : 1e-7, &err), &err);
        for (size_t y = e.rows.begin; y < e.rows.end; y++)
            for (size_t x = 0; x < n[0]; x += 1 + i % 8)
                compare(&e, x, y, i % 2, &got, &want);
        seg_embedding_free(&e);
        seg_pair_free(&pair);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eight_windows_are_those_of_single_pixels),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

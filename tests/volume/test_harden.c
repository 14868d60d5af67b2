/* Finding the winning classes: octets and the plain loop, odd lengths, values that are none, against a naive search. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "volume/harden.h"

enum { CLASSES = 4, NX = 37, NY = 23, NZ = 29, VOXELS = NX * NY * NZ }; /* more than a block, nothing divides by 8 */

static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Probabilities, ties, and now and then a value that is none. */
static float draw(uint32_t *state)
{
    static const float odd[] = {NAN, INFINITY, -INFINITY, -0.5f, 1.5f, -1e-4f, 1.0005f, 0, 1};
    uint32_t r = next(state);

    if (r % 50 == 0)
        return odd[next(state) % (sizeof odd / sizeof *odd)];
    return (float)(r % 8) / 16;
}

/* The voxel's code by the definition in harden.h. */
static uint16_t winner(const float *prob, size_t i, int planes, double threshold, bool skip_nan)
{
    bool fixed = planes == 1 || !isnan(threshold);
    float best = fixed ? (float)(isnan(threshold) ? 0.5 : threshold) : -FLT_MAX;
    int code = 0;

    for (int k = 0; k < planes; k++)
        if (skip_nan && !isfinite(prob[(size_t)k * VOXELS + i]))
            return (uint16_t)(planes == 1 ? 2 : planes);
    for (int k = planes > 1 && fixed ? 1 : 0; k < planes; k++) {
        float p = prob[(size_t)k * VOXELS + i], y = isfinite(p) ? p : 0;

        if (y > best) {
            best = y;
            code = planes == 1 ? 1 : k;
        }
    }
    return (uint16_t)code;
}

static void compare(const float *prob, int planes, double threshold, bool skip_nan)
{
    seg_probmap map = {.grid = {.n = {NX, NY, NZ}}, .planes = planes, .prob = (float *)(uintptr_t)prob};
    seg_harden_rules rules = {threshold, skip_nan, NULL, NULL};
    static uint16_t code[VOXELS];
    seg_labelmap hard = {0};
    seg_prob_check check;
    uint64_t not_finite = 0, outside = 0;

    assert_int_equal(seg_probmap_harden(&hard, &map, &rules, &check, NULL), SEG_OK);
    seg_labelmap_codes(&hard, 0, VOXELS, code);
    for (size_t i = 0; i < VOXELS; i++)
        assert_int_equal(code[i], winner(prob, i, planes, threshold, skip_nan));
    for (size_t i = 0; i < (size_t)planes * VOXELS; i++) {
        not_finite += !isfinite(prob[i]);
        outside += isfinite(prob[i]) && (prob[i] < -1e-3f || prob[i] > 1 + 1e-3f);
    }
    assert_int_equal(check.not_finite, not_finite);
    assert_int_equal(check.outside, outside);
    assert_true(check.min == -0.5 && check.max == 1.5);
    seg_labelmap_free(&hard);
}

/* Odd values would keep the octets from every block of voxels: the first half of the map has none. */
static float draw_some(uint32_t *state, size_t i)
{
    float y = draw(state);

    return i % VOXELS < VOXELS / 2 && !(y >= -1e-3f && y <= 1 + 1e-3f) ? 0.25f : y;
}

static void winners_are_those_of_a_naive_search(void **state)
{
    float *prob = malloc(sizeof *prob * CLASSES * VOXELS);
    uint32_t random = 4711;

    (void)state;
    print_message("seed 4711\n");
    for (size_t i = 0; i < (size_t)CLASSES * VOXELS; i++)
        prob[i] = draw_some(&random, i);
    for (int skip = 0; skip < 2; skip++) {
        compare(prob, CLASSES, NAN, skip);
        compare(prob, CLASSES, 0.2, skip);
        compare(prob, 1, NAN, skip);
        compare(prob, 1, 0.3, skip);
    }
    free(prob);
}

/* One voxel off by more than float32 softmax leaves, in an octet and behind the last one. */
static void sums_are_checked_everywhere(void **state)
{
    static const size_t place[] = {0, 5, 1000, VOXELS - 1};
    float *prob = malloc(sizeof *prob * 2 * VOXELS);
    seg_probmap map = {.grid = {.n = {NX, NY, NZ}}, .planes = 2, .prob = prob};
    seg_harden_rules rules = {NAN, false, NULL, NULL};

    (void)state;
    for (size_t k = 0; k < sizeof place / sizeof *place; k++) {
        seg_labelmap hard = {0};
        seg_prob_check check;

        for (size_t i = 0; i < 2 * VOXELS; i++)
            prob[i] = 0.5f;
        prob[place[k]] = 0.75f;
        assert_int_equal(seg_probmap_harden(&hard, &map, &rules, &check, NULL), SEG_OK);
        assert_int_equal(check.off_sum, 1);
        assert_true(check.worst_sum == 1.25);
        seg_labelmap_free(&hard);
    }
    free(prob);
}

/* 3000 classes have 9 million sums, and a map of 8 voxels 24 thousand values. */
static void sums_of_very_many_classes_are_not_made(void **state)
{
    enum { MANY = 3000, N = 8 };
    static const uint16_t row[N] = {0};
    float *prob = calloc((size_t)MANY * N, sizeof *prob);
    seg_probmap map = {.grid = {.n = {N, 1, 1}}, .planes = MANY, .prob = prob};
    seg_labelmap truth, hard;
    seg_prob_check check;

    (void)state;
    for (size_t i = 0; i < N; i++)
        prob[7 * N + i] = 1;
    assert_int_equal(seg_labelmap_begin(&truth, &map.grid, NULL), SEG_OK);
    assert_int_equal(seg_labelmap_add_row_codes(&truth, row, NULL), SEG_OK);
    assert_int_equal(seg_labelmap_close(&truth, NULL), SEG_OK);
    assert_int_equal(seg_probmap_harden(&hard, &map, &(seg_harden_rules){NAN, false, &truth, NULL}, &check, NULL), SEG_OK);
    assert_int_equal(check.moments.classes, 0);
    assert_int_equal(check.peaks.n, 1);
    assert_true(hard.runs == 1 && hard.run[0].code == 7);
    seg_peaks_free(&check.peaks);
    seg_labelmap_free(&truth);
    seg_labelmap_free(&hard);
    free(prob);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(winners_are_those_of_a_naive_search),
        cmocka_unit_test(sums_are_checked_everywhere),
        cmocka_unit_test(sums_of_very_many_classes_are_not_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

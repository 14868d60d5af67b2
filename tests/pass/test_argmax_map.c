/* Finding the winning classes: octets and the plain loop, odd lengths, values that are none, against a naive search. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/parallel.h"
#include "pass/argmax_map.h"

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

/* The voxel's code by the definition in argmax_map.h. */
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
    seg_argmax_options rules = {threshold, skip_nan, NULL, NULL};
    static uint16_t code[VOXELS];
    seg_labelmap hard = {0};
    seg_prob_stats check;
    uint64_t not_finite = 0, outside = 0;

    assert_int_equal(seg_probmap_argmax(&hard, &map, &rules, &check, NULL), SEG_OK);
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
    seg_argmax_options rules = {NAN, false, NULL, NULL};

    (void)state;
    for (size_t k = 0; k < sizeof place / sizeof *place; k++) {
        seg_labelmap hard = {0};
        seg_prob_stats check;

        for (size_t i = 0; i < 2 * VOXELS; i++)
            prob[i] = 0.5f;
        prob[place[k]] = 0.75f;
        assert_int_equal(seg_probmap_argmax(&hard, &map, &rules, &check, NULL), SEG_OK);
        assert_int_equal(check.off_sum[0], 1);
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
    seg_prob_stats check;

    (void)state;
    for (size_t i = 0; i < N; i++)
        prob[7 * N + i] = 1;
    assert_int_equal(seg_labelmap_begin(&truth, &map.grid, NULL), SEG_OK);
    assert_int_equal(seg_labelmap_add_row_codes(&truth, row, NULL), SEG_OK);
    assert_int_equal(seg_labelmap_close(&truth, NULL), SEG_OK);
    assert_int_equal(seg_probmap_argmax(&hard, &map, &(seg_argmax_options){NAN, false, &truth, NULL}, &check, NULL),
                     SEG_OK);
    assert_int_equal(check.sums.classes, 0);
    assert_int_equal(check.block_max.n, 1);
    assert_true(hard.runs == 1 && hard.run[0].code == 7);
    seg_block_max_free(&check.block_max);
    seg_labelmap_free(&truth);
    seg_labelmap_free(&hard);
    free(prob);
}

/* ---- planes that come by ---- */

struct passing {
    const float *prob;
    size_t done, fails_at;
    bool finished, closed;
};

static seg_status next_values(void *context, size_t n, float *out, seg_error *err)
{
    struct passing *p = context;

    if (p->done + n > p->fails_at)
        return seg_fail(err, SEG_READ, "the file is damaged");
    memcpy(out, p->prob + p->done, n * sizeof *out);
    p->done += n;
    return SEG_OK;
}

static seg_status finish_passing(void *context, seg_error *err)
{
    (void)err;
    ((struct passing *)context)->finished = true;
    return SEG_OK;
}

static void close_passing(void *context)
{
    ((struct passing *)context)->closed = true;
}

static seg_probmap map_of(struct passing *passing, const float *prob, int planes)
{
    *passing = (struct passing){prob, 0, SIZE_MAX, false, false};
    return (seg_probmap){
        .grid = {.n = {NX, NY, NZ}}, .planes = planes, .stream = {next_values, finish_passing, close_passing, passing}};
}

static void make_truth(seg_labelmap *truth, const seg_grid *grid, int classes)
{
    uint16_t row[NX];

    assert_int_equal(seg_labelmap_begin(truth, grid, NULL), SEG_OK);
    for (size_t y = 0; y < NY * NZ; y++) {
        for (size_t x = 0; x < NX; x++)
            row[x] = (uint16_t)((x / 9 + y) % (size_t)(classes + 1)); /* some are ignored */
        assert_int_equal(seg_labelmap_add_row_codes(truth, row, NULL), SEG_OK);
    }
    assert_int_equal(seg_labelmap_close(truth, NULL), SEG_OK);
}

/* Every bit but the bounds of odd values, which are told of the planes that have some. */
static void same(const seg_labelmap *a, const seg_prob_stats *x, const seg_labelmap *b, const seg_prob_stats *y)
{
    size_t C = (size_t)x->sums.classes;

    assert_int_equal(a->runs, b->runs);
    assert_memory_equal(a->run, b->run, a->runs * sizeof *a->run);
    assert_true(x->not_finite == y->not_finite && x->outside == y->outside &&
                !memcmp(x->off_sum, y->off_sum, sizeof x->off_sum));
    assert_true(x->worst_sum == y->worst_sum && C == (size_t)y->sums.classes && x->sums.n == y->sums.n);
    assert_memory_equal(x->sums.confusion, y->sums.confusion, C * (C + 9) * sizeof(double));
    assert_int_equal(x->block_max.n, y->block_max.n);
    for (size_t i = 0; i < x->block_max.n * (size_t)x->block_max.planes; i++)
        assert_true(x->block_max.most[i] == y->block_max.most[i] || isinf(x->block_max.most[i]));
}

static void free_seen(seg_labelmap *hard, seg_prob_stats *check)
{
    seg_labelmap_free(hard);
    seg_class_sums_free(&check->sums);
    seg_block_max_free(&check->block_max);
}

static void planes_that_come_by_give_the_same_bits(void **state)
{
    float *prob = malloc(sizeof *prob * CLASSES * VOXELS);
    uint32_t random = 4712;

    (void)state;
    print_message("seed 4712\n");
    for (int odd = 0; odd < 2; odd++) {
        for (size_t i = 0; i < (size_t)CLASSES * VOXELS; i++)
            prob[i] = odd ? draw_some(&random, i) : (float)(next(&random) % 1000) / 2000;
        for (int planes = 1; planes <= CLASSES; planes++)
            for (int threads = 1; threads <= 3; threads++) {
                seg_probmap held = {.grid = {.n = {NX, NY, NZ}}, .planes = planes, .prob = prob}, map;
                seg_labelmap truth, hard, wanted;
                seg_prob_stats check, wanted_check;
                struct passing passing;
                seg_argmax_options rules = {planes == 3 ? 0.3 : NAN, false, &truth, NULL};

                make_truth(&truth, &held.grid, planes == 1 ? 2 : planes);
                map = map_of(&passing, prob, planes);
                assert_true(seg_argmax_can_stream(&map, &rules));
                assert_int_equal(seg_probmap_argmax(&wanted, &held, &rules, &wanted_check, NULL), SEG_OK);
                seg_set_threads(threads);
                assert_int_equal(seg_probmap_argmax(&hard, &map, &rules, &check, NULL), SEG_OK);
                seg_set_threads(0);
                assert_true(passing.finished && !passing.closed);
                same(&wanted, &wanted_check, &hard, &check);
                free_seen(&wanted, &wanted_check);
                free_seen(&hard, &check);
                seg_labelmap_free(&truth);
                seg_probmap_free(&map);
                assert_true(passing.closed);
            }
    }
    free(prob);
}

static void a_stream_that_fails_is_told_and_leaves_nothing(void **state)
{
    float *prob = calloc(sizeof *prob, CLASSES * VOXELS);

    (void)state;
    for (size_t at = 0; at < CLASSES * VOXELS; at += VOXELS - 1)
        for (int threads = 1; threads <= 3; threads++) {
            struct passing passing;
            seg_probmap map = map_of(&passing, prob, CLASSES);
            seg_labelmap truth, hard = {0};
            seg_prob_stats check;
            seg_error err = {0};

            passing.fails_at = at;
            make_truth(&truth, &map.grid, CLASSES);
            seg_set_threads(threads);
            assert_int_equal(
                seg_probmap_argmax(&hard, &map, &(seg_argmax_options){NAN, false, &truth, NULL}, &check, &err),
                SEG_READ);
            seg_set_threads(0);
            assert_string_equal(err.text, "the file is damaged");
            assert_true(!passing.finished && !check.sums.classes && !check.block_max.n);
            seg_labelmap_free(&truth);
            seg_probmap_free(&map);
        }
    free(prob);
}

/* Voxels that the prediction takes out of the truth change sums that are made already. */
static void maps_that_must_be_looked_at_again_do_not_come_by(void **state)
{
    seg_probmap map = {.grid = {.n = {8, 1, 1}}, .planes = 3}, many = {.grid = {.n = {8, 1, 1}}, .planes = 3000};
    seg_labelmap truth = {0};

    (void)state;
    assert_true(seg_argmax_can_stream(&map, &(seg_argmax_options){NAN, false, &truth, NULL}));
    assert_false(seg_argmax_can_stream(&map, &(seg_argmax_options){NAN, true, &truth, NULL}));
    assert_false(seg_argmax_can_stream(&map, &(seg_argmax_options){NAN, false, NULL, NULL}));
    assert_false(seg_argmax_can_stream(&many, &(seg_argmax_options){NAN, false, &truth, NULL}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planes_that_come_by_give_the_same_bits),
        cmocka_unit_test(a_stream_that_fails_is_told_and_leaves_nothing),
        cmocka_unit_test(maps_that_must_be_looked_at_again_do_not_come_by),
        cmocka_unit_test(winners_are_those_of_a_naive_search),
        cmocka_unit_test(sums_are_checked_everywhere),
        cmocka_unit_test(sums_of_very_many_classes_are_not_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

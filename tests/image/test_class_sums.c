/* test_class_sums.c - stretches and sums against a voxel-by-voxel computation of their definitions. */
#include "support/scoring.h"

#include <math.h>
#include <stdlib.h>

#include "base/parallel.h"
#include "image/label_runs.h"
#include "pass/argmax_map.h"
#include "pass/pair_class_sums.h"
#include "pass/true_class.h"
#include "simd/run_sums.h"
#include "simd/prob.h"

static void stretches_cover_every_part_of_a_map_once(void **state)
{
    scoring_recipe recipe = {.n = {13, 7, 4}, .classes = 3, .ignore = true, .seed = 1};
    uint16_t *code;
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &recipe);
    code = malloc(pair.voxels * sizeof *code);
    seg_pair_codes(&pair, 0, pair.voxels, code);
    for (size_t begin = 0; begin <= pair.voxels; begin += 5)
        for (size_t end = begin; end <= pair.voxels; end += 9) {
            seg_label_runs s = seg_label_runs_of(&pair.truth, begin, end);
            seg_label_run stretch;
            size_t at = begin;

            while (seg_label_runs_next(&s, &stretch)) {
                assert_int_equal(stretch.begin, at);
                assert_true(stretch.end > at && stretch.end <= end);
                for (; at < stretch.end; at++)
                    assert_int_equal(code[at], stretch.code);
                assert_true(at == end || code[at] != stretch.code); /* as long as possible */
            }
            assert_int_equal(at, end);
        }
    free(code);
    seg_pair_free(&pair);
}

/* Sums of n numbers in another order agree to a few units in the last place for each of them. */
static const double SUM_RTOL = 1e-13;

static void sums_of_a_stretch_agree_with_plain_ones_for_any_length(void **state)
{
    static const double eps[] = {1e-7, 1e-2, 1e-30, 1e-300};
    float p[700];
    uint64_t seed = 2;

    (void)state;
    for (size_t i = 0; i < 700; i++)
        p[i] = (float)pow(fixture_uniform(&seed), 6); /* small ones, too */
    p[3] = 0, p[5] = 1, p[9] = -1e-4f, p[17] = 1.0005f, p[18] = -0.0f, p[33] = NAN, p[34] = INFINITY;
    for (size_t n = 0; n <= 700; n = n < 70 ? n + 1 : n + 90)
        for (int flip = 0; flip < 2; flip++)
            for (size_t e = 0; e < sizeof eps / sizeof *eps; e++) {
                seg_run_sums fast = {1, 2, 3, 4}, plain = {1, 2, 3, 4}, mass = {1, 2, 0, 0};

                seg_run_sums_own(p, n, flip, eps[e], &fast);
                seg_run_sums_own_ref(p, n, flip, eps[e], &plain);
                seg_run_sums_other(p, n, flip, &mass);
                assert_near(fast.mass, plain.mass, SUM_RTOL, 0);
                assert_near(fast.square, plain.square, SUM_RTOL, 0);
                assert_near(fast.error, plain.error, SUM_RTOL, 0);
                assert_near(fast.log, plain.log, SUM_RTOL, 0);
                assert_near(mass.mass, plain.mass, SUM_RTOL, 0);
                assert_near(mass.square, plain.square, SUM_RTOL, 0);
            }
}

static void a_value_outside_is_moved_in_whatever_its_place(void **state)
{
    (void)state;
    for (size_t at = 0; at < 21; at++) {
        static const float odd[] = {-1e-4f, 1.0005f, -0.0f, NAN, INFINITY};

        for (size_t k = 0; k < sizeof odd / sizeof *odd; k++) {
            seg_run_sums sums = {0};
            float p[21];

            for (size_t i = 0; i < 21; i++)
                p[i] = i == at ? odd[k] : 0.5f;
            seg_run_sums_other(p, 21, false, &sums);
            assert_near(sums.mass, 10 + (k == 1), 0, 0);
            assert_near(sums.square, 5 + (k == 1), 0, 0);
        }
    }
}

static void a_perfect_stretch_costs_exactly_nothing(void **state)
{
    seg_run_sums sums = {0};
    float p[1000];

    (void)state;
    for (size_t i = 0; i < 1000; i++)
        p[i] = 1;
    seg_run_sums_own(p, 1000, false, 1e-7, &sums);
    assert_true(sums.log == 0 && sums.error == 0 && sums.mass == 1000);
}

/* The definitions, in the header's words. */
static void by_definition(const seg_pair *pair, seg_class_sums *m, double *room)
{
    size_t C = (size_t)pair->classes;
    double *field[] = {room,
                       room + C * C,
                       room + C * (C + 1),
                       room + C * (C + 2),
                       room + C * (C + 3),
                       room + C * (C + 4),
                       room + C * (C + 5),
                       room + C * (C + 6),
                       room + C * (C + 7)};

    *m = (seg_class_sums){pair->classes, 0,        field[0], field[1], field[2], NULL,
                          field[3],      field[4], field[5], field[6], field[7], field[8]};
    for (size_t i = 0; i < pair->voxels; i++) {
        uint16_t code;

        seg_pair_codes(pair, i, 1, &code);
        if (code == pair->classes)
            continue;
        m->n++;
        for (int c = 0; c < pair->classes; c++) {
            double t, y;

            seg_pair_target(pair, c, i, 1, &t);
            seg_pair_prob(pair, c, i, 1, &y);
            m->sum_t[c] += t;
            m->sum_y[c] += y;
            m->sum_y2[c] += y * y;
            m->sum_t2[c] += t * t;
            m->sum_ty2[c] += t * y * y;
            m->sse_fg[c] += t * (t - y) * (t - y);
            m->sse_bg[c] += (1 - t) * (t - y) * (t - y);
            m->sum_t_nll[c] -= t * log(y > SEG_EPS ? y : SEG_EPS);
            for (int l = 0; l < pair->classes; l++) {
                seg_pair_target(pair, l, i, 1, &t);
                m->confusion[(size_t)l * C + (size_t)c] += t * y;
            }
        }
    }
}

static void check_sums(const seg_class_sums *got, const seg_class_sums *wanted, bool soft)
{
    size_t C = (size_t)wanted->classes;

    assert_near(got->n, wanted->n, 0, 0);
    for (size_t c = 0; c < C; c++) {
        assert_near(got->sum_t[c], wanted->sum_t[c], SUM_RTOL, 0);
        assert_near(got->sum_y[c], wanted->sum_y[c], SUM_RTOL, 0);
        assert_near(got->sum_y2[c], wanted->sum_y2[c], SUM_RTOL, 0);
        assert_near(got->sum_t2[c], wanted->sum_t2[c], SUM_RTOL, 0);
        assert_near(got->sum_ty2[c], wanted->sum_ty2[c], SUM_RTOL, 0);
        assert_near(got->sse_fg[c], wanted->sse_fg[c], SUM_RTOL, 1e-15);
        assert_near(got->sse_bg[c], wanted->sse_bg[c], SUM_RTOL, 1e-15);
        assert_near(got->sum_t_nll[c], wanted->sum_t_nll[c], SUM_RTOL, 0);
        if (!soft)
            assert_near(got->sum_ty[c], wanted->confusion[c * C + c], SUM_RTOL, 0);
        for (size_t l = 0; l < C; l++)
            assert_near(got->confusion[l * C + c], wanted->confusion[l * C + c], SUM_RTOL, 0);
    }
}

static void check_moments(const seg_pair *pair)
{
    size_t C = (size_t)pair->classes;
    double *room = calloc(C * (C + 8), sizeof *room);
    seg_class_sums got, wanted;
    seg_error err = {0};

    by_definition(pair, &wanted, room);
    assert_ok(seg_pair_class_sums(&got, pair, &err), &err);
    check_sums(&got, &wanted, seg_pair_soft(pair));
    seg_class_sums_free(&got);
    free(room);
}

/* The sums of the look that finds the classes, with their own cuts. */
static void check_moments_of_the_look(const seg_pair *pair)
{
    seg_argmax_options rules = {NAN, false, &pair->truth, NULL};
    seg_labelmap hard = {0};
    seg_prob_stats check;
    seg_class_sums wanted;
    seg_error err = {0};

    assert_ok(seg_probmap_argmax(&hard, &pair->prob, &rules, &check, &err), &err);
    assert_ok(seg_pair_class_sums(&wanted, pair, &err), &err);
    check_sums(&check.sums, &wanted, false);
    seg_class_sums_free(&check.sums);
    seg_block_max_free(&check.block_max);
    seg_class_sums_free(&wanted);
    seg_labelmap_free(&hard);
}

/* ---- a map that stays in its file ---- */

static void read_from(void *context, int plane, size_t begin, size_t n, float *out)
{
    const seg_probmap *map = context;

    memcpy(out, map->prob + (size_t)plane * seg_grid_voxels(&map->grid) + begin, n * sizeof *out);
}

/* The pair with its map behind a source, for the time of the original. */
static seg_pair filed(seg_pair *pair)
{
    seg_pair copy = *pair;

    copy.prob = (seg_probmap){
        .grid = pair->prob.grid, .planes = pair->prob.planes, .source = {.read = read_from, .context = &pair->prob}};
    return copy;
}

static void own_probabilities_are_the_same_from_a_file(void **state)
{
    static const scoring_recipe recipes[] = {
        {.n = {40, 31, 29}, .classes = 12, .seed = 13}, /* more classes than windows */
        {.n = {300, 90, 3}, .classes = 3, .ignore = true, .seed = 14},
        {.n = {9000, 3, 1}, .classes = 2, .foreground = true, .seed = 15},
    };

    (void)state;
    for (size_t k = 0; k < sizeof recipes / sizeof *recipes; k++) {
        seg_pair pair, file;
        double *y, *z;

        scoring_random(&pair, &recipes[k]);
        file = filed(&pair);
        y = malloc(2 * SEG_BLOCK * sizeof *y), z = y + SEG_BLOCK;
        for (size_t begin = 0; begin < pair.voxels; begin += 7777) {
            size_t left = pair.voxels - begin, n = left < SEG_BLOCK ? left : SEG_BLOCK;
            size_t kept = seg_true_class_prob(&pair, begin, n, y, NULL);

            assert_int_equal(seg_true_class_prob(&file, begin, n, z, NULL), kept);
            assert_memory_equal(y, z, kept * sizeof *y);
        }
        free(y);
        check_moments_of_the_look(&file);
        seg_pair_free(&pair);
    }
}

static void peaks_bound_all_values(void **state)
{
    scoring_recipe recipe = {.n = {130, 70, 9}, .classes = 3, .seed = 16};
    seg_labelmap hard = {0};
    seg_prob_stats check;
    seg_error err = {0};
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &recipe);
    for (size_t i = 0; i < pair.voxels; i++) { /* a slope, so that the parts differ */
        pair.prob.prob[i] = (float)i / (float)pair.voxels;
        pair.prob.prob[pair.voxels + i] = 1 - pair.prob.prob[i];
        pair.prob.prob[2 * pair.voxels + i] = i + 1 == pair.voxels ? NAN : 0;
    }
    assert_ok(seg_probmap_argmax(&hard, &pair.prob, &(seg_argmax_options){NAN, false, &pair.truth, NULL}, &check, &err),
              &err);
    for (size_t begin = 0; begin < pair.voxels; begin += 5000) {
        size_t end = begin + 7000 < pair.voxels ? begin + 7000 : pair.voxels;
        float reach = (float)check.block_max.each / (float)pair.voxels; /* bounds belong to whole parts */
        float first = seg_block_max_bound(&check.block_max, 0, begin, end),
              second = seg_block_max_bound(&check.block_max, 1, begin, end);

        assert_true(first >= pair.prob.prob[end - 1] && second >= 1 - pair.prob.prob[begin]);
        if (end + check.block_max.each <= pair.voxels) { /* the last part has the NaN */
            assert_true(first <= pair.prob.prob[end - 1] + reach + 1e-6f);
            assert_true(second <= 1 - pair.prob.prob[begin] + reach + 1e-6f);
        }
    }
    assert_true(seg_block_max_bound(&check.block_max, 2, 0, 1) == 0);
    assert_true(isinf(seg_block_max_bound(&check.block_max, 2, 0, pair.voxels)));
    assert_true(isinf(seg_block_max_bound(&(seg_block_max){0}, 0, 0, 1)));
    seg_block_max_free(&check.block_max);
    seg_class_sums_free(&check.sums);
    seg_labelmap_free(&hard);
    seg_pair_free(&pair);
}

static void moments_are_what_their_header_says(void **state)
{
    static const scoring_recipe recipes[] = {
        {.n = {40, 31, 29}, .classes = 4, .seed = 3},
        {.n = {40, 31, 3}, .classes = 3, .ignore = true, .seed = 4},
        {.n = {33, 31, 29}, .classes = 2, .foreground = true, .seed = 5},
        {.n = {5, 1, 1}, .classes = 2, .seed = 6},
        {.n = {20000, 3, 2}, .classes = 3, .seed = 11},
        {.n = {3, 200, 150}, .classes = 3, .seed = 12},
    };

    (void)state;
    for (size_t k = 0; k < sizeof recipes / sizeof *recipes; k++) {
        seg_pair pair;

        scoring_random(&pair, &recipes[k]);
        check_moments(&pair);
        check_moments_of_the_look(&pair);
        seg_pair_free(&pair);
    }
}

static void moments_of_label_maps_are_what_their_header_says(void **state)
{
    scoring_recipe a = {.n = {40, 31, 9}, .classes = 4, .seed = 8}, b = a;
    uint8_t *label[2];
    seg_pair one, two, pair;

    (void)state;
    b.seed = 9;
    scoring_random(&one, &a);
    scoring_random(&two, &b);
    for (int k = 0; k < 2; k++) {
        label[k] = calloc(one.voxels, 1);
        for (size_t i = 0; i < one.voxels; i++) {
            uint16_t code;

            seg_pair_codes(k ? &two : &one, i, 1, &code);
            label[k][i] = (uint8_t)code;
        }
    }
    fixture_labels(&pair, a.n, (double[3]){1, 1, 1}, 4, label[0], label[1]);
    check_moments(&pair);
    for (int k = 0; k < 2; k++)
        free(label[k]);
    seg_pair_free(&pair);
    seg_pair_free(&one);
    seg_pair_free(&two);
}

static void moments_of_a_soft_truth_are_what_their_header_says(void **state)
{
    static const size_t n[3] = {30, 20, 2};
    static float prob[3600], truth[3600];
    uint64_t seed = 7;
    seg_class_sums m;
    seg_error err = {0};
    seg_pair pair;
    double I = 0;

    (void)state;
    for (size_t i = 0; i < 1200; i++) {
        double a = fixture_uniform(&seed), b = fixture_uniform(&seed);

        prob[i] = (float)a, prob[1200 + i] = (float)((1 - a) / 3), prob[2400 + i] = (float)((1 - a) * 2 / 3);
        truth[i] = (float)b, truth[1200 + i] = (float)((1 - b) / 2), truth[2400 + i] = (float)((1 - b) / 2);
        I += (double)(prob[i] < truth[i] ? prob[i] : truth[i]);
    }
    fixture_soft(&pair, n, 3, prob, truth);
    check_moments(&pair);
    assert_ok(seg_pair_class_sums(&m, &pair, &err), &err);
    assert_near(m.sum_ty[0], I, 1e-12, 0); /* (S + N - sum |y - t|) / 2 is the sum of the smaller ones */
    seg_class_sums_free(&m);
    seg_pair_free(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stretches_cover_every_part_of_a_map_once),
        cmocka_unit_test(sums_of_a_stretch_agree_with_plain_ones_for_any_length),
        cmocka_unit_test(a_value_outside_is_moved_in_whatever_its_place),
        cmocka_unit_test(own_probabilities_are_the_same_from_a_file),
        cmocka_unit_test(peaks_bound_all_values),
        cmocka_unit_test(a_perfect_stretch_costs_exactly_nothing),
        cmocka_unit_test(moments_are_what_their_header_says),
        cmocka_unit_test(moments_of_label_maps_are_what_their_header_says),
        cmocka_unit_test(moments_of_a_soft_truth_are_what_their_header_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

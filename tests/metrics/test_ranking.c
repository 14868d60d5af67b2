/* test_ranking.c - ranks of probabilities against a plain sort, and what follows from them. */
#include "support/fixture.h"
#include "support/peaks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "metrics/metric.h"
#include "metrics/ranking.h"
#include "pass/pair_class_sums.h"

enum { N = 40000 };

struct voxel {
    float p;
    bool positive;
};

static int higher_first(const void *a, const void *b)
{
    const struct voxel *s = a, *t = b;

    return s->p != t->p ? (s->p > t->p ? -1 : 1) : 0;
}

/* How the probabilities lie: spread, few distinct ones, many exact zeros and ones, tiny ones. */
static float draw(int kind, bool positive, uint64_t *seed)
{
    double u = fixture_uniform(seed), p = positive ? 1 - u * u : u * u;

    switch (kind) {
    case 0:
        return (float)p;
    case 1:
        return (float)(floor(10 * p) / 10);
    case 2:
        return u < 0.3 ? 0 : u < 0.5 ? 1 : (float)p;
    case 3:
        return (float)(p * 1e-40); /* subnormal */
    default:
        return 0.25f;
    }
}

static void make(seg_pair *pair, struct voxel *voxel, int kind, bool ignoring, uint64_t *seed)
{
    const size_t n[3] = {200, 100, 2};
    const double mm[3] = {1, 1, 1};
    float *p = malloc(N * sizeof *p);
    uint8_t *truth = malloc(N);

    for (size_t i = 0; i < N; i++) {
        truth[i] = fixture_uniform(seed) < 0.2;
        voxel[i].positive = truth[i];
        voxel[i].p = p[i] = draw(kind, truth[i], seed);
        if (ignoring && i % 7 == 0) {
            truth[i] = 9;
            voxel[i].p = -1;
        }
    }
    if (ignoring)
        fixture_prob_ignoring(pair, n, mm, 1, p, truth, 9);
    else
        fixture_prob(pair, n, mm, 1, p, truth);
    free(p);
    free(truth);
}

struct seen {
    const struct voxel *voxel; /* sorted */
    size_t at, n;
    bool each_positive;
};

/* What comes is the next stretch of the sorted voxels: of one probability, unless all are alike. */
static void expect_rank(void *context, uint64_t positives, uint64_t negatives)
{
    struct seen *s = context;
    size_t n = (size_t)(positives + negatives), found = 0;
    bool same = true;

    assert_true(n > 0 && s->at + n <= s->n);
    for (size_t i = s->at; i < s->at + n; i++) {
        found += s->voxel[i].positive;
        same = same && s->voxel[i].p == s->voxel[s->at].p;
    }
    assert_int_equal(found, positives);
    assert_true(same || positives == 0 || (negatives == 0 && !s->each_positive));
    assert_true(s->at + n == s->n || s->voxel[s->at + n].p < s->voxel[s->at + n - 1].p); /* ties are not split */
    s->at += n;
}

static void ranks_are_those_of_a_sort(void **state)
{
    struct voxel *voxel = malloc(N * sizeof *voxel);
    uint64_t seed = 77;

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int k = 0; k < 20; k++) {
        struct seen seen = {voxel, 0, N, k % 2};
        seg_pair pair;
        seg_ranking scores;
        seg_error err = {0};

        make(&pair, voxel, k / 4, k / 2 % 2, &seed);
        qsort(voxel, N, sizeof *voxel, higher_first);
        while (seen.n && voxel[seen.n - 1].p < 0)
            seen.n--;
        assert_ok(seg_ranking_descend(&scores, &pair, 1, seen.each_positive, expect_rank, &seen, &err), &err);
        assert_int_equal(seen.at, seen.n);
        assert_int_equal(scores.positives + scores.negatives, seen.n);
        seg_pair_free(&pair);
    }
    free(voxel);
}

static double value(const seg_pair *pair, const char *name)
{
    seg_metric_job job = {.metric = seg_metric_find(name)};
    seg_value of[3] = {{0}};
    seg_error err = {0};

    assert_ok(seg_metrics_compute(pair, &job, 1, SEG_EMPTY_NA, NULL, of, &err), &err);
    return of[1].x;
}

/* More voxels than are sorted at once, most of them with one probability, the others with 1024 of them. */
static void many_voxels_are_ranked_a_part_at_a_time(void **state)
{
    enum { VALUES = 1024 };
    const size_t n[3] = {4096, 2500, 1}, voxels = n[0] * n[1];
    const double mm[3] = {1, 1, 1};
    float *p = malloc(voxels * sizeof *p);
    uint8_t *truth = malloc(voxels);
    uint64_t seed = 79;
    double count[VALUES][2] = {{0}}, won = 0, below = 0, all[2] = {0, 0};
    seg_pair pair;

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (size_t i = 0; i < voxels; i++) {
        uint64_t random = fixture_random(&seed);
        size_t k = random % 100 < 45 ? 300 : random >> 32 & (VALUES - 1);

        truth[i] = (random >> 8 & 1023) < k;
        p[i] = (float)k / VALUES;
        count[k][truth[i]]++;
    }
    for (size_t k = 0; k < VALUES; k++) {
        won += count[k][1] * (below + count[k][0] / 2);
        below += count[k][0];
        all[1] += count[k][1];
    }
    fixture_prob(&pair, n, mm, 1, p, truth);
    assert_near(value(&pair, "auroc"), won / (below * all[1]), 1e-13, 0);
    seg_pair_free(&pair);
    free(p);
    free(truth);
}

static const char *const NAMES[] = {"auroc", "average-precision", "brier", "nll", "ece", "mce"};

static void values_do_not_depend_on_the_number_of_threads(void **state)
{
    struct voxel *voxel = malloc(N * sizeof *voxel);
    uint64_t seed = 78;
    seg_pair pair;

    (void)state;
    make(&pair, voxel, 0, false, &seed);
    for (int k = 0; k < 6; k++) {
        double one, many;

        seg_set_threads(1);
        one = value(&pair, NAMES[k]);
        seg_set_threads(5);
        many = value(&pair, NAMES[k]);
        assert_memory_equal(&one, &many, sizeof one);
    }
    seg_set_threads(0);
    seg_pair_free(&pair);
    free(voxel);
}

/* A certain and right prediction is perfect in every score. */
static void certainty_that_is_right_is_perfect(void **state)
{
    const size_t n[3] = {4, 1, 1};
    const double mm[3] = {1, 1, 1};
    const float p[4] = {0, 1, 1, 0};
    const uint8_t truth[4] = {0, 1, 1, 0};
    const double wanted[6] = {1, 1, 0, 0, 0, 0};
    seg_pair pair;

    (void)state;
    fixture_prob(&pair, n, mm, 1, p, truth);
    for (int k = 0; k < 6; k++)
        assert_near(value(&pair, NAMES[k]), wanted[k], 0, 0);
    seg_pair_free(&pair);
}

static void an_impossible_truth_costs_what_eps_says(void **state)
{
    const size_t n[3] = {4, 1, 1};
    const double mm[3] = {1, 1, 1};
    const float p[4] = {0, 1, 1, 0};
    const uint8_t truth[4] = {1, 1, 0, 0};
    seg_metric_jobs jobs = {0};
    seg_value of[6] = {{0}};
    seg_error err = {0};
    seg_pair pair;

    (void)state;
    fixture_prob(&pair, n, mm, 1, p, truth);
    assert_ok(seg_metric_jobs_add(&jobs, seg_metric_find("nll"), NULL, 0, &err), &err);
    assert_ok(seg_metric_jobs_add(&jobs, seg_metric_find("nll"), "eps=0.001", 0, &err), &err);
    assert_ok(seg_metrics_compute(&pair, jobs.job, jobs.n, SEG_EMPTY_NA, NULL, of, &err), &err);
    for (int k = 1; k < 3; k++) {
        assert_true(isinf(of[k].x) && of[k].status);
        assert_near(of[3 + k].x, -log(0.001) / 2, 1e-12, 0);
    }
    seg_metric_jobs_free(&jobs);
    seg_pair_free(&pair);
}

/* ---- four classes against their definitions, a voxel at a time ---- */

enum { CLASSES = 4, WIDE = 61, SIDE = 400, VOXELS = WIDE * SIDE * 3, BINS = 15 };

struct map {
    float p[CLASSES][VOXELS];
    uint8_t truth[VOXELS];
};

/* Certain, tied, nearly certain and spread voxels; rows of one kind, so that octets of all kinds occur. In the last
 * blocks all are nearly certain: there most classes are nowhere near. */
static void draw_map(struct map *m, uint64_t *seed)
{
    uint64_t kind = 0;

    for (size_t i = 0; i < VOXELS; i++) {
        size_t top = i / (VOXELS / CLASSES), second = fixture_random(seed) % CLASSES;
        double u = fixture_uniform(seed);

        if (i % 40 == 0)
            kind = i > VOXELS / 2 ? fixture_random(seed) % 2 * 2 : fixture_random(seed) % 4;
        for (int c = 0; c < CLASSES; c++)
            m->p[c][i] = kind == 2 ? (float)(1e-9 * u) : 0;
        m->p[top][i] = kind < 1 ? 1 : kind == 1 ? 0.5f : kind == 2 ? (float)(1 - 3e-9 * u) : (float)u;
        m->p[second][i] = top == second ? 1 : kind == 1 ? 0.5f : kind == 3 ? (float)(1 - u) : m->p[second][i];
        m->truth[i] = (uint8_t)(fixture_uniform(seed) < 0.9 ? top : second);
    }
}

struct bins {
    double n[BINS + 1], confidence[BINS + 1], right[BINS + 1], all;
};

static void put(struct bins *b, float confidence, bool right)
{
    int k = BINS;

    while (confidence < (float)((double)k / BINS))
        k--;
    b->n[k]++;
    b->confidence[k] += confidence;
    b->right[k] += right;
    b->all++;
}

static void fill_bins(struct bins *b, const struct map *m, int cls)
{
    *b = (struct bins){.all = 0};
    for (size_t i = 0; i < VOXELS; i++) {
        int top = 0;

        for (int c = 1; c < CLASSES; c++)
            top = m->p[c][i] > m->p[top][i] ? c : top;
        if (cls < CLASSES)
            put(b, m->p[cls][i], m->truth[i] == cls);
        else
            put(b, m->p[top][i], m->truth[i] == top);
    }
}

static void calibration_is_that_of_its_definition(void **state)
{
    struct map *m = malloc(sizeof *m);
    seg_metric_job jobs[2] = {{.metric = seg_metric_find("ece")}, {.metric = seg_metric_find("mce")}};
    uint64_t seed = 80;
    seg_error err = {0};

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 5; round++) {
        seg_value of[2 * (CLASSES + 1)] = {{0}};
        seg_pair pair;

        draw_map(m, &seed);
        fixture_prob(&pair, (const size_t[]){WIDE, SIDE, 3}, (const double[]){1, 1, 1}, CLASSES, m->p[0], m->truth);
        if (round % 2)
            peaks_make(&pair, 128);
        assert_ok(seg_metrics_compute(&pair, jobs, 2, SEG_EMPTY_NA, NULL, of, &err), &err);
        for (int cls = 1; cls <= CLASSES; cls++) {
            double ece = 0, mce = 0;
            struct bins b;

            fill_bins(&b, m, cls);
            for (int k = 0; k <= BINS; k++) {
                ece += fabs(b.confidence[k] - b.right[k]) / b.all;
                mce = b.n[k] > 0 ? fmax(mce, fabs(b.confidence[k] - b.right[k]) / b.n[k]) : mce;
            }
            assert_near(of[cls].x, ece, 1e-12, 0); /* sums in another order, and a difference of two */
            assert_near(of[CLASSES + 1 + cls].x, mce, 1e-12, 0);
        }
        seg_pair_free(&pair);
    }
    free(m);
}

/* The sums of the check are at hand as a rule, and not for a slice, or with very many classes. */
static void brier_needs_no_sums_made_before(void **state)
{
    struct map *m = malloc(sizeof *m);
    seg_metric_job job = {.metric = seg_metric_find("brier")};
    seg_value made[CLASSES + 1] = {{0}}, missing[CLASSES + 1] = {{0}};
    double want[CLASSES + 1] = {0};
    uint64_t seed = 81;
    seg_error err = {0};
    seg_pair pair;

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    draw_map(m, &seed);
    fixture_prob(&pair, (const size_t[]){WIDE, SIDE, 3}, (const double[]){1, 1, 1}, CLASSES, m->p[0], m->truth);
    assert_ok(seg_metrics_compute(&pair, &job, 1, SEG_EMPTY_NA, NULL, missing, &err), &err);
    assert_ok(seg_pair_class_sums(&pair.sums, &pair, &err), &err);
    assert_ok(seg_metrics_compute(&pair, &job, 1, SEG_EMPTY_NA, NULL, made, &err), &err);
    for (int c = 0; c < CLASSES; c++)
        for (size_t i = 0; i < VOXELS; i++) {
            double error = (double)m->p[c][i] - (m->truth[i] == c);

            want[c] += error * error / VOXELS;
            want[CLASSES] += error * error / VOXELS;
        }
    for (int c = 1; c <= CLASSES; c++) {
        assert_near(made[c].x, want[c], 1e-12, 0);
        assert_near(missing[c].x, want[c], 1e-12, 0);
    }
    seg_pair_free(&pair);
    free(m);
}

/* Blocks below the lowest mixture of positives and negatives are not read a second time. */
static void what_is_known_of_far_classes_does_not_change_ranks(void **state)
{
    struct map *m = malloc(sizeof *m);
    seg_metric_job jobs[2] = {{.metric = seg_metric_find("auroc")}, {.metric = seg_metric_find("average-precision")}};
    uint64_t seed = 82;
    seg_error err = {0};

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 4; round++) {
        seg_value plain[2 * (CLASSES + 1)] = {{0}}, spared[2 * (CLASSES + 1)] = {{0}};
        seg_pair pair;

        draw_map(m, &seed);
        fixture_prob(&pair, (const size_t[]){WIDE, SIDE, 3}, (const double[]){1, 1, 1}, CLASSES, m->p[0], m->truth);
        assert_ok(seg_metrics_compute(&pair, jobs, 2, SEG_EMPTY_NA, NULL, plain, &err), &err);
        peaks_make(&pair, 100);
        assert_ok(seg_metrics_compute(&pair, jobs, 2, SEG_EMPTY_NA, NULL, spared, &err), &err);
        for (int k = 1; k < 2 * (CLASSES + 1); k++)
            if (k != CLASSES + 1)
                assert_near(spared[k].x, plain[k].x, 0, 0);
        seg_pair_free(&pair);
    }
    free(m);
}

static void a_map_of_labels_has_no_scores(void **state)
{
    const size_t n[3] = {4, 1, 1};
    const double mm[3] = {1, 1, 1};
    const uint8_t label[4] = {0, 1, 1, 0};
    seg_pair pair;

    (void)state;
    fixture_labels(&pair, n, mm, 2, label, label);
    for (int k = 0; k < 6; k++)
        assert_true(isnan(value(&pair, NAMES[k])));
    seg_pair_free(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_are_those_of_a_sort),
        cmocka_unit_test(many_voxels_are_ranked_a_part_at_a_time),
        cmocka_unit_test(values_do_not_depend_on_the_number_of_threads),
        cmocka_unit_test(certainty_that_is_right_is_perfect),
        cmocka_unit_test(an_impossible_truth_costs_what_eps_says),
        cmocka_unit_test(calibration_is_that_of_its_definition),
        cmocka_unit_test(brier_needs_no_sums_made_before),
        cmocka_unit_test(what_is_known_of_far_classes_does_not_change_ranks),
        cmocka_unit_test(a_map_of_labels_has_no_scores),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_engine.c - a value depends on the pair alone: not on threads, on what else is asked, or on ignored voxels. */
#include "support/metric_score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"

static const size_t N[3] = {90, 40, 30};
static const double MM[3] = {0.7, 0.9, 3};
enum { VOXELS = 90 * 40 * 30, CLASSES = 5 };

static void make(seg_pair *pair, uint64_t seed)
{
    uint8_t *prediction = malloc(VOXELS), *truth = malloc(VOXELS);

    score_random_labels(truth, VOXELS, CLASSES, 400, &seed);
    memcpy(prediction, truth, VOXELS);
    for (int i = 0; i < VOXELS / 50; i++)
        prediction[fixture_random(&seed) % VOXELS] = (uint8_t)(fixture_random(&seed) % CLASSES);
    fixture_labels(pair, N, MM, CLASSES, prediction, truth);
    free(prediction);
    free(truth);
}

/* Every metric in every convention that defines it. */
static seg_metric_jobs all_jobs(void)
{
    seg_metric_jobs jobs = {0};
    seg_error err = {0};

    for (size_t m = 0; m < seg_metrics_count; m++)
        assert_ok(seg_metric_jobs_add(&jobs, seg_metrics[m], "convention=all", 0, &err), &err);
    return jobs;
}

static seg_value *compute(const seg_pair *pair, const seg_metric_job *jobs, size_t n)
{
    seg_value *of = calloc(n * ((size_t)pair->classes + 1), sizeof *of);
    seg_error err = {0};

    assert_ok(seg_metrics_compute(pair, jobs, n, SEG_EMPTY_NA, NULL, of, &err), &err);
    return of;
}

static void assert_same_bits(const seg_value *a, const seg_value *b, size_t n, int classes, const seg_metric_job *jobs)
{
    for (size_t i = 0; i < n * ((size_t)classes + 1); i++) {
        const seg_metric_job *job = &jobs[i / ((size_t)classes + 1)];

        if (memcmp(&a[i].x, &b[i].x, sizeof a[i].x) || a[i].asked != b[i].asked)
            fail_msg("%s in %s: %.17g and %.17g", job->metric->name,
                     seg_conventions[seg_metric_job_convention(job)].name, a[i].x, b[i].x);
        assert_string_equal(a[i].status ? a[i].status : "", b[i].status ? b[i].status : "");
    }
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    seg_metric_jobs jobs = all_jobs();
    seg_value *one, *many;
    seg_pair pair;

    (void)state;
    make(&pair, 31);
    seg_set_threads(1);
    one = compute(&pair, jobs.job, jobs.n);
    for (int threads = 2; threads <= 8; threads += 3) { /* fewer than classes, and more */
        seg_set_threads(threads);
        many = compute(&pair, jobs.job, jobs.n);
        assert_same_bits(one, many, jobs.n, pair.classes, jobs.job);
        free(many);
    }
    seg_set_threads(0);
    free(one);
    seg_metric_jobs_free(&jobs);
    seg_pair_free(&pair);
}

static void what_else_is_asked_changes_nothing(void **state)
{
    seg_metric_jobs jobs = all_jobs();
    size_t stride = CLASSES + 1;
    seg_value *together, *alone;
    seg_pair pair;

    (void)state;
    make(&pair, 32);
    together = compute(&pair, jobs.job, jobs.n);
    for (size_t j = 0; j < jobs.n; j++) {
        alone = compute(&pair, &jobs.job[j], 1);
        assert_same_bits(together + j * stride, alone, 1, pair.classes, &jobs.job[j]);
        free(alone);
    }
    free(together);
    seg_metric_jobs_free(&jobs);
    seg_pair_free(&pair);
}

/* ---- ignored voxels ---- */

enum { IGNORE = 9, SMALL = 12 * 10 * 8 };
static const size_t N_SMALL[3] = {12, 10, 8};

static void make_ignoring(seg_pair *pair, const uint8_t *prediction, const uint8_t *truth)
{
    float *prob = calloc(3 * SMALL, sizeof *prob);

    for (size_t i = 0; i < SMALL; i++)
        prob[prediction[i] * SMALL + i] = 1;
    fixture_prob_ignoring(pair, N_SMALL, MM, 3, prob, truth, IGNORE);
    free(prob);
}

static void what_lies_under_the_ignore_label_changes_nothing(void **state)
{
    uint8_t p[SMALL], q[SMALL], g[SMALL];
    seg_metric_jobs jobs = all_jobs();
    seg_value *a, *b;
    seg_pair first, second;
    uint64_t seed = 33;
    double ignored = 0;

    (void)state;
    score_random_labels(g, SMALL, 3, 9, &seed);
    score_random_labels(p, SMALL, 3, 9, &seed);
    memcpy(q, p, SMALL);
    for (int i = 0; i < SMALL; i++)
        if (fixture_random(&seed) % 5 == 0) {
            g[i] = IGNORE;
            q[i] = (uint8_t)(fixture_random(&seed) % 3);
            ignored++;
        }
    make_ignoring(&first, p, g);
    make_ignoring(&second, q, g);
    a = compute(&first, jobs.job, jobs.n);
    b = compute(&second, jobs.job, jobs.n);
    assert_same_bits(a, b, jobs.n, first.classes, jobs.job);
    assert_near(score(&first, "tp", 1) + score(&first, "fp", 1) + score(&first, "fn", 1) + score(&first, "tn", 1),
                SMALL - ignored, 0, 0);
    free(a);
    free(b);
    seg_metric_jobs_free(&jobs);
    seg_pair_free(&first);
    seg_pair_free(&second);
}

static void an_image_that_is_ignored_altogether_has_no_score(void **state)
{
    uint8_t p[SMALL], g[SMALL];
    seg_metric_jobs jobs = all_jobs();
    seg_value *of;
    seg_pair pair;
    uint64_t seed = 37;

    (void)state;
    score_random_labels(p, SMALL, 3, 9, &seed);
    memset(g, IGNORE, SMALL);
    make_ignoring(&pair, p, g);
    of = compute(&pair, jobs.job, jobs.n);
    for (size_t i = 0; i < jobs.n * ((size_t)pair.classes + 1); i++)
        if (of[i].asked && isnan(of[i].x))
            assert_non_null(of[i].status);
    assert_near(score(&pair, "tp", 1) + score(&pair, "fp", 1) + score(&pair, "fn", 1) + score(&pair, "tn", 1), 0, 0, 0);
    free(of);
    seg_metric_jobs_free(&jobs);
    seg_pair_free(&pair);
}

/* ---- counts ---- */

static void counts_are_those_of_the_voxels(void **state)
{
    uint16_t *p = malloc(VOXELS * sizeof *p), *g = malloc(VOXELS * sizeof *g);
    double tp = 0, fp = 0, fn = 0, tn = 0;
    seg_pair pair;

    (void)state;
    make(&pair, 34);
    seg_labelmap_codes(&pair.pred_labels, 0, VOXELS, p);
    seg_labelmap_codes(&pair.truth, 0, VOXELS, g);
    for (int i = 0; i < VOXELS; i++) {
        tp += p[i] == 2 && g[i] == 2;
        fp += p[i] == 2 && g[i] != 2;
        fn += p[i] != 2 && g[i] == 2;
        tn += p[i] != 2 && g[i] != 2;
    }
    assert_near(score(&pair, "tp", 2), tp, 0, 0);
    assert_near(score(&pair, "fp", 2), fp, 0, 0);
    assert_near(score(&pair, "fn", 2), fn, 0, 0);
    assert_near(score(&pair, "tn", 2), tn, 0, 0);
    free(p);
    free(g);
    seg_pair_free(&pair);
}

static void the_background_is_not_asked(void **state)
{
    seg_pair pair;

    (void)state;
    make(&pair, 35);
    assert_false(score_with(&pair, "dsc", "segloss", SEG_EMPTY_NA, 0).asked);
    assert_true(score_with(&pair, "dsc", "segloss", SEG_EMPTY_NA, 1).asked);
    assert_false(score_with(&pair, "miou", "segloss", SEG_EMPTY_NA, 1).asked);
    assert_true(score_with(&pair, "miou", "segloss", SEG_EMPTY_NA, SCORE_CASE).asked);
    seg_pair_free(&pair);
}

static void a_metric_that_the_convention_lacks_is_not_computed(void **state)
{
    seg_pair pair;
    seg_value v;

    (void)state;
    make(&pair, 36);
    v = score_with(&pair, "nsd", "medpy", SEG_EMPTY_NA, 1);
    assert_true(isnan(v.x));
    assert_string_equal(v.status, "not-computed: the convention does not define this metric");
    v = score_with(&pair, "miou", "medpy", SEG_EMPTY_NA, SCORE_CASE);
    assert_string_equal(v.status, "not-computed: the convention does not define this metric");
    v = score_with(&pair, "nsd:convention=monai", "medpy", SEG_EMPTY_NA, 1); /* its own word is stronger */
    assert_null(v.status);
    seg_pair_free(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(what_else_is_asked_changes_nothing),
        cmocka_unit_test(what_lies_under_the_ignore_label_changes_nothing),
        cmocka_unit_test(an_image_that_is_ignored_altogether_has_no_score),
        cmocka_unit_test(counts_are_those_of_the_voxels),
        cmocka_unit_test(the_background_is_not_asked),
        cmocka_unit_test(a_metric_that_the_convention_lacks_is_not_computed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_scorer.c - the public interface: files and arrays give the same values, every misuse is a sentence, and one scorer
 * serves several threads. */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "segloss.h"
#include "support/fixture.h"

#define FOLDER GOLDEN "/multi3d"

static seg_scorer *scorer_of(const char *const *options)
{
    seg_scorer *s;
    seg_error err = {0};

    assert_ok(seg_scorer_new(&s, options, &err), &err);
    assert_non_null(s);
    return s;
}

static void same(const seg_result *a, const seg_result *b)
{
    assert_int_equal(seg_result_rows(a), seg_result_rows(b));
    assert_true(seg_result_rows(a) > 0);
    for (size_t i = 0; i < seg_result_rows(a); i++) {
        const seg_result_row *x = seg_result_row_at(a, i), *y = seg_result_row_at(b, i);

        assert_string_equal(x->measure, y->measure);
        assert_string_equal(x->params, y->params);
        assert_string_equal(x->status, y->status);
        assert_int_equal(x->label, y->label);
        assert_true(x->value == y->value || (isnan(x->value) && isnan(y->value)));
    }
    assert_null(seg_result_row_at(a, seg_result_rows(a)));
}

/* The golden case as arrays: probabilities, and labels as 64-bit integers. */
struct arrays {
    seg_pair pair;
    float *probability;
    int64_t *label;
    seg_array prediction, truth;
};

static void make_arrays(struct arrays *a)
{
    const seg_labelmap *truth;
    uint16_t *code;
    size_t n;

    fixture_golden(&a->pair, "multi3d", false);
    truth = &a->pair.truth;
    n = seg_grid_voxels(&truth->grid);
    code = malloc(n * sizeof *code);
    a->label = malloc(n * sizeof *a->label);
    assert_true(code && a->label);
    seg_labelmap_codes(truth, 0, n, code);
    for (size_t i = 0; i < n; i++)
        a->label[i] = a->pair.id[code[i]];
    free(code);
    a->prediction = (seg_array){.data = a->pair.prob.prob, .channels = a->pair.prob.planes};
    a->truth = (seg_array){.data = a->label, .type = SEG_ARRAY_INT64, .channels = 1};
    for (int i = 0; i < 3; i++) {
        a->prediction.shape[i] = a->truth.shape[i] = truth->grid.n[i];
        a->prediction.spacing[i] = a->truth.spacing[i] = truth->grid.mm[i];
    }
}

static void free_arrays(struct arrays *a)
{
    seg_pair_free(&a->pair);
    free(a->label);
}

static void arrays_have_the_values_of_files(void **state)
{
    static const char *const options[] = {"-l", "tversky:alpha=0.7,ce", "-m", "dsc,hd95,ece", NULL};
    seg_scorer *s = scorer_of(options);
    seg_result *files, *arrays;
    struct arrays a;
    seg_error err = {0};

    (void)state;
    make_arrays(&a);
    assert_ok(seg_scorer_files(s, FOLDER "/pred.nii.gz", FOLDER "/gt.nii.gz", &files, NULL, &err), &err);
    assert_ok(seg_scorer_arrays(s, &a.prediction, &a.truth, &arrays, NULL, &err), &err);
    same(files, arrays);
    assert_string_equal(seg_result_row_at(files, 0)->kind, "loss");
    assert_int_equal(seg_result_row_at(files, 0)->is_class, 0);
    assert_int_equal(seg_result_row_at(files, 1)->is_class, 1);
    seg_result_free(files);
    seg_result_free(arrays);
    seg_scorer_free(s);
    free_arrays(&a);
}

static void small_arrays_have_known_values(void **state)
{
    static const uint8_t p[] = {0, 1, 1, 0, 0, 1}, t[] = {0, 1, 0, 0, 0, 1};
    static const int16_t q[] = {0, 1, 1, 0, 0, 1};
    static const char *const options[] = {"-m", "dsc,hd", NULL};
    seg_scorer *s = scorer_of(options);
    seg_array prediction = {p, SEG_ARRAY_UINT8, {1, 3, 2}, {9, 2, 3}, 1}, truth = prediction;
    seg_result *r, *second;
    seg_error err = {0};

    (void)state;
    truth.data = t;
    assert_ok(seg_scorer_arrays(s, &prediction, &truth, &r, NULL, &err), &err);
    assert_near(seg_result_row_at(r, 0)->value, 0.8, 0, 1e-15); /* 2 * 2 / (3 + 2) */
    assert_string_equal(seg_result_row_at(r, 2)->measure, "hd");
    assert_near(seg_result_row_at(r, 2)->value, 2, 0, 1e-15); /* one step along the second axis */
    assert_string_equal(seg_result_row_at(r, 2)->unit, "mm");
    prediction.data = q;
    prediction.type = SEG_ARRAY_INT16;
    assert_ok(seg_scorer_arrays(s, &prediction, &truth, &second, NULL, &err), &err);
    same(r, second);
    seg_result_free(second);
    seg_result_free(r);
    seg_scorer_free(s);
}

static void options_that_are_wrong_are_refused(void **state)
{
    static const struct {
        const char *option[3], *words;
    } cases[] = {{{"--metric", "hd59", NULL}, "did you mean 'hd95'"},
                 {{"--metrik", "dsc", NULL}, "--metric"},
                 {{"--format", "csv", NULL}, "--format"},
                 {{"-m", NULL}, "argument"},
                 {{"pred.nii", NULL}, "seg_scorer_files"},
                 {{"--help", NULL}, "--help"},
                 {{"-l", "none", NULL}, NULL},
                 {{"-j", "-3", NULL}, "-3"}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        seg_error err = {0};
        seg_scorer *s;
        seg_status st = seg_scorer_new(&s, cases[i].option, &err);

        assert_int_equal(st, cases[i].words ? SEG_USAGE : SEG_OK);
        if (cases[i].words && !strstr(err.text, cases[i].words))
            fail_msg("'%s' instead of '%s'", err.text, cases[i].words);
        assert_true(!s == (st != SEG_OK));
        seg_scorer_free(s);
    }
}

static void refused(const seg_scorer *s, const seg_array *prediction, const seg_array *truth, seg_status status,
                    const char *words)
{
    seg_error err = {0};
    seg_result *r;

    assert_int_equal(seg_scorer_arrays(s, prediction, truth, &r, NULL, &err), status);
    assert_null(r);
    if (!strstr(err.text, words))
        fail_msg("'%s' instead of '%s'", err.text, words);
}

static void arrays_that_are_wrong_are_refused(void **state)
{
    static const uint8_t label[8] = {0, 1, 0, 1, 0, 0, 1, 0};
    static const float probability[8] = {0, 1, 0, 2, 0, 0, 1, 0};
    const seg_array good = {label, SEG_ARRAY_UINT8, {2, 2, 2}, {0, 0, 0}, 1};
    seg_scorer *s = scorer_of(NULL);
    seg_array bad = good;

    (void)state;
    bad.data = NULL;
    refused(s, &bad, &good, SEG_USAGE, "the prediction: the array has no data");
    bad = good;
    bad.shape[1] = 0;
    refused(s, &good, &bad, SEG_USAGE, "the truth: the shape is 2 x 0 x 2");
    bad.shape[1] = SIZE_MAX / 2;
    refused(s, &good, &bad, SEG_USAGE, "the truth: the shape is");
    bad = good;
    bad.spacing[2] = -1;
    refused(s, &good, &bad, SEG_USAGE, "the truth: the spacing is 0 x 0 x -1");
    bad = good;
    bad.channels = 2;
    refused(s, &bad, &good, SEG_USAGE, "labels have one channel");
    bad = good;
    bad.type = (seg_array_type)17;
    refused(s, &bad, &good, SEG_USAGE, "type is 17");
    bad = good;
    bad.shape[0] = 1;
    refused(s, &bad, &good, SEG_MISMATCH, "2 x 2");
    bad = (seg_array){probability, SEG_ARRAY_FLOAT32, {2, 2, 2}, {0, 0, 0}, 1};
    refused(s, &bad, &good, SEG_READ, "outside [0, 1]");
    refused(s, &good, &bad, SEG_USAGE, "--truth-input prob");
    seg_scorer_free(s);
}

static void a_file_that_is_missing_is_a_sentence(void **state)
{
    seg_scorer *s = scorer_of(NULL);
    seg_error err = {0};
    seg_result *r;

    (void)state;
    assert_int_equal(seg_scorer_files(s, "missing.nii", FOLDER "/gt.nii.gz", &r, NULL, &err), SEG_READ);
    assert_null(r);
    assert_non_null(strstr(err.text, "missing.nii"));
    assert_int_equal(seg_scorer_files(s, "missing.nii", FOLDER "/gt.nii.gz", &r, NULL, NULL), SEG_READ);
    seg_scorer_free(s);
}

enum { THREADS = 4, ROUNDS = 3 };

static void *score_again(void *scorer)
{
    seg_result *r = NULL;

    for (int i = 0; i < ROUNDS; i++) {
        seg_result_free(r);
        if (seg_scorer_files(scorer, FOLDER "/pred.nii.gz", FOLDER "/gt.nii.gz", &r, NULL, NULL))
            return NULL;
    }
    return r;
}

static void several_threads_share_a_scorer(void **state)
{
    static const char *const options[] = {"-l", "all", "-m", "dsc,hd95", "-j", "2", NULL};
    seg_scorer *s = scorer_of(options);
    pthread_t thread[THREADS];
    seg_result *first = score_again(s);

    (void)state;
    assert_non_null(first);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, score_again, s), 0);
    for (int i = 0; i < THREADS; i++) {
        void *r;

        pthread_join(thread[i], &r);
        assert_non_null(r);
        same(first, r);
        seg_result_free(r);
    }
    seg_result_free(first);
    seg_scorer_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrays_have_the_values_of_files),      cmocka_unit_test(small_arrays_have_known_values),
        cmocka_unit_test(options_that_are_wrong_are_refused),   cmocka_unit_test(arrays_that_are_wrong_are_refused),
        cmocka_unit_test(a_file_that_is_missing_is_a_sentence), cmocka_unit_test(several_threads_share_a_scorer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

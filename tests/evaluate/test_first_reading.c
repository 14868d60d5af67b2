/* test_first_reading.c - a compressed map that is read once is streamed, not loaded: same values, same errors. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "evaluate/score.h"
#include "support/fixture.h"
#include "support/write_nifti.h"

/* Just large enough to be streamed: 2^22 values. */
enum { NX = 121, NY = 116, NZ = 100, PLANES = 3, VOXELS = NX * NY * NZ, VALUES = PLANES * VOXELS };

static double *value, *label;

/* High probabilities at the voxels of each class, and some that are 1. */
static void fill(uint64_t seed)
{
    for (size_t i = 0; i < VOXELS; i++) {
        int cls = (int)(i / NX / 7 % PLANES);
        double rest = i % 5 ? 0.6 * fixture_uniform(&seed) : 0;

        label[i] = cls;
        for (int k = 0; k < PLANES; k++)
            value[(size_t)k * VOXELS + i] = k == cls ? 1 - rest : rest / (PLANES - 1);
    }
}

static nifti_file map_of(int type)
{
    return (nifti_file){.dims = 5, .shape = {NX, NY, NZ, 1, PLANES}, .type = type, .value = value};
}

static int setup(void **state)
{
    nifti_file f, truth = {.dims = 3, .shape = {NX, NY, NZ}};

    (void)state;
    value = malloc(sizeof *value * VALUES);
    label = malloc(sizeof *label * VOXELS);
    if (!value || !label)
        return 1;
    test_folder_make();
    fill(31);
    print_message("seed 31\n");
    f = map_of(16);
    truth.value = label;
    bytes_write("t.nii", nifti_make(&truth));
    bytes_write("p.nii", nifti_make(&f));
    bytes_write("p.nii.gz", gzip_make(nifti_make(&f)));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_folder_remove();
    free(value);
    free(label);
    return 0;
}

static seg_scoring scoring_of(const char *losses, const char *metrics)
{
    seg_scoring s = {.reading.match.threshold = NAN, .evaluate.per_class = true, .evaluate.slice_axis = -1};
    seg_error err = {0};

    assert_ok(seg_plan_add_losses(&s.for_probabilities, losses, &err), &err);
    assert_ok(seg_plan_add_metrics(&s.for_probabilities, metrics, 0, &err), &err);
    return s;
}

static seg_status score(seg_case *c, const seg_scoring *s, const char *prediction, bool *was_streamed, seg_error *err)
{
    const seg_case_paths paths = {.prediction = test_path(prediction), .truth = test_path("t.nii")};
    seg_pair_files files;
    seg_status st = seg_pair_files_read(&files, s, &paths, NULL, err);

    *c = (seg_case){0};
    *was_streamed = !st && files.prediction.prob.stream.next;
    if (!st)
        st = seg_score_pair(c, s, &files, NULL, err);
    seg_pair_files_free(&files);
    return st;
}

/* The same values from both files; `streamed`: whether the compressed map is a stream. */
static void compare(const seg_scoring *s, bool streamed)
{
    seg_case held, packed;
    seg_error err = {0};
    bool was_streamed;

    assert_ok(score(&held, s, "p.nii", &was_streamed, &err), &err);
    assert_false(was_streamed);
    for (int threads = 1; threads <= 3; threads += 2) {
        seg_set_threads(threads);
        assert_ok(score(&packed, s, "p.nii.gz", &was_streamed, &err), &err);
        seg_set_threads(0);
        assert_int_equal(was_streamed, streamed);
        assert_int_equal(packed.n, held.n);
        assert_true(held.n > 0);
        for (size_t i = 0; i < held.n; i++)
            if (packed.rows[i].value != held.rows[i].value && !isnan(held.rows[i].value))
                fail_msg("%s %s: %.17g compressed, %.17g in memory", held.rows[i].measure, held.rows[i].params,
                         packed.rows[i].value, held.rows[i].value);
        seg_case_free(&packed);
    }
    seg_case_free(&held);
}

static void values_are_those_of_a_map_in_memory(void **state)
{
    seg_scoring s = scoring_of("focal:gamma=1.5", "overlap,hd95");
    seg_error err = {0};
    int once = 0;

    (void)state;
    for (size_t i = 0; i < seg_losses_count; i++) {
        void *params;

        assert_ok(seg_alloc(&params, 1, seg_losses[i]->size, "parameters", &err), &err);
        assert_ok(seg_params_preset(seg_losses[i]->params, params, seg_losses[i]->size, &err), &err);
        if (seg_losses[i]->single_pass && seg_losses[i]->single_pass(params)) {
            assert_ok(seg_plan_add_losses(&s.for_probabilities, seg_losses[i]->name, &err), &err);
            once++;
        }
        seg_params_free(seg_losses[i]->params, params);
        free(params);
    }
    assert_true(once >= 11); /* ce, focal, wasserstein-dice, six of the overlap, t-loss, boundary-dou */
    compare(&s, true);
    s.reading.match.nan = SEG_NAN_ZERO;
    compare(&s, true);
    s.reading.match.geometry = SEG_GEOMETRY_REORIENT;
    compare(&s, true);
    seg_scoring_free(&s);
}

/* Parameters, metrics and options that need a second pass over the map. */
static void a_map_that_is_read_again_is_loaded(void **state)
{
    static const struct {
        const char *losses, *metrics;
        bool per_slice;
        seg_nan_policy nan;
    } cases[] = {{"ce:eps=1e-5", "dsc", false, SEG_NAN_ERROR},
                 {"focal:mode=sigmoid", "dsc", false, SEG_NAN_ERROR},
                 {"dice", "brier", false, SEG_NAN_ERROR},
                 {"topk", "none", false, SEG_NAN_ERROR},
                 {"t-loss:unit=slice", "none", false, SEG_NAN_ERROR},
                 {"dice", "none", true, SEG_NAN_ERROR},
                 {"dice", "none", false, SEG_NAN_SKIP}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        seg_scoring s = scoring_of(cases[i].losses, cases[i].metrics);

        s.evaluate.per_slice = cases[i].per_slice;
        s.reading.match.nan = cases[i].nan;
        compare(&s, false);
        seg_scoring_free(&s);
    }
}

/* The same error in both ways. */
static void refused(const char *path, const char *words)
{
    seg_scoring once = scoring_of("ce", "dsc"), held = scoring_of("ce", "brier");
    seg_error a = {0}, b = {0};
    bool was_streamed;
    seg_case c;

    assert_int_equal(score(&c, &once, path, &was_streamed, &a), SEG_READ);
    assert_true(was_streamed);
    assert_int_equal(c.n, 0);
    seg_case_free(&c);
    assert_int_equal(score(&c, &held, path, &was_streamed, &b), SEG_READ);
    assert_false(was_streamed);
    seg_case_free(&c);
    assert_string_equal(a.text, b.text);
    if (!strstr(a.text, words))
        fail_msg("message '%s', '%s' was wanted", a.text, words);
    seg_scoring_free(&once);
    seg_scoring_free(&held);
}

static void errors_are_the_same(void **state)
{
    nifti_file f = map_of(16);
    test_bytes packed;

    (void)state;
    value[VALUES - 3] = 7;
    bytes_write("outside.nii.gz", gzip_make(nifti_make(&f)));
    refused("outside.nii.gz", "1 values outside [0, 1], from 7 to 7, the first at voxel (118, 115, 99) of class 2");
    value[VALUES - 3] = NAN;
    bytes_write("nan.nii.gz", gzip_make(nifti_make(&f)));
    refused("nan.nii.gz", "1 values are not finite");
    value[VALUES - 3] = 0;
    packed = gzip_make(nifti_make(&f));
    packed.n /= 2;
    bytes_write("half.nii.gz", packed);
    refused("half.nii.gz", "ends too early");
    packed = gzip_make(nifti_make(&f));
    packed.at[packed.n - 6] ^= 1;
    bytes_write("checksum.nii.gz", packed);
    refused("checksum.nii.gz", "its checksum does not match");
    fill(31);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_those_of_a_map_in_memory),
        cmocka_unit_test(a_map_that_is_read_again_is_loaded),
        cmocka_unit_test(errors_are_the_same),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}

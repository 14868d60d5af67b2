/* test_prob_planes.c - probabilities of logits that are huge, tiny, equal or not numbers; planes that stay in their file. */
#include "image_of.h"
#include "io/prob_planes.h"

static int setup(void **state)
{
    (void)state;
    test_folder_make();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_folder_remove();
    return 0;
}

enum { VOXELS = 4001 }; /* more than one chunk of any number of planes, and not a multiple */

/* One rounding to float: half a unit of its 24 bits; and below FLT_MIN an absolute one. */
static const double ULP = 6.1e-8, TINY = 1e-45;

static void softmax_is_its_definition_and_sums_to_one(void **state)
{
    static const int PLANES[] = {2, 3, 5, 64};
    uint64_t seed = 8;

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (size_t k = 0; k < 4; k++) {
        size_t planes = (size_t)PLANES[k];
        float *x = calloc(planes * VOXELS, sizeof *x), *p = calloc(planes * VOXELS, sizeof *p);
        seg_probmap map = {.grid = {.n = {VOXELS, 1, 1}}, .planes = PLANES[k], .prob = p};
        seg_error err = {0};

        for (size_t i = 0; i < planes * VOXELS; i++)
            p[i] = x[i] = (float)((fixture_uniform(&seed) - 0.5) * (i % 7 ? 20 : 300));
        assert_ok(seg_planes_from_logits(&map, "logits", false, &err), &err);
        for (size_t v = 0; v < VOXELS; v++) {
            long double sum = 0;
            double total = 0;

            for (size_t c = 0; c < planes; c++)
                sum += expl((long double)x[c * VOXELS + v]);
            for (size_t c = 0; c < planes; c++) {
                assert_near((double)p[c * VOXELS + v], (double)(expl((long double)x[c * VOXELS + v]) / sum), ULP, TINY);
                total += (double)p[c * VOXELS + v];
            }
            assert_near(total, 1, 0, ULP);
        }
        free(x);
        free(p);
    }
}

static void huge_logits_decide_and_equal_ones_share(void **state)
{
    static const struct {
        float x[3];
        double p[3];
    } CASES[] = {
        {{1e30f, -1e30f, 0}, {1, 0, 0}},         {{-1e30f, -1e30f, -1e30f}, {1 / 3.0, 1 / 3.0, 1 / 3.0}},
        {{3e38f, 3e38f, -3e38f}, {0.5, 0.5, 0}}, {{0, 0, 0}, {1 / 3.0, 1 / 3.0, 1 / 3.0}},
        {{-INFINITY, 0, 0}, {0, 0.5, 0.5}}, /* a class that was ruled out */
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        float p[3];
        seg_probmap map = {.grid = {.n = {1, 1, 1}}, .planes = 3, .prob = p};

        memcpy(p, CASES[i].x, sizeof p);
        assert_ok(seg_planes_from_logits(&map, "logits", false, NULL), NULL);
        for (int c = 0; c < 3; c++)
            assert_near((double)p[c], CASES[i].p[c], ULP, 0);
    }
}

static void the_sigmoid_of_one_plane_is_the_softmax_with_zero(void **state)
{
    static const float X[] = {0, 1, -1, 0.001f, 20, -20, 88, -88, 104, -104, 3e38f, -3e38f, INFINITY, -INFINITY};
    enum { N = sizeof X / sizeof *X };
    float one[N], two[2 * N];
    seg_probmap single = {.grid = {.n = {N, 1, 1}}, .planes = 1, .prob = one};
    seg_probmap both = {.grid = {.n = {N - 2, 1, 1}}, .planes = 2, .prob = two};

    (void)state;
    for (int i = 0; i < N; i++)
        one[i] = X[i];
    for (int i = 0; i < N - 2; i++) {
        two[i] = 0;
        two[N - 2 + i] = X[i];
    }
    assert_ok(seg_planes_from_logits(&single, "logits", false, NULL), NULL);
    assert_ok(seg_planes_from_logits(&both, "logits", false, NULL), NULL);
    for (int i = 0; i < N - 2; i++)
        assert_near((double)one[i], (double)two[N - 2 + i], 2 * ULP, TINY);
    assert_near((double)one[N - 2], 1, 0, 0);
    assert_near((double)one[N - 1], 0, 0, 0);
}

/* Every type and both byte orders: the planes that stay in a plain file are those that a packed one is read into. */
static void what_stays_in_its_file_is_what_would_be_read(void **state)
{
    enum { X = 33, Y = 5, PLANES = 3, N = X * Y * PLANES };
    double value[N];
    uint64_t seed = 21;

    (void)state;
    print_message("# seed %llu\n", (unsigned long long)seed);
    for (int t = 0; t < NIFTI_TYPES; t++)
        for (int form = 0; form < 4; form++) {
            bool real = nifti_types[t] == 16 || nifti_types[t] == 64, scaled = form & 2;
            nifti_file f = {.dims = 4,
                            .shape = {X, Y, 1, PLANES},
                            .type = nifti_types[t],
                            .value = value,
                            .big_endian = form & 1,
                            .slope = scaled ? 0.0078125 : 0,
                            .inter = scaled ? 0.03125 : 0};
            seg_image stays, held;
            double *a, *b;

            for (int i = 0; i < N; i++)
                value[i] =
                    real && !scaled ? fixture_uniform(&seed) : (double)(fixture_random(&seed) % (scaled ? 120 : 2));
            read_good(&stays, bytes_write("plain.nii", nifti_make(&f)), SEG_AS_PROBABILITIES);
            read_good(&held, bytes_write("packed.nii.gz", gzip_make(nifti_make(&f))), SEG_AS_PROBABILITIES);
            assert_null(stays.prob.prob);
            assert_non_null(held.prob.prob);
            a = values_of(&stays);
            b = values_of(&held);
            for (int i = 0; i < N; i++) {
                double stored = nifti_types[t] == 16 ? (double)(float)value[i] : value[i];

                assert_near(a[i], (double)(float)(scaled ? 0.0078125 * stored + 0.03125 : stored), 0, 0);
                assert_near(b[i], a[i], 0, 0);
            }
            free(a);
            free(b);
            seg_image_free(&stays);
            seg_image_free(&held);
        }
}

/* The file is cut after it was opened: zeros are given meanwhile, and the fault is remembered. */
static void a_file_cut_while_its_planes_are_read_is_told(void **state)
{
    static const double value[64] = {0.5, 0.25};
    nifti_file f = {.dims = 4, .shape = {4, 4, 1, 4}, .type = 16, .value = value};
    seg_image image;
    seg_error err = {0};
    float scratch[16];

    (void)state;
    read_good(&image, bytes_write("cut.nii", nifti_make(&f)), SEG_AS_PROBABILITIES);
    assert_ok(seg_probmap_check(&image.prob, &err), &err);
    assert_int_equal(truncate(test_path("cut.nii"), 352 + 3 * 64 + 8), 0);
    assert_true(seg_probmap_block(&image.prob, 0, 0, 16, scratch)[1] == 0.25f);
    assert_true(seg_probmap_block(&image.prob, 3, 0, 16, scratch)[15] == 0);
    assert_int_equal(seg_probmap_check(&image.prob, &err), SEG_READ);
    assert_non_null(strstr(err.text, "cut.nii: became shorter while it was read"));
    seg_image_free(&image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(softmax_is_its_definition_and_sums_to_one),
        cmocka_unit_test(huge_logits_decide_and_equal_ones_share),
        cmocka_unit_test(the_sigmoid_of_one_plane_is_the_softmax_with_zero),
        cmocka_unit_test(what_stays_in_its_file_is_what_would_be_read),
        cmocka_unit_test(a_file_cut_while_its_planes_are_read_is_told),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}

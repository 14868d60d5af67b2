/* test_region.c - wasserstein-dice, lovasz, rmi and t-loss: what they must do beyond their golden rows. */
#include "support/scoring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/parallel.h"
#include "losses/region/cholesky.h"
#include "losses/region/lovasz_class.h"
#include "losses/region/window_moments.h"
#include "pass/argmax_map.h"

static const double MM[3] = {1, 1, 1};
static const scoring_recipe THREE = {.n = {23, 19, 5}, .classes = 3, .seed = 81};

/* ---- wasserstein-dice ---- */

static void unit_costs_of_two_classes_are_foreground_dice(void **state)
{
    scoring_recipe recipe = {.n = {23, 19, 5}, .classes = 2, .foreground = true, .seed = 82};
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &recipe);
    assert_near(scoring_value(&pair, "wasserstein-dice"), scoring_value(&pair, "dice"), 1e-12, 0);
    seg_pair_free(&pair);
}

/* Writes a cost file and computes; the sentence of the failure, or NULL. */
static const char *with_costs(const seg_pair *pair, const char *text, scoring_result *r, seg_error *err)
{
    char path[] = "/tmp/segloss-costs-XXXXXX", spec[128];
    int file = mkstemp(path);
    scoring_job job;
    seg_loss_ctx work;
    seg_status st;

    assert_true(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
    close(file);
    snprintf(spec, sizeof spec, "wasserstein-dice:costs=%s", path);
    *err = (seg_error){0};
    *r = (scoring_result){0};
    r->score.by_class = r->room;
    scoring_read(&job, spec);
    assert_ok(seg_loss_ctx_begin(&work, pair, err), err);
    st = seg_losses_compute(&work, &job.job, 1, &r->score, err);
    seg_loss_ctx_free(&work);
    scoring_free(&job);
    unlink(path);
    return st ? err->text : NULL;
}

static void only_the_proportions_of_costs_matter(void **state)
{
    scoring_result a, b;
    seg_error err;
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &THREE);
    assert_null(with_costs(&pair, "0,1,1\n1,0,.5\n1,.5,0\n", &a, &err));
    assert_null(with_costs(&pair, "0 4 4\t4 0 2\r\n4;2;0", &b, &err));
    assert_near(a.score.total.x, b.score.total.x, 0, 0);
    assert_true(a.score.total.x < scoring_value(&pair, "wasserstein-dice")); /* kindred classes cost less */
    seg_pair_free(&pair);
}

static void bad_costs_are_refused_with_a_sentence(void **state)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"0,1,1\n1,0,1\n", "6 costs"},
        {"", "0 costs"},
        {"0,1,1\n1,0,1\n1,1,0,7\n", "10 costs"},
        {"0,1,x\n1,0,1\n1,1,0\n", "'x' is not a number"},
        {"0,1,1\n2,0,1\n1,1,0\n", "between class 0 and 1"},
        {"0,-1,1\n-1,0,1\n1,1,0\n", "between class 0 and 1"},
        {"1,1,1\n1,0,1\n1,1,0\n", "class 0 is 1 from itself"},
        {"0 0 0 0 0 0 0 0 0", "all costs are 0"},
    };
    scoring_result r;
    seg_error err;
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &THREE);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *text = with_costs(&pair, bad[i].text, &r, &err);

        if (!text || !strstr(text, bad[i].says))
            fail_msg("costs \"%s\": %s", bad[i].text, text ? text : "accepted");
    }
    seg_pair_free(&pair);
}

/* ---- lovasz ---- */

static void lovasz_of_a_hard_prediction_is_one_minus_iou(void **state)
{
    scoring_recipe recipe = {.n = {31, 17, 4}, .classes = 4, .seed = 83};
    scoring_result lovasz, iou;
    uint16_t code;
    uint64_t seed = 84;
    seg_pair pair, hard;
    uint8_t *truth, *pred;

    (void)state;
    scoring_random(&pair, &recipe);
    truth = calloc(pair.voxels, 1), pred = calloc(pair.voxels, 1);
    for (size_t i = 0; i < pair.voxels; i++) {
        seg_pair_codes(&pair, i, 1, &code);
        truth[i] = (uint8_t)code;
        pred[i] = fixture_uniform(&seed) < 0.7 ? truth[i] : (uint8_t)(4 * fixture_uniform(&seed));
    }
    fixture_labels(&hard, recipe.n, MM, 4, pred, truth);
    scoring_compute(&hard, "lovasz:classes=all", &lovasz);
    scoring_compute(&hard, "iou:classes=all", &iou);
    assert_near(lovasz.score.total.x, iou.score.total.x, 1e-12, 0);
    for (int c = 0; c < 4; c++)
        assert_near(lovasz.room[c].x, iou.room[c].x, 1e-12, 0);
    seg_pair_free(&hard);
    seg_pair_free(&pair);
    free(truth);
    free(pred);
}

struct item {
    double e;
    int hit;
};

static int larger_first(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

    return (x->e < y->e) - (x->e > y->e);
}

/* By the definition, with a sort of all errors. */
static double plain_lovasz(const seg_pair *pair, int cls)
{
    struct item *item = calloc(pair->voxels, sizeof *item);
    double hits = 0, seen = 0, sum = 0, before = 0;
    size_t n = 0;

    for (size_t i = 0; i < pair->voxels; i++) {
        uint16_t code;
        double y;

        seg_pair_codes(pair, i, 1, &code);
        seg_pair_prob(pair, cls, i, 1, &y);
        if (code == pair->classes)
            continue;
        item[n++] = (struct item){code == cls ? 1 - y : y, code == cls};
        hits += code == cls;
    }
    qsort(item, n, sizeof *item, larger_first);
    for (size_t k = 0; k < n; k++) {
        double J;

        seen += item[k].hit;
        J = 1 - (hits - seen) / (hits + (double)(k + 1) - seen);
        sum += item[k].e * (J - before);
        before = J;
    }
    free(item);
    return sum;
}

/* Probabilities as networks give them: most nearly right, some tiny, some exactly 0 and 1. */
static void sharpen(seg_pair *pair, double power, uint64_t seed)
{
    for (size_t i = 0; i < pair->voxels; i++) {
        double sum = 0, u = fixture_uniform(&seed);

        for (int c = 0; c < pair->prob.planes; c++)
            sum += pow((double)pair->prob.prob[(size_t)c * pair->voxels + i], power * u);
        for (int c = 0; c < pair->prob.planes; c++) {
            float *p = &pair->prob.prob[(size_t)c * pair->voxels + i];

            *p = (float)(pow((double)*p, power * u) / sum);
        }
    }
}

/* What rounding leaves outside [0, 1], and what --nan zero lets through. */
static void roughen(seg_pair *pair, uint64_t seed)
{
    static const float odd[] = {-1e-10f, -0.0f, -1e-3f, 1.0005f, NAN, INFINITY, -INFINITY};
    enum { ODD = sizeof odd / sizeof *odd };

    for (size_t i = 0; i < pair->voxels * (size_t)pair->prob.planes; i++) {
        size_t k = (size_t)(fixture_uniform(&seed) * 20 * ODD);

        pair->prob.prob[i] = k < ODD ? odd[k] : pair->prob.prob[i];
    }
}

static void both_ways_of_lovasz_agree_within_the_bound(void **state)
{
    static const double powers[] = {1, 8, 40, 300};
    static const struct {
        int classes;
        bool foreground, ignore;
    } kinds[] = {{3, false, true}, {2, true, false}};

    (void)state;
    for (size_t kind = 0; kind < 2; kind++)
        for (size_t p = 0; p < sizeof powers / sizeof *powers; p++) {
            scoring_recipe recipe = {.n = {64, 50, 30},
                                     .classes = kinds[kind].classes,
                                     .foreground = kinds[kind].foreground,
                                     .ignore = kinds[kind].ignore,
                                     .seed = 85 + p};
            seg_error err = {0};
            seg_loss_ctx work;
            seg_pair pair;

            scoring_random(&pair, &recipe);
            if (!recipe.foreground)
                sharpen(&pair, powers[p], 86 + p);
            roughen(&pair, 87 + p);
            assert_ok(seg_loss_ctx_begin(&work, &pair, &err), &err);
            for (int c = 0; c < pair.classes; c++) {
                double sorted, wanted = plain_lovasz(&pair, c);

                assert_ok(seg_lovasz_by_sorting(&work, c, &sorted, &err), &err);
                assert_near(sorted, wanted, 1e-11, 0);
                for (int closer = 0; closer < 2; closer++) { /* the first cut, then the last */
                    double counted, bound;

                    assert_ok(seg_lovasz_by_histogram(&work, c, closer ? 0 : 1, &counted, &bound, &err), &err);
                    assert_true(bound >= 0 && bound < (closer ? 1e-6 : 1e-2));
                    if (!(fabs(counted - wanted) <= bound + 1e-11))
                        fail_msg("class %d: counted %.15g, exact %.15g, bound %.3g", c, counted, wanted, bound);
                }
            }
            seg_loss_ctx_free(&work);
            seg_pair_free(&pair);
        }
}

/* Class 1 is the last slice with 0.75, and elsewhere there is 0.5. */
static void half_and_more(void *context, int plane, size_t begin, size_t n, float *out)
{
    const seg_pair *pair = context;
    size_t last = pair->voxels - pair->grid.n[0] * pair->grid.n[1];

    for (size_t i = 0; i < n; i++)
        out[i] = begin + i < last ? 0.5f : plane ? 0.75f : 0.25f;
}

/* As many misses in one bin as a packed count can almost hold: 2^24, counted by one thread. */
static void lovasz_counts_many_equal_errors(void **state)
{
    enum { NX = 1 << 16, SLICES = 257 };
    static uint16_t row[NX];
    double rest = 1.0 / SLICES, value, bound;
    seg_error err = {0};
    seg_loss_ctx work;
    seg_pair pair = {.grid = {.n = {NX, 1, SLICES}}, .voxels = (size_t)NX * SLICES, .classes = 2};

    (void)state;
    assert_ok(seg_labelmap_begin(&pair.truth, &pair.grid, &err), &err);
    for (size_t z = 0; z < SLICES; z++) {
        for (size_t x = 0; x < NX; x++)
            row[x] = z + 1 == SLICES;
        assert_ok(seg_labelmap_add_row_codes(&pair.truth, row, &err), &err);
    }
    assert_ok(seg_labelmap_close(&pair.truth, &err), &err);
    pair.prob = (seg_probmap){.grid = pair.grid, .planes = 2, .source = {.read = half_and_more, .context = &pair}};
    seg_set_threads(1);
    assert_ok(seg_loss_ctx_begin(&work, &pair, &err), &err);
    assert_ok(seg_lovasz_by_histogram(&work, 1, 0, &value, &bound, &err), &err);
    /* The misses come first and lead from J = 0 to 1 - rest. */
    assert_near(value, 0.5 * (1 - rest) + 0.25 * rest, 1e-9, 0);
    seg_set_threads(0);
    seg_loss_ctx_free(&work);
    pair.prob = (seg_probmap){0};
    seg_pair_free_maps(&pair);
}

/* A class that is near in the last third of a map only, and in one voxel elsewhere. */
static void lovasz_passes_over_parts_where_nothing_counts(void **state)
{
    enum { N = 60 * 50 * 30 };
    static const size_t n[3] = {60, 50, 30};
    static float prob[3 * N];
    static uint8_t truth[N];
    uint64_t seed = 95;
    seg_error err = {0};
    seg_labelmap hard = {0};
    seg_prob_stats check;
    seg_loss_ctx work;
    seg_pair pair;

    (void)state;
    for (size_t i = 0; i < N; i++) {
        bool near = i > 2 * N / 3 || i == 30000;
        float y = near ? (float)fixture_uniform(&seed) : 1e-8f;

        truth[i] = (uint8_t)(near ? 1 + fixture_uniform(&seed) * 1.9 : 0);
        prob[2 * N + i] = y;
        prob[N + i] = (1 - y) * (near ? 0.8f : 1e-4f);
        prob[i] = 1 - y - prob[N + i];
    }
    fixture_prob(&pair, n, MM, 3, prob, truth);
    assert_ok(seg_probmap_argmax(&hard, &pair.prob, &(seg_argmax_options){NAN, false, &pair.truth, NULL}, &check, &err),
              &err);
    assert_ok(seg_loss_ctx_begin(&work, &pair, &err), &err);
    for (int c = 0; c < 3; c++)
        for (int closer = 0; closer < 2; closer++) {
            double value[2], bound[2];

            for (int k = 0; k < 2; k++) {
                pair.block_max = k ? check.block_max : (seg_block_max){0};
                assert_ok(seg_lovasz_by_histogram(&work, c, closer ? 0 : 1, &value[k], &bound[k], &err), &err);
            }
            assert_true(value[0] == value[1] && bound[0] == bound[1]);
        }
    assert_true(seg_block_max_bound(&check.block_max, 2, 0, 1) < 1e-7f); /* there is something to pass over */
    seg_class_sums_free(&check.sums);
    seg_labelmap_free(&hard);
    seg_loss_ctx_free(&work);
    seg_pair_free(&pair);
}

static void an_absent_class_costs_its_largest_probability(void **state)
{
    static const size_t n[3] = {3, 1, 1};
    static const float prob[9] = {0.5f, 0.25f, 0.5f, 0.25f, 0.5f, 0.5f, 0.25f, 0.25f, 0};
    static const uint8_t truth[3] = {0, 1, 0};
    scoring_result r;
    seg_pair pair;

    (void)state;
    fixture_prob(&pair, n, MM, 3, prob, truth);
    scoring_compute(&pair, "lovasz:classes=all", &r);
    assert_near(r.room[2].x, 0.25, 0, 0);
    scoring_compute(&pair, "lovasz", &r);
    assert_false(r.room[2].asked);
    seg_pair_free(&pair);
}

/* ---- rmi ---- */

static void cholesky_solves(void **state)
{
    enum { N = 7 };
    double M[N * N], L[N * N], X[N * 2], B[N * 2] = {0}, G[N * N], bad[4] = {1, 2, 2, 1};
    uint64_t seed = 90;

    (void)state;
    for (int i = 0; i < N * N; i++)
        G[i] = fixture_uniform(&seed) - 0.5;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            M[i * N + j] = i == j ? 0.1 : 0;
            for (int k = 0; k < N; k++)
                M[i * N + j] += G[i * N + k] * G[j * N + k];
        }
    for (int i = 0; i < N * 2; i++)
        X[i] = fixture_uniform(&seed);
    for (int i = 0; i < N; i++)
        for (int c = 0; c < 2; c++)
            for (int k = 0; k < N; k++)
                B[i * 2 + c] += M[i * N + k] * X[k * 2 + c];
    memcpy(L, M, sizeof L);
    assert_true(seg_cholesky(L, N));
    seg_cholesky_forward(L, N, B, 2);
    seg_cholesky_backward(L, N, B, 2);
    for (int i = 0; i < N * 2; i++)
        assert_near(B[i], X[i], 1e-10, 1e-12);
    assert_false(seg_cholesky(bad, 2));
}

static void window_moments_by_lags_are_those_by_definition(void **state)
{
    static const size_t sizes[][2] = {{10, 10}, {11, 29}, {24, 13}, {40, 12}};
    uint64_t seed = 91;
    double a[1024], b[1024], ma[100], mb[100], *fast = calloc(10000, 8), *plain = calloc(10000, 8);

    (void)state;
    for (size_t i = 0; i < 1024; i++)
        a[i] = fixture_uniform(&seed) - 0.5, b[i] = fixture_uniform(&seed) - 0.5;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (size_t R = 1; R <= 10; R++) {
            seg_windows w = {sizes[s][0], sizes[s][1], R};

            seg_windows_mean(&w, a, ma);
            seg_windows_mean(&w, b, mb);
            for (int symmetric = 0; symmetric < 2; symmetric++) {
                const double *other = symmetric ? a : b, *mo = symmetric ? ma : mb;

                seg_windows_moments(&w, a, other, ma, mo, symmetric, fast);
                seg_windows_moments_plainly(&w, a, other, ma, mo, plain);
                for (size_t i = 0; i < R * R * R * R; i++)
                    assert_near(fast[i], plain[i], 0, 1e-11);
            }
        }
    free(fast);
    free(plain);
}

static void parts_of_rmi_make_the_whole(void **state)
{
    scoring_recipe recipe = {.n = {40, 36, 3}, .classes = 3, .seed = 92};
    double bce, rmi;
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &recipe);
    bce = scoring_value(&pair, "rmi:part=bce");
    rmi = scoring_value(&pair, "rmi:part=rmi");
    assert_near(scoring_value(&pair, "rmi"), 0.5 * bce + 0.5 * rmi, 1e-12, 0);
    assert_near(scoring_value(&pair, "rmi:lam=0.2"), 0.2 * bce + 0.8 * rmi, 1e-12, 0);
    seg_pair_free(&pair);
}

static void rmi_of_a_perfect_class_and_of_an_absent_one_are_known(void **state)
{
    static const size_t n[3] = {64, 64, 1};
    static uint8_t truth[4096];
    static float prob[3 * 4096];
    scoring_result r;
    seg_pair pair;

    (void)state;
    for (size_t i = 0; i < 4096; i++) {
        size_t x = i % 64, y = i / 64;

        truth[i] = (x * 7 + y * y) % 50 < 25; /* busy enough that no direction of the windows is empty */
        prob[i] = !truth[i], prob[4096 + i] = truth[i];
    }
    fixture_prob(&pair, n, MM, 3, prob, truth);
    scoring_compute(&pair, "rmi:part=rmi", &r);
    assert_near(r.room[1].x, 0.5 * log(2 * 5e-4), 1e-3, 0); /* in the limit of large variance */
    assert_near(r.room[2].x, 0.5 * log(5e-4), 1e-6, 0);
    seg_pair_free(&pair);
}

static void an_image_too_small_for_rmi_is_a_reason(void **state)
{
    scoring_recipe recipe = {.n = {7, 30, 1}, .classes = 2, .seed = 93};
    scoring_result r;
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &recipe);
    scoring_compute(&pair, "rmi", &r);
    assert_true(isnan(r.score.total.x));
    assert_non_null(strstr(r.score.total.status, "too small"));
    scoring_compute(&pair, "rmi:stride=2,pool-size=2", &r);
    assert_true(isfinite(r.score.total.x));
    seg_pair_free(&pair);
}

/* ---- t-loss ---- */

static void t_loss_tends_to_the_normal_distribution(void **state)
{
    seg_pair pair;
    double S = 0, D;

    (void)state;
    scoring_random(&pair, &THREE);
    D = (double)pair.voxels;
    for (size_t i = 0; i < pair.voxels; i++) {
        double y, t;

        seg_pair_prob(&pair, 1, i, 1, &y);
        seg_pair_target(&pair, 1, i, 1, &t);
        S += (y - t) * (y - t);
    }
    assert_near(scoring_value(&pair, "t-loss:nu=1e14,classes=1"), D / 2 * log(2 * acos(-1)) + S / 2, 1e-3, 0);
    seg_pair_free(&pair);
}

static void per_element_is_the_loss_over_its_size(void **state)
{
    scoring_result whole, each;
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &THREE);
    scoring_compute(&pair, "t-loss", &whole);
    scoring_compute(&pair, "t-loss:per-element=yes", &each);
    assert_int_equal(whole.score.extras, 1);
    assert_string_equal(whole.score.extra[0].name, "per-element");
    assert_near(whole.score.extra[0].x, whole.score.total.x / (double)pair.voxels, 1e-13, 0);
    assert_near(each.score.total.x, whole.score.extra[0].x, 1e-13, 0);
    assert_int_equal(each.score.extras, 0);
    seg_pair_free(&pair);
}

static void fitted_nu_makes_the_loss_smallest(void **state)
{
    static const char *const rest[] = {"", ",unit=slice", ",logprec=3", ",unit=slice,logprec=5"};

    (void)state;
    for (size_t k = 0; k < sizeof rest / sizeof *rest; k++) {
        scoring_result fitted;
        seg_pair pair;
        char spec[96];

        scoring_random(&pair, &THREE);
        snprintf(spec, sizeof spec, "t-loss:nu=fit%s", rest[k]);
        scoring_compute(&pair, spec, &fitted);
        assert_string_equal(fitted.score.extra[1].name, "nu");
        for (double factor = 0.9; factor < 1.2; factor += 0.1) {
            double least = fitted.score.total.x;

            snprintf(spec, sizeof spec, "t-loss:nu=%.17g%s", fitted.score.extra[1].x * factor, rest[k]);
            assert_true(scoring_value(&pair, spec) >= least - 1e-9 * fabs(least));
        }
        seg_pair_free(&pair);
    }
}

static void count_note(void *context, const char *sentence)
{
    (void)sentence;
    ++*(int *)context;
}

static void a_fit_that_ends_at_its_bound_says_so(void **state)
{
    static const size_t n[3] = {4, 4, 1};
    static const uint8_t label[16] = {0, 1, 1};
    int said = 0;
    seg_warnings notes = {count_note, &said};
    scoring_result r = {0};
    scoring_job job;
    seg_error err = {0};
    seg_loss_ctx work;
    seg_pair pair;

    (void)state;
    fixture_labels(&pair, n, MM, 2, label, label);
    r.score.by_class = r.room;
    scoring_read(&job, "t-loss:nu=fit");
    assert_ok(seg_loss_ctx_begin(&work, &pair, &err), &err);
    work.notes = &notes;
    assert_ok(seg_losses_compute(&work, &job.job, 1, &r.score, &err), &err);
    assert_int_equal(said, 1);
    assert_near(r.score.extra[1].x, 1e-3, 0, 0);
    seg_loss_ctx_free(&work);
    scoring_free(&job);
    seg_pair_free(&pair);
}

static void slices_and_voxels_are_observations_of_their_own(void **state)
{
    scoring_recipe recipe = {.n = {9, 8, 1}, .classes = 2, .seed = 95};
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &recipe); /* one slice: the slice is the volume */
    assert_near(scoring_value(&pair, "t-loss:unit=slice"), scoring_value(&pair, "t-loss"), 1e-13, 0);
    seg_pair_free(&pair);
    recipe.n[0] = recipe.n[1] = 1;
    scoring_random(&pair, &recipe); /* one voxel */
    assert_near(scoring_value(&pair, "t-loss:unit=pixel"), scoring_value(&pair, "t-loss"), 1e-13, 0);
    seg_pair_free(&pair);
}

/* ---- gradients ---- */

static void gradients_of_other_parameters_agree_with_differences(void **state)
{
    static const char *const specs[] = {
        "wasserstein-dice:weighting=gdl,eps=0.5",
        "wasserstein-dice:eps=3",
        "rmi:stride=1",
        "rmi:stride=2,pool-size=3,radius=2",
        "rmi:pool=max,stride=3,pool-size=3",
        "rmi:form=survey",
        "rmi:part=bce,classes=fg",
        "rmi:part=rmi,lam=0",
        "t-loss:nu=0.3",
        "t-loss:unit=slice,logprec=2",
        "t-loss:unit=pixel,logprec=-1,per-element=yes",
        "t-loss:form=survey",
        "t-loss:nu=fit,classes=1",
        "t-loss:unit=slice,per-element=yes",
    };

    (void)state;
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        scoring_recipe recipe = {.n = {18, 15, 2}, .classes = 3, .ignore = i % 2, .seed = 100 + i};
        seg_pair pair;

        scoring_random(&pair, &recipe);
        scoring_check_gradient(&pair, specs[i], 2, 1e-5, i);
        seg_pair_free(&pair);
    }
}

static void lovasz_gradients_agree_with_differences(void **state)
{
    static const char *const specs[] = {"lovasz", "lovasz:classes=all", "lovasz:classes=1"};

    (void)state;
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        scoring_recipe recipe = {.n = {9, 8, 1}, .classes = 3, .ignore = true, .seed = 120 + i};
        seg_pair pair;

        scoring_random(&pair, &recipe);
        scoring_check_gradient(&pair, specs[i], 3, 1e-6, i); /* few voxels: a step that crosses no tie exists */
        seg_pair_free(&pair);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unit_costs_of_two_classes_are_foreground_dice),
        cmocka_unit_test(only_the_proportions_of_costs_matter),
        cmocka_unit_test(bad_costs_are_refused_with_a_sentence),
        cmocka_unit_test(lovasz_of_a_hard_prediction_is_one_minus_iou),
        cmocka_unit_test(both_ways_of_lovasz_agree_within_the_bound),
        cmocka_unit_test(lovasz_counts_many_equal_errors),
        cmocka_unit_test(lovasz_passes_over_parts_where_nothing_counts),
        cmocka_unit_test(an_absent_class_costs_its_largest_probability),
        cmocka_unit_test(cholesky_solves),
        cmocka_unit_test(window_moments_by_lags_are_those_by_definition),
        cmocka_unit_test(parts_of_rmi_make_the_whole),
        cmocka_unit_test(rmi_of_a_perfect_class_and_of_an_absent_one_are_known),
        cmocka_unit_test(an_image_too_small_for_rmi_is_a_reason),
        cmocka_unit_test(t_loss_tends_to_the_normal_distribution),
        cmocka_unit_test(per_element_is_the_loss_over_its_size),
        cmocka_unit_test(fitted_nu_makes_the_loss_smallest),
        cmocka_unit_test(a_fit_that_ends_at_its_bound_says_so),
        cmocka_unit_test(slices_and_voxels_are_observations_of_their_own),
        cmocka_unit_test(gradients_of_other_parameters_agree_with_differences),
        cmocka_unit_test(lovasz_gradients_agree_with_differences),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

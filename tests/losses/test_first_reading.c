/* test_first_reading.c - a loss that was fed while the map was read has the value of a pass of its own. */
#include "support/scoring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "evaluate/plan.h"
#include "losses/loss.h"
#include "pass/argmax_map.h"

/* More than 2^21 voxels; no size divides by 8. */
enum { NX = 131, NY = 129, NZ = 125, VOXELS = NX * NY * NZ };

/* A map that is not in memory: each value is made from its place when it is read. */
struct source {
    int planes;
    int squarings; /* the more, the more values are tiny */
};

static float value_at(const struct source *s, int plane, size_t i)
{
    uint64_t seed = (i / 7) * 977 + (uint64_t)plane;
    double u = fixture_uniform(&seed);

    if (i % 101 < 40) /* certain here */
        return plane == (int)(i / 4096 % (size_t)(s->planes == 1 ? 2 : s->planes)) ? 1 : 0;
    for (int k = 0; k < s->squarings; k++)
        u *= u;
    return (float)(u / (s->planes == 1 ? 1 : s->planes));
}

static void read_source(void *context, int plane, size_t begin, size_t n, float *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = value_at(context, plane, begin + i);
}

/* Truth: pieces of rows; class `ignored` is the code of voxels that count nowhere. */
static void make_truth(seg_labelmap *truth, const seg_grid *grid, int classes, bool ignore)
{
    uint16_t code[NX];
    seg_error err = {0};

    assert_ok(seg_labelmap_begin(truth, grid, &err), &err);
    for (size_t row = 0; row < (size_t)NY * NZ; row++) {
        for (size_t x = 0; x < NX; x++)
            code[x] = (uint16_t)((row * NX + x) / 4096 % (size_t)classes);
        for (size_t x = 20; ignore && row % 5 == 0 && x < 40; x++)
            code[x] = (uint16_t)classes;
        assert_ok(seg_labelmap_add_row_codes(truth, code, &err), &err);
    }
    assert_ok(seg_labelmap_close(truth, &err), &err);
}

static void compute(const seg_pair *pair, const seg_plan *plan, const seg_accumulations *accumulations,
                    seg_score *score)
{
    seg_error err = {0};
    seg_loss_ctx work;
    seg_loss_job job = {plan->loss[0].loss, plan->loss[0].params};

    assert_ok(seg_loss_ctx_begin(&work, pair, &err), &err);
    work.accumulations = accumulations;
    assert_ok(seg_losses_compute(&work, &job, 1, score, &err), &err);
    seg_loss_ctx_free(&work);
}

/* The values of a loss that was fed by the first reading with `threads` threads, or that was not. */
static void score(const char *spec, struct source *source, bool ignore, int threads, bool fed, seg_score *out)
{
    int classes = source->planes == 1 ? 2 : source->planes;
    seg_error err = {0};
    seg_pair pair = {.grid = {.n = {NX, NY, NZ}, .mm = {1, 1, 1}}, .voxels = VOXELS, .classes = classes};
    seg_accumulations accumulations;
    seg_prob_stats check;
    seg_plan plan = {0};
    int64_t id[64];

    for (int c = 0; c < classes; c++)
        id[c] = c;
    pair.id = id;
    pair.ignores = ignore;
    pair.prob =
        (seg_probmap){.grid = pair.grid, .planes = source->planes, .source = {.read = read_source, .context = source}};
    assert_ok(seg_plan_add_losses(&plan, spec, &err), &err);
    assert_ok(seg_plan_accumulations(&accumulations, &plan, &err), &err);
    assert_int_equal(accumulations.n, 1);
    make_truth(&pair.truth, &pair.grid, classes, ignore);
    seg_set_threads(threads);
    assert_ok(seg_probmap_argmax(&pair.pred_labels, &pair.prob,
                                 &(seg_argmax_options){NAN, false, &pair.truth, fed ? &accumulations : NULL}, &check,
                                 &err),
              &err);
    assert_int_equal(seg_accumulations_state(&accumulations, plan.loss[0].params, 0) != NULL, fed);
    compute(&pair, &plan, &accumulations, out);
    seg_set_threads(0);
    seg_accumulations_reset(&accumulations);
    free(accumulations.item);
    seg_class_sums_free(&check.sums);
    seg_block_max_free(&check.block_max);
    pair.prob = (seg_probmap){0};
    seg_pair_free_maps(&pair);
    seg_plan_free(&plan);
}

static void compare(const char *spec, struct source source, bool ignore, double rtol, double atol)
{
    static seg_value by_class[3][64];
    seg_score itself = {.by_class = by_class[0]}, one = {.by_class = by_class[1]}, three = {.by_class = by_class[2]};

    score(spec, &source, ignore, 2, false, &itself);
    score(spec, &source, ignore, 1, true, &one);
    score(spec, &source, ignore, 3, true, &three);
    assert_near(one.total.x, itself.total.x, rtol, atol);
    assert_true(one.total.x == three.total.x);
    for (int c = 0; c < (source.planes == 1 ? 2 : source.planes); c++) {
        assert_int_equal(by_class[1][c].asked, by_class[0][c].asked);
        if (!by_class[0][c].asked)
            continue;
        assert_near(by_class[1][c].x, by_class[0][c].x, rtol, atol);
        assert_true(by_class[1][c].x == by_class[2][c].x);
    }
}

/* Both add the same terms, in other groups. */
static void focal_agrees(void **state)
{
    (void)state;
    compare("focal", (struct source){3, 2}, true, 1e-12, 0);
    compare("focal:gamma=1.5,eps=1e-5", (struct source){1, 0}, false, 1e-12, 0);
}

/* Both give the exact sum, to the last bit. */
static void topk_agrees(void **state)
{
    static const char *const specs[] = {"topk", "topk:k=60", "topk:k=99.9", "topk:k=0.01,eps=1e-3", "topk:eps=1e-300"};

    (void)state;
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++)
        compare(specs[i], (struct source){i % 2 ? 3 : 1, (int)i}, i % 2, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(focal_agrees),
        cmocka_unit_test(topk_agrees),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

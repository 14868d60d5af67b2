/* test_calibration.c - what a soft label teaches: the probability that minimises each loss on a region labelled q. */
#include <math.h>
#include <stdlib.h>

#include "losses/loss.h"
#include "support/fixture.h"

/* The loss of a constant prediction p on voxels whose soft truth is q everywhere. */
static double loss_at(const char *name, const char *params, float q, float p)
{
    const size_t n[3] = {4, 4, 1};
    const seg_loss *loss = seg_loss_find(name);
    float prob[16], truth[16];
    seg_value by_class[2];
    seg_score score = {.by_class = by_class};
    seg_loss_ctx work = {0};
    seg_pair pair = {0};
    seg_error err = {0};
    void *values = calloc(1, loss->size);

    for (int i = 0; i < 16; i++) {
        prob[i] = p;
        truth[i] = q;
    }
    fixture_soft(&pair, n, 1, prob, truth);
    if (seg_params_preset(loss->params, values, loss->size, &err) ||
        seg_params_read(loss->params, name, params, values, &err) || seg_loss_ctx_begin(&work, &pair, &err) ||
        seg_losses_compute(&work, &(seg_loss_job){loss, values}, 1, &score, &err))
        fail_msg("%s", err.text);
    if (!isfinite(score.total.x))
        fail_msg("%s: %s", name, score.total.status);
    seg_loss_ctx_free(&work);
    seg_pair_free(&pair);
    seg_params_free(loss->params, values);
    free(values);
    return score.total.x;
}

/* The p in (0, 1) with the smallest loss, in steps of a thousandth. */
static double best(const char *name, const char *params, double q)
{
    double lowest = INFINITY, at = NAN;

    for (int i = 1; i < 1000; i++) {
        double x = loss_at(name, params, (float)q, (float)(i / 1000.0));

        if (x < lowest) {
            lowest = x;
            at = i / 1000.0;
        }
    }
    return at;
}

/* Half a step of the search, and rounding. */
static const double STEP = 0.0011;

static void cross_entropy_teaches_the_label_itself(void **state)
{
    (void)state;
    for (int i = 1; i < 10; i += 2)
        assert_true(fabs(best("ce", "", i / 10.0) - i / 10.0) < STEP);
}

/* With sum t y as overlap they would teach 1; segloss takes (S + N - sum |y - t|) / 2, which is largest at y = t. */
static void overlap_losses_teach_the_label_too(void **state)
{
    static const char *const names[] = {"dice", "iou", "tversky"};

    (void)state;
    for (size_t k = 0; k < 3; k++)
        for (int i = 1; i < 10; i += 4)
            assert_true(fabs(best(names[k], "", i / 10.0) - i / 10.0) < STEP);
}

/* Found by search with another program: Focal with gamma = 2 draws every label towards one half. */
static void focal_teaches_doubt(void **state)
{
    static const double q[] = {0.1, 0.3, 0.5, 0.7}, p[] = {0.3058, 0.4215, 0.5, 0.5785};

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_true(fabs(best("focal", "mode=sigmoid", q[i]) - p[i]) < STEP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cross_entropy_teaches_the_label_itself),
        cmocka_unit_test(overlap_losses_teach_the_label_too),
        cmocka_unit_test(focal_teaches_doubt),
    };

    return cmocka_run_group_tests_name("curves/calibration", tests, NULL, NULL);
}

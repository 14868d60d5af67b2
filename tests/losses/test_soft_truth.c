/* test_soft_truth.c - losses of a truth that is neither 0 nor 1: definitions, added up voxel by voxel, and gradients. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/scoring.h"

enum { X = 23, Y = 17, Z = 3, VOXELS = X * Y * Z, CLASSES = 3 };

static const size_t N[3] = {X, Y, Z};

struct maps {
    float prob[CLASSES][VOXELS], truth[CLASSES][VOXELS];
};

/* Both sum to 1 and stay away from 0 and 1, as the check of gradients wants it. */
static struct maps *draw(uint64_t seed)
{
    struct maps *m = calloc(1, sizeof *m);

    print_message("# seed %llu\n", (unsigned long long)seed);
    for (size_t i = 0; i < VOXELS; i++)
        for (int map = 0; map < 2; map++) {
            double x[CLASSES], sum = 0;

            for (int c = 0; c < CLASSES; c++)
                sum += x[c] = 0.05 + fixture_uniform(&seed);
            for (int c = 0; c < CLASSES; c++)
                (map ? m->truth : m->prob)[c][i] = (float)(x[c] / sum);
        }
    return m;
}

static void make_pair(seg_pair *pair, const struct maps *m)
{
    fixture_soft(pair, N, CLASSES, m->prob[0], m->truth[0]);
    assert_true(seg_pair_soft(pair));
}

/* Sums of thousands of terms in double, in another order. */
static const double RTOL = 1e-12;

static double naive_ce(const struct maps *m, const double w[CLASSES], double eps)
{
    double sum = 0, weights = 0;

    for (int c = 0; c < CLASSES; c++)
        for (size_t i = 0; i < VOXELS; i++) {
            double t = (double)m->truth[c][i], y = (double)m->prob[c][i];

            sum -= w[c] * t * log(y > eps ? y : eps);
            weights += w[c] * t;
        }
    return sum / weights;
}

static void cross_entropy_weighs_every_class_with_its_share_of_the_voxel(void **state)
{
    struct maps *m = draw(3);
    seg_pair pair;

    (void)state;
    m->prob[1][7] = 0; /* below every eps, and the largest probability is not 1 */
    m->prob[0][8] = 0.004f;
    make_pair(&pair, m);
    assert_near(scoring_value(&pair, "ce"), naive_ce(m, (double[]){1, 1, 1}, 1e-7), RTOL, 0);
    assert_near(scoring_value(&pair, "ce:eps=0.01"), naive_ce(m, (double[]){1, 1, 1}, 0.01), RTOL, 0);
    assert_near(scoring_value(&pair, "ce:eps=1e-9"), naive_ce(m, (double[]){1, 1, 1}, 1e-9), RTOL, 0);
    assert_near(scoring_value(&pair, "ce:weights=0.5/2/0"), naive_ce(m, (double[]){0.5, 2, 0}, 1e-7), RTOL, 0);
    seg_pair_free(&pair);
    free(m);
}

static int descending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x < y) - (x > y);
}

static void the_hardest_voxels_are_those_of_a_sorted_list(void **state)
{
    static const double PERCENT[] = {0.01, 1, 10, 33, 99.99, 100};
    struct maps *m = draw(4);
    double *cost = calloc(VOXELS, sizeof *cost);
    seg_pair pair;

    (void)state;
    m->prob[2][5] = 1e-6f; /* costs from well below 1 to well above 2 */
    make_pair(&pair, m);
    for (size_t i = 0; i < VOXELS; i++)
        for (int c = 0; c < CLASSES; c++)
            cost[i] -= (double)m->truth[c][i] * log((double)m->prob[c][i]);
    qsort(cost, VOXELS, sizeof *cost, descending);
    for (size_t k = 0; k < sizeof PERCENT / sizeof *PERCENT; k++) {
        size_t n = (size_t)floor(VOXELS * PERCENT[k] / 100);
        double sum = 0;
        char spec[32];

        n = n ? n : 1;
        for (size_t i = 0; i < n; i++)
            sum += cost[i];
        snprintf(spec, sizeof spec, "topk:k=%g", PERCENT[k]);
        assert_near(scoring_value(&pair, spec), sum / (double)n, RTOL, 0);
    }
    free(cost);
    seg_pair_free(&pair);
    free(m);
}

static void errors_on_and_off_a_class_are_shared_out_by_the_truth(void **state)
{
    struct maps *m = draw(5);
    double focal = 0, sens_spec = 0;
    seg_pair pair;

    (void)state;
    make_pair(&pair, m);
    for (int c = 1; c < CLASSES; c++) {
        double on = 0, off = 0, n = 0;

        for (size_t i = 0; i < VOXELS; i++) {
            double t = (double)m->truth[c][i], y = (double)m->prob[c][i];

            on += t * (t - y) * (t - y);
            off += (1 - t) * (t - y) * (t - y);
            n += t;
            focal -= t * (1 - y) * (1 - y) * log(y) + (1 - t) * y * y * log(1 - y);
        }
        sens_spec += 0.05 * on / n + 0.95 * off / (VOXELS - n);
    }
    assert_near(scoring_value(&pair, "sens-spec"), sens_spec / (CLASSES - 1), RTOL, 0);
    assert_near(scoring_value(&pair, "focal:mode=sigmoid"), focal / VOXELS / (CLASSES - 1), RTOL, 0);
    seg_pair_free(&pair);
    free(m);
}

/* The overlap with a soft truth is half of what both have less what they differ by: a perfect prediction costs nothing,
 * which the sum of products would not give. */
static void a_soft_truth_that_is_met_costs_nothing_of_the_overlap(void **state)
{
    static const char *const SPECS[] = {"dice",          "iou",           "tversky",
                                        "focal-tversky", "log-cosh-dice", "tversky:fn=0.2,fp=3"};
    struct maps *m = draw(6);
    seg_pair pair;

    (void)state;
    memcpy(m->truth, m->prob, sizeof m->truth);
    make_pair(&pair, m);
    for (size_t i = 0; i < sizeof SPECS / sizeof *SPECS; i++)
        assert_near(scoring_value(&pair, SPECS[i]), 0, 0, 1e-14);
    seg_pair_free(&pair);
    free(m);
}

static void every_gradient_agrees_with_differences(void **state)
{
    struct maps *m = draw(7);
    size_t checked = 0;

    (void)state;
    for (size_t i = 0; i < seg_losses_count; i++) {
        const seg_loss *loss = seg_losses[i];
        seg_pair pair;

        if (!(loss->flags & SEG_LOSS_SOFT_TRUTH) || !loss->gradient)
            continue;
        make_pair(&pair, m);
        scoring_check_gradient(&pair, strcmp(loss->name, "focal") ? loss->name : "focal:mode=sigmoid", 2, 1e-5, i);
        seg_pair_free(&pair);
        checked++;
    }
    assert_true(checked >= 10);
    free(m);
}

/* The family of overlap losses, by name and parameters. */
static const char *const products[] = {"dice:intersection=product",          "dice:denom=squared",
                                       "log-cosh-dice:intersection=product", "iou:intersection=product",
                                       "tversky:intersection=product",       "focal-tversky:intersection=product",
                                       "combo:intersection=product"};
enum { PRODUCTS = sizeof products / sizeof *products };

static void the_product_is_the_sum_of_t_times_y(void **state)
{
    struct maps *m = draw(29);
    double dice = 0, squared = 0, iou = 0;
    seg_pair pair;

    (void)state;
    make_pair(&pair, m);
    for (int c = 1; c < CLASSES; c++) {
        double I = 0, S = 0, N_c = 0, Q = 0, N2 = 0;

        for (size_t i = 0; i < VOXELS; i++) {
            double t = (double)m->truth[c][i], y = (double)m->prob[c][i];

            I += t * y, S += y, N_c += t, Q += y * y, N2 += t * t;
        }
        dice += (1 - 2 * I / (S + N_c)) / (CLASSES - 1);
        squared += (1 - 2 * I / (Q + N2)) / (CLASSES - 1);
        iou += (1 - I / (S + N_c - I)) / (CLASSES - 1);
    }
    assert_near(scoring_value(&pair, "dice:intersection=product"), dice, RTOL, 0);
    assert_near(scoring_value(&pair, "dice:denom=squared"), squared, RTOL, 0);
    assert_near(scoring_value(&pair, "dice:denom=squared,intersection=l1"), squared, RTOL, 0);
    assert_near(scoring_value(&pair, "iou:intersection=product"), iou, RTOL, 0);
    seg_pair_free(&pair);
    free(m);
}

static void gradients_of_products_agree_with_differences(void **state)
{
    struct maps *m = draw(31);

    (void)state;
    for (size_t i = 0; i < PRODUCTS; i++) {
        seg_pair pair;

        make_pair(&pair, m);
        scoring_check_gradient(&pair, products[i], 2, 1e-5, i);
        seg_pair_free(&pair);
    }
    free(m);
}

/* A prediction that is the truth, one that is nothing of it, and any other. */
static void every_combination_stays_in_its_range(void **state)
{
    static const char *const specs[] = {"dice:intersection=%s,denom=%s", "log-cosh-dice:intersection=%s,denom=%s"};
    static const char *const kinds[] = {"l1", "product"}, *const denoms[] = {"linear", "squared"};
    struct maps *m = draw(37), *same = draw(37);

    (void)state;
    memcpy(same->prob, same->truth, sizeof same->prob);
    for (int k = 0; k < 16; k++) {
        char spec[96];
        seg_pair pair;
        double x;

        snprintf(spec, sizeof spec, specs[k & 1], kinds[k >> 1 & 1], denoms[k >> 2 & 1]);
        make_pair(&pair, k & 8 ? same : m);
        x = scoring_value(&pair, spec);
        if (!(x >= 0 && x <= 1) || (k & 8 && denoms[k >> 2 & 1][0] == 's' && x > 1e-12))
            fail_msg("%s is %.17g", spec, x);
        seg_pair_free(&pair);
    }
    free(same);
    free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cross_entropy_weighs_every_class_with_its_share_of_the_voxel),
        cmocka_unit_test(the_hardest_voxels_are_those_of_a_sorted_list),
        cmocka_unit_test(errors_on_and_off_a_class_are_shared_out_by_the_truth),
        cmocka_unit_test(a_soft_truth_that_is_met_costs_nothing_of_the_overlap),
        cmocka_unit_test(the_product_is_the_sum_of_t_times_y),
        cmocka_unit_test(gradients_of_products_agree_with_differences),
        cmocka_unit_test(every_combination_stays_in_its_range),
        cmocka_unit_test(every_gradient_agrees_with_differences),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_every_loss.c - what holds for every loss in the registry, so also for the next one. */
#include "support/scoring.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"

static const double MM[3] = {1, 1, 2};

/* ---- descriptors ---- */

static void every_loss_is_described(void **state)
{
    (void)state;
    for (size_t i = 0; i < seg_losses_count; i++) {
        const seg_loss *loss = seg_losses[i];
        const char *texts[] = {loss->name,  loss->title,      loss->equation,      loss->symbols,   loss->range,
                               loss->empty, loss->advantages, loss->disadvantages, loss->use_cases, loss->reference};

        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            if (!texts[k] || !*texts[k])
                fail_msg("text %zu of %s is missing", k, loss->name ? loss->name : "a loss without a name");
        assert_true(loss->level < SEG_LEVELS);
        assert_true(!loss->value != !loss->class_value);
        assert_true(!loss->class_value || loss->includes_class);
        assert_true(!loss->gradient != !loss->no_gradient);
        assert_true(!loss->params || loss->size > 0);
        assert_true(i == 0 || seg_losses[i - 1]->level <= loss->level); /* the survey's order */
    }
}

static void every_parameter_is_described_and_its_preset_is_legal(void **state)
{
    (void)state;
    for (size_t i = 0; i < seg_losses_count; i++)
        for (const seg_param *row = seg_losses[i]->params; row && row->name; row++) {
            assert_true(row->help && *row->help);
            assert_true(row->at < seg_losses[i]->size);
            if (row->type == SEG_PARAM_NUMBER || row->type == SEG_PARAM_INTEGER)
                assert_true(row->preset >= row->min && row->preset <= row->max);
            for (const seg_param *other = seg_losses[i]->params; other < row; other++) {
                assert_false(seg_same_name(other->name, row->name));
                assert_false(row->alias && seg_same_name(other->name, row->alias));
            }
        }
}

static void names_are_found_in_any_spelling_and_only_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < seg_losses_count; i++) {
        const char *params;
        char typed[64];

        assert_ptr_equal(seg_loss_find(seg_losses[i]->name), seg_losses[i]);
        assert_null(seg_loss_shorthand(seg_losses[i]->name, &params));
        for (const char *const *alias = seg_losses[i]->aliases; *alias; alias++) {
            assert_ptr_equal(seg_loss_find(*alias), seg_losses[i]);
            assert_null(seg_loss_shorthand(*alias, &params));
        }
        snprintf(typed, sizeof typed, "%s", seg_losses[i]->name);
        for (char *c = typed; *c; c++)
            *c = *c == '-' ? '_' : (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
        assert_ptr_equal(seg_loss_find(typed), seg_losses[i]);
    }
    assert_null(seg_loss_find("no-such-loss"));
}

/* ---- inputs at the edge ---- */

/* A value is a number, or there is a reason. */
static void check_sane(const seg_pair *pair, const char *spec, const char *what)
{
    scoring_result r;

    scoring_compute(pair, spec, &r);
    if (!r.score.total.asked || (!isfinite(r.score.total.x) && !r.score.total.status))
        fail_msg("%s on %s: %g without a reason", spec, what, r.score.total.x);
}

enum { SIDE = 18, PLANE = SIDE * SIDE };

/* A square of one class, from `at` along x; size 0 for nothing. */
static void draw(uint8_t *label, size_t at, size_t size, uint8_t cls)
{
    memset(label, 0, PLANE);
    for (size_t y = 0; y < size; y++)
        memset(label + (at + y) * SIDE + at, cls, size);
}

static const struct {
    const char *what;
    size_t truth_at, truth_size, pred_at, pred_size;
    uint8_t cls;
} edges[] = {
    {"a perfect prediction", 4, 8, 4, 8, 1}, {"a shifted prediction", 4, 8, 6, 8, 1},
    {"an empty truth", 0, 0, 4, 8, 1},       {"an empty prediction", 4, 8, 0, 0, 1},
    {"two empty maps", 0, 0, 0, 0, 1},       {"full maps", 0, SIDE, 0, SIDE, 1},
    {"a full truth", 0, SIDE, 3, 8, 1},      {"one voxel each", 5, 1, 5, 1, 1},
    {"one voxel missed", 5, 1, 9, 1, 1},     {"an absent class 1", 4, 8, 5, 8, 2},
};

/* Soft: probability 0.9 for the drawn class. */
static void edge_pair(seg_pair *pair, size_t k, int planes, bool soft)
{
    static const size_t n[3] = {SIDE, SIDE, 1};
    static uint8_t truth[PLANE], pred[PLANE];
    static float prob[3 * PLANE];
    float sure = soft ? 0.9f : 1, rest = (1 - sure) / (float)(planes == 1 ? 1 : planes - 1);

    draw(truth, edges[k].truth_at, edges[k].truth_size, planes == 3 ? edges[k].cls : 1);
    draw(pred, edges[k].pred_at, edges[k].pred_size, planes == 3 ? edges[k].cls : 1);
    for (size_t i = 0; i < PLANE; i++)
        for (int c = 0; c < planes; c++)
            prob[(size_t)c * PLANE + i] = pred[i] == (planes == 1 ? 1 : c) ? sure : rest;
    fixture_prob(pair, n, MM, planes, prob, truth);
}

static void edges_give_a_number_or_a_reason(void **state)
{
    static const int planes[] = {1, 2, 3};

    (void)state;
    for (size_t i = 0; i < seg_losses_count; i++)
        for (size_t k = 0; k < sizeof edges / sizeof *edges; k++)
            for (size_t form = 0; form < 6; form++) {
                char spec[128];
                seg_pair pair;

                edge_pair(&pair, k, planes[form / 2], form % 2);
                check_sane(&pair, seg_losses[i]->name, edges[k].what);
                snprintf(spec, sizeof spec, "%s:form=survey", seg_losses[i]->name);
                for (const seg_param *row = seg_losses[i]->params; row && row->name; row++)
                    if (strcmp(row->name, "form") == 0)
                        check_sane(&pair, spec, edges[k].what);
                seg_pair_free(&pair);
            }
}

static void tiny_images_give_a_number_or_a_reason(void **state)
{
    static const size_t sizes[][3] = {{1, 1, 1}, {2, 1, 1}, {1, 3, 1}, {1, 1, 4}, {3, 3, 3}};
    static const float prob[27] = {0.3f, 0.9f, 0.2f};
    static const uint8_t truth[27] = {1, 0, 1};

    (void)state;
    for (size_t i = 0; i < seg_losses_count; i++)
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            seg_pair pair;

            fixture_prob(&pair, sizes[k], MM, 1, prob, truth);
            check_sane(&pair, seg_losses[i]->name, "a tiny image");
            seg_pair_free(&pair);
        }
}

static void everything_ignored_gives_a_number_or_a_reason(void **state)
{
    static const size_t n[3] = {SIDE, SIDE, 1};
    static uint8_t truth[PLANE];
    static float prob[PLANE];
    seg_pair pair;

    (void)state;
    memset(truth, 9, sizeof truth);
    fixture_prob_ignoring(&pair, n, MM, 1, prob, truth, 9);
    for (size_t i = 0; i < seg_losses_count; i++)
        check_sane(&pair, seg_losses[i]->name, "an image of which everything is ignored");
    seg_pair_free(&pair);
}

static void perfect_is_no_worse_than_shifted(void **state)
{
    (void)state;
    for (size_t i = 0; i < seg_losses_count; i++)
        for (int planes = 1; planes <= 3; planes++) {
            seg_pair perfect, shifted;
            double a, b;

            edge_pair(&perfect, 0, planes, false);
            edge_pair(&shifted, 1, planes, false);
            a = scoring_value(&perfect, seg_losses[i]->name);
            b = scoring_value(&shifted, seg_losses[i]->name);
            if (a > b)
                fail_msg("%s: perfect %.15g, shifted %.15g", seg_losses[i]->name, a, b);
            seg_pair_free(&perfect);
            seg_pair_free(&shifted);
        }
}

/* ---- parameters ---- */

/* The smallest legal number, or the largest; finite, and not so large that a map or an exponent gets out of hand. */
static double bound_of(const seg_param *row, bool upper)
{
    double x = upper ? row->max : row->min;

    if (upper && (isinf(x) || row->min == row->max))
        return row->preset > 0 ? 10 * row->preset : 10;
    if (!upper && (isinf(x) || row->min == row->max))
        return row->preset;
    if (upper ? row->below : row->above)
        x += (upper ? -1 : 1) * 1e-3 * (isinf(row->max) ? 1 : row->max - row->min);
    return x;
}

static void check_text(const seg_pair *pair, const seg_loss *loss, const seg_param *row, const char *text)
{
    char spec[192];
    seg_error err = {0};
    void *params = calloc(1, loss->size);
    bool legal;

    /* A bound may be legal alone and not together with the presets of the others: the loss's check says so. */
    assert_ok(seg_params_preset(loss->params, params, loss->size, &err), &err);
    assert_ok(seg_params_set(loss->params, loss->name, row->name, text, params, &err), &err);
    legal = !loss->check || loss->check(params, &err) == SEG_OK;
    seg_params_free(loss->params, params);
    free(params);
    if (!legal)
        return;
    snprintf(spec, sizeof spec, "%s:%s=%s", loss->name, row->name, text);
    check_sane(pair, spec, "a random pair");
}

static void check_row(const seg_pair *pair, const seg_loss *loss, const seg_param *row)
{
    static const char *const class_words[] = {"fg", "all", "present", "present-fg", "1-2", "0/2", NULL};
    char text[SEG_NUMBER_ROOM];

    for (const char *const *word = row->choices; word && *word; word++)
        check_text(pair, loss, row, *word);
    for (const char *const *word = class_words; row->type == SEG_PARAM_CLASSES && *word; word++)
        check_text(pair, loss, row, *word);
    for (int on = 0; row->type == SEG_PARAM_SWITCH && on < 2; on++)
        check_text(pair, loss, row, on ? "yes" : "no");
    if (row->type != SEG_PARAM_NUMBER && row->type != SEG_PARAM_INTEGER &&
        !(row->type == SEG_PARAM_NUMBERS && !row->choices))
        return;
    check_text(pair, loss, row, seg_number(text, row->preset));
    for (int upper = 0; upper < 2; upper++) {
        double x = bound_of(row, upper);

        check_text(pair, loss, row, seg_number(text, row->type == SEG_PARAM_INTEGER ? floor(x) : x));
    }
}

static void every_parameter_works_at_preset_and_both_ends(void **state)
{
    scoring_recipe recipe = {.n = {17, 15, 3}, .classes = 3, .seed = 5};
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &recipe);
    for (size_t i = 0; i < seg_losses_count; i++)
        for (const seg_param *row = seg_losses[i]->params; row && row->name; row++)
            check_row(&pair, seg_losses[i], row);
    seg_pair_free(&pair);
}

/* ---- the same input in another form ---- */

static void assert_same_score(const seg_loss *loss, const scoring_result *a, const scoring_result *b, const char *what)
{
    if (memcmp(&a->score.total.x, &b->score.total.x, sizeof(double)) != 0)
        fail_msg("%s: %.17g and %.17g %s", loss->name, a->score.total.x, b->score.total.x, what);
    for (int c = 0; c < SCORING_CLASSES; c++)
        if (a->room[c].asked && memcmp(&a->room[c].x, &b->room[c].x, sizeof(double)) != 0)
            fail_msg("%s, class %d: %.17g and %.17g %s", loss->name, c, a->room[c].x, b->room[c].x, what);
}

static void threads_do_not_change_a_bit(void **state)
{
    static const int threads[] = {2, 8};
    scoring_recipe recipe = {.n = {50, 41, 23}, .classes = 3, .ignore = true, .seed = 6};
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &recipe);
    for (size_t i = 0; i < seg_losses_count; i++) {
        scoring_result one, many;

        seg_set_threads(1);
        scoring_compute(&pair, seg_losses[i]->name, &one);
        for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
            seg_set_threads(threads[t]);
            scoring_compute(&pair, seg_losses[i]->name, &many);
            assert_same_score(seg_losses[i], &one, &many, "with another number of threads");
        }
    }
    seg_set_threads(0);
    seg_pair_free(&pair);
}

static void company_does_not_change_a_bit(void **state)
{
    scoring_recipe recipe = {.n = {17, 15, 3}, .classes = 3, .seed = 7};
    scoring_job *jobs = calloc(seg_losses_count, sizeof *jobs);
    seg_loss_job *list = calloc(seg_losses_count, sizeof *list);
    seg_score *scores = calloc(seg_losses_count, sizeof *scores);
    scoring_result *results = calloc(seg_losses_count, sizeof *results);
    seg_error err = {0};
    seg_loss_ctx work;
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &recipe);
    for (size_t i = 0; i < seg_losses_count; i++) {
        scoring_read(&jobs[i], seg_losses[i]->name);
        list[i] = jobs[i].job;
        scores[i].by_class = results[i].room;
    }
    assert_ok(seg_loss_ctx_begin(&work, &pair, &err), &err);
    assert_ok(seg_losses_compute(&work, list, seg_losses_count, scores, &err), &err);
    seg_loss_ctx_free(&work);
    for (size_t i = 0; i < seg_losses_count; i++) {
        scoring_result alone;

        results[i].score = scores[i];
        scoring_compute(&pair, seg_losses[i]->name, &alone);
        assert_same_score(seg_losses[i], &alone, &results[i], "alone and among all others");
        scoring_free(&jobs[i]);
    }
    seg_pair_free(&pair);
    free(jobs);
    free(list);
    free(scores);
    free(results);
}

static void a_foreground_map_is_two_classes(void **state)
{
    scoring_recipe recipe = {.n = {21, 18, 4}, .classes = 2, .seed = 8}, alone = recipe;
    seg_pair both, foreground;

    (void)state;
    alone.foreground = true;
    scoring_random(&both, &recipe);
    scoring_random(&foreground, &alone);
    for (size_t i = 0; i < seg_losses_count; i++) /* 1 - p and the stored background differ by a float's rounding */
        assert_near(scoring_value(&foreground, seg_losses[i]->name), scoring_value(&both, seg_losses[i]->name), 1e-6,
                    1e-6);
    seg_pair_free(&both);
    seg_pair_free(&foreground);
}

static void a_label_map_is_probabilities_of_0_and_1(void **state)
{
    static const size_t n[3] = {SIDE, SIDE, 1};
    uint8_t truth[PLANE], pred[PLANE];
    static float prob[2 * PLANE];
    seg_pair labels, hard;

    (void)state;
    draw(truth, 3, 9, 1);
    draw(pred, 5, 8, 1);
    for (size_t i = 0; i < PLANE; i++) {
        prob[i] = pred[i] == 0;
        prob[PLANE + i] = pred[i] == 1;
    }
    fixture_labels(&labels, n, MM, 2, pred, truth);
    fixture_prob(&hard, n, MM, 2, prob, truth);
    assert_int_equal(labels.prob.planes, 0);
    for (size_t i = 0; i < seg_losses_count; i++)
        assert_near(scoring_value(&labels, seg_losses[i]->name), scoring_value(&hard, seg_losses[i]->name), 1e-13,
                    1e-13);
    seg_pair_free(&labels);
    seg_pair_free(&hard);
}

static void what_is_predicted_where_voxels_are_ignored_does_not_matter(void **state)
{
    scoring_recipe recipe = {.n = {23, 19, 3}, .classes = 3, .ignore = true, .seed = 9};
    seg_pair pair;

    (void)state;
    for (size_t i = 0; i < seg_losses_count; i++) {
        scoring_result before, after;
        uint16_t code;

        scoring_random(&pair, &recipe);
        scoring_compute(&pair, seg_losses[i]->name, &before);
        for (size_t v = 0; v < pair.voxels; v++) {
            seg_pair_codes(&pair, v, 1, &code);
            for (int c = 0; code == pair.classes && c < pair.classes; c++)
                pair.prob.prob[(size_t)c * pair.voxels + v] = c == 1;
        }
        scoring_compute(&pair, seg_losses[i]->name, &after);
        assert_same_score(seg_losses[i], &before, &after, "with other probabilities at ignored voxels");
        seg_pair_free(&pair);
    }
}

/* ---- soft truth ---- */

static void a_soft_truth_of_0_and_1_is_a_label_map_or_is_refused_by_name(void **state)
{
    scoring_recipe recipe = {.n = {20, 17, 1}, .classes = 3, .seed = 10};
    seg_pair pair, soft;
    float *truth;

    (void)state;
    scoring_random(&pair, &recipe);
    truth = calloc(3 * pair.voxels, sizeof *truth);
    for (int c = 0; c < 3; c++)
        for (size_t i = 0; i < pair.voxels; i++) {
            double t;

            seg_pair_target(&pair, c, i, 1, &t);
            truth[(size_t)c * pair.voxels + i] = (float)t;
        }
    fixture_soft(&soft, recipe.n, 3, pair.prob.prob, truth);
    assert_true(seg_pair_soft(&soft));
    for (size_t i = 0; i < seg_losses_count; i++) {
        scoring_result a, b;

        scoring_compute(&pair, seg_losses[i]->name, &a);
        scoring_compute(&soft, seg_losses[i]->name, &b);
        if (!isnan(b.score.total.x))
            assert_near(b.score.total.x, a.score.total.x, 1e-12, 1e-12);
        else if (seg_losses[i]->flags & SEG_LOSS_SOFT_TRUTH)
            assert_non_null(b.score.total.status); /* a mode of it that is not defined */
        else
            assert_string_equal(b.score.total.status, "not-computed: not defined for a soft truth");
    }
    free(truth);
    seg_pair_free(&pair);
    seg_pair_free(&soft);
}

/* ---- gradients ---- */

/* Two losses hold something constant in their gradient, as in training; with these parameters they do not. */
static const char *differentiable(const char *name)
{
    if (strcmp(name, "active-boundary") == 0)
        return "active-boundary:detach=no";
    if (strcmp(name, "conditional-boundary") == 0)
        return "conditional-boundary:w_a2c=0";
    return name;
}

static void gradients_agree_with_differences(void **state)
{
    scoring_recipe recipe = {.n = {19, 16, 2}, .classes = 3, .seed = 11};

    (void)state;
    for (size_t i = 0; i < seg_losses_count; i++) {
        seg_pair pair;

        if (!seg_losses[i]->gradient)
            continue;
        scoring_random(&pair, &recipe);
        scoring_check_gradient(&pair, differentiable(seg_losses[i]->name), 3, 1e-5, 12 + i);
        seg_pair_free(&pair);
    }
}

static void gradients_are_0_where_voxels_are_ignored(void **state)
{
    scoring_recipe recipe = {.n = {19, 16, 2}, .classes = 3, .ignore = true, .seed = 13};
    seg_pair pair;

    (void)state;
    scoring_random(&pair, &recipe);
    for (size_t i = 0; i < seg_losses_count; i++) {
        double *gradient;

        if (!seg_losses[i]->gradient)
            continue;
        gradient = scoring_gradient(&pair, seg_losses[i]->name);
        for (size_t v = 0; v < pair.voxels; v++) {
            uint16_t code;

            seg_pair_codes(&pair, v, 1, &code);
            for (int c = 0; c < pair.classes; c++) {
                double g = gradient[(size_t)c * pair.voxels + v];

                if (!isfinite(g) || (code == pair.classes && g != 0))
                    fail_msg("%s: gradient %g at voxel %zu, class %d, label %d", seg_losses[i]->name, g, v, c, code);
            }
        }
        free(gradient);
    }
    seg_pair_free(&pair);
}

static void gradients_are_finite_for_hard_predictions(void **state)
{
    (void)state;
    for (size_t i = 0; i < seg_losses_count; i++)
        for (size_t k = 0; seg_losses[i]->gradient && k < sizeof edges / sizeof *edges; k++) {
            seg_pair pair;
            double *gradient;

            edge_pair(&pair, k, 3, false);
            gradient = scoring_gradient(&pair, seg_losses[i]->name);
            for (size_t v = 0; v < 3 * pair.voxels; v++)
                if (!isfinite(gradient[v]))
                    fail_msg("%s on %s: gradient %g", seg_losses[i]->name, edges[k].what, gradient[v]);
            free(gradient);
            seg_pair_free(&pair);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_loss_is_described),
        cmocka_unit_test(every_parameter_is_described_and_its_preset_is_legal),
        cmocka_unit_test(names_are_found_in_any_spelling_and_only_once),
        cmocka_unit_test(edges_give_a_number_or_a_reason),
        cmocka_unit_test(tiny_images_give_a_number_or_a_reason),
        cmocka_unit_test(everything_ignored_gives_a_number_or_a_reason),
        cmocka_unit_test(perfect_is_no_worse_than_shifted),
        cmocka_unit_test(every_parameter_works_at_preset_and_both_ends),
        cmocka_unit_test(threads_do_not_change_a_bit),
        cmocka_unit_test(company_does_not_change_a_bit),
        cmocka_unit_test(a_foreground_map_is_two_classes),
        cmocka_unit_test(a_label_map_is_probabilities_of_0_and_1),
        cmocka_unit_test(what_is_predicted_where_voxels_are_ignored_does_not_matter),
        cmocka_unit_test(a_soft_truth_of_0_and_1_is_a_label_map_or_is_refused_by_name),
        cmocka_unit_test(gradients_agree_with_differences),
        cmocka_unit_test(gradients_are_0_where_voxels_are_ignored),
        cmocka_unit_test(gradients_are_finite_for_hard_predictions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

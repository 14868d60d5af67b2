/* test_evaluate.c - the rows of a case: which, in what order, of slices as of images of their own, for any threads. */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "evaluate/evaluate.h"
#include "support/fixture.h"

static void make_plan(seg_plan *plan, const char *losses, const char *metrics)
{
    seg_error err = {0};

    *plan = (seg_plan){0};
    assert_ok(seg_plan_add_losses(plan, losses, &err), &err);
    assert_ok(seg_plan_add_metrics(plan, metrics, 0, &err), &err);
}

static void evaluate(seg_case *out, const seg_pair *pair, const seg_plan *plan, seg_evaluate_options options)
{
    seg_error err = {0};

    *out = (seg_case){0};
    assert_ok(seg_case_name(out, "case", NULL, NULL, &err), &err);
    assert_ok(seg_evaluate(out, pair, plan, &options, &err), &err);
}

/* "dice:- dice:0 dsc:-": measure and class of the rows of one slice (-1: the case). */
static const char *rows_of(const seg_case *c, long slice)
{
    static char text[2000];
    size_t n = 0;

    text[0] = '\0';
    for (size_t i = 0; i < c->n; i++)
        if (c->rows[i].slice == slice)
            n += (size_t)snprintf(text + n, sizeof text - n, c->rows[i].cls < 0 ? "%s%s:-" : "%s%s:%d", n ? " " : "",
                                  c->rows[i].measure, c->rows[i].cls);
    return text;
}

static void rows_come_in_the_order_of_the_plan_the_aggregate_first(void **state)
{
    seg_pair pair;
    seg_plan plan;
    seg_case c;

    (void)state;
    fixture_golden(&pair, "multi2d", false);
    make_plan(&plan, "iou:classes=1,dice:classes=all", "hd95,dsc");
    assert_ok(seg_plan_add_losses(&plan, "x = dice(classes=all) + ce", NULL), NULL);
    evaluate(&c, &pair, &plan, (seg_evaluate_options){.per_class = true, .slice_axis = -1});
    assert_string_equal(rows_of(&c, -1), "iou:- iou:1 dice:- dice:0 dice:1 dice:2 dice:3 x:- x:0 x:1 x:2 x:3 "
                                         "hd95:- hd95:1 hd95:2 hd95:3 dsc:- dsc:1 dsc:2 dsc:3");
    assert_int_equal(c.n_classes, 4);
    assert_int_equal(c.shape[0], pair.grid.n[0]);
    seg_case_free(&c);
    evaluate(&c, &pair, &plan, (seg_evaluate_options){.slice_axis = -1});
    assert_string_equal(rows_of(&c, -1), "iou:- dice:- x:- hd95:- dsc:-");
    seg_case_free(&c);
    seg_plan_free(&plan);
    seg_pair_free(&pair);
}

/* The k-th row of a slice, or NULL. */
static const seg_row *row_of(const seg_case *c, long slice, size_t k)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->rows[i].slice == slice && k-- == 0)
            return &c->rows[i];
    return NULL;
}

static void same_row(const seg_row *a, const seg_row *b)
{
    assert_non_null(a);
    assert_string_equal(a->measure, b->measure);
    assert_string_equal(a->params, b->params);
    assert_string_equal(a->status, b->status);
    assert_string_equal(a->unit, b->unit);
    assert_int_equal(a->cls, b->cls);
    if (memcmp(&a->value, &b->value, sizeof a->value) && !(isnan(a->value) && isnan(b->value)))
        fail_msg("%s of class %d is %.17g and %.17g", a->measure, a->cls, a->value, b->value);
}

/* A slice has the rows, to the bit, of the image that is cut out and scored alone. */
static void a_slice_is_scored_like_an_image_of_its_own(void **state)
{
    static const char *const LOSSES = "ce,focal,dice,lovasz,tversky:fn=0.6,boundary,region-wise,x = dice + ce";
    seg_pair pair, slice;
    seg_plan plan = {0};
    seg_case whole, one;
    seg_error err = {0};
    char copy[200], *rest = copy, *spec;

    (void)state;
    fixture_golden(&pair, "multi3d", false);
    snprintf(copy, sizeof copy, "%s", LOSSES);
    while ((spec = strsep(&rest, ",")))
        assert_ok(seg_plan_add_losses(&plan, spec, &err), &err);
    assert_ok(seg_plan_add_metrics(&plan, "dsc,hd95,nsd,tp", 0, &err), &err);
    for (int axis = 0; axis < 3; axis++) {
        evaluate(&whole, &pair, &plan,
                 (seg_evaluate_options){.per_class = true, .per_slice = true, .slice_axis = axis});
        for (size_t index = 0; index < pair.grid.n[axis]; index += 3) {
            assert_ok(seg_pair_slice(&slice, &pair, axis, index, &err), &err);
            evaluate(&one, &slice, &plan, (seg_evaluate_options){.per_class = true});
            for (size_t k = 0; k < one.n; k++)
                same_row(row_of(&whole, (long)index, k), &one.rows[k]);
            assert_null(row_of(&whole, (long)index, one.n));
            seg_case_free(&one);
            seg_pair_free_maps(&slice);
        }
        assert_null(row_of(&whole, (long)pair.grid.n[axis], 0));
        seg_case_free(&whole);
    }
    seg_plan_free(&plan);
    seg_pair_free(&pair);
}

static size_t slices_of(const size_t n[3], const double mm[3], int axis)
{
    uint8_t *label = calloc(n[0] * n[1] * n[2], 1);
    seg_pair pair;
    seg_plan plan;
    seg_case c;
    size_t slices = 0;

    label[0] = 1;
    fixture_labels(&pair, n, mm, 2, label, label);
    make_plan(&plan, "none", "dsc");
    evaluate(&c, &pair, &plan, (seg_evaluate_options){.per_slice = true, .slice_axis = axis});
    while (row_of(&c, (long)slices, 0))
        slices++;
    assert_int_equal(c.n, slices + 1);
    seg_case_free(&c);
    seg_plan_free(&plan);
    seg_pair_free(&pair);
    free(label);
    return slices;
}

static void slices_lie_across_the_widest_spacing_and_across_z_in_a_tie(void **state)
{
    static const size_t N[3] = {3, 4, 5}, FLAT[3] = {3, 4, 1};

    (void)state;
    assert_int_equal(slices_of(N, (double[]){1, 1, 1}, -1), 5);
    assert_int_equal(slices_of(N, (double[]){5, 1, 5}, -1), 5);
    assert_int_equal(slices_of(N, (double[]){5, 1, 1}, -1), 3);
    assert_int_equal(slices_of(N, (double[]){1, 5, 1}, -1), 4);
    assert_int_equal(slices_of(N, (double[]){5, 5, 1}, -1), 4);
    assert_int_equal(slices_of(N, (double[]){1, 1, 5}, 0), 3);
    assert_int_equal(slices_of(FLAT, (double[]){5, 1, 1}, -1), 1); /* an image is its one slice */
}

static void threads_change_no_bit_of_any_row(void **state)
{
    seg_evaluate_options options = {.per_class = true, .per_slice = true, .slice_axis = -1};
    seg_pair pair;
    seg_plan plan;
    seg_case one, many;

    (void)state;
    fixture_golden(&pair, "multi3d", false);
    make_plan(&plan, "pixel,dice,lovasz", "dsc,hd95,assd");
    seg_set_threads(1);
    evaluate(&one, &pair, &plan, options);
    for (int threads = 2; threads <= 5; threads += 3) {
        seg_set_threads(threads);
        evaluate(&many, &pair, &plan, options);
        assert_int_equal(many.n, one.n);
        for (size_t i = 0; i < one.n; i++)
            same_row(&many.rows[i], &one.rows[i]);
        seg_case_free(&many);
    }
    seg_case_free(&one);
    seg_plan_free(&plan);
    seg_pair_free(&pair);
}

struct witness {
    int looks;
    atomic_int timed; /* by any thread */
    size_t scores;
    double first;
    seg_status answer;
};

static seg_status look(void *context, seg_case *out, seg_loss_ctx *work, const seg_plan *plan, const seg_score *score,
                       seg_error *err)
{
    struct witness *w = context;

    assert_non_null(out);
    assert_non_null(work);
    w->looks++;
    w->scores = plan->losses;
    w->first = score[0].total.x;
    return w->answer ? seg_fail(err, w->answer, "seen enough") : SEG_OK;
}

static void took(void *context, const char *kind, const char *name, double seconds)
{
    struct witness *w = context;

    assert_true(*kind && name && seconds >= 0);
    w->timed++;
}

static void an_observer_looks_once_at_the_case_and_never_at_slices(void **state)
{
    struct witness w = {0};
    const seg_observer observer = {&w, look};
    const seg_timing timing = {took, &w};
    seg_evaluate_options options = {.per_slice = true, .slice_axis = -1, .observer = &observer, .timing = &timing};
    seg_pair pair;
    seg_plan plan;
    seg_case c;
    seg_error err = {0};

    (void)state;
    fixture_golden(&pair, "multi3d", false);
    make_plan(&plan, "dice,ce", "dsc");
    evaluate(&c, &pair, &plan, options);
    assert_int_equal(w.looks, 1);
    assert_int_equal(w.scores, 2);
    assert_near(w.first, c.rows[0].value, 0, 0);
    assert_int_equal(w.timed, 9); /* two losses, counts, dsc of four classes, all metrics, the slices */
    seg_case_free(&c);
    w.answer = SEG_STOPPED;
    c = (seg_case){0};
    assert_int_equal(seg_evaluate(&c, &pair, &plan, &options, &err), SEG_STOPPED);
    assert_string_equal(err.text, "seen enough");
    seg_case_free(&c);
    seg_plan_free(&plan);
    seg_pair_free(&pair);
}

static void a_plan_with_nothing_in_it_is_refused(void **state)
{
    seg_pair pair;
    seg_case c = {0};
    seg_error err = {0};

    (void)state;
    fixture_golden(&pair, "bin2d_small", false);
    assert_int_equal(seg_evaluate(&c, &pair, &(seg_plan){0}, &(seg_evaluate_options){0}, &err), SEG_USAGE);
    assert_non_null(strstr(err.text, "nothing to compute"));
    seg_case_free(&c);
    seg_pair_free(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_in_the_order_of_the_plan_the_aggregate_first),
        cmocka_unit_test(a_slice_is_scored_like_an_image_of_its_own),
        cmocka_unit_test(slices_lie_across_the_widest_spacing_and_across_z_in_a_tie),
        cmocka_unit_test(threads_change_no_bit_of_any_row),
        cmocka_unit_test(an_observer_looks_once_at_the_case_and_never_at_slices),
        cmocka_unit_test(a_plan_with_nothing_in_it_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* test_plan.c - names become a plan: in the order asked for, each number once, with its parameters, or a sentence. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "evaluate/plan.h"
#include "support/fixture.h"

/* "dice tversky(fn=0.5;fp=0.5) 'x'": what gets rows, in order. */
static const char *shown(const seg_plan *plan)
{
    static char text[8000];
    size_t n = 0;

    text[0] = '\0';
    for (size_t i = 0; i < plan->items; i++) {
        const seg_plan_item *item = &plan->item[i];
        bool formula = item->is_expression;
        const char *name = formula ? plan->expression[item->index].name : plan->loss[item->index].loss->name;
        const char *params = formula ? plan->expression_text[item->index] : plan->loss[item->index].text;

        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s%s%s%s", i ? " " : "", name, *params ? "(" : "", params,
                              *params ? ")" : "");
    }
    for (size_t i = 0; i < plan->metrics.n; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s%s%s%s", n ? " " : "", plan->metrics.job[i].metric->name,
                              *plan->metric_text[i] ? "(" : "", plan->metric_text[i], *plan->metric_text[i] ? ")" : "");
    return text;
}

static void add(seg_plan *plan, const char *losses, const char *metrics)
{
    seg_error err = {0};

    if (losses)
        assert_ok(seg_plan_add_losses(plan, losses, &err), &err);
    if (metrics)
        assert_ok(seg_plan_add_metrics(plan, metrics, 0, &err), &err);
}

static void each_number_is_planned_once_where_it_was_first_asked_for(void **state)
{
    static const struct {
        const char *losses, *shown;
    } CASES[] = {
        {"none", ""},
        {"ce,dice,ce", "ce dice"},
        {"DICE,dice:smooth=1e-5", NULL}, /* whatever the preset is, see below */
        {"tversky:fn=0.5,tversky:fn=0.50,tversky:alpha=5e-1", "tversky(fn=0.5)"},
        {"tversky:alpha=5e-1,beta=0.5", "tversky(beta=0.5;alpha=0.5)"}, /* the names that were typed */
        {"tversky:fn=0.5,tversky:fn=0.6,tversky:fn=0.5", "tversky(fn=0.5) tversky(fn=0.6)"},
        {"focal-tversky:gamma=2,fn=0.4", "focal-tversky(fn=0.4;gamma=2)"}, /* in the order of the rows */
        {"wce", "ce(weights=inverse)"},
        {"wce,ce:weights=inverse", "ce(weights=inverse)"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        seg_plan plan = {0};

        add(&plan, CASES[i].losses, NULL);
        if (CASES[i].shown)
            assert_string_equal(shown(&plan), CASES[i].shown);
        seg_plan_free(&plan);
    }
}

static void a_level_is_its_losses_and_all_is_every_level(void **state)
{
    seg_plan all = {0}, levels = {0}, twice = {0};
    char names[8000];

    (void)state;
    add(&all, "all", NULL);
    assert_int_equal(all.items, seg_losses_count);
    for (size_t i = 0; i < seg_losses_count; i++)
        assert_ptr_equal(all.loss[all.item[i].index].loss, seg_losses[i]);
    for (int level = 0; level < SEG_LEVELS; level++) {
        seg_plan one = {0};

        snprintf(names, sizeof names, "%s-level", seg_level_names[level]);
        add(&one, names, NULL);
        assert_true(one.items > 1);
        for (size_t i = 0; i < one.losses; i++)
            assert_int_equal(one.loss[i].loss->level, level);
        seg_plan_free(&one);
        add(&levels, names, NULL);
        assert_int_equal(seg_plan_level(seg_level_names[level]), level == SEG_BOUNDARY ? -1 : level); /* a loss */
    }
    assert_int_equal(levels.items, all.items);
    snprintf(names, sizeof names, "%s", shown(&all));
    add(&twice, "all,all", NULL);
    add(&twice, "all", NULL);
    assert_string_equal(shown(&twice), names);
    seg_plan_free(&all);
    seg_plan_free(&levels);
    seg_plan_free(&twice);
}

static void check_presets(const char *name, const seg_param *rows, bool metric)
{
    for (const seg_param *row = rows; row && row->name; row++) {
        seg_string text = {0};
        seg_plan plain = {0}, typed = {0};
        char wanted[8000];

        if (row->type == SEG_PARAM_FILE ||
            (row->type == SEG_PARAM_CLASSES && row->classes && strchr(row->classes, ' ')))
            continue; /* no preset, or one in words */
        seg_string_printf(&text, "%s:%s=", name, row->name);
        seg_params_write_preset(row, &text);
        add(&plain, metric ? NULL : name, metric ? name : NULL);
        add(&typed, metric ? NULL : text.text, metric ? text.text : NULL);
        snprintf(wanted, sizeof wanted, "%s", shown(&plain));
        if (row->type != SEG_PARAM_CLASSES && strcmp(shown(&typed), wanted))
            fail_msg("%s gives %s, not %s", text.text, shown(&typed), wanted);
        seg_plan_free(&plain);
        seg_plan_free(&typed);
        seg_string_free(&text);
    }
}

/* What `segloss describe` prints in brackets can be typed, and changes nothing. */
static void a_preset_that_is_typed_is_the_preset(void **state)
{
    (void)state;
    for (size_t i = 0; i < seg_losses_count; i++)
        check_presets(seg_losses[i]->name, seg_losses[i]->params, false);
    for (size_t i = 0; i < seg_metrics_count; i++)
        check_presets(seg_metrics[i]->name, seg_metrics[i]->params, true);
}

static void formulas_share_the_losses_they_use(void **state)
{
    seg_plan plan = {0};

    (void)state;
    add(&plan, "x = 0.5*dice + 0.5*ce", NULL);
    assert_int_equal(plan.losses, 2);
    assert_string_equal(shown(&plan), "x(formula=0.5*dice+0.5*ce)");
    add(&plan, "dice + tversky(fn=0.5)", NULL);
    add(&plan, "ce", NULL);
    assert_int_equal(plan.losses, 3);
    assert_string_equal(shown(&plan), "x(formula=0.5*dice+0.5*ce) dice+tversky(fn=0.5) ce");
    seg_plan_free(&plan);
}

static void metrics_keep_whose_definition_they_follow(void **state)
{
    int medpy = seg_convention_find("medpy");
    seg_plan plan = {0};
    seg_error err = {0};
    size_t all;

    (void)state;
    assert_true(medpy > 0);
    add(&plan, NULL, "hd95,dsc,HD95,hd95:percentile=95");
    assert_string_equal(shown(&plan), "hd95 dsc");
    assert_ok(seg_plan_add_metrics(&plan, "hd95", medpy, &err), &err);
    assert_string_equal(shown(&plan), "hd95 dsc hd95(convention=medpy)");
    add(&plan, NULL, "hd95:convention=medpy");
    assert_string_equal(shown(&plan), "hd95 dsc hd95(convention=medpy)");
    add(&plan, NULL, "hd95:convention=all");
    all = plan.metrics.n;
    assert_true(all > 5);
    for (size_t i = 0; i < all; i++)
        for (size_t j = 0; j < i; j++)
            assert_true(plan.metrics.job[i].metric != plan.metrics.job[j].metric ||
                        strcmp(plan.metric_text[i], plan.metric_text[j]));
    seg_plan_free(&plan);
}

/* What was planned before a slip stays as it was, and can be freed. */
static void a_slip_has_its_sentence(void **state)
{
    static const struct {
        bool metric;
        const char *text, *said;
    } BAD[] = {
        {false, "dicee", "there is no loss 'dicee' (did you mean 'dice'?)"},
        {false, "xyzzy", "there is no loss 'xyzzy' (see 'segloss list losses')"},
        {false, "dice,none", "--loss: 'none' stands alone"},
        {false, "none:a=1", "--loss: 'none' stands alone"},
        {false, "dice,,ce", "has an empty place"},
        {false, "iou,tversky:fn=-1", "tversky: fn=-1 is not possible"},
        {false, "region:xyzzy=1", "xyzzy"},
        {false, "0.5*dice + dise", "did you mean 'dice'?"},
        {false, "x = dice + tversky(fn=-1)", "tversky"},
        {true, "dscc", "there is no metric 'dscc' (did you mean 'dsc'?)"},
        {true, "xyzzy", "there is no metric 'xyzzy' (see 'segloss list metrics')"},
        {true, "dsc,none", "--metric: 'none' stands alone"},
        {true, "iou,nsd:tolerance=x", "x"},
        {true, "dsc:xyzzy=1", "dsc"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        seg_plan plan = {0};
        seg_error err = {0};

        add(&plan, "ce", "dsc");
        if (BAD[i].metric)
            seg_plan_add_metrics(&plan, BAD[i].text, 0, &err);
        else
            seg_plan_add_losses(&plan, BAD[i].text, &err);
        if (err.status != SEG_USAGE || !strstr(err.text, BAD[i].said))
            fail_msg("'%s': %s", BAD[i].text, err.text);
        assert_memory_equal(shown(&plan), "ce", 2);
        seg_plan_free(&plan);
        seg_plan_free(&plan);
    }
}

/* Plans one loss or metric with one parameter, and perhaps more. */
static seg_status plan_with(bool is_loss, const char *name, const char *param, double x, const char *more)
{
    char text[160];
    seg_plan plan = {0};
    seg_status st;

    snprintf(text, sizeof text, "%s:%s=%.17g%s", name, param, x, more);
    st = is_loss ? seg_plan_add_losses(&plan, text, NULL) : seg_plan_add_metrics(&plan, text, 0, NULL);
    seg_plan_free(&plan);
    return st;
}

/* An end that the presets refuse is accepted with another choice, and the help says which choice refuses it. */
static bool other_choice_takes(bool is_loss, const char *name, const seg_param *rows, const seg_param *row, double x)
{
    for (const seg_param *choice = rows; choice->name; choice++)
        for (int w = 0; choice->type == SEG_PARAM_CHOICE && choice->choices[w]; w++) {
            char more[80], preset[80];

            snprintf(more, sizeof more, ",%s=%s", choice->name, choice->choices[w]);
            snprintf(preset, sizeof preset, "%s=%s", choice->name, choice->choices[(int)choice->preset]);
            if (w != (int)choice->preset && strstr(row->help, preset) &&
                plan_with(is_loss, name, row->name, x, more) == SEG_OK)
                return true;
        }
    return false;
}

/* An end that needs another number to move too: the help names the other parameter. */
static bool other_number_takes(bool is_loss, const char *name, const seg_param *rows, const seg_param *row, double x)
{
    for (const seg_param *other = rows; other->name; other++) {
        bool number = other->type == SEG_PARAM_NUMBER || other->type == SEG_PARAM_INTEGER;

        for (int end = 0; end < 2 && number && other != row && strstr(row->help, other->name); end++) {
            double at = end ? other->max : other->min;
            char more[80];

            if (end ? other->below : other->above)
                at = nextafter(at, end ? -INFINITY : INFINITY);
            snprintf(more, sizeof more, ",%s=%.17g", other->name, at);
            if (plan_with(is_loss, name, row->name, x, more) == SEG_OK)
                return true;
        }
    }
    return false;
}

/* The last number that the printed range holds at an end, and the first that it does not. */
static void check_end(bool is_loss, const char *name, const seg_param *rows, const seg_param *row, double end,
                      bool open, double outward)
{
    bool whole = row->type == SEG_PARAM_INTEGER;
    double inside = whole ? end : open ? nextafter(end, -outward) : end;
    double outside = whole ? end + (outward > 0 ? 1 : -1) : open ? end : nextafter(end, outward);

    if (isinf(end))
        return;
    if (plan_with(is_loss, name, row->name, inside, "") != SEG_OK &&
        !other_choice_takes(is_loss, name, rows, row, inside) && !other_number_takes(is_loss, name, rows, row, inside))
        fail_msg("%s: %s=%.17g is in the range that is printed, and refused", name, row->name, inside);
    if (plan_with(is_loss, name, row->name, outside, "") != SEG_USAGE)
        fail_msg("%s: %s=%.17g is outside of the range that is printed, and accepted", name, row->name, outside);
}

static void check_ranges(bool is_loss, const char *name, const seg_param *rows)
{
    for (const seg_param *row = rows; row && row->name; row++) {
        bool number = row->type == SEG_PARAM_NUMBER || row->type == SEG_PARAM_INTEGER || row->type == SEG_PARAM_NUMBERS;

        if (!number || row->min == row->max)
            continue;
        check_end(is_loss, name, rows, row, row->min, row->above, -INFINITY);
        check_end(is_loss, name, rows, row, row->max, row->below, INFINITY);
    }
}

static void ranges_are_as_printed_at_both_ends(void **state)
{
    (void)state;
    for (size_t i = 0; i < seg_losses_count; i++)
        check_ranges(true, seg_losses[i]->name, seg_losses[i]->params);
    for (size_t i = 0; i < seg_metrics_count; i++)
        check_ranges(false, seg_metrics[i]->name, seg_metrics[i]->params);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_are_as_printed_at_both_ends),
        cmocka_unit_test(each_number_is_planned_once_where_it_was_first_asked_for),
        cmocka_unit_test(a_level_is_its_losses_and_all_is_every_level),
        cmocka_unit_test(a_preset_that_is_typed_is_the_preset),
        cmocka_unit_test(formulas_share_the_losses_they_use),
        cmocka_unit_test(metrics_keep_whose_definition_they_follow),
        cmocka_unit_test(a_slip_has_its_sentence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* plan.c - looks names up in the registries and reads their parameters. */
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "spec.h"

/* ---- losses ---- */

static void free_loss(seg_plan_loss *l)
{
    seg_params_free(l->loss ? l->loss->params : NULL, l->params);
    free(l->params);
    free(l->text);
    free(l->key);
}

static seg_status read_params(seg_plan_loss *l, const char *before, const char *text, seg_error *err)
{
    const seg_loss *loss = l->loss;
    seg_string shown = {0}, key = {0};
    seg_status st = seg_alloc(&l->params, 1, loss->size, loss->name, err);

    if (!st)
        st = seg_params_preset(loss->params, l->params, loss->size, err);
    if (!st)
        st = seg_params_read(loss->params, loss->name, before, l->params, err);
    if (!st)
        st = seg_params_read(loss->params, loss->name, text, l->params, err);
    if (!st && loss->check)
        st = loss->check(l->params, err);
    if (st)
        return st;
    seg_params_write_as(loss->params, l->params, text, ";", &shown);
    seg_string_add(&shown, "");
    l->text = shown.text;
    seg_params_write(loss->params, l->params, ";", &key);
    seg_string_add(&key, "");
    l->key = key.text;
    st = seg_string_check(&shown, err);
    return st ? st : seg_string_check(&key, err);
}

/* The place of a loss in the plan that has the same parameters, or SIZE_MAX. */
static size_t find_planned(const seg_plan *plan, const seg_plan_loss *l)
{
    for (size_t i = 0; i < plan->losses; i++)
        if (plan->loss[i].loss == l->loss && !strcmp(plan->loss[i].key, l->key))
            return i;
    return SIZE_MAX;
}

/* Has the loss computed, once. */
static seg_status need_loss(seg_plan *plan, const seg_loss *loss, const char *before, const char *text, size_t *index,
                            seg_error *err)
{
    seg_plan_loss l = {.loss = loss};
    seg_status st = seg_grow(&plan->loss, &plan->loss_room, plan->losses + 1, sizeof *plan->loss, "the plan", err);

    if (!st)
        st = read_params(&l, before, text, err);
    *index = st ? 0 : find_planned(plan, &l);
    if (st || *index < plan->losses) {
        free_loss(&l);
        return st;
    }
    *index = plan->losses;
    plan->loss[plan->losses++] = l;
    return SEG_OK;
}

static seg_status show(seg_plan *plan, bool is_expression, size_t index, seg_error *err)
{
    seg_status st = seg_grow(&plan->item, &plan->item_room, plan->items + 1, sizeof *plan->item, "the plan", err);

    if (st)
        return st;
    for (plan->last = 0; plan->last < plan->items; plan->last++)
        if (plan->item[plan->last].is_expression == is_expression && plan->item[plan->last].index == index)
            return SEG_OK;
    plan->item[plan->items++] = (seg_plan_item){.is_expression = is_expression, .index = index};
    return SEG_OK;
}

static seg_status add_loss(seg_plan *plan, const seg_loss *loss, const char *before, const char *text, seg_error *err)
{
    size_t index;
    seg_status st = need_loss(plan, loss, before, text, &index, err);

    return st ? st : show(plan, false, index, err);
}

static seg_status add_level(seg_plan *plan, int level, const char *text, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < seg_losses_count && !st; i++)
        if (level < 0 || (int)seg_losses[i]->level == level)
            st = add_loss(plan, seg_losses[i], NULL, text, err);
    return st;
}

static seg_status no_such_loss(const char *name, seg_error *err)
{
    const char *near = seg_loss_nearest(name);

    return near ? seg_fail(err, SEG_USAGE, "there is no loss '%s' (did you mean '%s'?)", name, near)
                : seg_fail(err, SEG_USAGE, "there is no loss '%s' (see 'segloss list losses')", name);
}

int seg_plan_level(const char *name)
{
    char written_out[32];

    for (int level = 0; !seg_loss_find(name) && level < SEG_LEVELS; level++) {
        snprintf(written_out, sizeof written_out, "%s-level", seg_level_names[level]);
        if (seg_same_name(name, seg_level_names[level]) || seg_same_name(name, written_out))
            return level;
    }
    return -1;
}

static seg_status add_named_loss(seg_plan *plan, const seg_spec *spec, seg_error *err)
{
    const char *before = NULL;
    const seg_loss *loss = seg_loss_find(spec->name);

    if (!loss)
        loss = seg_loss_shorthand(spec->name, &before);
    if (loss)
        return add_loss(plan, loss, before, spec->params, err);
    if (seg_plan_level(spec->name) >= 0 || seg_same_name(spec->name, "all"))
        return add_level(plan, seg_plan_level(spec->name), spec->params, err); /* -1 is all of them */
    return no_such_loss(spec->name, err);
}

/* ---- formulas ---- */

static bool is_loss(const char *name)
{
    const char *params;

    return seg_loss_find(name) || seg_loss_shorthand(name, &params);
}

static seg_status find_for_formula(void *context, const char *name, const char *params, size_t *index, seg_error *err)
{
    const char *before = NULL;
    const seg_loss *loss = seg_loss_find(name);

    if (!loss)
        loss = seg_loss_shorthand(name, &before);
    return loss ? need_loss(context, loss, before, params, index, err) : no_such_loss(name, err);
}

static seg_status add_expression(seg_plan *plan, const char *text, seg_error *err)
{
    seg_string shown = {0};
    seg_expression e = {0};
    seg_status st =
        seg_grow(&plan->expression, &plan->expression_room, plan->expressions + 1, sizeof e, "the plan", err);

    if (!st)
        st = seg_grow(&plan->expression_text, &plan->expression_text_room, plan->expressions + 1,
                      sizeof *plan->expression_text, "the plan", err);
    if (!st)
        st = seg_expression_read(&e, text, is_loss, find_for_formula, plan, err);
    if (st)
        return st;
    seg_string_printf(&shown, "%s%s", e.named ? "formula=" : "", e.named ? e.text : "");
    plan->expression[plan->expressions] = e;
    plan->expression_text[plan->expressions++] = shown.text;
    st = seg_string_check(&shown, err);
    return st ? st : show(plan, true, plan->expressions - 1, err);
}

static bool is_none(const seg_specs *specs, size_t i)
{
    return seg_same_name(specs->spec[i].name, "none");
}

static seg_status check_none(const seg_specs *specs, const char *option, seg_error *err)
{
    for (size_t i = 0; i < specs->n; i++)
        if (is_none(specs, i) && (specs->n > 1 || *specs->spec[i].params))
            return seg_fail(err, SEG_USAGE, "%s: 'none' stands alone (leave it out, or the other names)", option);
    return SEG_OK;
}

seg_status seg_plan_add_losses(seg_plan *plan, const char *text, seg_error *err)
{
    seg_specs specs = {0};
    seg_status st;

    if (seg_is_expression(text))
        return add_expression(plan, text, err);
    st = seg_specs_read(&specs, "--loss", text, err);
    if (!st)
        st = check_none(&specs, "--loss", err);
    for (size_t i = 0; i < specs.n && !st; i++)
        if (!is_none(&specs, i))
            st = add_named_loss(plan, &specs.spec[i], err);
    seg_specs_free(&specs);
    return st;
}

/* ---- metrics ---- */

/* The parameters, and whose definition it is unless it is our own: a number without that cannot be compared. */
static void write_params(const seg_metric_job *job, const char *typed, seg_string *out)
{
    int convention = seg_metric_job_convention(job);

    if (job->params)
        seg_params_write_as(job->metric->params, job->params, typed, ";", out);
    /* A convention that is a way of reading the files stands in the settings of the run. */
    if (convention > 0 && !seg_conventions[convention].grey_stretched &&
        !(out->text && strstr(out->text, "convention=")))
        seg_string_printf(out, "%sconvention=%s", out->length ? ";" : "", seg_conventions[convention].name);
    seg_string_add(out, "");
}

/* The job at `i` is one that stands before it: asking twice for a number does not print it twice. */
static bool is_repeated(const seg_plan *plan, size_t i)
{
    seg_string key = {0};
    bool repeated = false;

    write_params(&plan->metrics.job[i], NULL, &key);
    for (size_t j = 0; j < i && !repeated && key.text; j++) {
        seg_string other = {0};

        if (plan->metrics.job[j].metric != plan->metrics.job[i].metric)
            continue;
        write_params(&plan->metrics.job[j], NULL, &other);
        repeated = other.text && !strcmp(other.text, key.text);
        seg_string_free(&other);
    }
    seg_string_free(&key);
    return repeated;
}

static seg_status add_texts(seg_plan *plan, size_t from, const char *typed, seg_error *err)
{
    seg_status st =
        seg_grow(&plan->metric_text, &plan->text_room, plan->metrics.n, sizeof *plan->metric_text, "the plan", err);

    for (size_t i = from; i < plan->metrics.n && !st;) {
        seg_string shown = {0};

        write_params(&plan->metrics.job[i], typed, &shown);
        st = seg_string_check(&shown, err);
        if (st || is_repeated(plan, i)) {
            seg_metric_jobs_drop(&plan->metrics, i);
            seg_string_free(&shown);
        } else {
            plan->metric_text[i++] = shown.text;
        }
    }
    while (st && plan->metrics.n > from) /* every job that is kept has a text */
        seg_metric_jobs_drop(&plan->metrics, plan->metrics.n - 1);
    return st;
}

static seg_status add_metric(seg_plan *plan, const seg_metric *metric, const char *params, int convention,
                             seg_error *err)
{
    size_t from = plan->metrics.n;
    seg_status st = seg_metric_jobs_add(&plan->metrics, metric, params, convention, err);

    return st ? st : add_texts(plan, from, params, err);
}

static seg_status add_family(seg_plan *plan, int family, const char *params, int convention, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < seg_metrics_count && !st; i++)
        if (family < 0 || (int)seg_metrics[i]->family == family)
            st = add_metric(plan, seg_metrics[i], params, convention, err);
    return st;
}

static seg_status add_named_metric(seg_plan *plan, const seg_spec *spec, int convention, seg_error *err)
{
    const seg_metric *metric = seg_metric_find(spec->name);
    const char *near;

    if (metric)
        return add_metric(plan, metric, spec->params, convention, err);
    for (int family = 0; family < SEG_METRIC_FAMILIES; family++)
        if (seg_same_name(spec->name, seg_metric_family_names[family]))
            return add_family(plan, family, spec->params, convention, err);
    if (seg_same_name(spec->name, "all"))
        return add_family(plan, -1, spec->params, convention, err);
    near = seg_metric_nearest(spec->name);
    return near ? seg_fail(err, SEG_USAGE, "there is no metric '%s' (did you mean '%s'?)", spec->name, near)
                : seg_fail(err, SEG_USAGE, "there is no metric '%s' (see 'segloss list metrics')", spec->name);
}

seg_status seg_plan_add_metrics(seg_plan *plan, const char *text, int convention, seg_error *err)
{
    seg_specs specs = {0};
    seg_status st = seg_specs_read(&specs, "--metric", text, err);

    if (!st)
        st = check_none(&specs, "--metric", err);
    for (size_t i = 0; i < specs.n && !st; i++)
        if (!is_none(&specs, i))
            st = add_named_metric(plan, &specs.spec[i], convention, err);
    seg_specs_free(&specs);
    return st;
}

seg_status seg_plan_accumulations(seg_accumulations *accumulations, const seg_plan *plan, seg_error *err)
{
    seg_status st;

    *accumulations = (seg_accumulations){0};
    st = seg_alloc(&accumulations->item, plan->losses, sizeof *accumulations->item, "the plan", err);
    for (size_t i = 0; !st && i < plan->losses; i++)
        if (plan->loss[i].loss->accumulator)
            accumulations->item[accumulations->n++] = (seg_accumulation){.kind = plan->loss[i].loss->accumulator,
                                                                         .params = plan->loss[i].params,
                                                                         .name = plan->loss[i].loss->name};
    return st;
}

bool seg_plan_single_pass(const seg_plan *plan)
{
    bool once = true;

    for (size_t i = 0; i < plan->losses; i++)
        once &= plan->loss[i].loss->single_pass && plan->loss[i].loss->single_pass(plan->loss[i].params);
    for (size_t i = 0; i < plan->metrics.n; i++) {
        const seg_metric_job *job = &plan->metrics.job[i];

        once &= job->metric->family != SEG_PROBABILITY_METRIC;
        once &= !job->metric->reads_map || !job->metric->reads_map(job->params);
    }
    return once;
}

void seg_plan_free(seg_plan *plan)
{
    for (size_t i = 0; i < plan->losses; i++)
        free_loss(&plan->loss[i]);
    for (size_t i = 0; plan->metric_text && i < plan->metrics.n; i++)
        free(plan->metric_text[i]);
    for (size_t i = 0; i < plan->expressions; i++) {
        seg_expression_free(&plan->expression[i]);
        free(plan->expression_text[i]);
    }
    free(plan->loss);
    free(plan->expression);
    free(plan->expression_text);
    free(plan->item);
    free(plan->metric_text);
    seg_metric_jobs_free(&plan->metrics);
    *plan = (seg_plan){0};
}

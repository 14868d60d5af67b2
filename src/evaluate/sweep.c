/* sweep.c - points into plans, gradients into numbers, numbers over cases into rows. */
#include "sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../statistics/rank.h"
#include "spec.h"
#include "sweep_gradient.h"

const char *const seg_sweep_gradient_words[] = {"prob", "logit", "none", NULL};

/* ---- what is asked for ---- */

/* `name` NULL: the text is a formula. */
static seg_status add_grid(seg_sweep *s, const char *name, const char *text, seg_error *err)
{
    seg_sweep_family family = {.preset = SIZE_MAX, .loss = name ? seg_loss_find(name) : NULL};
    seg_status st = seg_grow(&s->family, &s->room, s->families + 1, sizeof *s->family, "a sweep", err);

    if (!st)
        st = seg_sweep_grid_read(&family.grid, name, text, err);
    if (st)
        seg_sweep_grid_free(&family.grid);
    else
        s->family[s->families++] = family;
    return st;
}

static seg_status add_loss(seg_sweep *s, const char *name, const char *params, seg_error *err)
{
    seg_string text = {0};
    seg_status st;

    seg_string_printf(&text, "%s%s%s", name, *params ? ":" : "", params);
    st = seg_string_check(&text, err);
    if (!st)
        st = add_grid(s, name, text.text, err);
    seg_string_free(&text);
    return st;
}

/* A level, SEG_LEVELS for all losses, or -1. */
static int level_of(const char *name)
{
    return seg_same_name(name, "all") ? SEG_LEVELS : seg_plan_level(name);
}

/* A loss, or each of a level. */
static seg_status add_named(seg_sweep *s, const seg_spec *spec, seg_error *err)
{
    const int level = level_of(spec->name);
    seg_status st = SEG_OK;

    if (seg_same_name(spec->name, "none"))
        return SEG_OK;
    if (level < 0)
        return add_loss(s, spec->name, spec->params, err);
    for (size_t i = 0; i < seg_losses_count && !st; i++)
        if (level == SEG_LEVELS || level == (int)seg_losses[i]->level)
            st = add_loss(s, seg_losses[i]->name, spec->params, err);
    return st;
}

/* Commas inside brackets separate values, not losses: they become semicolons, which no specification has. */
static char *protect_commas(const char *text)
{
    char *copy = seg_copy(text, SIZE_MAX);
    int depth = 0;

    for (char *c = copy; c && *c; c++) {
        depth += (*c == '{' || *c == '(') - (*c == '}' || *c == ')');
        if (*c == ',' && depth > 0)
            *c = ';';
    }
    return copy;
}

seg_status seg_sweep_add(seg_sweep *s, const char *text, seg_error *err)
{
    seg_specs specs = {0};
    char *copy;
    seg_status st;

    if (seg_is_expression(text))
        return add_grid(s, NULL, text, err);
    copy = protect_commas(text);
    if (!copy)
        return seg_fail(err, SEG_MEMORY, "not enough memory for a sweep");
    st = seg_specs_read(&specs, "--loss", copy, err);
    for (size_t i = 0; i < specs.n && !st; i++)
        st = add_named(s, &specs.spec[i], err);
    seg_specs_free(&specs);
    free(copy);
    return st;
}

seg_status seg_sweep_check(seg_sweep *s, seg_error *err)
{
    size_t total = 0, axes = 0;

    for (size_t f = 0; f < s->families; f++) {
        seg_status st = seg_sweep_grid_count(&s->family[f].grid, s->zip, &s->family[f].points, err);

        if (st)
            return st;
        total += s->family[f].points;
        axes += s->family[f].grid.axes;
    }
    if (!axes)
        return seg_fail(err, SEG_USAGE,
                        "nothing is swept: several values for a parameter were wanted, as in --loss "
                        "tversky:alpha=0.2:0.8:0.2 or --loss 'focal:gamma={1/2/3}'");
    if (total > SEG_SWEEP_POINTS)
        return seg_fail(err, SEG_USAGE, "the grids have %zu points together, at most %d are possible", total,
                        SEG_SWEEP_POINTS);
    return SEG_OK;
}

/* ---- plans ---- */

static seg_status plan_point(const seg_sweep *s, seg_sweep_family *f, size_t point, seg_plan *plan, seg_error *err)
{
    seg_string text = {0};
    seg_status st;

    seg_sweep_grid_write(&f->grid, s->zip, point, &text);
    st = seg_string_check(&text, err);
    if (!st)
        st = seg_plan_add_losses(plan, text.text, err);
    f->item[point] = plan->last;
    for (size_t i = 0; i < point && !st; i++)
        if (f->item[i] == plan->last)
            st = seg_fail(err, SEG_USAGE, "%s: two points of the grid are the same, %s", f->grid.title, text.text);
    seg_string_free(&text);
    return st;
}

static seg_status plan_family(const seg_sweep *s, seg_sweep_family *f, seg_plan *plan, seg_error *err)
{
    seg_status st = SEG_OK;

    if (!f->item)
        st = seg_alloc(&f->item, f->points, sizeof *f->item, "a sweep", err);
    for (size_t i = 0; i < f->points && !st; i++)
        st = plan_point(s, f, i, plan, err);
    return st;
}

/* Where the presets do not go together with the rest, there is nothing to compare with. */
static seg_status plan_preset(seg_sweep_family *f, seg_plan *plan, seg_error *err)
{
    const size_t items = plan->items;
    seg_string text = {0};
    seg_status st;

    seg_sweep_grid_write_preset(&f->grid, &text);
    st = seg_string_check(&text, err);
    if (!st && !seg_plan_add_losses(plan, text.text, NULL)) {
        f->preset = plan->last;
        plan->item[plan->last].hidden |= plan->items > items;
    }
    seg_string_free(&text);
    return st;
}

seg_status seg_sweep_plan(void *sweep, seg_plan *plan, seg_error *err)
{
    seg_sweep *s = sweep;
    seg_status st = SEG_OK;

    for (size_t f = 0; f < s->families && !st; f++)
        st = plan_family(s, &s->family[f], plan, err);
    for (size_t f = 0; f < s->families && !st; f++)
        if (s->family[f].grid.axes)
            st = plan_preset(&s->family[f], plan, err);
    s->items = plan->items;
    return st;
}

/* ---- one case ---- */

struct looking {
    const seg_sweep *s;
    seg_loss_ctx *work;
    const seg_plan *plan;
    double *gradient;
    seg_gradient_regions regions;
};

static seg_status look_at_gradient(struct looking *l, const seg_plan_loss *loss, double *number, seg_error *err)
{
    seg_gradient_shares shares;
    seg_status st = loss->loss->gradient(l->work, loss->params, l->gradient, err);

    if (!st)
        st = seg_gradient_measure(&shares, &l->regions, l->work->pair, l->gradient, l->s->gradient == SEG_SWEEP_LOGIT,
                                  err);
    if (st)
        return st;
    number[SEG_SWEEP_BOUNDARY] = shares.boundary;
    number[SEG_SWEEP_SMALLEST] = shares.smallest;
    number[SEG_SWEEP_VOXELS] = shares.voxels;
    number[SEG_SWEEP_SPREAD] = shares.voxels / (double)l->work->pair->voxels;
    return SEG_OK;
}

static seg_status look_at_gradients(struct looking *l, double *number, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; i < l->plan->items && !st; i++) {
        const seg_plan_item *item = &l->plan->item[i];
        const seg_plan_loss *loss = item->is_expression ? NULL : &l->plan->loss[item->index];
        double *own = number + i * SEG_SWEEP_NUMBERS;

        if (loss && !item->hidden && loss->loss->gradient && isfinite(own[SEG_SWEEP_VALUE]))
            st = look_at_gradient(l, loss, own, err);
    }
    return st;
}

/* A gradient is a number for each voxel and class: too much for the machine means empty columns, not a lost case. */
static bool fits(const struct looking *l)
{
    const seg_pair *pair = l->work->pair;
    const double bytes = (double)pair->voxels * pair->classes * sizeof *l->gradient;
    const int others =
        l->s->threads > seg_thread_count() ? l->s->threads / seg_thread_count() : 1; /* cases at the same time */

    if (bytes * others <= (double)l->s->memory)
        return true;
    seg_warn(l->s->notes,
             "a gradient needs %.1f MB, which is over the memory budget; its columns leave this case "
             "out",
             bytes / 1e6);
    return false;
}

/* The numbers of one pair: [items][SEG_SWEEP_NUMBERS], NAN where there is none. */
static seg_status measure_pair(struct looking *l, const seg_score *score, double *number, seg_error *err)
{
    const seg_pair *pair = l->work->pair;
    seg_status st;

    for (size_t i = 0; i < l->plan->items * SEG_SWEEP_NUMBERS; i++)
        number[i] = NAN;
    for (size_t i = 0; i < l->plan->items; i++)
        number[i * SEG_SWEEP_NUMBERS + SEG_SWEEP_VALUE] = seg_plan_value(l->plan, &l->plan->item[i], score, -1).x;
    if (l->s->gradient == SEG_SWEEP_NO_GRADIENT || !fits(l))
        return SEG_OK;
    st = seg_alloc_big(&l->gradient, pair->voxels * (size_t)pair->classes, sizeof *l->gradient, "a gradient", err);
    if (!st)
        st = seg_gradient_regions_find(&l->regions, pair, err);
    if (!st)
        st = look_at_gradients(l, number, err);
    seg_gradient_regions_free(&l->regions);
    free(l->gradient);
    return st;
}

/* A case of several independent classes is measured once for each: the numbers of the case are the means over the
 * classes that have them. The counts stand behind the means. */
seg_status seg_sweep_look(void *sweep, seg_case *out, seg_loss_ctx *work, const seg_plan *plan, const seg_score *score,
                          seg_error *err)
{
    struct looking l = {.s = sweep, .work = work, .plan = plan};
    const size_t n = plan->items * SEG_SWEEP_NUMBERS;
    double *number;
    seg_status st = seg_alloc(&number, n, sizeof *number, "a sweep", err);

    if (!st && !out->aside)
        st = seg_alloc(&out->aside, 2 * n, sizeof *out->aside, "a sweep", err);
    if (!st)
        st = measure_pair(&l, score, number, err);
    for (size_t i = 0; !st && i < n; i++) {
        double *mean = &out->aside[i], *count = &out->aside[n + i];

        if (isnan(number[i]))
            *mean = *count > 0 ? *mean : NAN;
        else
            *mean = *count > 0 ? *mean + (number[i] - *mean) / (*count + 1) : number[i];
        *count += !isnan(number[i]);
    }
    free(number);
    return st;
}

/* ---- cases ---- */

/* The index of a metric, by its name and parameters; new ones at the end, SIZE_MAX for those beyond the last. */
static size_t metric_index(seg_sweep *s, const seg_row *row, seg_error *err)
{
    seg_string name = {0};
    size_t m = 0;

    seg_string_printf(&name, "%s%s%s", row->measure, *row->params ? " " : "", row->params);
    while (m < s->metrics && !name.failed && strcmp(s->metric_name[m], name.text))
        m++;
    if (m == s->metrics && m < SEG_SWEEP_METRICS && !name.failed) {
        s->metric_name[m] = seg_copy(name.text, SIZE_MAX);
        s->unit[m] = seg_copy(row->unit ? row->unit : "", SIZE_MAX);
        s->metrics += s->metric_name[m] && s->unit[m];
    }
    if (name.failed || (m < SEG_SWEEP_METRICS && m >= s->metrics))
        seg_fail(err, SEG_MEMORY, "not enough memory for a sweep");
    seg_string_free(&name);
    return m < s->metrics ? m : SIZE_MAX;
}

/* The metrics over the classes. */
static seg_status take_metrics(seg_sweep *s, const seg_case *c, seg_error *err)
{
    double *x = s->metric + s->cases * SEG_SWEEP_METRICS;
    seg_error failed = {0};

    for (int m = 0; m < SEG_SWEEP_METRICS; m++)
        x[m] = NAN;
    for (size_t i = 0; i < c->n; i++) {
        const seg_row *row = &c->rows[i];
        size_t m;

        if (row->kind != SEG_KIND_METRIC || row->cls >= 0 || row->slice >= 0)
            continue;
        m = metric_index(s, row, &failed);
        if (failed.status)
            return seg_fail(err, failed.status, "%s", failed.text);
        if (m != SIZE_MAX)
            x[m] = row->value;
    }
    return SEG_OK;
}

seg_status seg_sweep_take(void *sweep, const seg_case *c, seg_error *err)
{
    seg_sweep *s = sweep;
    const size_t n = s->items * SEG_SWEEP_NUMBERS;
    seg_status st;

    if (!seg_case_ok(c) || !c->aside) {
        s->failed++;
        return SEG_OK;
    }
    st = seg_grow(&s->number, &s->number_room, (s->cases + 1) * n, sizeof *s->number, "a sweep", err);
    if (!st)
        st = seg_grow(&s->metric, &s->metric_room, (s->cases + 1) * SEG_SWEEP_METRICS, sizeof *s->metric, "a sweep",
                      err);
    if (!st)
        st = take_metrics(s, c, err);
    if (st)
        return st;
    memcpy(s->number + s->cases++ * n, c->aside, n * sizeof *c->aside);
    return SEG_OK;
}

/* ---- rows ---- */

static double number_of(const seg_sweep *s, size_t c, size_t item, int which)
{
    return s->number[(c * s->items + item) * SEG_SWEEP_NUMBERS + (size_t)which];
}

static double mean_of(const seg_sweep *s, size_t item, int which, size_t *n)
{
    double sum = 0;

    *n = 0;
    for (size_t c = 0; c < s->cases; c++) {
        double x = number_of(s, c, item, which);

        if (isnan(x))
            continue;
        sum += x;
        ++*n;
    }
    return *n ? sum / (double)*n : NAN;
}

/* A ratio means something where the loss is never below 0, and 0 is perfect. */
static bool has_ratio(const seg_sweep_family *f)
{
    static const char *const NOT[] = {"combo", "rmi", "t-loss", "boundary", "region-wise", "inverse-form"};
    bool has = f->loss != NULL;

    for (size_t i = 0; has && i < sizeof NOT / sizeof *NOT; i++)
        has = strcmp(f->loss->name, NOT[i]) != 0;
    return has;
}

static double ratio_of(const seg_sweep *s, const seg_sweep_family *f, size_t item)
{
    double own = 0, other = 0;

    for (size_t c = 0; has_ratio(f) && f->preset < s->items && c < s->cases; c++) {
        double x = number_of(s, c, item, SEG_SWEEP_VALUE), y = number_of(s, c, f->preset, SEG_SWEEP_VALUE);

        own += isnan(x) || isnan(y) ? 0 : x;
        other += isnan(x) || isnan(y) ? 0 : y;
    }
    return other > 0 ? own / other : NAN;
}

/* Fewer cases than this agree or disagree by chance alone. */
enum { LEAST_CASES = 3 };

static double tau_of(const seg_sweep *s, size_t item, size_t metric, double *x, double *y)
{
    size_t n = 0;

    for (size_t c = 0; c < s->cases; c++) {
        x[n] = number_of(s, c, item, SEG_SWEEP_VALUE);
        y[n] = s->metric[c * SEG_SWEEP_METRICS + metric];
        n += !isnan(x[n]) && !isnan(y[n]);
    }
    return n < LEAST_CASES ? NAN : seg_kendall_of(x, y, n).tau;
}

seg_status seg_sweep_row_of(seg_sweep_row *row, const seg_sweep *s, const seg_sweep_family *family, size_t point,
                            seg_error *err)
{
    double *x = NULL;
    size_t n, item = family->item[point];
    seg_status st = seg_alloc(&x, 2 * s->cases, sizeof *x, "a sweep", err);

    if (st)
        return st;
    row->boundary = mean_of(s, item, SEG_SWEEP_BOUNDARY, &n);
    row->smallest = mean_of(s, item, SEG_SWEEP_SMALLEST, &n);
    row->voxels = mean_of(s, item, SEG_SWEEP_VOXELS, &n);
    row->spread = mean_of(s, item, SEG_SWEEP_SPREAD, &n);
    row->value = mean_of(s, item, SEG_SWEEP_VALUE, &row->n);
    row->ratio = ratio_of(s, family, item);
    for (size_t m = 0; m < s->metrics; m++)
        row->tau[m] = tau_of(s, item, m, x, x + s->cases);
    free(x);
    return SEG_OK;
}

void seg_sweep_free(seg_sweep *s)
{
    for (size_t f = 0; f < s->families; f++) {
        seg_sweep_grid_free(&s->family[f].grid);
        free(s->family[f].item);
    }
    free(s->family);
    free(s->number);
    free(s->metric);
    for (size_t m = 0; m < SEG_SWEEP_METRICS; m++) {
        free(s->metric_name[m]);
        free(s->unit[m]);
    }
    *s = (seg_sweep){0};
}

/* curve_losses.c - plans the losses, gives them the defaults of curves, and ties formulas to their parts. */
#include "curve_losses.h"

#include <stdlib.h>

#include "../base/memory.h"

struct seg_formula_of_curve {
    seg_curve_formula curve;
    const seg_expression *expression;
    seg_loss_job *part;
    size_t *place; /* [losses of the plan] where a loss stands among the parts */
};

/* The values that a formula is computed from. */
struct looked {
    const struct seg_formula_of_curve *formula;
    const seg_score *score;
};

static seg_value look(const void *context, size_t index)
{
    const struct looked *l = context;

    return l->score[l->formula->place[index]].total;
}

static seg_value value_of(const void *context, const seg_score *score)
{
    const struct seg_formula_of_curve *formula = context;

    return seg_expression_value(formula->expression, look, &(struct looked){formula, score});
}

/* The plan's texts separate parameters with ';', as reports do. */
static seg_status add_part(seg_loss_list *list, const seg_plan_loss *planned, seg_error *err)
{
    char *params = seg_copy(planned->text, SIZE_MAX);
    seg_status st = params ? SEG_OK : seg_fail(err, SEG_MEMORY, "not enough memory for the losses");

    for (char *c = params; c && *c; c++)
        *c = *c == ';' ? ',' : *c;
    if (!st)
        st = seg_loss_list_add(list, planned->loss, params, true, err);
    free(params);
    return st;
}

static seg_status add_figure_losses(seg_loss_list *list, seg_error *err)
{
    seg_status st = SEG_OK;
    bool missing;

    for (size_t i = 0; !st && seg_figure_losses[i][0]; i++)
        st = seg_loss_list_find(list, seg_figure_losses[i][0], seg_figure_losses[i][1], true, &missing, err);
    return st;
}

static seg_status tie(struct seg_formula_of_curve *f, const seg_expression *expression, const seg_loss_list *list,
                      seg_error *err)
{
    size_t parts = 0;
    seg_status st = seg_alloc(&f->part, list->n, sizeof *f->part, "a formula", err);

    if (!st)
        st = seg_alloc(&f->place, list->n, sizeof *f->place, "a formula", err);
    for (size_t i = 0; !st && i < list->n; i++)
        if (seg_expression_uses(expression, i)) {
            f->place[i] = parts;
            f->part[parts++] = list->loss[i].job;
        }
    f->expression = expression;
    f->curve = (seg_curve_formula){f->part, parts, value_of, f};
    return st;
}

static seg_curve_loss curve_of(const seg_curve_losses *l, const seg_plan_item *item)
{
    const char *name;

    if (!item->is_expression)
        return l->part.loss[item->index];
    name = l->plan.expression[item->index].name;
    return (seg_curve_loss){.formula = &l->formula[item->index].curve,
                            .name = name,
                            .label = name,
                            .params = l->plan.expression_text[item->index],
                            .level = SEG_COMBINATION};
}

static seg_status draw_planned(seg_curve_losses *l, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && i < l->plan.losses; i++)
        st = add_part(&l->part, &l->plan.loss[i], err);
    if (!st)
        st = seg_alloc(&l->formula, l->plan.expressions, sizeof *l->formula, "formulas", err);
    for (size_t i = 0; !st && i < l->plan.expressions; i++)
        st = tie(&l->formula[i], &l->plan.expression[i], &l->part, err);
    if (!st)
        st = seg_alloc(&l->loss, l->plan.items, sizeof *l->loss, "losses", err);
    for (size_t i = 0; !st && i < l->plan.items; i++)
        l->loss[l->n++] = curve_of(l, &l->plan.item[i]);
    return st;
}

static seg_status draw_figure(seg_curve_losses *l, seg_error *err)
{
    seg_status st = add_figure_losses(&l->part, err);

    if (!st)
        st = seg_alloc(&l->loss, l->part.n, sizeof *l->loss, "losses", err);
    for (size_t i = 0; !st && i < l->part.n; i++)
        l->loss[l->n++] = l->part.loss[i];
    return st;
}

seg_status seg_curve_losses_make(seg_curve_losses *losses, const char *const *text, size_t n, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t i = 0; !st && i < n; i++)
        st = seg_plan_add_losses(&losses->plan, text[i], err);
    if (!st)
        st = n ? draw_planned(losses, err) : draw_figure(losses, err);
    if (!st && !losses->n)
        st = seg_fail(err, SEG_USAGE, "no loss to draw (use --loss, or leave it out for the figure's eight)");
    return st;
}

void seg_curve_losses_free(seg_curve_losses *l)
{
    for (size_t i = 0; l->formula && i < l->plan.expressions; i++) {
        free(l->formula[i].part);
        free(l->formula[i].place);
    }
    free(l->formula);
    free(l->loss);
    seg_loss_list_free(&l->part);
    seg_plan_free(&l->plan);
    *l = (seg_curve_losses){0};
}

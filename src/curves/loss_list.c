/* loss_list.c - collects losses with their parameters. */
#include "loss_list.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "figure.h"

/* Combo twice: its equation in the survey does not say whether the cross-entropy is a sum (as in equation 2) or a
 * mean, and for small objects the choice decides the shape of the curve. */
const char *const seg_figure_losses[][2] = {
    {"ce", ""},     {"focal", ""},   {"combo", "form=survey,reduction=sum"},
    {"combo", ""},  {"dice", ""},    {"tversky", ""},
    {"lovasz", ""}, {"exp-log", ""}, {NULL, NULL},
};

static const seg_param *classes_row(const seg_loss *loss)
{
    for (const seg_param *row = loss->params; row && row->name; row++)
        if (row->type == SEG_PARAM_CLASSES)
            return row;
    return NULL;
}

/* Region-based losses are evaluated on the object's channel. */
static bool wants_foreground(const seg_loss *loss, const void *params)
{
    const seg_param *row = classes_row(loss);
    const char *field = params;
    const bool region =
        loss->level == SEG_REGION || !strcmp(loss->name, "boundary-dou") || !strcmp(loss->name, "exp-log");

    return row && region && ((const seg_classes *)(const void *)(field + row->at))->kind == SEG_CLASSES_PRESET &&
           strcmp(row->classes, "fg") != 0;
}

static seg_status read_params(const seg_loss *loss, const char *text, void *params, seg_error *err)
{
    seg_status st;

    if (!loss->params)
        return text && *text ? seg_fail(err, SEG_USAGE, "%s takes no parameters", loss->name) : SEG_OK;
    st = seg_params_preset(loss->params, params, loss->size, err);
    return st ? st : seg_params_read(loss->params, loss->name, text, params, err);
}

/* The label is made before this default is set, so that it does not mention it. */
static seg_status choose_classes(const seg_loss *loss, bool foreground, void *params, seg_error *err)
{
    seg_status st = SEG_OK;

    if (foreground && wants_foreground(loss, params))
        st = seg_params_set(loss->params, loss->name, classes_row(loss)->name, "fg", params, err);
    return !st && loss->check ? loss->check(params, err) : st;
}

static void drop(seg_curve_loss *one)
{
    void *params = NULL;

    /* The list allocated them, so the const is cast away to free them. */
    memcpy(&params, &one->job.params, sizeof params);
    if (params && one->job.loss->params)
        seg_params_free(one->job.loss->params, params);
    free(params);
    memcpy(&params, &one->params, sizeof params);
    free(params);
    memcpy(&params, &one->label, sizeof params);
    free(params);
}

seg_status seg_loss_list_add(seg_loss_list *list, const seg_loss *loss, const char *text, bool foreground,
                             seg_error *err)
{
    seg_curve_loss one = {.job.loss = loss, .name = loss->name, .level = loss->level};
    seg_string label = {0}, differs = {0};
    void *params = NULL;
    seg_status st = seg_grow(&list->loss, &list->room, list->n + 1, sizeof *list->loss, "losses", err);

    if (!st)
        st = seg_alloc(&params, 1, loss->size, "loss parameters", err);
    if (!st)
        st = read_params(loss, text, params, err);
    if (!st)
        seg_loss_label(loss, params, &label);
    if (!st)
        st = choose_classes(loss, foreground, params, err);
    if (!st) {
        seg_string_add(&differs, "");
        if (loss->params)
            seg_params_write(loss->params, params, ";", &differs);
        st = label.failed ? seg_string_check(&label, err) : seg_string_check(&differs, err);
    }
    one.job.params = params;
    one.params = differs.text;
    one.label = label.text;
    if (st)
        drop(&one);
    else
        list->loss[list->n++] = one;
    return st;
}

seg_status seg_loss_list_find(seg_loss_list *list, const char *name, const char *params, bool foreground, bool *missing,
                              seg_error *err)
{
    const char *preset = "";
    const seg_loss *loss = seg_loss_find(name);

    if (!loss)
        loss = seg_loss_shorthand(name, &preset);
    *missing = !loss;
    return loss ? seg_loss_list_add(list, loss, params && *params ? params : preset, foreground, err) : SEG_OK;
}

void seg_loss_list_free(seg_loss_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        drop(&list->loss[i]);
    free(list->loss);
    *list = (seg_loss_list){0};
}

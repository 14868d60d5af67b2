/* loss_list.h - the losses of a figure with their parameters, names and labels; owns all of them. */
#ifndef SEG_CURVES_LOSS_LIST_H
#define SEG_CURVES_LOSS_LIST_H

#include "curves.h"

typedef struct {
    seg_curve_loss *loss; /* [n] */
    size_t n, room;
} seg_loss_list;

/* Adds a loss with parameters as typed ("form=survey,reduction=sum", NULL for none). With `foreground`, a loss that
 * averages over classes uses the foreground only, unless its classes are given. */
seg_status seg_loss_list_add(seg_loss_list *list, const seg_loss *loss, const char *params, bool foreground,
                             seg_error *err);
/* By name, shorthands included; `missing` is set instead of failing when there is no such loss. */
seg_status seg_loss_list_find(seg_loss_list *list, const char *name, const char *params, bool foreground, bool *missing,
                              seg_error *err);
void seg_loss_list_free(seg_loss_list *list);

/* The eight losses of the survey's figure as it is re-created here: name and parameters; ends with NULL. */
extern const char *const seg_figure_losses[][2];

#endif

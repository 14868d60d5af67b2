/* curve_losses.h - the curves to draw: single losses and formulas of losses, from the texts of the options. */
#ifndef SEG_COMMANDS_CURVE_LOSSES_H
#define SEG_COMMANDS_CURVE_LOSSES_H

#include "../curves/loss_list.h"
#include "../evaluate/plan.h"

struct seg_formula_of_curve;

/* {0} is empty. */
typedef struct {
    seg_plan plan;
    seg_loss_list part;                   /* every loss of the plan, with the defaults of curves */
    struct seg_formula_of_curve *formula; /* [plan.expressions] */
    seg_curve_loss *loss;                 /* [n] in the order in which they were asked for */
    size_t n;
} seg_curve_losses;

/* text[n] are the texts of --loss; none: the losses of the survey's figure. The struct must not be moved afterwards. */
seg_status seg_curve_losses_make(seg_curve_losses *losses, const char *const *text, size_t n, seg_error *err);
void seg_curve_losses_free(seg_curve_losses *losses);

#endif

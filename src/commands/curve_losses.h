/* curve_losses.h - what segloss curves draws: single losses and formulas over them, from what was typed. */
#ifndef SEG_COMMANDS_CURVE_LOSSES_H
#define SEG_COMMANDS_CURVE_LOSSES_H

#include "../curves/loss_list.h"
#include "../evaluate/plan.h"

struct seg_formula_of_curve;

/* {0} is empty. */
typedef struct {
    seg_plan plan;
    seg_loss_list part;                   /* every loss of the plan, as curves look at it */
    struct seg_formula_of_curve *formula; /* [plan.expressions] */
    seg_curve_loss *loss;                 /* [n] in the order in which they were asked for */
    size_t n;
} seg_curve_losses;

/* text[n] is what --loss says; the figure's losses when it says nothing. The struct must not be moved afterwards. */
seg_status seg_curve_losses_make(seg_curve_losses *losses, const char *const *text, size_t n, seg_error *err);
void seg_curve_losses_free(seg_curve_losses *losses);

#endif

/* dice.h - the Dice term of one class, which log-cosh Dice goes on from. */
#ifndef SEG_LOSSES_REGION_DICE_H
#define SEG_LOSSES_REGION_DICE_H

#include "overlap.h"

/* The parameters of dice and log-cosh-dice. */
struct seg_dice {
    seg_classes classes;
    seg_numbers smooth;
    int denom, form;
};

extern const char *const seg_dice_denom_words[]; /* "linear", "squared" */

double seg_dice_term(const seg_overlap *o, const struct seg_dice *p);
seg_overlap_slope seg_dice_slope(const seg_overlap *o, const void *params);
bool seg_dice_takes(const seg_work *work, const void *params, int class);

#endif

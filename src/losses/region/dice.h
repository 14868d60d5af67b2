/* dice.h - the Dice term of one class, which log-cosh Dice goes on from. */
#ifndef SEG_LOSSES_REGION_DICE_H
#define SEG_LOSSES_REGION_DICE_H

#include "overlap.h"

/* The parameters of dice and log-cosh-dice. */
struct seg_dice {
    seg_classes classes;
    seg_numbers smooth;
    int denom, intersection, form;
};

enum { SEG_DICE_LINEAR, SEG_DICE_SQUARED };
extern const char *const seg_dice_denom_words[]; /* "linear", "squared" */

/* With squares below, the overlap is the product: (Q + N2 - sum (t - y)^2) / 2, which y = t makes largest. */
seg_intersection seg_dice_intersection(const struct seg_dice *p);
double seg_dice_term(const seg_overlap *o, const struct seg_dice *p);
seg_overlap_slope seg_dice_slope(const seg_overlap *o, const void *params);
seg_overlap_term seg_dice_map(const seg_overlap *o, const void *params);
bool seg_dice_takes(const seg_loss_ctx *work, const void *params, int cls);

#define SEG_DICE_ROWS                                                                                                  \
    SEG_CLASSES_ROW(struct seg_dice, "fg"),                                                                            \
        SEG_SMOOTH_ROW(struct seg_dice, "added above (beside 2 I) and below; two numbers for different ones"),         \
        SEG_CHOICE("denom", struct seg_dice, denom, SEG_DICE_LINEAR, seg_dice_denom_words,                             \
                   "sums or sums of squares in the denominator; squares go with intersection=product"),                \
        SEG_INTERSECTION_ROW(struct seg_dice, intersection), SEG_FORM_ROW(struct seg_dice)

#endif

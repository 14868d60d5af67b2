/* direction.h - the parameter `direction` of distances that can be looked at from one side alone. */
#ifndef SEG_METRICS_DIRECTION_H
#define SEG_METRICS_DIRECTION_H

enum { SEG_BOTH_WAYS, SEG_PREDICTION_TO_TRUTH, SEG_TRUTH_TO_PREDICTION };

extern const char *const seg_direction_words[]; /* "both", "prediction-to-truth", "truth-to-prediction" */

/* The side that a direction other than SEG_BOTH_WAYS starts from. */
static inline int seg_direction_side(int direction)
{
    return direction == SEG_TRUTH_TO_PREDICTION ? SEG_TRUTH : SEG_PREDICTION;
}

#define SEG_DIRECTION_ROW(type_)                                                                                       \
    SEG_CHOICE("direction", type_, direction, SEG_BOTH_WAYS, seg_direction_words,                                      \
               "distances from one mask's boundary alone, or both ways")

#endif

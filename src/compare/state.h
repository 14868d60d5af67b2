/* state.h - what a value of a report means in a comparison: a number, a failure of the method, or not applicable. */
#ifndef SEG_COMPARE_STATE_H
#define SEG_COMPARE_STATE_H

#include <stdbool.h>

typedef enum {
    SEG_VALUE_OK,
    SEG_VALUE_FAILED,         /* undefined, infinite, or put in for such a value */
    SEG_VALUE_NOT_APPLICABLE, /* the truth lacks the class: no method can be judged by the case */
    SEG_VALUE_NOT_COMPUTED,   /* undefined for a reason that is no one method's when every method has it */
    SEG_VALUE_CASE_FAILED     /* the whole case failed in this method */
} seg_value_state;

/* By the status of a row and its value. An imputed value ("imputed: empty-truth") counts as the status behind the colon
 * says. `amount`: a count or a volume, whose 0 for an empty class is a finding. status NULL: "ok". */
seg_value_state seg_value_state_of(const char *status, double x, bool amount);

#endif

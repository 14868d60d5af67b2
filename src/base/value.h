/* value.h - one result: a number, or the reason why there is none. */
#ifndef SEG_BASE_VALUE_H
#define SEG_BASE_VALUE_H

#include <math.h>
#include <stdbool.h>

/* The statuses that reports and tests know besides "ok". The last three are prefixes: a status of the first three stands
 * behind "imputed: " (a convention or a policy put the value in) and "partial: " (a mean over classes that left one
 * out); a reason of a few fixed words behind "not-computed: ". */
#define SEG_EMPTY_TRUTH      "empty-truth"
#define SEG_EMPTY_PREDICTION "empty-prediction"
#define SEG_BOTH_EMPTY       "both-empty"
#define SEG_NOT_COMPUTED     "not-computed: "
#define SEG_IMPUTED          "imputed: "
#define SEG_PARTIAL          "partial: "

/* status NULL means ok. x is NAN when undefined, and may be infinite with a status that says why.
 * asked is false where nothing was computed at all, such as a class that the loss does not select: no row then. */
typedef struct {
    double x;
    const char *status; /* a literal */
    bool asked;
} seg_value;

static inline seg_value seg_value_of(double x)
{
    return (seg_value){x, 0, true};
}

static inline seg_value seg_value_with(double x, const char *status)
{
    return (seg_value){x, status, true};
}

static inline seg_value seg_value_undefined(const char *status)
{
    return (seg_value){NAN, status, true};
}

#endif

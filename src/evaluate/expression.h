/* expression.h - losses combined by a formula: 'total = 0.5*tversky(alpha=0.7) + 0.5*ce'.
 *
 *     expression = [name '='] sum
 *     sum        = product {('+' | '-') product}
 *     product    = power {('*' | '/') power}
 *     power      = ['-'] atom ['^' power]
 *     atom       = number | '(' sum ')' | function '(' sum {',' sum} ')' | loss ['(' parameters ')']
 *     function   = log exp sqrt cosh abs (one argument), min max pow (two)
 *
 * '^' binds to the right and closer than a minus in front: -2^2 is -4, 2^3^2 is 512.
 */
#ifndef SEG_EVALUATE_EXPRESSION_H
#define SEG_EVALUATE_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/error.h"
#include "../base/value.h"

/* One step of the calculation, which works on a stack. */
typedef struct {
    int what; /* private to expression.c */
    double number;
    size_t loss; /* what `find` returned */
} seg_formula_step;

/* {0} is empty. */
typedef struct {
    char *name; /* what stands before '=', or the whole text without blanks */
    char *text; /* the formula without blanks */
    bool named;
    seg_formula_step *step;
    size_t n, room;
} seg_expression;

/* Whether a text after --loss is a formula rather than a list of names. */
bool seg_is_expression(const char *text);

/* Called for each loss of the formula: *index is what seg_expression_value() gets it by. Returns SEG_USAGE with a
 * sentence for parameters that do not fit. */
typedef seg_status seg_find_loss(void *context, const char *name, const char *params, size_t *index, seg_error *err);
/* Whether a name is a loss's: decides where a name ends when a minus follows ("tversky-ce"). */
typedef bool seg_is_loss(const char *name);

/* Reads the formula. Faults name the column. */
seg_status seg_expression_read(seg_expression *e, const char *text, seg_is_loss *is_loss, seg_find_loss *find,
                               void *context, seg_error *err);

/* Its value, with loss(context, index) for the losses. Undefined when one of them is (with its status), when one was
 * not asked (then the result is not asked either), or when the result is not finite. */
seg_value seg_expression_value(const seg_expression *e, seg_value (*loss)(const void *context, size_t index),
                               const void *context);

/* slope[losses] = the derivatives of the value by each loss, where the value is finite. Returns whether the formula is
 * linear: a sum of losses times constants, and of constants. */
bool seg_expression_slopes(const seg_expression *e, size_t losses, seg_value (*loss)(const void *context, size_t index),
                           const void *context, double *slope);

/* Whether the formula has this loss in it. */
bool seg_expression_uses(const seg_expression *e, size_t loss);

void seg_expression_free(seg_expression *e);

#endif

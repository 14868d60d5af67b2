/* match_expression.h - which POSIX extended expressions are matched at all. */
#ifndef SEG_EVALUATE_MATCH_EXPRESSION_H
#define SEG_EVALUATE_MATCH_EXPRESSION_H

#include "../base/error.h"

/* SEG_USAGE for an expression that could take for ever or exhaust the stack: with a reference back to a group, whose
 * matching takes exponential time, or with repetitions that make it longer than 5000 characters when written out. */
seg_status seg_match_expression_check(const char *expression, seg_error *err);

#endif

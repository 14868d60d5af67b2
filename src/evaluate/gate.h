/* gate.h - a bound that the mean of a measure must keep: --fail-under dsc=0.85, --fail-over hd95[liver]=8. */
#ifndef SEG_EVALUATE_GATE_H
#define SEG_EVALUATE_GATE_H

#include "../base/error.h"
#include "../base/text.h"
#include "../report/summary.h"
#include "plan.h"

typedef struct {
    const char *text;    /* as typed */
    char *measure, *cls; /* class NULL: over the classes */
    double bound;
    bool under; /* fails below the bound; otherwise above */
} seg_gate;

seg_status seg_gate_read(seg_gate *gate, const char *text, bool under, seg_error *err);

/* SEG_USAGE when a run of this plan cannot have the measure: a slip that should not cost the run. */
seg_status seg_gate_foresee(const seg_gate *gate, const seg_plan *plan, seg_error *err);

/* Whether the summary keeps the bound; if not, *why says so in a sentence. A measure that the summary does not have is
 * SEG_USAGE; one without a defined value does not keep the bound, nor does an infinite one an upper bound. */
seg_status seg_gate_check(const seg_gate *gate, const seg_summary *summary, bool *kept, seg_string *why,
                          seg_error *err);

void seg_gate_free(seg_gate *gate);

#endif

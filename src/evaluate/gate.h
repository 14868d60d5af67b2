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
    bool pooled;         /* of all cases at once */
    double bound;
    bool under;          /* fails below the bound; otherwise above */
    bool ignore_missing; /* the mean of the values that are there decides, as if the others did not exist */
} seg_gate;

/* dsc=0.85, dsc[liver]=0.9, miou[pooled]=0.6, dsc[liver,pooled]=0.8 */
seg_status seg_gate_read(seg_gate *gate, const char *text, bool under, seg_error *err);

/* SEG_USAGE when a run of this plan cannot have the measure: a slip that should not cost the run. */
seg_status seg_gate_foresee(const seg_gate *gate, const seg_plan *plan, seg_error *err);

/* Whether the summary keeps the bound; if not, *why says so in a sentence. A measure that the summary does not have is
 * SEG_USAGE. A value that is undefined, infinite, imputed, or a mean over classes that leaves one out, does not keep the
 * bound, whichever policy or convention made it so; a class that is in neither map of a case is no such value. */
seg_status seg_gate_check(const seg_gate *gate, const seg_summary *summary, bool *kept, seg_string *why,
                          seg_error *err);

void seg_gate_free(seg_gate *gate);

#endif

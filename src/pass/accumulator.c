/* accumulator.c - calls all who look along. */
#include "accumulator.h"

#include "../base/parallel.h"

seg_status seg_accumulators_begin(seg_accumulators *witnesses, const seg_pass_info *showing, seg_error *err)
{
    seg_status st = SEG_OK;

    seg_accumulators_reset(witnesses);
    for (size_t i = 0; !st && i < witnesses->n; i++) {
        seg_accumulator *w = &witnesses->witness[i];

        if (w->kind->wants(w->params, showing))
            st = w->kind->begin(&w->seen, w->params, showing, err);
    }
    return st;
}

void seg_accumulators_update(const seg_accumulators *witnesses, const seg_class_tile *sight)
{
    for (size_t i = 0; i < witnesses->n; i++) {
        const seg_accumulator *w = &witnesses->witness[i];
        double since = witnesses->timing ? seg_seconds() : 0;

        if (w->seen) {
            w->kind->see(w->seen, sight);
            seg_took(witnesses->timing, &since, "loss", w->name);
        }
    }
}

static void end_class(void *context, size_t cls, int worker)
{
    const seg_accumulators *witnesses = context;

    (void)worker;
    for (size_t i = 0; i < witnesses->n; i++) {
        const seg_accumulator *w = &witnesses->witness[i];

        if (w->seen && w->kind->end)
            w->kind->end(w->seen, (int)cls);
    }
}

void seg_accumulators_finish(const seg_accumulators *witnesses, int classes)
{
    seg_accumulators all = *witnesses;

    seg_parallel_for((size_t)classes, end_class, &all);
}

void *seg_accumulators_state(const seg_accumulators *witnesses, const void *params)
{
    for (size_t i = 0; witnesses && i < witnesses->n; i++)
        if (witnesses->witness[i].params == params)
            return witnesses->witness[i].seen;
    return NULL;
}

void seg_accumulators_reset(seg_accumulators *witnesses)
{
    for (size_t i = 0; i < witnesses->n; i++) {
        if (witnesses->witness[i].seen)
            witnesses->witness[i].kind->free(witnesses->witness[i].seen);
        witnesses->witness[i].seen = NULL;
    }
}

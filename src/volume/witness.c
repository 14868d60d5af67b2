/* witness.c - calls all who look along. */
#include "witness.h"

#include "../base/blocks.h"

seg_status seg_witnesses_begin(seg_witnesses *witnesses, const seg_showing *showing, seg_error *err)
{
    seg_status st = SEG_OK;

    seg_witnesses_forget(witnesses);
    for (size_t i = 0; !st && i < witnesses->n; i++) {
        seg_witness *w = &witnesses->witness[i];

        if (w->kind->wants(w->params, showing))
            st = w->kind->begin(&w->seen, w->params, showing, err);
    }
    return st;
}

void seg_witnesses_see(const seg_witnesses *witnesses, const seg_sight *sight)
{
    for (size_t i = 0; i < witnesses->n; i++) {
        const seg_witness *w = &witnesses->witness[i];
        double since = witnesses->timing ? seg_seconds() : 0;

        if (w->seen) {
            w->kind->see(w->seen, sight);
            seg_took(witnesses->timing, &since, "loss", w->name);
        }
    }
}

static void end_class(void *context, size_t class, int worker)
{
    const seg_witnesses *witnesses = context;

    (void)worker;
    for (size_t i = 0; i < witnesses->n; i++)
        if (witnesses->witness[i].seen)
            witnesses->witness[i].kind->end(witnesses->witness[i].seen, (int)class);
}

void seg_witnesses_end(const seg_witnesses *witnesses, int classes)
{
    seg_witnesses all = *witnesses;

    seg_each((size_t)classes, end_class, &all);
}

void *seg_witnesses_seen(const seg_witnesses *witnesses, const void *params)
{
    for (size_t i = 0; witnesses && i < witnesses->n; i++)
        if (witnesses->witness[i].params == params)
            return witnesses->witness[i].seen;
    return NULL;
}

void seg_witnesses_forget(seg_witnesses *witnesses)
{
    for (size_t i = 0; i < witnesses->n; i++) {
        if (witnesses->witness[i].seen)
            witnesses->witness[i].kind->free(witnesses->witness[i].seen);
        witnesses->witness[i].seen = NULL;
    }
}

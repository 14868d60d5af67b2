/* class_weights.c - weights of classes from a list or from their frequency. */
#include "class_weights.h"

#include <math.h>

#include "../../base/memory.h"

seg_status seg_class_weights(double **weight, seg_loss_ctx *work, const seg_numbers *listed, double power,
                             seg_error *err)
{
    int classes = work->pair->classes;
    const seg_class_sums *m;
    seg_status st;

    *weight = NULL;
    if (listed->word < 0 && listed->n != (size_t)classes)
        return seg_fail(err, SEG_USAGE, "weights lists %zu numbers, but there are %d classes (give one for each)",
                        listed->n, classes);
    st = seg_loss_ctx_sums(work, &m, err);
    if (!st)
        st = seg_alloc(weight, (size_t)classes, sizeof **weight, "class weights", err);
    for (int cls = 0; !st && cls < classes; cls++)
        if (listed->word < 0)
            (*weight)[cls] = listed->x[cls];
        else if (m->sum_t[cls] > 0)
            (*weight)[cls] = pow(m->n / m->sum_t[cls], power);
    return st;
}

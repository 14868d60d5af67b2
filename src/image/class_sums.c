/* class_sums.c - the record of the sums over the planes of the prediction. */
#include "class_sums.h"

#include <stdlib.h>

#include "../base/memory.h"

seg_status seg_class_sums_begin(seg_class_sums *m, int classes, seg_error *err)
{
    double **field[] = {&m->sum_t,   &m->sum_y,  &m->sum_ty, &m->sum_y2,   &m->sum_t2,
                        &m->sum_ty2, &m->sse_fg, &m->sse_bg, &m->sum_t_nll};
    enum { FIELDS = sizeof field / sizeof *field };
    size_t C = (size_t)classes;
    seg_status st;

    *m = (seg_class_sums){.classes = classes};
    st = seg_alloc(&m->confusion, C * (C + FIELDS), sizeof(double), "sums over voxels", err);
    for (size_t i = 0; !st && i < FIELDS; i++)
        *field[i] = m->confusion + C * C + i * C;
    if (st)
        *m = (seg_class_sums){0};
    return st;
}

size_t seg_class_sums_width(int classes)
{
    return SEG_SUM_COLUMN + (size_t)classes;
}

void seg_class_sums_set(seg_class_sums *m, int cls, const double *sums)
{
    int C = m->classes;

    m->n = sums[SEG_SUM_COUNT];
    m->sum_t[cls] = m->sum_t2[cls] = sums[SEG_SUM_TRUTH];
    m->sum_y[cls] = sums[SEG_SUM_MASS];
    m->sum_y2[cls] = sums[SEG_SUM_SQUARE];
    m->sum_ty2[cls] = sums[SEG_SUM_OWN_SQUARE];
    m->sse_fg[cls] = sums[SEG_SUM_OWN_ERROR];
    m->sse_bg[cls] = sums[SEG_SUM_OTHER_ERROR];
    m->sum_t_nll[cls] = sums[SEG_SUM_LOG_LOSS];
    for (int label = 0; label < C; label++)
        m->confusion[label * C + cls] = sums[SEG_SUM_COLUMN + label];
    m->sum_ty[cls] = sums[SEG_SUM_COLUMN + cls];
}

/* One block holds all fields; `confusion` is its start. */
void seg_class_sums_free(seg_class_sums *m)
{
    free(m->confusion);
    *m = (seg_class_sums){0};
}

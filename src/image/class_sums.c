/* class_sums.c - sums over the planes of the prediction, along the stretches of the truth.
 *
 * What a voxel adds depends only on its label and on one plane, so each plane is read once: where the label is the
 * plane's own class its values are "own" (t = 1), elsewhere "other" (t = 0).
 */
#include "class_sums.h"

#include <stdlib.h>

#include "../base/memory.h"
#include "../simd/run_sums.h"
#include "label_runs.h"

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

/* t is 1 on the stretches of the class and 0 elsewhere. */
void seg_class_sums_add(double *sums, const seg_labelmap *truth, int classes, int cls, const float *p, bool flip,
                        size_t begin, size_t end)
{
    seg_label_runs stretches = seg_label_runs_of(truth, begin, end);
    seg_label_run s;

    while (seg_label_runs_next(&stretches, &s)) {
        seg_run_sums add = {0};
        size_t n = s.end - s.begin;

        if (s.code == (uint32_t)classes)
            continue;
        sums[SEG_SUM_COUNT] += (double)n;
        if (s.code == (uint32_t)cls) {
            seg_run_sums_own(p + (s.begin - begin), n, flip, SEG_EPS, &add);
            sums[SEG_SUM_TRUTH] += (double)n;
            sums[SEG_SUM_OWN_SQUARE] += add.square;
            sums[SEG_SUM_OWN_ERROR] += add.error;
            sums[SEG_SUM_LOG_LOSS] += add.log;
        } else {
            seg_run_sums_other(p + (s.begin - begin), n, flip, &add);
            sums[SEG_SUM_OTHER_ERROR] += add.square;
        }
        sums[SEG_SUM_MASS] += add.mass;
        sums[SEG_SUM_SQUARE] += add.square;
        sums[SEG_SUM_COLUMN + s.code] += add.mass;
    }
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

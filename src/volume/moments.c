/* moments.c - sums over the planes of the prediction, along the stretches of the truth.
 *
 * What a voxel adds depends only on its label and on one plane, so each plane is read once: where the label is the
 * plane's own class its values are "own" (t = 1), elsewhere "other" (t = 0).
 */
#include "moments.h"

#include <stdlib.h>

#include "../base/memory.h"
#include "stretch.h"
#include "stretch_sums.h"

seg_status seg_moments_begin(seg_moments *m, int classes, seg_error *err)
{
    double **field[] = {&m->truth, &m->mass, &m->overlap, &m->square, &m->truth_square, &m->own_square,
                        &m->own_error, &m->other_error, &m->log_loss};
    enum { FIELDS = sizeof field / sizeof *field };
    size_t C = (size_t)classes;
    seg_status st;

    *m = (seg_moments){.classes = classes};
    st = seg_alloc(&m->confusion, C * (C + FIELDS), sizeof(double), "sums over voxels", err);
    for (size_t i = 0; !st && i < FIELDS; i++)
        *field[i] = m->confusion + C * C + i * C;
    if (st)
        *m = (seg_moments){0};
    return st;
}

size_t seg_moments_width(int classes)
{
    return SEG_SUM_COLUMN + (size_t)classes;
}

/* t is 1 on the stretches of the class and 0 elsewhere. */
void seg_moments_add(double *sums, const seg_labelmap *truth, int classes, int class, const float *p, bool flip,
                     size_t begin, size_t end)
{
    seg_stretches stretches = seg_stretches_of(truth, begin, end);
    seg_stretch s;

    while (seg_stretches_next(&stretches, &s)) {
        seg_stretch_sums add = {0};
        size_t n = s.end - s.begin;

        if (s.code == (uint32_t)classes)
            continue;
        sums[SEG_SUM_COUNT] += (double)n;
        if (s.code == (uint32_t)class) {
            seg_stretch_own(p + (s.begin - begin), n, flip, SEG_EPS, &add);
            sums[SEG_SUM_TRUTH] += (double)n;
            sums[SEG_SUM_OWN_SQUARE] += add.square;
            sums[SEG_SUM_OWN_ERROR] += add.error;
            sums[SEG_SUM_LOG_LOSS] += add.log;
        } else {
            seg_stretch_mass(p + (s.begin - begin), n, flip, &add);
            sums[SEG_SUM_OTHER_ERROR] += add.square;
        }
        sums[SEG_SUM_MASS] += add.mass;
        sums[SEG_SUM_SQUARE] += add.square;
        sums[SEG_SUM_COLUMN + s.code] += add.mass;
    }
}

void seg_moments_set(seg_moments *m, int class, const double *sums)
{
    int C = m->classes;

    m->n = sums[SEG_SUM_COUNT];
    m->truth[class] = m->truth_square[class] = sums[SEG_SUM_TRUTH];
    m->mass[class] = sums[SEG_SUM_MASS];
    m->square[class] = sums[SEG_SUM_SQUARE];
    m->own_square[class] = sums[SEG_SUM_OWN_SQUARE];
    m->own_error[class] = sums[SEG_SUM_OWN_ERROR];
    m->other_error[class] = sums[SEG_SUM_OTHER_ERROR];
    m->log_loss[class] = sums[SEG_SUM_LOG_LOSS];
    for (int label = 0; label < C; label++)
        m->confusion[label * C + class] = sums[SEG_SUM_COLUMN + label];
    m->overlap[class] = sums[SEG_SUM_COLUMN + class];
}

/* One block holds all fields; `confusion` is its start. */
void seg_moments_free(seg_moments *m)
{
    free(m->confusion);
    *m = (seg_moments){0};
}

/* moments.c - sums over the planes of the prediction, along the stretches of the truth.
 *
 * What a voxel adds depends only on its label and on one plane, so each plane is read once: where the label is the
 * plane's own class its values are "own" (t = 1), elsewhere "other" (t = 0). Blocks are cut at fixed places and added
 * in order. A soft truth takes the general way, a voxel at a time; two label maps take the short one, a stretch at a
 * time, because y is 1 or 0 and everything follows from counts.
 */
#include "moments.h"

#include <math.h>
#include <stdlib.h>

#include "../base/blocks.h"
#include "../base/memory.h"
#include "pair.h"
#include "stretch.h"

/* What is added up for one class: these, then the class's column of the confusion matrix. */
enum { COUNT, TRUTH, TRUTH_SQUARE, MASS, SQUARE, OWN_SQUARE, OWN_ERROR, OTHER_ERROR, LOG_LOSS, DIFFERENCE, COLUMN };

struct plane {
    const seg_pair *pair;
    int class;
};

/* A plane's values p of voxels [begin, end). t is 1 on the stretches of the class and 0 elsewhere. */
static void add_values(const seg_labelmap *truth, int classes, int class, const float *p, bool flip, size_t begin,
                       size_t end, double *sums)
{
    seg_stretches stretches = seg_stretches_of(truth, begin, end);
    seg_stretch s;

    while (seg_stretches_next(&stretches, &s)) {
        seg_stretch_sums add = {0};
        size_t n = s.end - s.begin;

        if (s.code == (uint32_t)classes)
            continue;
        sums[COUNT] += (double)n;
        if (s.code == (uint32_t)class) {
            seg_stretch_own(p + (s.begin - begin), n, flip, SEG_EPS, &add);
            sums[TRUTH] += (double)n;
            sums[OWN_SQUARE] += add.square;
            sums[OWN_ERROR] += add.error;
            sums[LOG_LOSS] += add.log;
        } else {
            seg_stretch_mass(p + (s.begin - begin), n, flip, &add);
            sums[OTHER_ERROR] += add.square;
        }
        sums[MASS] += add.mass;
        sums[SQUARE] += add.square;
        sums[COLUMN + s.code] += add.mass;
    }
}

static void add_block(void *context, size_t begin, size_t end, double *sums)
{
    const struct plane *plane = context;
    const seg_pair *pair = plane->pair;
    float scratch[SEG_BLOCK];
    bool flip;
    const float *p = seg_plane_block(pair, plane->class, begin, end - begin, scratch, &flip);

    add_values(&pair->truth, pair->classes, plane->class, p, flip, begin, end, sums);
}

/* Counts of voxels with label l in the truth and c in the prediction: confusion[l][c]. */
static void count_labels(const seg_pair *pair, double *confusion)
{
    seg_stretches truth = seg_stretches_of(&pair->truth, 0, pair->voxels);
    seg_stretches hard = seg_stretches_of(&pair->hard, 0, pair->voxels);
    seg_stretch t = {0}, p = {0};

    for (size_t at = 0, end; at < pair->voxels; at = end) {
        if (t.end == at)
            seg_stretches_next(&truth, &t);
        if (p.end == at)
            seg_stretches_next(&hard, &p);
        end = t.end < p.end ? t.end : p.end;
        if (t.code < (uint32_t)pair->classes && p.code < (uint32_t)pair->classes)
            confusion[t.code * (uint32_t)pair->classes + p.code] += (double)(end - at);
    }
}

static void follow_from_counts(seg_moments *m)
{
    int C = m->classes;

    for (int l = 0; l < C; l++)
        for (int c = 0; c < C; c++) {
            m->truth[l] += m->confusion[l * C + c];
            m->mass[c] += m->confusion[l * C + c];
        }
    for (int c = 0; c < C; c++) {
        double hits = m->confusion[c * C + c];

        m->n += m->truth[c];
        m->overlap[c] = m->own_square[c] = hits;
        m->square[c] = m->mass[c];
        m->truth_square[c] = m->truth[c];
        m->own_error[c] = m->truth[c] - hits;
        m->other_error[c] = m->mass[c] - hits;
        m->log_loss[c] = m->own_error[c] * -log(SEG_EPS);
    }
}

enum { SOFT_BLOCK = 512 };

static void add_soft_voxel(double t, double y, double *sums)
{
    sums[TRUTH] += t;
    sums[TRUTH_SQUARE] += t * t;
    sums[MASS] += y;
    sums[SQUARE] += y * y;
    sums[OWN_SQUARE] += t * y * y;
    sums[OWN_ERROR] += t * (t - y) * (t - y);
    sums[OTHER_ERROR] += (1 - t) * (t - y) * (t - y);
    sums[LOG_LOSS] -= t * log(y > SEG_EPS ? y : SEG_EPS);
    sums[DIFFERENCE] += fabs(t - y);
}

static void add_soft_piece(const struct plane *plane, size_t begin, size_t n, double *sums)
{
    const seg_pair *pair = plane->pair;
    double y[SOFT_BLOCK], t[SOFT_BLOCK];
    uint16_t code[SOFT_BLOCK];

    seg_pair_codes(pair, begin, n, code);
    seg_pair_prob(pair, plane->class, begin, n, y);
    seg_pair_target(pair, plane->class, begin, n, t);
    for (size_t i = 0; i < n; i++)
        if (code[i] < pair->classes) {
            sums[COUNT]++;
            add_soft_voxel(t[i], y[i], sums);
        }
    for (int label = 0; label < pair->classes; label++) {
        seg_pair_target(pair, label, begin, n, t);
        for (size_t i = 0; i < n; i++)
            if (code[i] < pair->classes)
                sums[COLUMN + label] += t[i] * y[i];
    }
}

static void add_soft_block(void *context, size_t begin, size_t end, double *sums)
{
    for (size_t at = begin; at < end; at += SOFT_BLOCK)
        add_soft_piece(context, at, end - at < SOFT_BLOCK ? end - at : SOFT_BLOCK, sums);
}

/* Distributes the sums of a class to the fields. */
static void set_class(seg_moments *m, int class, bool soft, const double *sums)
{
    int C = m->classes;

    m->n = sums[COUNT];
    m->truth[class] = sums[TRUTH];
    m->truth_square[class] = soft ? sums[TRUTH_SQUARE] : sums[TRUTH];
    m->mass[class] = sums[MASS];
    m->square[class] = sums[SQUARE];
    m->own_square[class] = sums[OWN_SQUARE];
    m->own_error[class] = sums[OWN_ERROR];
    m->other_error[class] = sums[OTHER_ERROR];
    m->log_loss[class] = sums[LOG_LOSS];
    for (int label = 0; label < C; label++)
        m->confusion[label * C + class] = sums[COLUMN + label];
    /* Against a soft truth, sum t y is largest for a prediction of 0 and 1, not for y = t; this overlap is. */
    m->overlap[class] = soft ? (sums[MASS] + sums[TRUTH] - sums[DIFFERENCE]) / 2 : sums[COLUMN + class];
}

static seg_status alloc_fields(seg_moments *m, size_t C, seg_error *err)
{
    double **field[] = {&m->truth, &m->mass, &m->overlap, &m->square, &m->truth_square, &m->own_square,
                        &m->own_error, &m->other_error, &m->log_loss};
    enum { FIELDS = sizeof field / sizeof *field };
    seg_status st = seg_alloc(&m->confusion, C * (C + FIELDS), sizeof(double), "sums over voxels", err);

    for (size_t i = 0; !st && i < FIELDS; i++)
        *field[i] = m->confusion + C * C + i * C;
    return st;
}

seg_status seg_moments_compute(seg_moments *m, const seg_pair *pair, seg_error *err)
{
    size_t C = (size_t)pair->classes, width = COLUMN + C;
    bool soft = seg_pair_soft(pair);
    double *sums = NULL;
    seg_status st;

    *m = (seg_moments){.classes = pair->classes};
    st = alloc_fields(m, C, err);
    if (!st && !pair->prob.planes && !soft) {
        count_labels(pair, m->confusion);
        follow_from_counts(m);
        return SEG_OK;
    }
    if (!st)
        st = seg_alloc(&sums, width, sizeof *sums, "sums of a class", err);
    for (int class = 0; !st && class < pair->classes; class++) {
        struct plane plane = {pair, class};

        st = seg_blocks_sum(pair->voxels, width, soft ? add_soft_block : add_block, &plane, sums, err);
        if (!st)
            set_class(m, class, soft, sums);
    }
    if (!st && pair->prob.planes)
        st = seg_probmap_check(&pair->prob, err);
    free(sums);
    if (st)
        seg_moments_free(m);
    return st;
}

static size_t width_of(int classes)
{
    return COLUMN + (size_t)classes;
}

size_t seg_moments_part(int classes)
{
    return (size_t)classes * width_of(classes);
}

void seg_moments_add(double *part, const seg_labelmap *truth, int classes, int planes, const float *const *plane,
                     size_t begin, size_t n)
{
    for (int class = 0; class < classes; class++)
        add_values(truth, classes, class, plane[planes == 1 ? 0 : class], planes == 1 && class == 0, begin, begin + n,
                   part + (size_t)class * width_of(classes));
}

seg_status seg_moments_end(seg_moments *m, int classes, double *parts, size_t n, seg_error *err)
{
    size_t part = seg_moments_part(classes);
    seg_status st;

    *m = (seg_moments){.classes = classes};
    st = alloc_fields(m, (size_t)classes, err);
    if (st)
        return st;
    for (size_t i = part; i < n * part; i++)
        parts[i % part] += parts[i];
    for (int class = 0; class < classes; class++)
        set_class(m, class, false, parts + (size_t)class * width_of(classes));
    return SEG_OK;
}

/* One block holds all fields; `confusion` is its start. */
void seg_moments_free(seg_moments *m)
{
    free(m->confusion);
    *m = (seg_moments){0};
}

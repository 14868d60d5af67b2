/* orientation.c - compares affines by what they do to the corners of the volume, in millimetres. */
#include "orientation.h"

#include <math.h>

#include "labelmap.h"

static void corner_of(const seg_grid *g, int corner, double at[3])
{
    for (int r = 0; r < 3; r++) {
        at[r] = g->affine[r][3];
        for (int a = 0; a < 3; a++)
            at[r] += corner >> a & 1 ? g->affine[r][a] * (double)(g->n[a] - 1) : 0;
    }
}

static double extent_difference(const seg_grid *a, const seg_grid *b)
{
    double worst = 0;

    for (int i = 0; i < 3; i++)
        worst = fmax(worst, fabs(a->mm[i] - b->mm[i]) * (double)(a->n[i] > 1 ? a->n[i] - 1 : 0));
    return a->has_mm && b->has_mm ? worst : 0;
}

double seg_space_displacement(const seg_grid *a, const seg_grid *b)
{
    double worst = 0;

    if (!a->has_affine || !b->has_affine)
        return extent_difference(a, b);
    for (int corner = 0; corner < 8; corner++) {
        double p[3], q[3];

        corner_of(a, corner, p);
        corner_of(b, corner, q);
        worst = fmax(
            worst, sqrt((p[0] - q[0]) * (p[0] - q[0]) + (p[1] - q[1]) * (p[1] - q[1]) + (p[2] - q[2]) * (p[2] - q[2])));
    }
    return worst;
}

/* Cosine of the angle between column i of one affine and column j of the other. */
static double alignment(const seg_grid *a, int i, const seg_grid *b, int j)
{
    double dot = 0, aa = 0, bb = 0;

    for (int r = 0; r < 3; r++) {
        dot += a->affine[r][i] * b->affine[r][j];
        aa += a->affine[r][i] * a->affine[r][i];
        bb += b->affine[r][j] * b->affine[r][j];
    }
    return aa > 0 && bb > 0 ? dot / sqrt(aa * bb) : 0;
}

bool seg_space_turn(const seg_grid *grid, const seg_grid *like, int from[3], bool flip[3])
{
    bool used[3] = {false, false, false};
    seg_grid result;

    if (!grid->has_affine || !like->has_affine)
        return false;
    for (int axis = 0; axis < 3; axis++) {
        int best = 0;

        for (int candidate = 1; candidate < 3; candidate++)
            if (fabs(alignment(like, axis, grid, candidate)) > fabs(alignment(like, axis, grid, best)))
                best = candidate;
        if (used[best])
            return false;
        used[best] = true;
        from[axis] = best;
        flip[axis] = alignment(like, axis, grid, best) < 0;
    }
    result = seg_grid_reorient(grid, from, flip);
    return result.n[0] == like->n[0] && result.n[1] == like->n[1] && result.n[2] == like->n[2] &&
           seg_space_displacement(&result, like) <= SEG_SPACE_TOLERANCE_MM;
}

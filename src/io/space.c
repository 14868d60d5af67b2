/* space.c - directions to the affine matrix of the grid, from LPS and LAS to RAS. */
#include "space.h"

#include <math.h>

static double determinant(double m[3][3])
{
    return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
           m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
}

/* Of unit directions; matrices of real files have a determinant near 1 or -1. */
static const double LEAST_DETERMINANT = 1e-3;

void seg_space_set_lengths(seg_image_file *a, const double mm[3])
{
    seg_grid *g = &a->grid;

    g->has_mm = true;
    for (int i = 0; i < 3; i++)
        g->has_mm = g->has_mm && ((isfinite(mm[i]) && mm[i] > 0) || a->extent[i] == 1);
    for (int i = 0; i < 3; i++)
        g->mm[i] = g->has_mm && isfinite(mm[i]) && mm[i] > 0 ? mm[i] : 1;
}

seg_status seg_space_set(seg_image_file *a, double step[3][3], const double origin[3], seg_world world, seg_error *err)
{
    static const double SIGN[][3] = {[SEG_RAS] = {1, 1, 1}, [SEG_LAS] = {-1, 1, 1}, [SEG_LPS] = {-1, -1, 1}};
    double length[3], unit[3][3];
    bool fine = true;
    seg_grid *g = &a->grid;

    for (int i = 0; i < 3; i++) {
        length[i] = sqrt(step[i][0] * step[i][0] + step[i][1] * step[i][1] + step[i][2] * step[i][2]);
        fine = fine && isfinite(length[i]) && length[i] > 0 && isfinite(origin[i]);
        for (int k = 0; k < 3; k++)
            unit[i][k] = step[i][k] / length[i];
    }
    if (!fine || !(fabs(determinant(unit)) > LEAST_DETERMINANT))
        return seg_fail(err, SEG_READ,
                        "%s: has directions of its axes that are zero, not finite or in one plane, three that span the "
                        "space were wanted (the header is damaged)",
                        a->name);
    seg_space_set_lengths(a, length);
    g->has_affine = true;
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < 3; i++)
            g->affine[k][i] = SIGN[world][k] * step[i][k];
        g->affine[k][3] = SIGN[world][k] * origin[k];
    }
    return SEG_OK;
}

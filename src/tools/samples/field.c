/* field.c - sums of waves in random directions. */
#include "field.h"

#include <math.h>

static const double TURN = 6.283185307179586;

seg_field seg_field_random(seg_random *r, double size, double length)
{
    seg_field f = {.size = size};

    for (int k = 0; k < SEG_FIELD_WAVES; k++) {
        for (int axis = 0; axis < 3; axis++)
            f.wave[k][axis] = TURN / length * seg_random_normal(r) / sqrt(3);
        f.wave[k][3] = seg_random_in(r, 0, TURN);
    }
    return f;
}

double seg_field_at(const seg_field *field, const double at[3])
{
    double sum = 0;

    for (int k = 0; k < SEG_FIELD_WAVES; k++) {
        const double *w = field->wave[k];

        sum += (double)sinf((float)(w[0] * at[0] + w[1] * at[1] + w[2] * at[2] + w[3]));
    }
    return field->size * sum * sqrt(2.0 / SEG_FIELD_WAVES);
}

seg_warp seg_warp_random(seg_random *r, double size, double length)
{
    seg_warp w;

    for (int axis = 0; axis < 3; axis++)
        w.axis[axis] = seg_field_random(r, size, length);
    return w;
}

void seg_warp_apply(const seg_warp *warp, double at[3])
{
    double by[3];

    for (int axis = 0; axis < 3; axis++)
        by[axis] = seg_field_at(&warp->axis[axis], at);
    for (int axis = 0; axis < 3; axis++)
        at[axis] += by[axis];
}

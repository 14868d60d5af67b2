/* sample_masks.c - see sample_masks.h. */
#include "sample_masks.h"

#include <stdlib.h>

const char *const sample_shape_names[SAMPLE_SHAPES] = {
    "empty",   "full",    "first voxel", "last voxel",   "line x",  "line y", "line z", "plane x",
    "plane y", "plane z", "diagonal",    "checkerboard", "stripes", "ball",   "shell",  "all but one"};

uint64_t sample_next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed * 0x2545F4914F6CDD1Du;
}

double sample_uniform(uint64_t *seed)
{
    return (double)(sample_next(seed) >> 11) * 0x1p-53;
}

static seg_mask blank(const size_t n[3])
{
    seg_mask mask;

    if (seg_mask_alloc(&mask, n, NULL))
        abort();
    return mask;
}

seg_mask sample_noise(const size_t n[3], double density, uint64_t *seed)
{
    seg_mask mask = blank(n);

    for (size_t z = 0; z < n[2]; z++)
        for (size_t y = 0; y < n[1]; y++)
            for (size_t x = 0; x < n[0]; x++)
                if (sample_uniform(seed) < density)
                    seg_mask_set(&mask, x, y, z);
    return mask;
}

/* Squared distance from the middle, 1 at the end of each axis. */
static double from_middle(const size_t n[3], const size_t at[3])
{
    double sum = 0;

    for (int a = 0; a < 3; a++) {
        double d = n[a] < 2 ? 0 : 2 * (double)at[a] / (double)(n[a] - 1) - 1;

        sum += d * d;
    }
    return sum;
}

static bool belongs(sample_shape shape, const size_t n[3], size_t x, size_t y, size_t z)
{
    bool mid[3] = {x == n[0] / 2, y == n[1] / 2, z == n[2] / 2};
    double r = from_middle(n, (const size_t[]){x, y, z});

    switch (shape) {
    case SAMPLE_FULL:
        return true;
    case SAMPLE_FIRST_VOXEL:
        return x + y + z == 0;
    case SAMPLE_LAST_VOXEL:
        return x + 1 == n[0] && y + 1 == n[1] && z + 1 == n[2];
    case SAMPLE_LINE_X:
        return mid[1] && mid[2];
    case SAMPLE_LINE_Y:
        return mid[0] && mid[2];
    case SAMPLE_LINE_Z:
        return mid[0] && mid[1];
    case SAMPLE_PLANE_X:
        return mid[0];
    case SAMPLE_PLANE_Y:
        return mid[1];
    case SAMPLE_PLANE_Z:
        return mid[2];
    case SAMPLE_DIAGONAL:
        return x == y && (n[2] == 1 || y == z);
    case SAMPLE_CHECKERBOARD:
        return (x + y + z) % 2 == 0;
    case SAMPLE_STRIPES:
        return y % 5 < 2;
    case SAMPLE_BALL:
        return r < 0.5;
    case SAMPLE_SHELL:
        return r < 0.9 && r > 0.5;
    case SAMPLE_ALL_BUT_ONE:
        return !(mid[0] && mid[1] && mid[2]);
    default:
        return false;
    }
}

seg_mask sample_of_shape(const size_t n[3], sample_shape shape)
{
    seg_mask mask = blank(n);

    for (size_t z = 0; z < n[2]; z++)
        for (size_t y = 0; y < n[1]; y++)
            for (size_t x = 0; x < n[0]; x++)
                if (belongs(shape, n, x, y, z))
                    seg_mask_set(&mask, x, y, z);
    return mask;
}

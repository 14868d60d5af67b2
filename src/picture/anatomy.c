/* anatomy.c - reads the directions of the axes from the affine. */
#include "anatomy.h"

#include <math.h>

/* Cosine between a voxel axis and a world axis. */
static double cosine(const seg_grid *g, int axis, int world)
{
    double length = 0;

    for (int r = 0; r < 3; r++)
        length += g->affine[r][axis] * g->affine[r][axis];
    return length > 0 ? g->affine[world][axis] / sqrt(length) : 0;
}

/* world[axis]: of the six ways to give each voxel axis a world axis the one with the largest sum of cosines. */
static void find_worlds(const seg_grid *g, int world[3])
{
    static const int way[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    double best = -1;

    for (int i = 0; i < 6; i++) {
        double sum = 0;

        for (int a = 0; a < 3; a++)
            sum += g->has_affine ? fabs(cosine(g, a, way[i][a])) : i == 0;
        if (sum > best) {
            best = sum;
            for (int a = 0; a < 3; a++)
                world[a] = way[i][a];
        }
    }
}

int seg_axis_of_world(const seg_grid *g, int world)
{
    int of[3], found = world;

    find_worlds(g, of);
    for (int a = 0; a < 3; a++)
        if (of[a] == world)
            found = a;
    return found;
}

/* World axes 0 (to the right), 1 (anterior), 2 (superior): their positive and negative ends. */
static const char letters[3][2] = {{'R', 'L'}, {'A', 'P'}, {'S', 'I'}};
static const char *const ends[3][2] = {{"right", "left"}, {"anterior", "posterior"}, {"superior", "inferior"}};

/* In every plane the positive end of its two world axes is at the left and at the top. */
seg_plane_view seg_plane_across(const seg_grid *g, int axis)
{
    static const char *const plain[3] = {"x", "y", "z"}, *const names[3] = {"sagittal", "coronal", "axial"};
    int world[3], first, second;
    seg_plane_view v = {.normal = axis};
    bool rising;

    find_worlds(g, world);
    first = world[axis] == 0 ? 1 : 0;
    second = world[axis] == 2 ? 1 : 2;
    v.axis[0] = seg_axis_of_world(g, first);
    v.axis[1] = seg_axis_of_world(g, second);
    v.name = g->has_affine ? names[world[axis]] : plain[axis];
    if (!g->has_affine)
        return v;
    v.flip[0] = cosine(g, v.axis[0], first) > 0;
    v.flip[1] = cosine(g, v.axis[1], second) > 0;
    for (int i = 0; i < 2; i++) {
        v.letter[i] = letters[first][i];
        v.letter[2 + i] = letters[second][i];
    }
    rising = cosine(g, axis, world[axis]) > 0;
    v.from = ends[world[axis]][rising];
    v.to = ends[world[axis]][!rising];
    return v;
}

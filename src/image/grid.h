/* grid.h - voxels and millimetres: the layout of an image in memory and in space. */
#ifndef SEG_IMAGE_GRID_H
#define SEG_IMAGE_GRID_H

#include <stdbool.h>
#include <stddef.h>

/* x is fastest in memory. A 2D image has n[2] = 1: an axis of one voxel is moved to the end when a file is read
 * (which does not move a voxel in memory), because in a volume one voxel thick every voxel would be boundary. */
typedef struct {
    size_t n[3];  /* voxels along x, y, z; at least 1 */
    double mm[3]; /* size of a voxel, millimetres; 1 where unknown */
    bool has_mm;  /* the sizes come from a file or an option; otherwise lengths are in pixels */
    bool has_affine;
    double affine[3][4]; /* voxel index -> world millimetres (RAS), from sform or qform */
} seg_grid;

static inline size_t seg_grid_voxels(const seg_grid *g)
{
    return g->n[0] * g->n[1] * g->n[2];
}

static inline size_t seg_grid_rows(const seg_grid *g)
{
    return g->n[1] * g->n[2];
}

/* 2 for an image of one slice, else 3. */
static inline int seg_grid_dims(const seg_grid *g)
{
    return g->n[2] > 1 ? 3 : 2;
}

/* "mm" or "px". */
static inline const char *seg_grid_unit(const seg_grid *g)
{
    return g->has_mm ? "mm" : "px";
}

/* The grid of a slice across `axis`: the two remaining axes in order. */
seg_grid seg_grid_slice(const seg_grid *grid, int axis);

/* The grid with its axes permuted and flipped; the affine follows, so that every voxel stays where it was. */
seg_grid seg_grid_reorient(const seg_grid *grid, const int from[3], const bool flip[3]);

/* The voxel of `grid` (its index in memory) that comes to lie at x, y, z of the reoriented grid. */
size_t seg_grid_source(const seg_grid *grid, const int from[3], const bool flip[3], size_t x, size_t y, size_t z);

#endif

/* components.h - connected components of a mask, found on its runs: their number is what counts, not the voxels. */
#ifndef SEG_GEOMETRY_COMPONENTS_H
#define SEG_GEOMETRY_COMPONENTS_H

#include "box.h"
#include "mask.h"
#include "shared_voxels.h"
#include "surface.h"

/* Voxels begin <= x < end of a row belong to the component. */
typedef struct {
    uint32_t begin, end, component;
} seg_component_run;

typedef struct {
    size_t n;         /* components, numbered in the order of their first voxel */
    uint64_t *voxels; /* [n] */
    seg_box *box;     /* [n] */
    size_t rows;
    size_t *first;              /* [rows + 1] index of the first stretch of each row; row = y + n[1] z */
    seg_component_run *stretch; /* [first[rows]] */
} seg_components;

/* Voxels are connected to their face neighbours (6, in 2D 4), also to edge neighbours (18), also to corner neighbours
 * (26; in 2D edge and corner both mean 8). */
seg_status seg_components_find(seg_components *components, const seg_mask *set, seg_connectivity reach, seg_error *err);

/* The parts of a label map inside a box that lie in `within`, a mask of the box: a voxel of code c belongs to part to[c],
 * or to none where that is UINT32_MAX; to[values] is for codes beyond the table. Parts need not be connected, and some may
 * have no voxel. */
seg_status seg_components_of_codes(seg_components *components, const seg_labelmap *map, const seg_box *box,
                                   const seg_mask *within, const uint32_t *to, size_t n, seg_error *err);

/* Component i becomes to[i], which ascends over those that stay; UINT32_MAX: it leaves. */
void seg_components_keep(seg_components *components, const uint32_t *to);

/* All pairs with a voxel in common, ordered by a, then b; free() it. `within` (or NULL) restricts the count to its
 * voxels. All masks have the same size. */
seg_status seg_components_shared(seg_shared **shared, size_t *n, const seg_components *a, const seg_components *b,
                                 const seg_mask *within, seg_error *err);

/* Sets the voxels of a component in a mask that covers `box` of the components' mask and holds the component. */
void seg_components_draw(const seg_components *components, uint32_t component, const size_t n[3], const seg_box *box,
                         const seg_mask *out);

void seg_components_free(seg_components *components);

#endif

/* plane.h - a plane of a pair as pixels: truth, prediction and listed mistake of each, turned as it will be shown. */
#ifndef SEG_PICTURE_PLANE_H
#define SEG_PICTURE_PLANE_H

#include "../geometry/box.h"
#include "anatomy.h"
#include "mistakes.h"

/* What a pixel is: right, background in both, or wrong in one of three ways; or ignored. */
typedef enum {
    SEG_PIXEL_EMPTY,
    SEG_PIXEL_RIGHT,
    SEG_PIXEL_MISSED,
    SEG_PIXEL_EXTRA,
    SEG_PIXEL_WRONG,
    SEG_PIXEL_IGNORED,
    SEG_PIXEL_KINDS
} seg_pixel_kind;

typedef struct {
    seg_plane_view view;
    size_t index;             /* across view.normal, from 0 */
    seg_box box;              /* the part of the image it shows; one voxel across */
    size_t n[2];              /* pixels to the right and down */
    double mm[2];             /* size of a pixel; px where unknown */
    uint16_t *truth, *called; /* [n[1]][n[0]] class indices; `classes` where ignored */
    uint8_t *kind;            /* seg_pixel_kind */
    uint8_t *mistake;         /* 1 + index of the listed mistake, 0: none */
} seg_plane;

/* Cuts the plane at `index` across view->normal, the part inside the box. Free with seg_plane_free(), also after an
 * error. */
seg_status seg_plane_cut(seg_plane *plane, const seg_pair *pair, const seg_mistakes *mistakes,
                         const seg_plane_view *view, size_t index, const seg_box *box, seg_error *err);
void seg_plane_free(seg_plane *plane);

/* The part of the image that pictures of a case show: the box of all foreground classes in both masks, `wider` mm wider
 * on every side; the whole image when there is none. */
seg_box seg_box_of_labels(const seg_pair *pair, double wider);

/* The pixel that shows a voxel of the plane. */
void seg_plane_pixel(const seg_plane *plane, const size_t voxel[3], size_t pixel[2]);

/* The voxel that a pixel shows. */
void seg_plane_voxel(const seg_plane *plane, size_t i, size_t j, size_t voxel[3]);

#endif

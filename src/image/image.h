/* image.h - what one input turned out to be: a map of labels, or a map of probabilities. */
#ifndef SEG_IMAGE_IMAGE_H
#define SEG_IMAGE_IMAGE_H

#include "../base/error.h"
#include "labelmap.h"
#include "probmap.h"

typedef enum { SEG_IMAGE_LABELS, SEG_IMAGE_PROBABILITIES } seg_image_kind;

/* Exactly one of the two maps is filled; both carry the same kind of grid. `binary` marks a label map whose only
 * values are 0 and the largest its file can hold (a 0/255 mask): it may be read as 0/1. */
typedef struct {
    char *path;
    seg_image_kind kind;
    seg_labelmap labels;
    seg_probmap prob;
    bool binary;
} seg_image;

static inline const seg_grid *seg_image_grid(const seg_image *image)
{
    return image->kind == SEG_IMAGE_LABELS ? &image->labels.grid : &image->prob.grid;
}

void seg_image_free(seg_image *image);

#endif

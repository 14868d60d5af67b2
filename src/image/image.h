/* image.h - one input: a map of labels, a map of probabilities, or masks. */
#ifndef SEG_IMAGE_IMAGE_H
#define SEG_IMAGE_IMAGE_H

#include "../base/error.h"
#include "labelmap.h"
#include "probmap.h"

typedef enum { SEG_IMAGE_LABELS, SEG_IMAGE_PROBABILITIES, SEG_IMAGE_MASKS } seg_image_kind;

/* Exactly one of labels, prob and mask is filled; all have the same kind of grid.
 *
 * Channels are the planes of `prob`, or the masks. They are exclusive (one class for each voxel: a softmax) or
 * independent (each is a class of its own and may overlap the others: masks always are). `binary` marks a label map whose
 * only values are 0 and the largest its file can hold (a 0/255 mask): it may be read as 0/1. */
typedef struct {
    char *path;
    seg_image_kind kind;
    seg_labelmap labels;
    seg_probmap prob;
    seg_labelmap *mask; /* [masks] with the codes 0 and 1 */
    size_t masks;
    bool independent;
    char **name; /* [channels] of independent channels, or NULL */
    int64_t *id; /* [channels] the label that each exclusive channel stands for, or NULL: 0, 1, 2, ... */
    bool binary;
    bool coarse;          /* probabilities are stored in 8 bits */
    bool folder_assumed;  /* nothing said that the files of a folder are its channels */
    bool sums_assumed;    /* nothing said that the channels are a softmax: they must sum to 1 */
    seg_labelmap objects; /* ids of instances, when the labels are their classes; else empty */
} seg_image;

static inline size_t seg_image_channels(const seg_image *image)
{
    return image->kind == SEG_IMAGE_MASKS           ? image->masks
           : image->kind == SEG_IMAGE_PROBABILITIES ? (size_t)image->prob.planes
                                                    : 0;
}

static inline const seg_grid *seg_image_grid(const seg_image *image)
{
    return image->kind == SEG_IMAGE_LABELS  ? &image->labels.grid
           : image->kind == SEG_IMAGE_MASKS ? &image->mask[0].grid
                                            : &image->prob.grid;
}

/* The label that an exclusive channel stands for. */
static inline int64_t seg_image_channel_id(const seg_image *image, size_t channel)
{
    return image->id ? image->id[channel] : (int64_t)channel;
}

void seg_image_free(seg_image *image);

#endif

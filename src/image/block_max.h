/* block_max.h - the largest probability of every class in every part of a map: a later pass skips parts that cannot add
 * anything, which in a map of organs is most of most planes. */
#ifndef SEG_IMAGE_BLOCK_MAX_H
#define SEG_IMAGE_BLOCK_MAX_H

#include <stddef.h>

typedef struct {
    size_t each; /* voxels of a part; the last one may be shorter */
    size_t n;    /* parts; 0: nothing is known */
    int planes;
    float *most; /* [n][planes] not less than any value there; infinity where some are no probabilities */
} seg_block_max;

/* A bound of the plane's values at voxels [begin, end). */
float seg_block_max_bound(const seg_block_max *peaks, int plane, size_t begin, size_t end);
void seg_block_max_free(seg_block_max *peaks);

#endif

/* one_hot.h - channels of 0 and 1, one of them 1 in every voxel, as one label map. */
#ifndef SEG_IMAGE_ONE_HOT_H
#define SEG_IMAGE_ONE_HOT_H

#include "labelmap.h"

/* Sets *one_hot to whether every voxel has a value other than 0 in exactly one of the n maps, which have the same grid.
 * Then, unless it is NULL, *labels is the map of the places of those maps: label k where mask[k] is not 0. */
seg_status seg_one_hot(seg_labelmap *labels, const seg_labelmap *mask, size_t n, bool *one_hot, seg_error *err);

#endif

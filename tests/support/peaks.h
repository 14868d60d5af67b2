/* block_max.h - the bounds that a pair read from files has, for a pair made from arrays. */
#ifndef TESTS_SUPPORT_PEAKS_H
#define TESTS_SUPPORT_PEAKS_H

#include "image/pair.h"

/* Sets pair->peaks for parts of `each` voxels. The map must be in memory. */
void peaks_make(seg_pair *pair, size_t each);

#endif

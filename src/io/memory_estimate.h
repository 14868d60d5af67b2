/* memory_estimate.h - what reading a file would cost, told from its header alone. */
#ifndef SEG_IO_MEMORY_ESTIMATE_H
#define SEG_IO_MEMORY_ESTIMATE_H

#include <stdint.h>

#include "options.h"

typedef struct {
    uint64_t voxels; /* of one plane */
    uint64_t values; /* voxels times classes */
    uint64_t held;   /* bytes that stay in memory while the image is used, at most, about */
} seg_memory_estimate;

/* All 0 for a file that cannot be read: reading it will say why. Files so small that they cannot matter (their
 * values, inflated, are fewer than `least`) are not opened and claim 0 too. Does not touch stdin. */
seg_memory_estimate seg_memory_estimate_of(const char *path, const seg_read_options *options, uint64_t least);

#endif

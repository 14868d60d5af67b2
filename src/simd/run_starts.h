/* run_starts.h - where the runs of equal voxels begin in a row. */
#ifndef SEG_SIMD_RUN_STARTS_H
#define SEG_SIMD_RUN_STARTS_H

#include <stddef.h>
#include <stdint.h>

/* at[n] = where the runs of a row of n > 0 voxels begin; returns how many there are. `size` bytes a voxel: 1, 2 or 8. */
size_t seg_run_starts(const void *row, size_t n, size_t size, uint32_t *at);

#endif

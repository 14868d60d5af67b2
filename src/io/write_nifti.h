/* write_nifti.h - writes maps of real numbers as NIfTI on the grid of another image. */
#ifndef SEG_IO_WRITE_NIFTI_H
#define SEG_IO_WRITE_NIFTI_H

#include "../base/error.h"
#include "../image/grid.h"

typedef struct {
    const seg_grid *grid;
    const char *like; /* an image whose axes, affine, codes and units are kept; NULL, or no NIfTI: those of the grid */
    size_t planes;    /* 1: a volume, more: along the fourth axis */
    bool float64, packed;             /* packed: gzip */
    const char *description, *intent; /* cut to what the header holds */
} seg_nifti_map;

/* Receives the file piece by piece. */
typedef seg_status seg_bytes_fn(void *context, const void *bytes, size_t n, seg_error *err);

/* values[planes][voxels]. The same values give the same bytes. */
seg_status seg_nifti_write(const seg_nifti_map *map, const double *values, seg_bytes_fn *write, void *context,
                           seg_error *err);

#endif

/* files.h - sample images as NIfTI and PNG files whose bytes depend on nothing but their content and
 * zlib's version. */
#ifndef SEG_TOOLS_SAMPLES_FILES_H
#define SEG_TOOLS_SAMPLES_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "../../base/error.h"

/* A volume with voxel axes that run to the left, to the back and up (LPS), as CT series are mostly stored. */
typedef struct {
    size_t n[4]; /* x, y, z, maps; maps 1: a label map of uint8, else int16 in units of 1/SEG_SAMPLE_ONE */
    double mm[3];
    const void *data;
} seg_sample_volume;

enum { SEG_SAMPLE_ONE = 1000 }; /* stored value of probability 1 */

seg_status seg_sample_write_nifti(const seg_sample_volume *volume, const char *path, seg_error *err);

/* A grey image of 8 or 16 bits, or with `colours` (RGB triples) a palette image of 8 bits. data is row
 * after row; 16-bit samples are native uint16_t. */
typedef struct {
    size_t nx, ny;
    int bits;
    const uint8_t (*colours)[3];
    int n_colours;
    const void *data;
} seg_sample_image;

seg_status seg_sample_write_png(const seg_sample_image *image, const char *path, seg_error *err);

/* Makes a folder unless it is there. */
seg_status seg_sample_folder(const char *path, seg_error *err);

#endif

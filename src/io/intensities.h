/* intensities.h - the numbers of one image as they are, for a picture: a CT, an MR, a photograph in grey. */
#ifndef SEG_IO_INTENSITIES_H
#define SEG_IO_INTENSITIES_H

#include "../base/error.h"
#include "../image/grid.h"
#include "options.h"

/* *value = the numbers, [x fastest]; free() it. *grid: where they lie. SEG_READ for an image with a channel or time
 * axis. The numbers keep their scale: nothing is taken for labels or probabilities. */
seg_status seg_intensities_read(float **value, seg_grid *grid, const char *path, const seg_read_options *options,
                                const seg_warnings *notes, seg_error *err);

#endif

/* intensities.c - reads a file plane by plane without asking what its numbers mean. */
#include "intensities.h"

#include <stdlib.h>

#include "../base/memory.h"
#include "image_file.h"

enum { BLOCK = 16384 };

static seg_status read_values(seg_image_file *file, float *value, seg_error *err)
{
    double block[BLOCK];
    seg_status st = SEG_OK;

    for (size_t at = 0; !st && at < file->voxels; at += BLOCK) {
        size_t n = file->voxels - at < BLOCK ? file->voxels - at : BLOCK;
        const void *raw;

        st = seg_image_file_take(file, n, &raw, err);
        if (st)
            break;
        seg_image_file_values(file, raw, n, block);
        for (size_t i = 0; i < n; i++)
            value[at + i] = (float)block[i];
    }
    return st ? st : seg_image_file_finish(file, err);
}

seg_status seg_intensities_read(float **value, seg_grid *grid, const char *path, const seg_read_options *options,
                                const seg_warnings *notes, seg_error *err)
{
    seg_image_file *file;
    seg_status st = seg_alloc(&file, 1, sizeof *file, "an image", err);

    *value = NULL;
    if (st)
        return st;
    st = seg_image_file_open(file, path, options, notes, err);
    if (!st && file->planes > 1)
        st = seg_fail(err, SEG_READ, "%s: has %d planes, one grey image is needed under a picture", path, file->planes);
    if (!st)
        st = seg_memory_allow(options, path, 4.0 * (double)file->voxels, "a grey image", err);
    if (!st)
        st = seg_alloc_big(value, file->voxels, sizeof **value, "a grey image", err);
    if (!st)
        st = read_values(file, *value, err);
    *grid = file->grid;
    seg_image_file_close(file);
    free(file);
    if (st) {
        free(*value);
        *value = NULL;
    }
    return st;
}

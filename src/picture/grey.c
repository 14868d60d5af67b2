/* grey.c - windows a plane of an image to 8 bits and lets libpng write it. */
#include "grey.h"

#include <math.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/percentile.h"

static unsigned char grey_of(const seg_grey_image *g, float value)
{
    double x = ((double)value - g->window[0]) / g->window[1] + 0.5;

    return (unsigned char)lround(255 * fmin(fmax(x, 0), 1)); /* NaN becomes black */
}

static seg_status encode(seg_string *out, const unsigned char *pixel, const size_t n[2], seg_error *err)
{
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)n[0],
                       .height = (png_uint_32)n[1],
                       .format = PNG_FORMAT_GRAY};
    png_alloc_size_t bytes = PNG_IMAGE_PNG_SIZE_MAX(image);
    char *file;
    seg_status st = seg_alloc(&file, bytes, 1, "a picture", err);

    if (!st && !png_image_write_to_memory(&image, file, &bytes, 0, pixel, 0, NULL))
        st = seg_fail(err, SEG_MEMORY, "libpng could not write a picture: %s", image.message);
    if (!st)
        seg_string_add_n(out, file, bytes);
    png_image_free(&image);
    free(file);
    return st;
}

seg_status seg_grey_png(seg_string *out, const seg_grey_image *g, const seg_plane *plane, seg_error *err)
{
    const size_t *n = g->grid->n;
    unsigned char *pixel;
    seg_status st = seg_alloc(&pixel, plane->n[0] * plane->n[1], 1, "a picture", err);

    for (size_t i = 0; !st && i < plane->n[0] * plane->n[1]; i++) {
        size_t voxel[3];

        seg_plane_voxel(plane, i % plane->n[0], i / plane->n[0], voxel);
        pixel[i] = grey_of(g, g->value[voxel[0] + n[0] * (voxel[1] + n[1] * voxel[2])]);
    }
    if (!st)
        st = encode(out, pixel, plane->n, err);
    free(pixel);
    return st;
}

/* From the 1st to the 99th percentile of the positive values. */
static seg_status window_of_positive(double window[2], const float *value, size_t n, seg_error *err)
{
    double *positive, low, high;
    size_t count = 0;
    seg_status st = seg_alloc_big(&positive, n, sizeof *positive, "the grey window", err);

    for (size_t i = 0; !st && i < n; i++)
        if (value[i] > 0)
            positive[count++] = (double)value[i];
    if (!st && count) {
        low = seg_percentile(positive, count, 1);
        high = seg_percentile(positive, count, 99);
        window[0] = (low + high) / 2;
        window[1] = high > low ? high - low : 1;
    }
    free(positive);
    return st;
}

seg_status seg_grey_window(double window[2], const float *value, size_t n, seg_error *err)
{
    window[0] = 0.5;
    window[1] = 1;
    for (size_t i = 0; i < n; i++)
        if (value[i] < -500) {
            window[0] = 40;
            window[1] = 400;
            return SEG_OK;
        }
    return window_of_positive(window, value, n, err);
}

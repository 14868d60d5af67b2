/* raster.h - a picture as red, green and blue of every pixel: boxes, letters of a fixed size, and the PNG file of it. */
#ifndef SEG_PICTURE_RASTER_H
#define SEG_PICTURE_RASTER_H

#include <stdint.h>

#include "../base/error.h"
#include "../base/text.h"

typedef struct {
    uint8_t r, g, b;
} seg_rgb;

typedef struct {
    size_t width, height;
    seg_rgb *pixel; /* [height][width] */
} seg_raster;

/* All white. Free with seg_raster_free(), also after an error. */
seg_status seg_raster_make(seg_raster *raster, size_t width, size_t height, seg_error *err);
void seg_raster_free(seg_raster *raster);

/* What lies outside the picture is left out, here and below. */
void seg_raster_box(seg_raster *raster, size_t x, size_t y, size_t width, size_t height, seg_rgb colour);

/* Letters are SEG_LETTER_HEIGHT pixels high and SEG_LETTER_STEP apart; a byte that is not printable ASCII becomes '?', a
 * character of several bytes one of them. */
enum { SEG_LETTER_HEIGHT = 14, SEG_LETTER_STEP = 12 };
void seg_raster_text(seg_raster *raster, size_t x, size_t y, const char *text, seg_rgb colour);
size_t seg_raster_text_width(const char *text);

/* Adds the PNG file to *out. */
seg_status seg_raster_png(seg_string *out, const seg_raster *raster, seg_error *err);

#endif

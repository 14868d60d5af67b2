/* tiff_text.h - what ImageJ and OME write into the ImageDescription of a TIFF: counts of its axes and lengths. */
#ifndef SEG_IO_TIFF_TEXT_H
#define SEG_IO_TIFF_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Sizes are 0 and lengths NAN where the text does not give them. */
typedef struct {
    bool imagej, ome;
    size_t images;  /* ImageJ: of the whole stack */
    char order[4];  /* of the pages, the fastest first: letters of z, c, t */
    size_t size[3]; /* of these axes */
    double mm[3];   /* OME: x, y, z; ImageJ: only z */
    double unit_mm; /* ImageJ: of its unit of length; NAN: none that is known */
} seg_tiff_text;

void seg_tiff_text_read(seg_tiff_text *out, const char *description);

#endif

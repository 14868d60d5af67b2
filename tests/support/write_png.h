/* write_png.h - PNG files for tests, written chunk by chunk without libpng. */
#ifndef TESTS_SUPPORT_WRITE_PNG_H
#define TESTS_SUPPORT_WRITE_PNG_H

#include "write_nifti.h"

typedef struct {
    size_t width, height;
    int depth;  /* 1, 2, 4, 8, 16 */
    int colour; /* 0 grey, 2 RGB, 3 palette, 4 grey + alpha, 6 RGBA */
    bool interlaced;
    const uint16_t *sample; /* [height][width][channels] */
    size_t palette;         /* entries of PLTE; 0: none */
    const char *extra;      /* the name of a chunk to put behind the header, or NULL */
    const void *extra_data;
    size_t extra_bytes;
} png_file;

test_bytes png_make(const png_file *file);

/* One chunk with its length and CRC. */
test_bytes png_chunk(const char name[4], const void *data, size_t n);

#endif

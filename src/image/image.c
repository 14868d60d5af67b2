/* image.c - lets go of an image. */
#include "image.h"

#include <stdlib.h>

void seg_image_free(seg_image *image)
{
    free(image->path);
    seg_labelmap_free(&image->labels);
    seg_probmap_free(&image->prob);
    *image = (seg_image){0};
}

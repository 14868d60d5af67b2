/* image.c - lets go of an image. */
#include "image.h"

#include <stdlib.h>

void seg_image_free(seg_image *image)
{
    for (size_t i = 0; image->name && i < seg_image_channels(image); i++)
        free(image->name[i]);
    for (size_t i = 0; i < image->masks; i++)
        seg_labelmap_free(&image->mask[i]);
    free(image->mask);
    free(image->name);
    free(image->id);
    free(image->path);
    seg_labelmap_free(&image->labels);
    seg_labelmap_free(&image->objects);
    seg_probmap_free(&image->prob);
    *image = (seg_image){0};
}

/* instances.h - maps whose values are objects: the ids are kept, and the image becomes a map of their classes. */
#ifndef SEG_PAIRING_INSTANCES_H
#define SEG_PAIRING_INSTANCES_H

#include "../image/image.h"

/* What the values of both files mean. */
typedef struct {
    bool ids;        /* values are objects; otherwise objects are connected components of the classes */
    int64_t divisor; /* 0: every id is an object of class 1; else of class id / divisor, and ids below it are classes */
} seg_instances;

/* image->objects becomes the map of ids, image->labels that of their classes. SEG_MISMATCH for anything but labels. */
seg_status seg_instances_split(seg_image *image, const seg_instances *instances, seg_error *err);

#endif

/* alignment.h - brings an image onto the grid of another, or says why it does not lie there. */
#ifndef SEG_PAIRING_ALIGNMENT_H
#define SEG_PAIRING_ALIGNMENT_H

#include "../base/error.h"
#include "../image/image.h"

typedef enum { SEG_GEOMETRY_STRICT, SEG_GEOMETRY_WARN, SEG_GEOMETRY_IGNORE, SEG_GEOMETRY_REORIENT } seg_geometry;
extern const char *const seg_geometry_words[];

/* Checks that both have the same shape and (unless the policy ignores it) the same place in space; with the policy
 * "reorient" turns and flips the image first. SEG_MISMATCH with both shapes or the distance otherwise. */
seg_status seg_align(seg_image *image, const seg_image *onto, seg_geometry policy, const seg_warnings *notes,
                     seg_error *err);

#endif

/* thumbnail.h - a small PNG of a plane for reports: a palette of a few colours, patterns instead of colour alone. */
#ifndef SEG_PICTURE_THUMBNAIL_H
#define SEG_PICTURE_THUMBNAIL_H

#include "plane.h"

/* Adds a PNG file (bytes) to *out: a pixel for each mm, at most 320 pixels wide, with the outline of the truth and a
 * scale bar. Its size goes to size[2]. The same bytes for the same plane. */
seg_status seg_thumbnail(seg_string *out, const seg_plane *plane, size_t size[2], seg_error *err);

/* "axial slice 11 of case_04: gallbladder missed, 15.1 ml": what a reader hears instead of the picture. mistake may
 * be NULL. */
void seg_thumbnail_words(seg_string *out, const seg_plane *plane, const char *name, const seg_pair *pair,
                         const seg_mistake *mistake);

#endif

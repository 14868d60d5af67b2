/* badges.h - what is written on a plane: numbers that lead to the listed mistakes, and names of classes. */
#ifndef SEG_PICTURE_BADGES_H
#define SEG_PICTURE_BADGES_H

#include "plane_svg.h"

/* Length of the scale bar for a frame of this width, in the same unit. */
double seg_scale_bar(double frame);

/* A badge for every listed mistake with a pixel in the plane. It lies outside the classes, off other badges, the scale
 * bar and the letters; where there is no such place it is left out. */
void seg_badges_draw(seg_svg *svg, const seg_plane_place *place);

/* The name of each class in its largest region of the truth, where it fits inside. */
void seg_names_draw(seg_svg *svg, const seg_plane_place *place, const seg_pair *pair);

#endif

/* space.h - where an image lies: directions of its axes in the world, by the conventions of several formats. */
#ifndef SEG_IO_SPACE_H
#define SEG_IO_SPACE_H

#include "image_file.h"

/* Which way the world's axes of a file point. Inside segloss it is RAS: right, anterior, superior. */
typedef enum { SEG_RAS, SEG_LAS, SEG_LPS } seg_world;

/* step[i]: what one step along axis i of the file moves in its world, in mm; origin: the centre of the first voxel.
 * Fills spacing and affine of the grid. Steps that are zero, not finite or in one plane are SEG_READ. */
seg_status seg_space_set(seg_image_file *file, double step[3][3], const double origin[3], seg_world world,
                         seg_error *err);

/* Lengths alone; those that are not above 0 leave the grid in voxels. */
void seg_space_set_lengths(seg_image_file *file, const double mm[3]);

#endif

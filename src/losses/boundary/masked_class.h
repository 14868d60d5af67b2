/* masked_class.h - one class of a pair, block by block, with the ignored voxels taken out: what the boundary
 * and the combination losses loop over. */
#ifndef SEG_LOSSES_BOUNDARY_MASKED_CLASS_H
#define SEG_LOSSES_BOUNDARY_MASKED_CLASS_H

#include "../context.h"

/* Probability y[] and truth t[] of the class at voxels [begin, begin + n), without the ignored ones; returns
 * how many are left. n is at most SEG_BLOCK. */
size_t seg_class_block(const seg_pair *pair, int cls, size_t begin, size_t n, double *y, double *t);

/* Probability of the class with 0 at ignored voxels: y[n]. A sum of y times anything then leaves them out,
 * and a set of voxels where y is large does not hold them. */
void seg_class_prob(const seg_pair *pair, int cls, size_t begin, size_t n, double *y);

/* How far the class is off there: its probability minus its truth, 0 at ignored voxels: e[n]. n is at most SEG_BLOCK. */
void seg_class_error(const seg_pair *pair, int cls, size_t begin, size_t n, double *e);

/* 0 at the ignored voxels of x[n]: the end of a gradient. */
void seg_class_ignore(const seg_pair *pair, size_t begin, size_t n, double *x);

/* The unit of a distance: voxel steps, or the millimetres of the grid. */
typedef enum { SEG_DISTANCE_VOXEL, SEG_DISTANCE_MM } seg_distance_unit;
extern const char *const seg_distance_words[]; /* "voxel", "mm" */

#define SEG_DISTANCE_ROW(type_)                                                                                        \
    SEG_CHOICE("distance", type_, distance, SEG_DISTANCE_VOXEL, seg_distance_words,                                    \
               "unit of distances: voxels or millimetres")

/* Rows for numbers in (0, max], [min, max) and (0, max). */
#define SEG_POSITIVE(name_, type_, field_, preset_, max_, help_)                                                       \
    {                                                                                                                  \
        .name = name_, .type = SEG_PARAM_NUMBER, .at = offsetof(type_, field_), .preset = preset_, .min = 0,           \
        .above = true, .max = max_, .help = help_                                                                      \
    }
#define SEG_BELOW(name_, type_, field_, preset_, min_, max_, help_)                                                    \
    {                                                                                                                  \
        .name = name_, .type = SEG_PARAM_NUMBER, .at = offsetof(type_, field_), .preset = preset_, .min = min_,        \
        .max = max_, .below = true, .help = help_                                                                      \
    }
#define SEG_BETWEEN(name_, type_, field_, preset_, max_, help_)                                                        \
    {                                                                                                                  \
        .name = name_, .type = SEG_PARAM_NUMBER, .at = offsetof(type_, field_), .preset = preset_, .min = 0,           \
        .above = true, .max = max_, .below = true, .help = help_                                                       \
    }

#endif

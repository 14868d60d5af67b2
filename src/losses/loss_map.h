/* loss_map.h - where a loss comes from: maps of the classes that, with an offset, add up to the value. */
#ifndef SEG_LOSSES_LOSS_MAP_H
#define SEG_LOSSES_LOSS_MAP_H

#include "../base/error.h"
#include "gradient.h"

/* How the value was shared out. */
typedef enum {
    SEG_MAP_NONE,         /* it is no sum over voxels */
    SEG_MAP_EXACT,        /* the term of each voxel stands in the formula */
    SEG_MAP_PROPORTIONAL, /* a function of such a sum, in proportion to the terms */
    SEG_MAP_MIXED         /* one part of each */
} seg_map_kind;
extern const char *const seg_map_kind_words[]; /* "none", "exact", "proportional", "mixed" */

/* One loss on one pair. A loss fills plane class by class and hands each to take(); classes it leaves out are 0. */
typedef struct {
    const seg_pair *pair;
    double *plane; /* [voxels] the map of one class, 0 at ignored voxels */
    double offset; /* the part of the value that no voxel owns */
    seg_status (*take)(void *context, int cls, const double *plane, seg_error *err);
    void *context;
} seg_loss_map;

/* The plane, all 0, to be filled and then handed on with seg_loss_map_end(), which sets ignored voxels to 0. */
double *seg_loss_map_begin(const seg_loss_map *map);
seg_status seg_loss_map_end(const seg_loss_map *map, int cls, seg_error *err);

/* plane = term(context, voxel) for every voxel of the class; handed on. */
seg_status seg_loss_map_class(const seg_loss_map *map, int cls, seg_slope_fn *term, const void *context,
                              seg_error *err);

/* The same where a term is 0 unless the class is the truth's: for a label truth only those voxels are read. */
seg_status seg_loss_map_own(const seg_loss_map *map, int cls, seg_slope_fn *term, const void *context, seg_error *err);

/* *sum = that of term(context, voxel) over the class; plane is left as work space. */
seg_status seg_loss_map_sum(const seg_loss_map *map, int cls, seg_slope_fn *term, const void *context, double *sum,
                            seg_error *err);

/* Shares a value out in proportion to the terms and a rest that no voxel owns; all of it is the rest's when their sum is
 * not above 0. */
seg_status seg_loss_map_share(seg_loss_map *map, int cls, seg_slope_fn *term, const void *context, double value,
                              double rest, seg_error *err);

/* The first two for all classes. */
seg_status seg_loss_map_fill(const seg_loss_map *map, seg_slope_fn *term, const void *context, seg_error *err);
seg_status seg_loss_map_fill_own(const seg_loss_map *map, seg_slope_fn *term, const void *context, seg_error *err);

#endif

/* map_files.h - one map becomes one file: NIfTI on the truth's grid, or a picture of a plane. */
#ifndef SEG_EVALUATE_MAP_FILES_H
#define SEG_EVALUATE_MAP_FILES_H

#include "map_case.h"

/* A map and what it is. */
typedef struct {
    const seg_map_options *options;
    const seg_case *scored;
    const seg_pair *pair;
    const char *measure, *params;
    const seg_map_sum *sum;
    seg_map_what what;
    int cls;              /* of one class, or -1 */
    bool all;             /* values has a map for each class */
    const double *values; /* [voxels] or [classes][voxels] */
} seg_map_output;

/* Writes the file, or, for pictures of all classes, a file for each. */
seg_status seg_map_output_write(const seg_map_output *map, seg_error *err);

#endif

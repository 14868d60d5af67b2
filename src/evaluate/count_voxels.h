/* count_voxels.h - the counts of a pair's classes and its confusion matrix, for values of all cases at once. */
#ifndef SEG_EVALUATE_COUNT_VOXELS_H
#define SEG_EVALUATE_COUNT_VOXELS_H

#include "../pairing/scene.h"
#include "evaluate.h"

/* Adds to the case what the options ask for; its classes are there. */
seg_status seg_count_pair(seg_case *out, const seg_pair *pair, const seg_evaluate_options *options, seg_error *err);
seg_status seg_count_scene(seg_case *out, const seg_scene *scene, const seg_evaluate_options *options, seg_error *err);

#endif

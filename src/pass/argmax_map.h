/* argmax_map.h - the first reading of a map: the argmax of every voxel, and whether the values are probabilities. */
#ifndef SEG_PASS_ARGMAX_MAP_H
#define SEG_PASS_ARGMAX_MAP_H

#include <stdbool.h>

#include "../base/error.h"
#include "../image/probmap.h"
#include "argmax_options.h"

/* Whether the argmax of a streamed map can be computed plane by plane; else the map has to be loaded first. */
bool seg_argmax_can_stream(const seg_probmap *map, const seg_argmax_options *rules);

/* hard gets class indices as codes: the class of largest probability (the lowest in a tie); for one foreground map,
 * or when threshold is a number, the largest foreground class where it exceeds the threshold (0.5 unless given), else
 * class 0. Voxels with a value that is not finite get the code `classes` (the number of classes: planes, or 2) when
 * skip_nan, else the value counts as 0. `check` receives the statistics of the values. */
seg_status seg_probmap_argmax(seg_labelmap *hard, const seg_probmap *map, const seg_argmax_options *rules,
                              seg_prob_stats *check, seg_error *err);

#endif

/* prob_planes.h - an array becomes planes of probabilities, in memory or left in their file. */
#ifndef SEG_IO_PROB_PLANES_H
#define SEG_IO_PROB_PLANES_H

#include "../image/probmap.h"
#include "image_file.h"

/* True when the voxels can stay in their file: neither packed nor piped. */
bool seg_planes_can_stay(const seg_image_file *array);

/* Leaves them there: *map reads blocks when asked to. Takes array->input over. Nothing is checked. */
seg_status seg_planes_lazy(seg_probmap *map, seg_image_file *array, seg_error *err);

/* Whether the planes can be read once, one after another: a large packed map for which one pass is enough. */
bool seg_planes_can_stream(const seg_image_file *array, const seg_read_options *options);

/* Bytes that are kept of a voxel of such a map while its planes are read. */
enum { SEG_STREAM_BYTES_PER_VOXEL = 10 };

/* Makes such a map. Takes the file over, which is on the heap; what seg_planes_read() refuses is an error at the end. */
seg_status seg_planes_stream(seg_probmap *map, seg_image_file *array, const seg_read_options *options, seg_error *err);

/* Reads the planes into room[planes * voxels]. A value outside [0, 1] is an error unless logits are wanted, one that
 * is not finite unless options->keep_nan; both are counted and the first is named. */
seg_status seg_planes_read(float *room, seg_image_file *array, const seg_read_options *options, seg_error *err);

/* The sentence about values that are not finite. */
seg_status seg_not_finite(const seg_image_file *array, uint64_t count, uint64_t at, seg_error *err);

/* Room for the planes of a map, within the budget. */
seg_status seg_planes_room(seg_probmap *map, const char *name, const seg_grid *grid, int planes,
                           const seg_read_options *options, seg_error *err);

/* Softmax over the planes, or the sigmoid of one plane or of each independent one; in place, computed in double. */
seg_status seg_planes_from_logits(seg_probmap *map, const char *name, bool independent, seg_error *err);

#endif

/* axes.h - the axes of a file, in the order in which it stores them, become x, y, z, channels and frames. */
#ifndef SEG_IO_AXES_H
#define SEG_IO_AXES_H

#include "image_file.h"

/* A stored axis: its number of entries, and x, y, z, c (channels) or t (frames). */
typedef struct {
    size_t n;
    char letter;
} seg_stored_axis;

enum { SEG_MOST_AXES = SEG_MOST_DIMS };

/* Takes over n axes, the fastest first, or with other letters those of options->axes: fills grid.n, voxels, channels,
 * frames, planes and how to get from one voxel to the next. `printed_last_first`: people write the axes of this format
 * with the fastest one last (NumPy). options->frame keeps one frame, or one channel of a file without frames.
 * Sizes that overflow or are beyond what can be counted are SEG_READ; letters that do not fit are SEG_MISMATCH. */
seg_status seg_axes_set(seg_image_file *file, const seg_stored_axis *axis, int n, bool printed_last_first,
                        const seg_read_options *options, seg_error *err);

/* Whether a text is an order of axes: x and y, and of z, c and t those that there are, each once. */
bool seg_axes_valid(const char *text);

/* The decoder that gives the numbers of `from` with x fastest. It reads all of them into memory, at its first use. */
seg_status seg_axes_decoder(seg_decoder *decoder, seg_image_file *file, seg_stream *from,
                            const seg_read_options *options, seg_error *err);

#endif

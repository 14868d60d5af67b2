/* npy.h - the header of a NumPy array, which a .npy file and each member of a .npz archive begin with. */
#ifndef SEG_IO_NPY_H
#define SEG_IO_NPY_H

#include "image_file.h"

/* Reads the header at the front of `stream` and fills what it says of the file: type, byte order, axes; data_at is
 * where the numbers begin, counted from the start of the stream. `size`: bytes of the stream, which must be those that
 * the header promises; UINT64_MAX when they are not known. */
seg_status seg_npy_header(seg_image_file *file, seg_stream *stream, uint64_t size, const seg_read_options *options,
                          seg_error *err);

/* Copies of the text that both descriptors show. */
#define SEG_NPY_AXES                                                                                                   \
    "Axes are y x, z y x or c z y x, as shape prints them; --axes says another order. The file says neither the size " \
    "of a voxel nor its place."

#endif

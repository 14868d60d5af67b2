/* palette_file.h - palettes from files. */
#ifndef SEG_IO_PALETTE_FILE_H
#define SEG_IO_PALETTE_FILE_H

#include "../pairing/palette.h"

/* Reads lines "id r g b [name]", "r g b name" (CamVid: the id is the number of the line from 0), "name:r,g,b::" (CVAT,
 * likewise), ITK-SNAP's or FreeSurfer's. SEG_READ for other lines, and for a file without colours. */
seg_status seg_palette_read_file(seg_palette *palette, const char *path, seg_error *err);

#endif

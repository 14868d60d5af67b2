/* renaming_file.h - renamings of labels from files. */
#ifndef SEG_IO_RENAMING_FILE_H
#define SEG_IO_RENAMING_FILE_H

#include "../pairing/renaming.h"

/* Reads lines "old new [name]", old being a label or a range. */
seg_status seg_renaming_read_file(seg_renaming *renaming, const char *path, seg_error *err);

/* Reads COCO's panoptic JSON: for each image its segments and their categories, with the names of the categories. */
seg_status seg_renaming_read_panoptic(seg_renaming *renaming, const char *path, seg_error *err);

#endif

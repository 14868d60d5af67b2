/* region_file.h - regions from a file: nnU-Net's dataset.json, or lines of text. */
#ifndef SEG_IO_REGION_FILE_H
#define SEG_IO_REGION_FILE_H

#include "../pairing/regions.h"

/* Reads nnU-Net's dataset.json (the entries of "labels" but for the background and "ignore", with
 * "regions_class_order"), or lines "NAME labels...". SEG_READ for a file without regions, or an order that does not fit. */
seg_status seg_regions_read_file(seg_regions *regions, const char *path, seg_error *err);

/* The same for a dataset.json that is found beside the data: no region at all unless an entry has several labels. */
seg_status seg_regions_find_in(seg_regions *regions, const char *path, seg_error *err);

#endif

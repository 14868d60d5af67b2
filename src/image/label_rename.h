/* label_rename.h - other label values for the codes of a label map, and label maps made of rules. */
#ifndef SEG_IMAGE_LABEL_RENAME_H
#define SEG_IMAGE_LABEL_RENAME_H

#include "labelmap.h"

/* Gives code c the label to[c]; to[values]. Codes of equal labels become one. Works on runs, not on voxels. */
seg_status seg_labelmap_rename(seg_labelmap *map, const int64_t *to, seg_error *err);

/* A copy with the codes code[c] of its runs, joined where neighbours became equal; it has no table of values. */
seg_status seg_labelmap_coded(seg_labelmap *out, const seg_labelmap *map, const uint32_t *code, seg_error *err);

#endif

/* slice_dsc.h - the DSC of each class in each slice: where along an axis a prediction is right. */
#ifndef SEG_PICTURE_SLICE_DSC_H
#define SEG_PICTURE_SLICE_DSC_H

#include "../image/pair.h"

/* Voxels of one class in one slice. */
typedef struct {
    uint64_t truth, called, right;
} seg_slice_counts;

typedef struct {
    size_t classes, slices;
    seg_slice_counts *count; /* [classes][slices] */
    seg_slice_counts *whole; /* [classes] */
} seg_slice_dsc;

/* Counts the hard prediction's voxels in the slices across `axis`. Free with seg_slice_dsc_free(), also after an error. */
seg_status seg_slice_dsc_find(seg_slice_dsc *out, const seg_pair *pair, int axis, seg_error *err);
void seg_slice_dsc_free(seg_slice_dsc *s);

/* 2 right / (truth + called); NAN where both are empty. */
double seg_counts_dsc(const seg_slice_counts *c);

#endif

/* case_text.h - a case in words: its mistakes, and the DSC of each class slice by slice. */
#ifndef SEG_PICTURE_CASE_TEXT_H
#define SEG_PICTURE_CASE_TEXT_H

#include "mistakes.h"
#include "slice_dsc.h"

typedef struct {
    const char *name;
    const seg_pair *pair;
    const seg_mistakes *mistakes;
    const seg_slice_dsc *slices;
    int axis;   /* the slices lie across it */
    int width;  /* columns at most */
    bool ascii; /* digits 0 to 9 instead of block characters */
} seg_case_text;

/* Adds the text to *out. Lack of memory is remembered there. */
void seg_case_text_write(seg_string *out, const seg_case_text *t);

/* The foreground classes with a voxel in the truth or the prediction, the lowest DSC first (equal ones by index):
 * order[classes]; returns how many there are. */
size_t seg_classes_by_dsc(const seg_pair *pair, const seg_slice_dsc *slices, int *order);

/* The mean DSC over those classes, NAN when there is none. */
double seg_mean_dsc(const seg_pair *pair, const seg_slice_dsc *slices);

/* Adds "mean DSC 0.724; lowest: gallbladder 0.000", of one class "class 1, DSC 0.588"; order[n] as above. */
void seg_dsc_words(seg_string *out, const seg_pair *pair, const seg_slice_dsc *slices, const int *order, size_t n);

/* Adds a volume: ml with a digit after the point, more where it would be 0.0; px without a voxel size. */
void seg_volume_words(seg_string *out, const seg_grid *grid, uint64_t voxels);

/* "ml", or "px" for an image and without a voxel size. */
const char *seg_volume_unit(const seg_grid *grid);

/* The volume as a number in that unit. */
double seg_volume_of(const seg_grid *grid, uint64_t voxels);

#endif

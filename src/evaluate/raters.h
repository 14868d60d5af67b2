/* raters.h - the truths of several raters become one: the label with most votes, or the share of the raters. */
#ifndef SEG_EVALUATE_RATERS_H
#define SEG_EVALUATE_RATERS_H

#include "reading.h"

/* Joins n truths on one grid into the first; the others are used up. Raters who ignore a voxel do not vote there. Majority:
 * of equal votes the smallest label, and a note says how many voxels are tied. Mean: a soft truth with a channel for each
 * class, as many as the prediction has. */
seg_status seg_raters_join(seg_image *truth, size_t n, seg_raters_kind kind, const seg_image *prediction,
                           const seg_match_options *match, const seg_warnings *notes, seg_error *err);

#endif

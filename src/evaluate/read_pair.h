/* read_pair.h - the files of one case become images, after it was decided what their numbers mean. */
#ifndef SEG_EVALUATE_READ_PAIR_H
#define SEG_EVALUATE_READ_PAIR_H

#include "../io/look.h"
#include "reading.h"

/* The files of a case. */
typedef struct {
    const char *prediction, *truth;
    const char *const *more; /* [n_more] truths of other raters, to be joined with the first */
    size_t n_more;
    const char *mask;         /* NULL: all voxels count */
    bool has_frame;           /* only one frame of a series is read: */
    size_t frame;             /* this one, from 0 */
    seg_files_kind folder[2]; /* what a folder holds that stands for the prediction, for the truth */
} seg_case_paths;

/* The images of one case, and what was said about them. {0} is empty. */
typedef struct {
    seg_image prediction, truth, mask;
    seg_case_reading reading;
    seg_meaning meaning[2]; /* what the prediction and the truth were taken for */
} seg_pair_files;

/* Reads both at the same time when threads are free, decides, and makes images. `once`: one pass over the prediction's
 * probabilities is enough. Freed by the caller, also after an error. */
seg_status seg_read_pair(seg_pair_files *files, const seg_reading *reading, const seg_case_paths *paths, bool once,
                         const seg_timing *timing, const seg_warnings *notes, seg_error *err);
void seg_pair_files_free(seg_pair_files *files);

/* The options that hold for a file of the prediction (0) or of the truth (1). */
seg_read_options seg_reading_options(const seg_reading *reading, int side, const seg_case_paths *paths);

/* What is known before the images are made: the question that the rules answer. `regions`: how many there are. */
seg_question seg_reading_question(const seg_reading *reading, int side, const seg_facts *file, const seg_facts *other,
                                  const seg_case_reading *c);

#endif

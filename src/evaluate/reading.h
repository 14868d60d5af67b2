/* reading.h - what was said about the meaning of the numbers in the files of a run. */
#ifndef SEG_EVALUATE_READING_H
#define SEG_EVALUATE_READING_H

#include "../io/read.h"
#include "../pairing/class_list.h"
#include "../pairing/meaning.h"
#include "../pairing/pair_build.h"
#include "../pairing/palette.h"

/* What the files of a folder are that stands for an image. */
typedef enum { SEG_FILES_AUTO, SEG_FILES_CASES, SEG_FILES_CHANNELS, SEG_FILES_MASKS } seg_files_kind;
extern const char *const seg_files_words[];

/* What becomes of several truths of one case. */
typedef enum { SEG_RATERS_EACH, SEG_RATERS_MAJORITY, SEG_RATERS_MEAN } seg_raters_kind;
extern const char *const seg_raters_words[];

/* Everything is owned but the texts of `files`. {0} takes all from the files (with match.threshold NAN). */
typedef struct {
    seg_read_options files[2]; /* of the prediction and of the truth */
    seg_match_options match;   /* but for what is resolved for each case: classes, names, regions, ignored labels */
    seg_class_list classes;    /* the selection */
    seg_class_list ignored;    /* labels of the truth that count nowhere */
    bool ignore_said;          /* also "none" */
    seg_renaming renaming[2];
    seg_palette palette;
    seg_regions regions;
    bool regions_said; /* also "none" */
    seg_label_name *names;
    size_t n_names;
    bool names_ignore; /* the file of names says which label is ignored */
    int64_t ignored_by_names;
    bool find_names; /* look for a file of label names, and for regions, beside the truth */
    seg_channels_kind channels[2];
    seg_class_list channel_names[2]; /* labels (softmax) or names (independent) of the channels */
    bool grey_truth_is_mask;         /* a truth with grey levels becomes a mask: what is above 128 */
    bool has_mask_threshold;
    double mask_threshold; /* voxels of the mask above this are inside; without it those that are not 0 */
    seg_files_kind folders;
    seg_raters_kind raters;
    seg_run_kind run; /* of the predictions of a run, once decided */
} seg_reading;

/* Checks what can be checked before any file is read: names in lists when all names are known. */
seg_status seg_reading_check(const seg_reading *reading, seg_error *err);
void seg_reading_free(seg_reading *reading);

/* What holds for one case: options for seg_scene_match() that point into the reading and into this. */
typedef struct {
    const seg_reading *reading;
    seg_match_options match;
    bool has_ignore; /* by a file of names */
    int64_t ignore;
    seg_label_name *found; /* beside the truth */
    size_t n_found;
    seg_label_name *carried[2]; /* in the files of the prediction and of the truth */
    size_t n_carried[2];
    seg_label_name *names; /* [n_names] all that are known, the nearest source first; the texts belong to others */
    size_t n_names;
    seg_regions regions; /* found beside the truth */
    int64_t *classes, *ignored;
} seg_case_reading;

/* Finds names and regions beside the file `truth`, or takes those that were said; what is found and taken is said in a
 * note. */
seg_status seg_case_reading_begin(seg_case_reading *out, const seg_reading *reading, const char *truth,
                                  const seg_warnings *notes, seg_error *err);

/* Resolves names, selection and ignored labels for the images of the case. */
seg_status seg_case_reading_resolve(seg_case_reading *out, const seg_image *prediction, const seg_image *truth,
                                    const seg_warnings *notes, seg_error *err);
void seg_case_reading_free(seg_case_reading *out);

#endif

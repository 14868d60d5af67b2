/* reading.h - what was said about the meaning of the numbers in the files of a run. */
#ifndef SEG_EVALUATE_READING_H
#define SEG_EVALUATE_READING_H

#include "../io/read.h"
#include "../pairing/class_list.h"
#include "../pairing/pair_build.h"

/* Everything is owned but the texts of `files`. {0} takes all from the files (with match.threshold NAN). */
typedef struct {
    seg_read_options files[2]; /* of the prediction and of the truth */
    seg_match_options match;   /* but for what is resolved for each case: classes, names, regions, ignored labels */
    seg_class_list classes;    /* the selection */
    seg_class_list ignored;    /* labels of the truth that count nowhere */
    bool ignore_said;          /* also "none" */
    seg_renaming renaming[2];
    seg_regions regions;
    bool regions_said; /* also "none" */
    seg_label_name *names;
    size_t n_names;
    bool names_ignore; /* the file of names says which label is ignored */
    int64_t ignored_by_names;
    bool find_names; /* look for a file of label names, and for regions, beside the truth */
} seg_reading;

/* Checks what can be checked before any file is read: names in lists when all names are known. */
seg_status seg_reading_check(const seg_reading *reading, seg_error *err);
void seg_reading_free(seg_reading *reading);

/* What holds for one case: options for seg_scene_match() that point into the reading and into this. */
typedef struct {
    seg_match_options match;
    seg_label_name *found; /* beside the truth */
    size_t n_found;
    seg_label_name *names; /* [n_names] all that are known, the nearest source first; the texts belong to others */
    size_t n_names;
    seg_regions regions; /* found beside the truth */
    int64_t *classes, *ignored;
} seg_case_reading;

/* Resolves names, selection, regions and ignored labels for the images of one case; what is found beside the file `truth`
 * and taken is said in a note. */
seg_status seg_case_reading_make(seg_case_reading *out, const seg_reading *reading, const seg_image *prediction,
                                 const seg_image *truth, const char *truth_path, const seg_warnings *notes,
                                 seg_error *err);
void seg_case_reading_free(seg_case_reading *out);

#endif

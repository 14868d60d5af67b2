/* score.h - two files become one scored case: read, match, evaluate. */
#ifndef SEG_EVALUATE_SCORE_H
#define SEG_EVALUATE_SCORE_H

#include "../base/error.h"
#include "../pairing/scene.h"
#include "../report/report.h"
#include "evaluate.h"
#include "label_survey.h"
#include "plan.h"
#include "read_pair.h"

/* Everything that is the same for all cases of a run. */
typedef struct {
    seg_plan for_labels;        /* what to compute when the prediction is a label map */
    seg_plan for_probabilities; /* and when it is a map of probabilities: other losses by default */
    seg_reading reading;
    seg_evaluate_options evaluate;
    seg_label_survey *survey; /* counts labels where nothing names the classes; or NULL */
} seg_scoring;

/* Whether the prediction's probabilities need to be looked at but once: then a packed map need not be held in memory. */
bool seg_scoring_single_pass(const seg_scoring *scoring);

/* Reads the files of a case. Freed by the caller, also after an error. */
seg_status seg_pair_files_read(seg_pair_files *files, const seg_scoring *scoring, const seg_case_paths *paths,
                               const seg_warnings *notes, seg_error *err);

/* Scores images into a case that is named already; the images are used up, but still the caller's to free. */
seg_status seg_score_pair(seg_case *out, const seg_scoring *scoring, seg_pair_files *files, const seg_warnings *notes,
                          seg_error *err);

/* Both in one go. */
seg_status seg_score_files(seg_case *out, const seg_scoring *scoring, const seg_case_paths *paths,
                           const seg_warnings *notes, seg_error *err);

/* The scene of two files, hardened and named but not scored. Free it with seg_scene_free(), also after an error. */
seg_status seg_scene_of_files(seg_scene *scene, const seg_scoring *scoring, const char *prediction, const char *truth,
                              const seg_warnings *notes, seg_error *err);

void seg_scoring_free(seg_scoring *scoring);

#endif

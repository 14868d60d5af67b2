/* label_survey.h - which label of the truth the predictions of a run answer with which of theirs: numberings that differ
 * show in it. */
#ifndef SEG_EVALUATE_LABEL_SURVEY_H
#define SEG_EVALUATE_LABEL_SURVEY_H

#include <pthread.h>

#include "../base/text.h"
#include "../image/pair.h"

/* Voxels with one label in the truth and one in the prediction. */
typedef struct {
    int64_t truth, prediction;
    uint64_t voxels;
} seg_label_answer;

typedef struct {
    pthread_mutex_t lock;
    seg_label_answer *answer;
    size_t n, room;
    bool incomplete; /* too many different labels, or no memory: nothing is concluded */
} seg_label_survey;

void seg_label_survey_begin(seg_label_survey *survey);

/* Counts a pair, run by run; called from any thread. */
void seg_label_survey_add(seg_label_survey *survey, const seg_pair *pair);

/* A sentence when no foreground label is in both, or nearly all voxels of the truth's labels are answered with another
 * label; else nothing is written. */
void seg_label_survey_conclude(const seg_label_survey *survey, seg_string *out);

void seg_label_survey_end(seg_label_survey *survey);

#endif

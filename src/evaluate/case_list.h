/* case_list.h - the cases of a run: which files belong together, and what the files of a folder are. */
#ifndef SEG_EVALUATE_CASE_LIST_H
#define SEG_EVALUATE_CASE_LIST_H

#include "pairing.h"
#include "reading.h"

/* What was said. */
typedef struct {
    const char *prediction;
    const char *const *truth; /* [truths] more than one: of several raters */
    size_t truths;
    const char *mask; /* a file or a folder, or NULL */
    seg_folder_rule rule;
    seg_files_kind files;
    seg_raters_kind raters;
    bool rule_said; /* how names of two folders pair up was said */
} seg_case_request;

/* Makes the list, in the order of the cases' names. Two folders are cases, channels or masks: by `files`, or by what is in
 * them. SEG_MISMATCH when that is open. *batch: whether there may be more than one case. */
seg_status seg_case_list_make(seg_pairings *list, const seg_case_request *request, bool *batch,
                              const seg_warnings *notes, seg_error *err);

/* Whether the header of the first prediction says that it may be a series. */
bool seg_case_list_frames(const seg_pairings *list, const seg_reading *reading);

/* Each case whose files are a series becomes a case NAME[f] for every frame. */
seg_status seg_case_list_expand(seg_pairings *list, const seg_reading *reading, const seg_warnings *notes,
                                seg_error *err);

#endif

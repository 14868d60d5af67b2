/* eval_options.h - the options of segloss eval. */
#ifndef SEG_COMMANDS_EVAL_OPTIONS_H
#define SEG_COMMANDS_EVAL_OPTIONS_H

#include "../cli/progress.h"
#include "outputs.h"
#include "scoring.h"

typedef struct {
    seg_scoring_options scoring;
    seg_output_options sinks;
    const char *prediction;
    seg_texts truths; /* -g: more than one are raters */
    const char *pairs, *match, *shard, *suffix;
    int files, raters; /* seg_files_kind, seg_raters_kind */
    bool nul, allow_missing, stop_on_error, resume;
    seg_texts fail_under, fail_over;
    int progress;
    int errors;       /* mistakes listed for each case; below 0: not asked for */
    int gate_missing; /* 0 fail, 1 ignore */
} seg_eval_options;

#endif

/* batch.h - segloss eval on many pairs. */
#ifndef SEG_COMMANDS_BATCH_H
#define SEG_COMMANDS_BATCH_H

#include "../evaluate/batch.h"
#include "command.h"
#include "eval_options.h"
#include "settings.h"

/* Scores a list of pairs, which is taken over, or (pairings NULL) that of --pairs. What the run was decided to be goes into
 * scoring and settings. SEG_PARTLY when cases failed or a gate was not met. */
seg_status seg_eval_batch(const seg_eval_options *options, seg_scoring *scoring, seg_settings *settings,
                          seg_pairings *pairings, const seg_messages *messages, seg_error *err);

/* One pair, two folders or a list, as the options and operands say. */
seg_status seg_eval_run(const seg_eval_options *options, seg_scoring *scoring, seg_settings *settings,
                        const seg_texts *operands, const seg_messages *messages, seg_error *err);

/* Checks --fail-under and --fail-over against the summary; says which are not kept. */
seg_status seg_eval_gates(const seg_eval_options *options, seg_outputs *sinks, const seg_messages *messages, bool *kept,
                          seg_error *err);

#endif

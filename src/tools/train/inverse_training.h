/* inverse_training.h - trains the network behind the InverseForm loss on synthetic pairs of boundaries.
 *
 * The result depends on the options alone, not on the number of threads: every number is added up by one
 * thread, in an order that is fixed.
 */
#ifndef SEG_TOOLS_TRAIN_INVERSE_TRAINING_H
#define SEG_TOOLS_TRAIN_INVERSE_TRAINING_H

#include "../../base/error.h"
#include "../../losses/boundary/inverse_form_network.h"

typedef struct {
    uint64_t seed;
    size_t tile, band;
    size_t hidden[2];      /* widths of the layers between 2 tile^2 and 6 */
    size_t pool, held_out; /* training pairs, validation pairs */
    size_t steps, batch;
    size_t report; /* steps between two reports; 0: none */
    double rate;   /* of Adam at the start; falls to 0 as a cosine */
} seg_training_options;

extern const seg_training_options seg_training_presets;

/* Errors are the Frobenius norm of (guessed map - true map), averaged over pairs. */
typedef struct {
    size_t step;
    double train_error; /* over the batches since the last report */
    double held_out_error;
} seg_training_report;

/* Quality of the network on held-out pairs. */
typedef struct {
    double error;
    double identity_error;                 /* of always predicting the identity map */
    double correlation;                    /* of |guess - I| with |truth - I| */
    double explained[SEG_INVERSE_OUTPUTS]; /* R^2 of each coefficient */
} seg_training_quality;

typedef void seg_training_say(void *context, const seg_training_report *report);

seg_status seg_inverse_train(seg_inverse_network *net, const seg_training_options *options, seg_training_say *say,
                             void *context, seg_error *err);

seg_status seg_inverse_judge(const seg_inverse_network *net, const seg_training_options *options,
                             seg_training_quality *quality, seg_error *err);

#endif

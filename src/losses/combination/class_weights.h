/* class_weights.h - one weight per class, from a list or from how often the class occurs in the truth. */
#ifndef SEG_LOSSES_COMBINATION_CLASS_WEIGHTS_H
#define SEG_LOSSES_COMBINATION_CLASS_WEIGHTS_H

#include "../context.h"

/* (*weight)[classes]: the listed numbers, whose count must be that of the classes, or without a list
 * (N / N_c)^power, N_c being the voxels of class c in the truth; 0 for a class without voxels. free() it. */
seg_status seg_class_weights(double **weight, seg_loss_ctx *work, const seg_numbers *listed, double power,
                             seg_error *err);

#endif

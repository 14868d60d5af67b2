/* log_loss.h - the sums of -log p that cross-entropy is made of, one for each class of the truth. */
#ifndef SEG_LOSSES_PIXEL_LOG_LOSS_H
#define SEG_LOSSES_PIXEL_LOG_LOSS_H

#include "../context.h"

/* sums[classes]: L_c = sum t^c -log(max(y^c, eps)). From the class sums when eps is theirs, else by a pass over true classes. */
seg_status seg_log_loss(seg_loss_ctx *work, double eps, double *sums, seg_error *err);

#endif

/* all.h - the losses, in the survey's order. Each line names a descriptor seg_loss_NAME in a file of its own. */
LOSS(ce)
LOSS(focal)
LOSS(dice)
LOSS(log_cosh_dice)
LOSS(iou)
LOSS(tversky)
LOSS(focal_tversky)
LOSS(sens_spec)

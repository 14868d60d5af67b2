#!/bin/sh
# peer_plastimatch.sh - Dice and Hausdorff distances by plastimatch, which takes one mask at a time.
#
#     peer_plastimatch.sh NAME CLASSES      NAME_pred_K.nii.gz against NAME_gt_K.nii.gz
k=1
while [ "$k" -le "$2" ]; do
    plastimatch dice --all "$1_gt_$k.nii.gz" "$1_pred_$k.nii.gz" || exit
    k=$((k + 1))
done

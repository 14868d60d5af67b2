/* lesions.h - lesions as BraTS 2023 pairs them: by the dilated truth. */
#ifndef SEG_METRICS_LESIONS_H
#define SEG_METRICS_LESIONS_H

#include "../geometry/components.h"
#include "class_context.h"

/* Lesions of the truth whose dilations touch are one, and every component of the prediction that meets the dilated lesion
 * belongs to it. */
typedef struct {
    int dilation;      /* steps, each to face and edge neighbours */
    double min_volume; /* lesions up to this volume do not count */
    double missed;     /* the distance of a lesion without a counterpart */
    bool distances;    /* HD95 is wanted, too */
} seg_dilated_rule;

typedef struct {
    size_t lesions, found; /* of the truth, above the volume; those that meet a component */
    size_t invented;       /* components that meet no lesion, however small */
    double dsc, hd95;      /* summed over the lesions */
} seg_dilated_matches;

seg_status seg_lesions_match_dilated(seg_dilated_matches *matches, seg_class_ctx *view, const seg_dilated_rule *rule,
                                     seg_error *err);

#endif

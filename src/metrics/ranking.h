/* ranking.h - the voxels of a class ranked by their probability: what AUROC and average precision are made from.
 *
 * Exact for any number of voxels in bounded memory: a histogram of the upper bits of the probabilities (floats in
 * [0, 1] are ordered like their bits) shows where positives and negatives mix; only those bins are sorted, some at a
 * time.
 */
#ifndef SEG_METRICS_RANKING_H
#define SEG_METRICS_RANKING_H

#include <stdbool.h>

#include "../image/pair.h"

/* Voxels with one probability, in and not in the class. */
typedef void seg_rank_fn(void *context, uint64_t positives, uint64_t negatives);

typedef struct {
    uint64_t positives, negatives; /* voxels of the class and others, ignored ones left out */
} seg_ranking;

/* Calls `visit` for each distinct probability, the largest first. Neighbouring probabilities with negatives alone may
 * come as one; those with positives alone too, unless `each_positive`. */
seg_status seg_ranking_descend(seg_ranking *scores, const seg_pair *pair, int cls, bool each_positive,
                               seg_rank_fn *visit, void *context, seg_error *err);

/* NULL, or why the probability metrics have no value: the prediction is a map of labels. */
const char *seg_ranking_missing(const seg_pair *pair);

#endif

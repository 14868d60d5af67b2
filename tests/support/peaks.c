#include "peaks.h"

#include <stdlib.h>

void peaks_make(seg_pair *pair, size_t each)
{
    seg_block_max *peaks = &pair->block_max;
    size_t planes = (size_t)pair->prob.planes;

    *peaks = (seg_block_max){.each = each, .n = (pair->voxels + each - 1) / each, .planes = pair->prob.planes};
    peaks->most = calloc(peaks->n * planes, sizeof *peaks->most);
    for (size_t i = 0; i < planes * pair->voxels; i++) {
        float *most = &peaks->most[i % pair->voxels / each * planes + i / pair->voxels];

        *most = pair->prob.prob[i] > *most ? pair->prob.prob[i] : *most;
    }
}

/* block_max.c - bounds of probabilities, stored for parts of a map, for any range of voxels. */
#include "block_max.h"

#include <math.h>
#include <stdlib.h>

float seg_block_max_bound(const seg_block_max *peaks, int plane, size_t begin, size_t end)
{
    float most = 0;

    if (!peaks->n)
        return INFINITY;
    for (size_t part = begin / peaks->each; part * peaks->each < end; part++) {
        float here = peaks->most[part * (size_t)peaks->planes + (size_t)plane];

        most = here > most ? here : most;
    }
    return most;
}

void seg_block_max_free(seg_block_max *peaks)
{
    free(peaks->most);
    *peaks = (seg_block_max){0};
}

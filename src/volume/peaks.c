/* peaks.c - bounds of probabilities, kept for parts of a map and asked for by voxels. */
#include "peaks.h"

#include <math.h>
#include <stdlib.h>

float seg_peaks_bound(const seg_peaks *peaks, int plane, size_t begin, size_t end)
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

void seg_peaks_free(seg_peaks *peaks)
{
    free(peaks->most);
    *peaks = (seg_peaks){0};
}

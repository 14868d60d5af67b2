/* packed_histogram.c - empties full words. */
#include "packed_histogram.h"

void seg_packed_empty(uint64_t *packed, size_t bins, seg_bin_total *total)
{
    for (size_t b = 0; b < bins; b++)
        if (packed[b]) {
            seg_bin bin = seg_packed_bin(packed[b]);

            atomic_fetch_add_explicit(&total[b].n, bin.n, memory_order_relaxed);
            atomic_fetch_add_explicit(&total[b].rest, bin.rest, memory_order_relaxed);
            packed[b] = 0;
        }
}

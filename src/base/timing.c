/* timing.c - the clock behind timing.h. */
#include "timing.h"

#include <stddef.h>
#include <time.h>

double seg_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void seg_took(const seg_timing *timing, double *since, const char *kind, const char *name)
{
    double now;

    if (!timing || !timing->took)
        return;
    now = seg_seconds();
    timing->took(timing->context, kind, name, now - *since);
    *since = now;
}

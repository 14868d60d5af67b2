/* timing.h - how long the stages of a computation took, told to whoever asked.
 *
 * The library prints nothing and keeps no clock: it hands the name and the seconds of every stage to `took`, which may
 * be called from any thread. With a NULL seg_timing nothing is measured.
 */
#ifndef SEG_BASE_TIMING_H
#define SEG_BASE_TIMING_H

typedef struct {
    void (*took)(void *context, const char *kind, const char *name, double seconds);
    void *context;
} seg_timing;

/* Seconds on a clock that never goes back. */
double seg_seconds(void);

/* "The stage `kind` `name` lasted from *since until now", and sets *since to now. name may be "". */
void seg_took(const seg_timing *timing, double *since, const char *kind, const char *name);

#endif

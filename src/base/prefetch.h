/* prefetch.h - one thread fetches, the others work on what was fetched: for a source that gives one thing after another and
 * is slower than the work, so that it should never wait.
 */
#ifndef SEG_BASE_PREFETCH_H
#define SEG_BASE_PREFETCH_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

typedef struct {
    size_t slots; /* things that are fetched and not yet worked on, at most */
    void *context;
    /* Fetches thing i = 0, 1, 2, ... into slot i % slots, one call at a time. False: there is none, and will be none. */
    bool (*fetch)(void *context, size_t i);
    /* Any thread, side by side for things that are in flight: thing i is done before thing i + slots is fetched. Loops in
     * it are not parallel. */
    void (*work)(void *context, size_t i);
} seg_prefetch;

/* Until there is none. With one thread, which then does both, it gives the same. */
seg_status seg_prefetch_run(const seg_prefetch *relay, seg_error *err);

#endif

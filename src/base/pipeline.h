/* pipeline.h - items from a stream, worked on side by side, and handed on in their order.
 *
 * What is in memory at a time is bounded by the window, however long the stream is.
 */
#ifndef SEG_BASE_PIPELINE_H
#define SEG_BASE_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

typedef struct {
    size_t size;        /* bytes of an item; each arrives zeroed in `next` */
    size_t window;      /* items that may be ahead of the one handed on next; 0: a few per thread */
    void *context;

    /* `next` and `done` may run at the same time in two threads. */

    /* Fills the next item; false at the end of the stream. One call at a time, in order. */
    bool (*next)(void *context, void *item);
    /* Whether the item shall have all threads to itself; asked right after `next`. May be NULL. */
    bool (*alone)(void *context, const void *item);
    /* Any thread, any order. What it calls may be parallel inside only for an item that is alone. */
    void (*work)(void *context, void *item);
    /* Hands the item on and frees what it holds. One call at a time, in order. False: no more items are wanted; those
     * already begun are finished and given to `drop`. */
    bool (*done)(void *context, void *item);
    void (*drop)(void *context, void *item);
} seg_pipeline;

seg_status seg_pipeline_run(const seg_pipeline *pipeline, seg_error *err);

#endif

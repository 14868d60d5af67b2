/* pipeline.h - items from a stream, worked on side by side, and handed on in their order.
 *
 * What is in memory at a time is bounded by the window, however long the stream is. An item that wants all threads to
 * itself gets them; meanwhile one more thread makes the next such item ready.
 */
#ifndef SEG_BASE_PIPELINE_H
#define SEG_BASE_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

typedef struct {
    size_t size;   /* bytes of an item; each arrives zeroed in `next` */
    size_t window; /* items that may be ahead of the one handed on next; 0: a few per thread */
    void *context;

    /* `next` and `done` may run at the same time in two threads. */

    /* Fills the next item; false at the end of the stream. One call at a time, in order. */
    bool (*next)(void *context, void *item);
    /* Whether the item shall have all threads to itself; asked right after `next`. May be NULL. */
    bool (*alone)(void *context, const void *item);
    /* Makes an item ready that will be alone, while another is worked on: reads its files, with one thread. Not every
     * item passes here: `work` does what is still to be done. May be NULL. */
    void (*prepare)(void *context, const void *current, void *item);
    /* Any thread, any order. What it calls may be parallel inside only for an item that is alone. */
    void (*work)(void *context, void *item);
    /* Hands the item on and frees what it holds. One call at a time, in order. False: no more items are wanted; those
     * already begun are finished and given to `drop`. */
    bool (*done)(void *context, void *item);
    void (*drop)(void *context, void *item);
} seg_pipeline;

seg_status seg_pipeline_run(const seg_pipeline *pipeline, seg_error *err);

#endif

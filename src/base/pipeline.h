/* pipeline.h - items from a stream, processed in parallel, and finished in their order.
 *
 * The window bounds the memory, however long the stream is. An item that needs all threads gets them; meanwhile one more
 * thread prepares the next such item.
 */
#ifndef SEG_BASE_PIPELINE_H
#define SEG_BASE_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

typedef struct {
    size_t size;   /* bytes of an item; each arrives zeroed in `next` */
    size_t window; /* items in memory at a time; 0: a few per thread */
    void *context;

    /* `next` and `done` may run at the same time in two threads. */

    /* Fills the next item; false at the end of the stream. One call at a time, in order. */
    bool (*next)(void *context, void *item);
    /* Whether the item gets all threads; called right after `next`. May be NULL. */
    bool (*alone)(void *context, const void *item);
    /* Prepares an item that will be alone while another is worked on: reads its files, with one thread. Not every item is
     * prepared: `work` does the rest. May be NULL. */
    void (*prepare)(void *context, const void *current, void *item);
    /* Any thread, any order. What it calls may be parallel inside only for an item that is alone. */
    void (*work)(void *context, void *item);
    /* Takes the finished item and frees its memory. One call at a time, in order. False: no more items are wanted; those
     * already begun are finished and given to `drop`. */
    bool (*done)(void *context, void *item);
    void (*drop)(void *context, void *item);
} seg_pipeline;

seg_status seg_pipeline_run(const seg_pipeline *pipeline, seg_error *err);

#endif

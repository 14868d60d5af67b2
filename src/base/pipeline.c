/* pipeline.c - a ring of items between one reader, many workers and one writer, who are the same threads in turn.
 *
 * A free thread takes the next item from the stream, works on it, and then hands on whatever stands complete at the
 * head of the ring. A thread that finds the ring full waits until the head has moved. An item that wants all threads
 * ends the parallel region; it is worked on outside, where loops inside may be parallel again.
 */
#include "pipeline.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "blocks.h"
#include "memory.h"

enum { EMPTY, WORKING, COMPLETE };

struct ring {
    const seg_pipeline *p;
    char *items;        /* [window][size] */
    char *state;        /* [window] */
    size_t window;
    size_t taken, given; /* items taken from the stream, and handed on */
    bool ended;         /* the stream has no more, or no more are wanted */
    bool refused;       /* `done` wants no more */
    bool giving;        /* a thread is handing on */
    bool waiting;       /* the item at `taken` - 1 wants all threads, and is not yet begun */
    pthread_mutex_t lock;
    pthread_cond_t moved;
};

static void *item_at(const struct ring *r, size_t i)
{
    return r->items + i % r->window * r->p->size;
}

/* Takes the next item, waiting for room. False when there is nothing to do in this region. Called with the lock. */
static bool take(struct ring *r, size_t *index)
{
    while (!r->ended && !r->waiting && r->taken - r->given >= r->window)
        pthread_cond_wait(&r->moved, &r->lock);
    if (r->ended || r->waiting)
        return false;
    memset(item_at(r, r->taken), 0, r->p->size);
    if (!r->p->next(r->p->context, item_at(r, r->taken))) {
        r->ended = true;
        pthread_cond_broadcast(&r->moved);
        return false;
    }
    *index = r->taken++;
    r->state[*index % r->window] = WORKING;
    if (r->p->alone && r->p->alone(r->p->context, item_at(r, *index))) {
        r->waiting = true;
        pthread_cond_broadcast(&r->moved);
        return false;
    }
    return true;
}

/* Hands on what stands complete at the head, unless another thread does. Called with the lock. */
static void give(struct ring *r)
{
    if (r->giving)
        return;
    r->giving = true;
    while (r->given < r->taken && r->state[r->given % r->window] == COMPLETE) {
        void *item = item_at(r, r->given);
        bool refused = r->refused;

        pthread_mutex_unlock(&r->lock);
        if (refused)
            r->p->drop(r->p->context, item);
        else
            refused = !r->p->done(r->p->context, item);
        pthread_mutex_lock(&r->lock);
        r->refused |= refused;
        r->ended |= refused;
        r->state[r->given % r->window] = EMPTY;
        r->given++;
        pthread_cond_broadcast(&r->moved);
    }
    r->giving = false;
}

static void complete(struct ring *r, size_t index)
{
    pthread_mutex_lock(&r->lock);
    r->state[index % r->window] = COMPLETE;
    give(r);
    pthread_mutex_unlock(&r->lock);
}

/* What one thread does in a region: until the stream ends or an item wants to be alone. */
static void work_on(void *context, size_t i, int worker)
{
    struct ring *r = context;
    size_t index = 0;

    (void)i;
    (void)worker;
    for (;;) {
        bool taken;

        pthread_mutex_lock(&r->lock);
        taken = take(r, &index);
        pthread_mutex_unlock(&r->lock);
        if (!taken)
            return;
        r->p->work(r->p->context, item_at(r, index));
        complete(r, index);
    }
}

static void work_alone(struct ring *r)
{
    size_t index = r->taken - 1;

    r->p->work(r->p->context, item_at(r, index));
    r->waiting = false;
    complete(r, index);
}

seg_status seg_pipeline_run(const seg_pipeline *pipeline, seg_error *err)
{
    size_t threads = (size_t)seg_workers();
    struct ring r = {.p = pipeline, .window = pipeline->window ? pipeline->window : 8 * threads};
    seg_status st = seg_alloc(&r.items, r.window, pipeline->size, "cases in flight", err);

    if (!st)
        st = seg_alloc(&r.state, r.window, 1, "cases in flight", err);
    if (!st) {
        pthread_mutex_init(&r.lock, NULL);
        pthread_cond_init(&r.moved, NULL);
        while (!r.ended || r.waiting) {
            if (r.waiting)
                work_alone(&r);
            else
                seg_each(threads, work_on, &r);
        }
        pthread_mutex_lock(&r.lock);
        give(&r);
        pthread_mutex_unlock(&r.lock);
        pthread_cond_destroy(&r.moved);
        pthread_mutex_destroy(&r.lock);
    }
    free(r.items);
    free(r.state);
    return st;
}

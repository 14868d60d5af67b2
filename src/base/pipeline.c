/* pipeline.c - a ring of items; each thread reads, works and finishes items in turn.
 *
 * A free thread takes the next item from the stream, works on it, and then finishes all items that are complete at the
 * head of the ring. When the ring is full, a thread waits until the head has moved. An item that needs all threads ends
 * the parallel region; it is worked on outside, where inner loops may be parallel. Meanwhile an additional thread prepares
 * the next item.
 */
#include "pipeline.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "parallel.h"

enum { EMPTY, WORKING, COMPLETE };

struct ring {
    const seg_pipeline *p;
    char *items; /* [window][size] */
    char *state; /* [window] */
    size_t window;
    size_t taken, given; /* items taken from the stream, and finished */
    bool ended;          /* the stream has no more, or no more are wanted */
    bool refused;        /* `done` wants no more */
    bool giving;         /* a thread is finishing items */
    bool waiting;        /* the item at `taken` - 1 needs all threads and has not begun */
    bool ahead;          /* the item at `taken` - 1 was taken while another was alone; it does not need to be */
    pthread_mutex_t lock;
    pthread_cond_t moved;
};

static void *item_at(const struct ring *r, size_t i)
{
    return r->items + i % r->window * r->p->size;
}

/* Takes the next item from the stream. False when there is none. Called with the lock. */
static bool take_next(struct ring *r)
{
    void *item = item_at(r, r->taken);

    memset(item, 0, r->p->size);
    if (!r->p->next(r->p->context, item)) {
        r->ended = true;
        pthread_cond_broadcast(&r->moved);
        return false;
    }
    r->state[r->taken++ % r->window] = WORKING;
    if (r->p->alone && r->p->alone(r->p->context, item)) {
        r->waiting = true;
        pthread_cond_broadcast(&r->moved);
    }
    return true;
}

/* Takes an item to work on, waiting for a free slot. False when there is nothing to do in this region. Called with the lock. */
static bool take(struct ring *r, size_t *index)
{
    bool found = r->ahead;

    r->ahead = false;
    while (!found && !r->ended && !r->waiting && r->taken - r->given >= r->window)
        pthread_cond_wait(&r->moved, &r->lock);
    if (!found)
        found = !r->ended && !r->waiting && take_next(r) && !r->waiting;
    *index = r->taken - 1;
    return found;
}

/* Finishes the complete items at the head, unless another thread does. Called with the lock. */
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

/* What one thread does in a region: until the stream ends or an item needs all threads. */
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

/* ---- an item alone ---- */

/* Prepares the item after the current one. Runs in a thread of its own. */
static void *prepare_next(void *context)
{
    struct ring *r = context;
    size_t current = r->taken - 1;
    bool ready;

    seg_set_threads(1);
    pthread_mutex_lock(&r->lock);
    if (!r->ended && r->taken - r->given < r->window && take_next(r))
        r->ahead = !r->waiting;
    ready = r->waiting;
    pthread_mutex_unlock(&r->lock);
    if (ready)
        r->p->prepare(r->p->context, item_at(r, current), item_at(r, current + 1));
    return NULL;
}

static void work_alone(struct ring *r)
{
    size_t index = r->taken - 1;
    pthread_t other;
    bool preparing;

    r->waiting = false;
    preparing = r->p->prepare && seg_thread_count() > 1 && !pthread_create(&other, NULL, prepare_next, r);
    r->p->work(r->p->context, item_at(r, index));
    if (preparing)
        pthread_join(other, NULL);
    complete(r, index);
}

seg_status seg_pipeline_run(const seg_pipeline *pipeline, seg_error *err)
{
    size_t threads = (size_t)seg_thread_count();
    struct ring r = {.p = pipeline, .window = pipeline->window ? pipeline->window : 8 * threads};
    seg_status st = seg_alloc(&r.items, r.window, pipeline->size, "cases in flight", err);

    if (!st)
        st = seg_alloc(&r.state, r.window, 1, "cases in flight", err);
    if (!st) {
        pthread_mutex_init(&r.lock, NULL);
        pthread_cond_init(&r.moved, NULL);
        while (!r.ended || r.waiting || r.ahead) {
            if (r.waiting)
                work_alone(&r);
            else
                seg_parallel_for(threads, work_on, &r);
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

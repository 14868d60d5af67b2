/* prefetch.c - a ring of slots between the thread that fetches and those that work.
 *
 * The one that fetches works too when the ring is full: so it never waits for threads that are not there.
 */
#include "prefetch.h"

#include <pthread.h>
#include <stdlib.h>

#include "memory.h"
#include "parallel.h"

enum { EMPTY, READY, BUSY };

struct ring {
    const seg_prefetch *relay;
    char *state;           /* [slots] */
    size_t fetched, begun; /* items fetched so far, and items that a thread has taken */
    bool ended;
    pthread_mutex_t lock;
    pthread_cond_t ready, done;
};

/* Works on the next thing. Called with the lock, which is open meanwhile. */
static void work_on_next(struct ring *r)
{
    size_t i = r->begun++, slot = i % r->relay->slots;

    r->state[slot] = BUSY;
    pthread_mutex_unlock(&r->lock);
    r->relay->work(r->relay->context, i);
    pthread_mutex_lock(&r->lock);
    r->state[slot] = EMPTY;
    pthread_cond_signal(&r->done);
}

/* Waits until there is a slot for the next thing, and works meanwhile if there is something to do. With the lock. */
static void make_place(struct ring *r)
{
    while (r->state[r->fetched % r->relay->slots] != EMPTY)
        if (r->begun < r->fetched)
            work_on_next(r);
        else
            pthread_cond_wait(&r->done, &r->lock);
}

static void fetch_all(struct ring *r)
{
    bool more = true;

    while (more) {
        make_place(r);
        pthread_mutex_unlock(&r->lock);
        more = r->relay->fetch(r->relay->context, r->fetched);
        pthread_mutex_lock(&r->lock);
        if (more)
            r->state[r->fetched++ % r->relay->slots] = READY;
        pthread_cond_signal(&r->ready);
    }
    r->ended = true;
    pthread_cond_broadcast(&r->ready);
}

static void work_on_all(struct ring *r)
{
    for (;;) {
        while (r->begun == r->fetched && !r->ended)
            pthread_cond_wait(&r->ready, &r->lock);
        if (r->begun == r->fetched)
            return;
        work_on_next(r);
    }
}

/* The first to come fetches. */
static void run(void *context, size_t i, int worker)
{
    struct ring *r = context;

    (void)worker;
    pthread_mutex_lock(&r->lock);
    if (i == 0)
        fetch_all(r);
    work_on_all(r);
    pthread_mutex_unlock(&r->lock);
}

seg_status seg_prefetch_run(const seg_prefetch *relay, seg_error *err)
{
    struct ring r = {.relay = relay};
    seg_status st = seg_alloc(&r.state, relay->slots, 1, "work in flight", err);

    if (st)
        return st;
    pthread_mutex_init(&r.lock, NULL);
    pthread_cond_init(&r.ready, NULL);
    pthread_cond_init(&r.done, NULL);
    seg_parallel_for((size_t)seg_thread_count(), run, &r);
    pthread_cond_destroy(&r.ready);
    pthread_cond_destroy(&r.done);
    pthread_mutex_destroy(&r.lock);
    free(r.state);
    return SEG_OK;
}

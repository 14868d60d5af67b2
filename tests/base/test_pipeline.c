/* test_pipeline.c - order, windows, items alone and the look ahead, and streams that end early. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/parallel.h"
#include "base/pipeline.h"

struct item {
    size_t number;
    bool prepared;
    double result;
};

struct stream {
    size_t n, taken, given, dropped;
    size_t alone_every; /* each such item wants to be alone; 0: none */
    size_t last;        /* no more are wanted after this one; 0: all */
    atomic_int working;
    atomic_size_t prepared, together; /* items prepared; items that were not alone although they wanted to be */
    bool in_order;
};

static bool wants_alone(const struct stream *s, size_t number)
{
    return s->alone_every && number % s->alone_every == 0;
}

static bool next(void *context, void *at)
{
    struct stream *s = context;
    struct item *item = at;

    assert_int_equal(item->number, 0);
    assert_false(item->prepared);
    if (s->taken == s->n)
        return false;
    item->number = ++s->taken;
    return true;
}

static bool alone(void *context, const void *at)
{
    const struct item *item = at;

    return wants_alone(context, item->number);
}

static void prepare(void *context, const void *current, void *at)
{
    struct stream *s = context;
    const struct item *now = current;
    struct item *item = at;

    assert_int_equal(item->number, now->number + 1);
    assert_int_equal(seg_thread_count(), 1);
    item->prepared = true;
    atomic_fetch_add(&s->prepared, 1);
}

/* Takes a time that differs from item to item, so that they end out of order. */
static double some_work(size_t number)
{
    double x = (double)number;

    for (size_t i = 0; i < 200 + 7919 * number % 3000; i++)
        x = x * 1.0000001 + 1e-9;
    return x;
}

static void work(void *context, void *at)
{
    struct stream *s = context;
    struct item *item = at;
    int others = atomic_fetch_add(&s->working, 1);

    if (wants_alone(s, item->number) && others)
        atomic_fetch_add(&s->together, 1);
    item->result = some_work(item->number);
    atomic_fetch_sub(&s->working, 1);
}

static bool done(void *context, void *at)
{
    struct stream *s = context;
    const struct item *item = at;

    s->in_order &= item->number == ++s->given && item->result == some_work(item->number);
    return item->number != s->last;
}

static void drop(void *context, void *at)
{
    struct stream *s = context;

    (void)at;
    s->dropped++;
}

static void run(struct stream *s, int threads, size_t window)
{
    seg_pipeline p = {sizeof(struct item), window, s, next, alone, prepare, work, done, drop};

    s->in_order = true;
    seg_set_threads(threads);
    assert_int_equal(seg_pipeline_run(&p, NULL), SEG_OK);
    assert_true(s->in_order);
    assert_int_equal(s->taken, s->given + s->dropped);
    assert_int_equal(s->together, 0);
}

static void items_come_out_in_order_whatever_the_threads_and_the_window(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 5; threads++)
        for (size_t window = 1; window <= 9; window += 4) {
            struct stream s = {.n = 200};

            run(&s, threads, window);
            assert_int_equal(s.given, 200);
        }
}

static void an_item_that_wants_to_be_alone_is(void **state)
{
    static const size_t every[] = {1, 2, 3, 7};

    (void)state;
    for (int threads = 1; threads <= 5; threads++)
        for (size_t e = 0; e < 4; e++)
            for (size_t window = 1; window <= 9; window += 4) {
                struct stream s = {.n = 100, .alone_every = every[e]};

                run(&s, threads, window);
                assert_int_equal(s.given, 100);
            }
}

static void the_next_item_is_prepared_while_one_is_alone(void **state)
{
    struct stream s = {.n = 20, .alone_every = 1}, mixed = {.n = 20, .alone_every = 2},
                  one = {.n = 20, .alone_every = 1};

    (void)state;
    seg_set_threads(3);
    if (seg_thread_count() < 2)
        skip(); /* built without threads */
    run(&s, 3, 0);
    assert_int_equal(s.prepared, 19); /* all but the first */
    run(&mixed, 3, 0);
    assert_int_equal(mixed.prepared, 0); /* between two alone stands one that is not */
    run(&one, 1, 0);
    assert_int_equal(one.prepared, 0); /* one thread is one thread */
}

static void a_stream_that_is_refused_ends_and_loses_nothing(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 4; threads++)
        for (size_t every = 0; every <= 3; every++) {
            struct stream s = {.n = 1000, .last = 17, .alone_every = every};

            run(&s, threads, 0);
            assert_int_equal(s.given, 17);
            assert_true(s.taken < 100);
        }
}

static void an_empty_stream_is_no_error(void **state)
{
    struct stream s = {0};

    (void)state;
    run(&s, 4, 0);
    assert_int_equal(s.given, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_come_out_in_order_whatever_the_threads_and_the_window),
        cmocka_unit_test(an_item_that_wants_to_be_alone_is),
        cmocka_unit_test(the_next_item_is_prepared_while_one_is_alone),
        cmocka_unit_test(a_stream_that_is_refused_ends_and_loses_nothing),
        cmocka_unit_test(an_empty_stream_is_no_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

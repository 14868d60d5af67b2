/* test_prefetch.c - everything that is fetched is worked on once, and a slot is fetched into only when it is done with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/parallel.h"
#include "base/prefetch.h"

enum { THINGS = 500, MOST_SLOTS = 9 };

struct source {
    size_t n, slots;
    size_t slot[MOST_SLOTS]; /* 1 + the thing in it, 0 when it is done with */
    size_t fetched;
    atomic_int worked[THINGS], wrong;
    int slow; /* turns of work */
};

static bool fetch(void *context, size_t i)
{
    struct source *s = context;

    s->wrong += i != s->fetched;
    if (i == s->n)
        return false;
    s->wrong += s->slot[i % s->slots] != 0;
    s->slot[i % s->slots] = i + 1;
    s->fetched++;
    return true;
}

static void work(void *context, size_t i)
{
    struct source *s = context;
    volatile double x = 1;

    s->wrong += s->slot[i % s->slots] != i + 1;
    for (int k = 0; k < s->slow; k++)
        x = x * 1.0001;
    s->worked[i]++;
    s->slot[i % s->slots] = 0;
}

static void all_things_are_worked_on_once(void **state)
{
    static const size_t sizes[] = {0, 1, 2, THINGS};
    static struct source s;

    (void)state;
    for (int threads = 1; threads <= 4; threads++)
        for (size_t slots = 1; slots <= MOST_SLOTS; slots += 4)
            for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
                seg_set_threads(threads);
                s = (struct source){.n = sizes[k], .slots = slots, .slow = threads % 2 ? 3000 : 1};
                assert_int_equal(seg_prefetch_run(&(seg_prefetch){slots, &s, fetch, work}, NULL), SEG_OK);
                assert_int_equal(s.fetched, s.n);
                assert_int_equal(s.wrong, 0);
                for (size_t i = 0; i < THINGS; i++)
                    assert_int_equal(s.worked[i], i < s.n);
            }
    seg_set_threads(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_things_are_worked_on_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

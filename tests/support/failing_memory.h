/* failing_memory.h - lets the k-th allocation of the program under test fail. For programs that are linked with
 * --wrap=malloc,--wrap=calloc,--wrap=realloc (see the Makefile); calls inside shared libraries are not counted. */
#ifndef TESTS_SUPPORT_FAILING_MEMORY_H
#define TESTS_SUPPORT_FAILING_MEMORY_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *memory, size_t size);

static size_t allocations, failing_allocation; /* since the last reset; which one fails, 0 for none */

/* From now on the k-th allocation fails, once; 0 for none. */
static void fail_allocation(size_t k)
{
    allocations = 0;
    failing_allocation = k;
}

static bool allocation_fails(void)
{
    bool fails = ++allocations == failing_allocation;

    if (fails)
        errno = ENOMEM;
    return fails;
}

void *__wrap_malloc(size_t size)
{
    return allocation_fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return allocation_fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return allocation_fails() ? NULL : __real_realloc(memory, size);
}

#endif

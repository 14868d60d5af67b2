/* memory.c - the only place that asks the system for memory. */
#include "memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "machine.h"
#include "text.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

/* From this size on a block is worth asking for huge pages: it spans several of 2 MiB. */
static const size_t HUGE_BYTES = (size_t)8 << 20;

/* Freed blocks below the first size are kept (the largest threshold that glibc takes), and as much as the second of them. */
enum { KEPT_BLOCK = 32 << 20, KEPT = 64 << 20 };

static seg_status refuse(size_t count, size_t size, const char *what, seg_error *err)
{
    char wanted[SEG_NUMBER_ROOM];

    return seg_fail(err, SEG_MEMORY,
                    "not enough memory for %s: %s wanted (close other programs, or use smaller inputs)", what,
                    seg_size(wanted, (double)count * (double)size));
}

/* Linux hands out more than there is and kills whoever uses it; so what is asked for in one piece must be there. Small
 * pieces are not worth the question. */
static bool is_there(size_t count, size_t size)
{
    static const size_t WORTH_ASKING = (size_t)1 << 30;
    size_t bytes;

    return !__builtin_mul_overflow(count, size, &bytes) && (bytes < WORTH_ASKING || bytes <= seg_free_memory());
}

seg_status seg_alloc(void *out, size_t count, size_t size, const char *what, seg_error *err)
{
    void *block = is_there(count, size) ? calloc(count ? count : 1, size ? size : 1) : NULL;

    memcpy(out, &block, sizeof block);
    return block ? SEG_OK : refuse(count, size, what, err);
}

seg_status seg_alloc_big(void *out, size_t count, size_t size, const char *what, seg_error *err)
{
    void *block = NULL;
    size_t bytes, rounded;

    memcpy(out, &block, sizeof block);
    if (__builtin_mul_overflow(count, size, &bytes) || !is_there(count, size))
        return refuse(count, size, what, err);
    size_t align = bytes >= HUGE_BYTES ? (size_t)2 << 20 : 64;
    rounded = (bytes + align) / align * align;
    block = aligned_alloc(align, rounded);
    if (!block)
        return refuse(count, size, what, err);
#ifdef MADV_HUGEPAGE
    if (bytes >= HUGE_BYTES)
        (void)madvise(block, rounded, MADV_HUGEPAGE); /* only a hint: the block works without */
#endif
    memcpy(out, &block, sizeof block);
    return SEG_OK;
}

seg_status seg_grow(void *array, size_t *room, size_t need, size_t size, const char *what, seg_error *err)
{
    void *old, *block;
    size_t bytes, more = *room + *room / 2 + 16;

    if (need <= *room)
        return SEG_OK;
    if (more < need)
        more = need;
    memcpy(&old, array, sizeof old);
    if (__builtin_mul_overflow(more, size, &bytes))
        return refuse(need, size, what, err);
    block = is_there(more, size) ? realloc(old, bytes) : NULL;
    if (!block)
        return refuse(need, size, what, err);
    memcpy(array, &block, sizeof block);
    *room = more;
    return SEG_OK;
}

void seg_memory_keep(void)
{
#ifdef __GLIBC__
    (void)mallopt(M_MMAP_THRESHOLD, KEPT_BLOCK);
    (void)mallopt(M_TRIM_THRESHOLD, KEPT);
#endif
}

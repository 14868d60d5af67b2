/* memory.h - allocation with checked sizes: a failure is an error message, never an unchecked NULL. */
#ifndef SEG_BASE_MEMORY_H
#define SEG_BASE_MEMORY_H

#include <stddef.h>

#include "error.h"

/* *out = count zeroed elements of `size` bytes, aligned for any type; free() it. count 0 gives one element, so that
 * success is never NULL. On overflow or lack of memory *out is NULL and the sentence says how much `what` needed. */
seg_status seg_alloc(void *out, size_t count, size_t size, const char *what, seg_error *err);

/* The same for a big block that is about to be written whole: not zeroed, 64-byte aligned, huge pages when the
 * kernel has them (a first touch in 4 KB pages costs more than decoding a file into it). free() it. */
seg_status seg_alloc_big(void *out, size_t count, size_t size, const char *what, seg_error *err);

/* Makes room for at least `need` elements in the array *array of *room elements, growing by half; the new part is
 * not zeroed. On failure the old array stays as it was. `array` is the address of the pointer. */
seg_status seg_grow(void *array, size_t *room, size_t need, size_t size, const char *what, seg_error *err);

/* For programs, at their start: memory that is freed stays with the process for the next case or class. Getting the same
 * pages from the system again costs more than working on them: 100 small volumes take 44 ms of CPU time instead of 55. */
void seg_memory_keep(void);

#endif

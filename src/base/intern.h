/* intern.h - texts kept once: many rows say "dsc", "mm" and "ok", and share the pointer. */
#ifndef SEG_BASE_INTERN_H
#define SEG_BASE_INTERN_H

#include <stddef.h>

/* {0} is empty. What was kept lives until the pool is freed. */
typedef struct {
    char **text; /* [n] in the order of arrival */
    size_t n, room;
    size_t *slot; /* [slots] 1 + index into text, 0 where free */
    size_t slots; /* a power of two, more than half of them free */
} seg_intern;

/* The pool's own copy of the text; NULL stays NULL. NULL also when memory is out. */
const char *seg_intern_keep(seg_intern *pool, const char *text);

/* The text's place in the order of arrival, from 1; it is kept when it is new. 0 when memory is out. */
size_t seg_intern_number(seg_intern *pool, const char *text);

/* The same for a text that is there already; 0 when it is not. */
size_t seg_intern_find(const seg_intern *pool, const char *text);

void seg_intern_free(seg_intern *pool);

#endif

/* intern.c - a hash table of texts that are never removed (FNV-1a, open addressing). */
#include "intern.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "text.h"

static size_t hash(const char *text)
{
    uint64_t h = 14695981039346656037u;

    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 1099511628211u;
    return (size_t)(h ^ h >> 32);
}

/* The slot of the text, or the free one where it belongs. */
static size_t *find(const seg_intern *pool, const char *text)
{
    size_t i = hash(text) & (pool->slots - 1);

    while (pool->slot[i] && strcmp(pool->text[pool->slot[i] - 1], text))
        i = (i + 1) & (pool->slots - 1);
    return &pool->slot[i];
}

static seg_status widen(seg_intern *pool)
{
    size_t *old = pool->slot, slots = pool->slots ? 2 * pool->slots : 64;
    seg_status st = seg_alloc(&pool->slot, slots, sizeof *pool->slot, "texts", NULL);

    if (st) {
        pool->slot = old;
        return st;
    }
    pool->slots = slots;
    for (size_t i = 0; i < pool->n; i++)
        *find(pool, pool->text[i]) = i + 1;
    free(old);
    return SEG_OK;
}

size_t seg_intern_find(const seg_intern *pool, const char *text)
{
    return pool->n ? *find(pool, text) : 0;
}

size_t seg_intern_number(seg_intern *pool, const char *text)
{
    size_t *slot;

    if (2 * pool->n >= pool->slots && widen(pool))
        return 0;
    slot = find(pool, text);
    if (*slot)
        return *slot;
    if (seg_grow(&pool->text, &pool->room, pool->n + 1, sizeof *pool->text, "texts", NULL))
        return 0;
    pool->text[pool->n] = seg_copy(text, SIZE_MAX);
    if (pool->text[pool->n])
        *slot = ++pool->n;
    return *slot;
}

const char *seg_intern_keep(seg_intern *pool, const char *text)
{
    size_t number = text ? seg_intern_number(pool, text) : 0;

    return number ? pool->text[number - 1] : NULL;
}

void seg_intern_free(seg_intern *pool)
{
    for (size_t i = 0; i < pool->n; i++)
        free(pool->text[i]);
    free(pool->text);
    free(pool->slot);
    *pool = (seg_intern){0};
}

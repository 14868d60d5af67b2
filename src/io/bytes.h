/* bytes.h - whole numbers of a given byte order, at any place in memory. */
#ifndef SEG_IO_BYTES_H
#define SEG_IO_BYTES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t seg_little(const uint8_t *at, int bytes)
{
    uint64_t x = 0;

    for (int i = bytes - 1; i >= 0; i--)
        x = x << 8 | at[i];
    return x;
}

static inline uint64_t seg_big(const uint8_t *at, int bytes)
{
    uint64_t x = 0;

    for (int i = 0; i < bytes; i++)
        x = x << 8 | at[i];
    return x;
}

static inline bool seg_machine_is_little(void)
{
    const uint16_t one = 1;
    uint8_t first;

    memcpy(&first, &one, 1);
    return first == 1;
}

#endif

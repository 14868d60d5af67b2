/* bits.h - rows of bits, 64 to the word: what the files of this folder do with the rows of a mask. */
#ifndef SEG_GEOMETRY_BITS_H
#define SEG_GEOMETRY_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The lowest `count` bits; count 0..64. */
static inline uint64_t seg_bits_low(size_t count)
{
    return count < 64 ? ((uint64_t)1 << count) - 1 : ~(uint64_t)0;
}

/* Sets bits [begin, end) of a row. */
static inline void seg_bits_fill(uint64_t *row, size_t begin, size_t end)
{
    size_t first = begin / 64, last = end / 64;
    uint64_t from = ~seg_bits_low(begin % 64), to = seg_bits_low(end % 64);

    if (first == last) {
        row[first] |= from & to;
        return;
    }
    row[first] |= from;
    for (size_t i = first + 1; i < last; i++)
        row[i] = ~(uint64_t)0;
    if (to)
        row[last] |= to;
}

/* The first position at or after `from`, below n, whose bit is `wanted`; n when there is none. */
static inline size_t seg_bits_next(const uint64_t *row, size_t n, size_t from, bool wanted)
{
    uint64_t flip = wanted ? 0 : ~(uint64_t)0;

    if (from >= n)
        return n;
    for (size_t i = from / 64, last = (n - 1) / 64; i <= last; i++) {
        uint64_t word = row[i] ^ flip;

        if (i == from / 64)
            word &= ~seg_bits_low(from % 64);
        if (word) {
            size_t at = i * 64 + (size_t)__builtin_ctzll(word);

            return at < n ? at : n;
        }
    }
    return n;
}

/* How many bits of a row are set. Adds in parallel inside the word: without a processor's own instruction for it
 * this is faster than what the compiler calls. */
static inline size_t seg_bits_count(const uint64_t *row, size_t words)
{
    size_t count = 0;

    for (size_t i = 0; i < words; i++) {
        uint64_t x = row[i];

        if (!x)
            continue;
        x -= x >> 1 & 0x5555555555555555;
        x = (x & 0x3333333333333333) + (x >> 2 & 0x3333333333333333);
        x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0f;
        count += (size_t)(x * 0x0101010101010101 >> 56);
    }
    return count;
}

/* 64 bits of a row of `words` words from any position on; 0 beyond the row. */
static inline uint64_t seg_bits_at(const uint64_t *row, size_t words, size_t position)
{
    size_t i = position / 64, shift = position % 64;
    uint64_t low = i < words ? row[i] >> shift : 0;

    return shift && i + 1 < words ? low | row[i + 1] << (64 - shift) : low;
}

#endif

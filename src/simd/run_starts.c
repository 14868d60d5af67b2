/* run_starts.c - the places where a row of voxels changes.
 *
 * A row is searched for the voxels that differ from their neighbour by comparing the row with itself, shifted by one
 * voxel, 64 bytes at a time with AVX-512, eight at a time elsewhere; this reads a row about as fast as memory delivers
 * it, for voxels of any size.
 */
#include "run_starts.h"

#include <string.h>

#if defined __x86_64__ && defined __GNUC__ && !defined SEG_ONE_KERNEL
#define X86 1
#include <immintrin.h>
#else
#define X86 0
#endif

/* Offset of the first byte that is not 0 in a word that was loaded from memory. */
static inline size_t first_byte(uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return (size_t)__builtin_ctzll(word) / 8;
#else
    return (size_t)__builtin_clzll(word) / 8;
#endif
}

static inline uint64_t difference(const unsigned char *a, const unsigned char *b)
{
    uint64_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x ^ y;
}

/* The first voxel at or after `x` that differs from the one before it, or n. `size` bytes a voxel. */
static inline size_t next_change(const unsigned char *row, size_t x, size_t n, size_t size)
{
    size_t at = x * size, end = n * size;

    for (; at + 32 <= end; at += 32) {
        const unsigned char *p = row + at, *q = p - size;

        if (difference(p, q) | difference(p + 8, q + 8) | difference(p + 16, q + 16) | difference(p + 24, q + 24))
            break;
    }
    for (; at + 8 <= end; at += 8) {
        uint64_t d = difference(row + at, row + at - size);

        if (d)
            return (at + first_byte(d)) / size;
    }
    for (; at < end; at++)
        if (row[at] != row[at - size])
            return at / size;
    return n;
}

static size_t changes_plain(const unsigned char *row, size_t n, size_t size, uint32_t *at)
{
    size_t count = 0;

    for (size_t x = next_change(row, 1, n, size); x < n; x = next_change(row, x + 1, n, size))
        at[count++] = (uint32_t)x;
    return count;
}

#if X86

/* A change of any byte of a voxel is one of the voxel; 64 bytes hold whole voxels. */
__attribute__((target("avx512bw"))) static size_t changes_avx512(const unsigned char *row, size_t n, size_t size,
                                                                 uint32_t *at)
{
    size_t count = 0;

    for (size_t begin = size, end = n * size; begin < end; begin += 64) {
        uint64_t inside = end - begin < 64 ? ((uint64_t)1 << (end - begin)) - 1 : ~(uint64_t)0;
        __m512i here = _mm512_maskz_loadu_epi8(inside, row + begin);
        uint64_t differ = _mm512_cmpneq_epi8_mask(here, _mm512_maskz_loadu_epi8(inside, row + begin - size));

        while (differ) {
            size_t voxel = (size_t)__builtin_ctzll(differ) / size, next = (voxel + 1) * size;

            at[count++] = (uint32_t)(begin / size + voxel);
            differ = next < 64 ? differ >> next << next : 0;
        }
    }
    return count;
}

#endif

size_t seg_run_starts(const void *row, size_t n, size_t size, uint32_t *at)
{
    at[0] = 0;
#if X86
    if (__builtin_cpu_supports("avx512bw"))
        return 1 + changes_avx512(row, n, size, at + 1);
#endif
    return 1 + changes_plain(row, n, size, at + 1);
}

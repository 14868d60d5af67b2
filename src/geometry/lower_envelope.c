/* lower_envelope.c - the ways to look for the arg-min of 16 columns: plain C everywhere, AVX2 and AVX-512 where there is. */
#include "lower_envelope.h"

#include <math.h>
#include <string.h>

#if defined __x86_64__ && defined __GNUC__ && !defined SEG_ONE_KERNEL
#define X86 1
#include <immintrin.h>
#else
#define X86 0
#endif

#ifdef __GNUC__
#define INLINE inline __attribute__((always_inline))
#else
#define INLINE inline
#endif

/* Solves one row: the smallest value of each lane among candidates [begin, end] goes to out. With `note`, the
 * smallest and the largest of the lanes' arg-mins (the first candidate where several are equal) are kept. */
typedef void row_fn(const seg_envelope *c, size_t row, size_t begin, size_t end, bool note);

/* The rows at odd multiples of a distance: their neighbours at this distance are solved already, or beyond the end. */
static INLINE void solve_between(const seg_envelope *c, row_fn *solve_row, size_t distance, bool note)
{
    for (size_t row = distance; row < c->n; row += 2 * distance)
        solve_row(c, row, c->first[row - distance], row + distance < c->n ? c->last[row + distance] : c->candidates - 1,
                  note);
}

/* Row 0, then rows between solved ones at a distance that halves. The last of them, half of all rows, need not note
 * anything; that they get loops of their own, and nothing is called in between, takes a fifth off the time. */
static INLINE void solve(const seg_envelope *c, row_fn *solve_row)
{
    size_t distance = 1;

    while (2 * distance < c->n)
        distance *= 2;
    solve_row(c, 0, 0, c->candidates - 1, true);
    for (; distance > 1; distance /= 2)
        solve_between(c, solve_row, distance, true);
    solve_between(c, solve_row, 1, false);
}

/* ---- plain C: also what the others are tested against ---- */

static void note_plain(const seg_envelope *c, size_t row, const uint32_t *arg)
{
    uint32_t low = arg[0], high = arg[0];

    for (int lane = 1; lane < SEG_ENVELOPE_COLUMNS; lane++) {
        low = arg[lane] < low ? arg[lane] : low;
        high = arg[lane] > high ? arg[lane] : high;
    }
    c->first[row] = low;
    c->last[row] = high;
}

static INLINE void row_plain(const seg_envelope *c, size_t row, size_t begin, size_t end, bool note)
{
    float best[SEG_ENVELOPE_COLUMNS];
    uint32_t arg[SEG_ENVELOPE_COLUMNS];

    for (int lane = 0; lane < SEG_ENVELOPE_COLUMNS; lane++) {
        best[lane] = INFINITY;
        arg[lane] = (uint32_t)begin;
    }
    for (size_t k = begin; k <= end; k++) {
        const float *f = c->f + k * SEG_ENVELOPE_COLUMNS;
        float square = c->square[(ptrdiff_t)c->at[k] - (ptrdiff_t)row];

        for (int lane = 0; lane < SEG_ENVELOPE_COLUMNS; lane++) {
            float value = f[lane] + square;
            uint32_t less = 0u - (value < best[lane]); /* all ones or none: what compilers turn into vectors */

            best[lane] = value < best[lane] ? value : best[lane];
            arg[lane] = (less & (uint32_t)k) | (~less & arg[lane]);
        }
    }
    if (note)
        note_plain(c, row, arg);
    if (c->root)
        for (int lane = 0; lane < SEG_ENVELOPE_COLUMNS; lane++)
            best[lane] = sqrtf(best[lane]);
    memcpy(c->out + row * c->stride, best, c->width * sizeof *best);
}

static void solve_plain(const seg_envelope *c)
{
    solve(c, row_plain);
}

/* ---- vectors: the minimum is not taken by the mask of the comparison, so that no candidate waits for it ---- */

#if X86

__attribute__((target("avx512f"))) static INLINE void row_avx512(const seg_envelope *c, size_t row, size_t begin,
                                                                 size_t end, bool note)
{
    const float *square = c->square - row;
    __m512 best = _mm512_set1_ps(INFINITY);
    __m512i arg = _mm512_set1_epi32((int)begin);

    for (size_t k = begin; k <= end; k++) {
        __m512 value = _mm512_add_ps(_mm512_load_ps(c->f + k * SEG_ENVELOPE_COLUMNS), _mm512_set1_ps(square[c->at[k]]));

        if (note)
            arg = _mm512_mask_mov_epi32(arg, _mm512_cmp_ps_mask(value, best, _CMP_LT_OQ), _mm512_set1_epi32((int)k));
        best = _mm512_min_ps(value, best);
    }
    if (note) {
        c->first[row] = _mm512_reduce_min_epu32(arg);
        c->last[row] = _mm512_reduce_max_epu32(arg);
    }
    if (c->root)
        best = _mm512_sqrt_ps(best);
    _mm512_mask_storeu_ps(c->out + row * c->stride, (__mmask16)((1u << c->width) - 1), best);
}

__attribute__((target("avx512f"))) static void solve_avx512(const seg_envelope *c)
{
    solve(c, row_avx512);
}

__attribute__((target("avx2"))) static uint32_t least(__m256i v)
{
    __m128i m = _mm_min_epu32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));

    m = _mm_min_epu32(m, _mm_shuffle_epi32(m, 0x4e));
    return (uint32_t)_mm_cvtsi128_si32(_mm_min_epu32(m, _mm_shuffle_epi32(m, 0xb1)));
}

__attribute__((target("avx2"))) static uint32_t greatest(__m256i v)
{
    __m128i m = _mm_max_epu32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));

    m = _mm_max_epu32(m, _mm_shuffle_epi32(m, 0x4e));
    return (uint32_t)_mm_cvtsi128_si32(_mm_max_epu32(m, _mm_shuffle_epi32(m, 0xb1)));
}

/* k in the lanes of the mask. */
__attribute__((target("avx2"))) static inline __m256i replaced(__m256i arg, __m256 mask, int k)
{
    __m256 new = _mm256_castsi256_ps(_mm256_set1_epi32(k));

    return _mm256_castps_si256(_mm256_blendv_ps(_mm256_castsi256_ps(arg), new, mask));
}

__attribute__((target("avx2"))) static void write_avx2(const seg_envelope *c, size_t row, __m256 a, __m256 b)
{
    float *to = c->out + row * c->stride, both[SEG_ENVELOPE_COLUMNS];

    if (c->root) {
        a = _mm256_sqrt_ps(a);
        b = _mm256_sqrt_ps(b);
    }
    if (c->width == SEG_ENVELOPE_COLUMNS) {
        _mm256_storeu_ps(to, a);
        _mm256_storeu_ps(to + 8, b);
    } else {
        _mm256_storeu_ps(both, a);
        _mm256_storeu_ps(both + 8, b);
        memcpy(to, both, c->width * sizeof *to);
    }
}

__attribute__((target("avx2"))) static INLINE void row_avx2(const seg_envelope *c, size_t row, size_t begin, size_t end,
                                                            bool note)
{
    const float *square = c->square - row;
    __m256 best_a = _mm256_set1_ps(INFINITY), best_b = best_a;
    __m256i arg_a = _mm256_set1_epi32((int)begin), arg_b = arg_a;

    for (size_t k = begin; k <= end; k++) {
        __m256 add = _mm256_set1_ps(square[c->at[k]]);
        __m256 a = _mm256_add_ps(_mm256_load_ps(c->f + k * SEG_ENVELOPE_COLUMNS), add);
        __m256 b = _mm256_add_ps(_mm256_load_ps(c->f + k * SEG_ENVELOPE_COLUMNS + 8), add);

        if (note) {
            arg_a = replaced(arg_a, _mm256_cmp_ps(a, best_a, _CMP_LT_OQ), (int)k);
            arg_b = replaced(arg_b, _mm256_cmp_ps(b, best_b, _CMP_LT_OQ), (int)k);
        }
        best_a = _mm256_min_ps(a, best_a);
        best_b = _mm256_min_ps(b, best_b);
    }
    if (note) {
        c->first[row] = least(_mm256_min_epu32(arg_a, arg_b));
        c->last[row] = greatest(_mm256_max_epu32(arg_a, arg_b));
    }
    write_avx2(c, row, best_a, best_b);
}

__attribute__((target("avx2"))) static void solve_avx2(const seg_envelope *c)
{
    solve(c, row_avx2);
}

#endif

void seg_envelope_solve(const seg_envelope *c, seg_envelope_path path)
{
#if X86
    if ((path == SEG_ENVELOPE_BEST || path == SEG_ENVELOPE_AVX512) && __builtin_cpu_supports("avx512f")) {
        solve_avx512(c);
        return;
    }
    if ((path == SEG_ENVELOPE_BEST || path == SEG_ENVELOPE_AVX2) && __builtin_cpu_supports("avx2")) {
        solve_avx2(c);
        return;
    }
#endif
    (void)path;
    solve_plain(c);
}

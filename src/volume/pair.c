/* pair.c - blocks of a pair, ready for arithmetic: probabilities in double, truth as codes or targets. */
#include "pair.h"

#include <stdlib.h>
#include <string.h>

#include "../base/blocks.h"
#include "../base/octet.h"

/* y = p or, where `flip`, 1 - p (seg_pair_match() has refused what is far outside [0, 1]): eight at a time, the rest one by one, with the same bits. */
SEG_OCTET_INLINE void widen_octets(const float *p, size_t n, int flip, double *y)
{
    size_t i = 0;

    for (; i + SEG_OCTET <= n; i += SEG_OCTET) {
        seg_double8 eight;

        seg_octet_load(&eight, p + i, flip);
        memcpy(y + i, &eight, sizeof eight);
    }
    for (; i < n; i++)
        y[i] = seg_octet_one(p[i], flip);
}

SEG_OCTET_KERNEL static void widen(const float *p, size_t n, double *y)
{
    widen_octets(p, n, 0, y);
}

SEG_OCTET_KERNEL static void widen_flipped(const float *p, size_t n, double *y)
{
    widen_octets(p, n, 1, y);
}

/* y = 1 where the code is the class, else 0. */
SEG_OCTET_KERNEL static void mark(const uint16_t *code, uint16_t class, size_t n, double *y)
{
    typedef uint16_t codes __attribute__((vector_size(16)));
    const seg_long8 one = (seg_long8)((seg_double8){0} + 1.0);
    size_t i = 0;

    for (; i + SEG_OCTET <= n; i += SEG_OCTET) {
        codes eight;
        seg_long8 is;

        memcpy(&eight, code + i, sizeof eight);
        is = __builtin_convertvector(eight == class, seg_long8) & one; /* a comparison gives 0 or -1 */
        memcpy(y + i, &is, sizeof is);
    }
    for (; i < n; i++)
        y[i] = code[i] == class;
}

static void map_block(const seg_probmap *map, int class, size_t begin, size_t n, double *y)
{
    float scratch[SEG_BLOCK];
    bool foreground = map->planes == 1;

    for (size_t done = 0; done < n; done += SEG_BLOCK) {
        size_t part = n - done < SEG_BLOCK ? n - done : SEG_BLOCK;
        const float *p = seg_probmap_block(map, foreground ? 0 : class, begin + done, part, scratch);

        (foreground && class == 0 ? widen_flipped : widen)(p, part, y + done);
    }
}

static void code_block(const seg_labelmap *map, int class, size_t begin, size_t n, double *y)
{
    uint16_t code[SEG_BLOCK];

    for (size_t done = 0; done < n; done += SEG_BLOCK) {
        size_t part = n - done < SEG_BLOCK ? n - done : SEG_BLOCK;

        seg_labelmap_codes(map, begin + done, part, code);
        mark(code, (uint16_t)class, part, y + done);
    }
}

void seg_pair_prob(const seg_pair *pair, int class, size_t begin, size_t n, double *y)
{
    if (pair->prob.planes)
        map_block(&pair->prob, class, begin, n, y);
    else
        code_block(&pair->hard, class, begin, n, y);
}

void seg_pair_codes(const seg_pair *pair, size_t begin, size_t n, uint16_t *code)
{
    seg_labelmap_codes(&pair->truth, begin, n, code);
}

void seg_pair_target(const seg_pair *pair, int class, size_t begin, size_t n, double *target)
{
    uint16_t code[SEG_BLOCK];

    if (!seg_pair_soft(pair)) {
        code_block(&pair->truth, class, begin, n, target);
        return;
    }
    map_block(&pair->soft_truth, class, begin, n, target);
    for (size_t done = 0; pair->ignores && done < n; done += SEG_BLOCK) {
        size_t part = n - done < SEG_BLOCK ? n - done : SEG_BLOCK;

        seg_labelmap_codes(&pair->truth, begin + done, part, code);
        for (size_t i = 0; i < part; i++)
            if (code[i] == pair->classes)
                target[done + i] = 0;
    }
}

/* p of the true class from planes: class after class over the stretches of the block where it is the truth. */
static void gather(const seg_pair *pair, size_t begin, size_t n, const uint16_t *code, double *p)
{
    float scratch[SEG_BLOCK];
    bool foreground = pair->prob.planes == 1;

    for (size_t i = 0, end; i < n; i = end) {
        const float *from;

        for (end = i + 1; end < n && code[end] == code[i]; end++)
            ;
        if (code[i] >= pair->classes)
            continue;
        from = seg_probmap_block(&pair->prob, foreground ? 0 : code[i], begin + i, end - i, scratch);
        for (size_t k = i; k < end; k++)
            p[k] = seg_octet_one(from[k - i], foreground && code[i] == 0);
    }
}

static void gather_hard(const seg_pair *pair, size_t begin, size_t n, const uint16_t *code, double *p)
{
    uint16_t predicted[SEG_BLOCK];

    seg_labelmap_codes(&pair->hard, begin, n, predicted);
    for (size_t i = 0; i < n; i++)
        p[i] = predicted[i] == code[i];
}

size_t seg_pair_true_prob(const seg_pair *pair, size_t begin, size_t n, double *p, uint16_t *code)
{
    size_t kept = 0;

    seg_labelmap_codes(&pair->truth, begin, n, code);
    if (pair->prob.planes)
        gather(pair, begin, n, code, p);
    else
        gather_hard(pair, begin, n, code, p);
    if (!pair->ignores)
        return n;
    for (size_t i = 0; i < n; i++)
        if (code[i] < pair->classes) {
            p[kept] = p[i];
            code[kept++] = code[i];
        }
    return kept;
}

seg_status seg_pair_slice(seg_pair *out, const seg_pair *pair, int axis, size_t index, seg_error *err)
{
    seg_status st;

    *out = (seg_pair){.grid = seg_grid_slice(&pair->grid, axis), .classes = pair->classes, .id = pair->id,
                      .label = pair->label, .zero_is_class = pair->zero_is_class, .ignores = pair->ignores};
    out->voxels = seg_grid_voxels(&out->grid);
    st = seg_labelmap_slice(&out->truth, &pair->truth, axis, index, err);
    if (!st)
        st = seg_labelmap_slice(&out->hard, &pair->hard, axis, index, err);
    if (!st && pair->prob.planes)
        st = seg_probmap_slice(&out->prob, &pair->prob, axis, index, err);
    if (!st && pair->soft_truth.planes)
        st = seg_probmap_slice(&out->soft_truth, &pair->soft_truth, axis, index, err);
    if (st)
        seg_pair_free_maps(out);
    return st;
}

void seg_pair_free_maps(seg_pair *pair)
{
    seg_labelmap_free(&pair->truth);
    seg_labelmap_free(&pair->hard);
    seg_probmap_free(&pair->prob);
    seg_probmap_free(&pair->soft_truth);
    seg_moments_free(&pair->moments);
    seg_peaks_free(&pair->peaks);
}

void seg_pair_free(seg_pair *pair)
{
    seg_pair_free_maps(pair);
    for (int class = 0; pair->label && class < pair->classes; class++)
        free(pair->label[class]);
    free(pair->label);
    free(pair->id);
    *pair = (seg_pair){0};
}

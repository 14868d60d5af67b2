/* topk_select.c - the K largest costs by counting: leading bits first, then the next bits of those that tie with the K-th.
 *
 * A cost has a key, a whole number with the same order: the bits of a positive double grow with the double. For a label
 * truth the key comes from the probability, 1.0 - max(p, eps) in bits, so that only the chosen voxels need a logarithm.
 * Four passes decide all 64 bits; mostly two are enough, because what is left then ties or differs in no bit. Counts are
 * whole numbers, so the result does not depend on threads.
 *
 * When the keys of a bin differ in no bit, the counts say what its voxels cost together; what lies beyond the bins of a
 * pass is added up on the way. So the sum of the K costs is mostly there when the K-th is found, without another pass.
 *
 * Above 350 lines because keys, counts and the choice depend on the same layout of bits.
 */
#include "topk_select.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/memory.h"
#include "../../base/parallel.h"
#include "../../pass/true_class.h"
#include "../../simd/simd.h"

static uint64_t bits_of(double x)
{
    uint64_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* ---- keys of a block ---- */

/* Numbers of a block, up to whole groups of lanes: topk_keys() works on those. */
enum { ROOM = SEG_BLOCK + SEG_VEC_LANES };

static void keys_of(double *p, size_t n, double eps, uint64_t *key)
{
    for (size_t i = n; i % SEG_VEC_LANES; i++)
        p[i] = 1;
    seg_simd()->topk_keys(p, n, eps, key);
}

static void soft_keys(const seg_topk *h, size_t begin, size_t n, uint64_t *key, double *cost, size_t *kept)
{
    double y[SEG_BLOCK], t[SEG_BLOCK];
    uint16_t code[SEG_BLOCK];

    memset(cost, 0, n * sizeof *cost);
    for (int cls = 0; cls < h->pair->classes; cls++) {
        seg_pair_prob(h->pair, cls, begin, n, y);
        seg_pair_target(h->pair, cls, begin, n, t);
        for (size_t i = 0; i < n; i++)
            cost[i] -= t[i] * log(y[i] > h->eps ? y[i] : h->eps);
    }
    seg_pair_codes(h->pair, begin, n, code);
    *kept = 0;
    for (size_t i = 0; i < n; i++)
        if (code[i] < h->pair->classes) {
            cost[*kept] = cost[i] > 0 ? cost[i] : 0;
            key[(*kept)++] = bits_of(cost[i] > 0 ? cost[i] : 0);
        }
}

/* Keys of the voxels that count in [begin, begin + n), in order, and what they stand for: probability or cost. */
static void all_keys(const seg_topk *h, size_t begin, size_t n, uint64_t *key, double *x, size_t *kept)
{
    if (seg_pair_soft(h->pair)) {
        soft_keys(h, begin, n, key, x, kept);
        return;
    }
    *kept = seg_true_class_prob(h->pair, begin, n, x, NULL);
    keys_of(x, *kept, h->eps, key);
}

/* The same for the voxels of a block, but for *certain of them, which cost nothing and have the key 0. */
static void block_keys(const seg_topk *h, size_t begin, size_t n, uint64_t *key, double *x, size_t *kept,
                       size_t *certain)
{
    *certain = 0;
    if (seg_pair_soft(h->pair)) {
        soft_keys(h, begin, n, key, x, kept);
        return;
    }
    *kept = seg_true_class_uncertain(h->pair, begin, n, x, certain);
    keys_of(x, *kept, h->eps, key);
}

/* ---- the first count ---- */

/* Bits decided by each pass. The first bins follow the exponents that occur; 64 bits below that would be too many. */
static const int shifts[] = {44, 29, 15, 0};
enum { PASSES = sizeof shifts / sizeof *shifts, FIRST_SHIFT = 44 };

struct first {
    size_t bins;
    uint64_t low; /* bits below FIRST_SHIFT that are not 0 in every key */
    uint64_t count[];
};

/* One more than the bin of the largest key, that of eps. */
static size_t first_bins(double eps)
{
    return (size_t)((bits_of(1) - bits_of(eps)) >> FIRST_SHIFT) + 1;
}

size_t seg_topk_first_bytes(double eps)
{
    return sizeof(struct first) + first_bins(eps) * sizeof(uint64_t);
}

void seg_topk_first_count(void *state, const float *p, size_t n, bool flip, double eps)
{
    enum { PIECE = 1024 };
    struct first *first = state;
    double y[PIECE + SEG_VEC_LANES];
    uint64_t key[PIECE + SEG_VEC_LANES], seen = 0;

    first->bins = first_bins(eps);
    for (size_t at = 0; at < n; at += PIECE) {
        size_t ones = 0, some = n - at < PIECE ? n - at : PIECE;
        size_t kept = seg_simd()->widen_uncertain(p + at, some, flip, y, &ones);

        keys_of(y, kept, eps, key);
        for (size_t i = 0; i < kept; i++) {
            first->count[key[i] >> FIRST_SHIFT]++;
            seen |= key[i];
        }
        first->count[0] += ones;
    }
    first->low |= seen & (((uint64_t)1 << FIRST_SHIFT) - 1);
}

void seg_topk_first_merge(void *into, const void *state)
{
    struct first *sum = into;
    const struct first *more = state;

    sum->bins = more->bins > sum->bins ? more->bins : sum->bins;
    sum->low |= more->low;
    for (size_t b = 0; b < more->bins; b++)
        sum->count[b] += more->count[b];
}

/* ---- counting ---- */

/* Keys are counted by the bits from `shift` up; where `narrowed`, only those that agree with prefix above `top`. */
struct count {
    const seg_topk *h;
    int shift, top;
    uint64_t prefix;
    size_t bins;
    uint64_t *worker; /* [workers][bins + 1] the last one: bits below shift that differ from 0 in any key */
    double *beyond;   /* [blocks] costs of the keys above the prefix, where narrowed */
};

/* The logarithm is taken of products, as in simd/run_sums.c; a factor too small for that has its own. */
static const double SMALL = 1e-150;

struct costs {
    double product, sum;
};

static inline void add_cost(struct costs *c, double p)
{
    if (p < SMALL) {
        c->sum -= log(p);
        return;
    }
    c->product *= p;
    if (c->product < SMALL) {
        c->sum -= log(c->product);
        c->product = 1;
    }
}

static double total(const struct costs *c)
{
    return c->sum - log(c->product);
}

/* What the keys from `least` up cost. x: probability or cost, as block_keys() gives them. */
static double costs_from(const seg_topk *h, const uint64_t *key, const double *x, size_t n, int shift, uint64_t least)
{
    bool soft = seg_pair_soft(h->pair);
    struct costs c = {1, 0};

    for (size_t i = 0; i < n; i++)
        if (key[i] >> shift >= least) {
            if (soft)
                c.sum += x[i];
            else
                add_cost(&c, x[i] > h->eps ? x[i] : h->eps);
        }
    return total(&c);
}

static void count_block(void *context, size_t block, int worker)
{
    const struct count *c = context;
    uint64_t *count = c->worker + (size_t)worker * (c->bins + 1), low = ((uint64_t)1 << c->shift) - 1;
    size_t begin = block * SEG_BLOCK, left = c->h->pair->voxels - begin, kept, certain;
    uint64_t key[ROOM], seen = 0, run = 0, prefix = c->prefix;
    size_t last = 0, mask = c->bins - 1;
    int shift = c->shift, top = c->top;
    bool narrowed = top < 64;
    double x[ROOM];

    block_keys(c->h, begin, left < SEG_BLOCK ? left : SEG_BLOCK, key, x, &kept, &certain);
    count[0] += !narrowed || prefix == 0 ? certain : 0;
    /* Neighbours often fall into the same bin; adding them up first spares the wait for the same number again. */
    for (size_t i = 0; i < kept; i++) {
        size_t bin = key[i] >> shift & mask;

        if (narrowed && key[i] >> top != prefix)
            continue;
        seen |= key[i];
        if (bin != last) {
            count[last] += run;
            last = bin;
            run = 0;
        }
        run++;
    }
    count[last] += run;
    count[c->bins] |= seen & low;
    if (narrowed)
        c->beyond[block] = costs_from(c->h, key, x, kept, top, prefix + 1);
}

/* Counts of all keys by their first bits are taken over from `first`, unless it is NULL. */
static seg_status count_keys(struct count *c, const struct first *first, seg_error *err)
{
    size_t blocks = (c->h->pair->voxels + SEG_BLOCK - 1) / SEG_BLOCK, workers = first ? 1 : (size_t)seg_thread_count();
    seg_status st = seg_alloc(&c->worker, workers * (c->bins + 1), sizeof *c->worker, "counts of costs", err);

    if (!st)
        st = seg_alloc(&c->beyond, blocks, sizeof *c->beyond, "block sums", err);
    if (!st && first) {
        memcpy(c->worker, first->count, first->bins * sizeof *first->count);
        c->worker[c->bins] = first->low;
    }
    if (st || first)
        return st;
    seg_parallel_for(blocks, count_block, c);
    for (size_t w = 1; w < workers; w++) {
        const uint64_t *more = c->worker + w * (c->bins + 1);

        for (size_t i = 0; i < c->bins; i++)
            c->worker[i] += more[i];
        c->worker[c->bins] |= more[c->bins];
    }
    return SEG_OK;
}

/* From the largest key down: the bin with the count-th key; what is above it is taken off *count. */
static size_t find_bin(const struct count *c, size_t *count)
{
    size_t bin = c->bins;

    while (c->worker[--bin] < *count)
        *count -= c->worker[bin];
    return bin;
}

/* What a voxel with this key costs. */
static double cost_of_key(const seg_topk *h, uint64_t key)
{
    uint64_t bits = seg_pair_soft(h->pair) ? key : bits_of(1) - key;
    double x;

    memcpy(&x, &bits, sizeof x);
    return seg_pair_soft(h->pair) ? x : -log(x);
}

/* The K costs from the counts of a pass: bins above `bin`, `count` keys of that, and what lies beyond. */
static double sum_of_counts(const struct count *c, size_t bin, size_t count)
{
    uint64_t prefix = c->top == 64 ? 0 : c->prefix << (c->top - c->shift);
    double sum = seg_sum(c->beyond, (c->h->pair->voxels + SEG_BLOCK - 1) / SEG_BLOCK);

    for (size_t b = bin; b < c->bins; b++) {
        uint64_t n = b == bin ? count : c->worker[b];

        if (n)
            sum += (double)n * cost_of_key(c->h, (prefix | b) << c->shift);
    }
    return sum;
}

static void free_counts(struct count *c)
{
    free(c->worker);
    free(c->beyond);
}

static seg_status narrow(seg_topk *h, size_t count, const struct first *first, seg_error *err)
{
    /* Keys of probabilities stay below the bits of 2.0, 2^62; costs of a soft truth may be any positive double. */
    const int highest = seg_pair_soft(h->pair) ? 63 : 62;
    uint64_t prefix = 0;
    int top = 64;

    for (int pass = 0; pass < PASSES; pass++) {
        int width = (top == 64 ? highest : top) - shifts[pass];
        struct count c = {h, shifts[pass], top, prefix, (size_t)1 << width, NULL, NULL};
        seg_status st = count_keys(&c, pass == 0 ? first : NULL, err);
        size_t bin;
        bool all, same;

        if (st) {
            free_counts(&c);
            return st;
        }
        bin = find_bin(&c, &count);
        all = c.worker[bin] == count;
        same = c.worker[c.bins] == 0;
        h->sum = same ? sum_of_counts(&c, bin, count) : NAN;
        free_counts(&c);
        prefix = top == 64 ? bin : prefix << width | bin;
        top = shifts[pass];
        if (all || same || top == 0) {
            h->tie = prefix << top;
            h->from = all ? h->tie : h->tie + 1;
            h->ties = all ? 0 : count;
            return SEG_OK;
        }
    }
    return SEG_BUG;
}

/* ---- the chosen ones ---- */

static void add_block(void *context, size_t begin, size_t end, double *sums)
{
    const seg_topk *h = context;
    uint64_t key[ROOM];
    double x[ROOM];
    size_t kept, certain;

    block_keys(h, begin, end - begin, key, x, &kept, &certain);
    sums[0] = costs_from(h, key, x, kept, 0, h->from);
}

seg_status seg_topk_find(seg_topk *h, const seg_pair *pair, double eps, size_t count, const void *first, seg_error *err)
{
    seg_status st;

    *h = (seg_topk){.pair = pair, .eps = eps};
    st = narrow(h, count, first, err);
    if (st || !isnan(h->sum))
        return st;
    st = seg_parallel_sum(pair->voxels, 1, add_block, h, &h->sum, err);
    if (!st && h->ties)
        h->sum += (double)h->ties * cost_of_key(h, h->tie);
    return st;
}

void seg_topk_mark(const seg_topk *h, unsigned char *chosen)
{
    size_t ties = h->ties, kept;
    uint64_t key[ROOM];
    uint16_t code[SEG_BLOCK];
    double x[ROOM];

    for (size_t begin = 0; begin < h->pair->voxels; begin += SEG_BLOCK) {
        size_t left = h->pair->voxels - begin, n = left < SEG_BLOCK ? left : SEG_BLOCK, k = 0;

        all_keys(h, begin, n, key, x, &kept);
        seg_pair_codes(h->pair, begin, n, code);
        for (size_t i = 0; i < n; i++) {
            bool tie;

            chosen[begin + i] = 0;
            if (code[i] >= h->pair->classes)
                continue;
            tie = h->ties && key[k] == h->tie && ties > 0;
            ties -= tie;
            chosen[begin + i] = key[k++] >= h->from || tie;
        }
    }
}

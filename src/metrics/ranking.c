/* ranking.c - see ranking.h. */
#include "ranking.h"

#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../base/value.h"
#include "../image/label_runs.h"
#include "../simd/simd.h"

enum {
    KEY_BITS = 30, /* of a float in [0, 1]; a key is these and, below, whether the voxel is a positive */
    BIN_BITS = 15,
    BINS = 1 << BIN_BITS,
    LOW_BITS = KEY_BITS - BIN_BITS,
    DIGIT_BITS = 11,
    AT_ONCE = 1 << 22 /* voxels sorted at a time */
};

struct ranking {
    const seg_pair *pair;
    int cls;
    bool each_positive;
    uint64_t (*count)[2];  /* [BINS] negatives, positives */
    uint32_t *key, *spare; /* [room] */
    size_t room;
    seg_rank_fn *visit;
    void *context;
};

const char *seg_ranking_missing(const seg_pair *pair)
{
    return pair->prob.planes ? NULL : SEG_NOT_COMPUTED "the prediction is a label map, without probabilities";
}

/* ---- one pass over the voxels ---- */

/* Keys of the voxels [begin, begin + n) that are not ignored; returns how many. n is at most SEG_BLOCK. */
static size_t keys_of_block(const struct ranking *r, size_t begin, size_t n, uint32_t *key)
{
    seg_label_runs runs = seg_label_runs_of(&r->pair->truth, begin, begin + n);
    float scratch[SEG_BLOCK];
    size_t count = 0;
    bool flip;
    const float *p = seg_pair_block(r->pair, r->cls, begin, n, scratch, &flip);
    seg_label_run s;

    while (seg_label_runs_next(&runs, &s)) {
        if (s.code == (uint32_t)r->pair->classes)
            continue;
        seg_simd()->ranking_keys(p + (s.begin - begin), s.end - s.begin, flip, s.code == (uint32_t)r->cls, key + count);
        count += s.end - s.begin;
    }
    return count;
}

typedef void key_fn(struct ranking *r, const uint32_t *key, size_t n, void *context);

/* Blocks whose probabilities are all below `least`, which the peaks tell, are left out. */
static void each_block(struct ranking *r, float least, key_fn *take, void *context)
{
    const seg_block_max *peaks = &r->pair->block_max;
    uint32_t key[SEG_BLOCK];

    for (size_t begin = 0; begin < r->pair->voxels; begin += SEG_BLOCK) {
        size_t n = r->pair->voxels - begin < SEG_BLOCK ? r->pair->voxels - begin : SEG_BLOCK;

        if (peaks->planes < 2 || seg_block_max_bound(peaks, r->cls, begin, begin + n) >= least)
            take(r, key, keys_of_block(r, begin, n, key), context);
    }
}

/* The least probability in a bin. */
static float least_of_bin(size_t bin)
{
    uint32_t bits = (uint32_t)bin << LOW_BITS;
    float x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

static size_t bin_of(uint32_t key)
{
    return key >> (LOW_BITS + 1);
}

static void count_keys(struct ranking *r, const uint32_t *key, size_t n, void *context)
{
    (void)context;
    for (size_t i = 0; i < n; i++)
        r->count[bin_of(key[i])][key[i] & 1]++;
}

/* ---- bins that need their order ---- */

static uint64_t voxels_in(const struct ranking *r, size_t bin)
{
    return r->count[bin][0] + r->count[bin][1];
}

static bool needs_order(const struct ranking *r, size_t bin)
{
    return r->count[bin][1] && (r->count[bin][0] || r->each_positive);
}

/* Which bins' keys are wanted, and how many there are so far. */
struct gathering {
    uint8_t wanted[BINS];
    size_t n;
};

/* Written without a branch: every key, and the next one over it unless it is wanted. */
static void gather_keys(struct ranking *r, const uint32_t *key, size_t n, void *context)
{
    struct gathering *g = context;
    size_t at = g->n;

    for (size_t i = 0; i < n; i++) {
        r->key[at] = key[i];
        at += g->wanted[bin_of(key[i])];
    }
    g->n = at;
}

/* Sorts the keys by one digit of them, ascending, equal ones in their order. */
static void sort_by_digit(const uint32_t *from, uint32_t *to, size_t n, int shift)
{
    size_t place[1 << DIGIT_BITS] = {0}, at = 0;
    uint32_t mask = (1 << DIGIT_BITS) - 1;

    for (size_t i = 0; i < n; i++)
        place[from[i] >> shift & mask]++;
    for (size_t d = 0; d <= mask; d++) {
        size_t count = place[d];

        place[d] = at;
        at += count;
    }
    for (size_t i = 0; i < n; i++)
        to[place[from[i] >> shift & mask]++] = from[i];
}

/* Three digits cover a key; the result ends in spare. */
static void sort_keys(struct ranking *r, size_t n)
{
    sort_by_digit(r->key, r->spare, n, 0);
    sort_by_digit(r->spare, r->key, n, DIGIT_BITS);
    sort_by_digit(r->key, r->spare, n, 2 * DIGIT_BITS);
}

/* Visits the distinct probabilities of the last `n` sorted keys, from the end. */
static void visit_keys(const struct ranking *r, const uint32_t *key, size_t n)
{
    while (n) {
        uint32_t bits = key[n - 1] >> 1;
        uint64_t count[2] = {0, 0};

        for (; n && key[n - 1] >> 1 == bits; n--)
            count[key[n - 1] & 1]++;
        r->visit(r->context, count[1], count[0]);
    }
}

/* Visits bins [begin, end), the upper first. */
static void visit_bins(struct ranking *r, size_t begin, size_t end)
{
    struct gathering g = {{0}, 0};
    size_t left, lowest = end;

    for (size_t bin = end; bin-- > begin;)
        if (needs_order(r, bin)) {
            g.wanted[bin] = 1;
            lowest = bin;
        }
    if (lowest < end)
        each_block(r, least_of_bin(lowest), gather_keys, &g);
    sort_keys(r, g.n);
    left = g.n;
    for (size_t bin = end; bin-- > begin;) {
        if (needs_order(r, bin)) {
            left -= (size_t)voxels_in(r, bin);
            visit_keys(r, r->spare + left, (size_t)voxels_in(r, bin));
        } else if (voxels_in(r, bin))
            r->visit(r->context, r->count[bin][1], r->count[bin][0]);
    }
}

/* ---- a bin with too many voxels to sort: count each of its probabilities ---- */

struct tally {
    size_t bin;
    uint64_t (*count)[2]; /* [1 << LOW_BITS] */
};

static void tally_keys(struct ranking *r, const uint32_t *key, size_t n, void *context)
{
    const struct tally *t = context;

    (void)r;
    for (size_t i = 0; i < n; i++)
        if (bin_of(key[i]) == t->bin)
            t->count[key[i] >> 1 & ((1 << LOW_BITS) - 1)][key[i] & 1]++;
}

static seg_status visit_large_bin(struct ranking *r, size_t bin, seg_error *err)
{
    struct tally t = {bin, NULL};
    seg_status st = seg_alloc(&t.count, 1 << LOW_BITS, sizeof *t.count, "ranks", err);

    if (st)
        return st;
    each_block(r, least_of_bin(bin), tally_keys, &t);
    for (size_t i = 1 << LOW_BITS; i-- > 0;)
        if (t.count[i][0] + t.count[i][1])
            r->visit(r->context, t.count[i][1], t.count[i][0]);
    free(t.count);
    return SEG_OK;
}

/* ---- the whole ---- */

/* From `end` downwards, as many bins as can be sorted at once; *n is how many voxels that are. */
static size_t next_bins(const struct ranking *r, size_t end, size_t *n)
{
    size_t begin = end;

    for (*n = 0; begin > 0; begin--) {
        size_t more = needs_order(r, begin - 1) ? (size_t)voxels_in(r, begin - 1) : 0;

        if (*n + more > AT_ONCE)
            break;
        *n += more;
    }
    return begin;
}

static seg_status make_room(struct ranking *r, size_t n, seg_error *err)
{
    seg_status st;

    if (n <= r->room)
        return SEG_OK;
    free(r->key);
    free(r->spare);
    r->key = r->spare = NULL;
    st = seg_alloc_big(&r->key, n, sizeof *r->key, "ranks", err);
    if (!st)
        st = seg_alloc_big(&r->spare, n, sizeof *r->spare, "ranks", err);
    r->room = st ? 0 : n;
    return st;
}

static seg_status descend(struct ranking *r, seg_error *err)
{
    seg_status st = SEG_OK;

    for (size_t end = BINS, begin, n; end > 0 && !st; end = begin) {
        begin = next_bins(r, end, &n);
        if (begin == end) {
            st = visit_large_bin(r, --begin, err);
            continue;
        }
        st = make_room(r, n + 1, err); /* one more is written than kept */
        if (!st)
            visit_bins(r, begin, end);
    }
    return st;
}

seg_status seg_ranking_descend(seg_ranking *scores, const seg_pair *pair, int cls, bool each_positive,
                               seg_rank_fn *visit, void *context, seg_error *err)
{
    struct ranking r = {.pair = pair, .cls = cls, .each_positive = each_positive, .visit = visit, .context = context};
    seg_status st = seg_alloc(&r.count, BINS, sizeof *r.count, "ranks", err);

    *scores = (seg_ranking){0};
    if (!st) {
        each_block(&r, 0, count_keys, NULL);
        for (size_t bin = 0; bin < BINS; bin++) {
            scores->positives += r.count[bin][1];
            scores->negatives += r.count[bin][0];
        }
        st = descend(&r, err);
    }
    free(r.spare);
    free(r.key);
    free(r.count);
    return st ? st : seg_probmap_check(&pair->prob, err);
}

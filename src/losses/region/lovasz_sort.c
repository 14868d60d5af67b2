/* lovasz_sort.c - the Lovasz extension by a radix sort of the errors.
 *
 * After the last hit I = 0, J = 1 and nothing more is added. So only errors above the smallest one of a hit are sorted:
 * for a good prediction a small part of the image.
 */
#include <stdlib.h>
#include <string.h>

#include "../../base/blocks.h"
#include "../../base/memory.h"
#include "../stretch.h"
#include "lovasz_class.h"

/* ---- sorting ---- */

enum { DIGIT = 11, DIGITS = 6, VALUES = 1 << DIGIT };

static size_t digit_of(uint64_t key, int digit)
{
    return key >> (digit * DIGIT) & (VALUES - 1);
}

/* Moves the elements (`words` numbers each, the first is the key) to `to` in the order of one digit; equal digits keep
 * their order. False when all digits are equal and nothing was moved. */
static bool sort_digit(const uint64_t *from, uint64_t *to, size_t n, size_t words, int digit)
{
    size_t count[VALUES] = {0}, at = 0;

    for (size_t i = 0; i < n; i++)
        count[digit_of(from[i * words], digit)]++;
    if (n == 0 || count[digit_of(from[0], digit)] == n)
        return false;
    for (size_t v = 0; v < VALUES; v++) {
        size_t here = count[v];

        count[v] = at;
        at += here;
    }
    for (size_t i = 0; i < n; i++) {
        size_t place = count[digit_of(from[i * words], digit)]++;

        for (size_t w = 0; w < words; w++)
            to[place * words + w] = from[i * words + w];
    }
    return true;
}

/* Sorts n elements in *a, with *b as work space; the result is in *a, the two may be exchanged. */
static void sort(uint64_t **a, uint64_t **b, size_t n, size_t words)
{
    for (int digit = 0; digit < DIGITS; digit++)
        if (sort_digit(*a, *b, n, words, digit)) {
            uint64_t *sorted = *b;

            *b = *a;
            *a = sorted;
        }
}

/* Keys ascend where errors descend. */
static uint64_t key_of(double e)
{
    uint64_t bits;

    memcpy(&bits, &e, sizeof bits);
    return ~bits;
}

static double error_of(uint64_t key)
{
    double e;

    key = ~key;
    memcpy(&e, &key, sizeof e);
    return e;
}

/* ---- the walk from the largest error down ---- */

struct walk {
    double I, U;
};

/* How far J rises with the next voxel: 1 - I / U before and after. */
static double step(struct walk *w, bool hit)
{
    double rise;

    if (hit) {
        rise = 1 / w->U;
        w->I--;
    } else {
        rise = w->U > 0 ? w->I / (w->U * (w->U + 1)) : 1; /* the first miss of an absent class: J goes from 0 to 1 */
        w->U++;
    }
    return rise;
}

/* ---- which errors take part ---- */

/* Errors of one class, block by block. */
struct errors {
    const seg_work *work;
    int class;
    double least;   /* misses above this and all hits take part */
    double *of_hit; /* [blocks] smallest error of a hit, 2 where there is none */
    size_t *taken;  /* [blocks + 1] how many take part; then where they begin */
    uint64_t *key;
};

/* Errors of the voxels that count in one block, in order; returns how many. */
static size_t block_errors(const struct errors *s, size_t begin, size_t n, double *e, unsigned char *hit)
{
    const seg_pair *pair = s->work->pair;
    uint16_t code[SEG_BLOCK];
    size_t kept = 0;

    seg_pair_codes(pair, begin, n, code);
    seg_pair_prob(pair, s->class, begin, n, e);
    for (size_t i = 0; i < n; i++) {
        if (code[i] >= pair->classes)
            continue;
        hit[kept] = code[i] == s->class;
        e[kept] = hit[kept] ? 1 - e[i] : e[i];
        kept++;
    }
    return kept;
}

static size_t load(const struct errors *s, size_t block, double *e, unsigned char *hit)
{
    size_t begin = block * SEG_BLOCK, left = s->work->pair->voxels - begin;

    return block_errors(s, begin, left < SEG_BLOCK ? left : SEG_BLOCK, e, hit);
}

static bool takes_part(const struct errors *s, double e, bool hit)
{
    return hit || e > s->least;
}

static void find_least(void *context, size_t block, int worker)
{
    const struct errors *s = context;
    double e[SEG_BLOCK], least = 2;
    unsigned char hit[SEG_BLOCK];
    size_t n = load(s, block, e, hit);

    (void)worker;
    for (size_t i = 0; i < n; i++)
        if (hit[i] && e[i] < least)
            least = e[i];
    s->of_hit[block] = least;
}

static void count(void *context, size_t block, int worker)
{
    const struct errors *s = context;
    double e[SEG_BLOCK];
    unsigned char hit[SEG_BLOCK];
    size_t n = load(s, block, e, hit), taken = 0;

    (void)worker;
    for (size_t i = 0; i < n; i++)
        taken += takes_part(s, e[i], hit[i]);
    s->taken[block] = taken;
}

/* The lowest bit of a key says whether it is a hit: one part in 10^16 of the error. */
static void collect(void *context, size_t block, int worker)
{
    const struct errors *s = context;
    double e[SEG_BLOCK];
    unsigned char hit[SEG_BLOCK];
    size_t n = load(s, block, e, hit), at = s->taken[block];

    (void)worker;
    for (size_t i = 0; i < n; i++)
        if (takes_part(s, e[i], hit[i]))
            s->key[at++] = (key_of(e[i]) & ~(uint64_t)1) | hit[i];
}

/* An absent class: J jumps to 1 at the first miss, so the value is the largest error. */
static double largest_error(const struct errors *s)
{
    double e[SEG_BLOCK], largest = 0;
    unsigned char hit[SEG_BLOCK];

    for (size_t block = 0; block * SEG_BLOCK < s->work->pair->voxels; block++) {
        size_t n = load(s, block, e, hit);

        for (size_t i = 0; i < n; i++)
            largest = e[i] > largest ? e[i] : largest;
    }
    return largest;
}

static double add_up(const uint64_t *key, size_t n, double hits)
{
    struct walk w = {hits, hits};
    double sum = 0;

    for (size_t i = 0; i < n && w.I > 0; i++)
        sum += error_of(key[i] | 1) * step(&w, key[i] & 1);
    return sum;
}

static seg_status sort_and_add(struct errors *s, size_t blocks, double *value, seg_error *err)
{
    size_t total = 0;
    uint64_t *spare = NULL;
    seg_status st;

    seg_each(blocks, find_least, s);
    s->least = 2;
    for (size_t b = 0; b < blocks; b++)
        s->least = s->of_hit[b] < s->least ? s->of_hit[b] : s->least;
    seg_each(blocks, count, s);
    for (size_t b = 0; b < blocks; b++) {
        size_t here = s->taken[b];

        s->taken[b] = total;
        total += here;
    }
    st = seg_alloc_big(&s->key, total, sizeof *s->key, "sorting errors", err);
    if (!st)
        st = seg_alloc_big(&spare, total, sizeof *spare, "sorting errors", err);
    if (!st) {
        seg_each(blocks, collect, s);
        sort(&s->key, &spare, total, 1);
        *value = add_up(s->key, total, (double)s->work->truth_voxels[s->class]);
    }
    free(spare);
    return st;
}

seg_status seg_lovasz_by_sorting(const seg_work *work, int class, double *value, seg_error *err)
{
    size_t blocks = (work->pair->voxels + SEG_BLOCK - 1) / SEG_BLOCK;
    struct errors s = {.work = work, .class = class};
    seg_status st;

    if (work->truth_voxels[class] == 0) {
        *value = largest_error(&s);
        return SEG_OK;
    }
    st = seg_alloc(&s.of_hit, blocks, sizeof *s.of_hit, "block minima", err);
    if (!st)
        st = seg_alloc(&s.taken, blocks, sizeof *s.taken, "block counts", err);
    if (!st)
        st = sort_and_add(&s, blocks, value, err);
    free(s.of_hit);
    free(s.taken);
    free(s.key);
    return st;
}

/* ---- gradient ---- */

/* Elements of two numbers: the key, and twice the voxel plus whether it is a hit. */
static size_t collect_with_index(const seg_pair *pair, int class, uint64_t *element)
{
    double y[SEG_BLOCK];
    uint16_t code[SEG_BLOCK];
    size_t n = 0;

    for (size_t begin = 0; begin < pair->voxels; begin += SEG_BLOCK) {
        size_t left = pair->voxels - begin, here = left < SEG_BLOCK ? left : SEG_BLOCK;

        seg_pair_codes(pair, begin, here, code);
        seg_pair_prob(pair, class, begin, here, y);
        for (size_t i = 0; i < here; i++) {
            bool hit = code[i] == class;

            if (code[i] >= pair->classes)
                continue;
            element[2 * n] = key_of(hit ? 1 - y[i] : y[i]);
            element[2 * n++ + 1] = (uint64_t)(begin + i) << 1 | hit;
        }
    }
    return n;
}

seg_status seg_lovasz_class_gradient(const seg_work *work, int class, double *gradient, seg_error *err)
{
    const seg_pair *pair = work->pair;
    double hits = (double)work->truth_voxels[class];
    struct walk w = {hits, hits};
    uint64_t *element = NULL, *spare = NULL;
    seg_status st = seg_alloc_big(&element, 2 * pair->voxels, sizeof *element, "sorting errors", err);

    if (!st)
        st = seg_alloc_big(&spare, 2 * pair->voxels, sizeof *spare, "sorting errors", err);
    if (!st) {
        size_t n = collect_with_index(pair, class, element);

        sort(&element, &spare, n, 2);
        memset(gradient, 0, pair->voxels * sizeof *gradient);
        for (size_t i = 0; i < n; i++) {
            bool hit = element[2 * i + 1] & 1;
            double rise = step(&w, hit);

            gradient[element[2 * i + 1] >> 1] = hit ? -rise : rise;
        }
    }
    free(element);
    free(spare);
    return st;
}

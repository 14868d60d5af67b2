/* lovasz_sort.c - the Lovasz extension by a radix sort of the errors.
 *
 * After the last hit I = 0, J = 1 and nothing more is added. So only errors above the smallest one of a hit are sorted:
 * for a good prediction a small part of the image.
 */
#include <stdlib.h>
#include <string.h>

#include "../../base/memory.h"
#include "../../base/parallel.h"
#include "../../image/label_runs.h"
#include "../../simd/prob.h"
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
    const seg_pair *pair;
    int cls;
    double least;   /* misses above this and all hits take part */
    double *of_hit; /* [blocks] smallest error of a hit, 2 where there is none */
    size_t *taken;  /* [blocks + 1] how many take part; then where they begin */
    uint64_t *key;
};

/* The stored values of the class in a block, and the runs of the truth there. */
struct block {
    size_t begin, n;
    float scratch[SEG_BLOCK];
    const float *p;
    bool flip;
    seg_label_runs runs;
};

static void open_block(struct block *b, const struct errors *s, size_t block)
{
    size_t left;

    b->begin = block * SEG_BLOCK;
    left = s->pair->voxels - b->begin;
    b->n = left < SEG_BLOCK ? left : SEG_BLOCK;
    b->p = seg_pair_block(s->pair, s->cls, b->begin, b->n, b->scratch, &b->flip);
    b->runs = seg_label_runs_of(&s->pair->truth, b->begin, b->begin + b->n);
}

static double probability(const struct block *b, size_t voxel)
{
    return seg_clamp_prob(b->p[voxel - b->begin], b->flip);
}

static void find_least(void *context, size_t block, int worker)
{
    const struct errors *s = context;
    struct block b;
    seg_label_run run;
    double most = -1; /* the largest probability of a hit */

    (void)worker;
    open_block(&b, s, block);
    while (seg_label_runs_next(&b.runs, &run))
        for (size_t i = run.begin; run.code == (uint32_t)s->cls && i < run.end; i++)
            most = probability(&b, i) > most ? probability(&b, i) : most;
    s->of_hit[block] = 1 - most;
}

/* Keys of the voxels of a block that take part; returns how many. The lowest bit of a key says whether it is a hit: one
 * part in 10^16 of the error. */
static size_t block_keys(const struct errors *s, size_t block, uint64_t *key)
{
    struct block b;
    seg_label_run run;
    size_t n = 0;

    open_block(&b, s, block);
    while (seg_label_runs_next(&b.runs, &run)) {
        bool hit = run.code == (uint32_t)s->cls;

        for (size_t i = run.begin; run.code != (uint32_t)s->pair->classes && i < run.end; i++) {
            double y = probability(&b, i);

            if (hit || y > s->least)
                key[n++] = (key_of(hit ? 1 - y : y) & ~(uint64_t)1) | hit;
        }
    }
    return n;
}

static void count(void *context, size_t block, int worker)
{
    const struct errors *s = context;
    uint64_t key[SEG_BLOCK];

    (void)worker;
    s->taken[block] = block_keys(s, block, key);
}

static void collect(void *context, size_t block, int worker)
{
    const struct errors *s = context;
    uint64_t key[SEG_BLOCK];
    size_t n = block_keys(s, block, key);

    (void)worker;
    memcpy(s->key + s->taken[block], key, n * sizeof *key);
}

/* An absent class: J jumps to 1 at the first miss, so the value is the largest error. */
static double largest_error(const struct errors *s)
{
    double largest = 0;

    for (size_t block = 0; block * SEG_BLOCK < s->pair->voxels; block++) {
        struct block b;
        seg_label_run run;

        open_block(&b, s, block);
        while (seg_label_runs_next(&b.runs, &run))
            for (size_t i = run.begin; run.code != (uint32_t)s->pair->classes && i < run.end; i++)
                largest = probability(&b, i) > largest ? probability(&b, i) : largest;
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

/* `hits`: voxels of the class. */
static seg_status sort_and_add(struct errors *s, size_t blocks, double hits, double *value, seg_error *err)
{
    size_t total = 0;
    uint64_t *spare = NULL;
    seg_status st;

    seg_parallel_for(blocks, find_least, s);
    s->least = 2;
    for (size_t b = 0; b < blocks; b++)
        s->least = s->of_hit[b] < s->least ? s->of_hit[b] : s->least;
    seg_parallel_for(blocks, count, s);
    for (size_t b = 0; b < blocks; b++) {
        size_t here = s->taken[b];

        s->taken[b] = total;
        total += here;
    }
    st = seg_alloc_big(&s->key, total, sizeof *s->key, "sorting errors", err);
    if (!st)
        st = seg_alloc_big(&spare, total, sizeof *spare, "sorting errors", err);
    if (!st) {
        seg_parallel_for(blocks, collect, s);
        sort(&s->key, &spare, total, 1);
        *value = add_up(s->key, total, hits);
    }
    free(spare);
    return st;
}

seg_status seg_lovasz_by_sorting(const seg_loss_ctx *work, int cls, double *value, seg_error *err)
{
    size_t blocks = (work->pair->voxels + SEG_BLOCK - 1) / SEG_BLOCK;
    struct errors s = {.pair = work->pair, .cls = cls};
    seg_status st;

    if (work->truth_voxels[cls] == 0) {
        *value = largest_error(&s);
        return SEG_OK;
    }
    st = seg_alloc(&s.of_hit, blocks, sizeof *s.of_hit, "block minima", err);
    if (!st)
        st = seg_alloc(&s.taken, blocks, sizeof *s.taken, "block counts", err);
    if (!st)
        st = sort_and_add(&s, blocks, (double)work->truth_voxels[cls], value, err);
    free(s.of_hit);
    free(s.taken);
    free(s.key);
    return st;
}

/* ---- gradient ---- */

/* Elements of two numbers: the key, and twice the voxel plus whether it is a hit. */
static size_t collect_with_index(const seg_pair *pair, int cls, uint64_t *element)
{
    double y[SEG_BLOCK];
    uint16_t code[SEG_BLOCK];
    size_t n = 0;

    for (size_t begin = 0; begin < pair->voxels; begin += SEG_BLOCK) {
        size_t left = pair->voxels - begin, here = left < SEG_BLOCK ? left : SEG_BLOCK;

        seg_pair_codes(pair, begin, here, code);
        seg_pair_prob(pair, cls, begin, here, y);
        for (size_t i = 0; i < here; i++) {
            bool hit = code[i] == cls;

            if (code[i] >= pair->classes)
                continue;
            element[2 * n] = key_of(hit ? 1 - y[i] : y[i]);
            element[2 * n++ + 1] = (uint64_t)(begin + i) << 1 | hit;
        }
    }
    return n;
}

seg_status seg_lovasz_class_gradient(const seg_loss_ctx *work, int cls, double *gradient, seg_error *err)
{
    const seg_pair *pair = work->pair;
    double hits = (double)work->truth_voxels[cls];
    struct walk w = {hits, hits};
    uint64_t *element = NULL, *spare = NULL;
    seg_status st = seg_alloc_big(&element, 2 * pair->voxels, sizeof *element, "sorting errors", err);

    if (!st)
        st = seg_alloc_big(&spare, 2 * pair->voxels, sizeof *spare, "sorting errors", err);
    if (!st) {
        size_t n = collect_with_index(pair, cls, element);

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

/* ---- map ---- */

/* J = 1 - I / U of what has been seen. */
struct seen {
    double I, U;
};

/* J_after - J_before, from whole numbers: nothing cancels. */
static double step_between(const struct seen *before, const struct seen *after)
{
    if (before->U == 0)
        return 1;
    return (before->I * after->U - after->I * before->U) / (before->U * after->U);
}

/* value: sum e dJ;  map: e (J_after - J_before) / count  for the block of voxels with the error e */
static void share_out(const uint64_t *element, size_t n, double hits, double scale, double *map)
{
    struct seen now = {hits, hits}, before;
    size_t end;

    for (size_t at = 0; at < n; at = end) {
        double share;

        before = now;
        for (end = at; end < n && element[2 * end] == element[2 * at]; end++) {
            now.I -= element[2 * end + 1] & 1;
            now.U += !(element[2 * end + 1] & 1);
        }
        share = scale * error_of(element[2 * at]) * step_between(&before, &now) / (double)(end - at);
        for (size_t i = at; i < end; i++)
            map[element[2 * i + 1] >> 1] = share;
    }
}

seg_status seg_lovasz_class_map(const seg_loss_ctx *work, int cls, double scale, double *map, seg_error *err)
{
    const seg_pair *pair = work->pair;
    uint64_t *element = NULL, *spare = NULL;
    seg_status st = seg_alloc_big(&element, 2 * pair->voxels, sizeof *element, "sorting errors", err);

    if (!st)
        st = seg_alloc_big(&spare, 2 * pair->voxels, sizeof *spare, "sorting errors", err);
    if (!st) {
        size_t n = collect_with_index(pair, cls, element);

        sort(&element, &spare, n, 2);
        share_out(element, n, (double)work->truth_voxels[cls], scale, map);
    }
    free(element);
    free(spare);
    return st;
}

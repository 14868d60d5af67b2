/* stretch.c - one label at a time along the truth, eight voxels at a time along a stretch.
 *
 * The logarithm is taken of products: -log y1 - log y2 - ... = -log(y1 y2 ...), one logarithm for some 30 voxels. Each
 * factor is at least eps, so as many factors as keep eps^n above the smallest double may be gathered; each product
 * rounds by 1.1e-16 of its value, so the sum is off by at most that much per voxel.
 */
#include "stretch.h"

#include <math.h>

#include "../base/octet.h"

/* The row that holds voxel `begin`, and the run of that row that holds it. */
seg_stretches seg_stretches_of(const seg_labelmap *map, size_t begin, size_t end)
{
    seg_stretches s = {.map = map, .at = begin, .end = end, .row = begin / map->grid.n[0]};
    size_t x = begin % map->grid.n[0], low, high;

    if (begin >= end)
        return s;
    low = map->first[s.row], high = map->first[s.row + 1];
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (map->run[middle].x <= x)
            low = middle;
        else
            high = middle;
    }
    s.run = low;
    return s;
}

/* The first voxel after the current run. */
static size_t run_end(const seg_stretches *s)
{
    size_t row_begin = s->row * s->map->grid.n[0];

    if (s->run + 1 < s->map->first[s->row + 1])
        return row_begin + s->map->run[s->run + 1].x;
    return row_begin + s->map->grid.n[0];
}

bool seg_stretches_next(seg_stretches *s, seg_stretch *stretch)
{
    const seg_labelmap *map = s->map;

    if (s->at >= s->end)
        return false;
    stretch->begin = s->at;
    stretch->code = map->run[s->run].code;
    while (s->at < s->end && map->run[s->run].code == stretch->code) {
        s->at = run_end(s);
        if (++s->run == map->first[s->row + 1])
            s->row++;
    }
    if (s->at > s->end)
        s->at = s->end;
    stretch->end = s->at;
    return true;
}

/* A predicted label map as probabilities 1 and 0. */
static void hard_block(const seg_labelmap *hard, uint32_t class, size_t begin, size_t n, float *out)
{
    seg_stretches s = seg_stretches_of(hard, begin, begin + n);
    seg_stretch stretch;

    while (seg_stretches_next(&s, &stretch))
        for (size_t i = stretch.begin; i < stretch.end; i++)
            out[i - begin] = stretch.code == class ? 1.0f : 0.0f;
}

const float *seg_plane_block(const seg_pair *pair, int class, size_t begin, size_t n, float *scratch, bool *flip)
{
    bool foreground_only = pair->prob.planes == 1;

    *flip = foreground_only && class == 0;
    if (pair->prob.planes > 0)
        return seg_probmap_block(&pair->prob, foreground_only ? 0 : class, begin, n, scratch);
    hard_block(&pair->hard, (uint32_t)class, begin, n, scratch);
    return scratch;
}

SEG_OCTET_KERNEL static void widen_straight(const float *p, size_t n, double *y)
{
    seg_double8 eight;
    size_t i = 0;

    for (; i + SEG_OCTET <= n; i += SEG_OCTET) {
        seg_octet_load(&eight, p + i, false);
        memcpy(y + i, &eight, sizeof eight);
    }
    for (; i < n; i++)
        y[i] = seg_octet_one(p[i], false);
}

static void widen_flipped(const float *p, size_t n, double *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = seg_octet_one(p[i], true);
}

void seg_plane_prob(const seg_pair *pair, int class, size_t begin, size_t n, double *y)
{
    float scratch[SEG_BLOCK];

    for (size_t done = 0; done < n; done += SEG_BLOCK) {
        size_t part = n - done < SEG_BLOCK ? n - done : SEG_BLOCK;
        bool flip;
        const float *p = seg_plane_block(pair, class, begin + done, part, scratch, &flip);

        (flip ? widen_flipped : widen_straight)(p, part, y + done);
    }
}

void seg_plane_target(const seg_pair *pair, int class, size_t begin, size_t n, double *t)
{
    seg_stretches stretches = seg_stretches_of(&pair->truth, begin, begin + n);
    seg_stretch s;

    if (seg_pair_soft(pair)) {
        seg_pair_target(pair, class, begin, n, t);
        return;
    }
    memset(t, 0, n * sizeof *t);
    while (seg_stretches_next(&stretches, &s))
        for (size_t i = s.begin; s.code == (uint32_t)class && i < s.end; i++)
            t[i - begin] = 1;
}

void seg_own_begin(seg_own *own, const seg_pair *pair, size_t begin, size_t end)
{
    own->pair = pair;
    own->stretches = seg_stretches_of(&pair->truth, begin, end);
    own->rest = (seg_stretch){0};
    memset(own->window, 0, sizeof own->window);
}

/* The window that holds the first voxel of the rest, filled if need be. */
static const seg_stretch *window_of(seg_own *own, size_t slot)
{
    seg_stretch *window = &own->window[slot];
    size_t begin = own->rest.begin, left = own->stretches.end - begin;
    bool flip;

    if (window->code != own->rest.code || begin < window->begin || begin >= window->end) {
        *window = (seg_stretch){begin, begin + (left < SEG_OWN_WINDOW ? left : SEG_OWN_WINDOW), own->rest.code};
        (void)seg_plane_block(own->pair, (int)window->code, begin, window->end - begin, own->value[slot], &flip);
    }
    return window;
}

bool seg_own_next(seg_own *own, seg_own_piece *piece)
{
    seg_stretch *rest = &own->rest;
    const seg_pair *pair = own->pair;
    size_t end, slot;

    while (rest->begin == rest->end || rest->code == (uint32_t)pair->classes)
        if (!seg_stretches_next(&own->stretches, rest))
            return false;
    end = rest->end;
    slot = rest->code % SEG_OWN_WINDOWS;
    if (pair->prob.prob) {
        piece->p = seg_plane_block(pair, (int)rest->code, rest->begin, end - rest->begin, NULL, &piece->flip);
    } else {
        const seg_stretch *window = window_of(own, slot);

        end = end < window->end ? end : window->end;
        piece->p = own->value[slot] + (rest->begin - window->begin);
        piece->flip = pair->prob.planes == 1 && rest->code == 0;
    }
    piece->n = end - rest->begin;
    piece->code = rest->code;
    rest->begin = end;
    return true;
}

size_t seg_stretch_true_prob(const seg_pair *pair, size_t begin, size_t n, double *y)
{
    seg_own_piece piece;
    seg_own own;
    size_t kept = 0;

    seg_own_begin(&own, pair, begin, begin + n);
    for (; seg_own_next(&own, &piece); kept += piece.n)
        (piece.flip ? widen_flipped : widen_straight)(piece.p, piece.n, y + kept);
    return kept;
}

void seg_stretch_own_plainly(const float *p, size_t n, bool flip, double eps, seg_stretch_sums *sums)
{
    for (size_t i = 0; i < n; i++) {
        double y = seg_octet_one(p[i], flip);

        sums->mass += y;
        sums->square += y * y;
        sums->error += (1 - y) * (1 - y);
        sums->log -= log(y > eps ? y : eps);
    }
}

/* The values as they are, which is right while all lie in [0, 1]: *outside keeps its sign bits 0 then. This takes two
 * thirds of the time of moving each value there. */
SEG_OCTET_INLINE void load_unmoved(seg_double8 *y, const float *p, seg_int8 *outside)
{
    const int32_t one = 0x3f800000; /* the bits of 1.0f; bits of floats >= 0 are in the order of the floats */
    seg_float8 x;
    seg_int8 bits;

    memcpy(&x, p, sizeof x);
    memcpy(&bits, p, sizeof bits);
    *outside |= bits | (one - (bits & INT32_MAX));
    *y = __builtin_convertvector(x, seg_double8);
}

SEG_OCTET_INLINE bool add_mass(const float *p, size_t n, bool flip, bool move, seg_stretch_sums *sums)
{
    seg_double8 mass = {0}, square = {0}, y;
    seg_int8 outside = {0};
    double m = 0, q = 0;
    size_t i = 0;

    for (; i + SEG_OCTET <= n; i += SEG_OCTET) {
        if (move)
            seg_octet_load(&y, p + i, flip);
        else
            load_unmoved(&y, p + i, &outside);
        mass += y;
        square += y * y;
    }
    if (seg_octet_any_negative(&outside))
        return false;
    for (; i < n; i++) {
        double rest = seg_octet_one(p[i], flip);

        m += rest;
        q += rest * rest;
    }
    sums->mass += seg_octet_sum(&mass) + m;
    sums->square += seg_octet_sum(&square) + q;
    return true;
}

SEG_OCTET_KERNEL static void add_mass_straight(const float *p, size_t n, seg_stretch_sums *sums)
{
    if (!add_mass(p, n, false, false, sums))
        add_mass(p, n, false, true, sums);
}

SEG_OCTET_KERNEL static void add_mass_flipped(const float *p, size_t n, seg_stretch_sums *sums)
{
    add_mass(p, n, true, true, sums);
}

void seg_stretch_mass(const float *p, size_t n, bool flip, seg_stretch_sums *sums)
{
    (flip ? add_mass_flipped : add_mass_straight)(p, n, sums);
}

/* How many factors >= eps have a product that is surely a normal number. */
static size_t factors_per_product(double eps)
{
    double n = 700 / -log(eps);

    return n < 1 ? 1 : (size_t)n;
}

/* Up to `factors` steps of eight voxels from p; the product of each lane ends in one logarithm. */
SEG_OCTET_INLINE void add_own(const float *p, size_t n, bool flip, double eps, size_t factors, seg_stretch_sums *sums)
{
    seg_double8 mass = {0}, square = {0}, error = {0}, y;
    double m = 0, q = 0, e = 0, l = 0, last = 1;
    size_t i = 0;

    while (i + SEG_OCTET <= n) {
        seg_double8 product = {1, 1, 1, 1, 1, 1, 1, 1};
        double lane[SEG_OCTET];

        for (size_t step = 0; step < factors && i + SEG_OCTET <= n; step++, i += SEG_OCTET) {
            seg_octet_load(&y, p + i, flip);
            mass += y;
            square += y * y;
            error += (1.0 - y) * (1.0 - y);
            seg_octet_at_least(&y, eps);
            product *= y;
        }
        memcpy(lane, &product, sizeof lane);
        for (int k = 0; k < SEG_OCTET; k++)
            l -= log(lane[k]);
    }
    for (size_t left = factors; i < n; i++) {
        double rest = seg_octet_one(p[i], flip);

        m += rest;
        q += rest * rest;
        e += (1 - rest) * (1 - rest);
        last *= rest > eps ? rest : eps;
        if (--left == 0) {
            l -= log(last);
            last = 1;
            left = factors;
        }
    }
    sums->mass += seg_octet_sum(&mass) + m;
    sums->square += seg_octet_sum(&square) + q;
    sums->error += seg_octet_sum(&error) + e;
    sums->log += l - log(last);
}

SEG_OCTET_KERNEL static void add_own_straight(const float *p, size_t n, double eps, size_t factors,
                                              seg_stretch_sums *sums)
{
    add_own(p, n, false, eps, factors, sums);
}

SEG_OCTET_KERNEL static void add_own_flipped(const float *p, size_t n, double eps, size_t factors,
                                             seg_stretch_sums *sums)
{
    add_own(p, n, true, eps, factors, sums);
}

void seg_stretch_own(const float *p, size_t n, bool flip, double eps, seg_stretch_sums *sums)
{
    (flip ? add_own_flipped : add_own_straight)(p, n, eps, factors_per_product(eps), sums);
}

/* redraw.c - candidates near a border keep their distances to all classes; a redraw then only compares. */
#include "redraw.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../geometry/edt.h"

/* ---- random numbers ---- */

static const uint64_t GOLDEN_RATIO = 0x9e3779b97f4a7c15u;

/* The finaliser of splitmix64. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

double seg_redraw_uniform(uint64_t seed, uint64_t stream, uint64_t counter)
{
    uint64_t key = mix(mix(seed + GOLDEN_RATIO) + stream * GOLDEN_RATIO);

    return (double)(mix(key + (counter + 1) * GOLDEN_RATIO) >> 11) * 0x1p-53;
}

/* Streams that must not meet: redraws count from 1 and stay far below 2^32. */
enum { STREAM_BITS = 32 };

/* ---- label noise ---- */

struct noise {
    const seg_redraw *r;
    uint64_t number;
    uint16_t *code;
};

static void change_block(void *context, size_t begin, size_t end)
{
    const struct noise *n = context;
    const seg_redraw_options *o = n->r->options;
    int classes = n->r->pair->classes;

    for (size_t i = begin; i < end; i++) {
        int label = n->r->code[i], step = 1;

        n->code[i] = (uint16_t)label;
        if (label >= classes || seg_redraw_uniform(o->seed, n->number, i) >= o->rho)
            continue;
        if (classes > 2)
            step +=
                (int)floor(seg_redraw_uniform(o->seed, n->number + ((uint64_t)1 << STREAM_BITS), i) * (classes - 1));
        n->code[i] = (uint16_t)((label + step) % classes);
    }
}

/* ---- moving borders ---- */

static double finest(const seg_pair *pair)
{
    const double *mm = pair->grid.mm;
    double least = fmin(mm[0], mm[1]);

    return pair->grid.n[2] > 1 ? fmin(least, mm[2]) : least;
}

/* Only where the nearest other label is nearer than this can a label change: both borders move by at most `jitter`. */
static double band_of(const seg_redraw *r)
{
    return (2 * r->options->jitter + 1) * finest(r->pair);
}

/* A voxel is a candidate when its own class ends within the band. */
static seg_status find_candidates(seg_redraw *r, uint8_t *near, seg_error *err)
{
    size_t n = 0;
    seg_status st;

    for (size_t i = 0; i < r->pair->voxels; i++)
        n += near[i];
    st = seg_alloc(&r->at, n, sizeof *r->at, "voxels at a border", err);
    if (!st)
        st = seg_alloc(&r->distance, n * (size_t)r->pair->classes, sizeof *r->distance, "distances", err);
    for (size_t i = 0; !st && i < r->pair->voxels; i++)
        if (near[i])
            r->at[r->candidates++] = i;
    return st;
}

/* The distance map of a class; *partly: it has an edge. */
static seg_status class_distance(const seg_redraw *r, int cls, float *distance, bool *partly, seg_error *err)
{
    seg_mask set = {0};
    seg_status st = seg_mask_of_code(&set, &r->pair->truth, (uint32_t)cls, err);

    *partly = !st && seg_mask_extent(&set) == SEG_SET_PARTLY;
    if (*partly)
        st = seg_edt_signed(&set, r->pair->grid.mm, distance, err);
    seg_mask_free(&set);
    return st;
}

static seg_status mark_near(const seg_redraw *r, float *distance, uint8_t *near, seg_error *err)
{
    double band = band_of(r);
    seg_status st = SEG_OK;

    for (int cls = 0; !st && cls < r->pair->classes; cls++) {
        bool partly;

        st = class_distance(r, cls, distance, &partly, err);
        for (size_t i = 0; !st && partly && i < r->pair->voxels; i++)
            near[i] |= r->code[i] == cls && -(double)distance[i] <= band;
    }
    return st;
}

/* Distances run between centres: half a voxel is taken off, so that the border itself has 0. */
static seg_status fill_distances(seg_redraw *r, float *distance, seg_error *err)
{
    float half = (float)(finest(r->pair) / 2);
    size_t classes = (size_t)r->pair->classes;
    seg_status st = SEG_OK;

    for (size_t cls = 0; !st && cls < classes; cls++) {
        bool partly;

        st = class_distance(r, (int)cls, distance, &partly, err);
        for (size_t k = 0; !st && k < r->candidates; k++) {
            float d = partly ? distance[r->at[k]] : INFINITY;

            r->distance[k * classes + cls] = d < 0 ? d + half : d - half;
        }
    }
    return st;
}

seg_status seg_redraw_begin(seg_redraw *r, const seg_pair *pair, const seg_redraw_options *options, seg_error *err)
{
    uint8_t *near = NULL;
    float *distance = NULL;
    seg_status st;

    *r = (seg_redraw){.pair = pair, .options = options};
    st = seg_alloc_big(&r->code, pair->voxels, sizeof *r->code, "the truth", err);
    for (size_t at = 0; !st && at < pair->voxels; at += SEG_BLOCK)
        seg_pair_codes(pair, at, pair->voxels - at < SEG_BLOCK ? pair->voxels - at : SEG_BLOCK, r->code + at);
    if (st || options->noise || options->jitter == 0)
        return st;
    st = seg_alloc(&near, pair->voxels, sizeof *near, "voxels at a border", err);
    if (!st)
        st = seg_alloc_big(&distance, pair->voxels, sizeof *distance, "a distance map", err);
    if (!st)
        st = mark_near(r, distance, near, err);
    if (!st)
        st = find_candidates(r, near, err);
    if (!st)
        st = fill_distances(r, distance, err);
    free(near);
    free(distance);
    return st;
}

void seg_redraw_free(seg_redraw *r)
{
    free(r->code);
    free(r->at);
    free(r->distance);
    *r = (seg_redraw){0};
}

/* ---- noise in space ---- */

struct moving {
    const seg_redraw *r;
    uint64_t number;
    uint16_t *code;
    size_t lattice[3]; /* points */
};

static double smoothstep(double t)
{
    return t * t * (3 - 2 * t);
}

/* h in [-1, 1] of a label at a voxel: values at the points of a lattice, smooth between them. */
static double noise_at(const struct moving *m, int cls, size_t voxel)
{
    const size_t *n = m->r->pair->grid.n;
    const seg_redraw_options *o = m->r->options;
    uint64_t stream = m->number + ((uint64_t)(m->r->pair->id[cls] + 2) << STREAM_BITS);
    size_t at[3] = {voxel % n[0], voxel / n[0] % n[1], voxel / n[0] / n[1]}, cell[3];
    double t[3], sum = 0;

    for (int a = 0; a < 3; a++) {
        double x = (double)at[a] / o->grain;

        cell[a] = (size_t)x;
        t[a] = smoothstep(x - (double)cell[a]);
    }
    for (int corner = 0; corner < 8; corner++) {
        size_t x = cell[0] + (corner & 1), y = cell[1] + (corner >> 1 & 1), z = cell[2] + (corner >> 2);
        double w = (corner & 1 ? t[0] : 1 - t[0]) * (corner & 2 ? t[1] : 1 - t[1]) * (corner & 4 ? t[2] : 1 - t[2]);
        uint64_t point = x + m->lattice[0] * (y + m->lattice[1] * z);

        if (w > 0)
            sum += w * (2 * seg_redraw_uniform(o->seed, stream, point) - 1);
    }
    return sum;
}

static void move_candidate(void *context, size_t begin, size_t end)
{
    const struct moving *m = context;
    double reach = m->r->options->jitter * finest(m->r->pair);
    size_t classes = (size_t)m->r->pair->classes;

    for (size_t k = begin; k < end; k++) {
        const float *distance = m->r->distance + k * classes;
        size_t voxel = m->r->at[k], own = m->r->code[voxel];
        double least = INFINITY;

        for (size_t c = 0; c < classes; c++) {
            double S = (double)distance[c];

            /* others that cannot win need no noise */
            if (!isfinite(S) || S - reach > (double)distance[own] + reach)
                continue;
            S -= reach * noise_at(m, (int)c, voxel);
            if (S < least) {
                least = S;
                m->code[voxel] = (uint16_t)c;
            }
        }
    }
}

void seg_redraw_codes(const seg_redraw *r, size_t number, uint16_t *code)
{
    struct noise noise = {r, number, code};
    struct moving moving = {r, number, code, {0}};

    if (r->options->noise) {
        seg_parallel_blocks(r->pair->voxels, change_block, &noise);
        return;
    }
    memcpy(code, r->code, r->pair->voxels * sizeof *code);
    for (int a = 0; a < 3; a++)
        moving.lattice[a] = (size_t)((double)r->pair->grid.n[a] / r->options->grain) + 2;
    seg_parallel_blocks(r->candidates, move_candidate, &moving);
}

seg_status seg_redraw_truth(seg_labelmap *truth, const seg_pair *pair, const uint16_t *code, seg_error *err)
{
    size_t nx = pair->grid.n[0];
    seg_status st = seg_labelmap_begin(truth, &pair->grid, err);

    for (size_t row = 0; !st && row < seg_grid_rows(&pair->grid); row++)
        st = seg_labelmap_add_row_codes(truth, code + row * nx, err);
    return st ? st : seg_labelmap_close(truth, err);
}

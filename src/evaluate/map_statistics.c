/* map_statistics.c - zones by distance maps, objects by connected components, and sums of the gradient over both. */
#include "map_statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../base/parallel.h"
#include "../geometry/components.h"
#include "../geometry/edt.h"

const char *const seg_zone_words[] = {"inner", "interior", "outer", "near", "far", NULL};

/* Lengths are compared with this relative slack: distances are floats. */
static const double SLACK = 1e-6;

/* ---- zones ---- */

struct zoning {
    const seg_pair *pair;
    const float *distance; /* signed, of one foreground class or of all of them */
    int cls;               /* -1: the background by the distance to all foreground */
    const seg_zone_options *options;
    uint8_t *place;
};

static void zone_block(void *context, size_t begin, size_t end)
{
    const struct zoning *z = context;
    double band = z->options->band * (1 + SLACK), near = z->options->near * (1 + SLACK);
    uint16_t code[SEG_BLOCK];

    seg_pair_codes(z->pair, begin, end - begin, code);
    for (size_t i = begin; i < end; i++) {
        int c = code[i - begin];
        double d = z->distance[i];

        if (c == z->cls)
            z->place[i] = d < 0 && -d <= band ? SEG_ZONE_INNER : SEG_ZONE_INTERIOR;
        else if (z->cls < 0 && c < z->pair->classes && !seg_pair_foreground(z->pair, c))
            z->place[i] = d > 0 && d <= band ? SEG_ZONE_OUTER : d > 0 && d <= near ? SEG_ZONE_NEAR : SEG_ZONE_FAR;
    }
}

static void add_to_mask(seg_mask *all, const seg_mask *one)
{
    for (size_t i = 0; i < all->words * all->n[1] * all->n[2]; i++)
        all->bit[i] |= one->bit[i];
}

static seg_status zone_class(struct zoning *z, const seg_mask *set, float *distance, seg_error *err)
{
    static const double voxel[3] = {1, 1, 1};
    seg_status st = seg_edt_signed(set, z->options->mm ? z->pair->grid.mm : voxel, distance, err);

    z->distance = distance;
    if (!st)
        seg_parallel_blocks(z->pair->voxels, zone_block, z);
    return st;
}

/* ---- objects ---- */

static void mark(seg_map_regions *r, const seg_components *found, size_t first, const size_t n[3])
{
    for (size_t row = 0; row < found->rows; row++)
        for (size_t k = found->first[row]; k < found->first[row + 1]; k++) {
            const seg_component_run *run = &found->stretch[k];
            seg_map_object *o = &r->objects[first + run->component];

            for (size_t x = run->begin; x < run->end; x++) {
                size_t i = row * n[0] + x;

                r->object[i] = (uint32_t)(first + run->component + 1);
                o->wrong += r->place[i] < SEG_PLACE_IGNORED && r->place[i] & SEG_PLACE_ERROR;
                o->centroid[0] += (double)x;
                o->centroid[1] += (double)(row % n[1]);
                o->centroid[2] += (double)(row / n[1]);
            }
        }
}

static seg_status find_objects(seg_map_regions *r, const seg_pair *pair, int cls, const seg_mask *set, seg_error *err)
{
    seg_components found = {0};
    size_t first = r->n_objects;
    seg_status st = seg_components_find(&found, set, SEG_CONN_CORNER, err);

    if (!st)
        st = seg_grow(&r->objects, &r->room_objects, first + found.n, sizeof *r->objects, "objects", err);
    for (size_t i = 0; !st && i < found.n; i++)
        r->objects[first + i] = (seg_map_object){.cls = cls, .number = i + 1, .size = found.voxels[i]};
    if (!st) {
        r->n_objects += found.n;
        mark(r, &found, first, pair->grid.n);
    }
    for (size_t i = first; !st && i < r->n_objects; i++)
        for (int a = 0; a < 3; a++)
            r->objects[i].centroid[a] /= (double)r->objects[i].size;
    seg_components_free(&found);
    return st;
}

/* ---- what the prediction is ---- */

/* Below this distance from 1 the largest probability leaves nothing to learn from. */
static const double SATURATED = 1e-4;

enum { COUNTED, WRONG, SATURATED_ALL, SATURATED_WRONG, SUMS };

struct looking {
    const seg_pair *pair;
    uint8_t *place;
};

static void look_block(void *context, size_t begin, size_t end, double *sums)
{
    const struct looking *l = context;
    uint16_t truth[SEG_BLOCK], called[SEG_BLOCK];
    double y[SEG_BLOCK], most[SEG_BLOCK] = {0};

    seg_pair_codes(l->pair, begin, end - begin, truth);
    seg_labelmap_codes(&l->pair->pred_labels, begin, end - begin, called);
    for (int c = 0; l->pair->prob.planes && c < l->pair->classes; c++) {
        seg_pair_prob(l->pair, c, begin, end - begin, y);
        for (size_t i = 0; i < end - begin; i++)
            most[i] = y[i] > most[i] ? y[i] : most[i];
    }
    for (size_t i = 0; i < end - begin; i++) {
        bool wrong = truth[i] != called[i], saturated = 1 - most[i] < SATURATED;

        if (truth[i] >= l->pair->classes) {
            l->place[begin + i] = SEG_PLACE_IGNORED;
            continue;
        }
        l->place[begin + i] |= wrong ? SEG_PLACE_ERROR : 0;
        sums[COUNTED]++;
        sums[WRONG] += wrong;
        sums[SATURATED_ALL] += saturated;
        sums[SATURATED_WRONG] += saturated && wrong;
    }
}

static seg_status look_at_prediction(seg_map_regions *r, const seg_pair *pair, seg_error *err)
{
    struct looking l = {pair, r->place};
    double sums[SUMS];
    bool labels = pair->prob.planes == 0;
    seg_status st = seg_parallel_sum(pair->voxels, SUMS, look_block, &l, sums, err);

    r->counted = (uint64_t)sums[COUNTED];
    r->errors = (uint64_t)sums[WRONG];
    r->saturated_share = labels || sums[COUNTED] == 0 ? NAN : sums[SATURATED_ALL] / sums[COUNTED];
    r->saturated_errors = labels || sums[WRONG] == 0 ? NAN : sums[SATURATED_WRONG] / sums[WRONG];
    return st;
}

static seg_status each_class(seg_map_regions *r, const seg_pair *pair, const seg_zone_options *options, float *distance,
                             seg_mask *all, seg_error *err)
{
    struct zoning z = {.pair = pair, .options = options, .place = r->place};
    seg_status st = SEG_OK;

    for (z.cls = 0; !st && z.cls < pair->classes; z.cls++) {
        seg_mask set = {0};

        if (!seg_pair_foreground(pair, z.cls))
            continue;
        st = seg_mask_of_code(&set, &pair->truth, (uint32_t)z.cls, err);
        if (!st && seg_mask_extent(&set) != SEG_SET_EMPTY) {
            add_to_mask(all, &set);
            st = zone_class(&z, &set, distance, err);
        }
        seg_mask_free(&set);
    }
    z.cls = -1;
    return st ? st : zone_class(&z, all, distance, err);
}

static seg_status find_all_objects(seg_map_regions *r, const seg_pair *pair, seg_error *err)
{
    seg_status st = SEG_OK;

    for (int cls = 0; !st && cls < pair->classes; cls++) {
        seg_mask set = {0};

        if (!seg_pair_foreground(pair, cls))
            continue;
        st = seg_mask_of_code(&set, &pair->truth, (uint32_t)cls, err);
        if (!st)
            st = find_objects(r, pair, cls, &set, err);
        seg_mask_free(&set);
    }
    return st;
}

seg_status seg_map_regions_find(seg_map_regions *r, const seg_pair *pair, const seg_zone_options *options,
                                seg_error *err)
{
    float *distance = NULL;
    seg_mask all = {0};
    seg_status st;

    *r = (seg_map_regions){0};
    st = seg_alloc_big(&r->place, pair->voxels, sizeof *r->place, "zones", err);
    if (!st)
        st = seg_alloc_big(&r->object, pair->voxels, sizeof *r->object, "objects", err);
    if (!st)
        st = seg_alloc_big(&distance, pair->voxels, sizeof *distance, "a distance map", err);
    if (!st)
        st = seg_mask_alloc(&all, pair->grid.n, err);
    if (!st) {
        memset(r->place, SEG_ZONE_FAR, pair->voxels);
        memset(r->object, 0, pair->voxels * sizeof *r->object);
        st = each_class(r, pair, options, distance, &all, err);
    }
    if (!st)
        st = look_at_prediction(r, pair, err);
    if (!st)
        st = find_all_objects(r, pair, err);
    seg_mask_free(&all);
    free(distance);
    return st;
}

void seg_map_regions_free(seg_map_regions *r)
{
    free(r->place);
    free(r->object);
    free(r->objects);
    *r = (seg_map_regions){0};
}

/* ---- statistics ---- */

enum { L1, SQUARE, MAXIMUM, ERRORS, FIRST_ZONE, WIDTH = FIRST_ZONE + SEG_ZONES };

struct measuring {
    const double *a;
    const uint8_t *place;
    double *most; /* [blocks] */
};

static void measure_block(void *context, size_t begin, size_t end, double *sums)
{
    const struct measuring *m = context;
    double most = 0;

    for (size_t i = begin; i < end; i++) {
        double a = m->a[i];

        if (m->place[i] & SEG_PLACE_IGNORED)
            continue;
        sums[L1] += a;
        sums[SQUARE] += a * a;
        sums[ERRORS] += m->place[i] & SEG_PLACE_ERROR ? a : 0;
        sums[FIRST_ZONE + (m->place[i] & ~SEG_PLACE_ERROR)] += a;
        most = a > most ? a : most;
    }
    m->most[begin / SEG_BLOCK] = most;
}

/* Voxels one after another: an object may cross any block. */
static seg_status pull_objects(const double *a, const seg_map_regions *r, size_t voxels,
                               const seg_gradient_statistics *s, seg_object_pull *object, seg_error *err)
{
    double *wrong, typical = s->l1 / s->n_eff;
    seg_status st = seg_alloc(&wrong, r->n_objects, sizeof *wrong, "objects", err);

    for (size_t i = 0; !st && i < voxels; i++)
        if (r->object[i]) {
            object[r->object[i] - 1].share += a[i];
            wrong[r->object[i] - 1] += r->place[i] & SEG_PLACE_ERROR ? a[i] : 0;
        }
    for (size_t k = 0; !st && k < r->n_objects; k++) {
        const seg_map_object *o = &r->objects[k];

        object[k].share = s->l1 > 0 ? object[k].share / s->l1 : NAN;
        object[k].pull = s->l1 > 0 && o->wrong > 0 ? wrong[k] / (double)o->wrong / typical : NAN;
        object[k].dead = 2 * (o->size - o->wrong) <= o->size && object[k].pull < 0.01;
    }
    free(wrong);
    return st;
}

seg_status seg_gradient_statistics_find(seg_gradient_statistics *out, const double *a, size_t nonfinite,
                                        const seg_map_regions *r, size_t voxels, seg_object_pull *object,
                                        seg_error *err)
{
    size_t blocks = (voxels + SEG_BLOCK - 1) / SEG_BLOCK;
    struct measuring m = {a, r->place, NULL};
    double sums[WIDTH];
    seg_status st = seg_alloc(&m.most, blocks, sizeof *m.most, "block maxima", err);

    *out = (seg_gradient_statistics){.nonfinite = nonfinite};
    if (!st)
        st = seg_parallel_sum(voxels, WIDTH, measure_block, &m, sums, err);
    for (size_t b = 0; !st && b < blocks; b++)
        out->max = m.most[b] > out->max ? m.most[b] : out->max;
    free(m.most);
    if (st)
        return st;
    out->l1 = sums[L1];
    /* divided first: squares of tiny gradients underflow only when they are below 1e-154 */
    out->n_eff = out->l1 > 0 ? out->l1 / (sums[SQUARE] / out->l1) : NAN;
    out->errors = out->l1 > 0 ? sums[ERRORS] / out->l1 : NAN;
    for (int z = 0; z < SEG_ZONES; z++)
        out->zone[z] = out->l1 > 0 ? sums[FIRST_ZONE + z] / out->l1 : NAN;
    return object ? pull_objects(a, r, voxels, out, object, err) : SEG_OK;
}

double seg_gradient_vs_ce(const seg_gradient_statistics *s, const seg_gradient_statistics *ce)
{
    return ce->l1 > 0 ? s->l1 / ce->l1 : NAN;
}

double seg_gradient_concentration(const seg_gradient_statistics *s, const seg_gradient_statistics *ce)
{
    return s->l1 > 0 && ce->l1 > 0 ? s->max / s->l1 / (ce->max / ce->l1) : NAN;
}

bool seg_gradient_vanishing(const seg_gradient_statistics *s, const seg_gradient_statistics *ce,
                            const seg_map_regions *r)
{
    return r->errors > 0 && seg_gradient_vs_ce(s, ce) < 1e-3;
}

bool seg_gradient_exploding(const seg_gradient_statistics *s, const seg_gradient_statistics *ce)
{
    return s->nonfinite > 0 || seg_gradient_concentration(s, ce) > 100;
}

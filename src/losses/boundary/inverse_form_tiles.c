/* inverse_form_tiles.c - from voxels to tiles of boundary to distances, and back again for the gradient.
 *
 * The probability and the truth of a class become block means of `shrink` pixels (the last row and column
 * repeated to fill the last blocks), then bands of boundary over the whole slice, then tiles; tiles past the
 * right and lower end are filled up with 0.
 */
#include "inverse_form_tiles.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/memory.h"
#include "../../image/label_runs.h"
#include "inverse_form_distance.h"
#include "inverse_form_edge.h"
#include "masked_class.h"

/* ---- room ---- */

seg_status seg_inverse_room_claim(seg_inverse_room *room, const seg_inverse_tiles *tiles, seg_error *err)
{
    const size_t *n = tiles->pair->grid.n;
    size_t mx = (n[0] + tiles->shrink - 1) / tiles->shrink, my = (n[1] + tiles->shrink - 1) / tiles->shrink;
    size_t inputs = tiles->net->width[0], values = seg_inverse_network_values(tiles->net), pixels = mx * my;
    double **const part[] = {&room->row, &room->map[0], &room->map[1], &room->edge[0], &room->edge[1],
                             &room->low, &room->x,      &room->dx,     &room->value,   &room->slope};
    const size_t size[] = {n[0], pixels, pixels, pixels, pixels, pixels, inputs, inputs, values, values};
    size_t total = 0, parts = sizeof size / sizeof *size;
    seg_status st;

    *room = (seg_inverse_room){.mx = mx, .my = my};
    for (size_t i = 0; i < parts; i++)
        total += size[i];
    st = seg_alloc(&room->memory, total, sizeof *room->memory, "tiles", err);
    total = 0;
    for (size_t i = 0; !st && i < parts; i++) {
        *part[i] = room->memory + total;
        total += size[i];
    }
    return st;
}

void seg_inverse_room_free(seg_inverse_room *room)
{
    free(room->memory);
    *room = (seg_inverse_room){0};
}

/* ---- shrinking ---- */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Adds a row of nx numbers to the mx sums of `shrink` columns each. */
static void add_row(const double *row, size_t nx, size_t shrink, size_t mx, double *sums)
{
    for (size_t x = 0; x < mx; x++)
        for (size_t k = x * shrink; k < (x + 1) * shrink; k++)
            sums[x] += row[least(k, nx - 1)];
}

/* room->map[which] = block means of the class: 0 the prediction, 1 the truth. Ignored voxels are 0 in
 * both. */
static void shrink_map(const seg_inverse_tiles *t, seg_inverse_room *room, int which, int cls, size_t z)
{
    size_t nx = t->pair->grid.n[0], ny = t->pair->grid.n[1], last = SIZE_MAX;
    double *map = room->map[which], area = (double)t->shrink * (double)t->shrink;

    memset(map, 0, room->mx * room->my * sizeof *map);
    for (size_t y = 0; y < room->my * t->shrink; y++) {
        size_t from = least(y, ny - 1);

        if (from != last && which == 0)
            seg_class_prob(t->pair, cls, (z * ny + from) * nx, nx, room->row);
        else if (from != last)
            seg_pair_target(t->pair, cls, (z * ny + from) * nx, nx, room->row);
        last = from;
        add_row(room->row, nx, t->shrink, room->mx, map + y / t->shrink * room->mx);
    }
    for (size_t i = 0; i < room->mx * room->my; i++)
        map[i] /= area;
}

static void make_edges(const seg_inverse_tiles *t, seg_inverse_room *room, int cls, size_t z)
{
    for (int which = 0; which < 2; which++) {
        shrink_map(t, room, which, cls, z);
        seg_inverse_edge(room->map[which], room->mx, room->my, t->net->band, room->edge[which], room->low);
    }
}

/* ---- one tile ---- */

struct tile {
    size_t x, y;    /* its first pixel */
    double mass[2]; /* boundary in the prediction and in the truth */
    bool present[2];
    const double *out; /* of the network, when both are present */
    double distance, weight;
};

/* Copies the tile of one edge map into out[T][T], filled up with 0; returns its mass. */
static double cut(const seg_inverse_room *room, const double *edge, const struct tile *tile, size_t T, double *out)
{
    double mass = 0;

    memset(out, 0, T * T * sizeof *out);
    for (size_t y = tile->y; y < least(tile->y + T, room->my); y++)
        for (size_t x = tile->x; x < least(tile->x + T, room->mx); x++)
            mass += out[(y - tile->y) * T + x - tile->x] = edge[y * room->mx + x];
    return mass;
}

static double norm(const double *x, size_t n)
{
    double square = 0;

    for (size_t i = 0; i < n; i++)
        square += x[i] * x[i];
    return sqrt(square);
}

static double network_distance(const seg_inverse_tiles *t, const double *out)
{
    return t->geodesic ? seg_inverse_geodesic(out, t->lam) : norm(out, t->net->width[t->net->layers]);
}

static struct tile look_at(const seg_inverse_tiles *t, seg_inverse_room *room, size_t x, size_t y)
{
    struct tile tile = {.x = x, .y = y};
    size_t T = t->net->tile;
    bool any, both;

    for (int which = 0; which < 2; which++) {
        tile.mass[which] = cut(room, room->edge[which], &tile, T, room->x + (size_t)which * T * T);
        tile.present[which] = tile.mass[which] >= t->min_mass;
    }
    any = tile.present[0] || tile.present[1];
    both = tile.present[0] && tile.present[1];
    if (both)
        tile.out = seg_inverse_network_apply(t->net, room->x, room->value);
    tile.distance = both ? network_distance(t, tile.out) : any ? t->net->missing : 0;
    tile.weight = t->weight == SEG_TILES_ALL        ? 1
                  : !any                            ? 0
                  : t->weight == SEG_TILES_OCCUPIED ? 1
                                                    : tile.mass[0] + tile.mass[1];
    return tile;
}

static bool has_label(const seg_labelmap *map, uint32_t code, size_t begin, size_t end)
{
    seg_label_runs stretches = seg_label_runs_of(map, begin, end);
    seg_label_run s;

    while (seg_label_runs_next(&stretches, &s))
        if (s.code == code)
            return true;
    return false;
}

/* The class is not in the truth of the slice, and its probabilities are so small there that no tile can hold the least
 * mass: an edge is at most the largest probability. */
static bool is_empty(const seg_inverse_tiles *t, int cls, size_t z)
{
    static const double ROUNDING = 1 + 1e-6; /* of means and sums */
    const seg_pair *pair = t->pair;
    size_t n = pair->grid.n[0] * pair->grid.n[1], T = t->net->tile;
    double bound = pair->prob.planes == 0       ? has_label(&pair->pred_labels, (uint32_t)cls, z * n, (z + 1) * n)
                   : pair->block_max.planes > 1 ? (double)seg_block_max_bound(&pair->block_max, cls, z * n, (z + 1) * n)
                                                : 1;

    return !seg_pair_soft(pair) && (double)(T * T) * bound * ROUNDING < t->min_mass &&
           !has_label(&pair->truth, (uint32_t)cls, z * n, (z + 1) * n);
}

seg_inverse_sum seg_inverse_slice(const seg_inverse_tiles *tiles, seg_inverse_room *room, int cls, size_t z)
{
    seg_inverse_sum sum = {0, 0};
    size_t T = tiles->net->tile;

    if (is_empty(tiles, cls, z)) {
        sum.weight = tiles->weight == SEG_TILES_ALL ? (double)(((room->mx + T - 1) / T) * ((room->my + T - 1) / T)) : 0;
        return sum;
    }
    make_edges(tiles, room, cls, z);
    for (size_t y = 0; y < room->my; y += T)
        for (size_t x = 0; x < room->mx; x += T) {
            struct tile tile = look_at(tiles, room, x, y);

            sum.distance += tile.weight * tile.distance;
            sum.weight += tile.weight;
        }
    return sum;
}

/* ---- gradient ---- */

/* With W the sum of all weights w, d the distance of the tile and e a pixel of the prediction's edge map,
 *     dL/de = (w dd/de + (d - L) dw/de) / W,   dw/de = 1 for tiles=weighted, else 0;   room->dx = dL/de. */
static void tile_slope(const seg_inverse_tiles *t, seg_inverse_room *room, const struct tile *tile,
                       const seg_inverse_sum *all)
{
    size_t pixels = t->net->tile * t->net->tile, outputs = t->net->width[t->net->layers];
    double *slope = room->slope + seg_inverse_network_values(t->net) - outputs;
    double own = t->weight == SEG_TILES_WEIGHTED && tile->weight > 0
                     ? (tile->distance - all->distance / all->weight) / all->weight
                     : 0;

    memset(room->dx, 0, pixels * sizeof *room->dx);
    if (tile->out && tile->distance > 0) {
        for (size_t k = 0; k < outputs; k++)
            slope[k] = tile->out[k] / tile->distance * tile->weight / all->weight;
        seg_inverse_network_slope(t->net, room->value, room->slope, room->dx, pixels);
    }
    for (size_t i = 0; i < pixels; i++)
        room->dx[i] += own;
}

/* slope[] collects dL/d(shrunk prediction): an edge is its maximum minus its minimum. */
static void to_map(const seg_inverse_tiles *t, seg_inverse_room *room, const struct tile *tile, double *slope)
{
    size_t T = t->net->tile;

    for (size_t y = tile->y; y < least(tile->y + T, room->my); y++)
        for (size_t x = tile->x; x < least(tile->x + T, room->mx); x++) {
            double d = room->dx[(y - tile->y) * T + x - tile->x];
            size_t high, low;

            seg_inverse_edge_ends(room->map[0], room->mx, room->my, t->net->band, x, y, &high, &low);
            slope[high] += d;
            slope[low] -= d;
        }
}

static void to_voxels(const seg_inverse_tiles *t, const seg_inverse_room *room, const double *slope, double scale,
                      double *gradient)
{
    size_t nx = t->pair->grid.n[0], ny = t->pair->grid.n[1], s = t->shrink;
    double each = scale / ((double)s * (double)s);

    for (size_t y = 0; y < room->my * s; y++)
        for (size_t x = 0; x < room->mx * s; x++)
            gradient[least(y, ny - 1) * nx + least(x, nx - 1)] += each * slope[y / s * room->mx + x / s];
}

void seg_inverse_slice_slope(const seg_inverse_tiles *tiles, seg_inverse_room *room, int cls, size_t z,
                             const seg_inverse_sum *all, double scale, double *gradient)
{
    size_t T = tiles->net->tile;
    double *slope = room->low; /* free once the edges are made */

    if (all->weight == 0)
        return;
    make_edges(tiles, room, cls, z);
    memset(slope, 0, room->mx * room->my * sizeof *slope);
    for (size_t y = 0; y < room->my; y += T)
        for (size_t x = 0; x < room->mx; x += T) {
            struct tile tile = look_at(tiles, room, x, y);

            tile_slope(tiles, room, &tile, all);
            to_map(tiles, room, &tile, slope);
        }
    to_voxels(tiles, room, slope, scale, gradient);
}

/* embedding.c - pixels of a row look at the same neighbour, one class after another, eight pixels at a time. */
#include "embedding.h"

#include <math.h>
#include <stdlib.h>

#include "../../base/memory.h"
#include "../../base/parallel.h"
#include "../../simd/simd.h"

/* ---- loading ---- */

static seg_status alloc(seg_embedding *e, seg_error *err)
{
    size_t classes = (size_t)e->rows.classes;
    seg_status st = seg_alloc_big(&e->f, e->plane * classes, sizeof *e->f, "rows of probabilities", err);

    if (!st)
        st = seg_alloc(&e->norm, e->plane, sizeof *e->norm, "rows", err);
    if (!st)
        st = seg_alloc(&e->code, e->plane, sizeof *e->code, "rows", err);
    if (!st)
        st = seg_alloc(&e->right, e->plane, sizeof *e->right, "rows", err);
    return st;
}

/* Pixels of whole rows that a block holds; one row may be longer. */
static size_t piece_of(const seg_embedding *e, size_t y)
{
    size_t nx = e->rows.pair->grid.n[0], rows = SEG_BLOCK / nx, left = e->rows.to - y;

    rows = rows > 0 ? rows : 1;
    return (rows < left ? rows : left) * nx;
}

/* Margins are 0; the last one goes to the end of the plane. */
static void load_class(seg_embedding *e, int cls, double *y)
{
    const seg_pair *pair = e->rows.pair;
    size_t nx = pair->grid.n[0], first = e->rows.z * pair->grid.n[1], end = seg_embedding_at(e, 0, e->rows.to);
    double *f = e->f + (size_t)cls * e->plane;

    memset(f, 0, e->margin * sizeof *f);
    memset(f + end, 0, (e->plane - end) * sizeof *f);
    for (size_t row = e->rows.from, n; row < e->rows.to; row += n / nx) {
        n = piece_of(e, row);
        seg_pair_prob(pair, cls, (first + row) * nx, n, y);
        for (size_t i = 0; i < n / nx; i++) {
            double *to = f + seg_embedding_at(e, 0, row + i);

            memcpy(to, y + i * nx, nx * sizeof *y);
            memset(to + nx, 0, e->margin * sizeof *to);
        }
    }
}

static void load_codes(seg_embedding *e, uint16_t *code, uint16_t *hard)
{
    const seg_pair *pair = e->rows.pair;
    size_t nx = pair->grid.n[0];

    for (size_t i = 0; i < e->plane; i++)
        e->code[i] = pair->classes;
    for (size_t row = e->rows.from; row < e->rows.to; row++) {
        size_t first = (e->rows.z * pair->grid.n[1] + row) * nx, at = seg_embedding_at(e, 0, row);

        seg_pair_codes(pair, first, nx, code);
        seg_labelmap_codes(&pair->pred_labels, first, nx, hard);
        for (size_t x = 0; x < nx; x++) {
            e->code[at + x] = code[x];
            e->right[at + x] = code[x] == hard[x];
        }
    }
}

seg_status seg_embedding_load(seg_embedding *e, const seg_pair *pair, size_t z, size_t band, size_t half,
                              double log_eps, seg_error *err)
{
    size_t nx = pair->grid.n[0], room;
    uint16_t *code = NULL;
    double *y = NULL;
    seg_status st;

    *e = (seg_embedding){.half = half};
    seg_slice_rows_place(&e->rows, pair, z, band, half);
    e->margin = half + SEG_VEC_LANES;
    e->stride = nx + e->margin; /* the margin behind a row is the one before the next */
    e->plane =
        ((e->rows.to - e->rows.from) * e->stride + e->margin + SEG_VEC_LANES - 1) / SEG_VEC_LANES * SEG_VEC_LANES;
    room = nx > SEG_BLOCK ? nx : SEG_BLOCK;
    st = alloc(e, err);
    if (!st)
        st = seg_alloc(&y, room, sizeof *y, "a row", err);
    if (!st)
        st = seg_alloc(&code, 2 * nx, sizeof *code, "a row", err);
    if (!st) {
        for (int cls = 0; cls < pair->classes; cls++)
            load_class(e, cls, y);
        load_codes(e, code, code + nx);
        if (log_eps > 0)
            seg_simd()->window_logs(e->f, e->plane * (size_t)pair->classes, log_eps);
        seg_simd()->window_norms(e->f, e->plane, pair->classes, SEG_NORM_LEAST, e->norm);
    }
    free(code);
    free(y);
    return st;
}

void seg_embedding_free(seg_embedding *e)
{
    free(e->f);
    free(e->norm);
    free(e->code);
    free(e->right);
    *e = (seg_embedding){0};
}

/* ---- looking around ---- */

/* The rows [first, last] of the window around row y. */
struct rows {
    size_t first, last;
};

static struct rows rows_around(const seg_embedding *e, size_t y)
{
    size_t ny = e->rows.pair->grid.n[1];

    return (struct rows){y > e->half ? y - e->half : 0, y + e->half < ny ? y + e->half : ny - 1};
}

static void clear(seg_window_stats *look, int classes)
{
    for (size_t i = 0; i < (size_t)classes * SEG_WINDOW_LANES; i++)
        look->m1[i] = look->m2[i] = 0;
    for (size_t k = 0; k < SEG_WINDOW_LANES; k++)
        look->n1[k] = look->n2[k] = look->pairs[k] = look->count[k] = 0;
}

void seg_embedding_look(const seg_embedding *e, size_t x, size_t y, const double *anchor, bool only_right,
                        seg_window_stats *look)
{
    const seg_window_rows rows = {e->half, e->stride, e->plane, e->rows.classes, e->f, e->norm, e->code, e->right};
    struct rows r = rows_around(e, y);

    clear(look, e->rows.classes);
    seg_simd()->window_add(&rows, seg_embedding_at(e, x, y), seg_embedding_at(e, x, r.first),
                           seg_embedding_at(e, x, r.last), anchor, only_right, look);
}

/* Pixel k of the eight sees neighbour j. */
static void see_plainly(const seg_embedding *e, size_t i, size_t j, size_t k, bool anchor, bool only_right,
                        seg_window_stats *look)
{
    bool same = e->code[j] == e->code[i], right = e->right[j];
    double dot = 0, off;

    if (e->code[j] == e->rows.classes)
        return;
    look->n1[k] += same;
    look->n2[k] += same && right;
    for (size_t c = 0; c < (size_t)e->rows.classes; c++) {
        double f = e->f[c * e->plane + j];

        look->m1[c * SEG_WINDOW_LANES + k] += same ? f : 0;
        look->m2[c * SEG_WINDOW_LANES + k] += same && right ? f : 0;
        dot += f * e->f[c * e->plane + i];
    }
    off = dot / (e->norm[i] * e->norm[j]) - same;
    if (!anchor || (only_right && !right))
        return;
    look->pairs[k] += off * off;
    look->count[k]++;
}

void seg_embedding_look_plainly(const seg_embedding *e, size_t x, size_t y, const double *anchor, bool only_right,
                                seg_window_stats *look)
{
    struct rows r = rows_around(e, y);
    size_t nx = e->rows.pair->grid.n[0];

    clear(look, e->rows.classes);
    for (size_t k = 0; k < SEG_WINDOW_LANES && x + k < nx; k++)
        for (size_t v = r.first; v <= r.last; v++)
            for (size_t u = x + k > e->half ? x + k - e->half : 0; u <= x + k + e->half && u < nx; u++)
                if (u != x + k || v != y)
                    see_plainly(e, seg_embedding_at(e, x + k, y), seg_embedding_at(e, u, v), k, anchor[k] > 0,
                                only_right, look);
}

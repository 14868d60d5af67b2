/* hausdorff_er.c - the Hausdorff loss by erosion: an error counts more the longer it survives.
 *
 *     b_0 = (p - q)^2
 *     r_k = max(conv(b_{k-1}, B) - threshold, 0)
 *     b_k = (r_k - min r_k) / (max r_k - min r_k),  or r_k if that is 0/0 or normalize=none
 *     L_c = 1/N sum over n, k = 1..erosions of k^alpha b_k(n)
 *
 * B is the cross of a voxel and its face neighbours with weights of sum 1: 5 voxels, 7 in a volume; outside
 * the image there is no error, nor at ignored voxels. Minimum and maximum run over the image, so whatever is
 * left of an error is blown up to 1 again (normalize=none: the paper's plain form). Once r_k is 0 everywhere
 * the later ones are.
 *
 * After the first step errors are rare. So every row knows where its values are not 0, and only that is
 * looked at.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/memory.h"
#include "../../base/parallel.h"
#include "hausdorff.h"
#include "masked_class.h"

/* Where a row is not 0: [begin, end), empty when begin >= end. */
struct range {
    size_t begin, end;
};

/* One step's image r_k, with what turns it into b_k = (r - least) / (most - least). */
struct layer {
    double *r;           /* [voxels] 0 outside the ranges */
    struct range *range; /* [rows] */
    double least, most;
    size_t least_at, most_at;
    double scale; /* b = r scale; least is taken off r itself */
    double sum;   /* of b */
};

/* Per row: minimum, maximum and sum of r. */
struct row_sums {
    double least, most, sum;
    size_t least_at, most_at;
};

struct erosion {
    const seg_pair *pair;
    size_t nx, ny, nz, rows;
    int cls;
    double threshold, weight; /* weight: 1/5 or 1/7 */
    bool minmax;
    const struct layer *from;
    struct layer *to;
    struct row_sums *row; /* [rows] */
    const double *zeros;  /* [nx] a row outside the image */
    double *gradient;     /* [voxels], last step */
    double *map, factor;  /* [voxels] or NULL; k^alpha / N of the step */
};

static struct range joined(struct range a, struct range b)
{
    if (a.begin >= a.end)
        return b;
    if (b.begin >= b.end)
        return a;
    return (struct range){a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end};
}

/* The rows above, below, before and behind; -1 outside the image. */
static void neighbours(const struct erosion *e, size_t row, ptrdiff_t at[4])
{
    size_t y = row % e->ny, z = row / e->ny;

    at[0] = y > 0 ? (ptrdiff_t)row - 1 : -1;
    at[1] = y + 1 < e->ny ? (ptrdiff_t)row + 1 : -1;
    at[2] = z > 0 ? (ptrdiff_t)(row - e->ny) : -1;
    at[3] = z + 1 < e->nz ? (ptrdiff_t)(row + e->ny) : -1;
}

/* Where the cross around a row's voxels can touch something that is not 0. */
static struct range reach(const struct erosion *e, const struct range *range, size_t row, const ptrdiff_t at[4])
{
    struct range own = range[row];

    if (own.begin < own.end) {
        own.begin -= own.begin > 0;
        own.end += own.end < e->nx;
    }
    for (int i = 0; i < 4; i++)
        if (at[i] >= 0)
            own = joined(own, range[at[i]]);
    return own;
}

/* Sum of the cross at x; the rows of 2D images before and behind are all 0. */
static inline double cross(const double *own, const double *const side[4], size_t x, size_t nx)
{
    double sum = own[x] + side[0][x] + side[1][x] + side[2][x] + side[3][x];

    if (x > 0)
        sum += own[x - 1];
    if (x + 1 < nx)
        sum += own[x + 1];
    return sum;
}

/* Minimum, maximum and sum of a row that is 0 outside the range; *left = where it is not 0. */
static struct row_sums measure_row(const struct erosion *e, size_t row, struct range range, struct range *left)
{
    const double *r = e->to->r + row * e->nx;
    bool whole = range.begin == 0 && range.end == e->nx;
    struct row_sums s = {whole ? INFINITY : 0, 0, 0, row * e->nx, row * e->nx};

    *left = (struct range){e->nx, 0};
    for (size_t x = range.begin; x < range.end; x++) {
        if (r[x] > s.most) {
            s.most = r[x];
            s.most_at = row * e->nx + x;
        }
        if (r[x] < s.least) {
            s.least = r[x];
            s.least_at = row * e->nx + x;
        }
        if (r[x] > 0) {
            left->begin = left->begin < x ? left->begin : x;
            left->end = x + 1;
        }
        s.sum += r[x];
    }
    return s;
}

static void erode_row(void *context, size_t row, int worker)
{
    const struct erosion *e = context;
    double scale = e->weight * e->from->scale, *out = e->to->r + row * e->nx;
    const double *own = e->from->r + row * e->nx, *side[4];
    struct range *written = &e->to->range[row], range;
    ptrdiff_t at[4];

    (void)worker;
    neighbours(e, row, at);
    for (int i = 0; i < 4; i++)
        side[i] = at[i] >= 0 ? e->from->r + (size_t)at[i] * e->nx : e->zeros;
    range = reach(e, e->from->range, row, at);
    if (written->begin < written->end) /* two layers take turns: what stood here is two steps old */
        memset(out + written->begin, 0, (written->end - written->begin) * sizeof *out);
    for (size_t x = range.begin; x < range.end; x++) {
        double r = cross(own, side, x, e->nx) * scale - e->threshold;

        out[x] = r > 0 ? r : 0;
    }
    if (range.begin < range.end)
        seg_class_ignore(e->pair, row * e->nx + range.begin, range.end - range.begin, out + range.begin);
    e->row[row] = measure_row(e, row, range, written);
}

static void lower_row(void *context, size_t row, int worker)
{
    const struct erosion *e = context;
    double *r = e->to->r + row * e->nx;

    (void)worker;
    for (size_t x = 0; x < e->nx; x++)
        r[x] -= e->to->least;
}

/* The rows' numbers together, in their order, and b from r. */
static void end_layer(struct erosion *e)
{
    struct layer *to = e->to;
    double spread;

    to->most = to->sum = 0;
    to->most_at = 0;
    to->least = INFINITY;
    for (size_t row = 0; row < e->rows; row++) {
        const struct row_sums *s = &e->row[row];

        if (s->most > to->most) {
            to->most = s->most;
            to->most_at = s->most_at;
        }
        if (s->least < to->least) {
            to->least = s->least;
            to->least_at = s->least_at;
        }
        to->sum += s->sum;
    }
    spread = to->most - to->least;
    to->scale = e->minmax && spread > 0 ? 1 / spread : 1;
    if (e->minmax && spread > 0 && to->least > 0) { /* errors everywhere: rare, so it may cost a pass */
        seg_parallel_for(e->rows, lower_row, e);
        to->sum -= to->least * (double)e->pair->voxels;
    }
    to->sum *= to->scale;
}

static void first_row(void *context, size_t row, int worker)
{
    const struct erosion *e = context;
    double p[SEG_BLOCK], q[SEG_BLOCK], *b = e->to->r + row * e->nx;
    struct range range = {e->nx, 0};

    (void)worker;
    for (size_t x = 0; x < e->nx; x += SEG_BLOCK) {
        size_t n = e->nx - x < SEG_BLOCK ? e->nx - x : SEG_BLOCK;

        seg_hausdorff_block(e->pair, e->cls, row * e->nx + x, n, p, q);
        for (size_t i = 0; i < n; i++) {
            double off = p[i] - q[i];

            if (off == 0)
                continue;
            b[x + i] = off * off;
            range.begin = range.begin < x + i ? range.begin : x + i;
            range.end = x + i + 1;
        }
    }
    e->to->range[row] = range;
}

/* All layers: with a gradient each has its own image (untouched pages of it cost nothing), else two take
 * turns. */
struct layers {
    struct layer *layer; /* [steps + 1] */
    size_t images;
    double *r;
    struct range *range;
    int last; /* the last step that is not 0 everywhere */
};

static seg_status alloc_layers(struct layers *l, const struct erosion *e, int steps, bool keep, seg_error *err)
{
    size_t voxels = e->pair->voxels;
    seg_status st;

    l->images = keep ? (size_t)steps + 1 : 2;
    st = seg_alloc(&l->layer, (size_t)steps + 1, sizeof *l->layer, "erosions", err);
    if (!st)
        st = seg_alloc(&l->r, voxels * l->images, sizeof *l->r, "erosions", err);
    if (!st)
        st = seg_alloc(&l->range, e->rows * l->images, sizeof *l->range, "erosions", err);
    for (int k = 0; !st && k <= steps; k++) {
        l->layer[k].r = l->r + voxels * ((size_t)k % l->images);
        l->layer[k].range = l->range + e->rows * ((size_t)k % l->images);
        l->layer[k].scale = 1;
    }
    return st;
}

static void free_layers(struct layers *l)
{
    free(l->layer);
    free(l->r);
    free(l->range);
}

/* map[] += k^alpha b_k / N */
static void add_to_map(void *context, size_t row, int worker)
{
    const struct erosion *e = context;
    struct range range = e->to->range[row];

    (void)worker;
    for (size_t x = range.begin; x < range.end; x++)
        e->map[row * e->nx + x] += e->factor * e->to->scale * e->to->r[row * e->nx + x];
}

/* Runs the erosions and returns sum over k of k^alpha sum b_k. */
static double erode(struct erosion *e, struct layers *l, const seg_hausdorff *t, double n)
{
    double sum = 0;

    e->to = &l->layer[0];
    seg_parallel_for(e->rows, first_row, e);
    for (int k = 1; k <= t->erosions; k++) {
        e->from = &l->layer[k - 1];
        e->to = &l->layer[k];
        seg_parallel_for(e->rows, erode_row, e);
        end_layer(e);
        if (e->to->most == 0)
            break;
        sum += pow(k, t->alpha) * e->to->sum;
        e->factor = pow(k, t->alpha) / n;
        if (e->map)
            seg_parallel_for(e->rows, add_to_map, e);
        l->last = k;
    }
    return sum;
}

/* ---- gradient: the steps backwards ----
 *
 * With D_k = dL/db_k = constant c_k + E_k (E_k comes from step k + 1 and is 0 almost everywhere):
 *     dL/dr_k = D_k / s, s the spread, at the first maximum less sum(D_k b_k) / s, at the first minimum less
 *     sum(D_k (1 - b_k)) / s;  0 where r_k = 0 (conv below the threshold);   E_{k-1} = conv(dL/dr_k, B).
 */
struct backward {
    struct erosion *e;
    const struct layer *layer; /* k */
    double constant;           /* c_k: sum of k^alpha / N */
    double *E;                 /* [voxels] E_k */
    double *slope;             /* [voxels] dL/dr_k */
    double *parts;             /* [rows][2] */
};

static void slope_row(void *context, size_t row, int worker)
{
    const struct backward *b = context;
    const struct layer *k = b->layer;
    size_t base = row * b->e->nx;
    double with = 0, without = 0;

    (void)worker;
    for (size_t x = 0; x < b->e->nx; x++) {
        double D = b->constant + b->E[base + x], own = k->r[base + x] * k->scale;

        b->slope[base + x] = k->least > 0 || k->r[base + x] > 0 ? D * k->scale : 0;
        with += D * own;
        without += D * (1 - own);
    }
    b->parts[2 * row] = with;
    b->parts[2 * row + 1] = without;
}

static void find_slope(struct backward *b)
{
    const struct layer *k = b->layer;
    double with = 0, without = 0;

    seg_parallel_for(b->e->rows, slope_row, b);
    if (!b->e->minmax || !(k->most > k->least))
        return;
    for (size_t row = 0; row < b->e->rows; row++) {
        with += b->parts[2 * row];
        without += b->parts[2 * row + 1];
    }
    b->slope[k->most_at] -= with * k->scale;
    if (k->least > 0)
        b->slope[k->least_at] -= without * k->scale;
}

static void conv_row(void *context, size_t row, int worker)
{
    const struct backward *b = context;
    const struct erosion *e = b->e;
    const double *own = b->slope + row * e->nx, *side[4];
    double *out = b->E + row * e->nx;
    ptrdiff_t at[4];

    (void)worker;
    neighbours(e, row, at);
    for (int i = 0; i < 4; i++)
        side[i] = at[i] >= 0 ? b->slope + (size_t)at[i] * e->nx : e->zeros;
    for (size_t x = 0; x < e->nx; x++)
        out[x] = e->weight * cross(own, side, x, e->nx);
    seg_class_ignore(e->pair, row * e->nx, e->nx, out);
}

static void error_slope(void *context, size_t begin, size_t end)
{
    const struct erosion *e = context;
    double p[SEG_BLOCK], q[SEG_BLOCK];

    seg_hausdorff_block(e->pair, e->cls, begin, end - begin, p, q);
    for (size_t i = begin; i < end; i++)
        e->gradient[i] *= 2 * (q[i - begin] - p[i - begin]);
}

/* gradient[] holds E_k on the way, and dL/dq at the end. */
static seg_status go_back(struct erosion *e, const struct layers *l, const seg_hausdorff *t, double n, double *gradient,
                          seg_error *err)
{
    struct backward b = {.e = e, .E = gradient};
    seg_status st = seg_alloc(&b.slope, e->pair->voxels, sizeof *b.slope, "erosions", err);

    if (!st)
        st = seg_alloc(&b.parts, 2 * e->rows, sizeof *b.parts, "row sums", err);
    memset(gradient, 0, e->pair->voxels * sizeof *gradient);
    for (int k = l->last; !st && k > 0; k--) {
        b.layer = &l->layer[k];
        b.constant = pow(k, t->alpha) / n;
        find_slope(&b);
        seg_parallel_for(e->rows, conv_row, &b);
    }
    e->gradient = gradient;
    if (!st)
        seg_parallel_blocks(e->pair->voxels, error_slope, e);
    free(b.slope);
    free(b.parts);
    return st;
}

seg_status seg_hausdorff_er(seg_loss_ctx *work, int cls, const seg_hausdorff *t, double *loss, double *gradient,
                            double *map, seg_error *err)
{
    const seg_pair *pair = work->pair;
    struct erosion e = {.pair = pair,
                        .nx = pair->grid.n[0],
                        .ny = pair->grid.n[1],
                        .nz = pair->grid.n[2],
                        .rows = seg_grid_rows(&pair->grid),
                        .cls = cls,
                        .threshold = t->threshold,
                        .weight = pair->grid.n[2] > 1 ? 1.0 / 7 : 1.0 / 5,
                        .minmax = t->normalize == SEG_HAUSDORFF_MINMAX,
                        .map = map};
    struct layers l = {0};
    double *zeros = NULL, n = fmax(seg_loss_ctx_voxels(work), 1);
    seg_status st = alloc_layers(&l, &e, t->erosions, gradient, err);

    if (!st)
        st = seg_alloc(&e.row, e.rows, sizeof *e.row, "row sums", err);
    if (!st)
        st = seg_alloc(&zeros, e.nx, sizeof *zeros, "a row", err);
    e.zeros = zeros;
    if (!st)
        *loss = erode(&e, &l, t, n) / n;
    if (!st && gradient)
        st = go_back(&e, &l, t, n, gradient, err);
    free(zeros);
    free(e.row);
    free_layers(&l);
    return st;
}

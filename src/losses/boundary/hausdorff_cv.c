/* hausdorff_cv.c - the Hausdorff loss by convolution: errors seen through discs of growing radius.
 *
 *     L_c = 1/N sum over r of r^alpha sum over n of
 *           [ s(1 - D_r*p) + s(D_r*q) ] f_q  +  [ s(D_r*p) + s(1 - D_r*q) ] f_p
 *     f_q = (p - q)^2 q,   f_p = (p - q)^2 p,   s(x) = max(x - threshold, 0)
 *
 * D_r is the disc (a ball in a volume) of the voxels within r voxels, with weights of sum 1. The paper
 * convolves the complement 1 - p; here that is 1 - D_r*p, so that outside the image, and at ignored voxels,
 * there is background. The text of the paper was not at hand and no public code was found, so nobody has
 * confirmed these values.
 *
 * A disc is a stack of rows, and the sum over a row is the difference of two prefix sums: as many steps as
 * the disc has rows, 2 r + 1 in an image but about pi r^2 in a volume. Only rows with an error are looked at.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/blocks.h"
#include "../../base/memory.h"
#include "class_block.h"
#include "hausdorff.h"

static const double DEFAULT_RADII[] = {3, 6, 9, 12, 15, 18};

/* One row of a disc: the voxels x - half .. x + half of the row dy, dz away. */
struct line {
    ptrdiff_t dy, dz;
    size_t half;
};

struct disc {
    struct line *line;
    size_t lines;
    double weight;  /* 1 / voxels */
};

/* Lengths are compared with this slack, because 5 * 0.8 is not exactly 4. */
static const double SLACK = 1e-9;

static seg_status make_disc(struct disc *disc, const seg_grid *grid, double radius, seg_error *err)
{
    ptrdiff_t reach = (ptrdiff_t)floor(radius + SLACK), deep = grid->n[2] > 1 ? reach : 0;
    double voxels = 0;
    size_t room = (size_t)((2 * reach + 1) * (2 * deep + 1));
    seg_status st = seg_alloc(&disc->line, room, sizeof *disc->line, "a disc", err);

    if (st)
        return st;
    for (ptrdiff_t dz = -deep; dz <= deep; dz++)
        for (ptrdiff_t dy = -reach; dy <= reach; dy++) {
            double rest = (radius + SLACK) * (radius + SLACK) - (double)(dy * dy + dz * dz);
            size_t half = rest >= 0 ? (size_t)sqrt(rest) : 0;

            if (rest < 0)
                continue;
            voxels += 2 * (double)half + 1;
            disc->line[disc->lines++] = (struct line){dy, dz, half < grid->n[0] ? half : grid->n[0]};
        }
    disc->weight = 1 / voxels;
    return SEG_OK;
}

/* Prefix sums of rows, [rows][pad + nx + 1 + pad], where nothing is added in the pads: the sum over
 * x - half .. x + half of a row is at[x + half + 1] - at[x - half] with at = row + pad. */
struct convolution {
    const seg_pair *pair;
    const seg_hausdorff *t;
    int class;
    size_t nx, ny, nz, rows, pad, stride;
    double *p, *q;              /* prefix sums */
    struct range { size_t begin, end; } *range; /* [rows] where p and q differ */
    const struct disc *disc;
    double factor;              /* r^alpha / N */
    double *work;               /* [workers][6][nx] */
    double *parts;              /* [rows] */
    double *h;                  /* prefix sums of what the discs spread in the gradient, or NULL */
    double *gradient;           /* [voxels] or NULL */
};

static void prefix_row(double *prefix, const double *x, size_t n, size_t pad)
{
    double sum = 0;

    for (size_t i = 0; i <= pad; i++)
        prefix[i] = 0;
    for (size_t i = 0; i < n; i++)
        prefix[pad + 1 + i] = sum += x[i];
    for (size_t i = 0; i < pad; i++)
        prefix[pad + n + 1 + i] = sum;
}

static void begin_row(void *context, size_t row, int worker)
{
    struct convolution *c = context;
    double *p = c->work + (size_t)worker * 6 * c->nx, *q = p + c->nx;
    struct range *range = &c->range[row];

    for (size_t x = 0; x < c->nx; x += SEG_BLOCK) {
        size_t n = c->nx - x < SEG_BLOCK ? c->nx - x : SEG_BLOCK;

        seg_hausdorff_block(c->pair, c->class, row * c->nx + x, n, p + x, q + x);
    }
    *range = (struct range){c->nx, 0};
    for (size_t x = 0; x < c->nx; x++)
        if (p[x] != q[x]) {
            range->begin = range->begin < x ? range->begin : x;
            range->end = x + 1;
        }
    prefix_row(c->p + row * c->stride, p, c->nx, c->pad);
    prefix_row(c->q + row * c->stride, q, c->nx, c->pad);
}

/* out[x] = (D * image)(x) for x of the range, image given by its prefix sums. */
static void disc_row(const struct convolution *c, const double *prefix, size_t row, struct range range,
                     double *out)
{
    ptrdiff_t y = (ptrdiff_t)(row % c->ny), z = (ptrdiff_t)(row / c->ny);

    for (size_t x = range.begin; x < range.end; x++)
        out[x] = 0;
    for (size_t i = 0; i < c->disc->lines; i++) {
        const struct line *line = &c->disc->line[i];
        ptrdiff_t ly = y + line->dy, lz = z + line->dz;
        const double *at, *left, *right;

        if (ly < 0 || ly >= (ptrdiff_t)c->ny || lz < 0 || lz >= (ptrdiff_t)c->nz)
            continue;
        at = prefix + (size_t)(ly + lz * (ptrdiff_t)c->ny) * c->stride + c->pad;
        left = at - line->half;
        right = at + line->half + 1;
        for (size_t x = range.begin; x < range.end; x++)
            out[x] += right[x] - left[x];
    }
    for (size_t x = range.begin; x < range.end; x++)
        out[x] *= c->disc->weight;
}

static inline double soft(double x, double threshold)
{
    return x > threshold ? x - threshold : 0;
}

/* value:        A f_q + B f_p,   A = s(1 - D*p) + s(D*q),   B = s(D*p) + s(1 - D*q)
 * gradient:     A (2 (q - p) q + (p - q)^2) + B 2 (q - p) p
 * through D*q:  D * h,   h = [D*q > threshold] f_q - [1 - D*q > threshold] f_p */
static void term_row(void *context, size_t row, int worker)
{
    const struct convolution *c = context;
    double *Dp = c->work + (size_t)worker * 6 * c->nx, *Dq = Dp + c->nx, *h = Dq + c->nx,
           th = c->t->threshold, sum = 0;
    const double *P = c->p + row * c->stride + c->pad, *Q = c->q + row * c->stride + c->pad;
    struct range range = c->range[row];

    if (c->h)
        memset(h, 0, c->nx * sizeof *h);
    if (range.begin < range.end) {
        disc_row(c, c->p, row, range, Dp);
        disc_row(c, c->q, row, range, Dq);
    }
    for (size_t x = range.begin; x < range.end; x++) {
        double p = P[x + 1] - P[x], q = Q[x + 1] - Q[x], off = (p - q) * (p - q);
        double A = soft(1 - Dp[x], th) + soft(Dq[x], th), B = soft(Dp[x], th) + soft(1 - Dq[x], th);

        sum += A * off * q + B * off * p;
        if (!c->h)
            continue;
        c->gradient[row * c->nx + x] += c->factor * (A * (2 * (q - p) * q + off) + B * 2 * (q - p) * p);
        h[x] = (Dq[x] > th ? off * q : 0) - (1 - Dq[x] > th ? off * p : 0);
    }
    c->parts[row] = sum;
    if (c->h)
        prefix_row(c->h + row * c->stride, h, c->nx, c->pad);
}

static void spread_row(void *context, size_t row, int worker)
{
    const struct convolution *c = context;
    double *Dh = c->work + (size_t)worker * 6 * c->nx;

    disc_row(c, c->h, row, (struct range){0, c->nx}, Dh);
    for (size_t x = 0; x < c->nx; x++)
        c->gradient[row * c->nx + x] += c->factor * Dh[x];
}

static seg_status add_radius(struct convolution *c, double radius, double n, double *loss, seg_error *err)
{
    struct disc disc = {0};
    seg_status st = make_disc(&disc, &c->pair->grid, radius, err);

    if (!st) {
        c->disc = &disc;
        c->factor = pow(radius, c->t->alpha) / n;
        seg_each(c->rows, term_row, c);
        *loss += c->factor * seg_sum(c->parts, c->rows);
        if (c->h)
            seg_each(c->rows, spread_row, c);
    }
    free(disc.line);
    return st;
}

static seg_status alloc_all(struct convolution *c, double largest, bool with_gradient, seg_error *err)
{
    size_t reach = (size_t)floor(largest + SLACK);
    seg_status st;

    c->pad = reach < c->nx ? reach : c->nx;
    c->stride = c->nx + 1 + 2 * c->pad;
    st = seg_alloc_big(&c->p, c->rows * c->stride, sizeof *c->p, "prefix sums", err);
    if (!st)
        st = seg_alloc_big(&c->q, c->rows * c->stride, sizeof *c->q, "prefix sums", err);
    if (!st && with_gradient)
        st = seg_alloc_big(&c->h, c->rows * c->stride, sizeof *c->h, "prefix sums", err);
    if (!st)
        st = seg_alloc(&c->range, c->rows, sizeof *c->range, "rows", err);
    if (!st)
        st = seg_alloc(&c->parts, c->rows, sizeof *c->parts, "row sums", err);
    if (!st)
        st = seg_alloc(&c->work, (size_t)seg_workers() * 6 * c->nx, sizeof *c->work, "rows", err);
    return st;
}

seg_status seg_hausdorff_cv(seg_work *work, int class, const seg_hausdorff *t, double *loss, double *gradient,
                            seg_error *err)
{
    const seg_pair *pair = work->pair;
    struct convolution c = {.pair = pair, .t = t, .class = class, .nx = pair->grid.n[0],
                            .ny = pair->grid.n[1], .nz = pair->grid.n[2], .rows = seg_grid_rows(&pair->grid), .gradient = gradient};
    size_t radii = t->radii.word < 0 ? t->radii.n : sizeof DEFAULT_RADII / sizeof *DEFAULT_RADII;
    const double *radius = t->radii.word < 0 ? t->radii.x : DEFAULT_RADII;
    double largest = 0, n = fmax(seg_counted_voxels(work), 1);
    seg_status st;

    for (size_t i = 0; i < radii; i++)
        largest = fmax(largest, radius[i]);
    st = alloc_all(&c, largest, gradient, err);
    if (!st)
        seg_each(c.rows, begin_row, &c);
    if (!st && gradient)
        memset(gradient, 0, pair->voxels * sizeof *gradient);
    *loss = 0;
    for (size_t i = 0; !st && i < radii; i++)
        st = add_radius(&c, radius[i], n, loss, err);
    if (!st && gradient)
        seg_class_ignore(pair, 0, pair->voxels, gradient);
    free(c.p);
    free(c.q);
    free(c.h);
    free(c.range);
    free(c.parts);
    free(c.work);
    return st;
}

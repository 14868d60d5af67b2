/* hausdorff_cv.c - the Hausdorff loss by convolution: errors seen through discs of growing radius.
 *
 *     L_c = 1/N sum over r of r^alpha sum over n of
 *           [ s(1 - D_r*p) + s(D_r*q) ] f_q  +  [ s(D_r*p) + s(1 - D_r*q) ] f_p
 *     f_q = (p - q)^2 q,   f_p = (p - q)^2 p,   s(x) = max(x - threshold, 0)
 *
 * D_r is the disc (a ball in a volume) of the voxels within r voxels, with weights of sum 1. The paper
 * convolves the complement 1 - p; here that is 1 - D_r*p, so that outside the image, and at ignored voxels,
 * there is background. The text of the paper was not at hand and no public code was found, so these values
 * are not confirmed.
 *
 * A disc is a stack of rows, and the sum over a row is the difference of two prefix sums: as many steps as
 * the disc has rows, 2 r + 1 in an image but about pi r^2 in a volume. The rows on both sides, above and
 * below, are equally long, so their prefix sums are added first, for all radii at once. Only rows with an
 * error are looked at, where it is: label maps are quick, but a soft prediction of a volume takes about a
 * microsecond per voxel and class.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/memory.h"
#include "../../base/parallel.h"
#include "../../simd/simd.h"
#include "hausdorff.h"
#include "masked_class.h"

static const double DEFAULT_RADII[] = {3, 6, 9, 12, 15, 18};

/* Lengths are compared with this slack, because 5 * 0.8 is not exactly 4. */
static const double SLACK = 1e-9;

/* The up to four rows +-dy, +-dz away: of disc k they hold the voxels x - half[k] .. x + half[k], none if
 * that is below 0. */
struct quad {
    size_t dy, dz;
    int *half; /* [radii] */
};

struct discs {
    const double *radius;
    size_t radii;
    struct quad *quad;
    size_t quads;
    int *halves;
    double *weight; /* [radii] 1 / voxels of the disc */
};

static int half_length(double radius, size_t dy, size_t dz, size_t nx)
{
    double rest = (radius + SLACK) * (radius + SLACK) - (double)(dy * dy + dz * dz);

    return rest < 0 ? -1 : (int)fmin(sqrt(rest), (double)nx);
}

/* Voxels of a whole disc, also where it leaves the image. */
static double disc_voxels(double radius, bool volume)
{
    size_t reach = (size_t)(radius + SLACK), deep = volume ? reach : 0;
    double voxels = 0;

    for (size_t dz = 0; dz <= deep; dz++)
        for (size_t dy = 0; dy <= reach; dy++) {
            double rest = (radius + SLACK) * (radius + SLACK) - (double)(dy * dy + dz * dz);

            if (rest >= 0)
                voxels += (2 * floor(sqrt(rest)) + 1) * (dy > 0 ? 2 : 1) * (dz > 0 ? 2 : 1);
        }
    return voxels;
}

static double largest(const struct discs *d)
{
    double most = 0;

    for (size_t k = 0; k < d->radii; k++)
        most = fmax(most, d->radius[k]);
    return most;
}

static seg_status make_discs(struct discs *d, const seg_hausdorff *t, const seg_grid *grid, seg_error *err)
{
    size_t reach, ny, nz;
    seg_status st;

    d->radii = t->radii.word < 0 ? t->radii.n : sizeof DEFAULT_RADII / sizeof *DEFAULT_RADII;
    d->radius = t->radii.word < 0 ? t->radii.x : DEFAULT_RADII;
    reach = (size_t)(largest(d) + SLACK);
    ny = reach < grid->n[1] ? reach + 1 : grid->n[1];
    nz = reach < grid->n[2] ? reach + 1 : grid->n[2];
    st = seg_alloc(&d->quad, ny * nz, sizeof *d->quad, "discs", err);
    if (!st)
        st = seg_alloc(&d->halves, ny * nz * d->radii, sizeof *d->halves, "discs", err);
    if (!st)
        st = seg_alloc(&d->weight, d->radii, sizeof *d->weight, "discs", err);
    for (size_t i = 0; !st && i < ny * nz; i++) {
        struct quad *quad = &d->quad[d->quads];
        int widest = -1;

        *quad = (struct quad){i % ny, i / ny, d->halves + d->quads * d->radii};
        for (size_t k = 0; k < d->radii; k++) {
            quad->half[k] = half_length(d->radius[k], quad->dy, quad->dz, grid->n[0]);
            widest = quad->half[k] > widest ? quad->half[k] : widest;
        }
        d->quads += widest >= 0;
    }
    for (size_t k = 0; !st && k < d->radii; k++)
        d->weight[k] = 1 / disc_voxels(d->radius[k], grid->n[2] > 1);
    return st;
}

static void free_discs(struct discs *d)
{
    free(d->quad);
    free(d->halves);
    free(d->weight);
}

/* Rows are padded to whole groups of lanes. */
enum { LANES = SEG_VEC_LANES };

struct range {
    size_t begin, end;
};

/* Prefix sums of rows, [rows][stride], with `pad` places before and behind the row where nothing is added:
 * the sum over x - half .. x + half of a row is at[x + half + 1] - at[x - half] with at = row + pad. */
struct convolution {
    const seg_pair *pair;
    const seg_hausdorff *t;
    const struct discs *discs;
    int cls;
    size_t nx, ny, nz, rows, pad, stride;
    double *p, *q;       /* prefix sums */
    struct range *range; /* [rows] where p and q differ */
    double n;            /* voxels that count */
    size_t first, count; /* discs at work */
    size_t room;         /* of a worker: doubles */
    double *work;        /* [workers][room] a sum of prefix rows, then Dp, Dq for each disc, then h */
    double *parts;       /* [rows] */
    double *h;           /* prefix sums of what a disc spreads in the gradient, or NULL */
    double *gradient;    /* [voxels] or NULL */
    double *map;         /* [voxels] or NULL */
};

static double *work_of(const struct convolution *c, int worker)
{
    return c->work + (size_t)worker * c->room;
}

static void prefix_row(const struct convolution *c, double *prefix, const double *x)
{
    double sum = 0;

    for (size_t i = 0; i <= c->pad; i++)
        prefix[i] = 0;
    for (size_t i = 0; i < c->nx; i++)
        prefix[c->pad + 1 + i] = sum += x[i];
    for (size_t i = c->pad + c->nx + 1; i < c->stride; i++)
        prefix[i] = sum;
}

static void begin_row(void *context, size_t row, int worker)
{
    const struct convolution *c = context;
    double *p = work_of(c, worker), *q = p + c->nx;
    struct range *range = &c->range[row];

    for (size_t x = 0; x < c->nx; x += SEG_BLOCK)
        seg_hausdorff_block(c->pair, c->cls, row * c->nx + x, c->nx - x < SEG_BLOCK ? c->nx - x : SEG_BLOCK, p + x,
                            q + x);
    *range = (struct range){c->nx, 0};
    for (size_t x = 0; x < c->nx; x++)
        if (p[x] != q[x]) {
            range->begin = range->begin < x ? range->begin : x;
            range->end = x + 1;
        }
    prefix_row(c, c->p + row * c->stride, p);
    prefix_row(c, c->q + row * c->stride, q);
}

/* sum[] = the prefix sums of the rows of a quad around a row, added; false when none is in the image. Only the
 * places from one to the other are needed. */
static bool add_rows(const struct convolution *c, const double *prefix, size_t row, const struct quad *quad,
                     struct range places, double *sum)
{
    size_t y = row % c->ny, z = row / c->ny;
    bool any = false;

    for (int corner = 0; corner < 4; corner++) {
        ptrdiff_t ly = (ptrdiff_t)y + (corner & 1 ? -(ptrdiff_t)quad->dy : (ptrdiff_t)quad->dy);
        ptrdiff_t lz = (ptrdiff_t)z + (corner & 2 ? -(ptrdiff_t)quad->dz : (ptrdiff_t)quad->dz);
        const double *from = prefix + (size_t)(ly + lz * (ptrdiff_t)c->ny) * c->stride;

        if ((corner & 1 && quad->dy == 0) || (corner & 2 && quad->dz == 0) || ly < 0 || lz < 0 ||
            ly >= (ptrdiff_t)c->ny || lz >= (ptrdiff_t)c->nz)
            continue;
        if (any)
            seg_simd()->row_add(sum + places.begin, from + places.begin, places.end - places.begin);
        else
            memcpy(sum + places.begin, from + places.begin, (places.end - places.begin) * sizeof *sum);
        any = true;
    }
    return any;
}

/* The places of prefix sums that voxels of the range need, in whole lanes. */
static struct range places_around(const struct convolution *c, struct range range, size_t half)
{
    size_t end = (range.end + c->pad + half + 1 + LANES) / LANES * LANES;

    return (struct range){(range.begin / LANES * LANES + c->pad - half) / LANES * LANES,
                          end < c->stride ? end : c->stride};
}

/* out[k][x] = (D_k * image)(x) for the discs at work and x of the range; image given by its prefix sums. */
static void convolve_row(const struct convolution *c, const double *prefix, size_t row, struct range range, double *sum,
                         double *out)
{
    size_t begin = range.begin / LANES * LANES;

    memset(out, 0, c->count * c->stride * sizeof *out);
    for (size_t i = 0; i < c->discs->quads; i++) {
        const struct quad *quad = &c->discs->quad[i];
        int widest = -1;

        for (size_t k = c->first; k < c->first + c->count; k++)
            widest = quad->half[k] > widest ? quad->half[k] : widest;
        if (widest < 0 || !add_rows(c, prefix, row, quad, places_around(c, range, (size_t)widest), sum))
            continue;
        for (size_t k = 0; k < c->count; k++) {
            int half = quad->half[c->first + k];

            if (half >= 0)
                seg_simd()->row_add_difference(out + k * c->stride + begin, sum + c->pad + begin + half + 1,
                                               sum + c->pad + begin - half, range.end - begin);
        }
    }
    for (size_t k = 0; k < c->count; k++)
        for (size_t x = begin; x < range.end; x++)
            out[k * c->stride + x] *= c->discs->weight[c->first + k];
}

static inline double soft(double x, double threshold)
{
    return x > threshold ? x - threshold : 0;
}

/* r^alpha / N */
static double factor(const struct convolution *c, size_t disc)
{
    return pow(c->discs->radius[disc], c->t->alpha) / c->n;
}

/* value:        A f_q + B f_p,   A = s(1 - D*p) + s(D*q),   B = s(D*p) + s(1 - D*q)
 * gradient:     A (2 (q - p) q + (p - q)^2) + B 2 (q - p) p
 * through D*q:  D * h,   h = [D*q > threshold] f_q - [1 - D*q > threshold] f_p */
static double disc_terms(const struct convolution *c, size_t row, size_t disc, const double *Dp, const double *Dq,
                         double *h)
{
    const double *P = c->p + row * c->stride + c->pad, *Q = c->q + row * c->stride + c->pad;
    double th = c->t->threshold, sum = 0;

    for (size_t x = c->range[row].begin; x < c->range[row].end; x++) {
        double p = P[x + 1] - P[x], q = Q[x + 1] - Q[x], off = (p - q) * (p - q);
        double A = soft(1 - Dp[x], th) + soft(Dq[x], th), B = soft(Dp[x], th) + soft(1 - Dq[x], th);

        sum += A * off * q + B * off * p;
        if (c->map)
            c->map[row * c->nx + x] += factor(c, disc) * (A * off * q + B * off * p);
        if (!h)
            continue;
        c->gradient[row * c->nx + x] += factor(c, disc) * (A * (2 * (q - p) * q + off) + B * 2 * (q - p) * p);
        h[x] = (Dq[x] > th ? off * q : 0) - (1 - Dq[x] > th ? off * p : 0);
    }
    return sum;
}

static void term_row(void *context, size_t row, int worker)
{
    const struct convolution *c = context;
    double *sum = work_of(c, worker), *Dp = sum + c->stride, *Dq = Dp + c->count * c->stride;
    double *h = c->h ? Dq + c->count * c->stride : NULL;
    struct range range = c->range[row];

    c->parts[row] = 0;
    if (h)
        memset(h, 0, c->nx * sizeof *h);
    if (range.begin < range.end) {
        convolve_row(c, c->p, row, range, sum, Dp);
        convolve_row(c, c->q, row, range, sum, Dq);
        for (size_t k = 0; k < c->count; k++)
            c->parts[row] +=
                factor(c, c->first + k) * disc_terms(c, row, c->first + k, Dp + k * c->stride, Dq + k * c->stride, h);
    }
    if (h)
        prefix_row(c, c->h + row * c->stride, h);
}

static void spread_row(void *context, size_t row, int worker)
{
    const struct convolution *c = context;
    double *sum = work_of(c, worker), *Dh = sum + c->stride;

    convolve_row(c, c->h, row, (struct range){0, c->nx}, sum, Dh);
    for (size_t x = 0; x < c->nx; x++)
        c->gradient[row * c->nx + x] += factor(c, c->first) * Dh[x];
}

static seg_status alloc_all(struct convolution *c, seg_error *err)
{
    size_t reach = (size_t)(largest(c->discs) + SLACK), size;
    seg_status st;

    c->pad = reach < c->nx ? reach : c->nx;
    c->stride = (c->nx + 1 + 2 * c->pad + 2 * LANES - 1) / LANES * LANES;
    c->room = (2 + 2 * c->discs->radii) * c->stride;
    size = c->rows * c->stride;
    st = seg_alloc_big(&c->p, size, sizeof *c->p, "prefix sums", err);
    if (!st)
        st = seg_alloc_big(&c->q, size, sizeof *c->q, "prefix sums", err);
    if (!st && c->gradient)
        st = seg_alloc_big(&c->h, size, sizeof *c->h, "prefix sums", err);
    if (!st)
        st = seg_alloc(&c->range, c->rows, sizeof *c->range, "rows", err);
    if (!st)
        st = seg_alloc(&c->parts, c->rows, sizeof *c->parts, "row sums", err);
    if (!st)
        st = seg_alloc(&c->work, (size_t)seg_thread_count() * c->room, sizeof *c->work, "rows", err);
    return st;
}

/* All discs side by side; one after another when there is a gradient to spread. */
static double run(struct convolution *c)
{
    double loss = 0;

    seg_parallel_for(c->rows, begin_row, c);
    c->count = c->gradient ? 1 : c->discs->radii;
    for (c->first = 0; c->first < c->discs->radii; c->first += c->count) {
        seg_parallel_for(c->rows, term_row, c);
        loss += seg_sum(c->parts, c->rows);
        if (c->gradient)
            seg_parallel_for(c->rows, spread_row, c);
    }
    return loss;
}

seg_status seg_hausdorff_cv(seg_loss_ctx *work, int cls, const seg_hausdorff *t, double *loss, double *gradient,
                            double *map, seg_error *err)
{
    const seg_pair *pair = work->pair;
    struct discs discs = {0};
    struct convolution c = {.pair = pair,
                            .t = t,
                            .discs = &discs,
                            .cls = cls,
                            .nx = pair->grid.n[0],
                            .ny = pair->grid.n[1],
                            .nz = pair->grid.n[2],
                            .rows = seg_grid_rows(&pair->grid),
                            .n = fmax(seg_loss_ctx_voxels(work), 1),
                            .gradient = gradient,
                            .map = map};
    seg_status st = make_discs(&discs, t, &pair->grid, err);

    if (!st)
        st = alloc_all(&c, err);
    if (!st && gradient)
        memset(gradient, 0, pair->voxels * sizeof *gradient);
    if (!st)
        *loss = run(&c);
    if (!st && gradient)
        seg_class_ignore(pair, 0, pair->voxels, gradient);
    free_discs(&discs);
    free(c.p);
    free(c.q);
    free(c.h);
    free(c.range);
    free(c.parts);
    free(c.work);
    return st;
}

/* window_moments.c - window moments by lags.
 *
 * Entry (i, j) of the matrix adds up a(x + i) b(x + j) over all windows x. Entries with the same lag j - i add up the
 * same products, only over areas moved by i. So every lag is multiplied out once: a row's products that all areas share
 * are added once, and those near its ends for each area by itself. For R = 3 that is 25 products a pixel instead of 81.
 */
#include "window_moments.h"

#include "../../base/parallel.h"
#include "../../simd/simd.h"

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Window offsets of a along one axis for which the offset of b, further by `lag`, is in the window too. */
struct range {
    size_t first, last;
};

static struct range offsets(size_t R, int lag)
{
    return (struct range){lag < 0 ? (size_t)-lag : 0, lag > 0 ? R - 1 - (size_t)lag : R - 1};
}

enum { LARGEST_R = 10 };

/* sum[ix] = the products of a row at ix .. ix + n - 1, for every offset ix of the range. */
static void row_sums(const double *a, const double *b, size_t n, struct range x, double *sum)
{
    size_t begin = x.last, end = x.first + n; /* what all offsets share, if anything */
    double shared = begin < end ? seg_simd()->row_dot(a + begin, b + begin, end - begin) : 0;

    for (size_t ix = x.first; ix <= x.last; ix++) {
        size_t left_end = ix + n < begin ? ix + n : begin;

        sum[ix] = shared;
        for (size_t i = ix; i < left_end; i++)
            sum[ix] += a[i] * b[i];
        for (size_t i = larger(begin, end); i < ix + n; i++)
            sum[ix] += a[i] * b[i];
    }
}

static void add_lag(const seg_windows *s, const double *a, const double *b, int dy, int dx, double *M)
{
    size_t R = s->R, d = R * R, nh = s->h - R + 1, nw = s->w - R + 1;
    struct range x = offsets(R, dx), y = offsets(R, dy);
    double sum[LARGEST_R];

    for (size_t row = y.first; row < y.last + nh; row++) {
        const double *other = b + (ptrdiff_t)((row)*s->w) + (ptrdiff_t)dy * (ptrdiff_t)s->w + dx;

        row_sums(a + row * s->w, other, nw, x, sum);
        for (size_t iy = y.first; iy <= y.last; iy++) {
            if (row < iy || row >= iy + nh)
                continue;
            for (size_t ix = x.first; ix <= x.last; ix++) {
                size_t i = iy * R + ix, j = (size_t)((int)iy + dy) * R + (size_t)((int)ix + dx);

                M[i * d + j] += sum[ix];
            }
        }
    }
}

/* Takes the means off and, where only one half was made, fills the other. */
static void finish(const seg_windows *s, const double *mean_a, const double *mean_b, int symmetric, double *M)
{
    size_t d = s->R * s->R;
    double n = (double)seg_windows_count(s);

    for (size_t i = 0; i < d; i++)
        for (size_t j = symmetric ? i : 0; j < d; j++) {
            M[i * d + j] -= n * mean_a[i] * mean_b[j];
            if (symmetric)
                M[j * d + i] = M[i * d + j];
        }
}

void seg_windows_moments(const seg_windows *s, const double *a, const double *b, const double *mean_a,
                         const double *mean_b, int symmetric, double *M)
{
    int most = (int)s->R - 1;
    size_t d = s->R * s->R;

    for (size_t i = 0; i < d * d; i++)
        M[i] = 0;
    for (int dy = symmetric ? 0 : -most; dy <= most; dy++)
        for (int dx = symmetric && dy == 0 ? 0 : -most; dx <= most; dx++)
            add_lag(s, a, b, dy, dx, M);
    finish(s, mean_a, mean_b, symmetric, M);
}

void seg_windows_mean(const seg_windows *s, const double *map, double *mean)
{
    size_t R = s->R, nh = s->h - R + 1, nw = s->w - R + 1;
    double n = (double)seg_windows_count(s);

    for (size_t i = 0; i < R * R; i++)
        mean[i] = 0;
    for (size_t row = 0; row < s->h; row++)
        for (size_t ix = 0; ix < R; ix++) {
            double sum = seg_sum(map + row * s->w + ix, nw);

            for (size_t iy = 0; iy < R; iy++)
                mean[iy * R + ix] += row >= iy && row < iy + nh ? sum / n : 0;
        }
}

void seg_windows_moments_plainly(const seg_windows *s, const double *a, const double *b, const double *mean_a,
                                 const double *mean_b, double *M)
{
    size_t R = s->R, d = R * R, nh = s->h - R + 1, nw = s->w - R + 1;

    for (size_t i = 0; i < d; i++)
        for (size_t j = 0; j < d; j++) {
            double sum = 0;

            for (size_t n = 0; n < nh * nw; n++) {
                size_t at = n / nw * s->w + n % nw;

                sum += (a[at + i / R * s->w + i % R] - mean_a[i]) * (b[at + j / R * s->w + j % R] - mean_b[j]);
            }
            M[i * d + j] = sum;
        }
}

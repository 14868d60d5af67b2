/* percentile.c - quickselect, and numpy's way to interpolate between two ranks. */
#include "percentile.h"

#include <math.h>
#include <stdint.h>

static void swap(double *a, double *b)
{
    double t = *a;

    *a = *b;
    *b = t;
}

/* A position in [begin, end], scattered, but the same in every run. */
static size_t scatter(size_t begin, size_t end, uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return begin + (size_t)(*state >> 33) % (end - begin + 1);
}

/* Numbers that a pivot is chosen from; among few it is not worth the choice. */
enum { SAMPLE = 21, FEW = 500 };

/* A guess at the number of rank k: that of the same rank among some at scattered places. Most others then lie on one
 * side of it, and no order of the input makes the selection quadratic by habit. */
static double pivot(const double *x, size_t begin, size_t end, size_t k, uint64_t *state)
{
    size_t n = end - begin + 1, size = n < FEW ? 3 : SAMPLE;
    double sample[SAMPLE];

    for (size_t i = 0; i < size; i++) {
        size_t place = i;

        sample[i] = x[scatter(begin, end, state)];
        for (; place > 0 && sample[place - 1] > sample[place]; place--)
            swap(&sample[place - 1], &sample[place]);
    }
    return sample[(k - begin) * size / n];
}

double seg_select(double *x, size_t n, size_t k)
{
    size_t begin = 0, end = n - 1;
    uint64_t state = n;

    while (begin < end) {
        double p = pivot(x, begin, end, k, &state);
        size_t below = begin, above = end, i = begin;

        /* three ways: distances of surfaces are mostly ties */
        while (i <= above) {
            if (x[i] < p)
                swap(&x[below++], &x[i++]);
            else if (x[i] > p)
                swap(&x[i], &x[above--]);
            else
                i++;
        }
        if (k < below)
            end = below - 1;
        else if (k > above)
            begin = above + 1;
        else
            return x[k];
    }
    return x[k];
}

static double smallest(const double *x, size_t n)
{
    double least = x[0];

    for (size_t i = 1; i < n; i++)
        least = x[i] < least ? x[i] : least;
    return least;
}

double seg_percentile(double *x, size_t n, double q)
{
    double r = q / 100 * ((double)n - 1), t = r - floor(r), a, b;
    size_t lo = n ? (size_t)floor(r) : 0;

    if (!n)
        return NAN;
    a = seg_select(x, n, lo);
    if (lo + 1 == n || t == 0)
        return a;
    b = smallest(x + lo + 1, n - lo - 1);
    if (isinf(a) || isinf(b))
        return b;
    return t < 0.5 ? a + (b - a) * t : b - (b - a) * (1 - t);
}

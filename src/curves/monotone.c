/* monotone.c - the monotonicity score of a curve. */
#include "monotone.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "../base/memory.h"

const char *const seg_trend_words[] = {"constant",    "monotone",  "saturating", "wavy",
                                       "fluctuating", "undefined", "falling"};
const char *const seg_measure_words[] = {"tau", "drawdown", "reversal", "plateau", "tail", "rise"};

/* A curve whose values differ by less than this is constant. */
static const double NO_RANGE = 1e-12;
/* Share of the range that counts as no change in the order of values, and as no change between two points. */
static const double ROUNDING = 1e-6, FLAT = 0.002;

struct point {
    double x, y;
};

static int by_x(const void *a, const void *b)
{
    const struct point *p = a, *q = b;

    return p->x != q->x ? (p->x > q->x) - (p->x < q->x) : (p->y > q->y) - (p->y < q->y);
}

static size_t merge(struct point *point, size_t n)
{
    size_t out = 0;

    for (size_t i = 0, end; i < n; i = end) {
        double sum = 0;

        for (end = i; end < n && point[end].x == point[i].x; end++)
            sum += point[end].y;
        point[out++] = (struct point){point[i].x, sum / (double)(end - i)};
    }
    return out;
}

static seg_status sorted_points(struct point **point, const double *x, const double *y, size_t *n, seg_error *err)
{
    size_t kept = 0;
    seg_status st = seg_alloc(point, *n, sizeof **point, "a curve", err);

    for (size_t i = 0; !st && i < *n; i++)
        if (!isnan(x[i]) && !isnan(y[i]))
            (*point)[kept++] = (struct point){x[i], y[i]};
    if (!st)
        qsort(*point, kept, sizeof **point, by_x);
    *n = kept;
    return st;
}

seg_status seg_merge_points(double *x, double *y, size_t *n, seg_error *err)
{
    struct point *point = NULL;
    seg_status st = sorted_points(&point, x, y, n, err);

    if (!st)
        *n = merge(point, *n);
    for (size_t i = 0; !st && i < *n; i++) {
        x[i] = point[i].x;
        y[i] = point[i].y;
    }
    free(point);
    return st;
}

static double sign(double x)
{
    return (x > 0) - (x < 0);
}

/* tau-b = (concordant - discordant) / sqrt(pairs not tied in x * pairs not tied in y) */
static double kendall(const struct point *p, size_t n, double low, double range)
{
    double agree = 0, x_differs = 0, y_differs = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            double dx = sign(p[i].x - p[j].x);
            double dy = sign(round((p[i].y - low) / (ROUNDING * range)) - round((p[j].y - low) / (ROUNDING * range)));

            agree += dx * dy;
            x_differs += dx != 0;
            y_differs += dy != 0;
        }
    return agree / sqrt(x_differs * y_differs);
}

static void range_of(const struct point *p, size_t n, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        *low = fmin(*low, p[i].y);
        *high = fmax(*high, p[i].y);
    }
}

/* y at `x` on the line between its neighbours. */
static double between(const struct point *p, size_t n, double x)
{
    for (size_t i = 1; i < n; i++)
        if (p[i].x >= x)
            return p[i - 1].y + (p[i].y - p[i - 1].y) * (x - p[i - 1].x) / (p[i].x - p[i - 1].x);
    return p[n - 1].y;
}

static void walk(const struct point *p, size_t n, double range, seg_monotony *out)
{
    double highest = p[0].y, lowest = p[0].y, falls = 0, changes = 0, drawdown = 0, rise = 0;
    size_t flat = 0;

    for (size_t i = 1; i < n; i++) {
        double step = (p[i].y - p[i - 1].y) / range;

        highest = fmax(highest, p[i - 1].y);
        lowest = fmin(lowest, p[i - 1].y);
        drawdown = fmax(drawdown, (highest - p[i].y) / range);
        rise = fmax(rise, (p[i].y - lowest) / range);
        falls += fmax(0, -step);
        changes += fabs(step);
        flat += fabs(step) < FLAT;
    }
    out->of[SEG_DRAWDOWN] = drawdown;
    out->of[SEG_RISE] = rise;
    out->of[SEG_REVERSAL] = changes > 0 ? falls / changes : 0;
    out->of[SEG_PLATEAU] = n > 1 ? (double)flat / (double)(n - 1) : 0;
    out->of[SEG_TAIL] = (p[n - 1].y - between(p, n, p[n - 1].x / 2)) / range;
}

static void score(struct point *p, size_t n, seg_monotony *out)
{
    double low, high;

    range_of(p, n, &low, &high);
    if (!(high - low > NO_RANGE) || isinf(high - low)) {
        const bool constant = high - low <= NO_RANGE;

        for (int m = SEG_DRAWDOWN; constant && m < SEG_MEASURES; m++)
            out->of[m] = m == SEG_PLATEAU;
        return;
    }
    out->of[SEG_TAU] = kendall(p, n, low, high - low);
    walk(p, merge(p, n), high - low, out);
}

seg_status seg_monotony_of(const double *x, const double *y, size_t n, seg_monotony *out, seg_error *err)
{
    struct point *point = NULL;
    seg_status st = sorted_points(&point, x, y, &n, err);

    *out = (seg_monotony){.points = n};
    for (int m = 0; m < SEG_MEASURES; m++)
        out->of[m] = NAN;
    if (!st && n > 1)
        score(point, n, out);
    free(point);
    return st;
}

/* Limits of the drawdown, of the rise and of the plateau. */
static const double STEADY = 0.05, VARIES = 0.10, LEVEL = 0.25;

seg_trend seg_trend_of(const double measure[SEG_MEASURES])
{
    if (isnan(measure[SEG_DRAWDOWN]))
        return SEG_UNDEFINED;
    if (isnan(measure[SEG_TAU]))
        return SEG_CONSTANT;
    if (measure[SEG_DRAWDOWN] > VARIES && measure[SEG_RISE] <= VARIES)
        return SEG_FALLING;
    if (measure[SEG_DRAWDOWN] <= STEADY)
        return measure[SEG_PLATEAU] <= LEVEL ? SEG_MONOTONE : SEG_SATURATING;
    return measure[SEG_DRAWDOWN] <= VARIES ? SEG_WAVY : SEG_FLUCTUATING;
}

static bool near(double mean, double sd, size_t n, double limit)
{
    return n > 1 && sd > 0 && fabs(mean - limit) < sd / sqrt((double)n);
}

bool seg_trend_borderline(const double mean[SEG_MEASURES], const double sd[SEG_MEASURES], size_t n)
{
    const double drawdown = mean[SEG_DRAWDOWN], spread = sd[SEG_DRAWDOWN];

    if (isnan(drawdown) || isnan(mean[SEG_TAU]))
        return false;
    if (near(drawdown, spread, n, STEADY) || near(drawdown, spread, n, VARIES))
        return true;
    if (drawdown > VARIES)
        return near(mean[SEG_RISE], sd[SEG_RISE], n, VARIES);
    return drawdown <= STEADY && near(mean[SEG_PLATEAU], sd[SEG_PLATEAU], n, LEVEL);
}

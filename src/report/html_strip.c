/* html_strip.c - a row of dots for each class: every case is a mark, also those that have no place on the axis. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/memory.h"
#include "../statistics/describe.h"
#include "html_page.h"
#include "html_text.h"

/* Units of the drawing. */
enum { WIDTH = 560, LEFT = 128, RIGHT = 470, ROW = 23, TOP = 8, LANE_FAR = 500, LANE_INFINITE = 532, DOTS_MOST = 500 };

struct strip {
    seg_string *out;
    const seg_html *h;
    size_t measure;
    double from, to; /* of the axis */
    double step;     /* between ticks */
    bool far;        /* some values lie beyond the axis */
    bool infinite;   /* some are infinite */
    const size_t *worst;
    size_t shown;
};

static double x_of(const struct strip *s, double x)
{
    return LEFT + (RIGHT - LEFT) * (x - s->from) / (s->to - s->from);
}

/* ---- the axis ---- */

/* 1, 2, 2.5 or 5 times a power of ten, for 4 to 7 ticks. */
static double nice_step(double range)
{
    static const double factors[] = {1, 2, 2.5, 5, 10};
    double ten = pow(10, floor(log10(range / 6)));

    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++)
        if (range / (factors[i] * ten) <= 6.0001)
            return factors[i] * ten;
    return 10 * ten;
}

/* Distances end at 2.5 times the largest third quartile, so that one far value does not press the others together. */
static seg_status find_axis(struct strip *s, seg_error *err)
{
    const seg_html_measure *m = &s->h->measure[s->measure];
    double low = INFINITY, high = -INFINITY, q3 = 0;
    seg_status st = SEG_OK;

    for (int cls = 0; !st && cls < (int)s->h->classes; cls++) {
        seg_html_sample sample;
        seg_description d;

        st = seg_html_sample_of(&sample, s->h, s->measure, cls, err);
        if (!st && sample.n) {
            d = seg_describe(sample.x, sample.n);
            low = fmin(low, d.min);
            high = fmax(high, d.max);
            q3 = fmax(q3, d.q3);
        }
        s->infinite = s->infinite || sample.infinite;
        free(sample.x);
    }
    s->from = m->share || m->distance ? 0 : fmin(low, 0);
    s->to = m->share ? 1 : m->distance && q3 > 0 ? fmin(2.5 * q3, high) : high;
    if (!(s->to > s->from) || !isfinite(s->to) || !isfinite(s->from)) {
        s->from = 0;
        s->to = 1;
    }
    s->step = nice_step(s->to - s->from);
    s->from = s->step * floor(s->from / s->step);
    s->to = s->step * ceil(s->to / s->step - 1e-9);
    s->far = high > s->to;
    return st;
}

static void draw_axis(const struct strip *s, double bottom)
{
    const seg_html_measure *m = &s->h->measure[s->measure];
    seg_string *out = s->out;

    for (int i = 0; s->from + i * s->step <= s->to + 1e-9 * s->step; i++) {
        double x = s->from + i * s->step;

        seg_string_printf(out,
                          "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%.0f\"/><text class=\"tick\" "
                          "x=\"%.1f\" y=\"%.0f\">%g</text>",
                          x_of(s, x), x_of(s, x), TOP, bottom, x_of(s, x), bottom + 14, fabs(x) < 1e-12 ? 0 : x);
    }
    for (int lane = 0; lane < 2; lane++) {
        int x = lane ? LANE_INFINITE : LANE_FAR;

        if (!(lane ? s->infinite : s->far))
            continue;
        seg_string_printf(out,
                          "<line class=\"grid dash\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%.0f\"/><text class=\"tick\" "
                          "x=\"%d\" y=\"%.0f\">",
                          x, x, TOP, bottom, x, bottom + 14);
        if (lane)
            seg_string_add(out, "∞</text>");
        else
            seg_string_printf(out, "&gt; %g</text>", s->to);
    }
    seg_string_printf(out, "<text class=\"axis\" x=\"%d\" y=\"%.0f\">", (LEFT + RIGHT) / 2, bottom + 30);
    seg_html_text(out, m->title);
    if (*m->unit)
        seg_html_printf(out, " (%s)", m->unit);
    seg_string_add(out, m->better > 0   ? ", more is better</text>"
                        : m->better < 0 ? ", less is better</text>"
                                        : "</text>");
}

/* ---- the dots ---- */

/* Spread so that equal values are seen side by side; a function of the row alone, so that a page is written twice the
 * same. */
static double spread(size_t index)
{
    return (double)((index * 7 + 3) % 11) - 5;
}

static void draw_dot(const struct strip *s, size_t index, double value, double y)
{
    const seg_html_case *c = &s->h->c[index];
    bool infinite = isinf(value), far = !infinite && value > s->to, shown = false;
    double x = infinite ? LANE_INFINITE : far ? LANE_FAR : x_of(s, fmax(value, s->from));

    for (size_t i = 0; i < s->shown; i++)
        shown = shown || s->worst[i] == index;
    seg_string_printf(s->out, "<a href=\"#%s-%zu\"><circle class=\"pt%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"><title>",
                      shown ? "case" : "row", index, infinite || far ? " inf" : "", x, y + 0.9 * spread(index));
    seg_html_text(s->out, c->name);
    seg_string_add(s->out, ": ");
    seg_html_number(s->out, &s->h->measure[s->measure], value);
    seg_string_add(s->out, "</title></circle></a>");
}

/* Box of the quartiles and the median, from four cases on; whiskers where dots are left out. */
static void draw_box(const struct strip *s, seg_html_sample *sample, double y, bool whiskers)
{
    seg_description d = seg_describe(sample->x, sample->n);
    double left, right;

    if (sample->n < 4)
        return;
    left = x_of(s, fmin(d.q1, s->to));
    right = x_of(s, fmin(d.q3, s->to));
    seg_string_printf(s->out, "<rect class=\"box\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"14\"/>", left, y - 7,
                      fmax(right - left, 0.5));
    if (whiskers)
        seg_string_printf(s->out, "<line class=\"med\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                          x_of(s, fmin(seg_quantile(sample->x, sample->n, 0.05), s->to)),
                          x_of(s, fmin(seg_quantile(sample->x, sample->n, 0.95), s->to)), y, y);
    left = x_of(s, fmin(d.median, s->to));
    seg_string_printf(s->out, "<line class=\"med\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>", left, left,
                      y - 8, y + 8);
}

static void draw_name(const struct strip *s, int cls, double y)
{
    enum { LETTERS = 20 };
    seg_string name = {0};

    seg_html_class(&name, s->h, cls);
    seg_string_printf(s->out, "<text class=\"lab\" x=\"%d\" y=\"%.1f\"%s>", LEFT - 8, y + 4,
                      name.length > LETTERS ? " textLength=\"118\" lengthAdjust=\"spacingAndGlyphs\"" : "");
    seg_string_add(s->out, name.text ? name.text : "");
    seg_string_add(s->out, "</text>");
    s->out->failed = s->out->failed || name.failed;
    seg_string_free(&name);
}

static seg_status draw_row(const struct strip *s, int cls, double y, seg_error *err)
{
    seg_html_sample sample;
    seg_status st = seg_html_sample_of(&sample, s->h, s->measure, cls, err);
    bool whiskers;
    double low = -INFINITY, high = INFINITY;

    if (st)
        return st;
    draw_name(s, cls, y);
    whiskers = sample.n > DOTS_MOST;
    draw_box(s, &sample, y, whiskers);
    if (whiskers) { /* the sample is sorted now */
        low = seg_quantile(sample.x, sample.n, 0.05);
        high = seg_quantile(sample.x, sample.n, 0.95);
    }
    for (size_t i = 0; i < s->h->n; i++) {
        double x = seg_html_value(s->h, s->measure, i, cls);

        if (!isnan(x) && (!whiskers || isinf(x) || x < low || x > high))
            draw_dot(s, i, x, y);
    }
    if (sample.undefined)
        seg_string_printf(s->out, "<text class=\"na\" x=\"%d\" y=\"%.1f\">%zu n/a</text>", WIDTH - 2, y + 4,
                          sample.undefined);
    free(sample.x);
    return SEG_OK;
}

/* ---- the strip of a measure ---- */

/* The class with the lowest mean first (the highest where less is better). */
static seg_status order_classes(const struct strip *s, int *order, seg_error *err)
{
    double *mean = NULL;
    double sign = s->h->measure[s->measure].better < 0 ? -1 : 1;
    seg_status st = seg_alloc(&mean, s->h->classes, sizeof *mean, "classes", err);

    for (int cls = 0; !st && cls < (int)s->h->classes; cls++) {
        seg_html_sample sample;
        int i = cls;

        st = seg_html_sample_of(&sample, s->h, s->measure, cls, err);
        mean[cls] = !st && sample.n && !sample.infinite ? sign * seg_describe(sample.x, sample.n).mean
                    : !st && sample.infinite            ? -INFINITY
                                                        : INFINITY;
        free(sample.x);
        for (; i > 0 && mean[order[i - 1]] > mean[cls]; i--)
            order[i] = order[i - 1];
        order[i] = cls;
    }
    free(mean);
    return st;
}

static seg_status draw_strip(struct strip *s, seg_error *err)
{
    const seg_html_measure *m = &s->h->measure[s->measure];
    double bottom = TOP + (double)ROW * (double)s->h->classes + 4;
    int *order;
    seg_status st = seg_alloc(&order, s->h->classes, sizeof *order, "classes", err);

    if (!st)
        st = order_classes(s, order, err);
    if (!st)
        st = find_axis(s, err);
    seg_string_printf(s->out,
                      "<svg class=\"strip\" viewBox=\"0 0 %d %.0f\" role=\"img\" aria-labelledby=\"t-%zu\"><title "
                      "id=\"t-%zu\">",
                      WIDTH, bottom + 36, s->measure, s->measure);
    seg_html_printf(s->out, "%s of every case, a row for each class. The tables below have the numbers.", m->title);
    seg_string_add(s->out, "</title>");
    if (!st)
        draw_axis(s, bottom);
    for (size_t i = 0; !st && i < s->h->classes; i++)
        st = draw_row(s, order[i], TOP + ROW * ((double)i + 0.5) + 2, err);
    seg_string_add(s->out, "</svg>");
    free(order);
    return st;
}

seg_status seg_html_strips(seg_string *out, const seg_html *h, const size_t *worst, size_t shown, seg_error *err)
{
    seg_status st = SEG_OK;

    if (!h->classes || !h->measures)
        return SEG_OK;
    seg_string_add(out, "<section id=\"classes\"><h2>Classes</h2><p class=\"note\">A dot is a case; box and line: "
                        "quartiles and median, from four cases on. A ring stands for a value beyond the axis or an "
                        "infinite one; n/a: undefined.</p><div class=\"two\">");
    for (size_t m = 0; !st && m < h->measures; m++) {
        struct strip s = {.out = out, .h = h, .measure = m, .worst = worst, .shown = shown};

        st = draw_strip(&s, err);
    }
    seg_string_add(out, "</div></section>\n");
    return st;
}

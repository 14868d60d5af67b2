/* figure_differences.c - the panel "Paired differences": for every pair with the best method a dot for each case, the
 * median as a tick, the interval of the shift, a line at 0 and the margin of equivalence as a band.
 *
 * The axis is symmetric and ends at 1.25 times the 94 % quantile of |difference|, so that one outlier does not flatten
 * the others: it is drawn at the edge as a triangle, with its value.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../plot/palette.h"
#include "../plot/panel.h"
#include "../statistics/describe.h"
#include "figure_parts.h"

static const double WIDTH = SEG_FIGURE_WIDTH, MARGIN = SEG_FIGURE_MARGIN, FONT = SEG_FIGURE_FONT;
static const double LINE = 20; /* height of a pair */

typedef struct {
    seg_comparison_canvas *c;
    const seg_test_result *v;
    size_t best;
    double factor, half; /* of the axis */
    double *d;           /* [units] */
    seg_scale x;
} panel;

static const char *row_name(const panel *p, size_t i)
{
    return seg_table_plain_name(p->c->table, p->c->table->grades->cube->rows.text[p->v->row[i]]);
}

/* The differences of row i from the best one, sorted; how many are finite. */
static size_t take_differences(const panel *p, size_t i)
{
    size_t n = 0;

    for (size_t u = 0; u < p->v->units; u++) {
        double d = p->v->x[u * p->v->rows + i] - p->v->x[u * p->v->rows + p->best];

        if (isfinite(d))
            p->d[n++] = d * p->factor;
    }
    seg_sort(p->d, n);
    return n;
}

/* The method with the best mean, or where a failure has no mean the one with the best average rank. */
static void find_best(panel *p)
{
    p->best = 0;
    if (isfinite(p->v->stability.stays_first)) {
        p->best = p->v->stability.winner;
        return;
    }
    for (size_t i = 0; i < p->v->rows; i++) {
        if (p->v->average_rank[i] < p->v->average_rank[p->best])
            p->best = i;
    }
}

/* Half the width of the axis, over all pairs. all has room for units * rows. */
static void find_half(panel *p, double *all)
{
    size_t n = 0;

    for (size_t i = 0; i < p->v->rows; i++) {
        size_t m = i == p->best ? 0 : take_differences(p, i);

        for (size_t k = 0; k < m; k++)
            all[n++] = fabs(p->d[k]);
    }
    seg_sort(all, n);
    p->half = n ? fmax(1.25 * seg_quantile(all, n, 0.94), 1.25 * p->c->table->judging.margin * p->factor) : 0;
    if (!(p->half > 0))
        p->half = n && all[n - 1] > 0 ? all[n - 1] : 1;
}

static void draw_dot(panel *p, double d, double y, const char *colour)
{
    double x = seg_scale_at(&p->x, fmax(-p->half, fmin(p->half, d))), side = d > 0 ? 1 : -1;
    char number[SEG_NUMBER_ROOM];

    if (fabs(d) <= p->half) {
        seg_svg_circle(&p->c->svg, x, y, 1.5, colour, NULL);
        return;
    }
    seg_svg_area(&p->c->svg, (const seg_point[]){{x + 3 * side, y}, {x - 1.5 * side, y - 2}, {x - 1.5 * side, y + 2}},
                 3, colour, 1);
    seg_grades_print(number, d, seg_grades_decimals(p->c->table->grades, p->v->measure));
    seg_svg_text(&p->c->svg, x + 5 * side, y + 2,
                 &(seg_font){.size = FONT - 1.5, .colour = seg_grey, .anchor = d > 0 ? SEG_START : SEG_END}, "%s",
                 number);
}

static const seg_pair_verdict *pair_of(const seg_test_result *v, size_t i, size_t best, double *sign)
{
    for (size_t k = 0; k < v->pairs; k++) {
        const seg_pair_verdict *pair = &v->pair[k];

        *sign = pair->a == i ? 1 : -1;
        if ((pair->a == i && pair->b == best) || (pair->b == i && pair->a == best))
            return pair;
    }
    return NULL;
}

/* The interval of the shift below the dots. */
static void draw_interval(panel *p, size_t i, double y)
{
    double sign, low, high;
    const seg_pair_verdict *pair = pair_of(p->v, i, p->best, &sign);

    if (!pair || !isfinite(pair->test.low) || !isfinite(pair->test.high))
        return;
    low = sign * p->factor * (sign > 0 ? pair->test.low : pair->test.high);
    high = sign * p->factor * (sign > 0 ? pair->test.high : pair->test.low);
    seg_svg_line(&p->c->svg, seg_scale_at(&p->x, fmax(low, -p->half)), y + 6, seg_scale_at(&p->x, fmin(high, p->half)),
                 y + 6, &(seg_stroke){seg_ink, 1.4, ""});
}

static void draw_pair(panel *p, size_t i, double y)
{
    const char *colour = seg_hues[i % SEG_HUES];
    size_t n = take_differences(p, i);
    double median = fmax(-p->half, fmin(p->half, seg_quantile(p->d, n, 0.5)));

    seg_svg_text(&p->c->svg, MARGIN, y + 0.35 * FONT, &(seg_font){.size = FONT, .colour = seg_ink}, "%s - %s",
                 row_name(p, i), row_name(p, p->best));
    for (size_t k = 0; k < n; k++)
        draw_dot(p, p->d[k], y + (double)(k % 3) - 1, colour); /* three lines, so that equal ones show */
    if (n)
        seg_svg_line(&p->c->svg, seg_scale_at(&p->x, median), y - 5, seg_scale_at(&p->x, median), y + 5,
                     &(seg_stroke){seg_ink, 1, ""});
    draw_interval(p, i, y);
}

static void draw_axis(panel *p, double top, double bottom)
{
    const seg_font small = {.size = FONT - 1, .colour = seg_grey, .anchor = SEG_MIDDLE};
    double margin = p->c->table->judging.margin * p->factor, zero = seg_scale_at(&p->x, 0);
    int decimals = seg_grades_decimals(p->c->table->grades, p->v->measure);

    if (margin > 0)
        seg_svg_rect(&p->c->svg, seg_scale_at(&p->x, -margin), top,
                     seg_scale_at(&p->x, margin) - seg_scale_at(&p->x, -margin), bottom - top, seg_faint, NULL);
    seg_svg_line(&p->c->svg, zero, top, zero, bottom, &(seg_stroke){seg_grey, 0.6, "2 2"});
    seg_svg_line(&p->c->svg, p->x.at, bottom, p->x.end, bottom, &(seg_stroke){seg_grey, 0.6, ""});
    for (int k = -2; k <= 2; k++) {
        double value = p->half * k / 2, x = seg_scale_at(&p->x, value);
        char number[SEG_NUMBER_ROOM];

        seg_grades_print(number, value, decimals);
        seg_svg_line(&p->c->svg, x, bottom, x, bottom + 2, &(seg_stroke){seg_grey, 0.6, ""});
        seg_svg_text(&p->c->svg, x, bottom + 2 + FONT, &small, "%s", number);
    }
}

static double widest_pair(const panel *p)
{
    double widest = 0;

    for (size_t i = 0; i < p->v->rows; i++)
        widest = fmax(widest, seg_text_width(row_name(p, i), FONT, false));
    return 2 * widest + 3 * FONT;
}

static void draw(panel *p)
{
    seg_comparison_canvas *c = p->c;
    const seg_dataset *cube = c->table->grades->cube;
    double left = fmin(MARGIN + widest_pair(p), WIDTH / 2), top, y;

    seg_comparison_title(c, cube->groups.text[p->v->group], p->v->measure, "Paired differences");
    seg_comparison_subtitle(
        c, cube->measure[p->v->measure].better > 0
               ? "a dot for each case, median, interval of the shift; on the left of 0 the other method "
                 "is worse than the best"
               : "a dot for each case, median, interval of the shift; on the right of 0 the other method "
                 "is worse than the best");
    p->x = (seg_scale){-p->half, p->half, left, WIDTH - MARGIN - 30};
    top = c->y + 2;
    y = top + LINE / 2;
    draw_axis(p, top, top + LINE * (double)(p->v->rows - 1));
    for (size_t i = 0; i < p->v->rows; i++) {
        if (i == p->best)
            continue;
        draw_pair(p, i, y);
        y += LINE;
    }
    c->y = top + LINE * (double)(p->v->rows - 1) + 3 * FONT;
}

seg_status seg_comparison_differences(seg_comparison_canvas *c, const seg_test_result *v, seg_error *err)
{
    panel p = {.c = c, .v = v, .factor = seg_grades_factor(c->table->grades, v->measure)};
    double *all = NULL;
    seg_status st = seg_alloc(&p.d, v->units, sizeof *p.d, "a plot", err);

    if (!st)
        st = seg_alloc(&all, v->units * v->rows, sizeof *all, "a plot", err);
    if (!st) {
        find_best(&p);
        find_half(&p, all);
        draw(&p);
    }
    free(all);
    free(p.d);
    return st;
}

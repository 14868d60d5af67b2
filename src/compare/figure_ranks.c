/* figure_ranks.c - critical-difference diagrams of three rows or more: average ranks on a line, 1 (best) on the left,
 * bars under those that do not differ (Demsar 2006).
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../plot/palette.h"
#include "../plot/panel.h"
#include "figure.h"
#include "figure_parts.h"

static const double WIDTH = SEG_FIGURE_WIDTH, MARGIN = SEG_FIGURE_MARGIN, FONT = SEG_FIGURE_FONT;

size_t seg_rank_groups(const double *rank, size_t k, double difference, size_t *first, size_t *last)
{
    size_t n = 0;

    for (size_t i = 0; i < k; i++) {
        size_t j = i;

        while (j + 1 < k && rank[j + 1] - rank[i] <= difference)
            j++;
        if (j > i && (!n || j > last[n - 1])) {
            first[n] = i;
            last[n++] = j;
        }
    }
    return n;
}

/* What a diagram is drawn from. */
typedef struct {
    size_t k;
    size_t *order;        /* [k] rows by average rank */
    double *rank;         /* [k] in that order */
    size_t *first, *last; /* [k] */
    size_t groups;
    seg_scale x;
    double top; /* y of the axis */
} diagram;

static void sort_ranks(diagram *d, const seg_test_result *v)
{
    for (size_t i = 0; i < v->rows; i++) { /* by insertion: a handful, and equal ranks keep their order */
        size_t at = i;

        for (; at > 0 && d->rank[at - 1] > v->average_rank[i]; at--) {
            d->rank[at] = d->rank[at - 1];
            d->order[at] = d->order[at - 1];
        }
        d->rank[at] = v->average_rank[i];
        d->order[at] = i;
    }
    d->groups = seg_rank_groups(d->rank, d->k, v->friedman.difference, d->first, d->last);
}

static void draw_axis(seg_comparison_canvas *c, const diagram *d, const seg_test_result *v)
{
    const seg_stroke ink = {seg_ink, 0.8, ""}, thick = {seg_ink, 1.6, ""};
    const seg_font small = {.size = FONT - 1, .colour = seg_grey, .anchor = SEG_MIDDLE};
    double end = fmin(1 + v->friedman.difference, (double)d->k), y = d->top - 2.2 * FONT;

    seg_svg_line(&c->svg, d->x.at, d->top, d->x.end, d->top, &ink);
    for (size_t r = 1; r <= d->k; r++) {
        double x = seg_scale_at(&d->x, (double)r);

        seg_svg_line(&c->svg, x, d->top - 3, x, d->top, &ink);
        seg_svg_text(&c->svg, x, d->top - 5, &small, "%zu", r);
    }
    seg_svg_line(&c->svg, d->x.at, y, seg_scale_at(&d->x, end), y, &thick);
    seg_svg_text(&c->svg, d->x.at, y - 3, &(seg_font){.size = FONT - 1, .colour = seg_grey},
                 "critical difference %.3f (Nemenyi, %g)", v->friedman.difference, c->table->judging.alpha);
}

static void draw_bars(seg_comparison_canvas *c, const diagram *d)
{
    const seg_stroke bar = {seg_ink, 2.4, ""};

    for (size_t i = 0; i < d->groups; i++) {
        double y = d->top + 5 + 4.5 * (double)i;

        seg_svg_line(&c->svg, seg_scale_at(&d->x, d->rank[d->first[i]]) - 2, y,
                     seg_scale_at(&d->x, d->rank[d->last[i]]) + 2, y, &bar);
    }
}

/* The better half is named on the left, the others on the right, outermost highest. */
static void draw_names(seg_comparison_canvas *c, const diagram *d, const seg_test_result *v)
{
    const seg_dataset *cube = c->table->grades->cube;
    size_t half = (d->k + 1) / 2;

    for (size_t i = 0; i < d->k; i++) {
        bool left = i < half;
        size_t line = left ? i : d->k - 1 - i;
        double x = seg_scale_at(&d->x, d->rank[i]), side = left ? d->x.at - 6 : d->x.end + 6;
        double y = d->top + 10 + 4.5 * (double)d->groups + 1.5 * FONT * (double)line;
        const seg_stroke stroke = {seg_hues[d->order[i] % SEG_HUES], 0.9, ""};
        const seg_font font = {.size = FONT, .colour = seg_ink, .anchor = left ? SEG_END : SEG_START};

        seg_svg_line(&c->svg, x, d->top, x, y, &stroke);
        seg_svg_line(&c->svg, x, y, side, y, &stroke);
        if (left)
            seg_svg_text(&c->svg, side - 3, y + 0.35 * FONT, &font, "%s  %.2f",
                         seg_table_plain_name(c->table, cube->rows.text[v->row[d->order[i]]]), d->rank[i]);
        else
            seg_svg_text(&c->svg, side + 3, y + 0.35 * FONT, &font, "%.2f  %s", d->rank[i],
                         seg_table_plain_name(c->table, cube->rows.text[v->row[d->order[i]]]));
    }
    c->y = d->top + 10 + 4.5 * (double)d->groups + 1.5 * FONT * (double)half + FONT;
}

static double widest_name(const seg_table *table, const seg_test_result *v)
{
    double widest = 0;

    for (size_t i = 0; i < v->rows; i++)
        widest = fmax(widest, seg_text_width(table->grades->cube->rows.text[v->row[i]], FONT, false));
    return widest;
}

static seg_status add_diagram(seg_comparison_canvas *c, const seg_test_result *v, seg_error *err)
{
    diagram d = {.k = v->rows};
    double names = fmin(widest_name(c->table, v) + 34, WIDTH / 3);
    seg_status st = seg_alloc(&d.order, 3 * d.k, sizeof *d.order, "a diagram", err);

    if (!st)
        st = seg_alloc(&d.rank, d.k, sizeof *d.rank, "a diagram", err);
    if (!st) {
        d.first = d.order + d.k;
        d.last = d.first + d.k;
        sort_ranks(&d, v);
        seg_comparison_title(c, c->table->grades->cube->groups.text[v->group], v->measure, "");
        c->y += FONT;
        seg_svg_text(&c->svg, MARGIN, c->y, &(seg_font){.size = FONT, .colour = seg_grey},
                     "average ranks over %zu %s; a bar joins those that the test does not tell apart", v->units,
                     v->column == SIZE_MAX ? "columns" : "cases");
        d.top = c->y + 5 * FONT;
        d.x = (seg_scale){1, (double)d.k, MARGIN + names, WIDTH - MARGIN - names};
        draw_axis(c, &d, v);
        draw_bars(c, &d);
        draw_names(c, &d, v);
    }
    free(d.order);
    free(d.rank);
    return st;
}

/* Pairs over cases of their own have no ranks in common. */
static bool has_diagram(const seg_test_result *v)
{
    return v->rows > 2 && isfinite(v->friedman.difference);
}

size_t seg_table_rank_pictures(const seg_table *table)
{
    size_t n = 0;

    for (size_t i = 0; i < table->n_verdicts; i++)
        n += has_diagram(&table->verdict[i]);
    return n;
}

seg_status seg_table_rank_picture(const seg_table *table, seg_string *out, seg_error *err)
{
    seg_comparison_canvas c = {.table = table, .y = 2};
    seg_status st = SEG_OK;

    for (size_t i = 0; i < table->n_verdicts && !st; i++) {
        if (has_diagram(&table->verdict[i]))
            st = add_diagram(&c, &table->verdict[i], err);
    }
    if (st) {
        seg_svg_free(&c.svg);
        return st;
    }
    return seg_comparison_finish(&c, table->style.caption ? table->style.caption : "Average ranks",
                                 "Average ranks of the methods with critical differences (Nemenyi).", out, err);
}

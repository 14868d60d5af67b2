/* figure.c - draws a comparison.
 *
 * A dot plot per block and measure: one line per class and row, the mean with its bootstrap interval. A
 * critical-difference diagram per verdict of three rows or more: average ranks on a line, 1 (best) on the left, bars
 * under those that do not differ (Demsar 2006).
 */
#include "figure.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "../base/memory.h"
#include "../plot/dots.h"
#include "../plot/palette.h"

static const double WIDTH = 518.74, MARGIN = 6, FONT = 7.5; /* two columns of print: 183 mm in points */

typedef struct {
    const seg_table *table;
    seg_svg svg;
    double y;
} canvas;

/* The mean, whatever the cells of the table show: the interval is one of the mean. */
static seg_dot dot_of(const seg_cell *cell)
{
    double mean = cell->d.mean;
    bool interval = cell->n > 1 && isfinite(cell->interval.bca.low);

    return (seg_dot){mean, interval ? fmin(mean, cell->interval.bca.low) : mean,
                     interval ? fmax(mean, cell->interval.bca.high) : mean, true};
}

/* Means and intervals of a measure in a block: the range of the axis. False when there is nothing to show. */
static bool find_range(const seg_table *table, const seg_block *block, size_t first, size_t n, double range[2])
{
    range[0] = INFINITY, range[1] = -INFINITY;
    for (size_t i = 0; i < block->rows; i++) {
        for (size_t j = first; j < first + n; j++) {
            const seg_cell *cell = &block->cell[i * table->grades->columns + j];
            seg_dot dot;

            if (!cell->n)
                continue;
            dot = dot_of(cell);
            range[0] = fmin(range[0], dot.low);
            range[1] = fmax(range[1], dot.high);
        }
    }
    if (range[0] == range[1]) {
        range[0] -= 0.5;
        range[1] += 0.5;
    }
    return range[0] < range[1];
}

/* Lines of the plot: the class as a heading where there are several, then the rows. dot and line have room. */
static size_t fill_lines(const seg_table *table, const seg_block *block, size_t first, size_t n, seg_dot_row *line,
                         seg_dot *dot)
{
    const seg_grades *g = table->grades;
    size_t lines = 0;

    for (size_t j = first; j < first + n; j++) {
        if (n > 1)
            line[lines++] =
                (seg_dot_row){.label = seg_grades_column_name(g, j), .colour = seg_ink, .gap_above = j > first};
        for (size_t i = 0; i < block->rows; i++, dot++) {
            *dot = dot_of(&block->cell[i * g->columns + j]);
            line[lines++] = (seg_dot_row){
                .label = g->cube->rows.text[block->row[i]], .colour = seg_hues[i % SEG_HUES], .dot = dot, .dots = 1};
        }
    }
    return lines;
}

static void add_title(canvas *c, const char *group, size_t measure)
{
    static const seg_markup PLAIN = {.up = "\xe2\x86\x91", .down = "\xe2\x86\x93"};
    const seg_font bold = {.size = FONT + 1, .colour = seg_ink, .bold = true};
    seg_string name = {0};

    seg_table_measure(c->table, measure, &seg_markup_plain, &PLAIN, &name);
    c->y += 2 * FONT;
    seg_svg_text(&c->svg, MARGIN, c->y, &bold, "%s%s%s", group, *group ? ", " : "", name.text ? name.text : "");
    c->y += 0.8 * FONT;
    c->svg.body.failed |= name.failed;
    seg_string_free(&name);
}

/* What the lines are. */
static void add_subtitle(canvas *c, size_t cases)
{
    c->y += FONT;
    seg_svg_text(&c->svg, MARGIN, c->y, &(seg_font){.size = FONT, .colour = seg_grey},
                 "means over %zu case%s, with %g %% bootstrap intervals", cases, cases == 1 ? "" : "s",
                 100 * c->table->grades->how.level);
    c->y += 0.8 * FONT;
}

static seg_status add_dots(canvas *c, const seg_block *block, size_t first, size_t n, seg_error *err)
{
    const seg_grades *g = c->table->grades;
    double range[2];
    seg_dot_row *line = NULL;
    seg_dot *dot = NULL;
    seg_status st = seg_alloc(&line, n * (block->rows + 1), sizeof *line, "a plot", err);

    if (!st)
        st = seg_alloc(&dot, n * block->rows, sizeof *dot, "a plot", err);
    if (!st && find_range(c->table, block, first, n, range)) {
        seg_dot_plot plot = {.row = line, .from = range[0], .to = range[1], .font = FONT};

        add_title(c, g->cube->groups.text[block->group], g->column[first].measure);
        if (g->cube->has_cases)
            add_subtitle(c, g->cube->cases.n);
        plot.rows = fill_lines(c->table, block, first, n, line, dot);
        c->y += seg_dots(&c->svg, MARGIN, c->y, WIDTH - 2 * MARGIN, &plot);
    }
    free(dot);
    free(line);
    return st;
}

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

static void draw_axis(canvas *c, const diagram *d, const seg_test_result *v)
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

static void draw_bars(canvas *c, const diagram *d)
{
    const seg_stroke bar = {seg_ink, 2.4, ""};

    for (size_t i = 0; i < d->groups; i++) {
        double y = d->top + 5 + 4.5 * (double)i;

        seg_svg_line(&c->svg, seg_scale_at(&d->x, d->rank[d->first[i]]) - 2, y,
                     seg_scale_at(&d->x, d->rank[d->last[i]]) + 2, y, &bar);
    }
}

/* The better half is named on the left, the others on the right, outermost highest. */
static void draw_names(canvas *c, const diagram *d, const seg_test_result *v)
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
            seg_svg_text(&c->svg, side - 3, y + 0.35 * FONT, &font, "%s  %.2f", cube->rows.text[v->row[d->order[i]]],
                         d->rank[i]);
        else
            seg_svg_text(&c->svg, side + 3, y + 0.35 * FONT, &font, "%.2f  %s", d->rank[i],
                         cube->rows.text[v->row[d->order[i]]]);
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

static seg_status add_diagram(canvas *c, const seg_test_result *v, seg_error *err)
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
        add_title(c, c->table->grades->cube->groups.text[v->group], v->measure);
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

seg_status seg_table_picture(const seg_table *table, seg_string *out, seg_error *err)
{
    const seg_grades *g = table->grades;
    canvas c = {.table = table, .y = 2};
    seg_status st = SEG_OK;

    for (size_t b = 0; b < g->blocks && !st; b++) {
        for (size_t j = 0; j < g->columns && !st; j++) {
            size_t span = seg_table_span(table, j);

            if (span)
                st = add_dots(&c, &g->block[b], j, span, err);
        }
    }
    for (size_t i = 0; i < table->n_verdicts && !st; i++) {
        if (table->verdict[i].rows > 2)
            st = add_diagram(&c, &table->verdict[i], err);
    }
    if (!st)
        st = seg_svg_finish(&c.svg,
                            &(seg_svg_page){.width = WIDTH,
                                            .height = c.y + MARGIN,
                                            .mm = 183,
                                            .title = table->style.caption ? table->style.caption : "Comparison",
                                            .about = "Means with bootstrap intervals of every row, measure and "
                                                     "class, and average ranks with critical differences."},
                            out, err);
    seg_svg_free(&c.svg);
    return st;
}
